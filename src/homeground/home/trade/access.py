"""The user's own view of access to markets: a small csv of factors, or of tariffs from which factors follow."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.codes import countries, products
from homeground.errors import BadInput, message

if TYPE_CHECKING:
    import pyarrow as pa

TARIFFS: Final = ("tariff", "rivals_tariff", "elasticity")
LAYOUTS: Final = ({"importer", "factor"}, {"importer", *TARIFFS})


def read_access(path: Path) -> pa.Table:
    """Read factors on export potential: columns importer, perhaps hs6, and a factor or the tariffs behind it.

    `factor` is 0 or more, 1 = as trade shows. Instead of it: `tariff` that the country's goods pay in the market and
    `rivals_tariff` that other suppliers' goods pay on average (0.05 for 5 %), `elasticity` of the market's purchases
    (0 or more): factor = ((1 + rivals_tariff) / (1 + tariff))^elasticity, so equal tariffs are a factor of 1. Raises
    BadInput for a column or value that cannot be used and for a market that occurs twice, UnknownCode for an unknown
    country or product.
    The formula is a response of constant elasticity to relative tariffs, as gravity models have it. The International
    Trade Centre's indicator also weighs tariffs by elasticities; this is not claimed to be its formula.
    """
    import pyarrow as pa

    names, rows = _read(path)
    found = [_row(row, f"{path}, line {number}") for number, row in enumerate(rows, 2)]
    _require_once(found, path)
    fields = [("importer", pa.string()), ("factor", pa.float64())] + ([("hs6", pa.string())] if "hs6" in names else [])
    return pa.Table.from_pylist(found, schema=pa.schema(fields))


def _read(path: Path) -> tuple[list[str], list[dict[Any, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            names, rows = list(reader.fieldnames or []), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            message("the access file cannot be read", where=str(path), found=error, do="give a csv file in UTF-8")
        ) from error
    if set(names) - {"hs6"} not in LAYOUTS:
        raise BadInput(
            message(
                "the access file has other columns",
                where=str(path),
                found=", ".join(names) or "nothing",
                expected=f"importer and factor, or importer, {', '.join(TARIFFS)}; and perhaps hs6",
                do="rename them",
            )
        )
    return names, rows


def _require_once(rows: list[dict[Any, Any]], path: Path) -> None:
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


def _row(row: dict[Any, Any], where: str) -> dict[Any, Any]:
    if None in row:
        raise BadInput(
            message(
                "more values than columns",
                where=where,
                found=", ".join(map(str, row[None])),
                expected="one value per column, decimals with a point",
                do="correct it",
            )
        )
    factor = _number(row, "factor", where) if "factor" in row else _of_tariffs(row, where)
    taken = {"importer": countries.resolve(row["importer"] or ""), "factor": factor}
    return {**taken, "hs6": products.normalise(row["hs6"] or "")} if "hs6" in row else taken


def _of_tariffs(row: dict[Any, Any], where: str) -> float:
    tariff, rivals, elasticity = (_number(row, name, where) for name in TARIFFS)
    try:
        return float(((1 + rivals) / (1 + tariff)) ** elasticity)
    except OverflowError as error:
        raise BadInput(
            message(
                "no factor can be formed",
                where=where,
                found=f"tariffs {tariff:g} and {rivals:g}, elasticity {elasticity:g}",
                expected="tariffs as shares: 0.05 for 5 %",
                do="correct them",
            )
        ) from error


def _number(row: dict[Any, Any], name: str, where: str) -> float:
    try:
        number = float(row[name])
    except (TypeError, ValueError):
        number = math.nan
    if math.isfinite(number) and number >= 0:
        return number
    kind = "not a factor" if name == "factor" else f"no number for {name}"
    raise BadInput(message(kind, where=where, found=repr(row[name]), expected="a number, 0 or more", do="correct it"))
