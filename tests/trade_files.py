"""Small SYNTHETIC trade files on disk, and what tests ask of a Home; nothing in them is real trade."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from homeground import Home
from homeground.errors import HomegroundError

BACI_HEADER = "t,i,j,k,v,q"
BACI_ROWS = (
    "2021,4,842,010121,3.5,1.25",
    "2021,156,842,270900,1000,NA",
    "2021,490,392,854231,250.125,0.5",
    "2021,516,251,710210,80,0.001",
    "2021,251,699,270900,12,2",
)
"""Afghanistan, China, Other Asia, Namibia, France sell; USA, Japan, France, India buy; one quantity is missing."""

TIDY_HEADER = "year,seller,buyer,product,value,weight"
TIDY_ROWS = (
    "2021,AFG,USA,010121,3500,1250",
    "2021,CHN,USA,270900,1000000,",
    "2021,NAM,FRA,710210,80000,1",
)
TIDY_MAPPING = """
table = "flows"
dataset = "tidy"
revision = "HS17"
licence = "CC0 1.0"
citation = "synthetic"
{settings}
[columns]
year = "year"
exporter = {{ name = "seller", codes = "{codes}" }}
importer = {{ name = "buyer", codes = "{codes}" }}
hs6 = "product"
value_usd = {{ name = "value", unit = "USD" }}
quantity_t = {{ name = "weight", unit = "kg" }}
"""


def text_of(header: str, rows: Iterable[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def write_baci(folder: Path, rows: Iterable[str] = BACI_ROWS, name: str = "BACI_HS17_Y2021_V202601.csv") -> Path:
    path = folder / name
    path.write_text(text_of(BACI_HEADER, rows), encoding="utf-8")
    return path


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_tidy(folder: Path, rows: Iterable[str] = TIDY_ROWS, name: str = "trade.csv") -> Path:
    path = folder / name
    path.write_text(text_of(TIDY_HEADER, rows), encoding="utf-8")
    return path


def write_mapping(folder: Path, settings: str = "", codes: str = "iso3", name: str = "mapping.toml") -> Path:
    path = folder / name
    path.write_text(TIDY_MAPPING.format(settings=settings, codes=codes), encoding="utf-8")
    return path


def fingerprint(folder: Path) -> str:
    """Hash every file below a folder with its path; the lock file, which holds nothing, is left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != ".lock":
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def refusal(home: Home, *words: str, kind: type[HomegroundError] = HomegroundError, **load: Any) -> str:
    """Load what must be refused: the message has these words, asks for an action, and the Home is as before."""
    folder = Path(home.store.path)
    before = fingerprint(folder)
    source, *paths = load.pop("args")
    with pytest.raises(kind) as caught:
        home.load(source, *paths, **load)
    said = str(caught.value)
    missing = [word for word in words if word not in said]
    assert not missing, f"{missing} not in: {said}"
    assert "What to do:" in said
    assert "\n" not in said, "a message is one line"
    assert fingerprint(folder) == before, "the Home has changed"
    assert not any(folder.glob(".staging/*")), "a staging folder was left"
    return said


def rows_of(home: Home, table: str = "flows", **choice: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = home.table(table, **choice).to_pyarrow().to_pylist()
    return rows


def flow_tuples(home: Home, **choice: Any) -> list[tuple[Any, ...]]:
    names = ("year", "exporter", "importer", "hs6", "value_usd", "quantity_t")
    found = [tuple(row[name] for name in names) for row in rows_of(home, **choice)]
    return sorted(found, key=lambda row: tuple(map(str, row)))


def random_baci(path: Path, rows: Sequence[tuple[int, int, int, str, float, float | None]]) -> Path:
    lines = (f"{t},{i},{j},{k},{v!r},{'NA' if q is None else repr(q)}" for t, i, j, k, v, q in rows)
    path.write_text(text_of(BACI_HEADER, lines), encoding="utf-8")
    return path
