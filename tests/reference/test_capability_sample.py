"""Capability of real countries: 71 raw materials of 2023, against a naive computation, and what users are shown."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine_worlds import load_rows
from homeground.brief import export, report
from homeground.brief.trade import capability_tables
from homeground.codes import countries
from homeground.errors import BadInput, NotInHome, UnknownCode, UsageError
from homeground.home import Home
from homeground.home.trade import within_reach
from homeground.home.trade.capability import Capability
from homeground.home.trade.within_reach import REACH
from test_cli import run
from toy_world import RESTRICTION_SCHEMA

YEAR = 2023


def copied(home: Home, folder: Path) -> Home:
    return Home(shutil.copytree(home.store.path, folder / "home"))


@pytest.fixture(scope="module")
def kazakhstan(sample_home: Home) -> Capability:
    return sample_home.capability("Kazakhstan", YEAR, dataset="raw-materials")


@pytest.fixture(scope="module")
def exports(sample_home: Home) -> dict[str, dict[str, float]]:
    table = sample_home.table("exports", dataset="raw-materials", years=[YEAR]).to_pyarrow()
    found: dict[str, dict[str, float]] = {}
    for row in table.to_pylist():
        found.setdefault(row["exporter"], {})[row["hs6"]] = row["value_usd"]
    return found


def test_ranks_agree_with_a_naive_computation(kazakhstan: Capability, exports: dict[str, dict[str, float]]) -> None:
    """Advantage by loops, filters by hand, and the second eigenvector of the unsymmetric matrix of products."""
    total = {c: sum(goods.values()) for c, goods in exports.items()}
    goods = sorted({p for row in exports.values() for p in row})
    made = {p: sum(row.get(p, 0.0) for row in exports.values()) for p in goods}
    world = sum(total.values())
    kept = sorted(c for c in exports if total[c] >= 1e9 and c not in countries.nes_codes())
    m = np.array([[exports[c].get(p, 0.0) / total[c] >= made[p] / world for p in goods] for c in kept], dtype=float)
    assert m.any(axis=0).all()
    assert m.any(axis=1).all()
    d, u = m.sum(axis=1), m.sum(axis=0)
    values, vectors = np.linalg.eig((m / u).T @ (m / d[:, None]))
    k = (m / d[:, None]) @ vectors[:, np.argsort(-values.real)[1]].real
    eci = (k - k.mean()) / k.std() * np.sign(np.corrcoef(k, d)[0, 1])
    found = {row["country"]: row for row in kazakhstan.countries.to_pylist()}
    assert sorted(found) == kept
    # the gap between second and third eigenvalue is 0.09: rounding of 1e-15 grows to about 1e-13
    assert [found[c]["eci"] for c in kept] == pytest.approx(eci, abs=1e-9)
    assert [found[c]["diversity"] for c in kept] == d.tolist()


def test_the_country_asked_for_stands_where_its_row_says(kazakhstan: Capability) -> None:
    (row,) = (row for row in kazakhstan.countries.to_pylist() if row["country"] == "KAZ")
    assert (kazakhstan.eci_rank, kazakhstan.fitness_rank) == (row["eci_rank"], row["fitness_rank"])
    assert kazakhstan.eci == pytest.approx(row["eci"], abs=1e-12)
    assert kazakhstan.outlook == pytest.approx(row["outlook"], abs=1e-12)
    assert kazakhstan.diversity == row["diversity"] == sum(p["made"] for p in kazakhstan.products.to_pylist())


def test_crude_oil_is_the_least_complex_of_raw_materials(kazakhstan: Capability) -> None:
    # oil states export little else: an economist expects them, and oil, at the low end
    last = min(kazakhstan.products.to_pylist(), key=lambda row: row["pci"])
    assert last["hs6"] == "270900"
    lowest = [row["country"] for row in kazakhstan.countries.to_pylist()[-5:]]
    assert {"IRQ", "LBY", "AGO"} <= set(lowest)


def test_products_within_reach_are_near_wanted_and_not_made(kazakhstan: Capability) -> None:
    rows = kazakhstan.reach.to_pylist()
    assert rows
    assert kazakhstan.reach.column_names == list(REACH)
    assert all(row["rca"] < 1 and row["density_rank"] >= 0.5 and row["others_import_usd"] >= 5e7 for row in rows)
    assert all(row["growth"] >= 0 and not row["hs6"].startswith("93") and row["why"] and row["buyers"] for row in rows)
    assert [row["mean_rank"] for row in rows] == sorted((row["mean_rank"] for row in rows), reverse=True)
    assert {p["hs6"] for p in kazakhstan.products.to_pylist() if p["reached"]} == {row["hs6"] for row in rows}


def test_markets_hold_what_the_country_already_sells(
    kazakhstan: Capability, exports: dict[str, dict[str, float]]
) -> None:
    rows = kazakhstan.markets.to_pylist()
    assert rows
    for row in rows:
        assert row["potential_usd"] <= row["demand_usd"] * (1 + 1e-12)  # a rounding
        assert row["gap_usd"] == pytest.approx(row["potential_usd"] - row["realised_usd"])
        assert row["product_exports_usd"] == pytest.approx(exports["KAZ"][row["hs6"]])
        assert row["importer"] not in countries.nes_codes() | {"KAZ"}
    order = [(row["leans"], -row["gap_usd"]) for row in rows]
    assert order == sorted(order)


def test_markets_on_which_exports_lean_come_last(sample_home: Home) -> None:
    # most of what Mongolia sells goes to China
    rows = sample_home.capability("Mongolia", YEAR, dataset="raw-materials").markets.to_pylist()
    leaning = [row["importer"] for row in rows if row["leans"]]
    assert set(leaning) == {"CHN"}
    assert [row["importer"] for row in rows[-len(leaning) :]] == leaning
    assert not rows[0]["leans"]


def test_a_long_list_of_markets_is_cut_and_says_so(sample_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(within_reach, "MOST_MARKETS", 7)
    found = sample_home.capability("KAZ", YEAR, dataset="raw-materials")
    assert found.markets.num_rows == 7 < found.markets_total
    notes = capability_tables.markets_answer(found).notes
    assert f"The first 7 of {found.markets_total:,} rows with a gap." in notes


def test_a_country_outside_the_filters_is_placed_without_a_rank(sample_home: Home, kazakhstan: Capability) -> None:
    georgia = sample_home.capability("GEO", YEAR, dataset="raw-materials")
    assert not georgia.inside
    assert (georgia.eci_rank, georgia.fitness) == (None, None)
    assert np.isfinite(georgia.eci)
    assert georgia.countries.equals(kazakhstan.countries)  # nobody else is moved
    assert any("outside the filters" in note for note in georgia.notes)


def test_conventions_change_what_they_name(sample_home: Home, kazakhstan: Capability) -> None:
    other = sample_home.capability("KAZ", YEAR, conventions="diagonal=left-out,ddof=1", dataset="raw-materials")
    n = kazakhstan.countries.num_rows
    assert other.eci == pytest.approx(kazakhstan.eci * ((n - 1) / n) ** 0.5, abs=1e-12)
    assert all(
        (b["density"] > a["density"]) != a["made"] or a["density"] == b["density"]
        for a, b in zip(kazakhstan.products.to_pylist(), other.products.to_pylist(), strict=True)
    )


def test_lower_filters_let_small_traders_in(sample_home: Home, kazakhstan: Capability) -> None:
    wide = sample_home.capability("KAZ", YEAR, min_exports_usd=1e8, dataset="raw-materials")
    assert wide.countries.num_rows > kazakhstan.countries.num_rows
    assert wide.left_out.num_rows < kazakhstan.left_out.num_rows


@pytest.mark.parametrize(
    ("country", "options", "error", "words"),
    [
        ("KAZ", {"dataset": "crude-2021", "year": 2021}, NotInHome, "and 1 products"),
        ("MWI", {"dataset": "raw-materials"}, NotInHome, "at least 3 with"),
        ("EU27", {"dataset": "raw-materials"}, UsageError, "that of a country"),
        ("KAZ", {"dataset": "raw-materials", "min_exports_usd": 1e12}, NotInHome, "after filters"),
        ("KAZ", {"dataset": "raw-materials", "conventions": "other"}, UsageError, "homeground or ecomplexity"),
        ("KAZ", {"dataset": "raw-materials", "access": "absent.csv"}, BadInput, "cannot be read"),
    ],
)
def test_it_abstains_and_says_why(
    sample_home: Home, country: str, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        sample_home.capability(country, options.pop("year", YEAR), **options)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("market,factor\nCHN,2\n", BadInput, "other columns"),
        ("importer,factor\nCHN,much\n", BadInput, "line 2.*'much'"),
        ("importer,factor\nCHN,-1\n", BadInput, "not a factor"),
        ("importer,factor\nCHN,1\nChina,2\n", BadInput, "line 3.*CHN"),
        ("importer,factor\nNowhereland,1\n", UnknownCode, "Nowhereland"),
        ("importer,hs6,factor\nCHN,27,1\n", UnknownCode, "not an HS6 code"),
    ],
)
def test_an_access_file_that_cannot_be_used_is_refused(
    sample_home: Home, tmp_path: Path, text: str, error: type[Exception], words: str
) -> None:
    path = tmp_path / "access.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words):
        sample_home.capability("KAZ", YEAR, access=path, dataset="raw-materials")


def test_access_halves_a_market(sample_home: Home, tmp_path: Path, kazakhstan: Capability) -> None:
    path = tmp_path / "access.csv"
    path.write_text("importer,hs6,factor\nTürkiye,710812,0.5\n", encoding="utf-8")
    found = sample_home.capability("KAZ", YEAR, access=path, dataset="raw-materials")

    def potential(view: Capability) -> float:
        rows = view.markets.to_pylist()
        return next(row["potential_usd"] for row in rows if (row["importer"], row["hs6"]) == ("TUR", "710812"))

    assert potential(found) == pytest.approx(potential(kazakhstan) / 2)


def test_barred_markets_and_buyers_are_not_named(sample_home: Home, tmp_path: Path, kazakhstan: Capability) -> None:
    home = copied(sample_home, tmp_path)
    rows = [("CHN", "KAZ", "", date(2020, 1, 1), None, "Synthetic act 7")]
    load_rows(home, tmp_path, "restrictions", "barred", rows, RESTRICTION_SCHEMA)
    found = home.capability("KAZ", YEAR, dataset="raw-materials")
    assert "CHN" in kazakhstan.markets["importer"].to_pylist()
    assert "CHN" not in found.markets["importer"].to_pylist()
    assert any("China" in row["buyers"] for row in kazakhstan.reach.to_pylist())
    assert not any("China" in (row["buyers"] or "") for row in found.reach.to_pylist())
    assert not any("embargoes" in note for note in found.notes)


def test_population_filters_where_it_is_loaded(sample_home: Home, tmp_path: Path, kazakhstan: Capability) -> None:
    home = copied(sample_home, tmp_path)
    schema = pa.schema([("year", pa.int16()), ("country", pa.string()), ("persons", pa.float64())])
    load_rows(home, tmp_path, "population", "people", [(YEAR, "BRN", 4.5e5), (YEAR, "KAZ", 2e7)], schema)
    found = home.capability("KAZ", YEAR, dataset="raw-materials")
    left = {row["code"]: row["reason"] for row in found.left_out.to_pylist()}
    assert left["BRN"] == "population 450,000 is below 1,200,000"
    assert found.countries.num_rows == kazakhstan.countries.num_rows - 1


def test_the_report_and_workbook_have_the_section_only_where_there_is_reason(sample_home: Home, tmp_path: Path) -> None:
    with_it = sample_home.picture("KAZ", YEAR)
    text = report.html(with_it)
    assert "<h2>Within reach</h2>" in text
    assert "Markets within reach" in text
    report.write(with_it, tmp_path / "kaz.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "kaz.xlsx", read_only=True).sheetnames
    assert set(capability_tables.sheets(with_it.capability)) <= set(sheets)
    without = sample_home.picture("KAZ", 2021, dataset="crude-2021")
    assert without.capability is None
    assert "Within reach" not in report.html(without)


@pytest.mark.parametrize(
    "answer",
    [capability_tables.products_answer, capability_tables.markets_answer, capability_tables.countries_answer],
)
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "html", "json"])
def test_answers_are_written_to_every_format(kazakhstan: Capability, tmp_path: Path, answer: Any, ending: str) -> None:
    target = tmp_path / f"answer.{ending}"
    export.write_file(answer(kazakhstan), target)
    assert target.stat().st_size > 1000
    if ending == "parquet":
        assert pq.read_table(target).num_rows == answer(kazakhstan).table.num_rows


def test_the_command_shows_ranks_and_reasons(sample_home: Home) -> None:
    home = str(sample_home.store.path)
    done = run("capability", "Kazakhstan", "--year", "2023", "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["about"]["place"]["eci_rank"] == 44
    assert document["rows"][0]["why"]
    shown = run("capability", "KAZ", "-y", "2023", "--ranks", "--home", home).stdout
    assert "United Kingdom" in shown
    assert "of 102" in " ".join(shown.split())
    assert "Türkiye" in run("capability", "KAZ", "-y", "2023", "--markets", "--home", home).stdout


def test_the_command_ends_with_the_code_of_its_failure(sample_home: Home) -> None:
    home = str(sample_home.store.path)
    absent = run("capability", "KAZ", "-y", "2021", "--dataset", "crude-2021", "--home", home)
    assert absent.returncode == 4
    assert "What to do" in absent.stderr
    assert run("capability", "EU27", "-y", "2023", "--home", home).returncode == 2
    assert run("capability", "KAZ", "-y", "2023", "--ease", "none", "--home", home).returncode == 2


def test_fitness_of_the_sample_settles(kazakhstan: Capability) -> None:
    assert not any("Fitness did not settle" in note for note in kazakhstan.notes)
    fitness = [row["fitness"] for row in kazakhstan.countries.to_pylist()]
    assert np.mean(fitness) == pytest.approx(1, abs=1e-12)
