"""Answers about the queue of deals: what waits, for whom, and what was said in a hearing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column
from homeground.codes import countries

if TYPE_CHECKING:
    from homeground.record import Decided, Reviewed
    from homeground.record.queue import Queued

QUEUE: Final = (
    Column("entry", "review", "count", meaning="number of its entry in the record"),
    Column("day", "since"),
    Column("title", "deal"),
    Column("partner", "with"),
    Column("partner_code", "code", on_screen=False),
    Column("product", "HS6"),
    Column("value_usd", "value, USD", "usd"),
    Column("verdict", "verdict", meaning="the policy's verdict"),
    Column("rules", "rules"),
    Column("stage", "stage"),
    Column("person", "with whom", "quoted", meaning="who sees to it"),
    Column("open", "still to sign", on_screen=False, meaning="roles, with the rule that asks for each"),
    Column("for", "for", "count", meaning="people who speak for it"),
    Column("against", "against", "count", meaning="people who speak against it"),
)
SIGNATURES: Final = (
    Column("entry", "decision", "count"),
    Column("day", "since"),
    Column("product", "HS6"),
    Column("value_usd", "value, USD", "usd"),
    Column("outcome", "outcome"),
    Column("person", "signed by", "quoted"),
    Column("open", "still to sign", wraps=True),
)
HEARING: Final = (
    Column("time", "time (UTC)"),
    Column("person", "who", "quoted"),
    Column("role", "as"),
    Column("stance", "stands"),
    Column("reasons", "reasons", wraps=True),
    Column("entry", "entry", "count"),
)


def queue_answer(queued: Iterable[Queued], title: str) -> Answer:
    """Return reviews with their stage, in the order given."""
    return _answer(title, [_queued(each) for each in queued], QUEUE)


def signatures_answer(decided: Iterable[Decided], title: str) -> Answer:
    """Return decisions that wait for a signature and were made on no review."""
    rows = [
        {"entry": each.entry, "day": each.time[:10], "product": each.product, "value_usd": each.value_usd,
         "outcome": each.outcome, "person": each.person, "open": "; ".join(map(str, each.open))}
        for each in decided
    ]  # fmt: skip
    return _answer(title, rows, SIGNATURES)


def hearing_answer(review: Reviewed, title: str) -> Answer:
    """Return what was said of a deal, in the order in which it was said."""
    rows = [{**said.__dict__, "time": said.time[:16].replace("T", " ")} for said in review.positions]
    return _answer(title, rows, HEARING)


def stage_of(queued: Queued) -> str:
    """Return where a review stands: with its decision, or with the last one that holds no longer."""
    decided, made = queued.decided, queued.review.decisions
    if decided:
        return f"{decided.outcome}: {decided.standing}"
    return f"{queued.stage} (decision {made[-1]} holds no longer)" if made else queued.stage


def with_reviews(plan: Answer, entries: Sequence[int | None]) -> Answer:
    """Return a plan of deals with the entry of each that is in the queue."""
    import pyarrow as pa

    column = Column("review", "review", "count", meaning="number of its entry in the record, once it is in the queue")
    table = plan.table.append_column(column.name, pa.array(entries, pa.int64()))
    return replace(plan, table=table, columns=(*plan.columns, column))


def title(queued: Queued) -> str:
    """Return a review in a line: its number, and what the deal is called."""
    return f"{queued.review.entry} · {_called(queued)}"


def _called(queued: Queued) -> str:
    review = queued.review
    return review.title or f"{review.product} · {countries.name(review.partner)}"


def _queued(queued: Queued) -> dict[str, Any]:
    review, decided = queued.review, queued.decided
    return {
        "entry": review.entry,
        "day": review.time[:10],
        "title": _called(queued),
        "partner": countries.name(review.partner) if review.partner else None,
        "partner_code": review.partner or None,
        "product": review.product,
        "value_usd": review.value_usd,
        "verdict": review.verdict,
        "rules": ", ".join(review.rules) or None,
        "stage": stage_of(queued),
        "person": review.assigned or None,
        "open": "; ".join(map(str, decided.open)) or None if decided else None,
        "for": review.count("for"),
        "against": review.count("against"),
    }


def _answer(title: str, rows: list[Mapping[str, Any]] | list[dict[str, Any]], columns: tuple[Column, ...]) -> Answer:
    import pyarrow as pa

    kinds = {"count": pa.int64(), "usd": pa.float64()}
    schema = pa.schema([(column.name, kinds.get(column.form, pa.string())) for column in columns])
    return Answer(title, pa.Table.from_pylist([dict(row) for row in rows], schema), columns)
