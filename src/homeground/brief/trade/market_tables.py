"""The world market of a product as a page shows it: figures of its sellers, its buyers, and the main numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from homeground.brief import figures
from homeground.brief.answer import Answer, Column, money, tons

IMPORTERS = (
    Column("country", "code"),
    Column("name", "importer"),
    Column("value_usd", "imports USD", "usd"),
    Column("share", "share", "share"),
    Column("quantity_t", "quantity", "tons"),
    Column("partners", "sellers", "count"),
    Column("unit_value_usd_per_t", "USD/t", "ratio", meaning="value over quantity of the flows that report both"),
)


def with_figures(answer: Answer) -> Answer:
    """Add bars and a map of the sellers to a product's answer."""
    rows = [{**row, "exporter": row["country"], "imports_usd": row["value_usd"]} for row in answer.table.to_pylist()]
    what = f"{answer.about['asked']['hs6']}, {answer.about['asked']['year']}"
    drawn = (
        (figures.suppliers(rows), f"The largest exporters' shares of world exports, {what}"),
        (
            figures.world(rows, (), "share of world exports"),
            f"Share of world exports by country, {what}; borders: Natural Earth, no position taken",
        ),
    )
    return replace(answer, figures=drawn)


def importers_answer(answer: Answer) -> Answer:
    """The buyers of a product, from its answer."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = answer.about["importers"]
    about = {key: value for key, value in answer.about.items() if key not in ("importers", "world")}
    asked = answer.about["asked"]
    title = f"{asked['hs6']}, {asked['year']}: who buys it"
    return Answer(title, pa.Table.from_pylist(rows), IMPORTERS, (), about)


def market_tiles(answer: Answer) -> tuple[tuple[str, str], ...]:
    """The numbers at the head of a product's page, and what they count."""
    world, asked = answer.about["world"], answer.about["asked"]
    quantity = world["quantity_t"]
    return (
        (f"{money(world['world_exports_usd'])} USD", f"world exports {asked['year']}"),
        (tons(quantity) if quantity is not None else "–", "as far as quantities are known"),
        (f"{world['exporters']} → {world['importers']}", "exporters → importers"),
        (f"{world['world_herfindahl']:.3f}", "Herfindahl of exporters"),
    )
