"""A review as text for the terminal, as a page to print, and as a table for files."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any, Final

from homeground import __version__
from homeground.brief import deal_words
from homeground.brief.answer import Answer, Column
from homeground.brief.export import write_file, write_whole
from homeground.brief.templating import template
from homeground.codes import countries, products
from homeground.deals.verdict import Review, document

LABEL: Final = 16
FACTS: Final = (
    Column("question", "question"),
    Column("name", "fact"),
    Column("value", "value", meaning="as the policy's conditions see it"),
    Column("unit", "unit"),
    Column("source", "source", wraps=True),
    Column("vintage", "of", meaning="day or year that it speaks of"),
    Column("why", "why not known", wraps=True),
)


def screen(review: Review, width: int = 132) -> str:
    """Return the review as lines of text."""
    out = textwrap.wrap(deal_words.head(review), width)
    for label, text in deal_words.lines(review):
        indent = " " * (LABEL + 3)
        out += textwrap.wrap(f"  {label:<{LABEL}} {text}", width, subsequent_indent=indent, break_long_words=False)
    return "\n".join([*out, *(f"· {note}" for note in review.law.book.notes)])


def write(review: Review, path: Path) -> None:
    """Write a page (html), the whole as JSON, or the facts as a table (csv, parquet, xlsx)."""
    ending = path.suffix.lower()
    if ending == ".html":
        write_whole(path, lambda target: target.write_text(html(review), encoding="utf-8"))
    elif ending == ".json":
        import json

        text = json.dumps(document(review), ensure_ascii=False, indent=1)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    else:
        write_file(answer(review), path)


def html(review: Review) -> str:
    """Return the review as one HTML document without outside references."""
    facts = answer(review)
    rows = [[column.text_of(row) for column in FACTS] for row in facts.table.to_pylist()]
    return template("deal.html.j2").render(
        title=review.deal.title or f"{products.short(review.deal.hs6)}, {countries.name(review.deal.partner)}",
        verdict=review.verdict,
        head=deal_words.head(review),
        lines=deal_words.lines(review),
        columns=FACTS,
        rows=rows,
        notes=review.law.book.notes,
        version=__version__,
    )


def answer(review: Review) -> Answer:
    """Return every fact of a review as a table."""
    import pyarrow as pa

    units = review.law.book.units()
    rows: list[dict[str, Any]] = [
        {"question": of.heading, "name": item.name, "value": _text(item.value), "unit": units.get(item.name, "")}
        | {"source": item.source, "vintage": item.vintage, "why": item.why if item.value is None else ""}
        for of in review.answers
        for item in of.items
    ]
    cells = {c.name: pa.array([row[c.name] or None for row in rows], pa.string()) for c in FACTS}
    about = {"verdict": review.verdict, "policy": review.law.book.title, "version": review.judgement.version}
    notes = tuple(f"{label}: {text}" for label, text in deal_words.lines(review))
    return Answer(deal_words.head(review), pa.table(cells), FACTS, (*notes, *review.law.book.notes), about)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)
