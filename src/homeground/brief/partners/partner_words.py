"""What a view on two partners says, in sentences: each from numbers of the view alone, neutral between both sides."""

from __future__ import annotations

from typing import Any, Final

from homeground.brief.answer import money
from homeground.brief.plain import whose
from homeground.brief.story import goods
from homeground.home.partners.partner import PartnerView
from homeground.home.partners.positions import SAME_SELLER, Barred, Position
from homeground.home.trade.cuts import DIVERTIBLE

Row = dict[str, Any]

WORDS_FOR: Final = {
    ("ask", "supply"): "Assured supply",
    ("ask", "price"): "The price others pay",
    ("ask", "access"): "A larger part of purchases",
    ("offer", "supply"): "Assured supply",
    ("offer", "purchase"): "Assured purchases",
    ("offer", "access"): "More purchases",
}

ACT: Final = "barred: "

ASSUMED: Final = f"{100 * DIVERTIBLE:.0f} %"


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share; a positive one that would round to nothing keeps its first figure; an absent one is a dash.

    >>> percent(0.674), percent(0.0007), percent(None)
    ('67 %', '0.07 %', '–')
    """
    if share is None:
        return "–"
    written = 100 * share
    if written and abs(written) < 0.5 * 10**-digits:
        return f"{written:.1g} %"
    return f"{written:.{digits}f} %"


def findings(view: PartnerView) -> list[str]:
    """Sentences at the head of the brief: how much, who leans more, what has no way out, what a move would change."""
    own, other = sides(view)
    a, b = view.country.name, view.partner.name
    sentences = [
        _flow(a, b, own["imports_usd"], own["import_share"], other["export_share"]),
        _flow(b, a, own["exports_usd"], other["import_share"], own["export_share"]),
        _no_way_out(a, b, view.supply.to_pylist(), view.partner_sales.to_pylist()),
        _no_way_out(b, a, view.partner_supply.to_pylist(), view.sales.to_pylist()),
        _influence(own, other, a, b),
        _over_time(view),
        _after_move(view, own),
    ]
    return [sentence for sentence in sentences if sentence]


def sides(view: PartnerView) -> tuple[Row, Row]:
    """The totals of the country and of the partner."""
    own, other = view.totals.to_pylist()
    return own, other


def _flow(buyer: str, seller: str, usd: float, bought: float | None, sold: float | None) -> str:
    if not usd:
        return f"{buyer} buys nothing from {seller} in this dataset."
    shares = (
        f"{percent(bought)} of {whose(buyer)} purchases and {percent(sold)} of {whose(seller)} sales in this dataset"
    )
    return f"{buyer} buys {money(usd)} USD from {seller}: {shares}."


def _no_way_out(buyer: str, seller: str, supply: list[Row], sales: list[Row]) -> str:
    rows = [row for row in supply if row["gap_usd"]]
    if not rows:
        return ""
    row = max(rows, key=lambda each: each["gap_usd"])
    others = "one more product" if len(rows) == 2 else f"{len(rows) - 1} more products"
    more = f" Of {others} a part would stay open." if len(rows) > 1 else ""
    unsold = {sold["hs6"]: sold["gap_share"] for sold in sales if sold["gap_usd"]}.get(row["hs6"])
    turn = f", and {seller} in turn no other buyer for {percent(unsold)}" if unsold else ""
    what = goods(row["product"])
    return (
        f"{what[:1].upper()}{what[1:]}: {buyer} would find within a year no other supplier for "
        f"{percent(row['gap_share'])} of what it buys from {seller} ({money(row['gap_usd'])} of "
        f"{money(row['traded_usd'])} USD){turn}.{more}"
    )


def _influence(own: Row, other: Row, a: str, b: str) -> str:
    known = [
        f"{percent(row['influence_effect'], 2)} of {whose(seller)} product"
        for row, seller in ((own, a), (other, b))
        if row["influence_effect"] is not None
    ]
    return f"Hirschman's influence effect: sales to the other are {' and '.join(known)}." if known else ""


def _over_time(view: PartnerView) -> str:
    rows = {row["year"]: row for row in view.trend.to_pylist() if row["country"] == view.country.code}
    years = [year for year in rows if rows[year]["import_share"] is not None and year <= view.year]
    before = view.year - 10 if view.year - 10 in years else min(years, default=view.year)
    if view.year not in years or before == view.year:
        return ""
    was, now = rows[before]["import_share"], rows[view.year]["import_share"]
    return (
        f"{whose(view.partner.name)} share of {whose(view.country.name)} imports was {percent(was, 1)} in {before} "
        f"and is {percent(now, 1)} in {view.year}."
    )


def _after_move(view: PartnerView, own: Row) -> str:
    if view.share_after_all_moves is None or not own["imports_usd"]:
        return ""
    now, then = percent(own["import_share"], 1), percent(view.share_after_all_moves, 1)
    change = f"stay at {now}" if now == then else f"go from {now} to {then}"
    return (
        f"If {points(view.move)} of {whose(view.country.name)} imports of every product moved to its other suppliers, "
        f"{whose(view.partner.name)} share of all would {change}."
    )


def points(move: float) -> str:
    """Write a move of a share in points.

    >>> points(0.1), points(0.01)
    ('10 points', '1 point')
    """
    text = f"{100 * move:g}"
    return f"{text} point{'' if text == '1' else 's'}"


def what(position: Position) -> str:
    """What is asked or offered."""
    if position.kind == "price" and position.facts["compared_with"] != SAME_SELLER:
        return "A price nearer to others'"
    return WORDS_FOR[position.side, position.kind]


def reason(position: Position, view: PartnerView) -> str:
    """Why, in words and numbers; names stand for both sides so that either can read it."""
    a, b = view.country.name, view.partner.name
    words: str = _REASONS[position.side, position.kind](position.facts, a, b)
    return words


def _supply_reason(row: Row, buyer: str, seller: str) -> str:
    leans = f"{percent(row['share'])} of {whose(buyer)} purchases come from {seller}"
    if row["gap_usd"]:
        return f"{leans}; were they to stop, {percent(row['gap_share'])} could not be made up within a year"
    return f"{leans}; others could make up for it if {ASSUMED} of what they sell elsewhere were turned to {buyer}"


def _purchase_reason(row: Row, a: str, b: str) -> str:
    leans = f"{percent(row['share'])} of {whose(b)} sales go to {a}"
    if row["gap_usd"]:
        return f"{leans}; were they to stop, {percent(row['gap_share'])} would find no other buyer within a year"
    return f"{leans}; others could take it if they turned {ASSUMED} of their purchases elsewhere to {b}"


def _price_reason(row: Row, a: str, b: str) -> str:
    whom = f"other buyers from {b}" if row["compared_with"] == SAME_SELLER else "other buyers from all sellers"
    flows = f"median of {row['comparable_flows']} flows, upper quartile {row['others_upper_usd_per_t']:,.0f}"
    return (
        f"{a} pays {row['paid_usd_per_t']:,.0f} USD/t, {whom} {row['others_median_usd_per_t']:,.0f} ({flows}): "
        f"{percent(row['above'])} more"
    )


def _access_reason(row: Row, seller: str, buyer: str) -> str:
    here = percent(row["share_here"], 1) if row["share_here"] else "none"
    elsewhere = percent(row["share_elsewhere"], 1)
    bought = f"{whose(buyer)} ({money(row['bought_usd'])} USD)"
    return f"{seller} has {elsewhere} of all others' purchases and {here} of {bought}"


def _more_purchases_reason(row: Row, a: str, b: str) -> str:
    spread = (
        f"buying there would lower {whose(a)} Herfindahl from {row['herfindahl']:.3f} to {row['herfindahl_after']:.3f}"
    )
    return f"{_access_reason(row, b, a)}; {spread}"


_REASONS: Final[dict[tuple[str, str], Any]] = {
    ("ask", "supply"): _supply_reason,
    ("ask", "price"): _price_reason,
    ("ask", "access"): _access_reason,
    ("offer", "supply"): lambda row, a, b: _supply_reason(row, b, a),
    ("offer", "purchase"): _purchase_reason,
    ("offer", "access"): _more_purchases_reason,
}


def never(item: Barred, view: PartnerView) -> str:
    """One line on what is not to be offered or asked for."""
    whom = {"ask": f"not to be bought from {view.partner.name}", "offer": f"not to be sold to {view.partner.name}"}
    code = f"{item.hs6} " if item.hs6 else ""
    return f"{code}{item.product}: {whom[item.side]} ({item.reason})"


def warning(view: PartnerView) -> str:
    """What the reader must know about measures in force before the first number."""
    if not view.measures_loaded:
        return (
            "No list of measures in force (embargoes, sanctions) is loaded: neither asks and offers nor the suppliers "
            "and markets named here were held against any. Load one before you use this."
        )
    acts = sorted({item.reason.removeprefix(ACT) for item in view.barred if item.reason.startswith(ACT)})
    if not acts:
        return ""
    held = "; ".join(acts)
    return f"Measures in force on {view.day} bar trade between both; what they bar is not asked or offered: {held}."
