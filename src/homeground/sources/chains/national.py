"""A national table: a square csv of home flows, the accounts beside it, and, where there is one, a square of imports.

A description (TOML) says what the files cannot:

    country = "SWE"
    year = 2018
    currency = "SEK"
    scale = "million"
    flows = "IO_SWE_NACE64.csv"
    accounts = "other_accounts_SWE_NACE64.csv"
    output = "Sectoral output (Mkr/y)"
    uses = ["Household demand (Mkr/y)", "Other consumption - government (Mkr/y)"]
    exports = "Other consumption - exports (Mkr/y)"
    imports = "imports.csv"           # optional: imported inputs, same labels

Exports become final demand of the rest of the world. Imports become its deliveries: what it needs itself is not known,
so all its value counts as made there, and exposure to it is the import content through home chains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from homeground import toml
from homeground.codes import countries
from homeground.errors import BadInput, listing, message
from homeground.sources import files
from homeground.sources.chains.cells import Grid, read_csv
from homeground.sources.chains.table import REST, ChainReading, ChainTable, look
from homeground.sources.mapping import Mapping as Columns
from homeground.units import scale_factor

NEEDED: Final[dict[str, type]] = {
    "country": str, "year": int, "currency": str, "scale": str, "flows": str, "accounts": str, "output": str,
    "uses": list,
}  # fmt: skip
ALLOWED: Final[dict[str, type]] = {
    **NEEDED, "exports": str, "imports": str, "dataset": str, "licence": str, "citation": str, "version": str,
}  # fmt: skip


@dataclass(frozen=True)
class Description:
    """What the description says, its files found."""

    country: str
    year: int
    currency: str
    factor: float
    flows: Path
    accounts: Path
    output: str
    uses: tuple[str, ...]
    exports: str | None
    imports: Path | None


def open_files(paths: Sequence[Path], mapping: Path) -> ChainReading:
    """Open a national table; its files lie in the folder named, or beside the description."""
    stated = _stated(mapping)
    folders = [path if path.is_dir() else path.parent for path in paths] or [mapping.parent]
    given = {path.name: path for path in paths if path.is_file()}
    place = partial(_find, given, folders, str(mapping))
    told = Description(
        country=countries.resolve(stated["country"]),
        year=stated["year"],
        currency=stated["currency"].upper(),
        factor=scale_factor(stated["scale"], str(mapping)),
        flows=place(stated["flows"]),
        accounts=place(stated["accounts"]),
        output=stated["output"],
        uses=tuple(stated["uses"]),
        exports=stated.get("exports"),
        imports=place(stated["imports"]) if "imports" in stated else None,
    )
    wanted = [path for path in (told.flows, told.accounts, told.imports) if path is not None]
    columns = Columns(
        "chains",
        {},
        dataset=stated.get("dataset", f"io-{told.country.lower()}"),
        version=stated.get("version"),
        licence=stated.get("licence", "not stated"),
        citation=stated.get("citation", "not stated"),
    )
    return ChainReading(
        "national-io", columns, look(wanted), lambda _: iter(()), tables=partial(_each, told), currency=told.currency
    )


def _stated(path: Path) -> dict[str, Any]:
    try:
        document = toml.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(message("cannot read", where=str(path), found=error.strerror, do="check the path")) from error
    except ValueError as error:
        raise BadInput(message("not valid TOML", where=str(path), found=str(error), do="mend it")) from error
    strange = [key for key in document if key not in ALLOWED]
    wrong = [key for key, value in document.items() if key in ALLOWED and not isinstance(value, ALLOWED[key])]
    missing = [key for key in NEEDED if key not in document]
    for what, keys in (("unknown key", strange), ("value of the wrong kind", wrong), ("missing key", missing)):
        if keys:
            expected = listing(ALLOWED, 20)
            raise BadInput(message(what, where=str(path), found=listing(keys), expected=expected, do="correct it"))
    return document


def _find(given: dict[str, Path], folders: Sequence[Path], where: str, name: str) -> Path:
    found = given.get(name) or next((folder / name for folder in folders if (folder / name).exists()), None)
    if found is None:
        do = "name the folder that holds it"
        raise BadInput(message("a file of the description is missing", where=where, found=name, do=do))
    files.require_exists(found)
    return found


def _each(told: Description) -> Iterator[ChainTable]:
    flows, accounts = read_csv(told.flows), read_csv(told.accounts)
    home = [label for (label,) in flows.rows]
    _same(home, [label for (label,) in flows.columns], f"{told.flows}, columns")
    _same(home, [label for (label,) in accounts.rows], f"{told.accounts}, rows")
    uses = np.column_stack([_column(accounts, name) for name in told.uses])
    users = [(told.country, name) for name in told.uses]
    if told.exports is not None:
        uses = np.column_stack([uses, _column(accounts, told.exports)])
        users.append((REST, "exports"))
    square, output = flows.cells, _column(accounts, told.output)
    industries = [(told.country, name) for name in home]
    if told.imports is not None:
        square, uses, output = _with_imports(read_csv(told.imports), home, square, uses, output, told)
        industries += [(REST, name) for name in home]
    yield ChainTable(
        year=told.year,
        industries=tuple(industries),
        users=tuple(users),
        flows=square * told.factor,
        demand=uses * told.factor,
        output=output * told.factor,
        where=str(told.flows),
    )


def _with_imports(grid: Grid, home: list[str], square: Any, uses: Any, output: Any, told: Description) -> Any:
    """Add the rest of the world as a seller that buys nothing; its output is what home industries buy of it."""
    _same(home, [label for (label,) in grid.rows], f"{told.imports}, rows")
    _same(home, [label for (label,) in grid.columns], f"{told.imports}, columns")
    size = len(home)
    wide = np.zeros((2 * size, 2 * size))
    wide[:size, :size], wide[size:, :size] = square, grid.cells
    return wide, np.vstack([uses, np.zeros_like(uses)]), np.concatenate([output, grid.cells.sum(axis=1)])


def _column(accounts: Grid, name: str) -> Any:
    names = [label for (label,) in accounts.columns]
    if name not in names:
        raise BadInput(
            message("no such column", where=accounts.where, found=repr(name), expected=listing(names, 12), do="correct")
        )
    return accounts.cells[:, names.index(name)]


def _same(wanted: list[str], found: list[str], where: str) -> None:
    if wanted != found:
        odd = listing(sorted(set(wanted) ^ set(found))) or "another order"
        raise BadInput(message("labels do not match the rows of the flows", where=where, found=odd, do="align them"))
