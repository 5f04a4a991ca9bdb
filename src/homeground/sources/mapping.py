"""The mapping file: which column of a file is which column of a table, in which unit and code system.

A mapping is a small TOML text that stays beside the data. Nothing in it is guessed: a revision, a unit or a
code system that is not stated is asked for by name.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from homeground import schema, toml, units
from homeground.codes import products
from homeground.errors import BadInput, UsageError, listing, message

CodeSystem = Literal["iso3", "iso2", "baci", "name"]
CODE_SYSTEMS: Final = ("iso3", "iso2", "baci", "name")
MISSING: Final = ("", "NA", "N/A", "NaN", "nan", "null", "-", "..", "...")


@dataclass(frozen=True)
class ColumnMap:
    """Where one column of the table comes from: a named column, or a constant for the whole file.

    `unit` is a name of `homeground.units`; `codes` the code system of a country column; `recode` replaces single
    values of the file before they are looked up; `digits` is the length of the product code in the file, of which
    the first six characters are kept.
    """

    name: str | None = None
    constant: str | None = None
    unit: str | None = None
    codes: CodeSystem | None = None
    recode: Dict[str, str] = field(default_factory=dict)
    digits: int = 6


@dataclass(frozen=True)
class Mapping:
    """A whole mapping file. `columns` is keyed by the table's own column names.

    `duplicates = "sum"` adds up rows of one key; a sum with a missing part is missing, not partial.
    `covers = "imports"` says that flows hold the imports of some countries only, such as a customs office's: figures of
    the world are then unknown.
    """

    table: str
    columns: Dict[str, ColumnMap]
    dataset: str | None = None
    revision: str | None = None
    version: str | None = None
    licence: str = "not stated"
    citation: str = "not stated"
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = MISSING
    sheet: str | None = None
    duplicates: Literal["refuse", "sum"] = "refuse"
    covers: Literal["world", "imports"] = "world"
    where: str = field(default="built in", compare=False)


def read(path: Path) -> Mapping:
    """Read and validate a mapping file; raises BadInput naming the line or key at fault."""
    try:
        document = toml.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        what = "no such mapping file" if isinstance(error, FileNotFoundError) else "the mapping cannot be opened"
        raise BadInput(message(what, where=str(path), found=error.strerror, do="check the path")) from error
    except ValueError as error:
        raise BadInput(
            message("the mapping is not valid TOML", where=str(path), found=str(error), do="mend it")
        ) from error
    return parse(document, str(path))


def parse(document: dict[str, Any], where: str) -> Mapping:
    """Validate a mapping given as a dictionary (see `read`)."""
    known = {name for name in Mapping.__dataclass_fields__ if name != "where"}
    _only_known(document, known, where)
    table = schema.table(str(document.get("table", "flows")))
    if table.name == "chains":
        do = "load it as 'national-io', or as the source that publishes it: see 'homeground sources'"
        raise BadInput(message("an input–output table is no tidy file", where=where, do=do))
    columns = _of_type(document.get("columns", {}), dict, "columns", where)
    _only_known(columns, {column.name for column in table.columns}, f"{where}, [columns]")
    absent = [c.name for c in table.columns if c.name not in columns and not c.nullable]
    if absent:
        raise BadInput(
            message(
                f"the mapping leaves out {listing(absent)}",
                where=f"{where}, [columns]",
                do=f'say where it stands in the file, such as {absent[0]} = "its column name"',
            )
        )
    settings = {key: value for key, value in document.items() if key not in ("columns", "table", "missing")}
    _check_settings(settings, where)
    return Mapping(
        table=table.name,
        columns={name: _column(table, name, spec, where) for name, spec in columns.items()},
        missing=tuple(str(token) for token in _of_type(document.get("missing", [*MISSING]), list, "missing", where)),
        where=where,
        **settings,
    )


def with_revision(mapping: Mapping, hs: str | None) -> Mapping:
    """Return the mapping with the HS revision `hs`, if given; raises UsageError where flows would have none, or two."""
    if hs is not None and mapping.revision not in (None, hs.upper()):
        raise UsageError(
            message(
                "mixed HS revisions",
                where=mapping.where,
                found=f"{mapping.revision} in the mapping, --hs {hs}",
                expected="one",
                do="correct one of them",
            )
        )
    if hs is not None:
        return replace(mapping, revision=hs_revision(hs, "--hs"))
    if mapping.revision is None and mapping.table == "flows":
        raise UsageError(
            message(
                "the HS revision is not stated",
                where=mapping.where,
                expected=listing(products.IN_FORCE, 9),
                do='add revision = "HS17" to the mapping, or say it, such as --hs HS17',
            )
        )
    return mapping


def hs_revision(text: str, where: str) -> str:
    """Return the name of an HS revision; raises BadInput for one that does not exist."""
    _one_of("HS revision", text.upper(), tuple(products.IN_FORCE), where)
    return text.upper()


def _check_settings(settings: dict[str, Any], where: str) -> None:
    for key, value in settings.items():
        _of_type(value, str, key, where)
    _one_of("duplicates", settings.get("duplicates", "refuse"), ("refuse", "sum"), where)
    _one_of("covers", settings.get("covers", "world"), ("world", "imports"), where)
    _one_of("decimal", settings.get("decimal", "."), (".", ","), where)
    if "revision" in settings:
        hs_revision(settings["revision"], where)
    for key, wanted in (("delimiter", 1), ("thousands", None)):
        sign = settings.get(key, "," if wanted else "")
        if len(sign) != (wanted or min(len(sign), 1)) or sign in ('"', "\n", "\r", "\x00") or sign.isalnum():
            raise BadInput(
                message(f"{key} is one sign", where=where, found=repr(sign), expected="such as ';'", do="correct it")
            )
    if settings.get("thousands") == settings.get("decimal", "."):
        raise BadInput(
            message(
                "thousands and decimal are the same sign",
                where=where,
                found=repr(settings["thousands"]),
                expected="two signs",
                do="state how numbers are written, such as 1.234,5",
            )
        )
    try:
        "".encode(settings.get("encoding", "utf-8"))
        codecs.lookup(settings.get("encoding", "utf-8"))
    except (LookupError, ValueError) as error:
        raise BadInput(
            message(
                "unknown encoding",
                where=where,
                found=settings["encoding"],
                expected="utf-8, cp1252 or another",
                do="correct it",
            )
        ) from error


def _column(table: schema.Table, name: str, spec: Any, where: str) -> ColumnMap:
    place = f"{where}, columns.{name}"
    fields = _fields(spec, place)
    column = next(column for column in table.columns if column.name == name)
    if column.codes == "parties" and "codes" in fields:
        _one_of("codes", fields["codes"], CODE_SYSTEMS, place)
    if column.codes == "countries":
        if "codes" not in fields:
            raise BadInput(
                message(
                    "the code system is not stated",
                    where=place,
                    expected=listing(CODE_SYSTEMS),
                    do='add codes = "iso3", or what it is',
                )
            )
        _one_of("codes", fields["codes"], CODE_SYSTEMS, place)
    allowed = _units(column.unit)
    if allowed and "unit" not in fields:
        raise BadInput(
            message(
                "the unit is not stated", where=place, expected=listing(allowed, 9), do='add unit = "t", or what it is'
            )
        )
    if "unit" in fields:
        _one_of("unit", fields["unit"], allowed or ("1",), place)
    return ColumnMap(**fields)


def _fields(spec: Any, place: str) -> dict[str, Any]:
    """Return what a mapping says of one column, its types checked."""
    fields: dict[str, Any] = {"name": spec} if isinstance(spec, str) else {**_of_type(spec, dict, "its place", place)}
    _only_known(fields, set(ColumnMap.__dataclass_fields__), place)
    if ("name" in fields) == ("constant" in fields):
        raise BadInput(
            message("a column needs a name or a constant, and not both", where=place, found=fields, do="state one")
        )
    for key, kind in (
        ("name", str),
        ("constant", (str, int, float)),
        ("unit", str),
        ("codes", str),
        ("recode", dict),
        ("digits", int),
    ):
        if key in fields:
            _of_type(fields[key], kind, key, place)
    if "constant" in fields:
        fields["constant"] = str(fields["constant"])
    fields["recode"] = {
        found: _of_type(meant, str, "recode", place) for found, meant in fields.get("recode", {}).items()
    }
    if not 6 <= fields.get("digits", 6) <= 12:
        raise BadInput(
            message("digits out of range", where=place, found=fields["digits"], expected="6 to 12", do="correct it")
        )
    return fields


def _units(unit: str | None) -> tuple[str, ...]:
    """Return the unit names that a column of this unit may be stated in."""
    if unit == "USD/t":
        return tuple(f"{money}/{mass}" for money in units.USD_PER for mass in units.TONS_PER)
    return {"USD": tuple(units.USD_PER), "t": tuple(units.TONS_PER)}.get(unit or "", ())


def _of_type(value: Any, kind: Any, key: str, where: str) -> Any:
    if isinstance(value, kind):
        return value
    expected = {str: "a text in quotes", dict: "a table", list: "a list", int: "a whole number"}.get(
        kind, "a text or a number"
    )
    raise BadInput(
        message(f"{key} is of the wrong type", where=where, found=repr(value), expected=expected, do="correct it")
    )


def _only_known(found: dict[str, Any], known: set[str], where: str) -> None:
    if strange := sorted(set(found) - known):
        raise BadInput(
            message(
                f"unknown key {listing(strange)}", where=where, expected=listing(sorted(known), 20), do="correct it"
            )
        )


def _one_of(key: str, value: object, allowed: tuple[str, ...], where: str) -> None:
    if value not in allowed:
        raise BadInput(message(f"unknown {key}", where=where, found=value, expected=listing(allowed), do="correct it"))
