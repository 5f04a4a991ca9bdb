"""The tables of a view on two partners, for the screen, for files and for the workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column
from homeground.brief.partners import negotiation, partner_words
from homeground.brief.voice import ENGLISH, Voice
from homeground.errors import UsageError, message
from homeground.home.partners.partner import PartnerView

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Final = (
    Column("year", "year", "year"),
    Column("country", "code", on_screen=False),
    Column("name", "side"),
    Column("partner", "partner", on_screen=False),
    Column("rank", "rank", "count"),
    Column("side", "side"),
    Column("kind", "kind", on_screen=False),
    Column("what", "what"),
    Column("hs6", "HS6"),
    Column("product", "product"),
    Column("imports_usd", "buys USD", "usd", meaning="imports from the partner, US dollars"),
    Column("import_share", "of its buys", "share", meaning="imports from the partner over imports of it from all"),
    Column("partner_export_share", "of their sales", "share", meaning="the same flow over the partner's exports of it"),
    Column("exports_usd", "sells USD", "usd", meaning="exports to the partner, US dollars"),
    Column("export_share", "of its sales", "share", meaning="exports to the partner over exports of it to all"),
    Column("partner_import_share", "of their buys", "share", meaning="the same flow over the partner's imports of it"),
    Column("traded_usd", "USD", "usd", meaning="trade between both in this direction, US dollars"),
    Column("share", "share", "share", meaning="part of the buyer's purchases, or of the seller's sales"),
    Column("herfindahl", "HHI", "index", on_screen=False, meaning="sum of squared shares of the buyer's suppliers"),
    Column("world_herfindahl", "world HHI", "index", meaning="Herfindahl of world exports by exporter"),
    Column("home_supply", "home supply", "share", meaning="production over use in tons, at most 1; empty: not known"),
    Column("hard_to_replace", "score", "index", meaning="share × world Herfindahl × (1 − home supply)"),
    Column("hard_to_replace_variant", "score is", on_screen=False, meaning="which factors of the score are known"),
    Column("partner_hard_to_replace", "their score", "index", meaning="the same score seen from the partner"),
    Column("world_import_herfindahl", "buyers' HHI", "index", meaning="Herfindahl of world imports by importer"),
    Column("hard_to_place", "score", "index", meaning="share of sales × Herfindahl of world imports"),
    Column("divertible_usd", "others could", "usd", meaning="a fifth of what others trade elsewhere (assumption)"),
    Column("gap_usd", "open USD", "usd", meaning="what the others could not make up for within a year"),
    Column("gap_share", "open", "share", meaning="the gap over the trade between both"),
    Column("others", "could step in", meaning="who could make up for how much; obeys measures in force"),
    Column("quantity_t", "quantity", "tons", on_screen=False),
    Column("comparable_flows", "flows", "count", meaning="other buyers' flows of a comparable size"),
    Column("paid_usd_per_t", "paid USD/t", "ratio", meaning="unit value paid to the partner"),
    Column("others_median_usd_per_t", "median", "ratio", meaning="median unit value of other buyers' flows"),
    Column("others_upper_usd_per_t", "quartile", "ratio", meaning="third quartile of the same"),
    Column("compared_with", "compared with", meaning="flows of the same seller, or of all sellers where too few"),
    Column("above", "above", "share", meaning="paid over median, less 1"),
    Column("overpaid_usd", "over USD", "usd", meaning="(paid − median) · quantity"),
    Column("share_here", "of the other's", "share", meaning="the seller's part of the other's purchases"),
    Column("share_elsewhere", "of all others'", "share", meaning="the seller's part of all others' purchases"),
    Column("bought_usd", "bought in all", "usd", meaning="what the buyer buys of it from all, US dollars"),
    Column("herfindahl_after", "HHI after", "index", meaning="Herfindahl of the buyer if the seller had that part"),
    Column("at_stake_usd", "USD", "usd", meaning="US dollars at stake"),
    Column("no_way_out", "no way out", "flag", meaning="others could not make up for all of it within a year"),
    Column("because", "because", wraps=True),
    Column("reason", "reason", wraps=True),
    Column("imports_from_all_usd", "buys in all", "usd", on_screen=False),
    Column("exports_to_all_usd", "sells in all", "usd", on_screen=False),
    Column("supply_asymmetry", "supply lean", "ratio", meaning="own import share less the partner's, −1 … 1"),
    Column("sales_asymmetry", "sales lean", "ratio", meaning="own export share less the partner's, −1 … 1"),
    Column(
        "hirschman_imports", "Hirschman M", "index", meaning="root of the sum of squared shares of supplier countries"
    ),
    Column("hirschman_exports", "Hirschman X", "index", meaning="the same of markets"),
    Column("gdp_usd", "GDP", "usd", on_screen=False),
    Column("openness", "X/GDP", "share", on_screen=False, meaning="exports over gross domestic product"),
    Column("influence_effect", "influence", "share", meaning="exports to the partner over gross domestic product"),
    Column("moved_usd", "moved USD", "usd", on_screen=False, meaning="imports moved to the other suppliers"),
    Column("import_share_moved", "then", "share", meaning="share of its buys after the move"),
    Column("herfindahl_moved", "HHI then", "index", on_screen=False, meaning="Herfindahl after the move"),
    Column("total_share_moved", "total then", "share", on_screen=False, meaning="share of all imports after the move"),
)
"""Every column that a table of the view may have, in the order of showing."""

FACTS: Final = (
    "share", "gap_usd", "gap_share", "paid_usd_per_t", "others_median_usd_per_t", "others_upper_usd_per_t",
    "comparable_flows", "compared_with", "above", "share_here", "share_elsewhere", "bought_usd", "herfindahl",
    "herfindahl_after",
)  # fmt: skip
"""Figures that speak for a position: those that its reason names in words; empty where they are none of its kind."""

HIDDEN: Final[dict[str, tuple[str, ...]]] = {
    "products": ("year", "supply_asymmetry", "sales_asymmetry", "world_herfindahl", "home_supply", "hard_to_place",
                 "world_import_herfindahl"),
    "totals": ("partner_import_share", "partner_export_share"),
    "trend": ("partner_import_share", "partner_export_share"),
    "positions": ("hs6", *FACTS),
    "paid": ("year",),
    "supply": ("divertible_usd",),
    "partner-supply": ("divertible_usd",),
}  # fmt: skip

TABLES: Final[dict[str, tuple[str, Callable[[PartnerView], pa.Table]]]] = {
    "products": ("leverage product by product, seen from {a}", lambda view: view.products),
    "totals": ("both sides over all products", lambda view: view.totals),
    "trend": ("both sides, year by year", lambda view: view.trend),
    "supply": ("what {a} buys from {b}, and what would stay open were it to stop", lambda view: view.supply),
    "partner-supply": (
        "what {b} buys from {a}, and what would stay open were it to stop",
        lambda view: view.partner_supply,
    ),
    "sales": ("what {a} sells to {b}, and what would stay unsold were it to stop", lambda view: view.sales),
    "partner-sales": (
        "what {b} sells to {a}, and what would stay unsold were it to stop",
        lambda view: view.partner_sales,
    ),
    "paid": ("what {a} pays {b} beside what others pay", lambda view: view.paid),
    "positions": ("what {a} can ask {b} for, and offer", lambda view: _positions(view)),
    "barred": ("what {a} should neither ask nor offer", lambda view: _barred(view)),
}
"""The tables by the name they are asked for: title, and where in the view they are."""


def require_table(show: str) -> str:
    """Return the name of a table; raises UsageError for another one, naming those there are."""
    if show not in TABLES:
        do = "choose one"
        raise UsageError(message("no such table", where="--show", found=repr(show), expected=", ".join(TABLES), do=do))
    return show


def answer(view: PartnerView, show: str = "products") -> Answer:
    """One table of the view, with the sentences of the brief as notes and every other table in `about`."""
    title, table_of = TABLES[require_table(show)]
    table = table_of(view)
    names = {"a": view.country.name, "b": view.partner.name}
    warning = partner_words.warning(view)
    return Answer(
        title=f"{view.country.name} and {view.partner.name}, {view.year}: {title.format(**names)}",
        table=table,
        columns=_columns(table, show),
        notes=(
            *((warning,) if warning else ()),
            *(partner_words.findings(view) if show == "products" else ()),
            *_dataset(view),
        ),
        about=_about(view, show),
    )


def answers(view: PartnerView) -> list[tuple[str, Answer]]:
    """Every table of the view with the name of its sheet."""
    return [(name.replace("-", " ").capitalize(), answer(view, name)) for name in TABLES]


def write_workbook(view: PartnerView, path: Path, voice: Voice = ENGLISH) -> None:
    """Write every table on a sheet of its own, the summary first and the sources last."""
    from homeground.brief.export import write_whole
    from homeground.brief.workbook import MADE_BY, write_sheets

    brief = negotiation.document(view)
    summary = [
        ("Brief", brief.title),
        *(("Note", text) for text in brief.warnings),
        *(("Finding", text) for text in brief.findings),
    ]
    sources = [*brief.sources, *((f"Column {c.title}", c.meaning) for c in COLUMNS if c.meaning), MADE_BY]
    write_whole(path, lambda target: write_sheets(dict(answers(view)), sources, target, summary, voice))


def _columns(table: pa.Table, show: str) -> tuple[Column, ...]:
    hidden = HIDDEN.get(show, ())
    known = [column for column in COLUMNS if column.name in table.column_names]
    rest = [name for name in table.column_names if name not in {column.name for column in known}]
    shown = [_off(column) if column.name in hidden else column for column in known]
    return (*shown, *(Column(name, name, on_screen=False) for name in rest))


def _off(column: Column) -> Column:
    return Column(column.name, column.title, column.form, on_screen=False, meaning=column.meaning, wraps=column.wraps)


def _positions(view: PartnerView) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for position in view.positions:
        rank = 1 + sum(row["side"] == position.side for row in rows)
        rows.append(
            {
                "rank": rank,
                "side": position.side,
                "kind": position.kind,
                "what": partner_words.what(position),
                "hs6": position.hs6,
                "product": position.product,
                "at_stake_usd": position.at_stake_usd,
                "no_way_out": position.no_way_out,
                "because": partner_words.reason(position, view),
                **{name: position.facts.get(name) for name in FACTS},
            }
        )
    named = ("rank", "side", "kind", "what", "hs6", "product", "at_stake_usd", "no_way_out", "because")
    return _arrow(rows, (*named, *FACTS))


def _barred(view: PartnerView) -> pa.Table:
    rows = [
        {"side": item.side, "hs6": item.hs6, "product": item.product, "reason": item.reason} for item in view.barred
    ]
    return _arrow(rows, ("side", "hs6", "product", "reason"))


def _arrow(rows: list[dict[str, Any]], names: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    numbers = dict.fromkeys(("at_stake_usd", *FACTS), pa.float64())
    kinds = {**numbers, "rank": pa.int64(), "no_way_out": pa.bool_(), "compared_with": pa.string()}
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, kinds.get(name, pa.string())) for name in names]))


def _dataset(view: PartnerView) -> tuple[str, ...]:
    held = view.dataset
    return (f"Dataset {held.name}: {held.citation}. Licence: {held.licence}.", *view.notes)


def _about(view: PartnerView, show: str) -> dict[str, Any]:
    held = view.dataset
    return {
        "asked": {
            "country": view.country.code,
            "partner": view.partner.code,
            "year": view.year,
            "show": show,
            "move": view.move,
            "measures_as_of": str(view.day),
            "measures_loaded": view.measures_loaded,
        },
        "dataset": held.name,
        "source": held.source,
        "revision": held.revision,
        "version": held.version,
        "licence": held.licence,
        "citation": held.citation,
        "loads": [{"load": load.id, "files": {f.file: f.sha256 for f in load.files}} for load in held.loads],
        "totals": view.totals.to_pylist(),
        "share_after_all_moves": view.share_after_all_moves,
        "follow": negotiation.command(view, show),
    }
