"""The report's years side by side: marks for the chart, sentences on change points, price against quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from homeground.brief.trade.trend_tables import VERDICTS, sentences

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home import CountryPicture

SHOWN: Final = 6
"""Years of price and quantity in the report, up to the report's own; the workbook has all."""


def section(picture: CountryPicture) -> dict[str, Any] | None:
    """Sentences on change points and the rows on price and quantity, as far as there are any."""
    view = picture.over_years
    if view is None:
        return None
    rows = [row for row in view.years.to_pylist() if row["change_usd"] is not None and row["year"] <= picture.year]
    return {"sentences": sentences(view), "rows": rows[-SHOWN:]}


def marks(picture: CountryPicture) -> dict[int, str]:
    """Year → how its change of value is called, for the chart."""
    if picture.over_years is None:
        return {}
    found = picture.over_years.changes.to_pylist()
    return {row["year"]: VERDICTS[row["verdict"]] for row in found if row["series"] == "value"}


def over_years(picture: CountryPicture) -> dict[str, pa.Table]:
    """The sheets of the workbook."""
    view = picture.over_years
    return {} if view is None else {"Years": view.years, "Changes": view.changes}
