"""A review as text for the terminal, as a page to print, and as a table for files."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from homeground import __version__
from homeground.brief.answer import ABSENT, Answer, Column
from homeground.brief.deals import deal_words
from homeground.brief.export import write_file, write_whole
from homeground.brief.templating import template
from homeground.codes import countries, products
from homeground.deals.verdict import Review, document

LABEL: Final = 16


def readable(fact: Mapping[str, Any]) -> tuple[str, str]:
    """Return a fact's value, numbers in four significant digits, and its unit; shares in percent, countries by name.

    >>> readable({"value": "0.399216869876", "unit": "share"}), readable({"value": "1234567", "unit": "USD"})
    (('39.92 %', ''), ('1,235,000', 'USD'))
    >>> readable({"value": "270900"}), readable({"value": "SAU", "unit": "country"})
    (('270900', ''), ('Saudi Arabia', ''))
    """
    value, unit = fact.get("value") or "", fact.get("unit") or ""
    if unit == "country":
        return countries.name(value), ""
    try:
        number = float(value) if unit else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return value, unit
    if unit in ("count", "days") and number == int(number):
        return f"{number:,.0f}", unit
    return (f"{_four(100 * number)} %", "") if unit == "share" else (_four(number), unit)


def _four(number: float) -> str:
    """Write a number in four significant digits.

    >>> [_four(each) for each in (0.0, 520.0, -0.0123456, 99999.0)]
    ['0', '520', '-0.01235', '100,000']
    """
    places = 3 - math.floor(math.log10(abs(number))) if number else 0
    written = f"{round(number, places):,.{max(places, 0)}f}"
    return written.rstrip("0").rstrip(".") if places > 0 else written


class Value(Column):
    """The column of values, which a table holds with every digit and a reader sees as `readable` writes them."""

    def text_of(self, row: Mapping[str, Any]) -> str:
        """Write the value of a row, of any unit."""
        return readable(row)[0] or ABSENT


FACTS: Final = (
    Column("question", "question"),
    Column("name", "fact"),
    Value("value", "value", meaning="as the policy's conditions see it"),
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

    units = review.law.book.units
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
