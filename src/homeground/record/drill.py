"""The drill: cases that a person must judge before they may sign for a class of goods; verdicts and reasons are scored.

Verdicts: the share of cases judged as expected. Reasons: per case `2·hits / (given + expected)` over the names of the
rules (the F measure; 1 where none was expected and none given), averaged over the cases. Grave is a case that must be
refused and was allowed, with or without caution; one is enough to fail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, listing, message
from homeground.record.entries import Entry, Signer
from homeground.record.kinds import VERDICTS
from homeground.record.papers import require_fields, toml
from homeground.record.signing import Draft

FIELDS: Final[Mapping[str, str]] = {
    "id": "text",
    "title": "text",
    "role": "text",
    "goods": "goods",
    "valid_days": "entry",
    "pass_verdicts": "share",
    "pass_reasons": "share",
}
"""What a drill states about itself, and in which form (see `kinds.FORMS`)."""


@dataclass(frozen=True)
class Case:
    """A deal to be judged, with the verdict and the rules that the one who set the drill expects, and `because`: why.

    `because` may be left out; who sits the drill reads it once the answers are marked.
    """

    id: str
    deal: Mapping[str, Any]
    verdict: str
    reasons: tuple[str, ...]
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drill:
    """Cases, what share must be right, and the qualification that a pass grants, for `valid_days` days."""

    id: str
    title: str
    role: str
    goods: tuple[str, ...]
    valid_days: int
    pass_verdicts: float
    pass_reasons: float
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Marked:
    """One case marked: given and expected verdict, and the score of the reasons (0 to 1)."""

    case: str
    given: str
    expected: str
    reasons: float

    @property
    def right(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.given == self.expected

    @property
    def grave(self) -> bool:
        """Whether a deal that must be refused was allowed."""
        return self.expected == "refuse" and self.given in ("allow", "caution")


@dataclass(frozen=True)
class Score:
    """A drill marked: shares of verdicts and of reasons, grave cases, passed or not, and each case."""

    verdicts: float
    reasons: float
    grave: tuple[str, ...]
    passed: bool
    cases: tuple[Marked, ...]


@dataclass(frozen=True)
class Attempt:
    """What came of an attempt: its entry, its score, and the entry of the qualification if it was passed."""

    entry: Entry
    score: Score
    qualification: Entry | None


def score(drill: Drill, answers: Mapping[str, Mapping[str, Any]]) -> Score:
    """Mark answers (case → verdict, reasons); raises BadInput unless every case, and no other, has an answer."""
    absent = [case.id for case in drill.cases if case.id not in answers]
    strangers = sorted(set(answers) - {case.id for case in drill.cases})
    if absent or strangers:
        found = f"no answer to {listing(absent)}" if absent else f"unknown case {listing(strangers)}"
        raise BadInput(message("the answers are not those of this drill", found=found, do="answer each case once"))
    marked = tuple(_mark(case, answers[case.id]) for case in drill.cases)
    verdicts = sum(case.right for case in marked) / len(marked)
    reasons = sum(case.reasons for case in marked) / len(marked)
    grave = tuple(case.case for case in marked if case.grave)
    passed = verdicts >= drill.pass_verdicts and reasons >= drill.pass_reasons and not grave
    return Score(verdicts, reasons, grave, passed, marked)


def draft(drill: Drill, marked: Score, answers: Mapping[str, Mapping[str, Any]], by: str, evidence: str) -> Draft:
    """Draft the entry of an attempt."""
    payload = {
        "drill": drill.id,
        "person": by,
        "role": drill.role,
        "goods": list(drill.goods),
        "answers": {case: {"verdict": a["verdict"], "reasons": list(a["reasons"])} for case, a in answers.items()},
        "verdicts": marked.verdicts,
        "reasons": marked.reasons,
        "grave": list(marked.grave),
        "passed": marked.passed,
        "cases": [asdict(case) for case in marked.cases],
    }
    return Draft("drill", (Signer(by, drill.role),), payload, evidence)


def document(drill: Drill) -> dict[str, Any]:
    """Return a drill as plain data, expected answers included."""
    return {**asdict(drill), "goods": list(drill.goods), "cases": [asdict(case) for case in drill.cases]}


def read(path: Path) -> Drill:
    """Read a drill from TOML: a table `drill` and one table `case` per case; raises BadInput naming what is wrong."""
    stated = toml(path)
    about, cases = stated.get("drill", {}), stated.get("case", [])
    where = str(path)
    require_fields(about, FIELDS, f"{where}, [drill]")
    read_cases = tuple(_case(case, where) for case in cases)
    names = [case.id for case in read_cases]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        found = f"twice {listing(twice)}" if twice else "no case"
        raise BadInput(
            message("a drill needs cases, each with its own id", where=where, found=found, do="correct them")
        )
    return Drill(**{**about, "goods": tuple(about["goods"])}, cases=read_cases)


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """Read answers from TOML: a table per case with `verdict` and `reasons`."""
    return {name: _answer(name, given, str(path)) for name, given in toml(path).items()}


def write(about: Mapping[str, Any], cases: Sequence[Case]) -> str:
    """Write a drill as TOML, for someone to complete."""
    lines = ["[drill]", *(f"{name} = {_value(value)}" for name, value in about.items())]
    for case in cases:
        lines += ["", "[[case]]", f"id = {_value(case.id)}", f"verdict = {_value(case.verdict)}"]
        lines += [f"reasons = {_value(list(case.reasons))}"]
        lines += [f"because = {_value(list(case.because))}"] if case.because else []
        lines += ["[case.deal]"]
        lines += [f"{name} = {_value(value)}" for name, value in case.deal.items() if value is not None]
    return "\n".join(lines) + "\n"


def _mark(case: Case, answer: Mapping[str, Any]) -> Marked:
    checked = _answer(case.id, answer, "answers")
    given, expected = set(checked["reasons"]), set(case.reasons)
    hits = len(given & expected)
    reasons = 2 * hits / (len(given) + len(expected)) if given or expected else 1.0
    return Marked(case.id, checked["verdict"], case.verdict, reasons)


def _answer(name: str, given: Any, where: str) -> dict[str, Any]:
    require_fields(given, {"verdict": "verdict", "reasons": "texts"}, f"{where}, {name}")
    return dict(given)


def _case(stated: Any, where: str) -> Case:
    name = stated.get("id", "a case without id") if isinstance(stated, dict) else "a case"
    forms = {"id": "text", "deal": "object", "verdict": "verdict", "reasons": "texts", "because": "texts?"}
    if isinstance(stated, dict) and stated.get("verdict") == "":
        do = f"write the verdict that you expect: {', '.join(VERDICTS)}"
        raise BadInput(message("a case has no expected verdict yet", where=f"{where}, case {name}", do=do))
    require_fields(stated, forms, f"{where}, case {name}")
    reasons, because = tuple(stated["reasons"]), tuple(stated.get("because", ()))
    return Case(stated["id"], stated["deal"], stated["verdict"], reasons, because)


def _value(value: Any) -> str:
    """Write a value as TOML: its basic strings escape as JSON's do, and `repr` of a float is one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)
