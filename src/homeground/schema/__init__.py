"""The data dictionary as data: one small file per table, read into frozen descriptions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from homeground.errors import UnknownCode, listing, message

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A column: type (int16, int64, float64, string, date), unit, whether it may be empty or negative, code table.

    `one_of` lists the only texts that a column may hold, where it is not empty.
    """

    name: str
    type: str
    meaning: str
    unit: str | None = None
    nullable: bool = False
    signed: bool = False
    codes: str | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: its meaning, the columns that identify a row, and the order it is kept in.

    `whole`: a load of which a row is refused is refused as a whole unless whoever loads it consents, because what is
    missing from such a table has effect as a permission.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    sorted_by: tuple[str, ...]
    columns: tuple[Column, ...]
    whole: bool = False

    def arrow_schema(self) -> pa.Schema:
        """Return the table's schema in pyarrow's types."""
        import pyarrow as pa

        kinds = {
            "int16": pa.int16(),
            "int64": pa.int64(),
            "float64": pa.float64(),
            "string": pa.string(),
            "date": pa.date32(),
        }
        return pa.schema([pa.field(c.name, kinds[c.type], nullable=c.nullable) for c in self.columns])


def tables() -> tuple[str, ...]:
    """Name the tables of the dictionary."""
    names = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def table(name: str) -> Table:
    """Describe a table; raises UnknownCode naming those that exist."""
    if name not in tables():
        raise UnknownCode(message("unknown table", found=repr(name), expected=listing(tables(), 20), do="correct it"))
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    document: dict[str, Any] = tomllib.loads(text)
    return Table(
        name=document["table"],
        meaning=document["meaning"],
        key=tuple(document["key"]),
        sorted_by=tuple(document["sorted_by"]),
        whole=document.get("whole", False),
        columns=tuple(
            Column(name, **{**column, "one_of": tuple(column.get("one_of", ()))})
            for name, column in document["columns"].items()
        ),
    )
