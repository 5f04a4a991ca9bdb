"""The tables of a plan: their columns, types and defaults, and the check that a table has them.

A field without a default must be there. `least` and `most` bound numbers; `infinite` allows no upper limit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from homeground.errors import BadInput, listing, message

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "number", "year", "flag", "date"]
REQUIRED: Final = object()


@dataclass(frozen=True)
class Field:
    """A column: name, kind, default, range, whether it belongs to the key."""

    name: str
    kind: Kind = "text"
    default: Any = REQUIRED
    key: bool = False
    least: float = 0.0
    most: float = math.inf
    infinite: bool = False

    @property
    def nullable(self) -> bool:
        """Whether an empty cell is allowed."""
        return self.default is None


def _key(name: str, kind: Kind = "text") -> Field:
    return Field(name, kind, key=True)


def _amount(name: str, default: Any = REQUIRED, *, infinite: bool = False, most: float = math.inf) -> Field:
    return Field(name, "number", default, infinite=infinite, most=most)


SHAPES: Final[Mapping[str, tuple[Field, ...]]] = {
    "goods": (_key("good"), Field("unit"), Field("hs", default=None), Field("name", default=None)),
    "coefficients": (_key("process"), _key("good"), Field("quantity", "number", least=-math.inf)),
    "processes": (
        _key("process"), _amount("capacity", math.inf, infinite=True), _amount("cost_home", 0.0),
        _amount("cost_usd", 0.0), Field("name", default=None),
    ),
    "groups": (_key("group"), _key("member"), _amount("conversion", 1.0), _amount("cap", 1.0, most=1.0)),
    "suppliers": (
        _key("good"), _key("supplier"), _key("year", "year"), _amount("price_usd"),
        _amount("cap", math.inf, infinite=True),
    ),
    "markets": (
        _key("good"), _key("market"), _key("year", "year"), _amount("price_usd"),
        _amount("demand", math.inf, infinite=True),
    ),
    "resources": (
        _key("good"), _key("year", "year"), _amount("quantity", infinite=True), _amount("cost_home", 0.0),
    ),
    "needs": (
        _key("good"), _key("year", "year"), _amount("quantity"), Field("priority", "number", 1.0, key=True, least=1.0),
        _amount("must", 0.0, most=1.0), _amount("weight", 1.0),
    ),
    "stocks": (
        _key("good"), _amount("initial", 0.0), _amount("max", math.inf, infinite=True),
        _amount("loss", 0.0, most=1.0), _amount("final", 0.0),
    ),
    "projects": (
        _key("project"), Field("process"), _amount("capacity"), _amount("build_years", 1.0), _amount("life", 20.0),
        Field("first_year", "year", None), Field("last_year", "year", None), Field("must_by", "year", None),
        Field("name", default=None),
    ),
    "project_costs": (
        _key("project"), Field("step", "number", key=True), _amount("cost_home", 0.0), _amount("cost_usd", 0.0),
    ),
    "currency": (
        _key("year", "year"), Field("income_usd", "number", 0.0, least=-math.inf), _amount("floor_usd", 0.0),
        _amount("budget_home", math.inf, infinite=True),
    ),
    "caps": (_key("good"), _key("supplier"), _key("year", "year"), _amount("share", most=1.0)),
    "targets": (
        _key("good"), _key("year", "year"), _amount("share", most=1.0), Field("must", "flag", True),
    ),
    "restrictions": (
        Field("importer"), Field("exporter"), Field("hs_prefix", default=""), Field("from_date", "date", None),
        Field("to_date", "date", None), Field("legal_reference", default=""),
    ),
    "changes": (
        _key("scenario"), Field("what"), Field("name", default="*"), Field("year", "year", None), _amount("factor"),
    ),
}  # fmt: skip
"""Every table of a plan. `*` as supplier of a cap means each supplier; as name of a change: all of them."""


def shaped(name: str, given: Any) -> pa.Table:
    """Return `given` (Arrow table, pandas frame or list of rows) with the columns of table `name`.

    Raises BadInput for unknown or absent columns, values of another kind, NaN, values out of range, repeated keys.
    """
    import pyarrow as pa

    fields = SHAPES[name]
    table = _arrow(name, given)
    _only_known(name, table.column_names, fields)
    columns = [_column(name, table, field) for field in fields]
    result = pa.table(columns, names=[field.name for field in fields])
    _refuse_repeated(name, result, [field.name for field in fields if field.key])
    return result


def _arrow(name: str, given: Any) -> pa.Table:
    import pyarrow as pa

    if isinstance(given, pa.Table):
        return given
    if not isinstance(given, Sequence):
        return pa.Table.from_pandas(given, preserve_index=False)
    seen: dict[str, list[Any]] = {column: [] for row in given for column in row}
    for row in given:
        for column, values in seen.items():
            values.append(row.get(column))
    try:
        return pa.table({column: pa.array(values) for column, values in seen.items()})
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise BadInput(
            message("a column mixes kinds of values", where=f"table {name}", found=error, do="write one kind")
        ) from error


def _only_known(name: str, columns: Sequence[str], fields: Sequence[Field]) -> None:
    known = [field.name for field in fields]
    strange = [column for column in columns if column not in known]
    if strange:
        raise BadInput(
            message(
                "unknown column",
                where=f"table {name}",
                found=listing(strange),
                expected=listing(known, 12),
                do="correct or remove it",
            )
        )


def _column(name: str, table: pa.Table, field: Field) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = {"text": pa.string(), "number": pa.float64(), "year": pa.int64(), "flag": pa.bool_(), "date": pa.date32()}
    kind = kinds[field.kind]
    if field.name not in table.column_names:
        if field.default is REQUIRED and table.num_rows:
            raise BadInput(message(f"column {field.name} is absent", where=f"table {name}", do="add it"))
        absent = None if field.default is REQUIRED else field.default
        return pa.chunked_array([pa.array([absent] * table.num_rows, kind)])
    column = table[field.name]
    if pa.types.is_boolean(column.type) and field.kind != "flag":
        _refuse(name, table, 0, field, "a value of another kind", column[0].as_py(), field.kind)
    try:
        column = column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadInput(
            message("a value of another kind", where=f"table {name}, {field.name}", found=error, do="correct it")
        ) from error
    if column.null_count:
        if field.default is REQUIRED:
            place = pc.index(pc.is_null(column), True).as_py()
            _refuse(name, table, place, field, "an empty cell", "nothing", field.kind)
        elif field.default is not None:
            column = pc.fill_null(column, pa.scalar(field.default, kind))
    if field.kind == "number":
        _refuse_out_of_range(name, table, field, column)
    return column


def _refuse_out_of_range(name: str, table: pa.Table, field: Field, column: pa.ChunkedArray) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    infinite = pc.is_inf(column)
    wrong = pc.or_kleene(pc.is_nan(column), pc.less(column, field.least))
    wrong = pc.or_kleene(wrong, pc.greater(column, field.most))
    if not field.infinite:
        wrong = pc.or_kleene(wrong, infinite)
    place = pc.index(pc.fill_null(wrong, False), pa.scalar(True)).as_py()
    if place >= 0:
        found = column[place].as_py()
        what = "not a number" if found != found else "a value out of range"
        upper = "any size" if math.isinf(field.most) else f"{field.most:g}"
        lower = "any number" if math.isinf(field.least) else f"{field.least:g} to {upper}"
        _refuse(name, table, place, field, what, found, lower)


def _refuse(name: str, table: pa.Table, row: int, field: Field, what: str, found: Any, expected: str) -> None:
    keys = [f.name for f in SHAPES[name] if f.key and f.name in table.column_names]
    label = " ".join(str(table[key][row].as_py()) for key in keys)
    raise BadInput(
        message(what, where=f"table {name}, {label}: {field.name}", found=found, expected=expected, do="correct it")
    )


def _refuse_repeated(name: str, table: pa.Table, keys: Sequence[str]) -> None:
    if not keys:
        return
    counts = table.group_by(list(keys)).aggregate([([], "count_all")])
    if counts.num_rows == table.num_rows:
        return
    import pyarrow.compute as pc

    twice = counts.filter(pc.greater(counts["count_all"], 1)).slice(0, 1).to_pylist()[0]
    label = " ".join(str(twice[key]) for key in keys)
    raise BadInput(
        message("a row is there twice", where=f"table {name}", found=label, expected="one", do="remove one of them")
    )


def spoken(identity: str) -> str:
    """Say an id in words.

    >>> spoken("oil_mill")
    'oil mill'
    """
    return identity.replace("_", " ")
