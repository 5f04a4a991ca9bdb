"""What own goods could stand in for tons of an imported good: each way per ton, so that a deal can be held to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homeground.materials.book import Good
from homeground.materials.byproducts import byproduct_findings
from homeground.materials.explain import Way, ways
from homeground.materials.findings import Finding, number
from homeground.materials.supply import State


@dataclass(frozen=True)
class InPlace:
    """One way to do without an imported good; per t of that good where a name ends in `_t`.

    `name` of the own good, `where` it takes the place, or is made or won back. `tons` of the import that it could
    replace a year: None where the book does not tell (`why`), 0 where nothing is at hand or it does not fit (`why`).
    `takes`: own tons per t, None without masses. `border_t`: the book's border price, `inputs_t`: what the way imports,
    both USD; `home_t`: home money. `missing`: what the two last leave out. `byproduct`: of it, something is thrown away
    today.
    """

    name: str
    where: str
    tons: float | None
    takes: float | None
    border_t: float | None
    inputs_t: float
    home_t: float
    quality: str
    why: str
    byproduct: bool
    missing: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells this way from the others."""
        return f"{self.name}, {self.where}"

    def saved_t(self, price_t: float | None = None) -> float | None:
        """US dollars saved per ton of the import at a price per ton, the book's where None; None: not known."""
        price = self.border_t if price_t is None else price_t
        if price is None or any(text.startswith("border price") for text in self.missing):
            return None
        return price - self.inputs_t

    def drc(self, saved_t: float | None, home_per_usd: float | None) -> float | None:
        """Domestic resource cost: home money per dollar saved, over what a dollar is worth; None: not known."""
        if saved_t is None or saved_t <= 0 or not home_per_usd or self.missing:
            return None
        return self.home_t / saved_t / home_per_usd


def in_place(state: State, good: str) -> list[InPlace]:
    """List the ways to do without a good; those that are at hand first, the largest of them first.

    By-products are counted as they are freed (all of the good they replace, imports first), not per imported share.
    A process that would make the good of a by-product stands once, as what that by-product could become.
    """
    mass = state.book.goods[good].mass
    if not mass:
        return []
    freed = list(_of_byproducts(state, good, mass))
    taken = {way.name for way in freed} | {way.where for way in freed}
    others = [_of_way(state, way, good, mass) for way in ways(state, good) if way.name not in taken]
    return sorted([*freed, *others], key=lambda way: (not way.tons, -(way.tons or 0.0), way.key))


def _of_byproducts(state: State, good: str, mass: float) -> Iterator[InPlace]:
    for finding in byproduct_findings(state):
        if finding.good == good and finding.instead and finding.quantity:
            yield _of_finding(state, finding, good, mass)


def _of_finding(state: State, finding: Finding, good: str, mass: float) -> InPlace:
    own, units = state.book.goods[finding.instead], finding.quantity or 0.0
    unbuilt = next((text for text in finding.missing if text.startswith("capacity of")), None)
    most = min(units, state.held[good].imports + state.held[good].shortfall)
    per_t = 1 / (units * mass)
    return InPlace(
        name=own.name,
        where=state.book.name(finding.process),
        tons=None if unbuilt else most * mass,
        takes=_mass(own, finding.quantity_instead, per_t),
        border_t=_border(state.book.goods[good]),
        inputs_t=(finding.inputs_usd or 0.0) * per_t,
        home_t=(finding.home_cost or 0.0) * per_t,
        quality=finding.quality or "the same good",
        why=f"{unbuilt} is not stated" if unbuilt else "; ".join(finding.reasons),
        byproduct=True,
        missing=_missing(state, good, finding.missing),
    )


def _of_way(state: State, way: Way, good: str, mass: float) -> InPlace:
    units = way.quantity if way.verdict == "fits" else None
    per_t = 1 / (units * mass) if units else 0.0
    unknown = way.quantity is None and way.verdict in ("fits", "capacity not stated")
    same = way.kind != "other good"
    return InPlace(
        name=state.book.name(good) if same else way.name,
        where=way.name if same else way.where,
        tons=None if unknown or way.verdict == "not known" else (units or 0.0) * mass,
        takes=1.0 if same else _mass(_named(state, way.name), way.quantity_instead, per_t),
        border_t=_border(state.book.goods[good]),
        inputs_t=(way.inputs_usd or 0.0) * per_t,
        home_t=(way.home_cost or 0.0) * per_t,
        quality=way.quality,
        why=_why(way),
        byproduct=False,
        missing=_missing(state, good, way.missing),
    )


def _why(way: Way) -> str:
    if way.verdict == "fits" and way.quantity is None:
        return "no process that runs uses it"
    if way.verdict in ("does not fit", "not known", "none at hand") and way.why:
        return f"{way.verdict}: {way.why}"
    return way.why if way.verdict == "fits" else way.verdict


def _border(good: Good) -> float | None:
    return None if good.price is None or not good.mass else good.price / good.mass


def _mass(own: Good, units: float | None, per_t: float) -> float | None:
    return None if not own.mass or units is None else units * own.mass * per_t


def _named(state: State, name: str) -> Good:
    return next(good for good in state.book.goods.values() if good.name == name)


def _missing(state: State, good: str, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the border price of the good itself: a deal has a price of its own."""
    return tuple(text for text in missing if text != f"border price of {state.book.goods[good].name}")


def in_words(way: InPlace, tons: float) -> str:
    """Say what takes the place of some tons: `2,160 t of own beech boards (Chair factory)`."""
    amount = f"{number(tons * way.takes)} t of " if way.takes is not None else ""
    return f"{amount}own {way.name} ({way.where})"
