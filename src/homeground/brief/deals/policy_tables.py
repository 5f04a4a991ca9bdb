"""Answers of the policy's commands: findings, scenarios, the rules in force, differences, screening."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from homeground.brief.answer import Answer, Column
from homeground.errors import listing
from homeground.policy.nodes import written
from homeground.policy.templates import shown

if TYPE_CHECKING:
    from homeground.policy import Book, Difference, Finding, Law, Outcome, Rule
    from homeground.policy.nodes import Node
    from homeground.policy.screening import Screening

FINDINGS = (
    Column("severity", "severity"),
    Column("check", "check"),
    Column("where", "where"),
    Column("what", "what", wraps=True),
    Column("do", "what to do", wraps=True),
)
OUTCOMES = (
    Column("result", "result"),
    Column("day", "day"),
    Column("scenario", "scenario", wraps=True),
    Column("expected", "expected"),
    Column("verdict", "verdict"),
    Column("fired", "rules that fire"),
    Column("unknown", "not known", wraps=True),
    Column("faults", "what differs", wraps=True),
)
RULES = (
    Column("id", "rule"),
    Column("verdict", "verdict"),
    Column("title", "title", wraps=True),
    Column("condition", "fires where", wraps=True),
    Column("unless", "unless", wraps=True, on_screen=False),
    Column("legal", "legal reference", "quoted", wraps=True),
    Column("in_force", "in force"),
    Column("role", "refers to", on_screen=False),
    Column("signatures", "signatures", "count", on_screen=False),
    Column("reason", "reason", "quoted", on_screen=False),
)
DIFFERENCES = (
    Column("kind", "change"),
    Column("part", "of what", wraps=True),
    Column("what", "in what"),
    Column("before", "before", wraps=True),
    Column("after", "after", wraps=True),
)
HITS = (
    Column("score", "likeness", "index", meaning="0 to 1; see the convention on names"),
    Column("name", "listed name", wraps=True),
    Column("main_name", "main name of the entry", wraps=True),
    Column("name_kind", "as", meaning="main name, alias or weak alias of the list's entry"),
    Column("kind", "what it is"),
    Column("list", "list"),
    Column("entry_id", "entry"),
    Column("programme", "programme", wraps=True),
    Column("reasons", "why", wraps=True),
)


def findings_answer(book: Book, faults: tuple[str, ...], findings: tuple[Finding, ...]) -> Answer:
    """What `policy check` found: faults of the text as errors first."""
    rows = [
        {"severity": "error", "check": "reading", "where": "", "what": fault.split(". What to do: ")[0]}
        | {"do": fault.split(". What to do: ")[-1].rstrip(".")}
        for fault in faults
    ]
    rows += [{"severity": f.severity, "check": f.check, "where": f.where, "what": f.what, "do": f.do} for f in findings]
    size = f"{len(book.rules)} rules, {len(book.tables)} tables, {len(book.parameters)} parameters"
    notes = (f"{size}, {len(book.scenarios)} scenarios; version {book.version[:12]}",)
    title = f"{book.title or book.where}: {len(rows)} findings" if rows else f"{book.title}: sound"
    return _answer(title, FINDINGS, rows, book, notes)


def outcomes_answer(book: Book, outcomes: tuple[Outcome, ...]) -> Answer:
    """How the scenarios of a book come out; those that differ first."""
    rows = [
        {
            "result": "as written" if outcome.passes else "DIFFERS",
            "day": str(outcome.scenario.day),
            "scenario": outcome.scenario.name,
            "expected": outcome.scenario.expect,
            "verdict": outcome.judgement.verdict,
            "fired": listing((firing.rule.id for firing in outcome.judgement.fired), 9),
            "unknown": listing(outcome.judgement.unknown, 9),
            "faults": "; ".join(outcome.faults),
        }
        for outcome in sorted(outcomes, key=lambda outcome: (outcome.passes, outcome.scenario.day))
    ]
    passed = sum(outcome.passes for outcome in outcomes)
    title = f"{book.title}: {passed} of {len(rows)} scenarios come out as written"
    columns = tuple(column for column in OUTCOMES if passed < len(rows) or column.name not in ("expected", "faults"))
    return _answer(title, columns, rows, book, ())


def rules_answer(law: Law) -> Answer:
    """What is in force on a day, strictest rules first as they stand in the book, and the values of the day."""
    texts: dict[str, Rule] = {rule.id: rule for rule in law.book.rules if rule.span.covers(law.day)}
    spans = {table.id: str(table.span) for table in law.book.tables if table.span.covers(law.day)}
    rows_of_tables = {
        f"{table.id}/{row.id}": f"{written(row.condition)} (row of table {table.id}, hit policy {table.hit})"
        for table in law.book.tables
        for row in table.rows
        if table.span.covers(law.day)
    }
    rows = []
    for rule in law.rules:
        text = texts.get(rule.id)
        rows.append(
            {
                "id": rule.id,
                "verdict": rule.verdict,
                "title": rule.title,
                "condition": written(text.when) if text else rows_of_tables.get(rule.id, ""),
                "unless": _exception(text.unless) if text else "",
                "legal": rule.legal,
                "in_force": str(text.span) if text else spans.get(rule.id.split("/")[0], ""),
                "role": rule.role,
                "signatures": float(rule.signatures),
                "reason": rule.reason,
            }
        )
    units = law.book.units
    values = tuple(
        f"{name} = {_short(shown(dated.value, units.get(name, '')))} ({dated.span}; {dated.reference})"
        for name, dated in law.parameters.items()
    )
    waiting = tuple(f"not in force: {part.id} {part.title} ({part.span})" for part in law.not_in_force)
    return _answer(f"{law.book.title}: in force on {law.day}", RULES, rows, law.book, (*values, *waiting), law.day)


def differences_answer(old: Book, new: Book, differences: tuple[Difference, ...]) -> Answer:
    """How one book differs from another."""
    rows = [{name: getattr(each, name) for name in ("kind", "part", "what", "before", "after")} for each in differences]
    title = f"{new.title} against {old.title}: {len(rows)} differences"
    notes = (f"before: version {old.version[:12]}; after: version {new.version[:12]}",)
    return _answer(title, DIFFERENCES, rows, new, notes)


def screening_answer(found: Screening) -> Answer:
    """Whom a name resembles on the lists, and which lists were asked."""
    rows = [
        {
            "score": hit.score,
            "name": hit.listed.name,
            "main_name": hit.main_name,
            "name_kind": hit.listed.name_kind,
            "kind": hit.listed.kind,
            "list": hit.listed.list,
            "entry_id": hit.listed.entry_id,
            "programme": hit.listed.programme,
            "reasons": ", ".join(hit.reasons),
        }
        for hit in found.hits
    ]
    asked = tuple(
        f"asked: {state.list}, {state.names:,} names, {state.age_days} days since its {state.counted_from}"
        for state in found.lists
    )
    caution = ("a likeness is no proof: a person looks at each hit",) if rows else ()
    title = f"{found.query}: {found.status} at likeness {found.threshold:g} or more"
    about = {"question": f"screen {found.query}", "status": found.status, "threshold": found.threshold}
    return Answer(title, _table(HITS, rows), HITS, (*caution, *asked, *found.notes), about)


def _exception(unless: Node) -> str:
    text = written(unless)
    return "" if text == "false" else text


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _answer(
    title: str,
    columns: tuple[Column, ...],
    rows: list[dict[str, Any]],
    book: Book,
    notes: tuple[str, ...],
    day: date | None = None,
) -> Answer:
    about = {"policy": book.title, "authority": book.authority, "version": book.version, "folder": book.where}
    return Answer(title, _table(columns, rows), columns, (*notes, *book.notes), about | ({"day": day} if day else {}))


def _table(columns: tuple[Column, ...], rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    kinds = {column.name: pa.float64() if column.is_number else pa.string() for column in columns}
    cells = {name: [row.get(name) if row.get(name) != "" else None for row in rows] for name in kinds}
    return pa.table({name: pa.array(cells[name], kind) for name, kind in kinds.items()})
