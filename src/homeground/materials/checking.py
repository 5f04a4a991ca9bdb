"""The whole check of a book: balances, costs at the border, findings, circular use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from homeground.errors import NotInHome, listing, message
from homeground.materials.balance import Balance, balances
from homeground.materials.book import Book
from homeground.materials.border import BorderCost, border_costs
from homeground.materials.byproducts import byproduct_findings
from homeground.materials.circular import CircularUse, circular_use
from homeground.materials.contents import at_the_border, bought_shares, contents
from homeground.materials.findings import Finding
from homeground.materials.others import (
    capacity_findings,
    lacking_findings,
    recovery_findings,
    value_added_findings,
)
from homeground.materials.premises import premise_findings
from homeground.materials.soundness import MassBalance, mass_balance
from homeground.materials.substitutes import substitute_findings
from homeground.materials.supply import State


@dataclass(frozen=True)
class Trade:
    """What trade data say of a good: USD per unit, units imported and exported a year, and where that comes from."""

    price: float | None = None
    imports: float | None = None
    exports: float | None = None
    price_from: str = ""
    trade_from: str = ""


@dataclass(frozen=True)
class Check:
    """A book checked: `held` balances by good, `costs` at the border and `mass` by process, findings, circular use.

    Findings: those that save most foreign currency first. Each is for itself; two that use the same good do not add up.
    """

    book: Book
    held: Mapping[str, Balance]
    costs: Mapping[str, BorderCost]
    mass: Mapping[str, MassBalance]
    findings: tuple[Finding, ...]
    circular: CircularUse
    state: State


def with_trade(book: Book, trade: Mapping[str, Trade]) -> Book:
    """Fill what the book leaves open from trade data; what the book states stands."""
    goods = dict(book.goods)
    for key, known in trade.items():
        good = goods[key]
        priced = good.price is None and known.price is not None
        goods[key] = replace(
            good,
            price=known.price if priced else good.price,
            price_from=known.price_from if priced else good.price_from,
            imports=known.imports if good.imports is None else good.imports,
            exports=known.exports if good.exports is None else good.exports,
        )
    return replace(book, goods=goods)


def check(book: Book) -> Check:
    """Close the balances, price every process at the border, and list what is worth doing otherwise."""
    state = state_of(book)
    costs = border_costs(book, state.held, state.border)
    found = [
        *substitute_findings(state),
        *byproduct_findings(state),
        *premise_findings(state),
        *recovery_findings(state),
        *capacity_findings(state),
        *value_added_findings(state, costs),
        *lacking_findings(state),
    ]
    return Check(
        book=book,
        held=state.held,
        costs=costs,
        mass={process.id: mass_balance(book, process) for process in book.processes.values()},
        findings=tuple(ranked(found)),
        circular=circular_use(book, state.held),
        state=state,
    )


def state_of(book: Book) -> State:
    """Compute balances and contents once for all findings."""
    held = balances(book)
    shares = bought_shares(book, {key: balance.import_share for key, balance in held.items()})
    return State(book, held, contents(book, shares), contents(book, at_the_border(book)))


def ranked(found: Iterable[Finding]) -> list[Finding]:
    """Put those that save most first; what cannot be priced last."""
    return sorted(found, key=lambda f: -(f.net_usd if f.net_usd is not None else f.gross_usd or 0.0))


def find_good(book: Book, wanted: str) -> str:
    """Return the id of the good with this id, name or HS code; raises NotInHome for none or several."""
    text = wanted.strip().lower()
    found = [k for k, g in book.goods.items() if text in (k.lower(), g.name.lower(), g.hs6)]
    if len(found) != 1:
        near = [k for k, g in book.goods.items() if text in k.lower() or text in g.name.lower()]
        raise NotInHome(
            message(
                "no such good" if not found else "several goods of this code",
                where=book.title,
                found=wanted,
                expected=listing(found or near or book.goods, 12),
                do="write one of these names",
            )
        )
    return found[0]
