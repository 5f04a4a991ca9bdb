"""Parts of the country report that are put into words before they reach the page."""

from __future__ import annotations

from typing import Any, Final

from homeground.brief import figures, story
from homeground.brief.answer import money
from homeground.home import CountryPicture
from homeground.home.picture import DEPENDENT_FROM

UNMAPPED_FROM: Final = 0.001
"""Suppliers with a smaller share are not named beside the map that cannot show them."""


def tiles(picture: CountryPicture, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The figures at the head of the report: a number and what it counts."""
    top = sum(row["share"] for row in picture.partners.to_pylist()[:3])
    usd = sum(row["imports_usd"] for row in rows)
    shown = [
        (f"{money(picture.imports_usd)} USD", f"imports {picture.year}"),
        (f"{picture.partners.num_rows}", "suppliers"),
        (f"{100 * top:.0f} %", "from the first three"),
    ]
    if rows:
        shown.append((story.product_count(len(rows)), f"dependent by {story.rules(DEPENDENT_FROM)} rules or more"))
        shown.append((f"{money(usd)} USD", "imports of dependent products"))
    return shown


def unmapped(picture: CountryPicture) -> str:
    """Name the suppliers that the map cannot show, with their shares, as far as they count."""
    rows = figures.unmapped(picture.partners.to_pylist())
    named = [f"{row['name']} {100 * row['share']:.1f} %" for row in rows if row["share"] >= UNMAPPED_FROM]
    return ", ".join(named)


def known(picture: CountryPicture) -> dict[str, float]:
    """Shares of the imports' value: from areas not specified, and with a quantity; unknown parts count as zero."""
    rows = picture.products.to_pylist()
    total = picture.imports_usd or 1.0
    return {
        name: sum(row["imports_usd"] * (row[name] or 0.0) for row in rows) / total
        for name in ("nes_share", "quantity_coverage")
    }


def checked(picture: CountryPicture) -> list[dict[str, Any]]:
    """The checks' findings, those of one check together: what, do, severity, and where (years, shares, examples)."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for f in picture.findings:
        year = str(f.year) if f.year else ""
        share = f"({f.share:.2f})" if f.share is not None else ""
        place = " ".join(part for part in (year, share, f.example and f"such as {f.example}") if part)
        found.setdefault((f.severity, f.what, f.do), []).append(place)
    return [
        {"severity": severity, "what": what, "do": do, "where": "; ".join(place for place in places if place)}
        for (severity, what, do), places in found.items()
    ]


def moves(picture: CountryPicture) -> dict[str, str]:
    """How many products flip when a threshold moves by a tenth, per preset, in words."""
    found: dict[str, list[str]] = {}
    for row in picture.sensitivity.to_pylist():
        if row["flips_in"] or row["flips_out"]:
            sign = "+" if row["factor"] > 1 else "−"
            parts = [
                f"{row['flips_in']} in" if row["flips_in"] else "",
                f"{row['flips_out']} out" if row["flips_out"] else "",
            ]
            what = row["parameter"].replace("_", " ").replace("herfindahl", "Herfindahl")
            found.setdefault(row["preset"], []).append(
                f"{what} {sign}10 %: {', '.join(part for part in parts if part)}"
            )
    return {preset: "; ".join(texts) for preset, texts in found.items()}


def command(picture: CountryPicture) -> str:
    """The command that makes this report again."""
    bloc = f" --bloc {picture.bloc}" if picture.bloc and picture.bloc != picture.country else ""
    asked = f"{picture.country} --year {picture.year}{bloc}"
    return f"homeground report {asked} --dataset {picture.dataset.name} -o report.html"
