"""The answer on thresholds: how a list of dependent products changes when they move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeground.brief.answer import Answer, Column
from homeground.brief.tables import about_dataset
from homeground.home import questions
from homeground.home.trade.thresholds import STEP, thresholds
from homeground.measures import presets

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home import Home

COLUMNS: Final = (
    Column("preset", "preset"),
    Column("what", "threshold"),
    Column("threshold", "published", "ratio"),
    Column("moved_threshold", "moved to", "ratio"),
    Column("flagged", "dependent", "count", meaning="products that the preset calls dependent as published"),
    Column("flips_in", "more", "count", meaning="dependent only with the moved threshold"),
    Column("flips_out", "fewer", "count", meaning="dependent only with the published threshold"),
)
OPEN: Final = "Products whose verdict is open, because a figure is missing, count in neither column."


def thresholds_answer(
    home: Home,
    country: str,
    year: int,
    method: str = "all",
    *,
    step: float = STEP,
    bloc: str | None = None,
    product: str | None = None,
    dataset: str | None = None,
) -> Answer:
    """How many products flip when each threshold of a preset, or of all, moves by a part of itself."""
    question = questions.ask(home.store, country, year, bloc=bloc, product=product, dataset=dataset)
    table = thresholds(home.store, question, method, step)
    place = question.place
    asked = {"country": place.code, "year": year, "method": method, "bloc": place.bloc, "step": step}
    return Answer(
        f"{place.name}, {year}: what hangs on the exact thresholds (±{100 * step:g} %)",
        _named(table),
        COLUMNS,
        (OPEN,),
        about_dataset(question.dataset, asked),
    )


def preset_choices() -> list[tuple[str, str]]:
    """The presets to choose from, all side by side first."""
    return [("all", "all side by side"), *((each.id, f"{each.id}: {each.title}") for each in presets())]


def _named(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    names = [name.replace("_", " ").replace("herfindahl", "Herfindahl") for name in table["parameter"].to_pylist()]
    return table.append_column("what", pa.array(names, pa.string()))
