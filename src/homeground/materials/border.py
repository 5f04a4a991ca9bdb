"""What processes are worth at border prices: value added, domestic resource cost, effective protection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeground.materials.balance import Balance
from homeground.materials.book import Book, Good, Process
from homeground.materials.contents import Content, own_costs


@dataclass(frozen=True)
class BorderCost:
    """One process per unit of activity. None: not known, and `missing` says why.

    `revenue` E and `tradables` F, USD at border prices; `value_added` = E − F; `domestic` G, home money, domestic
    factors with the shadow wage; `drc` = G/(E − F), home money per US dollar earned or saved, None where E − F ≤ 0;
    `drc_ratio` = drc / shadow rate, below 1: worth making at home; `protection` = effective rate of protection.
    """

    process: str
    revenue: float | None
    tradables: float | None
    value_added: float | None
    domestic: float | None
    drc: float | None
    drc_ratio: float | None
    protection: float | None
    missing: tuple[str, ...]


def domestic_resource_cost(domestic: float, revenue: float, tradables: float) -> float | None:
    """DRC = G/(E − F): home money spent on domestic factors per US dollar that the process earns or saves.

    None where E − F ≤ 0: the process loses foreign currency whatever it costs at home. Source: Bruno (1972), Journal of
    Political Economy 80(1).
    """
    return domestic / (revenue - tradables) if revenue > tradables else None


def effective_protection(tariff: float, inputs: Mapping[str, tuple[float, float]]) -> float | None:
    """(t_j − Σ a_ij·t_i)/(1 − Σ a_ij): how far tariffs let value added exceed that at border prices.

    `inputs`: name → (a_ij, t_i), the input's share of the output's value at border prices, and its tariff. None where
    Σ a_ij ≥ 1. Non-traded inputs count as value added (Corden 1966, Journal of Political Economy 74(3)).
    """
    used = sum(share for share, _tariff in inputs.values())
    return (tariff - sum(share * t for share, t in inputs.values())) / (1 - used) if used < 1 else None


def border_price(good: Good) -> float | None:
    """USD per unit at the border: what it earns where more is exported than imported, else what it costs."""
    sold = good.export_price is not None and (good.exports or 0.0) > (good.imports or 0.0)
    return good.export_price if sold else good.price


def border_costs(book: Book, held: Mapping[str, Balance], chain: Mapping[str, Content]) -> dict[str, BorderCost]:
    """Weigh each process whose outputs are all traded; `chain`: contents with everything traded at its border price.

    By-products earn as far as they are used at present (all of them where the process does not run).
    """
    return {
        process.id: _border_cost(book, process, held, chain)
        for process in book.processes.values()
        if all(book.goods[line.good].traded for line in process.outputs)
    }


def _border_cost(book: Book, process: Process, held: Mapping[str, Balance], chain: Mapping[str, Content]) -> BorderCost:
    missing: list[str] = []
    revenue = _revenue(book, process, held, missing)
    usd, home, lacking = own_costs(book, process)
    unknown_home = list(lacking)
    for _line, key, quantity in book.drawn(process):
        good = book.goods[key]
        if good.free:
            continue
        if good.traded and good.price is None:
            missing.append(f"border price of {good.name}")
            continue
        usd += quantity * chain[key].usd
        home += quantity * chain[key].home
        prices = [text for text in chain[key].missing if text.startswith("border")]
        missing += prices
        unknown_home += [text for text in chain[key].missing if text not in prices]
    if book.shadow_rate is None:
        unknown_home.append("home money per US dollar")
    for line in process.inputs:
        if line.is_group and not any(process.uses.get(m.good) for m in book.groups[line.good].members):
            missing.append(f"which members of {book.name(line.good)} {process.name} would use")
    known = not missing
    value_added = revenue - usd if known else None
    drc = domestic_resource_cost(home, revenue, usd) if known and not unknown_home else None
    return BorderCost(
        process=process.id,
        revenue=revenue if known else None,
        tradables=usd if known else None,
        value_added=value_added,
        domestic=home if not unknown_home else None,
        drc=drc,
        drc_ratio=drc / book.shadow_rate if drc is not None and book.shadow_rate else None,
        protection=_protection(book, process, held, missing),
        missing=tuple(dict.fromkeys([*missing, *unknown_home])),
    )


def _revenue(book: Book, process: Process, held: Mapping[str, Balance], missing: list[str]) -> float:
    total = 0.0
    for line in process.made:
        good = book.goods[line.good]
        price = border_price(good)
        if line.role == "output" and price is None:
            missing.append(f"border price of {good.name}")
        total += (price or 0.0) * line.quantity * (1.0 if line.role == "output" else _used(held[line.good]))
    return total


def _used(balance: Balance) -> float:
    return 1 - balance.thrown_away / balance.byproduct if balance.byproduct > 0 else 1.0


def _protection(book: Book, process: Process, held: Mapping[str, Balance], missing: list[str]) -> float | None:
    """Effective protection of all outputs together; None where a tariff or price is not known."""
    revenue = _revenue(book, process, held, [])
    outputs = [(book.goods[line.good], line.quantity) for line in process.outputs]
    drawn = [(book.goods[key], quantity) for _line, key, quantity in book.drawn(process) if book.goods[key].traded]
    if missing or revenue <= 0 or any(good.tariff is None for good, _quantity in [*outputs, *drawn]):
        return None
    inputs: dict[str, tuple[float, float]] = {}
    for good, quantity in drawn:
        share = quantity * (good.price or 0.0) / revenue + inputs.get(good.id, (0.0, 0.0))[0]
        inputs[good.id] = (share, good.tariff or 0.0)
    tariff = sum(quantity * (border_price(good) or 0.0) * (good.tariff or 0.0) for good, quantity in outputs) / revenue
    return effective_protection(tariff, inputs)
