"""Industries: NACE Rev. 2 divisions (as input–output tables group them) and the industries of WIOD 2013 (NACE Rev. 1).

The correspondence follows the titles of both classifications (Eurostat, NACE Rev. 2, 2008; WIOD, release 2013). Where a
division falls into two industries (textiles and leather, publishing), it counts for the one that holds most of it, and
textiles, apparel and leather (C13-15) for both c4 and c5.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from homeground.errors import BadInput, listing, message


@cache
def nace_to_wiod() -> dict[str, tuple[str, ...]]:
    """NACE Rev. 2 divisions → industries of WIOD 2013."""
    text = resources.files("homeground.codes").joinpath("data/industries.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        found[row["nace2"]] = (*found.get(row["nace2"], ()), row["wiod2013"])
    return found


def members(industries: tuple[str, ...], source: tuple[str, ...], where: str = "") -> dict[str, tuple[str, ...]]:
    """For each industry of a table, the industries of a source that belong to it.

    Those of the source itself where both use the same codes, else by the correspondence of NACE and WIOD. Raises
    BadInput where an industry finds none.
    """
    if set(industries) <= set(source):
        return {name: (name,) for name in industries}
    table = nace_to_wiod()
    found = {name: tuple(code for code in source if name in table.get(code, ())) for name in industries}
    if alone := [name for name, codes in found.items() if not codes]:
        raise BadInput(
            message(
                "no correspondence of industries",
                where=where,
                found=listing(alone),
                expected="the table's own codes, or NACE Rev. 2 divisions for a table of WIOD 2013",
                do="use the codes of the table in the file",
            )
        )
    return found
