"""Answers about drills: those that can be sat, and the attempts made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from homeground.brief.answer import Answer, Column
from homeground.record.drill import Attempt, Marked, Score

if TYPE_CHECKING:
    from homeground.record import Drill, Entry, Ledger

DRILLS: Final = (
    Column("id", "drill", "quoted"),
    Column("title", "title", wraps=True),
    Column("role", "qualifies as"),
    Column("goods", "for goods (HS)"),
    Column("cases", "cases", "count"),
    Column("pass_verdicts", "verdicts to be right", "share"),
    Column("pass_reasons", "reasons to be right", "share"),
    Column("valid_days", "days that it holds", "count"),
)
ATTEMPTS: Final = (
    Column("entry", "entry", "count"),
    Column("day", "day"),
    Column("person", "person", "quoted"),
    Column("drill", "drill", "quoted"),
    Column("verdicts", "verdicts right", "share"),
    Column("reasons", "reasons right", "share"),
    Column("grave", "grave", wraps=True, meaning="cases that had to be refused and were allowed"),
    Column("passed", "passed", "flag"),
)


def drills_answer(drills: Iterable[Drill], title: str) -> Answer:
    """Return the drills that can be sat, without what they expect."""
    rows = [
        {**{c.name: getattr(each, c.name) for c in DRILLS}, "goods": ", ".join(each.goods), "cases": len(each.cases)}
        for each in drills
    ]
    return _answer(title, rows, DRILLS)


def attempts_answer(entries: Iterable[Entry], title: str) -> Answer:
    """Return attempts, the newest first."""
    rows = [
        {"entry": each.number, "day": each.time[:10], **{n: each.payload[n] for n in ("person", "drill", "verdicts")}}
        | {"reasons": each.payload["reasons"], "passed": each.payload["passed"]}
        | {"grave": ", ".join(each.payload["grave"]) or None}
        for each in entries
    ]
    return _answer(title, rows[::-1], ATTEMPTS)


def attempt_of(ledger: Ledger, number: int) -> Attempt:
    """Read an attempt back from its entry; raises NotInHome where there is none."""
    from homeground.errors import NotInHome, message

    entry = ledger.entry(number)
    if entry.kind != "drill":
        raise NotInHome(message("this entry is no attempt at a drill", found=entry.kind, do="choose one that is"))
    said = entry.payload
    cases = tuple(Marked(**case) for case in said["cases"])
    score = Score(said["verdicts"], said["reasons"], tuple(said["grave"]), said["passed"], cases)
    return Attempt(entry, score, ledger.entry(number + 1) if said["passed"] else None)


def _answer(title: str, rows: list[dict[str, object]], columns: tuple[Column, ...]) -> Answer:
    import pyarrow as pa

    kinds = {"count": pa.int64(), "share": pa.float64(), "flag": pa.bool_()}
    schema = pa.schema([(column.name, kinds.get(column.form, pa.string())) for column in columns])
    return Answer(title, pa.Table.from_pylist(rows, schema), columns)
