"""Which own goods could stand in for the import: how much, saving how much currency, at which cost at home.

Per ton of the import that own goods replace, currency saved = price of the deal (border price of the process book
where it has none) − what the way itself imports through all tiers; domestic resource cost = home money spent / currency
saved / home money per US dollar at its scarcity. A way is taken in proportion to the tons that the deal asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homeground.deals.deal import Deal
from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.deals.market import Market
from homeground.deals.ports import AtHome
from homeground.errors import listing
from homeground.materials.findings import number
from homeground.materials.in_place import InPlace, in_words

NAME = "home_substitute"
GIVES = tuple(f"{NAME}_{what}" for what in ("t", "share", "currency_saved_usd", "drc", "byproduct"))
SHOWN = 3
"""Ways that are told of; of those that nothing comes of, two."""


@dataclass(frozen=True)
class Substitute:
    """One way, held against a deal: `tons` of the import that it replaces, USD saved net, domestic resource cost."""

    way: InPlace
    tons: float
    saved_usd: float | None
    drc: float | None

    @property
    def worth(self) -> int:
        """0 worth making at home, 1 not known, 2 dearer than the currency that it saves."""
        if self.saved_usd is not None and self.saved_usd <= 0:
            return 2
        return 1 if self.drc is None else 0 if self.drc < 1 else 2


def substitutes(setting: Setting, found: AtHome) -> list[Substitute]:
    """Hold every way of which something is at hand against the deal; those worth making first, then by saving."""
    held = [_held(setting, way, found.home_per_usd) for way in found.ways if way.tons]
    left = [each for each in held if each.tons > 0]
    return sorted(left, key=lambda each: (each.worth, -(each.saved_usd or 0.0), each.way.key))


def ask(setting: Setting) -> AtHome | str:
    """Ask the tables for the ways to do without the deal's product, in the year of the deal's evidence."""
    deal = setting.deal
    market = setting.tables.market(deal)
    year = market.year if isinstance(market, Market) else deal.year or deal.day.year
    return setting.tables.at_home(deal.country, deal.hs6, year)


def _held(setting: Setting, way: InPlace, rate: float | None) -> Substitute:
    left = (way.tons or 0.0) - setting.replaced.get(way.key, 0.0)
    tons = max(0.0, min(setting.offer.tons, left))
    saved = way.saved_t(setting.offer.usd_per_t)
    return Substitute(way, tons, None if saved is None else saved * tons, way.drc(saved, rate))


def _answer(setting: Setting) -> Answer:
    found = ask(setting)
    if isinstance(found, str):
        return Answer(NAME, "Made at home", unknown(GIVES, found))
    held = substitutes(setting, found)
    if not held:
        return _nothing(setting, found)
    best = held[0]
    why_drc = _why_no_drc(best, found.home_per_usd)
    values = {
        "t": (best.tons, ""),
        "share": (best.tons / setting.offer.tons, ""),
        "currency_saved_usd": (best.saved_usd, _why_no_saving(best)),
        "drc": (best.drc, why_drc),
        "byproduct": (best.way.byproduct, ""),
    }
    items = tuple(Item(f"{NAME}_{k}", v, _source(found), found.vintage, why) for k, (v, why) in values.items())
    words = [_words(setting, each) for each in held[:SHOWN]]
    if len(held) > 1:
        words.append("each for itself: two that take the same own good do not add up")
    return Answer(NAME, "Made at home", items, (*words, *_no_way(found), _source(found)))


def _nothing(setting: Setting, found: AtHome) -> Answer:
    """Nothing stands in: known to be so, or not known because the book leaves it open."""
    open_ways = [way for way in found.ways if way.tons is None]
    if open_ways or not found.ways:
        why = f"the book leaves open {_reasons(open_ways)}" if open_ways else "the book knows no way to do without it"
        return Answer(NAME, "Made at home", unknown(GIVES, f"{found.book}: {why}"))
    none = {"t": 0.0, "share": 0.0, "currency_saved_usd": 0.0, "drc": None, "byproduct": False}
    why = "what is at hand is taken already" if setting.replaced else "nothing at hand could stand in"
    items = tuple(Item(f"{NAME}_{k}", v, _source(found), found.vintage, why) for k, v in none.items())
    return Answer(NAME, "Made at home", items, (*_no_way(found), _source(found)))


def _why_no_saving(best: Substitute) -> str:
    return f"not known: {listing(best.way.missing, 3)}" if best.way.missing else "neither price is known"


def _why_no_drc(best: Substitute, rate: float | None) -> str:
    if best.way.missing:
        return f"not known: {listing(best.way.missing, 3)}"
    if best.saved_usd is None:
        return "neither price is known"
    return "nothing is saved" if rate else "the book does not say what a US dollar is worth in home money"


def _words(setting: Setting, held: Substitute) -> str:
    way = held.way
    part = held.tons / setting.offer.tons
    text = f"{in_words(way, held.tons)} could do the work of {number(held.tons)} t ({100 * part:.0f} % of the deal)"
    text += ", thrown away today" if way.byproduct else ""
    text += f" ({_plain(way.quality)})" if way.quality and way.quality != "the same good" else ""
    if held.saved_usd is not None:
        taken = way.inputs_t * held.tons
        net = f" net of {_usd(taken)} that it imports itself" if taken >= 1 else ""
        verb = "saves" if held.saved_usd >= 0 else "loses"
        text += f": {verb} {_usd(abs(held.saved_usd))}{net}"
    text += f", DRC {held.drc:.2f}" if held.drc is not None else ""
    text += " (dearer at home than the currency it saves)" if held.drc is not None and held.drc >= 1 else ""
    return text + (f"; left out: {listing(way.missing, 2)}" if way.missing else "")


def _no_way(found: AtHome) -> tuple[str, ...]:
    none = [way for way in found.ways if not way.tons]
    return (f"no way today: {_reasons(none)}",) if none else ()


def _reasons(ways: Sequence[InPlace]) -> str:
    return listing((f"{way.name} ({_plain(way.why)})" for way in ways), 2)


def _plain(text: str) -> str:
    """Names of properties as words."""
    return text.replace("_", " ")


def _usd(value: float) -> str:
    for scale, unit in ((1e9, "bn USD"), (1e6, "M USD")):
        if value >= scale:
            return f"{number(value / scale)} {unit}"
    return f"{number(value)} USD"


def _source(found: AtHome) -> str:
    return f"process book {found.book}"


def _applies(deal: Deal) -> bool:
    return deal.direction == "import" and not deal.arms


QUESTION = Question(
    id=NAME,
    asks="Which own goods could stand in, saving how much currency, at which cost?",
    heading="Made at home",
    gives=GIVES,
    answer=_answer,
    order=64,
    applies=_applies,
)
