"""Answers on capability: products within reach, markets within reach, and the ranks of countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.trade.capability import Capability

PRODUCTS: Final = (
    Column("hs6", "HS6"),
    Column("short", "product"),
    Column("density", "density", "share", meaning="part of the product's neighbourhood that the country makes"),
    Column("density_rank", "nearer than", "share", meaning="share of the country's options with a lower density"),
    Column("rca", "RCA", "ratio", meaning="share in the country's exports over share in the world's"),
    Column("pci", "PCI", "ratio", meaning="product complexity, standard deviations"),
    Column("gain", "gain", "ratio", on_screen=False, meaning="change of the opportunity outlook if it were made"),
    Column("others_import_usd", "others buy", "usd", meaning="imports of all other countries, US dollars"),
    Column("growth", "a year", "share", meaning="yearly growth of these imports, US dollars"),
    Column("supplier_herfindahl", "HHI", "index", meaning="Herfindahl of present suppliers"),
    Column("top_supplier", "main", meaning="largest present supplier"),
    Column("mean_rank", "mean rank", "index", meaning="half density rank, half demand ranks; orders the table"),
    Column("buyers", "largest buyers", on_screen=False, meaning="largest importers and shares, barred ones left out"),
    Column("product", "product in full", on_screen=False),
    Column("value_usd", "exports USD", "usd", on_screen=False, meaning="what the country sells of it today"),
    Column("top_share", "its share", "share", on_screen=False, meaning="share of the largest present supplier"),
    Column("suppliers", "suppliers", "count", on_screen=False, meaning="countries that export it"),
    Column(
        "own_import_usd", "own imports USD", "usd", on_screen=False, meaning="what the country itself imports of it"
    ),
    Column("growth_rank", "growth rank", "share", on_screen=False, meaning="share of options that grow more slowly"),
    Column("size_rank", "size rank", "share", on_screen=False, meaning="share of options with smaller imports"),
    Column("why", "why", on_screen=False, meaning="the reasons in words"),
)
MARKETS: Final = (
    Column("hs6", "HS6"),
    Column("short", "product"),
    Column("market", "market"),
    Column("supply_share", "supply", "share", meaning="the country's share in world exports of the product"),
    Column("demand_usd", "demand", "usd", meaning="the market's imports of the product, US dollars"),
    Column("demand_growth", "a year", "share", meaning="yearly growth of the market's imports, in US dollars"),
    Column("ease", "ease", "ratio", meaning="sales to the market over what shares in the world would give"),
    Column("potential_usd", "potential", "usd", meaning="supply · demand · ease · factor, at most the demand"),
    Column("realised_usd", "realised", "usd", meaning="sales of the product to the market"),
    Column("gap_usd", "gap", "usd", meaning="potential less realised"),
    Column("market_share", "exports there", "share", meaning="the market's share in the country's exports of goods"),
    Column("leans", "leans", "flag", meaning="the exports lean on this market already"),
    Column("importer", "code", on_screen=False, meaning="the market's code"),
    Column("factor", "factor", "ratio", on_screen=False, meaning="your factor of access; 1 without one"),
    Column("capped", "capped", "flag", on_screen=False, meaning="held at the market's imports"),
    Column("product_exports_usd", "sold to all", "usd", on_screen=False, meaning="sales of the product to all markets"),
    Column("product", "product in full", on_screen=False),
    Column("why", "why", on_screen=False, meaning="the reasons in words"),
)
COUNTRIES: Final = (
    Column("eci_rank", "rank", "count", meaning="rank by economic complexity"),
    Column("country", "code"),
    Column("name", "country"),
    Column("eci", "ECI", "ratio", meaning="economic complexity index, standard deviations"),
    Column("fitness", "fitness", "ratio", meaning="fitness, mean 1"),
    Column("fitness_rank", "its rank", "count", meaning="rank by fitness"),
    Column("diversity", "products", "count", meaning="products with advantage"),
    Column("outlook", "outlook", "ratio", meaning="opportunity outlook (COI): complexity that lies near"),
    Column("outlook_rank", "its rank", "count", meaning="rank by outlook"),
    Column("exports_usd", "exports USD", "usd", meaning="exports of the dataset's goods"),
)
SPACE: Final = (
    Column("hs6", "HS6"),
    Column("short", "product"),
    Column("value_usd", "exports USD", "usd"),
    Column("rca", "RCA", "ratio"),
    Column("made", "with advantage", "flag"),
    Column("density", "density", "share"),
    Column("pci", "PCI", "ratio"),
    Column("gain", "gain", "ratio"),
    Column("ubiquity", "countries", "count"),
    Column("reached", "within reach", "flag"),
)
LEFT_OUT: Final = tuple(Column(name, name) for name in ("code", "kind", "name", "reason"))
EXPLAINED: Final = 3
REACH_SHOWN: Final = 20
MARKETS_SHOWN: Final = 20
PER_PRODUCT: Final = 3


def products_answer(view: Capability) -> Answer:
    """Products within reach, with the reasons of the first."""
    first = [f"{row['hs6']}: {row['why']}." for row in view.reach.slice(0, EXPLAINED).to_pylist()]
    none = () if first else ("No product is near, wanted and not yet exported with advantage.",)
    limits = view.asked.reach
    rule = (
        f"Within reach: nearer than {100 * limits.min_density_rank:.0f} % of what it does not make, and others import "
        f"{limits.min_world_usd / 1e6:,.0f} M USD or more, not shrinking. Arms are left out."
    )
    return _answer(view, "products within reach", view.reach, PRODUCTS, (*none, *first, rule))


def markets_answer(view: Capability) -> Answer:
    """Markets within reach: export potential by product and market."""
    kept, total = view.markets.num_rows, view.markets_total
    cut = (f"The first {kept:,} of {total:,} rows with a gap.",) if kept < total else ()
    leaning = sum(bool(mark) for mark in view.markets["leans"].to_pylist())
    formula = f"Potential = share in world exports × the market's imports × ease ({view.asked.ease})."
    alone = "Each row stands alone: the potentials of one product cannot all be met at once."
    lean = f"{leaning:,} rows are markets on which the exports lean already (25 % or more); they come last."
    return _answer(view, "markets within reach", view.markets, MARKETS, (*cut, f"{formula} {alone}", lean))


def countries_answer(view: Capability) -> Answer:
    """Ranks of the countries that pass the filters."""
    return _answer(view, "complexity of countries", view.countries, COUNTRIES, ())


def sheets(view: Capability | None) -> dict[str, tuple[pa.Table, tuple[Column, ...]]]:
    """Tables of a workbook: name of the sheet, table, columns; none where nothing can be said."""
    if view is None:
        return {}
    return {
        "Within reach": (view.reach, PRODUCTS),
        "Markets": (view.markets, MARKETS),
        "Product space": (view.products, SPACE),
        "Complexity ranks": (view.countries, COUNTRIES),
        "Not ranked": (view.left_out, LEFT_OUT),
    }


def section(view: Capability) -> dict[str, Any]:
    """What the report's section shows: place, tables cut to what a reader takes in, and notes."""
    return {
        "place": place_in_words(view),
        "reach": view.reach.slice(0, REACH_SHOWN).to_pylist(),
        "reach_count": view.reach.num_rows,
        "markets": _best_markets(view),
        "market_count": view.markets_total,
        "notes": (*view.notes, filters_in_words(view)),
    }


def _best_markets(view: Capability) -> list[dict[str, Any]]:
    """Take the first markets, a few of each product, so that one large product does not fill the page."""
    taken: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    for row in view.markets.to_pylist():
        taken[row["hs6"]] = taken.get(row["hs6"], 0) + 1
        if taken[row["hs6"]] <= PER_PRODUCT and len(found) < MARKETS_SHOWN:
            found.append(row)
    return found


def place_in_words(view: Capability) -> str:
    """Say where the country stands, in one sentence."""
    ranked = view.countries.num_rows
    made = f"{view.name} exports {view.diversity} of {view.products.num_rows} products with advantage"
    if not view.inside:
        return f"{made}; they imply an economic complexity of {view.eci:+.2f} standard deviations."
    return (
        f"{made}. Economic complexity {view.eci:+.2f} standard deviations, rank {view.eci_rank} of {ranked}; "
        f"fitness {view.fitness:.2f}, rank {view.fitness_rank}; opportunity outlook {view.outlook:+.2f}, "
        f"rank {view.outlook_rank}."
    )


def filters_in_words(view: Capability) -> str:
    """Say who was counted and by which conventions."""
    limits, kinds = view.asked.filters, view.left_out["kind"].to_pylist()
    return (
        f"Counted: countries above {limits.min_population:,.0f} people (where known) with exports of "
        f"{limits.min_exports_usd / 1e6:,.0f} M USD, goods traded for {limits.min_product_usd / 1e6:,.0f} M USD; "
        f"left out: {kinds.count('country')} countries and areas, {kinds.count('product')} products. "
        f"Conventions: {view.asked.conventions.in_words()}."
    )


def _answer(
    view: Capability, what: str, table: pa.Table, columns: tuple[Column, ...], notes: tuple[str, ...]
) -> Answer:
    held = view.dataset
    return Answer(
        title=f"{view.name}, {view.year}: {what}",
        table=table.select([column.name for column in columns]),
        columns=columns,
        notes=(
            place_in_words(view),
            *notes,
            *view.notes,
            filters_in_words(view),
            f"Dataset {held.name}: {held.citation}. Licence: {held.licence}.",
            *held.notes,
        ),
        about=_about(view),
    )


def _about(view: Capability) -> dict[str, Any]:
    from dataclasses import asdict

    held, filters = view.dataset, view.asked.filters
    return {
        "asked": {"country": view.country, "year": view.year, "ease": view.asked.ease, "access": view.asked.access},
        "conventions": asdict(view.asked.conventions),
        "filters": {name: value for name, value in asdict(filters).items() if name != "leave_out"},
        "reach": asdict(view.asked.reach),
        "place": {
            name: getattr(view, name)
            for name in ("eci", "eci_rank", "fitness", "fitness_rank", "diversity", "outlook", "outlook_rank", "inside")
        },
        "growth_of_all_goods": view.growth,
        "growth_since": view.base,
        "left_out": view.left_out.to_pylist(),
        "dataset": held.name,
        "source": held.source,
        "revision": held.revision,
        "version": held.version,
        "licence": held.licence,
        "citation": held.citation,
        "loads": [{"load": load.id, "files": {f.file: f.sha256 for f in load.files}} for load in held.loads],
    }
