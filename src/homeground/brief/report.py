"""The country report: one file that works offline, to read on a screen or on paper; or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from homeground import __version__
from homeground.brief import figures, parts, spoken, story, workbook
from homeground.brief.chains import chain_parts
from homeground.brief.export import write_whole
from homeground.brief.figures.draw import Spec
from homeground.brief.ground import ground_report
from homeground.brief.materials import made_here_parts
from homeground.brief.templating import template
from homeground.brief.trade import capability_tables, price_section, trend_parts
from homeground.brief.voice import ENGLISH, Voice
from homeground.codes import blocs
from homeground.errors import UsageError, message
from homeground.home import CountryPicture
from homeground.home.picture import DEPENDENT_FROM
from homeground.measures import PRESET_IDS

DEPENDENT_SHOWN: Final = 40
PARTNERS_SHOWN: Final = 20
FORMATS: Final = (".html", ".xlsx")


def write(picture: CountryPicture, path: Path, voice: Voice = ENGLISH) -> None:
    """Write the report in a voice; the file's ending picks html or xlsx.

    Raises UsageError for another ending, BadInput where the system refuses the file.
    """
    require_format(path)
    if path.suffix.lower() == ".xlsx":
        write_whole(path, lambda target: workbook.write_picture(picture, target, voice))
    else:
        text = html(picture, voice)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))


def require_format(path: Path) -> None:
    """Raise UsageError unless the file's ending is one that a report can have."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError(
            message(
                "unknown report format",
                where=str(path),
                found=repr(path.suffix),
                expected=" or ".join(FORMATS),
                do="choose one",
            )
        )


def html(picture: CountryPicture, voice: Voice = ENGLISH) -> str:
    """Return the report as one HTML document without outside references, in a voice."""
    return spoken.page(_english(picture, voice), voice)


def _english(picture: CountryPicture, voice: Voice) -> str:
    """Write the page in English, with its drawings in a voice."""
    rows = story.dependent(picture)
    return template("report.html.j2").render(
        picture=picture,
        dataset=picture.dataset,
        findings=story.findings(picture),
        tiles=parts.tiles(picture, rows),
        drawings=_drawings(picture, rows, voice),
        dependent=rows[:DEPENDENT_SHOWN],
        dependent_count=len(rows),
        partners=picture.partners.to_pylist()[:PARTNERS_SHOWN],
        presets=picture.presets.to_pylist(),
        preset_ids=PRESET_IDS,
        least=story.rules(DEPENDENT_FROM),
        all=story.ALL,
        unmapped=parts.unmapped(picture),
        known=parts.known(picture),
        checked=parts.checked(picture),
        moves=parts.moves(picture),
        cuts=picture.cuts.to_pylist(),
        prices=price_section.section(picture.prices, picture.name, voice),
        over_years=trend_parts.section(picture),
        churn=[row for row in picture.churn.to_pylist() if row["year"] == picture.year],
        single=picture.products.to_pylist()[0] if picture.products.num_rows == 1 else None,
        command=parts.command(picture),
        within=capability_tables.section(picture.capability) if picture.capability else None,
        ground=ground_report.section(picture, voice),
        version=__version__,
        chains=chain_parts.section(picture.chains, voice),
        made_here=made_here_parts.section(picture.made_here, voice),
    )


def _drawings(picture: CountryPicture, dependent: list[dict[str, Any]], voice: Voice) -> dict[str, Markup]:
    """Draw what the data gives reason to draw."""
    drawn = {**_of_the_year(picture, dependent), **_over_years(picture)}
    return {key: voice.draw(spec, text) for key, (spec, text) in drawn.items()}


def _of_the_year(picture: CountryPicture, dependent: list[dict[str, Any]]) -> dict[str, tuple[Spec, str]]:
    products, partners = picture.products.to_pylist(), picture.partners.to_pylist()
    what = f"{picture.name} {picture.year}"
    home = blocs.members(picture.country, picture.year) if blocs.is_bloc(picture.country) else {picture.country}
    wanted: dict[str, tuple[Spec, str]] = {}
    if len(products) > 1:
        wanted["treemap"] = (figures.treemap(products), f"Treemap of imports by section and product, {what}")
    if len(products) > 4:
        wanted["concentration"] = (figures.concentration(products), f"Imports against concentration, {what}")
    if partners:
        wanted["suppliers"] = (figures.suppliers(partners), f"Bars of the largest suppliers, {what}")
        wanted["world"] = (figures.world(partners, home), f"World map of the suppliers' shares of imports, {what}")
    if dependent:
        wanted["dependent"] = (figures.dependent_products(dependent), f"Main supplier's share per product, {what}")
    if picture.capability is not None:
        wanted["reach"] = (
            figures.within_reach(picture.capability.products.to_pylist()),
            f"Products within reach, {what}",
        )
    return wanted


def _over_years(picture: CountryPicture) -> dict[str, tuple[Spec, str]]:
    trend, name = picture.trend.to_pylist(), picture.name
    wanted: dict[str, tuple[Spec, str]] = {}
    if len(trend) > 1:
        wanted["trend"] = (
            figures.trend_of_imports(trend, trend_parts.marks(picture)),
            f"Imports, exports and concentration by year, {name}",
        )
    if len(trend) > 2:
        wanted["presets"] = (figures.trend_of_presets(trend, PRESET_IDS), f"Dependent products per rule, {name}")
    return wanted
