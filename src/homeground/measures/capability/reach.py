"""Products within reach: near to what a country makes, wanted by others, and not yet exported with advantage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.errors import UsageError, message
from homeground.measures._expressions import attach, herfindahl_of, largest, ratio, unknown
from homeground.measures.capability._words import percent, usd
from homeground.measures.substitutability import ARMS

MINERALS: Final = ("25", "26", "27")
"""Chapters of section V of the Harmonized System: what comes out of the ground."""

CONCENTRATED: Final = 0.25
"""From this Herfindahl on, the reasons call present supply concentrated (2,500 points, as in merger guidelines)."""

WORTH_A_WORD: Final = 1e5
"""Sales and purchases below this many US dollars are not spoken of."""


@dataclass(frozen=True)
class Reach:
    """When a product counts as within reach. The limits are Homeground's own.

    `min_density_rank`: its density ranks at least this high among all that the country does not make (0 … 1).
    `min_world_usd`: others import at least this much of it in the year. `min_growth`: others' imports grew at least
    this much a year; where growth is not known, the condition does not decide.
    """

    min_density_rank: float = 0.5
    min_world_usd: float = 5e7
    min_growth: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a rank that is none."""
        if not 0 <= self.min_density_rank <= 1:
            raise UsageError(
                message(
                    "min_density_rank is a rank", found=self.min_density_rank, expected="0 … 1", do="0.5: upper half"
                )
            )


def demand(imports: Table, exports: Table, country: str, year: int, base: int | None = None) -> Table:
    """Measure how much others want each product, and how concentrated its present suppliers are.

    In: tables `imports` (of `year` and `base`) and `exports` (of `year`) of all countries. Out: key hs6;
    `others_import_usd` (imports of all but `country`, USD), `growth` (per year since `base`, of USD values: prices
    included; null without `base` or where nothing was imported then), `own_import_usd`, `suppliers` (count),
    `supplier_herfindahl`, `top_supplier`, `top_share` (of world exports, the country's own left out).
    """
    theirs = imports.filter(_.importer != country)
    now = theirs.filter(_.year == year).group_by("hs6").agg(others_import_usd=_.value_usd.sum())
    own = imports.filter((_.importer == country) & (_.year == year)).select("hs6", own_import_usd="value_usd")
    table = attach(attach(now, own, ["hs6"]), _suppliers(exports, country, year), ["hs6"])
    if base is None:
        return table.mutate(growth=unknown(), own_import_usd=_.own_import_usd.fill_null(0.0))
    before = theirs.filter(_.year == base).group_by("hs6").agg(before_usd=_.value_usd.sum())
    grown = ratio(_.others_import_usd, _.before_usd).pow(1 / (year - base)) - 1
    joined = attach(table, before, ["hs6"]).mutate(growth=grown, own_import_usd=_.own_import_usd.fill_null(0.0))
    return joined.drop("before_usd")


def within_reach(options: Table, demand: Table, reach: Reach) -> Table:
    """Judge every product that the country does not export with advantage; arms (HS 93) are no option.

    In: `options` (hs6, value_usd, rca, made, density, pci, gain) of one country, `demand` of the same country. Out: key
    hs6; both tables' columns, `density_rank`, `size_rank`, `growth_rank` (share of the options that it exceeds, 0 … 1;
    null where not known), `dense`, `wanted` (by size alone where growth is not known), `reached` = dense and wanted,
    and
    `mean_rank`: half density_rank, half the demand ranks. A product that nobody else imports is no option.
    """
    able = options.filter(~_.made & ~_.hs6.startswith(ARMS) & _.density.notnull()).inner_join(demand, ["hs6"])
    ranked = able.mutate(
        density_rank=ibis.percent_rank().over(order_by=_.density),
        size_rank=ibis.percent_rank().over(order_by=_.others_import_usd),
        growth_rank=ibis.ifelse(
            _.growth.notnull(),
            ibis.percent_rank().over(group_by=_.growth.notnull(), order_by=_.growth),
            unknown(),
        ),
    )
    wanted_rank = (_.size_rank + _.growth_rank.fill_null(_.size_rank)) / 2
    judged = ranked.mutate(
        dense=_.density_rank >= reach.min_density_rank,
        wanted=(_.others_import_usd >= reach.min_world_usd)
        & (_.growth.fill_null(reach.min_growth) >= reach.min_growth),
        mean_rank=(_.density_rank + wanted_rank) / 2,
    )
    return judged.mutate(reached=_.dense & _.wanted)


def reach_reasons(row: Mapping[str, Any], average_growth: float | None = None) -> list[str]:
    """Say in words why a row of `within_reach` is, or is not, within reach; `average_growth` is that of all goods."""
    return [*_nearness(row), *_wish(row, average_growth), *_rivals(row), *_remarks(row)]


def _nearness(row: Mapping[str, Any]) -> list[str]:
    rank = percent(row["density_rank"])
    near = f"makes {percent(row['density'])} of its neighbourhood, nearer than {rank} of the options"
    if row["value_usd"] >= WORTH_A_WORD:
        return [near, f"already sells {usd(row['value_usd'])} (RCA {row['rca']:.2f})"]
    return [near, "sells none of it yet" if not row["value_usd"] else "sells next to none of it yet"]


def _wish(row: Mapping[str, Any], average: float | None) -> list[str]:
    size = f"others import {usd(row['others_import_usd'])}"
    if row["growth"] is None:
        return [f"{size}; growth not known"]
    beside = f" (all goods {percent(average, 1, '+')})" if average is not None else ""
    return [f"{size}, {percent(row['growth'], 1, '+')} a year{beside}"]


def _rivals(row: Mapping[str, Any]) -> list[str]:
    if row["supplier_herfindahl"] is None:
        return ["nobody else exports it"]
    word = "concentrated" if row["supplier_herfindahl"] >= CONCENTRATED else "spread"
    held = f"{row['top_supplier']} holds {percent(row['top_share'])}"
    return [f"supply is {word} (Herfindahl {row['supplier_herfindahl']:.2f}, {held})"]


def _remarks(row: Mapping[str, Any]) -> list[str]:
    found = []
    if row["own_import_usd"] >= WORTH_A_WORD:
        found.append(f"itself buys {usd(row['own_import_usd'])} of it abroad")
    if row["hs6"][:2] in MINERALS:
        found.append("comes out of the ground: nearness does not know whether there is a deposit")
    return found


def _suppliers(exports: Table, country: str, year: int) -> Table:
    sums = (
        exports.filter((_.year == year) & (_.exporter != country))
        .group_by("hs6")
        .agg(
            total=_.value_usd.sum(),
            squares=(_.value_usd * _.value_usd).sum(),
            suppliers=_.count(),
            top=largest(_.exporter, _.value_usd),
        )
    )
    return sums.select(
        "hs6",
        "suppliers",
        supplier_herfindahl=herfindahl_of(_.squares, _.total),
        top_supplier=_.top["e"],
        top_share=ratio(-_.top["v"], _.total),
    )
