"""The record: decisions, people, qualifications; only added to, chained by hashes, signed by checkpoints."""

from __future__ import annotations

from homeground.record.audit import Finding
from homeground.record.drill import Attempt, Case, Drill, Score
from homeground.record.entries import Entry, Signer
from homeground.record.hearing import Position, Reviewed
from homeground.record.kinds import KINDS, OUTCOMES, STANCES, VERDICTS
from homeground.record.ledger import Ledger
from homeground.record.required import Required
from homeground.record.signing import Decision, Signatures, Signing
from homeground.record.state import REGISTRAR, Decided, Person, Qualification, State
from homeground.record.verify import Verified

__all__ = [
    "KINDS",
    "OUTCOMES",
    "REGISTRAR",
    "STANCES",
    "VERDICTS",
    "Attempt",
    "Case",
    "Decided",
    "Decision",
    "Drill",
    "Entry",
    "Finding",
    "Ledger",
    "Person",
    "Position",
    "Qualification",
    "Required",
    "Reviewed",
    "Score",
    "Signatures",
    "Signer",
    "Signing",
    "State",
    "Verified",
]
