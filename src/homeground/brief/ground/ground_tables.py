"""Answers on own ground: a country's balances, and every figure behind them with its source."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column
from homeground.codes import countries

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home import Home
    from homeground.home.ground.ground import Balance

BALANCE: Final = (
    Column("commodity", "commodity"),
    Column("year", "year", "year"),
    Column("production_t", "made", "tons", meaning="production at home, in the state of the source"),
    Column("imports_t", "imports", "tons", meaning="imports; empty where not known or not comparable"),
    Column("exports_t", "exports", "tons", meaning="exports; empty where not known or not comparable"),
    Column("apparent_consumption_t", "used", "tons", meaning="apparent consumption C: production + imports − exports"),
    Column(
        "domestic_supply_t", "and stocks", "tons", False,
        "domestic supply: apparent consumption + what was drawn from stocks (− what was added)",
    ),
    Column("self_sufficiency_pct", "SSR %", "ratio", meaning="self-sufficiency ratio: 100 · production / C"),
    Column(
        "import_dependency_pct", "IDR %", "ratio",
        meaning="import dependency ratio: 100 · (imports − exports) / C; with SSR it sums to 100",
    ),
    Column("kg_per_head", "kg/head", "ratio", meaning="apparent consumption per person and year, kilograms"),
    Column("cover_years", "cover, years", "ratio", meaning="years of apparent consumption that stocks cover"),
    Column("need_t", "need", "tons", meaning="what the country needs in a year, as stated"),
    Column("need_made", "made/need", "share", meaning="production over need"),
    Column("stocks_t", "stocks", "tons", meaning="at the end of the year"),
    Column("dataset", "source", meaning="dataset that production comes from"),
    Column("trade_from", "trade from", on_screen=False, meaning="dataset that imports and exports come from"),
    Column("status", "status", meaning="complete, or what stands in the way"),
    Column("why", "why", on_screen=False, meaning="what keeps a figure from being known, and what to mind"),
    Column("stock_change_t", "stock change", "tons", False, "positive: out of stocks into use"),
    Column("uses_t", "uses", "tons", False, "sum of the uses that the source lists"),
    Column("closes", "closes", on_screen=False, meaning="the source's uses add up to its supply"),
    Column("taken_as_zero", "taken as zero", on_screen=False, meaning="not listed by the source; its sums prove zero"),
    Column("need_cover_years", "stocks/need, years", "ratio", False, "stocks over need"),
    Column("reserves_t", "reserves", "tons", False, "what can be mined with profit"),
    Column("reserve_years", "reserves, years", "ratio", False, "reserves over production"),
    Column("capacity_t", "capacity", "tons", False, "what plants could make in a year"),
    Column("capacity_used", "capacity used", "share", False, "production over capacity"),
    Column("persons", "persons", "count", False, "population"),
    Column("state", "weighed as", on_screen=False, meaning="state in which production is weighed"),
    Column("good", "good", on_screen=False, meaning="the good behind the source's name"),
    Column("hs", "HS", on_screen=False, meaning="HS codes that trade it"),
)  # fmt: skip

FIGURES: Final = (
    Column("commodity", "commodity"),
    Column("year", "year", "year"),
    Column("element", "element"),
    Column("quantity_t", "tons", "count", meaning="metric tons; empty where the source does not give the figure"),
    Column("state", "weighed as"),
    Column("dataset", "dataset"),
    Column("place", "where in the file", wraps=True, meaning="line, or sheet and cell; of trade the flows summed"),
    Column("note", "note", wraps=True),
    Column("file", "file", on_screen=False),
    Column("load", "load", on_screen=False, meaning="load that brought it; see homeground status --json"),
    Column("sha256", "SHA-256", on_screen=False, meaning="of the file"),
)
REASONS_SHOWN: Final = 8
EXPLAINED_FIRST: Final = ("negative", "drawn from stocks")


def balance_answer(balance: Balance) -> Answer:
    """The balances, one row per good, with the reasons in the notes."""
    return Answer(
        title=f"{balance.name}{_of(balance)}: what it makes, trades and uses",
        table=balance.rows,
        columns=_known(balance.rows),
        notes=(*reasons(balance), *balance.notes, *_people(balance), *_sources(balance), follow(balance)),
        about={**_about(balance), "figures": balance.figures.to_pylist()},
    )


def _known(rows: pa.Table) -> tuple[Column, ...]:
    """Leave columns off the screen in which nothing is known."""
    return tuple(
        replace(column, on_screen=column.on_screen and rows[column.name].null_count < rows.num_rows)
        for column in BALANCE
    )


def follow(balance: Balance) -> str:
    """Say which command names file and line of every figure."""
    asked = "".join(
        f" {option} {shlex.quote(str(value))}"
        for option, value in (
            ("--year", balance.asked.year),
            ("--commodity", balance.asked.commodity),
            *(("--production", name) for name in balance.asked.production),
            *((f"--{element}", name) for element, name in balance.asked.beside.items()),
            ("--dataset", balance.asked.trade),
            *(("--factor", f"{good}={number:g}") for good, number in balance.asked.factors.items()),
        )
        if value is not None
    )
    return f"Every figure with file and line: homeground balance {balance.country}{asked} --figures"


def figures_answer(balance: Balance) -> Answer:
    """Every figure used, with dataset, place in the file, and the file's checksum."""
    return Answer(
        title=f"{balance.name}{_of(balance)}: the figures behind its balances",
        table=balance.figures,
        columns=FIGURES,
        notes=(*_sums(balance), *_people(balance), *_held_files(balance), *_sources(balance)),
        about=_about(balance),
    )


RELIANCE: Final = (
    Column("commodity", "commodity"),
    Column("year", "year", "year"),
    Column("bound", "", meaning="= as it stands, > or < a bound"),
    Column("published_pct", "published %", "ratio", meaning="net import reliance as published"),
    Column(
        "computed_pct", "computed %", "ratio", meaning="(apparent consumption − home supply) / apparent consumption"
    ),
    Column("verdict", "verdict", meaning="equal as published; within the rounding of the tonnages; differs"),
    Column("cause", "cause", wraps=True, meaning="why it differs, or cannot be computed"),
    Column("low_pct", "low %", "ratio", False, "as far as rounding of the tonnages allows"),
    Column("high_pct", "high %", "ratio", False, "as far as rounding of the tonnages allows"),
    Column("consumption_t", "consumption", "tons", False, "apparent consumption"),
    Column("supply", "supply counted", on_screen=False, meaning="series that the definition counts"),
    Column("definition", "definition", on_screen=False, meaning="of apparent consumption, in the source's words"),
    Column("place", "where in the file", on_screen=False),
)


def reliance_answer(home: Home, country: str, year: int | None, dataset: str | None) -> Answer:
    """Published beside computed net import reliance, misses first, with the rate of agreement in the notes."""
    table = home.reliance(country, year, dataset=dataset)
    rows = sorted(table.to_pylist(), key=lambda row: VERDICTS.index(row["verdict"]))
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}
    compared = len(rows) - counts["cannot be computed"]
    agree = counts["equal"] + counts["within rounding"]
    whole = sum(row["verdict"] == "equal" and row["bound"] == "=" for row in rows)
    rate = f" ({agree / compared:.1%})" if compared else ""
    notes = (
        f"{agree} of {compared} that can be computed agree{rate}.",
        (
            f"{whole} are equal in whole percent, {counts['equal'] - whole} keep to a bound or are net exporters, "
            f"{counts['within rounding']} agree within the rounding of the tonnages."
        ),
    )
    return Answer(
        title=f"Net import reliance of {countries.name(countries.resolve(country))}: published and computed",
        table=table.from_pylist(rows, schema=table.schema),
        columns=RELIANCE,
        notes=notes,
        about={"asked": {"country": country, "year": year, "dataset": dataset}, "counts": counts},
    )


VERDICTS: Final = ("differs", "cannot be computed", "within rounding", "equal")


def _of(balance: Balance) -> str:
    return f", {balance.asked.year}" if balance.asked.year else ", last year of each good"


def reasons(balance: Balance) -> list[str]:
    """Say why, commodities of one reason together; negative consumption comes first."""
    found: dict[str, list[str]] = {}
    for row in sorted(balance.rows.to_pylist(), key=lambda row: row["status"] not in EXPLAINED_FIRST):
        if row["why"]:
            found.setdefault(row["why"], []).append(row["commodity"])
    said = [f"{_some(names)}: {why}." for why, names in found.items()]
    more = len(said) - REASONS_SHOWN
    return said[:REASONS_SHOWN] + (
        [f"{more} more reasons stand in the column 'why' of -o FILE and --json."] if more > 0 else []
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _sources(balance: Balance) -> tuple[str, ...]:
    return tuple(f"{held.name}: {held.citation}. Licence: {held.licence}." for held in balance.datasets)


def _people(balance: Balance) -> tuple[str, ...]:
    return tuple(
        f"Figures per head of {row['year']} rest on {row['persons']:,.0f} persons: {row['dataset']}, {row['file']}."
        for row in balance.population
    )


def _sums(balance: Balance) -> tuple[str, ...]:
    """Say with which command a sum of trade can be seen again, for each dataset of flows."""
    summed = sorted({row["dataset"] for row in balance.figures.to_pylist() if (row["place"] or "").startswith("flows")})
    return tuple(
        f"Flows that were summed, code by code: homeground trend {balance.country} --product HS6 --dataset "
        f"{shlex.quote(name)}, with --flow exports for exports."
        for name in summed
    )


def _held_files(balance: Balance) -> tuple[str, ...]:
    """Name the file behind each dataset, with its checksum."""
    rows = [*balance.figures.to_pylist(), *balance.population]
    files = dict.fromkeys((row["dataset"], row["file"], row["sha256"]) for row in rows if row["file"])
    return tuple(f"{name}: file {file}, SHA-256 {sha256}." for name, file, sha256 in sorted(files))


def _about(balance: Balance) -> dict[str, Any]:
    asked = balance.asked
    return {
        "asked": {
            "country": balance.country, "year": asked.year, "commodity": asked.commodity,
            "production": list(asked.production), "factors": dict(asked.factors),
        },
        "datasets": [
            {
                "dataset": held.name,
                "source": held.source,
                "licence": held.licence,
                "citation": held.citation,
                "notes": list(held.notes),
                "loads": [{"load": load.id, "files": {f.file: f.sha256 for f in load.files}} for load in held.loads],
            }
            for held in balance.datasets
        ],
        "population": list(balance.population),
    }  # fmt: skip
