"""Answers on prices: one product's suppliers against the world, and a country's terms of trade."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from homeground.brief import figures
from homeground.brief.answer import Answer, Column
from homeground.brief.figures.prices import outside
from homeground.brief.tables import about_dataset, dataset_notes
from homeground.brief.trade import price_words
from homeground.codes import countries

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.home.trade.prices import PriceView
    from homeground.home.trade.terms import TermsOfTrade
    from homeground.measures import PriceSet

DRAWN: Final = 20

SUPPLIERS: Final = (
    Column("country", "code"),
    Column("name", "supplier"),
    Column("value_usd", "paid USD", "usd", meaning="value of the flows, US dollars"),
    Column("quantity_t", "quantity", "tons", meaning="reported quantities only"),
    Column("unit_value_usd_per_t", "USD/t", "ratio", meaning="value over quantity of the flows that report both"),
    Column("percentile", "dearer than", "share", meaning="share of the world's comparable flows that are cheaper"),
    Column(
        "band", "against the world", meaning="inside or outside the quartiles; far: beyond the skew-adjusted fences"
    ),
    Column(
        "overpayment_usd", "over median USD", "usd", meaning="(unit value − world's median) · tons; negative: saved"
    ),
    Column("others_median", "others pay", "ratio", meaning="median of what this supplier's other buyers pay, USD/t"),
    Column("over_others_usd", "over others USD", "usd", meaning="(unit value − that median) · tons"),
    Column("share", "share", "share", on_screen=False, meaning="part of the value of all rows"),
    Column("flows", "flows", "count", on_screen=False),
    Column("compared_t", "compared", "tons", on_screen=False, meaning="tons of the flows large enough to compare"),
    Column("others_n", "others", "count", on_screen=False, meaning="number of the supplier's other flows"),
)

READING: Final = (
    "Above 100, what the country sells has risen in price against what it buys. Unit values by product, matched with "
    "the year before; products whose unit value moved more than twice as far as the world's median are not matched."
)

LINKS: Final = (
    Column("year", "year", "year"),
    Column("terms_of_trade", "terms of trade", "ratio", meaning="100 · export price index / import price index"),
    Column("export_index", "export prices", "ratio", meaning="chained Fisher index of unit values"),
    Column("import_index", "import prices", "ratio", meaning="chained Fisher index of unit values"),
    Column("export_fisher", "exports: link", "index", meaning="Fisher index, the year before = 1; empty: abstains"),
    Column("export_matched_share", "matched", "share", meaning="part of export value that the link rests on"),
    Column("import_fisher", "imports: link", "index", meaning="Fisher index, the year before = 1; empty: abstains"),
    Column("import_matched_share", "matched", "share", meaning="part of import value that the link rests on"),
    Column("terms_laspeyres", "Laspeyres", "ratio", meaning="terms of trade from chained Laspeyres indices"),
    Column("terms_paasche", "Paasche", "ratio", meaning="terms of trade from chained Paasche indices"),
)


def prices_answer(home: Home, hs6: str, year: int | None = None, **asked: Any) -> Answer:
    """The suppliers of a product with unit value, percentile, band, overpayment; `asked` as Home.prices."""
    view = home.prices(hs6, year, **asked)
    buyer = f" to {view.importer.name}" if view.importer else ""
    seller = f" from {countries.name(view.exporter)}" if view.exporter else ""
    by_buyer = view.exporter is not None and view.importer is None
    columns = tuple(
        Column("name", "buyer") if by_buyer and column.name == "name" else column
        for column in SUPPLIERS
        if view.importer is not None or not column.name.startswith(("others_", "over_others"))
    )
    return Answer(
        title=f"{view.hs6} {view.name}, {view.year}: prices{seller}{buyer}",
        table=view.partners.select([column.name for column in columns]),
        columns=columns,
        notes=(*price_words.summary(view), *dataset_notes(home, view.dataset, view.year)),
        about={**about_dataset(view.dataset, _question(view)), "prices": _numbers(view)},
        figures=_drawn(view),
    )


def terms_answer(home: Home, country: str, **asked: Any) -> Answer:
    """Terms of trade of a country by year; `asked` as Home.terms_of_trade."""
    found = home.terms_of_trade(country, **asked)
    first = [column.name for column in LINKS]
    rest = [name for name in found.table.column_names if name not in first]
    question = {"country": found.country, "base": found.base}
    return Answer(
        title=f"{found.name}: terms of trade{f', {found.base} = 100' if found.base else ''}",
        table=found.table.select([*first, *rest]),
        columns=(*LINKS, *(Column(name, name, _form(name), on_screen=False) for name in rest)),
        notes=(*terms_notes(found), *dataset_notes(home, found.dataset, found.dataset.years()[-1])),
        about=about_dataset(found.dataset, question),
        figures=((figures.terms_lines(found.table.to_pylist()), terms_caption(found)),) if found.base else (),
    )


def terms_caption(found: TermsOfTrade) -> str:
    """What the lines show."""
    return (
        f"Export prices, import prices and their ratio, {found.base} = 100: chained Fisher indices of unit values. "
        "Lines end where too little of the trade can be matched with the year before."
    )


def terms_notes(found: TermsOfTrade) -> tuple[str, ...]:
    """How the indices are to be read, and where they abstain."""
    notes = [READING]
    if not found.knows_exports:
        notes.append("The file holds imports only: export prices, and so the terms of trade, are not known.")
    rows = found.table.to_pylist()[1:]
    for side in ("export", "import") if found.knows_exports else ("import",):
        thin = [row["year"] for row in rows if row[f"{side}_fisher"] is None]
        if thin:
            notes.append(
                f"{side.capitalize()} prices abstain in {_years(thin)}: less than half of the value matched, or the "
                "formulas too far apart. The chain does not run across such a year."
            )
    return tuple(notes)


def _years(years: list[int]) -> str:
    from homeground.home.datasets import spans

    return spans(years)


def _form(name: str) -> Any:
    return "count" if name.endswith("products") else "index"


def _question(view: PriceView) -> dict[str, Any]:
    return {
        "hs6": view.hs6,
        "product": view.name,
        "year": view.year,
        "importer": view.importer.code if view.importer else None,
        "exporter": view.exporter,
    }


def _numbers(view: PriceView) -> dict[str, Any]:
    """What the summary is made of, for the machine-readable forms."""
    found = view.evidence
    return {
        "coverage": view.coverage,
        "world": _plain(view.world),
        "own": _plain(view.own),
        "why_not": view.why_not or None,
        "benchmarks": view.benchmarks.to_pylist(),
        "offer": found
        and {
            **{name: getattr(found, name) for name in OFFER},
            "benchmarks": [asdict(mark) for mark in found.benchmarks],
        },
    }


OFFER: Final = (
    "price_usd_per_t", "quantity_t", "percentile", "own_percentile", "band", "overpayment_usd", "own_overpayment_usd",
)  # fmt: skip


def _plain(found: PriceSet | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {name: value for name, value in vars(found).items() if name != "unit_values"}


def _drawn(view: PriceView) -> tuple[tuple[dict[str, Any], str], ...]:
    if view.world is None:
        return ()
    side = "importer" if view.exporter and not view.importer else "exporter"
    rows = [row for row in view.partners.to_pylist() if row["percentile"] is not None][:DRAWN]
    names = {row["country"]: row["name"] for row in rows}
    points = [
        {"name": names[flow[side]], "unit_value_usd_per_t": flow["unit_value_usd_per_t"]}
        for flow in view.flows.to_pylist()
        if flow[side] in names and (flow["quantity_t"] or 0.0) > view.world.least_t
    ]
    if view.exporter and not view.importer:
        points = []
    lines = [(row["benchmark"], row["price_usd_per_t"]) for row in view.benchmarks.to_pylist()]
    if view.evidence is not None:
        lines.append(("the offer", view.evidence.price_usd_per_t))
    return ((figures.price_strip(rows, points, view.world.quartiles, lines), _caption(view, points)),) if rows else ()


def _caption(view: PriceView, points: list[dict[str, Any]]) -> str:
    assert view.world is not None
    buyer = view.importer.name if view.importer else "all buyers together"
    return strip_caption(buyer, points, view.world.quartiles, view.world.least_t)


def strip_caption(
    buyer: str, points: list[dict[str, Any]], quartiles: tuple[float, float, float], least_t: float
) -> str:
    """What a strip of prices shows, and how many flows lie beyond its axis."""
    far = outside(points, quartiles)
    flows = "1 flow lies" if far == 1 else f"{far} flows lie"
    beyond = f" {flows} beyond the axis, drawn at its edge." if far else ""
    small = f" Small dots: the same suppliers' single flows over {least_t:,g} t." if points else ""
    return f"Large dot: paid by {buyer}.{small} Band: the world's lower to upper quartile.{beyond}"
