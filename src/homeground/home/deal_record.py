"""A review in the record: the deal and its verdict, with the evidence and the policy's text kept by their hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeground.deals.verdict import Review, document
from homeground.errors import BadInput, message
from homeground.record import Decision, Entry, Ledger, Signer, Signing
from homeground.record.signing import Draft, require_role
from homeground.sources import policy_folder

if TYPE_CHECKING:
    from pathlib import Path


def record(ledger: Ledger, review: Review, policy: str | Path, *, by: str, role: str) -> Entry:
    """Write a review into the ledger, with snapshots of all evidence and of the policy as it stands in its folder.

    Raises SigningRefused where the person does not hold the role, BadInput where the folder has changed since.
    """
    text = policy_text(policy, review.judgement.version)
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
    with ledger.writing() as pen:
        require_role(pen.state.person(by), role)
        people = (Signer(by, role),)
        return pen.write(Draft("review", people, payload, pen.keep(document(review)), pen.keep(text)))


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
