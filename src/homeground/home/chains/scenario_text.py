"""A scenario of a supply shock written as the file that `homeground shock` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from homeground.home.chains.scenarios import KINDS, SHOCK


def scenario_text(title: str, year: int, *cuts: Mapping[str, Any], **rest: Any) -> str:
    """The text (TOML) of a scenario with its cuts; what is None is left out.

    `cuts` have the keys of a `[[shock]]`, `rest` those of the scenario; see `homeground.home.chains.scenarios`.

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
    strange = [*(set(told) - set(KINDS)), *(key for cut in cuts for key in cut if key not in SHOCK)]
    if strange:
        raise ValueError(f"no key of a scenario: {', '.join(sorted(strange))}")
    shocks = [line for cut in cuts for line in ("", "[[shock]]", *_lines(cut))]
    return "\n".join([*_lines(told), *shocks, ""])


def _lines(told: Mapping[str, Any]) -> list[str]:
    """One line per key; texts as JSON writes them are texts as TOML reads them."""
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in told.items()
        if value is not None
    ]
