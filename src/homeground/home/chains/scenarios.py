"""A scenario of a supply shock: read from TOML, held against the table, turned into cuts and an economy.

title = "Electrical equipment from China stops for 60 days"
year = 2011
days = 365                        # how long to look
stocks = 30                       # days of inputs held, or a csv: industry, days
critical = "all"                  # all, none, or a csv: inputs in rows, industries in columns, 1, 0.5 or 0
rerouting = 0.0                   # share of orders that others are asked for instead
spare = 0.0                       # capacity above normal
restock = 10                      # days in which a gap in stocks is closed
rationing = "proportional"        # or "priority": industries before final users
within_stock = true               # false: also where stocks last fewer days than that
ordering = "demand"               # or "used": inputs for what was made, not for what was asked
replaceable = true                # false: nobody's stock or product replaces what the cut suppliers deliver

[[shock]]
supplier = "CHN.c14"              # country, bloc, industry or pair, or a list of these
buyer = "abroad"                  # nobody named: production itself stops; "abroad": all other countries
share = 1.0
start = 10
days = 60

[[shock]]                         # or one product of one supplier: the cut gets its size from trade flows
hs6 = "270900"
from = "RUS"                      # country or bloc
to = "DEU"                        # country, bloc, or a list; nobody named: all others
share = 0.5
days = 60

[uncertain]                       # ranges for `--draws`: share, days, stocks, rerouting, spare
stocks = [15, 45]
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground import toml
from homeground.codes import industries
from homeground.errors import BadInput, message
from homeground.home.chains.chains import Chains, selectors
from homeground.leontief import Cut, Economy, Recipe, Response, economy
from homeground.leontief.labels import Axis, Ints

if TYPE_CHECKING:
    from homeground.home.chains.product_cuts import Sized

ABROAD: Final = "abroad"
KINDS: Final[dict[str, tuple[type, ...]]] = {
    "title": (str,), "year": (int,), "days": (int,), "dataset": (str,), "stocks": (int, float, str), "critical": (str,),
    "rerouting": (int, float), "spare": (int, float), "restock": (int, float), "rationing": (str,),
    "ordering": (str,), "within_stock": (bool,), "replaceable": (bool,), "shock": (list,), "uncertain": (dict,),
    "trade_year": (int,), "trade_dataset": (str,),
}  # fmt: skip
SHOCK: Final[dict[str, tuple[type, ...]]] = {
    "supplier": (str, list), "buyer": (str, list), "share": (int, float), "start": (int,), "days": (int,),
}  # fmt: skip
PRODUCT: Final[dict[str, tuple[type, ...]]] = {
    "hs6": (str,), "from": (str,), "to": (str, list), "share": (int, float), "start": (int,), "days": (int,),
}  # fmt: skip
WHOLE, HALF = 0.75, 0.25
"""Where several industries of a survey make one of the table, their mean rating counts as critical from 0.75, as
important from 0.25."""


@dataclass(frozen=True)
class Scenario:
    """What a scenario file says; `place` is its folder, for the files that it names.

    `sized`: how large the products were for which shocks on industries were put (see `product_cuts`).
    """

    title: str
    year: int
    days: int
    dataset: str | None
    stocks: float | str
    critical: str
    replaceable: bool
    response: Response
    shocks: tuple[dict[str, Any], ...]
    place: Path
    where: str
    uncertain: dict[str, tuple[float, float]]
    trade_year: int | None = None
    trade_dataset: str | None = None
    sized: tuple[Sized, ...] = ()


def read(path: Path) -> Scenario:
    """Read a scenario; raises BadInput naming the key at fault."""
    try:
        told = toml.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(message("cannot read", where=str(path), found=error.strerror, do="check the path")) from error
    except ValueError as error:
        raise BadInput(message("not valid TOML", where=str(path), found=str(error), do="mend it")) from error
    _only(told, KINDS, {"year", "shock"}, str(path))
    for number, shock in enumerate(told["shock"], 1):
        by_product = "hs6" in shock or "from" in shock
        needed = {"hs6", "from", "days"} if by_product else {"supplier", "days"}
        _only(shock, PRODUCT if by_product else SHOCK, needed, f"{path}, shock {number}")
    if not told["shock"]:
        raise BadInput(message("no shock in the scenario", where=str(path), do="write a [[shock]]"))
    return Scenario(
        title=told.get("title", path.stem),
        year=told["year"],
        days=told.get("days", 365),
        dataset=told.get("dataset"),
        stocks=told.get("stocks", 30),
        critical=told.get("critical", "all"),
        replaceable=told.get("replaceable", True),
        response=Response(
            rerouting=float(told.get("rerouting", 0.0)),
            spare=float(told.get("spare", 0.0)),
            restock=float(told.get("restock", 10)),
            rationing=told.get("rationing", "proportional"),
            ordering=told.get("ordering", "demand"),
            within_stock=told.get("within_stock", True),
        ),
        shocks=tuple(told["shock"]),
        place=path.parent,
        where=str(path),
        uncertain={name: _span(name, span, path) for name, span in told.get("uncertain", {}).items()},
        trade_year=told.get("trade_year"),
        trade_dataset=told.get("trade_dataset"),
    )


def stated(title: str, chains: Chains, shock: dict[str, Any], days: int) -> Scenario:
    """A scenario of one shock on a table, everything else as a file leaves it that says nothing."""
    return Scenario(
        title=title,
        year=chains.year,
        days=days,
        dataset=chains.dataset.name,
        stocks=30,
        critical="all",
        replaceable=True,
        response=Response(),
        shocks=(shock,),
        place=Path(),
        where=title,
        uncertain={},
    )


def prepare(scenario: Scenario, chains: Chains) -> tuple[Economy, tuple[Cut, ...]]:
    """The economy of a scenario and its cuts.

    Raises UnknownCode for a country or industry that the table lacks.
    """
    made = recipe(scenario, chains)
    return economy(chains.system, made.stock_days, ratings(scenario, chains), made.apart), tuple(made.cuts)


def recipe(scenario: Scenario, chains: Chains, name: str = "") -> Recipe:
    """What a run of the scenario takes beside the system and the ratings of inputs."""
    cuts = tuple(_cut(shock, chains) for shock in scenario.shocks)
    apart = None if scenario.replaceable else np.unique(np.concatenate([cut.suppliers for cut in cuts]))
    return Recipe(name, _stocks(scenario, chains), apart, cuts, scenario.response, scenario.days)


def _span(name: str, span: Any, path: Path) -> tuple[float, float]:
    numbers = isinstance(span, list) and len(span) == 2 and all(type(end) in (int, float) for end in span)
    if not numbers or span[0] > span[1]:
        expected = "[low, high]"
        raise BadInput(message(f"{name} is no range", where=str(path), found=span, expected=expected, do="correct it"))
    return float(span[0]), float(span[1])


def _cut(shock: dict[str, Any], chains: Chains) -> Cut:
    axis, users = chains.system.industries_axis, chains.system.uses_axis
    suppliers = _places(shock["supplier"], chains)
    buyer = shock.get("buyer")
    buyers = columns = None
    if buyer is not None:
        if buyer == ABROAD:
            home = {axis.countries[place] for place in suppliers}
            buyers = np.flatnonzero([country not in home for country in axis.countries])
        else:
            buyers = _places(buyer, chains)
        columns = _users_of(buyers, axis, users)
    share = float(shock.get("share", 1.0))
    part = min(max(share, 0.0), 1.0) * shock.get("factor", 1.0) if share <= 1.0 else share
    return Cut(suppliers, part, shock.get("start", 0), shock["days"], buyers, columns)


def _users_of(buyers: Ints, axis: Axis, users: Axis) -> Ints:
    """Final users of the countries all of whose industries are buyers."""
    wanted = set(buyers.tolist())
    whole = {owner for owner in axis.owners if set(axis.of_country(owner).tolist()) <= wanted}
    return np.flatnonzero([owner in whole for owner in users.owners])


def _places(what: str | list[str], chains: Chains) -> Ints:
    axis = chains.system.industries_axis
    named = [what] if isinstance(what, str) else what
    return axis.select([found for text in named for found in selectors(text, axis, chains.year)])


def _stocks(scenario: Scenario, chains: Chains) -> Any:
    if isinstance(scenario.stocks, int | float):
        return float(scenario.stocks)
    path = scenario.place / scenario.stocks
    table = {row[0]: _number(row[1], path) for row in _lines(path)[1:]}
    parts = industries.members(chains.system.industries, tuple(table), str(path))
    days = {name: float(np.mean([table[code] for code in codes])) for name, codes in parts.items()}
    return np.maximum([days[name] for name in chains.system.industries_axis.names], 1.0)


def ratings(scenario: Scenario, chains: Chains) -> Any:
    """How needed each input is to each industry: one number, or inputs by places."""
    if scenario.critical in ("all", "none"):
        return 1.0 if scenario.critical == "all" else 0.0
    path = scenario.place / scenario.critical
    lines = _lines(path)
    table = {row[0]: [_number(cell, path) for cell in row[1:]] for row in lines[1:]}
    columns = {name: place for place, name in enumerate(lines[0][1:])}
    own = chains.system.industries
    inputs = industries.members(own, tuple(table), str(path))
    buyers = industries.members(own, tuple(columns), str(path))
    mean = np.array([[np.mean([table[i][columns[j]] for i in inputs[a] for j in buyers[b]]) for b in own] for a in own])
    rated = np.where(mean >= WHOLE, 1.0, np.where(mean >= HALF, 0.5, 0.0))
    places = [own.index(name) for name in chains.system.industries_axis.names]
    return rated[:, places]


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = [line for line in csv.reader(handle) if line]
    except OSError as error:
        raise BadInput(message("cannot read", where=str(path), found=error.strerror, do="check the path")) from error
    if len(lines) < 2 or any(len(line) != len(lines[0]) for line in lines):
        raise BadInput(message("not a table", where=str(path), found=f"{len(lines)} lines", do="complete the file"))
    return lines


def _number(text: str, path: Path) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(message("a cell is no number", where=str(path), found=repr(text), do="mend the file")) from error


def _only(told: dict[str, Any], kinds: dict[str, tuple[type, ...]], needed: set[str], where: str) -> None:
    strange = [key for key in told if key not in kinds]
    missing = sorted(needed - set(told))
    if strange or missing:
        what = f"unknown key {strange[0]!r}" if strange else f"missing key {missing[0]!r}"
        raise BadInput(message(what, where=where, expected=", ".join(kinds), do="correct it"))
    for key, value in told.items():
        if not isinstance(value, kinds[key]) or (isinstance(value, bool) and bool not in kinds[key]):
            expected = " or ".join(kind.__name__ for kind in kinds[key])
            raise BadInput(
                message(f"{key} has the wrong kind", where=where, found=repr(value), expected=expected, do="correct it")
            )
