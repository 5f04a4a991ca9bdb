"""The plan in plain words, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import listing
from homeground.plan.result import Phase

if TYPE_CHECKING:
    import pyarrow as pa

SEEN: Final = 1e-5
"""A smaller part of what is traded in a year is not worth a word."""

Rows = Sequence[Mapping[str, Any]]

ABROAD: Final = "abroad"
"""Supplier or market where a plan names no partner."""


def number(value: float) -> str:
    """Write a number with at most three figures that count: 1,230; 45.6; 0.012."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def phases(
    years: tuple[int, ...],
    tables: Mapping[str, pa.Table],
    units: Mapping[str, str],
    money: str,
    names: Mapping[str, str],
) -> tuple[Phase, ...]:
    """What begins, what runs, what is bought and sold, what is not met, and what currency is left, per year."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    return tuple(
        Phase(
            year,
            (
                *_begun(rows["projects"], year, money),
                *_running(rows["projects"], rows["activity"], year),
                *_traded(rows["imports"], "supplier", "buy", year, names),
                *_traded(rows["exports"], "market", "sell", year, names),
                *_unmet(rows["unmet"], units, year, names),
                *_currency(rows["currency"], year),
            ),
        )
        for year in years
    )


def _begun(projects: Rows, year: int, money: str) -> list[str]:
    words = []
    for row in projects:
        if row["start"] == year:
            costs = [(row["cost_home_m"], f"M {money}"), (row["cost_usd_m"], "M USD")]
            paid = " and ".join(f"{number(cost)} {unit}" for cost, unit in costs if cost > 0)
            words.append(f"begin {row['name']}{f' for {paid}' if paid else ''}; available from {row['online']}")
    return words


def _running(projects: Rows, activity: Rows, year: int) -> list[str]:
    words = []
    for row in projects:
        if row["online"] == year:
            run = next((r for r in activity if r["process"] == row["process"] and r["year"] == year), None)
            if run is None:
                words.append(f"{row['name']} available, but standing still")
                continue
            added = min(row["capacity"], run["quantity"] - (run["capacity"] - row["capacity"]))
            if added <= 0:
                words.append(f"{row['name']} available, not yet needed")
                continue
            frees = run["frees_usd_m"] * added / run["quantity"]
            effect = f"frees {number(frees)}" if frees >= 0 else f"costs {number(-frees)}"
            words.append(f"{row['name']} available, which {effect} M USD this year")
    return words


def _traded(flows: Rows, partner: str, verb: str, year: int, names: Mapping[str, str]) -> list[str]:
    of_year = [row for row in flows if row["year"] == year]
    if not of_year:
        return []
    by_good: dict[str, float] = {}
    for row in of_year:
        by_good[row["good"]] = by_good.get(row["good"], 0.0) + row["usd_m"]
    total = sum(by_good.values())
    by_good = {good: paid for good, paid in by_good.items() if paid >= SEEN * total}
    largest = sorted(by_good, key=lambda good: (-by_good[good], good))[:3]
    named = []
    for good in largest:
        mine = sorted((row for row in of_year if row["good"] == good), key=lambda row: -row["usd_m"])
        partners = listing(dict.fromkeys(row[partner] for row in mine), 2)
        named.append(f"{names[good]} {number(by_good[good])}{'' if partners == ABROAD else f' ({partners})'}")
    rest = f" and {len(by_good) - 3} more" if len(by_good) > 3 else ""
    return [f"{verb} for {number(total)} M USD: {', '.join(named)}{rest}"]


def _unmet(unmet: Rows, units: Mapping[str, str], year: int, names: Mapping[str, str]) -> list[str]:
    mine = sorted((row for row in unmet if row["year"] == year), key=lambda row: (row["priority"], -row["share"]))
    if not mine:
        return []
    named = [
        f"{names[row['good']]} lacks {number(row['unmet'])} {units[row['good']]} "
        f"({100 * row['share']:.0f} % of what is wanted with priority {row['priority']:g})"
        for row in mine
    ]
    return [f"not met: {listing(named, 4)}"]


def _currency(account: Rows, year: int) -> list[str]:
    row = next(row for row in account if row["year"] == year)
    tight = row["reserve"] - row["floor"] < 1e-3 * max(1.0, row["floor"])
    return [f"reserve at the end {number(row['reserve'])} M USD{', which is its floor' if tight else ''}"]
