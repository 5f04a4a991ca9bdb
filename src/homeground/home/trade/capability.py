"""What a country could make and sell: its place in the space of products, products and markets within reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from ibis import _

from homeground.codes import countries, products
from homeground.errors import NotInHome, UsageError, message
from homeground.home import questions
from homeground.home.deals.in_force import in_force
from homeground.home.questions import Question
from homeground.home.trade.within_reach import (
    REACH,
    arrow,
    base_year,
    explained,
    growth_of_all,
    markets_open,
    named,
    products_reached,
)
from homeground.measures import capability as measure
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Row = dict[str, Any]

LEAST_PRODUCTS: Final = 20
LEAST_COUNTRIES: Final = 20
LEAST_MADE: Final = 3
"""With fewer products, countries or own products nothing is said: eigenvectors and neighbourhoods of so few are noise.
Homeground's own limits."""

NARROW: Final = 500
"""With fewer products than this, a dataset is a part of trade, and its indices rank countries within that part."""


@dataclass(frozen=True)
class Asked:
    """How capability is asked for: conventions, filters, limits of reach, ease of trade, the user's table of access."""

    conventions: measure.Conventions = field(default_factory=measure.Conventions)
    filters: measure.Filters = field(default_factory=measure.Filters)
    reach: measure.Reach = field(default_factory=measure.Reach)
    ease: str = "all-goods"
    access: Path | None = None


def asked(conventions: str, limits: Mapping[str, float | None], ease: str, access: str | Path | None) -> Asked:
    """Put together how capability is asked for; limits that are None keep their defaults."""
    given: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    return Asked(
        conventions=measure.conventions(conventions),
        filters=measure.Filters(**given),
        ease=ease,
        access=Path(access) if access is not None else None,
    )


@dataclass(frozen=True)
class Capability:
    """Where a country stands, and what is within its reach. Money in US dollars of the year.

    `inside`: whether the country passes the filters; otherwise its place is that which its products imply, and it has
    no rank. `eci` and `outlook` in standard deviations of countries and of products; `fitness` has mean 1 over the
    ranked countries.
    `reach`: products within reach, best mean rank first: hs6, product, short, value_usd, rca, density, density_rank,
    pci, gain, others_import_usd, growth, growth_rank, size_rank, supplier_herfindahl, top_supplier, top_share,
    suppliers, own_import_usd, mean_rank, buyers, why.
    `products`: every product of the space: hs6, short, value_usd, rca, made, density, pci, gain, ubiquity, reached.
    `countries`: country, name, eci, eci_rank, fitness, fitness_rank, diversity, outlook, outlook_rank.
    `markets`: those of `measures.capability.export_potential` with a gap, with product, market, why; markets on which
    the exports lean already come last, otherwise the largest gap first; of `markets_total`, 5,000 rows at most.
    `left_out`: code, kind, name, reason. `growth`: yearly growth of world imports of all goods since `base`.
    """

    country: str
    name: str
    year: int
    base: int | None
    growth: float | None
    dataset: Dataset
    asked: Asked
    inside: bool
    eci: float
    eci_rank: int | None
    fitness: float | None
    fitness_rank: int | None
    diversity: int
    outlook: float
    outlook_rank: int | None
    products: pa.Table
    reach: pa.Table
    countries: pa.Table
    markets: pa.Table
    markets_total: int
    left_out: pa.Table
    notes: tuple[str, ...]


def capability(store: Store, question: Question, asked: Asked) -> Capability:
    """Answer for a country; raises NotInHome where the data cannot tell, UsageError for a bloc."""
    _require_country(store, question)
    bars = in_force(store, (question.place,), datetime.now(UTC).date())
    code, base = question.place.code, base_year(question)
    markets, total = markets_open(store, question, asked.ease, asked.access, bars, base)
    advantage, exports = _matrices(store.table(question.dataset, "exports", (question.year,)))
    people = _population(store, question)
    wanted = replace(
        asked, filters=replace(asked.filters, leave_out=countries.nes_codes() | set(products.UNCLASSIFIED))
    )
    space = _space(question, wanted, advantage, exports, people)
    rca, usd = (matrix.row(code, space.presence.products) for matrix in (advantage, exports))
    made = rca >= asked.conventions.threshold
    _require_made(question, made)
    stands = space.standing(made)
    options = _options(space, stands, rca, usd)
    reach = products_reached(store, question, asked.reach, options, base, bars)
    growth, ranks = growth_of_all(store, question, base), _ranks(space, exports)
    mine: Mapping[str, Any] = next((row for row in ranks if row["country"] == code), {})
    return Capability(
        country=code,
        name=question.place.name,
        year=question.year,
        base=base,
        growth=growth,
        dataset=question.dataset,
        asked=wanted,
        inside=bool(mine),
        eci=stands.eci,
        outlook=stands.outlook,
        diversity=int(made.sum()),
        **{name: mine.get(name) for name in ("eci_rank", "fitness", "fitness_rank", "outlook_rank")},
        products=arrow(_every(options, reach, question)),
        reach=arrow(explained(reach, growth, question), REACH),
        countries=arrow(ranks),
        markets=markets,
        markets_total=total,
        left_out=arrow([_left(row, question) for row in space.presence.left_out], ("code", "kind", "name", "reason")),
        notes=_notes(store, question, space, people, bool(mine), base),
    )


def for_picture(store: Store, question: Question) -> Capability | None:
    """Answer with the defaults for a report; None for a bloc, and where the data gives no reason to speak of it."""
    if question.place.is_bloc:
        return None
    try:
        return capability(store, question, Asked())
    except NotInHome:
        return None


def _space(
    question: Question,
    asked: Asked,
    advantage: measure.Matrix,
    exports: measure.Matrix,
    people: dict[str, float] | None,
) -> measure.Space:
    counted = measure.presence(advantage, exports, asked.conventions, asked.filters, people)
    main = measure.largest_component(counted)
    _require_enough(question, main)
    space = measure.space(main, asked.conventions)
    _require_found(question, space)
    return space


def _require_country(store: Store, question: Question) -> None:
    if question.place.is_bloc:
        raise UsageError(
            message("capability is that of a country", found=question.place.code, do="ask for each of its members")
        )
    if not questions.knows_the_world(store, question):
        raise _cannot(question, "the dataset holds one country's trade", "the exports of all countries")


def _require_enough(question: Question, of: measure.Presence) -> None:
    wanted = f"at least {LEAST_COUNTRIES} countries and {LEAST_PRODUCTS} products after filters"
    if len(of.countries) < LEAST_COUNTRIES or len(of.products) < LEAST_PRODUCTS:
        raise _cannot(question, f"{len(of.countries)} countries and {len(of.products)} products", wanted)


def _require_found(question: Question, space: measure.Space) -> None:
    found = space.complexity
    if found.status != "found":
        values = ", ".join(f"{value:.6f}" for value in found.eigenvalues)
        raise _cannot(question, f"{found.status}: eigenvalues {values}", "a second eigenvalue apart from the others")


def _require_made(question: Question, made: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    number, options = int(made.sum()), int((~made).sum())
    if number < LEAST_MADE or options == 0:
        raise _cannot(
            question,
            f"{question.place.name} exports {number} products with advantage, and {options} without",
            f"at least {LEAST_MADE} with and 1 without",
        )


def _cannot(question: Question, found: str, expected: str) -> NotInHome:
    return NotInHome(
        message(
            f"nothing can be said of capability in {question.year}",
            where=f"dataset {question.dataset.name}",
            found=found,
            expected=expected,
            do="ask a dataset of all trade with --dataset (load BACI), or lower the filters where they leave too few",
        )
    )


def _matrices(sold: ir.Table) -> tuple[measure.Matrix, measure.Matrix]:
    wanted = measure.rca(sold.filter(_.value_usd > 0)).select("exporter", "hs6", "rca", "value_usd")
    table = wanted.to_pyarrow()
    values = (table[name].to_numpy() for name in ("rca", "value_usd"))
    advantage, exports = measure.Matrix.pivots(table["exporter"], table["hs6"], *values)
    return advantage, exports


def _population(store: Store, question: Question) -> dict[str, float] | None:
    table = questions.side_table(store, "population")
    if table is None:
        return None
    rows = table.filter(_.year == question.year).select("country", "persons").to_pyarrow().to_pylist()
    return {row["country"]: row["persons"] for row in rows}


def _options(
    space: measure.Space, stands: measure.Standing, rca: np.ndarray[Any, Any], usd: np.ndarray[Any, Any]
) -> pa.Table:
    import pyarrow as pa

    return pa.table(
        {
            "hs6": list(space.presence.products),
            "value_usd": usd,
            "rca": rca,
            "made": stands.made,
            "density": pa.array(stands.density, from_pandas=True),
            "pci": space.complexity.pci,
            "gain": pa.array(stands.gain, from_pandas=True),
            "ubiquity": space.presence.ubiquity.astype(np.int64),
        }
    )


def _every(options: pa.Table, reach: list[Row], question: Question) -> list[Row]:
    reached = {row["hs6"] for row in reach}
    return [{**row, **named(row["hs6"], question), "reached": row["hs6"] in reached} for row in options.to_pylist()]


def _ranks(space: measure.Space, exports: measure.Matrix) -> list[Row]:
    of = space.presence
    columns = {"eci": space.complexity.eci, "fitness": space.fitness.countries, "outlook": space.outlook}
    places = {name: _places(values) for name, values in columns.items()}
    totals = dict(zip(exports.countries, exports.values.sum(axis=1).tolist(), strict=True))
    rows = [
        {
            "country": code,
            "name": countries.name(code),
            **{name: float(values[i]) for name, values in columns.items()},
            **{f"{name}_rank": places[name][i] for name in columns},
            "diversity": int(of.diversity[i]),
            "exports_usd": totals[code],
        }
        for i, code in enumerate(of.countries)
    ]
    return sorted(rows, key=lambda row: (row["eci_rank"], row["country"]))


def _places(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[int]:
    """Rank from 1, largest first; equal values share the better rank."""
    rounded = np.round(values, 9)
    return [int((rounded > value).sum()) + 1 for value in rounded]


def _left(row: measure.LeftOut, question: Question) -> Row:
    is_country = row.kind == "country"
    name = countries.name(row.code) if is_country else products.short(row.code, question.dataset.revision)
    return {"code": row.code, "kind": row.kind, "name": name, "reason": row.reason}


def _notes(
    store: Store,
    question: Question,
    space: measure.Space,
    people: dict[str, float] | None,
    inside: bool,
    base: int | None,
) -> tuple[str, ...]:
    of, notes = space.presence, list[str]()
    if len(of.products) < NARROW:
        notes.append(
            f"{len(of.products)} products are a part of trade: advantage and ranks are within them, not of economies."
        )
    if sum(code[:2] in measure.reach.MINERALS for code in of.products) > len(of.products) / 3:
        notes.append("Many of these goods come out of the ground: nearness does not know whether there is a deposit.")
    if not inside:
        notes.append(
            f"{question.place.name} is outside the filters: its place is what its products imply, without a rank."
        )
    if people is None:
        notes.append("No population is loaded: countries are filtered by their exports only.")
    elif not people:
        notes.append(f"The population of {question.year} is not loaded: countries are filtered by their exports only.")
    if base is None:
        notes.append("No year three to five years back is loaded: growth is not known, size alone says what is wanted.")
    if questions.side_table(store, "restrictions") is None:
        notes.append("No list of embargoes and sanctions is loaded: markets were not held against any.")
    if not space.complexity.sign_from_diversity:
        notes.append("Complexity does not go with diversity here: which end of the index is high is not determined.")
    if not space.fitness.converged:
        notes.append(f"Fitness did not settle in {space.fitness.steps} steps: take it as an order only.")
    return (*notes, "Exports include re-exports: a hub seems to make what it sells on.")
