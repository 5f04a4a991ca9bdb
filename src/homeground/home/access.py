"""The user's own view of access to markets: a small csv of factors."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeground.codes import countries, products
from homeground.errors import BadInput, message

if TYPE_CHECKING:
    import pyarrow as pa


def read_access(path: Path) -> pa.Table:
    """Read factors on export potential: columns importer, factor (0 or more, 1 = as trade shows), and perhaps hs6.

    Example: a tariff that falls from 10 % to 0 with an elasticity of 4 is a factor of 1.10⁴ = 1.46. Raises BadInput for
    a column or value that cannot be used and for a market that occurs twice, UnknownCode for an unknown country or
    product.
    """
    import pyarrow as pa

    names, rows = _read(path)
    found = [_row(row, f"{path}, line {number}") for number, row in enumerate(rows, 2)]
    _require_once(found, path)
    fields = [("importer", pa.string()), ("factor", pa.float64())] + ([("hs6", pa.string())] if "hs6" in names else [])
    return pa.Table.from_pylist(found, schema=pa.schema(fields))


def _read(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            names, rows = list(reader.fieldnames or []), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            message("the access file cannot be read", where=str(path), found=error, do="give a csv file in UTF-8")
        ) from error
    if not {"importer", "factor"} <= set(names) or not set(names) <= {"importer", "factor", "hs6"}:
        raise BadInput(
            message(
                "the access file has other columns",
                where=str(path),
                found=", ".join(names) or "nothing",
                expected="importer, factor, and perhaps hs6",
                do="rename them",
            )
        )
    return names, rows


def _require_once(rows: list[dict[str, Any]], path: Path) -> None:
    seen = set()
    for number, row in enumerate(rows, 2):
        key = (row["importer"], row.get("hs6"))
        if key in seen:
            raise BadInput(
                message(
                    "a market occurs twice",
                    where=f"{path}, line {number}",
                    found=" ".join(filter(None, key)),
                    expected="one factor each",
                    do="keep one",
                )
            )
        seen.add(key)


def _row(row: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        factor = float(row["factor"])
    except (TypeError, ValueError):
        factor = math.nan
    if not (math.isfinite(factor) and factor >= 0):
        raise BadInput(
            message(
                "not a factor", where=where, found=repr(row["factor"]), expected="a number, 0 or more", do="correct it"
            )
        )
    taken = {"importer": countries.resolve(row["importer"] or ""), "factor": factor}
    return {**taken, "hs6": products.normalise(row["hs6"] or "")} if "hs6" in row else taken
