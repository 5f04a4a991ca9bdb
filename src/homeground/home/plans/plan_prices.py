"""Keep a plan's shadow prices in the Home, as the table `plan_prices`, for deals and policies to name."""

from __future__ import annotations

import csv
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground.sources import tidy
from homeground.sources.mapping import ColumnMap, Mapping

if TYPE_CHECKING:
    from homeground.home.plans.planner import PlanView
    from homeground.store import LoadReport, Store

TABLE: Final = "plan_prices"
COLUMNS: Final = ("plan", "year", "kind", "good", "hs6", "name", "price", "unit")


def keep(store: Store, view: PlanView) -> LoadReport:
    """Write the shadow prices of a plan into the Home; those of the same plan and years take the place of earlier ones.

    Raises what `Store.load` raises; the Home is then as it was.
    """
    name = dataset_name(view)
    mapping = Mapping(
        TABLE,
        {column: ColumnMap(column, digits=6) for column in COLUMNS},
        dataset=name,
        licence="the ministry's own",
        citation=f"shadow prices of the plan {view.plan.name}",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows([row[column] for column in COLUMNS] for row in rows(view))
        return store.load(tidy.open_files([path], mapping), replace_years=True)


def rows(view: PlanView) -> list[dict[str, object]]:
    """The shadow prices as rows of the table."""
    goods = {row["good"]: row["hs"] for row in view.model.goods.to_pylist()}
    found = []
    for row in view.plan.shadow_prices.to_pylist():
        good = row["name"] if row["kind"] == "good" else None
        hs6 = goods.get(good) or "" if good else ""
        whole = hs6 if re.fullmatch(r"\d{6}", hs6) else None
        found.append({"plan": view.plan.name, **row, "good": good, "hs6": whole})
    return found


def dataset_name(view: PlanView) -> str:
    """Name of the dataset: plan, its name, and its first and last year."""
    words = re.sub(r"[^a-z0-9]+", "-", view.plan.name.lower()).strip("-")[:60]
    years = f"{view.plan.years[0]}-{view.plan.years[-1]}"
    return f"plan-{words}" if words.endswith(years.replace("-", "-to-")) else f"plan-{words}-{years}"
