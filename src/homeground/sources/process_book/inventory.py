"""Life cycle inventories as process books: workbooks in the layout of Brightway, as premise ships and exports them.

What an activity takes from others becomes inputs, or energy where it is counted so; what it hands over to treatment
(negative amounts) becomes by-products; what it takes from nature becomes inputs that are free. Emissions and wear of
plants below a millionth of a piece are no materials and stay away. Losses of a product inside its own activity are
netted. Amounts are per unit of the product.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, message
from homeground.sources.process_book.document import Document

UNITS: Final[Mapping[str, str]] = {
    "kilogram": "kg", "kilowatt hour": "kWh", "megajoule": "MJ", "cubic meter": "m3", "ton kilometer": "tkm",
    "unit": "piece", "hour": "h", "square meter": "m2", "hectare": "ha", "litre": "L", "meter": "m", "kilometer": "km",
}  # fmt: skip
"""Units of inventories, and how process books write them."""
ENERGY: Final = ("kWh", "MJ")
WEAR: Final = 1e-6
LINES: Final = ("inputs", "energy", "outputs", "byproducts")
MADE: Final = 1e-6
"""More mass out than in, relative to what goes in, is an activity whose inputs are not told in mass."""


@dataclass(frozen=True)
class Inventory:
    """A document in the shape of a process book, and what was left out of it: reason → names of activities or goods."""

    document: Document
    left_out: Mapping[str, tuple[str, ...]]


Left = defaultdict[str, list[str]]


@dataclass
class _Activity:
    name: str
    facts: dict[str, Any]
    exchanges: list[dict[str, Any]] = field(default_factory=list)


def read_inventory(path: Path) -> Inventory:
    """Read an inventory workbook (.xlsx); raises BadInput where it holds no activity."""
    left: Left = defaultdict(list)
    found = [activity for rows in _sheets(path) for activity in _activities(rows)]
    parts: dict[str, Any] = {
        "book": {"title": f"Inventories of {path.stem}", "note": "Per unit of product; emissions are left out."},
        "sources": {"inventory": {"author": "premise, or who exported it", "title": path.name, "checked": False}},
        "goods": {},
        "processes": {},
    }
    for activity in found:
        entry = _process(activity, parts["goods"], left)
        if entry is not None:
            key = _free_key(_key(f"{activity.name} {activity.facts.get('location') or ''}"), parts["processes"])
            parts["processes"][key] = entry
    if not parts["processes"]:
        expected = "sheets with 'Activity', its facts, 'Exchanges', a head, and rows with type and unit"
        found_text = "; ".join(left) or "none"
        do = "export it as a Brightway workbook"
        raise BadInput(
            message("no activity in the inventory", where=str(path), found=found_text, expected=expected, do=do)
        )
    used = {good for entry in parts["processes"].values() for side in LINES for good in entry.get(side, {})}
    parts["goods"] = {key: entry for key, entry in parts["goods"].items() if key in used}
    return Inventory(Document(path.name, parts, {}), {reason: tuple(names) for reason, names in left.items()})


def _sheets(path: Path) -> Iterator[list[tuple[Any, ...]]]:
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadInput(
            message("the inventory cannot be opened", where=str(path), found=error, do="name an .xlsx workbook")
        ) from None
    yield from (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)


def _activities(rows: list[tuple[Any, ...]]) -> Iterator[_Activity]:
    """Split a sheet into activities: facts in pairs, then exchanges under their head."""
    current: _Activity | None = None
    head: list[str] | None = None
    for row in rows:
        first = str(row[0]).strip() if row and row[0] is not None else ""
        if first == "Activity":
            if current is not None:
                yield current
            current, head = _Activity(str(row[1]), {}), None
        elif current is None or not first:
            continue
        elif first == "Exchanges":
            head = []
        elif head == []:
            head = [str(cell) if cell is not None else "" for cell in row]
        elif head is None:
            current.facts[first] = row[1] if len(row) > 1 else None
        else:
            current.exchanges.append({name: cell for name, cell in zip(head, row, strict=False) if name})
    if current is not None:
        yield current


def _process(activity: _Activity, goods: dict[str, Any], left: Left) -> dict[str, Any] | None:
    """Turn an activity into a process of its product, or count why not."""
    product = str(activity.facts.get("reference product") or activity.name)
    unit = UNITS.get(str(activity.facts.get("unit")))
    made = activity.facts.get("production amount") or 1.0
    if unit is None or not isinstance(made, int | float) or made <= 0:
        left[f"made in {activity.facts.get('unit')}, or in no positive amount"].append(activity.name)
        return None
    output = _good(product, unit, goods)
    sides: dict[str, dict[str, float]] = {"inputs": {}, "energy": {}, "byproducts": {}}
    for exchange in activity.exchanges:
        _take(exchange, sides, goods, left)
    net = float(made) - sum(sides[side].pop(output, 0.0) for side in ("inputs", "energy"))
    if net <= 0:
        left["takes as much of its product as it makes: a market, or a stage without a product of its own"].append(
            activity.name
        )
        return None
    if not sides["inputs"] and not sides["energy"]:
        left["takes nothing"].append(activity.name)
        return None
    lines = {side: {good: size / net for good, size in held.items()} for side, held in sides.items() if held}
    if _makes_mass(lines, unit, goods):
        left["gives more mass than it takes: air or other inputs are not told"].append(activity.name)
        return None
    return {
        "name": activity.name, "per": f"1 {unit}", **lines, "outputs": {output: 1.0}, "source": "inventory",
    }  # fmt: skip


def _take(exchange: Mapping[str, Any], sides: dict[str, dict[str, float]], goods: dict[str, Any], left: Left) -> None:
    kind, amount = str(exchange.get("type")), exchange.get("amount")
    from_nature = kind == "biosphere" and str(exchange.get("categories") or "").startswith("natural resource")
    if kind == "production" or (kind == "biosphere" and not from_nature):
        return
    unit = UNITS.get(str(exchange.get("unit")))
    if unit is None or isinstance(amount, bool) or not isinstance(amount, int | float) or amount != amount:
        left[f"a line in {exchange.get('unit')}, or without a number"].append(str(exchange.get("name")))
        return
    if amount == 0 or (unit == "piece" and abs(amount) < WEAR):
        return
    good = _good(str(exchange.get("reference product") or exchange.get("name")), unit, goods, free=from_nature)
    side = "byproducts" if amount < 0 else "energy" if unit in ENERGY else "inputs"
    sides[side][good] = sides[side].get(good, 0.0) + abs(float(amount))


def _makes_mass(lines: Mapping[str, Mapping[str, float]], unit: str, goods: Mapping[str, Any]) -> bool:
    """Whether mass comes out that did not go in; only told where all inputs of matter are counted in mass."""
    taken = lines.get("inputs", {})
    if unit != "kg" or any(goods[good]["unit"] in ("m3", "L", "piece", "m2", "m") for good in taken):
        return False
    given = 1.0 + sum(size for good, size in lines.get("byproducts", {}).items() if goods[good]["unit"] == "kg")
    held = sum(size for good, size in taken.items() if goods[good]["unit"] == "kg")
    return given > held * (1 + MADE)


def _good(name: str, unit: str, goods: dict[str, Any], *, free: bool = False) -> str:
    """Return the key of a good in this unit, made where it is new; the same product in another unit is another good."""
    key = _key(name)
    if key in goods and goods[key]["unit"] != unit:
        key = f"{key}_{_key(unit)}"
    goods.setdefault(key, {"name": name, "unit": unit, **({"free": True} if free else {})})
    return key


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:80] or "unnamed"


def _free_key(key: str, taken: Mapping[str, Any]) -> str:
    return next(name for name in (key, *(f"{key}_{k}" for k in range(2, len(taken) + 3))) if name not in taken)
