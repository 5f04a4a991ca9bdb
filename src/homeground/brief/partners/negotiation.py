"""The negotiator's brief as a document: the same headings, sentences and tables for the page and for the text file."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from homeground.brief import figures
from homeground.brief.answer import money
from homeground.brief.figures.draw import Spec
from homeground.brief.partners import partner_words
from homeground.brief.partners.partner_words import ASSUMED, percent, points
from homeground.brief.plain import whose
from homeground.codes import products
from homeground.home.partners.partner import PartnerView
from homeground.home.partners.positions import LEAST_USD, UNLIKE_FROM, Position
from homeground.store import Dataset

Row = dict[str, Any]

SUPPLY_SHOWN: Final = 4
PAID_SHOWN: Final = 3
POSITIONS_SHOWN: Final = 5
BARRED_SHOWN: Final = 4
MOVED_SHOWN: Final = 3
SPOKEN_OF: Final = ("totals", "trend", "supply", "partner-supply", "sales", "partner-sales")
"""Tables beside that of products from which the findings at the head are taken."""
NOT_STATED: Final = "not stated"
FLOWS_SHOWN: Final = 4
"""Flows of each direction in the butterfly."""


@dataclass(frozen=True)
class Block:
    """One part of the brief: a table of texts, the columns that are numbers, and the command that gives it again."""

    title: str
    lead: str
    heads: tuple[str, ...]
    numbers: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    follow: str
    left_out: int = 0


@dataclass(frozen=True)
class Document:
    """The whole brief; `drawings` are specifications with the description of what they show, and a command.

    `follow` gives the figures of the findings again.
    """

    title: str
    lead: str
    warnings: tuple[str, ...]
    findings: tuple[str, ...]
    follow: str
    drawings: tuple[tuple[Spec, str, str], ...]
    blocks: tuple[Block, ...]
    sources: tuple[tuple[str, str], ...]
    foot: str


def document(view: PartnerView) -> Document:
    """Put the brief together from a view on two partners."""
    a, b = view.country.name, view.partner.name
    revision = f" ({view.dataset.revision})" if view.dataset.revision else ""
    warning = partner_words.warning(view)
    return Document(
        title=f"{a} and {b}: leverage both ways, {view.year}",
        lead=f"Brief for {whose(a)} negotiator · dataset {view.dataset.name}{revision} · measures as of {view.day}",
        warnings=(*((warning,) if warning else ()), *view.notes),
        findings=tuple(partner_words.findings(view)),
        follow=f"{command(view, 'products')}, and --show {' · '.join(SPOKEN_OF)}",
        drawings=tuple(_drawings(view)),
        blocks=(
            _totals(view),
            _supply(view, "supply", a, b, view.supply.to_pylist()),
            _supply(view, "partner-supply", b, a, view.partner_supply.to_pylist()),
            _paid(view),
            _positions(view, "ask", f"What {a} can ask {b} for"),
            _positions(view, "offer", f"What {a} can offer {b}"),
            _barred(view),
            _moved(view),
        ),
        sources=tuple(_sources(view)),
        foot=_stated(view.dataset),
    )


def command(view: PartnerView, show: str = "") -> str:
    """The command that gives a table of the brief again."""
    asked = f"homeground partner {view.country.code} {view.partner.code} --year {view.year}"
    rest = f" --dataset {shlex.quote(view.dataset.name)} --on {view.day}"
    move = f" --move {view.move:g}" if show in ("", "products") else ""
    return f"{asked}{rest}{move}{f' --show {show}' if show else ''}"


def flows(view: PartnerView) -> list[Row]:
    """The largest flows of either direction, for the butterfly; largest first."""
    a, b = view.country.name, view.partner.name
    found: list[Row] = []
    directions = ((b, "imports_usd", "import_share", "partner_export_share"),
                  (a, "exports_usd", "export_share", "partner_import_share"))  # fmt: skip
    for seller, usd, left, right in directions:
        traded = sorted((row for row in view.products.to_pylist() if row[usd]), key=lambda r: (-r[usd], r["hs6"]))
        found += [
            {
                "name": products.short(row["hs6"], view.dataset.revision, 34),
                "usd": row[usd],
                "seller": seller,
                "left_share": row[left],
                "right_share": row[right],
            }
            for row in traded[:FLOWS_SHOWN]
        ]
    return sorted(found, key=lambda row: -row["usd"])


def _drawings(view: PartnerView) -> Iterable[tuple[Spec, str, str]]:
    a, b = view.country.name, view.partner.name
    shown = flows(view)
    if shown:
        text = f"Butterfly of the largest flows between {a} and {b}, {view.year}: how far either side leans on each"
        yield figures.butterfly(shown, a, b), text, command(view, "products")
    trend = view.trend.to_pylist()
    if len({row["year"] for row in trend}) > 1:
        yield (
            figures.trend_of_shares(trend, a, b),
            f"Shares of {whose(a)} and {whose(b)} trade with one another, by year",
            command(view, "trend"),
        )


def _totals(view: PartnerView) -> Block:
    own, other = partner_words.sides(view)
    unknown = "not known: no GDP" if not view.gdp_known else "not known"
    lines = (
        ("bought from the other, USD", "imports_usd", money),
        ("part of all its purchases", "import_share", lambda share: percent(share, 1)),
        ("leans more on the other as supplier than the other on it, points", "supply_asymmetry", _signed),
        ("part of all its sales that go to the other", "export_share", lambda share: percent(share, 1)),
        ("leans more on the other as market than the other on it, points", "sales_asymmetry", _signed),
        ("Hirschman's index of its suppliers · of its markets (0 … 1)", "", None),
        ("Hirschman's influence effect: sales to the other over GDP", "influence_effect", lambda s: percent(s, 2)),
    )
    rows = []
    for title, name, write in lines:
        cells = [
            (f"{_index(row['hirschman_imports'])} · {_index(row['hirschman_exports'])}")
            if write is None
            else unknown
            if row[name] is None and name == "influence_effect"
            else "–"
            if row[name] is None
            else write(row[name])
            for row in (own, other)
        ]
        rows.append((title, *cells))
    return Block(
        "Both sides in figures",
        "",
        ("all products of this dataset together", view.country.name, view.partner.name),
        frozenset({1, 2}),
        tuple(rows),
        command(view, "trend"),
    )


def _supply(view: PartnerView, show: str, buyer: str, seller: str, rows: list[Row]) -> Block:
    small = [row for row in rows if row["traded_usd"] < LEAST_USD]
    rows = [row for row in rows if row["traded_usd"] >= LEAST_USD]
    assumed = f"if {ASSUMED} of what they sell elsewhere were turned to {buyer} (an assumption)"
    found = (
        f"Open: what all other suppliers could not make up, {assumed}. Score: share × world Herfindahl × (1 − home "
        "supply); ≤ where home supply is not known."
        if rows
        else f"{buyer} buys nothing worth a million US dollars from {seller} that may stand here."
    )
    return Block(
        f"What {buyer} buys from {seller} and could least replace within a year",
        found,
        (
            "HS6",
            "product",
            "USD",
            f"of {whose(buyer)} purchases",
            f"of {whose(seller)} sales",
            "score",
            "open",
            "could step in",
        ),
        frozenset({2, 3, 4, 5, 6}),
        tuple(_supply_row(row) for row in rows[:SUPPLY_SHOWN]) if rows else (),
        command(view, show),
        max(0, len(rows) - SUPPLY_SHOWN) + len(small),
    )


def _supply_row(row: Row) -> tuple[str, ...]:
    bound = "≤ " if row["home_supply"] is None else ""
    return (
        row["hs6"],
        row["product"],
        money(row["traded_usd"]),
        percent(row["share"]),
        percent(row["partner_export_share"]),
        "–" if row["hard_to_replace"] is None else f"{bound}{row['hard_to_replace']:.3f}",
        percent(row["gap_share"]) if row["gap_usd"] else "nothing",
        row["others"].replace("%", " %") or "nobody",
    )


def _paid(view: PartnerView) -> Block:
    a, b = view.country.name, view.partner.name
    rows = [row for row in view.paid.to_pylist() if (row["overpaid_usd"] or 0.0) > 0]
    lead = (
        f"Unit values beside those of comparable flows (at least 1 % of {whose(a)} quantity) to others: from {b}, "
        "or from all sellers where fewer than 8. They mix kinds and qualities: a hint to look closer, not proof."
        if rows
        else f"Nowhere, by unit values: {a} pays no more than others' median, or fewer than 8 comparable flows tell."
    )
    return Block(
        f"Where {a} pays {b} more than others pay",
        lead,
        ("HS6", "product", "paid USD/t", "others' median", "upper quartile", "flows", "compared with", "above", "USD"),
        frozenset({2, 3, 4, 5, 7, 8}),
        tuple(
            (
                row["hs6"],
                row["product"],
                f"{row['paid_usd_per_t']:,.0f}",
                f"{row['others_median_usd_per_t']:,.0f}",
                f"{row['others_upper_usd_per_t']:,.0f}",
                f"{row['comparable_flows']:,}",
                row["compared_with"] + ("; unlike goods?" if row["above"] > UNLIKE_FROM else ""),
                percent(row["above"]),
                money(row["overpaid_usd"]),
            )
            for row in rows[:PAID_SHOWN]
        ),
        command(view, "paid"),
        max(0, len(rows) - PAID_SHOWN),
    )


def _positions(view: PartnerView, side: str, title: str) -> Block:
    chosen = [position for position in view.positions if position.side == side]
    order = f"Ranked by US dollars at stake{', prices compared with all sellers last' if side == 'ask' else ''}."
    return Block(
        title,
        order if chosen else f"Nothing of a million US dollars or more that data and measures allow to {side}.",
        ("", "what", "product", "USD", "because"),
        frozenset({3}),
        tuple(_position_row(view, number, position) for number, position in enumerate(chosen[:POSITIONS_SHOWN], 1)),
        command(view, "positions"),
        max(0, len(chosen) - POSITIONS_SHOWN),
    )


def _position_row(view: PartnerView, number: int, position: Position) -> tuple[str, ...]:
    return (
        str(number),
        partner_words.what(position),
        f"{position.hs6} {position.product}",
        money(position.at_stake_usd),
        partner_words.reason(position, view),
    )


def _barred(view: PartnerView) -> Block:
    arms = "Arms and ammunition (HS 93): in no list of this brief"
    if view.measures_loaded:
        law = f"Whatever a measure in force on {view.day} bars; those loaded that touch both are named here"
    else:
        law = "Whatever a measure in force bars: none is loaded, so none could be checked"
    lines = [arms, law, *(partner_words.never(item, view) for item in view.barred[:BARRED_SHOWN])]
    return Block(
        f"What {view.country.name} should never offer",
        "",
        ("never",),
        frozenset(),
        tuple((line,) for line in lines),
        command(view, "barred"),
        max(0, len(view.barred) - BARRED_SHOWN),
    )


def _moved(view: PartnerView) -> Block:
    a, b = view.country.name, view.partner.name
    rows = [row for row in view.products.to_pylist() if row["moved_usd"]]
    rows.sort(key=lambda row: (-row["moved_usd"], row["hs6"]))
    return Block(
        f"If {points(view.move)} of {whose(a)} imports moved from {b} to its other suppliers",
        "Each product alone; the others take over in proportion to what they sell now."
        if rows
        else f"Nothing can be moved: {b} is the only supplier, or sells nothing to {a}.",
        (
            "HS6",
            "product",
            "moved USD",
            f"{whose(b)} share",
            "then",
            "Herfindahl",
            "then",
            "share of all imports",
            "then",
        ),
        frozenset(range(2, 9)),
        tuple(_moved_row(view, row) for row in rows[:MOVED_SHOWN]),
        command(view, "products"),
        max(0, len(rows) - MOVED_SHOWN),
    )


def _moved_row(view: PartnerView, row: Row) -> tuple[str, ...]:
    own, _other = partner_words.sides(view)
    return (
        row["hs6"],
        row["product"],
        money(row["moved_usd"]),
        percent(row["import_share"], 1),
        percent(row["import_share_moved"], 1),
        _index(row["herfindahl"]),
        _index(row["herfindahl_moved"]),
        percent(own["import_share"], 1),
        percent(row["total_share_moved"], 1),
    )


def _sources(view: PartnerView) -> Iterable[tuple[str, str]]:
    held = view.dataset
    yield "Trade", _stated(held)
    for load in held.loads:
        for file in load.files:
            yield f"Load {load.id}", f"{file.file}, SHA-256 {file.sha256}"
    hs6 = view.products["hs6"].to_pylist()[0] if view.products.num_rows else None
    year, name = view.year, shlex.quote(held.name)
    if hs6:
        yield "World market of a product", f"homeground product {hs6} --year {year} --dataset {name}"
        yield (
            "All suppliers' shares",
            f"homeground dependence {view.country.code} --year {year} --dataset {name} --product {hs6}",
        )
    yield "All tables at once", f"{command(view)} -o {view.country.code}-{view.partner.code}.xlsx"
    yield "What is loaded, with licences", "homeground status"


def _stated(held: Dataset) -> str:
    """Name source and licence of a dataset, or say that whoever loaded it did not state them."""
    source, licence = (None if text == NOT_STATED else text for text in (held.citation, held.licence))
    if source is None:
        return f"Dataset {held.name}: source {NOT_STATED}. Licence: {licence or NOT_STATED}."
    return f"{source}. Licence: {licence or NOT_STATED}."


def _signed(difference: float) -> str:
    return f"{100 * difference:+.1f}".replace("-", "−")


def _index(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
