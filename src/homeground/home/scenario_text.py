"""A scenario of a supply shock written as the file that `homeground shock` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from homeground.home.scenarios import KINDS, SHOCK


def scenario_text(title: str, year: int, cut: Mapping[str, Any], **rest: Any) -> str:
    """The text (TOML) of a scenario with one cut; what is None is left out.

    `cut` has the keys of a `[[shock]]`, `rest` those of the scenario; see `homeground.home.scenarios`.

    >>> print(scenario_text("Mining stops", 2011, {"supplier": "CHN.c2", "days": 20}, stocks=6, replaceable=None))
    title = "Mining stops"
    year = 2011
    stocks = 6
    <BLANKLINE>
    [[shock]]
    supplier = "CHN.c2"
    days = 20
    <BLANKLINE>
    """
    told = {"title": title, "year": year, **rest}
    strange = [*(set(told) - set(KINDS)), *(set(cut) - set(SHOCK))]
    if strange:
        raise ValueError(f"no key of a scenario: {', '.join(sorted(strange))}")
    return "\n".join([*_lines(told), "", "[[shock]]", *_lines(cut), ""])


def _lines(told: Mapping[str, Any]) -> list[str]:
    """One line per key; texts as JSON writes them are texts as TOML reads them."""
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in told.items()
        if value is not None
    ]
