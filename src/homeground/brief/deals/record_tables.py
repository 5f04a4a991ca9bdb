"""Answers about the record: its log, one entry, decisions, people, qualifications, a verification, a drill."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column, money
from homeground.record.entries import document

if TYPE_CHECKING:
    from datetime import date

    from homeground.record import Attempt, Decided, Entry, Ledger, Verified
    from homeground.record.drill import Marked

LOG = (
    Column("number", "entry", "count", meaning="number of the entry"),
    Column("time", "time (UTC)"),
    Column("kind", "kind"),
    Column("people", "who", "people", meaning="who acted, and in which role"),
    Column("says", "what it says", wraps=True),
    Column("hash", "hash", meaning="SHA-256 of the entry's text"),
)
DECISIONS = (
    Column("entry", "entry", "count"),
    Column("time", "time (UTC)"),
    Column("product", "HS6"),
    Column("value_usd", "value USD", "usd"),
    Column("verdict", "verdict", meaning="the policy's verdict"),
    Column("outcome", "outcome"),
    Column("standing", "standing"),
    Column("person", "signed", "quoted"),
    Column("second_person", "second", "quoted", meaning="who countersigned"),
    Column("open", "still to sign", wraps=True, meaning="roles, with the rule that asks for each"),
)
HISTORY = (
    Column("entry", "decision", "count"),
    Column("time", "time (UTC)"),
    Column("outcome", "outcome"),
    Column("signed", "signed by", "people", wraps=True, meaning="who signed, and in which role"),
    Column("standing", "standing"),
    Column("superseded", "withdrawn by entry", "count"),
    Column("who", "withdrawn by", "people"),
    Column("reason", "why", "quoted", wraps=True),
)
PEOPLE = (Column("id", "person", "quoted"), Column("name", "name", "quoted"), Column("roles", "roles", wraps=True))
QUALIFICATIONS = (
    Column("entry", "entry", "count"),
    Column("person", "person", "quoted"),
    Column("role", "role"),
    Column("goods", "goods (HS)"),
    Column("since", "from"),
    Column("until", "until"),
    Column("holds", "holds today", "flag"),
    Column("grounds", "grounds", wraps=True),
)
FINDINGS = (
    Column("kind", "finding"),
    Column("first", "entry", "count"),
    Column("last", "to entry", "count"),
    Column("text", "what is wrong", wraps=True),
)
MARKED = (
    Column("case", "case"),
    Column("product", "HS6"),
    Column("partner", "partner"),
    Column("given", "given"),
    Column("expected", "expected"),
    Column("right", "right", "flag"),
    Column("named", "rules named"),
    Column("rules", "rules that make it"),
    Column("reasons", "reasons", "share", meaning="2 · hits / (named + that make it)"),
    Column("because", "why", wraps=True, meaning="what the one who set the drill says of it"),
)
FACTS = (Column("field", "field"), Column("value", "value", wraps=True))


def log_answer(
    ledger: Ledger,
    kind: str | None = None,
    *,
    person: str | None = None,
    product: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Answer:
    """The entries, newest first; only those of a kind, of a person, on goods, from and to a day (both included)."""
    rows = [
        {
            "number": entry.number,
            "time": _minute(entry.time),
            "kind": entry.kind,
            "people": _people(entry),
            "says": says(entry),
            "hash": entry.hash[:12],
        }
        for entry in ledger.entries(kind)
        if _wanted(entry, person, product, since, until)
    ]
    shown = "all kinds" if kind is None else kind
    return _answer(ledger, f"Record: {len(rows):,} entries, {shown}, newest first", rows[::-1], LOG)


def _wanted(entry: Entry, person: str | None, product: str | None, since: date | None, until: date | None) -> bool:
    day, said = entry.time[:10], entry.payload
    goods = [str(said.get("product") or ""), *map(str, said.get("goods") or ())]
    return (
        (not person or person in (said.get("person"), *(signer.person for signer in entry.people)))
        and (not product or any(each and each.startswith(product) for each in goods))
        and (since is None or day >= since.isoformat())
        and (until is None or day <= until.isoformat())
    )


def entry_answer(ledger: Ledger, number: int) -> Answer:
    """One entry, field by field, and what became of it."""
    entry = ledger.entry(number)
    stated = document(entry)
    said = {f"{entry.kind}.{name}": value for name, value in stated["payload"].items()}
    head = {"entry": number, "time (UTC)": entry.time, "kind": entry.kind, "people": _people(entry) or None}
    tail = {name: stated[name] for name in ("evidence", "policy", "previous", "hash")}
    rows = [{"field": name, "value": _plain(value)} for name, value in {**head, **said, **tail}.items()]
    decided = ledger.state().decisions.get(number)
    notes = [f"This decision is: {decided.standing}."] if decided else []
    if decided and decided.review is None:
        notes.append("Who signs is what the decision says of itself: it was made on no recorded review.")
    if (later := ledger.state().superseded.get(number)) is not None:
        notes.append(f"Withdrawn by entry {later}: {ledger.entry(later).payload['reason']}")
    if decided and decided.standing.startswith("awaits"):
        notes.append(f"Still to sign: {'; '.join(map(str, decided.open))}.")
    return _answer(ledger, f"Entry {number}: {entry.kind}", rows, FACTS, tuple(notes))


def decisions_answer(ledger: Ledger) -> Answer:
    """The decisions and what became of them, newest first."""
    decisions = [*ledger.state().decisions.values()]
    rows = [
        {
            **{c.name: getattr(d, c.name) for c in DECISIONS},
            "time": _minute(d.time),
            "second_person": d.second_person,
            "open": "; ".join(map(str, d.open)) if d.standing.startswith("awaits") else "",
        }
        for d in decisions[::-1]
    ]
    open_ = sum(d.standing.startswith("awaits") for d in decisions)
    return _answer(ledger, f"Decisions: {len(rows):,}; awaiting a second signature: {open_}", rows, DECISIONS)


def history_answer(ledger: Ledger, number: int, title: str) -> Answer:
    """A decision with those on the same review, in their order: who signed, what became of each, and why."""
    state = ledger.state()
    asked = state.decision(number)
    review = state.reviews.get(asked.review or 0)
    made = [state.decisions[each] for each in review.decisions] if review else [asked]
    return _answer(ledger, title, [_history(ledger, decided) for decided in made], HISTORY)


def _history(ledger: Ledger, decided: Decided) -> dict[str, Any]:
    signed = [(decided.person, decided.role, True), *((s.person, s.role, s.agrees) for s in decided.signed)]
    later = ledger.entry(decided.superseded) if decided.superseded else None
    return {
        "entry": decided.entry,
        "time": _minute(decided.time),
        "outcome": decided.outcome,
        "signed": "; ".join(f"{who} ({role}){'' if agrees else ': does not agree'}" for who, role, agrees in signed),
        "standing": decided.standing,
        "superseded": decided.superseded,
        "who": _people(later) if later else None,
        "reason": later.payload["reason"] if later else None,
    }


def people_answer(ledger: Ledger) -> Answer:
    """The people and the roles that they hold now."""
    people = sorted(ledger.state().people.values(), key=lambda person: person.id)
    rows = [{"id": p.id, "name": p.name, "roles": ", ".join(p.roles)} for p in people]
    return _answer(ledger, f"People: {len(rows)}", rows, PEOPLE)


def qualifications_answer(ledger: Ledger, day: str) -> Answer:
    """The qualifications, and which hold on a day (ISO)."""
    rows = [
        {
            **{c.name: getattr(q, c.name, None) for c in QUALIFICATIONS},
            "goods": ", ".join(q.goods),
            "holds": q.holds(day),
        }
        for q in ledger.state().qualifications.values()
    ]
    holding = sum(bool(row["holds"]) for row in rows)
    return _answer(ledger, f"Qualifications: {len(rows)}; holding on {day}: {holding}", rows, QUALIFICATIONS)


def verified_answer(ledger: Ledger, verified: Verified) -> Answer:
    """What a verification found."""
    rows = [{c.name: getattr(f, c.name) for c in FINDINGS} for f in verified.findings]
    state = "intact" if verified.intact else f"NOT INTACT, {len(rows)} findings"
    notes = [f"Signed by a checkpoint up to entry {verified.signed_up_to}."]
    if not verified.signed_up_to:
        notes = ["No checkpoint: that nothing was cut off at the end, or made anew, cannot be shown."]
    elif verified.entries > verified.signed_up_to:
        notes.append(f"Later entries, chained and not yet signed: {verified.entries - verified.signed_up_to}.")
    if verified.own_key:
        notes.append("The public key came from the record itself; verify with a copy of your own.")
    title = f"Record of {verified.entries:,} entries: {state}"
    columns = tuple(replace(column, on_screen=not verified.intact) for column in FINDINGS)
    return _answer(ledger, title, rows, columns, tuple(notes), intact=verified.intact, entries=verified.entries,
                   signed_up_to=verified.signed_up_to, own_key=verified.own_key)  # fmt: skip


def drill_answer(ledger: Ledger, attempt: Attempt) -> Answer:
    """An attempt at a drill, case by case, with what was expected and why."""
    score, answers = attempt.score, attempt.entry.payload["answers"]
    drill = json.loads(ledger.snapshot(attempt.entry.evidence))
    rows = [_marked(case, answers[case.case], drill["cases"]) for case in score.cases]
    notes = [f"Verdicts {score.verdicts:.0%} right, reasons {score.reasons:.0%}. Entry {attempt.entry.number}."]
    if score.grave:
        notes.append(f"Allowed what must be refused: {', '.join(score.grave)}.")
    if attempt.qualification is not None:
        granted = attempt.qualification.payload
        goods, until = ", ".join(granted["goods"]), granted["until"]
        notes.append(f"Qualified as {granted['role']} for goods {goods} until {until}.")
    title = f"Drill {attempt.entry.payload['drill']}: {'passed' if score.passed else 'not passed'}"
    return _answer(ledger, title, rows, MARKED, tuple(notes), passed=score.passed)


def _marked(marked: Marked, answer: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    case = next(each for each in cases if each["id"] == marked.case)
    deal = case["deal"]
    return {
        **asdict(marked), "right": marked.right, "product": deal.get("product"), "partner": deal.get("partner"),
        "named": ", ".join(answer["reasons"]) or None, "rules": ", ".join(case["reasons"]) or None,
        "because": "; ".join(case.get("because", ())) or None,
    }  # fmt: skip


def says(entry: Entry) -> str:
    """Say in a line what an entry says."""
    return _SAYERS[entry.kind](entry.payload)


def _person(said: Mapping[str, Any]) -> str:
    return f"{said['person']} is {said['name']}, roles: {', '.join(said['roles']) or 'none'}"


def _qualification(said: Mapping[str, Any]) -> str:
    goods = ", ".join(said["goods"])
    return f"{said['person']} may sign as {said['role']} for {goods}, {said['from']} to {said['until']}"


def _review(said: Mapping[str, Any]) -> str:
    value = "value not known" if said["value_usd"] is None else f"{money(said['value_usd'])} USD"
    rules = f", {', '.join(said['rules'])}" if said["rules"] else ""
    return f"{said['product']}, {value}; policy of {said['day']}: {said['verdict']}{rules}"


def _decision(said: Mapping[str, Any]) -> str:
    value = "value not known" if said["value_usd"] is None else f"{money(said['value_usd'])} USD"
    rules = f", {', '.join(said['rules'])}" if said["rules"] else ""
    return f"{said['outcome']}: {said['product']}, {value}; policy: {said['verdict']}{rules}"


def _supersession(said: Mapping[str, Any]) -> str:
    by = f" by {said['by']}" if said["by"] else ""
    return f"{said['entry']} superseded{by}: {said['reason']}"


def _drill(said: Mapping[str, Any]) -> str:
    passed = "passed" if said["passed"] else "not passed"
    return f"{said['person']}: {said['drill']} {passed}, verdicts {said['verdicts']:.0%}, reasons {said['reasons']:.0%}"


_SAYERS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "person": _person,
    "qualification": _qualification,
    "revocation": lambda said: f"{said['entry']} revoked: {said['reason']}",
    "review": _review,
    "assignment": lambda said: f"review {said['entry']} is given to {said['person']}",
    "position": lambda said: f"on {said['entry']}, {said['stance']}: {said['reasons']}",
    "decision": _decision,
    "countersignature": lambda said: (
        f"{said['entry']} {'agreed' if said['agrees'] else 'refused'}{': ' + said['reason'] if said['reason'] else ''}"
    ),
    "supersession": _supersession,
    "drill": _drill,
    "act": lambda said: f"{said['act']}: {said['about']}",
    "note": lambda said: f"{'on entry ' + str(said['entry']) + ': ' if said['entry'] else ''}{said['text']}",
    "checkpoint": lambda said: f"signed up to {said['entry']}",
}


def _answer(
    ledger: Ledger,
    title: str,
    rows: list[dict[str, Any]],
    columns: tuple[Column, ...],
    notes: tuple[str, ...] = (),
    **about: Any,
) -> Answer:
    import pyarrow as pa

    kinds = {"count": pa.int64(), "usd": pa.float64(), "share": pa.float64(), "flag": pa.bool_()}
    schema = pa.schema([(column.name, kinds.get(column.form, pa.string())) for column in columns])
    table = pa.Table.from_pylist([{**row} for row in rows], schema=schema)
    return Answer(title, table, columns, notes, {"record": ledger.url, **about})


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _people(entry: Entry) -> str:
    return ", ".join(f"{signer.person} ({signer.role})" for signer in entry.people)


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
