"""Build docs/reference/evidence.md from the registry of evidence and the policy's vocabulary, so that it cannot drift.

Usage: python tools/build_evidence_reference.py          writes the page
       python tools/build_evidence_reference.py --check  exits 1 where the page is not what the registry says
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from homeground import policy
from homeground.deals.deal import DIRECTIONS, Deal, parse
from homeground.deals.evidence import Question, questions
from homeground.deals.passing import proposers

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "evidence.md"

HEAD = """\
# Evidence on a deal

What `deal review` asks, in the order of the page, and the facts that each question gives. A policy's conditions use
the facts by these names ([Write a policy](../how-to/write-a-policy.md)). A fact that is not known has its reason, and
leaves rules that need it open. Facts marked with * may be stated under `[facts]` of the deal where nothing that is
loaded tells them.
"""

REST = """\
## Facts that no evidence gives

They are not known unless the deal states them under `[facts]`.
"""

PASSING = """\
## What would make it pass

Each is judged again before it is shown: {kinds}.
"""


def build() -> str:
    """Return the whole page."""
    given = {name for question in questions() for name in question.gives}
    rest = [name for name in policy.facts() if name not in given]
    kinds = ", ".join(proposer.kind for proposer in proposers())
    sections = [line for question in questions() for line in _question(question)]
    others = [REST, *_table(rest, ()), ""] if rest else []
    return "\n".join([HEAD, *sections, *others, PASSING.format(kinds=kinds)])


def _question(question: Question) -> Iterator[str]:
    doc = (sys.modules[question.answer.__module__].__doc__ or "").strip().partition("\n\n")[0]
    yield from (f"## {question.heading}", "", f"{' '.join(doc.split())}{_scope(question)}", "")
    yield from (*_table(question.gives, question.may_be_stated), "")


def _scope(question: Question) -> str:
    asked = [way for way in DIRECTIONS if question.applies(_sample(way))]
    return f" Asked for {asked[0]}s." if len(asked) == 1 else ""


def _sample(way: str) -> Deal:
    stated = {"direction": way, "country": "JPN", "partner": "KOR", "product": "270900", "quantity": 1}
    return parse({**stated, "incoterm": "FOB", "day": date(2024, 1, 1)})


def _table(names: Iterable[str], stated: tuple[str, ...]) -> Iterator[str]:
    yield from ("| fact | type | unit | meaning |", "|---|---|---|---|")
    for name in names:
        fact = policy.facts()[name]
        mark = " *" if name in stated else ""
        values = f": {', '.join(fact.values)}" if fact.values else ""
        yield f"| `{name}`{mark} | {fact.type} | {fact.unit} | {fact.meaning}{values} |"


def main() -> None:
    """Write the page, or check it."""
    page = build()
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
            sys.exit(f"{PAGE.name} is not what the registry says: run python tools/build_evidence_reference.py")
        return
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
