"""Drills of a desk: files below `drills/` in the Home, drawn from past trade and judged by a policy book.

Each case is an offer to buy once more what was bought in a past year. What is expected is what the policy says of it
today, on the trade of that year; an officer sees the same evidence, and neither verdict nor rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import deals
from homeground.brief.deals import deal_words
from homeground.brief.export import write_whole
from homeground.desk.web.uploads import safe_name
from homeground.errors import BadInput, NotInHome, listing, message
from homeground.record import drill as drills

if TYPE_CHECKING:
    from datetime import date

    from homeground.deals import Deal, Review
    from homeground.desk.settings import Settings
    from homeground.home import Home
    from homeground.policy import Book
    from homeground.record import Drill

FOLDER: Final = "drills"
TOLD: Final = ("Rule", "May hold", deal_words.PASSING, deal_words.BETTER, "Signed by", "Not in force")
"""Lines of a review that tell the answer."""


def names(settings: Settings) -> list[str]:
    """The names of the drills."""
    return sorted(path.stem for path in (Path(settings.home) / FOLDER).glob("*.toml"))


def read(settings: Settings, name: str) -> Drill:
    """Read a drill; raises NotInHome, BadInput."""
    if name not in names(settings):
        held = listing(names(settings)) or "none"
        raise NotInHome(message("no such drill", found=name, expected=held, do="choose one, or have one drawn"))
    return drills.read(Path(settings.home) / FOLDER / f"{name}.toml")


def keep(settings: Settings, about: Mapping[str, Any], cases: list[drills.Case]) -> str:
    """Keep a drill under its id; raises BadInput where there is one of that name, which attempts may cite."""
    name = safe_name(str(about["id"]))
    path = Path(settings.home) / FOLDER / f"{name}.toml"
    if path.exists():
        do = "choose another number for the draw"
        raise BadInput(message("there is a drill of this name already", found=name, do=do))
    path.parent.mkdir(parents=True, exist_ok=True)
    text = drills.write({**about, "id": name}, cases)
    write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    return name


def judge(home: Home, book: Book, day: date, dataset: str | None) -> Callable[[Mapping[str, Any]], Any]:
    """Return what gives the expected verdict and rules for a case, and their reasons."""

    def of(case: Mapping[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        found = review(home, book, case, day, dataset)
        fired = found.judgement.fired
        why = tuple(f"{firing.rule.id} {firing.rule.verdict}: {firing.reason}" for firing in fired)
        return found.verdict, tuple(firing.rule.id for firing in fired), why

    return of


def review(home: Home, book: Book, case: Mapping[str, Any], day: date, dataset: str | None) -> Review:
    """Review the offer of a case, on the trade of its year."""
    from homeground.home.deals import deals as judging

    return judging.review(home.store, deal_of(case, day, dataset), book, proposals=False)


def deal_of(case: Mapping[str, Any], day: date, dataset: str | None) -> Deal:
    """Return the offer of a case; past trade does not tell who sells, so that the names are left aside."""
    evidence = {"year": case["year"], **({"dataset": dataset} if dataset else {})}
    stated = {name: case[name] for name in ("direction", "country", "partner", "product")}
    stated |= {"quantity": case["quantity_t"], "price": case["price_usd_per_t"], "currency": "USD", "incoterm": "FOB"}
    found = deals.parse({**stated, "day": day, "end_use": "civil", "evidence": evidence}, "the case")
    return replace(found, seller_open=True)


def evidence(found: Review) -> list[tuple[str, str]]:
    """Return the lines of a review that an officer sees before they answer."""
    return [(label, text) for label, text in deal_words.lines(found) if label not in TOLD]
