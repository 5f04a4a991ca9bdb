"""Figures of FAO: commodity balances 1973 to 2009, production of fisheries, population.

**Balances.** Old food balance sheets and commodity balances (FAOSTAT domains FBSH and CB) as gcamfaostat compiles them:
wide years, 1000 t, comment lines on top; primary equivalent. `Stock Variation` is positive where stocks are drawn down.
The compiler has split areas that no longer exist over today's countries: for the years before a country's own first
year its figures are a constant share of the old area's, not statistics of FAO, and each such figure says so. A file
with the old areas themselves is read too: those that today have one successor or a code of their own are kept, the
others are refused by name; groups of areas (World, regions, China with its parts) are passed over and counted.

**Fisheries.** Capture and aquaculture by species and area, live weight, summed over species and areas.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground.codes import countries
from homeground.errors import BadInput, message
from homeground.sources import figures, files
from homeground.sources.figures import Figure
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import REASON, Part, Reading, csv_part
from homeground.units import ton_factor

if TYPE_CHECKING:
    import pyarrow as pa

ELEMENTS: Final = {
    "Production": "production", "Import": "imports", "Export": "exports", "Stock Variation": "stock_change",
    "Food": "food", "Feed": "feed", "Seed": "seed", "Processed": "processing", "Loss": "losses",
    "Other uses": "other_use",
}  # fmt: skip
UNITS: Final = {"1000 tonnes": "kt", "1000 t": "kt", "tonnes": "t", "t": "t"}

SPELLED: Final = {"Congo": "COG", "Sudan (former)": "SDN", "USSR": "SUN", "Serbia and Montenegro": "SCG"}
"""Names of areas that are no country's name, or fit two."""

SUCCEEDED: Final = {
    "Yugoslav SFR": "Yugoslav SFR: fell into several countries and has no code; nothing is split here",
    "Belgium-Luxembourg": "Belgium-Luxembourg: two countries in one figure; nothing is split here",
    "Ethiopia PDR": "Ethiopia PDR: Ethiopia with Eritrea in one figure; nothing is split here",
}
GROUPS_FROM: Final = 5000
"""Area codes from here on are the world, regions and other groups."""
CHINA_WITH_PARTS: Final = 351

FIRST_OWN_YEAR: Final = {
    **dict.fromkeys(
        ("ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"),
        (1992, "USSR"),
    ),
    **dict.fromkeys(("BIH", "HRV", "MKD", "SVN"), (1992, "Yugoslav SFR")),
    **dict.fromkeys(("MNE", "SRB"), (2006, "Yugoslav SFR or Serbia and Montenegro")),
    **dict.fromkeys(("CZE", "SVK"), (1993, "Czechoslovakia")),
    **dict.fromkeys(("BEL", "LUX"), (2000, "Belgium-Luxembourg")),
    "ETH": (1993, "Ethiopia PDR, with Eritrea"),
}
"""First year in which FAO itself has figures of the country, and the area that it had before."""

LICENCE: Final = "CC BY 4.0 (FAO); compiled by gcamfaostat, BSD-2-Clause"
BALANCES_CITATION: Final = "FAO, FAOSTAT: Food Balances (old methodology) and Commodity Balances, by gcamfaostat"
FISHERIES_CITATION: Final = "FAO, Fishery and Aquaculture Statistics: global production by species"


def balances(paths: Sequence[Path]) -> Reading:
    """Open the commodity balances."""
    path = figures.one_file("fao-balances", paths)
    raw, text = figures.look(path)
    comments = len(text[: text.find("area_code")].splitlines()) if "area_code" in text else 0
    table = _table(text, comments, path)
    named, passed = _areas(table)
    mapping = figures.mapping("fao-balances", LICENCE, BALANCES_CITATION)
    return Reading(
        "fao-balances",
        mapping,
        (raw,),
        lambda _: _years(raw, table, named, comments + 1),
        notes=(
            "Primary equivalent: flour, bread and the like are counted as the grain they were made from.",
            (
                "Before its own first year (such as 1992 for Ukraine, 2000 for Belgium) a country's figures are a "
                "constant share of the area it belonged to (USSR, Belgium-Luxembourg), as the compiler split it."
            ),
            "Sudan's figures include South Sudan. An element that a balance does not list is left empty.",
            *((f"Passed over, since their parts are listed too: {', '.join(passed)}.",) if passed else ()),
        ),
    )


def _table(text: str, comments: int, path: Path) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    lines = text.split("\n", comments)[-1]
    header = next(csv.reader([lines.split("\n", 1)[0]]), [])
    years = [name for name in header if name.isdigit()]
    files.require_columns(header, ["area_code", "item_code", "item", "element", "unit", "area"], str(path))
    texts = {name: pa.string() for name in ("item", "element", "unit", "area")}
    kinds = {name: pa.float64() for name in years} | texts | {"area_code": pa.int32()}
    try:
        return arrow_csv.read_csv(
            io.BytesIO(lines.encode()), convert_options=arrow_csv.ConvertOptions(column_types=kinds)
        )
    except pa.ArrowInvalid as error:
        found = str(error).splitlines()[0]
        raise BadInput(
            message("the balances cannot be read", where=str(path), found=found, do="download the file again")
        ) from error


def _areas(table: pa.Table) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Map each area to (code, reason for refusing), and list the groups that are passed over, with their rows."""
    named: dict[str, tuple[str, str]] = {}
    passed: Counter[str] = Counter()
    for area, code in zip(table["area"].to_pylist(), table["area_code"].to_pylist(), strict=True):
        if code >= GROUPS_FROM or code == CHINA_WITH_PARTS:
            passed[area] += 1
        elif area not in named:
            named[area] = (SPELLED.get(area) or _resolved(area), SUCCEEDED.get(area, ""))
    return named, [f"{area} ({count:,} rows)" for area, count in passed.items()]


def _resolved(area: str) -> str:
    try:
        return countries.resolve(area)
    except BadInput:
        return area


def _years(raw: RawFile, table: pa.Table, named: dict[str, tuple[str, str]], above: int) -> Iterator[Part]:
    """Yield one part per year: the cells that hold a figure."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = table.append_column("line", pa.array([above + n for n in range(1, table.num_rows + 1)]))
    rows = rows.filter(pc.is_in(rows["area"], pa.array(list(named))))
    areas, elements, units = (rows[name].to_pylist() for name in ("area", "element", "unit"))
    refusals = [named[area][1] or _unit_fault(unit) for area, unit in zip(areas, units, strict=True)]
    codes = [named[area][0] for area in areas]
    factors = pa.array([ton_factor(UNITS.get(unit, "t")) for unit in units])
    fixed = {
        "country": pa.array(codes),
        "commodity": rows["item"],
        "element": pa.array([ELEMENTS.get(element, element) for element in elements]),
        "state": pa.array(["primary equivalent"] * rows.num_rows),
        "place": pc.binary_join_element_wise("line", pc.cast(rows["line"], pa.string()), " "),
        REASON: pa.array(refusals),
    }
    for year in (name for name in rows.column_names if name.isdigit()):
        held = {
            "year": pa.array([year] * rows.num_rows),
            "quantity": pc.multiply(rows[year], factors),
            "note": pa.array([_split(code, int(year)) for code in codes]),
        }
        yearly = pa.table({**held, **fixed})
        yield figures.table_part(raw, yearly.filter(pc.is_valid(yearly["quantity"])), "fao_year")


def _unit_fault(unit: str) -> str:
    return "" if unit in UNITS else f"unit: not one of {', '.join(UNITS)}"


def _split(code: str, year: int) -> str | None:
    first, before = FIRST_OWN_YEAR.get(code, (0, ""))
    return f"share of {before} as the compiler split it, not FAO's figure" if year < first else None


def fisheries(paths: Sequence[Path]) -> Reading:
    """Open production of fisheries: one figure per country, year and group of species, in live weight."""
    path = figures.one_file("fao-fisheries", paths)
    raw, text = figures.look(path)
    reader = csv.DictReader(io.StringIO(text))
    rows = [{**row, "line": str(reader.line_num)} for row in reader]
    wanted = ["year", "quantity", "unit", "unit_name_en", "country_iso3_alpha", "isscaap_group", "prod_method"]
    files.require_columns(list(reader.fieldnames or []), wanted, str(path))
    mapping = figures.mapping("fao-fisheries", "CC BY-NC-SA 3.0 IGO (FAO)", FISHERIES_CITATION)
    note = (
        "Live weight, species and fishing areas summed. Trade is weighed as product (peeled, cooked, frozen): the two "
        "are not comparable without a factor, which you have to state."
    )
    return Reading("fao-fisheries", mapping, (raw,), lambda _: iter([figures.part(raw, _landed(rows))]), notes=(note,))


def _landed(rows: list[dict[str, str]]) -> list[Figure]:
    """Sum the tons of each country, year and group; a row in another unit is refused, not added."""
    sums: dict[tuple[str, str, str], list[tuple[float, int, str]]] = {}
    refused: list[Figure] = []
    for row in rows:
        line = int(row["line"])
        key = (row["year"], row["country_iso3_alpha"], row["isscaap_group"])
        reason = _landing_fault(row)
        if reason:
            refused.append(Figure(*key, "production", row["quantity"], place=f"line {line}", reason=reason))
        else:
            sums.setdefault(key, []).append((float(row["quantity"]), line, row["prod_method"]))
    return [
        Figure(*key, "production", repr(sum(q for q, _, _ in found)), "live weight", _methods(found), _lines(found))
        for key, found in sums.items()
    ] + refused


def _landing_fault(row: dict[str, str]) -> str:
    if row["unit"] != "t" or "live weight" not in (row["unit_name_en"] or ""):
        return "unit: not tonnes, live weight"
    try:
        return "" if float(row["quantity"]) >= 0 else "quantity: negative"
    except (TypeError, ValueError):
        return "quantity: not a number"


def _methods(found: list[tuple[float, int, str]]) -> str:
    methods = sorted({method for _, _, method in found})
    parts = [f"{method} {sum(q for q, _, m in found if m == method):,.0f} t" for method in methods]
    return "; ".join(parts)


def _lines(found: list[tuple[float, int, str]]) -> str:
    lines = [line for _, line, _ in found]
    return f"line {lines[0]}" if len(lines) == 1 else "sum of lines " + ", ".join(map(str, lines))


def population(paths: Sequence[Path]) -> Reading:
    """Open population by country and year (columns iso3c, year, pop)."""
    path = figures.one_file("population", paths)
    (raw,) = files.look([path])
    files.require_utf8(path, str(path))
    mapping = Mapping(
        "population",
        {"year": ColumnMap("year"), "country": ColumnMap("iso3c", codes="iso3"), "persons": ColumnMap("pop")},
        dataset="population",
        licence="CC BY-NC-SA 3.0 IGO (FAO)",
        citation="FAO, FAOSTAT: Annual population, after the United Nations' World Population Prospects",
    )
    wanted = ["year", "iso3c", "pop"]
    return Reading("population", mapping, (raw,), lambda _: iter([csv_part(raw, path, mapping, wanted)]))
