"""Judging a deal: the deal, its evidence, the verdict of the policy of its day, and what would make it pass.

| question | function |
|---|---|
| read a deal | `read`, `parse` |
| what does the policy say of it | `review`, or `Home.review` |
| of many together | `Home.review_plan` |
| what is asked | `evidence.questions`; a module of `evidence` adds one |
| what is proposed | `passing.proposers`; a module of `passing` adds one |
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from homeground.deals.deal import Conversion, Deal, parse, read
from homeground.deals.evidence import Answer, Item, Question, questions
from homeground.deals.offer import Offer
from homeground.deals.verdict import Proposal, Review, document

if TYPE_CHECKING:
    from homeground.policy import Book

__all__ = [
    "Answer",
    "Conversion",
    "Deal",
    "Item",
    "Offer",
    "Proposal",
    "Question",
    "Review",
    "document",
    "parse",
    "questions",
    "read",
    "review",
]


class Reviewer(Protocol):
    """Who reviews deals: a Home."""

    def review(self, deal: Deal, policy: Book) -> Review:
        """Review a deal under the policy of its day."""


def review(home: Reviewer, deal: Deal | str | Path | dict[str, Any], policy: Book | str | Path) -> Review:
    """Review a deal, or the deal in a file or a dict, on a Home's data under a policy book, or the one in a folder.

    A deal without a day is judged under the law of today.
    """
    from homeground import policy as policies

    book = policies.read(policy) if isinstance(policy, str | Path) else policy
    today = datetime.now(UTC).date()
    if isinstance(deal, dict):
        deal = parse(deal, today=today)
    return home.review(deal if isinstance(deal, Deal) else read(deal, today), book)
