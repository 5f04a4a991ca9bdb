"""Deals as they are offered: a file of one, or a list of many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from homeground import deals
from homeground.errors import BadInput
from homeground.sources import deal_list

LISTS: Final = (".csv", ".xlsx")
FILES: Final = (".toml", *LISTS)


def read(paths: Iterable[Path], today: date) -> list[deals.Deal]:
    """Read deals from files of one (TOML), from lists (csv, xlsx), and from folders of either, in their order.

    `today` is the day of those that state none. Raises BadInput.
    """
    files = [file for path in paths for file in (_within(path) if path.is_dir() else [path])]
    return [deal for file in files for deal in _deals(file, today)]


def listed(path: Path, name: str, today: date) -> list[deals.Deal]:
    """Read a list of deals; `name` is for messages. Raises BadInput with every fault of every row, one a line."""
    found, faults = [], []
    for where, stated in deal_list.read(path, name):
        try:
            found.append(deals.parse(stated, where, today))
        except BadInput as error:
            faults += str(error).splitlines()
    if faults:
        raise BadInput("\n".join(faults))
    return found


def _within(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix.casefold() in FILES)


def _deals(file: Path, today: date) -> list[deals.Deal]:
    return listed(file, file.name, today) if file.suffix.casefold() in LISTS else [deals.read(file, today)]
