"""Own ground on real sources: world totals as published, identities over every balance, traps that are known."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from ibis import _
from ibis.expr.types import Table

from homeground import Home, measures
from homeground.errors import BadInput, UsageError
from homeground.home.ground.ground import GroundQuestion
from homeground.sources import fao
from toy_world import collect, keyed, only

pytestmark = pytest.mark.xdist_group("ground")

FAO = "fao_commodity_balances_1973_2009.csv.gz"
FILES = {
    "fao-balances": f"physical/{FAO}",
    "bgs-minerals": "physical/bgs_mineral_production_2012_2021.csv",
    "usgs-production": "physical/usgs_mcs2025_world_production.csv",
    "usgs-salient": "physical/usgs_mcs2026_commodities.csv.gz",
    "fao-fisheries": "trade/baci_seafood_2018/clean_fao_prod.csv",
    "population": "trade/baci_seafood_2018/fao_annual_pop.csv",
}


@pytest.fixture(scope="module")
def home(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("ground") / "home")
    for source, name in FILES.items():
        if not (shared_data / name).exists():
            pytest.skip(f"the shared data hold no {name}")
        home.load(source, shared_data / name)
    return home


@pytest.fixture(scope="module")
def fao_2009(home: Home) -> Table:
    return home.table("balances", dataset="fao-balances", years=[2009])


def figure(home: Home, dataset: str, year: int, country: str, commodity: str, element: str) -> dict[str, object]:
    rows = home.table("balances", dataset=dataset, years=[year])
    wanted = (_.country == country) & (_.commodity == commodity) & (_.element == element)
    return only(rows.filter(wanted))


def test_the_world_s_wheat_of_2009_is_683_million_tons(fao_2009: Table) -> None:
    wheat = fao_2009.filter((_.commodity == "Wheat and products") & (_.element == "production"))
    # published as 683.0 Mt: half of the last digit
    assert only(wheat.agg(tons=_.quantity_t.sum()))["tons"] == pytest.approx(683.0e6, abs=0.05e6)


def test_self_sufficiency_and_import_dependency_sum_to_100_in_every_balance_of_37_years(home: Home) -> None:
    sheet = measures.balance_sheet(home.table("balances", dataset="fao-balances"))
    balances = measures.commodity_balance(sheet)
    sums = balances.filter(_.self_sufficiency_pct.notnull()).mutate(
        off=(_.self_sufficiency_pct + _.import_dependency_pct - 100).abs(),
        # 1 of 1e15 in each term; the terms are as large as P/C, which may be any multiple of 100
        room=1e-12 * (100 + _.self_sufficiency_pct.abs()),
    )
    found = only(sums.agg(rows=_.count(), wrong=(_.off > _.room).sum(), most=_.year.nunique()))
    assert (found["wrong"], found["most"]) == (0, 37)
    assert found["rows"] == 435_888
    counted = {row["status"]: row["n"] for row in collect(balances.group_by("status").agg(n=_.count()))}
    assert set(counted) <= set(measures.STATUS)
    negative = only(balances.filter(_.apparent_consumption_t < 0).agg(n=_.count(), ssr=_.self_sufficiency_pct.count()))
    assert negative["n"] == counted["negative"] + counted["drawn from stocks"]
    assert negative["ssr"] == 0


def test_no_item_of_fao_is_counted_twice(home: Home, shared_data: Path) -> None:
    text = gzip.decompress((shared_data / FILES["fao-balances"]).read_bytes()).decode()
    rows = [line.split(",") for line in text.splitlines() if line[:1].isdigit()]
    assert len({(row[0], row[1], row[3]) for row in rows if '"' not in ",".join(row[:6])}) == sum(
        '"' not in ",".join(row[:6]) for row in rows
    )
    held = home.table("balances", dataset="fao-balances", years=[2009])
    keys = only(held.group_by("country", "commodity", "element").agg(n=_.count()).agg(most=_.n.max()))
    assert keys["most"] == 1


def test_a_line_named_as_place_is_the_line_of_the_file(home: Home, shared_data: Path) -> None:
    lines = gzip.decompress((shared_data / FILES["fao-balances"]).read_bytes()).decode().splitlines()
    for country, area in (("DEU", "Germany"), ("COG", "Congo"), ("NAM", "Namibia"), ("CHN", "mainland")):
        row = figure(home, "fao-balances", 2009, country, "Wheat and products", "imports")
        line = lines[int(str(row["place"]).removeprefix("line ")) - 1]
        assert "Wheat and products,Import" in line
        assert area in line
        assert float(line.rsplit(",", 1)[1]) * 1000 == row["quantity_t"]


@pytest.mark.parametrize(("country", "area"), [("EGY", "Egypt"), ("DEU", "Germany")])
def test_every_figure_behind_a_balance_stands_on_the_line_that_it_names(
    home: Home, shared_data: Path, country: str, area: str
) -> None:
    lines = gzip.decompress((shared_data / FILES["fao-balances"]).read_bytes()).decode().splitlines()
    balance = home.balance(country, 2009, production=["fao-balances"])
    figures = balance.figures.to_pylist()
    assert len(figures) > 400
    for figure in figures:
        line = lines[int(figure["place"].removeprefix("line ")) - 1]
        assert f",{area}," in line
        assert figure["commodity"] in line
        assert float(line.rsplit(",", 1)[1]) * 1000 == figure["quantity_t"]
    (wheat,) = (row for row in balance.rows.to_pylist() if row["commodity"] == "Wheat and products")
    assert wheat["production_t"] == {"EGY": 8_523_000, "DEU": 25_192_000}[country]


def test_the_copper_that_chile_mined_stands_on_its_line(home: Home, shared_data: Path) -> None:
    name = FILES["bgs-minerals"]
    lines = (shared_data / name).read_text(encoding="utf-8").splitlines()
    asked = home.balance("Chile", commodity="copper", production=["bgs-minerals"])
    figures = {figure["commodity"]: figure for figure in asked.figures.to_pylist()}
    assert set(figures) == {"Copper, mine", "Copper, refined", "Copper, smelter"}
    for commodity, figure in figures.items():
        line = lines[int(figure["place"].removeprefix("line ")) - 1]
        assert line.startswith(f'"{commodity}",Chile,')
        assert float(line.split(",")[-3]) == figure["quantity_t"]
        assert figure["file"] == Path(name).name


def test_areas_before_their_own_first_year_are_marked_as_split(home: Home) -> None:
    wheat = home.table("balances", dataset="fao-balances").filter(
        (_.commodity == "Wheat and products") & (_.element == "production") & _.country.isin(["ARM", "UKR"])
    )
    rows = keyed(wheat, "country", "year")
    shares = {year: rows["ARM", year]["quantity_t"] / rows["UKR", year]["quantity_t"] for year in range(1973, 2010)}
    # one share for 19 years is a split of the USSR, not statistics of two countries
    assert max(shares[y] for y in range(1973, 1992)) == pytest.approx(min(shares[y] for y in range(1973, 1992)))
    assert len({round(shares[y], 4) for y in range(1992, 2010)}) > 10
    assert all(("USSR" in (row["note"] or "")) == (row["year"] < 1992) for row in rows.values())
    assert set(fao.FIRST_OWN_YEAR) <= {r["country"] for r in collect(
        home.table("balances", dataset="fao-balances", years=[1980]).select("country").distinct())}  # fmt: skip


def test_old_areas_groups_and_units_are_told_apart(tmp_path: Path) -> None:
    head = "# Units: 1000 tonnes\narea_code,item_code,item,element,unit,area,1980,1981\n"
    areas = ((228, "USSR"), (51, "Czechoslovakia"), (41, '"China, mainland"'), (214, '"China, Taiwan Province of"'))
    kept = "".join(f"{n},2511,Wheat and products,Production,1000 tonnes,{area},1,2\n" for n, area in areas)
    many = "".join(f"100,{item},Item {item},Production,1000 tonnes,India,1,2\n" for item in range(60))
    odd = (
        "15,2511,Wheat and products,Production,1000 tonnes,Belgium-Luxembourg,1,2\n"
        "351,2511,Wheat and products,Production,1000 tonnes,China,1,2\n"
        "5000,2511,Wheat and products,Production,1000 tonnes,World,1,2\n"
        "106,2511,Wheat and products,Production,1000 head,Italy,1,2\n"
    )  # fmt: skip
    path = tmp_path / "fao.csv"
    path.write_text(head + kept + many + odd, encoding="utf-8")
    home = Home(tmp_path / "home")
    report = home.load("fao-balances", path)
    countries = {row["country"] for row in collect(home.table("balances"))}
    assert countries == {"SUN", "CSK", "CHN", "S19", "IND"}
    assert sum(report.refused.values()) == 4
    assert any("Belgium-Luxembourg: two countries in one figure" in reason for reason in report.refused)
    assert any(reason.startswith("unit: not one of") for reason in report.refused)
    assert any("China (1 rows), World (1 rows)" in note for note in report.notes)


def test_a_gzip_that_is_cut_short_is_refused(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / FAO
    path.write_bytes((shared_data / FILES["fao-balances"]).read_bytes()[:100_000])
    with pytest.raises(BadInput, match="the gzip is cut short"):
        Home(tmp_path / "home").load("fao-balances", path)


def test_the_world_s_cobalt_of_2021_is_as_bgs_counts_it(home: Home) -> None:
    mined = home.table("balances", dataset="bgs-minerals", years=[2021]).filter(_.commodity == "Cobalt, mine")
    by_country = {row["country"]: row for row in collect(mined)}
    assert sum(row["quantity_t"] for row in by_country.values()) == 130_975
    assert by_country["COD"]["quantity_t"] == 93_011
    assert by_country["COD"]["state"] == "metal content"


def test_precious_metals_are_kilograms_and_ilmenite_stands_once(home: Home) -> None:
    made = home.table("balances", dataset="bgs-minerals", years=[2021])
    sums = {row["commodity"]: row["t"] for row in collect(made.group_by("commodity").agg(t=_.quantity_t.sum()))}
    # gold: 3,278 t in all (USGS gives 3,090 t of 2021); read as tons it would be a thousand times the world's
    assert sums["Gold, mine"] == pytest.approx(3_278, abs=1)
    assert sums["Silver, mine"] == pytest.approx(26_156, abs=1)
    assert len([name for name in sums if name.strip() == "Ilmenite"]) == 1
    assert not any("Tantalum" in name or name in ("Lithium, minerals", "REE minerals") for name in sums)
    phosphate = {row["country"] for row in collect(made.filter(_.commodity == "Phosphate rock"))}
    assert not phosphate & {"SEN", "PHL"}
    assert len(phosphate) == 40
    assert all(name == name.strip() for name in sums)


def test_bgs_and_usgs_are_two_sources_of_one_good(home: Home) -> None:
    with pytest.raises(UsageError, match="cobalt-mine: bgs-minerals, usgs-production"):
        home.balance("DR Congo")
    (row,) = home.balance("DR Congo", commodity="cobalt-mine", production=["bgs-minerals"]).rows.to_pylist()
    assert (row["production_t"], row["status"], row["trade_from"]) == (93_011, "trade unknown", None)
    assert "counted by metal content" in row["why"]


def test_reserves_are_in_the_unit_that_only_a_note_states(home: Home) -> None:
    ore = figure(home, "usgs-production", 2024, "AUS", "Iron Ore: Mine production, usable ore", "reserves")
    assert (ore["quantity_t"], ore["state"]) == (58_000e6, "crude ore")
    vanadium = figure(home, "usgs-production", 2024, "AUS", "Vanadium: Mine production, vanadium content", "reserves")
    assert vanadium["quantity_t"] == 8_500e3
    cobalt = figure(home, "usgs-production", 2023, "COD", "Cobalt: Mine production, cobalt content", "production")
    assert cobalt["state"] == "cobalt content"


def test_a_unit_that_the_next_edition_contradicts_is_refused(home: Home) -> None:
    held = home.table("balances", dataset="usgs-production")
    assert (
        collect(held.filter(_.commodity.contains("Titanium Mineral") | _.commodity.contains("Sand and gravel"))) == []
    )
    refused = Counter(row["reason"] for row in collect(home.table("refused", dataset="usgs-production")))
    assert refused == {
        "unit: stated in metric tons, a thousandth of what the survey's next edition gives": 94,
        "unit: million cubic meters is no mass": 27,
        "country: two countries in one row": 2,
    }


def test_figures_that_usgs_withholds_are_empty_with_the_reason(home: Home) -> None:
    empty = collect(home.table("balances", dataset="usgs-production").filter(_.quantity_t.isnull()))
    assert all(row["note"] for row in empty)
    notes = Counter(row["note"].split(";")[0] for row in empty)
    assert (notes["withheld by the source"], notes["not available"], notes["Large"]) == (28, 165, 14)


def test_published_import_reliance_agrees_with_the_source_s_own_tonnages(home: Home) -> None:
    rows = home.reliance("USA").to_pylist()
    verdicts = Counter(row["verdict"] for row in rows)
    assert len(rows) == 517
    assert verdicts == {"equal": 244, "within rounding": 33, "differs": 15, "cannot be computed": 225}
    exact = sum(row["verdict"] == "equal" and row["bound"] == "=" for row in rows)
    assert exact == 164
    misses = Counter((row["commodity"].split(" (")[0], row["cause"]) for row in rows if row["verdict"] == "differs")
    stocks = "stock changes enter one of the two definitions and not the other, or are estimated apart"
    assert misses == {
        ("Cement", "the reliance counts imported clinker, apparent consumption does not"): 2,
        ("Diamond", "the printed tonnages give 47.9 %; nothing in the definitions explains it"): 1,
        ("Iron And Steel Slag", "apparent consumption is defined without imports"): 5,
        ("Phosphate Rock", stocks): 2,
        ("Potash", "tonnages are rounded further to avoid disclosing company data"): 1,
        ("Stone", "the definition counts recycled material, of which there is no series"): 3,
        ("Tin: Refined tin", stocks): 1,
    }
    assert all(row["cause"] for row in rows if row["verdict"] == "cannot be computed")


def test_cobalt_of_2021_computed_by_hand(home: Home) -> None:
    (row,) = [r for r in home.reliance("USA", 2021).to_pylist() if r["commodity"] == "Cobalt"]
    # (6,650 t apparent consumption − 1,800 t secondary production) / 6,650 t; published: 73
    assert row["computed_pct"] == pytest.approx(100 * (6650 - 1800) / 6650)
    assert (row["published_pct"], row["verdict"], row["supply"]) == (73.0, "equal", "Production: Secondary")


def test_fisheries_keep_their_total_in_live_weight_and_namibia_its_population(home: Home) -> None:
    shrimps = home.table("balances", dataset="fao-fisheries")
    found = only(shrimps.agg(tons=_.quantity_t.sum(), states=_.state.nunique(), state=_.state.min()))
    assert found["tons"] == pytest.approx(9_495_040.659, abs=0.01)
    assert (found["states"], found["state"]) == (1, "live weight")
    people = keyed(home.table("population"), "country")
    assert people["NAM",]["persons"] == 2_405_680
    assert len(people) == 195


def test_every_balance_of_germany_names_its_line(home: Home) -> None:
    asked = home.balance("Germany", 2009)
    figures = asked.figures.to_pylist()
    assert len(figures) == 629
    assert {f["dataset"] for f in figures} == {"fao-balances"}
    assert all(str(f["place"]).startswith("line ") for f in figures)
    assert len({f["sha256"] for f in figures}) == 1
    wheat = next(row for row in asked.rows.to_pylist() if row["good"] == "wheat")
    assert (wheat["production_t"], wheat["imports_t"], wheat["exports_t"]) == (25_192e3, 5_419e3, 11_809e3)
    assert wheat["self_sufficiency_pct"] == pytest.approx(100 * 25_192 / (25_192 + 5_419 - 11_809))
    assert wheat["closes"]
    assert GroundQuestion("Germany", 2009) == asked.asked
