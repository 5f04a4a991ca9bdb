"""A review in the record: the deal and its verdict, with the evidence and the policy's text kept by their hashes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from homeground.deals.verdict import Review, document
from homeground.errors import BadInput, NotInHome, SigningRefused, listing, message
from homeground.policy import Book, Law, on, reading, signatures
from homeground.record import Decision, Entry, Ledger, Required, Signatures, Signer, Signing
from homeground.record.canonical import parse
from homeground.record.entries import moment
from homeground.record.signing import Draft, require_role
from homeground.sources import policy_folder
from homeground.sources.policy_folder import PolicyFolder

if TYPE_CHECKING:
    from pathlib import Path

    from homeground.record.ledger import Content
    from homeground.store import Dataset
    from homeground.store.catalog import Catalog, Load

LISTS: Final = ("sanctioned_names", "restrictions", "dual_use")
"""Tables by which a deal is barred or a name is known."""


@dataclass(frozen=True)
class Papers:
    """What a review leaves in the record: what it says, its evidence, and the policy's text, all plain data."""

    payload: Mapping[str, Any]
    evidence: Mapping[str, Any]
    policy: Mapping[str, Any]


def record(
    ledger: Ledger, review: Review, policy: str | Path, *, by: str, role: str, words: Mapping[str, Any] | None = None
) -> Entry:
    """Write a review into the ledger, with snapshots of all evidence and of the policy as it stands in its folder.

    `words` are what was shown to people (`brief.deals.deal_sheet.told`), kept with the evidence.

    Raises SigningRefused where the person does not hold the role, BadInput where the folder has changed since.
    """
    return file(ledger, papers(review, policy_text(policy, review.judgement.version), words), by=by, role=role)


def papers(review: Review, text: Mapping[str, Any], words: Mapping[str, Any] | None = None) -> Papers:
    """Return what a review leaves in the record; `text` is its policy's (`policy_text`)."""
    payload = {
        "deal": review.deal.document(),
        "product": review.deal.hs6,
        "value_usd": review.setting.offer.usd,
        "verdict": review.verdict,
        "rules": [firing.rule.id for firing in review.judgement.fired],
        "unknown": list(review.judgement.unknown),
        "day": review.law.day.isoformat(),
        "policy_version": review.judgement.version,
    }
    return Papers(payload, {**document(review), **({"words": words} if words else {})}, text)


def file(ledger: Ledger, made: Papers, *, by: str, role: str) -> Entry:
    """Write the papers of a review into the ledger; raises SigningRefused where the person does not hold the role."""
    with ledger.writing() as pen:
        require_role(pen.state.person(by), role)
        people = (Signer(by, role),)
        return pen.write(Draft("review", people, made.payload, pen.keep(made.evidence), pen.keep(made.policy)))


def decide(
    ledger: Ledger, review: int, outcome: str, *, by: str, role: str, reason: str | None = None,
    supersedes: int | None = None,
) -> Entry:  # fmt: skip
    """Sign a decision on a review that stands in the record; who signs is what its policy says on the day of the deal.

    The policy is the text that the review keeps, whatever has become of its folder. Raises NotInHome where the entry is
    no review or the policy names nobody, SigningRefused where the person may not sign.
    """
    entry = ledger.entry(review)
    if entry.kind != "review":
        do = "write one with 'homeground deal review --record', or see 'homeground record log --kind review'"
        raise NotInHome(message(f"entry {review} is not a review", found=entry.kind, do=do))
    said = entry.payload
    made = Decision(
        deal=said["deal"],
        product=said["product"],
        value_usd=said["value_usd"],
        verdict=said["verdict"],
        rules=tuple(said["rules"]),
        outcome=outcome,
        signing=signatures_of(ledger, entry),
        reason=reason,
    )
    return ledger.decide(made, by=by, role=role, supersedes=supersedes)


def decide_stated(
    ledger: Ledger, stated: Decision, policy: Path, *, by: str, role: str, evidence: Content | None = None,
    supersedes: int | None = None,
) -> Entry:  # fmt: skip
    """Sign a decision that a file states; who signs is what a policy book says on the day of the deal.

    The book's text is kept with the entry. Raises BadInput where the decision does not say its day, or names a rule
    that the law of the day lacks, SigningRefused where it names other signers than the book or the person may not sign.
    """
    from homeground.policy import read

    book = read(policy)
    day = _day_of(stated.deal)
    law = on(book, day)
    known = {rule.id for rule in law.rules}
    if strange := [rule for rule in stated.rules if rule not in known]:
        found, do = listing(strange), "correct the rules, or the day of the deal"
        raise BadInput(message(f"the policy of {day} has no such rule", where=str(policy), found=found, do=do))
    case = {"hs6": stated.product, **{name: stated.deal.get(name) for name in ("direction", "partner")}}
    needed = _required(law, {**case, "deal_value_usd": stated.value_usd}, stated.verdict, stated.rules)
    who = cast("Signing", stated.signing)
    named = [set(each.roles) for each in who.required(stated.value_usd)] if who.roles else None
    asked = [set(each.roles) for each in needed]
    if named is not None and sorted(map(sorted, named)) != sorted(map(sorted, asked)):
        what, found = "the policy names other signers", "; ".join(" or ".join(sorted(roles)) for roles in named)
        expected, do = "; ".join(map(str, needed)), "leave [signing] out: the policy says who signs"
        raise SigningRefused(message(what, where=str(policy), found=found, expected=expected, do=do))
    made = replace(stated, signing=Signatures(needed, None, book.version, day.isoformat()))
    kept = policy_text(policy, book.version)
    return ledger.decide(made, by=by, role=role, evidence=evidence, policy=kept, supersedes=supersedes)


def _day_of(deal: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(deal["day"]))
    except (KeyError, ValueError) as error:
        what, do = "the day of the deal says whose law holds", 'write day = "2024-07-15" under [deal]'
        raise BadInput(message(what, where="[deal]", found=repr(deal.get("day")), expected="a day", do=do)) from error


def _required(law: Law, case: Mapping[str, Any], verdict: Any, fired: Collection[str]) -> tuple[Required, ...]:
    return tuple(Required(each.rule, each.roles, each.legal) for each in signatures(law, case, verdict, fired))


def lists_since(catalog: Catalog, review: Entry) -> list[str]:
    """Name the datasets whose names, measures or controls were loaded after a review, or in the same second."""
    made = moment(review.time).replace(microsecond=0)
    return [
        name for name, dataset in catalog.datasets.items()
        if any(datetime.fromisoformat(load.loaded_at) >= made for load in _behind(dataset, LISTS))
    ]  # fmt: skip


def _behind(dataset: Dataset, tables: Sequence[str]) -> list[Load]:
    """Return the loads that tables of a dataset rest on."""
    behind = {piece.load for table in tables for piece in dataset.tables.get(table, {}).values()}
    return [load for load in dataset.loads if load.id in behind]


def signatures_of(ledger: Ledger, review: Entry) -> Signatures:
    """Return the signatures that a decision on a review needs, by the policy text kept with it."""
    said, deal = review.payload, review.payload["deal"]
    law = on(book_of(ledger, review), date.fromisoformat(said["day"]))
    case = {name: deal[name] for name in ("direction", "hs6", "partner")}
    required = _required(law, {**case, "deal_value_usd": said["value_usd"]}, said["verdict"], said["rules"])
    return Signatures(required, review.number, said["policy_version"], said["day"])


def book_of(ledger: Ledger, review: Entry) -> Book:
    """Read the policy book that a review keeps."""
    return _read(bytes(ledger.snapshot(review.policy)))


@lru_cache(maxsize=32)
def _read(text: bytes) -> Book:
    kept = cast("dict[str, Any]", parse(text))
    sheets = {name: tuple(tuple(row) for row in rows) for name, rows in kept["tables"].items()}
    where = "the policy kept with the review"
    book, faults = reading.parse(PolicyFolder(where, kept["texts"], sheets, kept["version"]))
    if faults:
        raise BadInput("\n".join(faults))
    return book


def decision(review: Review, outcome: str, signing: Signing, reason: str | None = None) -> Decision:
    """Make the decision on a reviewed deal that `Ledger.decide` signs, and `Ledger.countersign` after it."""
    return Decision(
        deal=review.deal.document(),
        product=review.deal.hs6,
        value_usd=review.setting.offer.usd,
        verdict=review.verdict,
        rules=tuple(firing.rule.id for firing in review.judgement.fired),
        outcome=outcome,
        signing=signing,
        reason=reason,
    )


def policy_text(folder: str | Path, version: str) -> dict[str, Any]:
    """Return the text of a policy book as a document; raises BadInput where it is no longer the version judged."""
    from pathlib import Path as File

    found = policy_folder.read(File(folder))
    if found.version != version:
        what, do = "the policy has changed since the review", "review the deal again"
        raise BadInput(message(what, where=str(folder), found=found.version[:12], expected=version[:12], do=do))
    sheets = {name: [list(row) for row in rows] for name, rows in found.sheets.items()}
    return {"version": version, "texts": dict(found.texts), "tables": sheets}
