"""A review as plain data that is kept with it and shown again, word for word, whatever has been loaded since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeground.brief.answer import Answer
from homeground.brief.deals import deal_page, deal_words
from homeground.deals.verdict import Review, document

Facts = tuple[Mapping[str, str], ...]
CONTROLS: Final = "Controls"


@dataclass(frozen=True)
class Line:
    """A line below the verdict: its heading, its text, and the facts that it rests on with their sources."""

    label: str
    text: str
    facts: Facts = ()


@dataclass(frozen=True)
class Proposed:
    """A counter-proposal: in words, the verdict it has, and the deals it consists of."""

    words: str
    verdict: str
    deals: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Judged:
    """A review to show: verdict, what stands beside it, lines, counter-proposals, every fact, the policy's notes.

    `beside` counts the other deals of a plan that were in place.
    """

    verdict: str
    head: str
    why: str
    policy: str
    version: str
    day: str
    lines: tuple[Line, ...]
    proposals: tuple[Proposed, ...]
    facts: Facts
    notes: tuple[str, ...]
    beside: int


def told(review: Review) -> dict[str, Any]:
    """Return a review as plain data, with the words and the table of facts that people see."""
    rows = [{k: v for k, v in row.items() if v is not None} for row in deal_page.answer(review).table.to_pylist()]
    words = {
        "head": deal_words.head(review),
        "lines": [list(line) for line in deal_words.lines(review)],
        "facts": rows,
        "notes": list(review.law.book.notes),
    }
    return {**document(review), "words": words}


def judged(kept: Mapping[str, Any]) -> Judged:
    """Read a review that `told` wrote; one that was kept without words is told by what it holds."""
    words = kept.get("words") or _plain(kept)
    head, _, why = str(words["head"]).partition(": ")
    facts = tuple(words["facts"])
    proposals = tuple(
        Proposed(each["words"], each["verdict"], tuple(each["deals"]))
        for each in kept["would_pass"]
        if each["kind"] != "price remark"
    )
    shown = [line for line in words["lines"] if line[0] not in (deal_words.PASSING, deal_words.BETTER) or not proposals]
    lines = tuple(Line(label, text, _under(label, facts)) for label, text in shown)
    policy = kept["policy"]
    return Judged(
        kept["verdict"], head, why, policy["title"], policy["version"], kept["day"], lines, proposals, facts,
        tuple(words["notes"]), len(kept["beside"]),
    )  # fmt: skip


def facts_answer(kept: Mapping[str, Any]) -> Answer:
    """Return every fact of a kept review as a table."""
    import pyarrow as pa

    found = judged(kept)
    columns = deal_page.FACTS
    cells = {c.name: pa.array([row.get(c.name) for row in found.facts], pa.string()) for c in columns}
    about = {"verdict": found.verdict, "policy": found.policy, "version": found.version}
    return Answer("Every fact, with its source", pa.table(cells), columns, found.notes, about)


def deal_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the deal of a kept review by the keys of its file, so that it can be judged anew."""
    return as_file(kept["deal"])


def as_file(deal: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deal that `Deal.document` wrote, by the keys of a deal's file; the seller of another is left open."""
    names = ("title", "direction", "country", "partner", "origin", "seller", "buyer", "vessel", "day")
    more = ("delivery_until", "currency", "incoterm", "end_use", "facts")
    stated = {name: deal[name] for name in (*names, *more) if name in deal}
    stated |= {"product": deal["hs6"], "quantity": deal["quantity_t"], "unit": "t"}
    if deal.get("price") is not None:
        stated |= {"price": deal["price"], "price_per": "t"}
    evidence = {name: deal[name] for name in ("year", "dataset") if name in deal}
    if evidence:
        stated["evidence"] = evidence
    return {**stated, **({"conversion": deal["conversion"]} if deal.get("conversion") else {})}


def _under(label: str, facts: Facts) -> Facts:
    """Return the facts of a line, by the heading of its question."""
    wanted = {"Names", "Embargoes", "Classification"} if label == CONTROLS else {label}
    return tuple(row for row in facts if row.get("question") in wanted)


def _plain(kept: Mapping[str, Any]) -> dict[str, Any]:
    rules = [("Rule", f"{rule['id']} {rule['verdict']}: {rule['reason']} ({rule['legal']})") for rule in kept["rules"]]
    said = [(each["question"], "; ".join(each["words"])) for each in kept["evidence"] if each["words"]]
    facts = [
        {"question": of["question"]} | {key: str(value) for key, value in fact.items() if value not in (None, "")}
        for of in kept["evidence"]
        for fact in of["facts"]
    ]
    fired = ", ".join(rule["id"] for rule in kept["rules"]) or "no rule in force stands against it"
    head = f"{kept['verdict'].upper()}: policy “{kept['policy']['title']}”, {fired}"
    return {"head": head, "lines": [*said, *rules], "facts": facts, "notes": []}
