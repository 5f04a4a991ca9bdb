"""Questions to a Home with input–output tables: views, commands, files, report; and what it answers where it cannot."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import chain_files
from homeground.brief import report
from homeground.brief.answer import Answer, money
from homeground.brief.chains import chain_parts
from homeground.brief.chains.chain_tables import extraction_answer, extractions_answer
from homeground.brief.chains.shock_tables import shock_answer
from homeground.brief.figures import svg
from homeground.brief.figures.chains import flow, heat
from homeground.brief.figures.shocks import course_heat
from homeground.brief.voice import ENGLISH
from homeground.errors import NotInHome, UnknownCode, UsageError
from homeground.home import Home
from homeground.home.chains import chains_picture
from homeground.home.place import resolve


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("chains")
    home = Home(place / "home")
    home.load("wiod2013", chain_files.wiod2013_arrays(place))
    return place / "home"


@pytest.fixture
def home(folder: Path) -> Home:
    return Home(folder)


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    command = [Path(sys.executable).with_name("homeground"), *words, "--home", folder]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def test_exposure_names_the_largest_single_country_not_the_rest(home: Home) -> None:
    view = home.exposure("Germany", 2011)
    rows = view.industries.to_pylist()
    assert [row["main_origin_name"] for row in rows] == ["China", "China"]
    shares = [row for row in view.origins.to_pylist() if row["industry"] == "c2" and row["origin"] != "DEU"]
    assert rows[1]["look_through"] == pytest.approx(sum(row["look_through"] for row in shares))
    assert sum(row["look_through"] for row in view.whole.to_pylist()) == pytest.approx(1.0)
    assert view.industry is view.sources is view.paths is None


def test_exposure_of_one_industry_lists_its_sources_and_chains(home: Home) -> None:
    view = home.exposure("DEU", 2011, industry="c2", variant="gross")
    assert view.sources is not None
    assert view.paths is not None
    assert sum(row["look_through"] for row in view.sources.to_pylist()) == pytest.approx(1.0)
    assert all(path.places[-1] == ("DEU", "c2") for path in view.paths.paths)
    assert all(path.places[0][0] == "CHN" for path in view.paths.paths)


def test_a_bloc_is_asked_as_one_country(home: Home) -> None:
    """Of the EU the table shows Germany alone, which so stands for it."""
    alone, joined = home.exposure("DEU", 2011), home.exposure("EU27", 2011)
    assert joined.country == "EU27"
    for name in ("direct", "look_through"):
        assert joined.industries[name].to_pylist() == pytest.approx(alone.industries[name].to_pylist())


def test_extraction_takes_names_blocs_industries_and_pairs(home: Home) -> None:
    whole = home.extract("China", 2011)
    assert whole.lost_output == pytest.approx(home.chains(2011).extract("CHN").total_output)
    assert home.extract("EU27", 2011).lost_output == pytest.approx(home.extract("DEU", 2011).lost_output)
    both = home.extract(["China.c2", "c1"], 2011)
    assert both.what == "Mining (c2) of China, Agriculture, Hunting (c1)"
    assert sum(row["extracted"] for row in both.places.to_pylist()) == 4
    link = home.extract("China", 2011, kind="sales", buyer="Germany")
    assert 0 < link.lost_output < whole.lost_output
    chains, table = home.extract_each("country", 2011)
    assert table["country"].to_pylist()[0] in chains.system.countries
    assert dict(zip(table["country"].to_pylist(), table["lost_output"].to_pylist(), strict=True))[
        "CHN"
    ] == pytest.approx(whole.lost_output)


def test_extractions_draw_the_others_that_lose_and_whose_end_costs_them_most(home: Home) -> None:
    def bars(answer: Answer) -> list[tuple[str, str]]:
        ((spec, _),) = answer.figures
        return [(bar["name"], bar["text"]) for bar in spec["data"]["values"]]

    whole = extraction_answer(home, ["China"], 2011)
    rows = [row for row in whole.table.to_pylist() if row["country"] != "CHN" and row["lost_output"] > 0]
    assert bars(whole) == [(row["name"], money(row["lost_output"])) for row in rows]
    assert "in other countries" in whole.figures[0][1]
    everywhere = extraction_answer(home, ["c1"], 2011)
    assert "China" in [name for name, _ in bars(everywhere)]
    assert "by country" in everywhere.figures[0][1]
    each = extractions_answer(home, "industry", 2011)
    costs = sorted(
        (row for row in each.table.to_pylist() if row["lost_elsewhere"] > 0), key=lambda r: -r["lost_elsewhere"]
    )
    named = [(f"{row['country_name']}: {row['name']}", money(row["lost_elsewhere"])) for row in costs]
    assert bars(each) == named[:15]


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        (lambda home: home.exposure("Viet Nam", 2011), NotInHome, "part of the rest of the world.*DEU, CHN"),
        (lambda home: home.exposure("Atlantis", 2011), UnknownCode, "unknown country"),
        (lambda home: home.exposure("DEU", 2012), NotInHome, "no dataset has chains of 2012"),
        (lambda home: home.exposure("DEU", 2011, industry="c9"), UsageError, "'c9'.*c2 Mining"),
        (lambda home: home.exposure("ASEAN", 2011), NotInHome, "no member of ASEAN"),
        (lambda home: home.extract("c9", 2011), UnknownCode, "the table knows c1, c2"),
        (lambda home: home.extract("China", 2011, kind="half"), UsageError, "total, purchases or sales"),
    ],
)
def test_what_cannot_be_answered_says_why(home: Home, question: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"(?s){words}"):
        question(home)


def test_a_home_without_tables_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotInHome, match="holds no chains"):
        Home(tmp_path).exposure("DEU", 2011)


def test_commands_print_write_and_end_with_their_codes(folder: Path, tmp_path: Path) -> None:
    code, shown, _ = run(folder, "exposure", "Germany", "--year", "2011")
    assert code == 0
    assert "what its industries lean on abroad" in shown
    assert "values in USD at the prices" in shown
    code, shown, _ = run(folder, "extract", "CHN.c2", "-y", "2011", "--json")
    document = json.loads(shown)
    assert (code, document["about"]["question"]["what"]) == (0, ["CHN.c2"])
    each = tmp_path / "each.parquet"
    assert run(folder, "extract", "--each", "--by", "industry", "-y", "2011", "-o", str(each))[0] == 0
    assert pq.read_table(each).num_rows == 6
    for ending in ("csv", "xlsx", "html"):
        assert run(folder, "exposure", "DEU", "-y", "2011", "-i", "c1", "-o", str(tmp_path / f"x.{ending}"))[0] == 0
    assert run(folder, "extract", "-y", "2011")[0] == 2
    assert run(folder, "exposure", "DEU", "-y", "2011", "--by", "planet")[0] == 2
    assert run(folder, "exposure", "Atlantis", "-y", "2011")[0] == 3
    code, _, said = run(folder, "exposure", "DEU", "-y", "1999")
    assert code == 4
    assert "Traceback" not in said


def test_loading_asks_for_consent_on_the_command_line(tmp_path: Path) -> None:
    path = chain_files.oecd(tmp_path) / "2020_SML.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("20.0,30.0", "20.0,39.0"), encoding="utf-8")
    code, _, said = run(tmp_path / "home", "load", "oecd-icio", str(path))
    assert (code, "--unbalanced" in said) == (3, True)
    assert run(tmp_path / "home", "load", "oecd-icio", str(path), "--unbalanced")[0] == 0


def test_routes_hold_all_foreign_value_in_inputs(home: Home) -> None:
    picture = chains_picture.paint(home.store, resolve("DEU", 2015), 2015)
    assert picture is not None
    assert picture.chains.year == 2011
    system = home.chains(2011)
    bought = system.flows[:, :2].sum(axis=1)
    carried = system.added_share[:, None] * system.full_inverse * bought
    assert sum(row["value"] for row in picture.routes.to_pylist()) == pytest.approx(carried[2:].sum())
    own = sum(row["value"] for row in picture.routes.to_pylist() if row["bought_from"] == "DEU")
    assert own == pytest.approx(carried[2:, :2].sum())


def test_figures_and_sentences_of_the_section_are_drawn(home: Home) -> None:
    picture = chains_picture.paint(home.store, resolve("DEU", 2011), 2011)
    section = chain_parts.section(picture, ENGLISH)
    assert section is not None
    assert picture is not None
    assert section["sentences"][0].startswith("At face value ")
    assert "suppliers in Germany" in section["flow"]
    drawing = svg(heat([{**row, "name": row["industry"]} for row in picture.view.origins.to_pylist()], "DEU"), "heat")
    assert drawing.count("China") == 1
    assert "path" in svg(flow(picture.routes.to_pylist(), "DEU", "Germany", most=2), "flow")
    assert list(chain_parts.sheets(picture))[:3] == ["Exposure", "Exposure by origin", "Routes of foreign value"]


def test_the_section_tells_what_is_lost_when_the_main_foreign_supplier_stops(home: Home) -> None:
    picture = chains_picture.paint(home.store, resolve("DEU", 2011), 2011)
    assert picture is not None
    assert picture.shocks is not None
    strict, mild = picture.shocks
    assert strict.scenario.shocks[0]["supplier"] == "CHN.c2"  # 2 + 9 of the toy table, more than 1 + 5
    lost = [
        next(r["lost_output"] for r in view.by_country.to_pylist() if r["country"] == "DEU") for view in (strict, mild)
    ]
    assert lost[0] > lost[1]
    section = chain_parts.section(picture, ENGLISH)
    assert section is not None
    assert section["shock"]["title"] == strict.scenario.title
    assert "if nothing replaces what is cut" in section["shock"]["sentences"][0]
    assert len(section["shock"]["figures"]) == 2
    assert list(chain_parts.sheets(picture))[3:] == ["Shock by industry", "Shock by day"]


def test_drawings_of_a_course_mark_the_cut_first_stops_and_bottlenecks(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shock.toml"
    shock = "[[shock]]\nsupplier = 'CHN'\nbuyer = 'DEU'\ndays = 30\n"
    path.write_text(f"year = 2011\ndays = 90\nstocks = 5\nreplaceable = false\n{shock}", encoding="utf-8")
    lines, heat_map = (svg(spec, words) for spec, words in shock_answer(home, path).figures)
    for drawing in (lines, heat_map):
        assert "cut begins" in drawing
    assert "world" in lines
    assert "short of" in heat_map
    levels = course_heat(
        [
            {
                "name": "A",
                "industry_name": "mill",
                "levels": [1.0, 0.4, 0.4, 1.0],
                "stopped_day": 1,
                "bottleneck_name": None,
            }
        ],
        4,
        (1, 3),
    )
    assert levels["data"]["values"] == [
        {"who": "A: mill", "day": 0, "end": 1, "level": 100},
        {"who": "A: mill", "day": 1, "end": 3, "level": 40},
        {"who": "A: mill", "day": 3, "end": 4, "level": 100},
    ]
    assert "first day below half" in svg(levels, "heat")
    assert home.shock(path).span == (0, 30)


def test_no_section_without_a_table_or_a_place_in_it(home: Home, tmp_path: Path) -> None:
    assert chains_picture.paint(Home(tmp_path).store, resolve("DEU", 2011), 2011) is None
    assert chains_picture.paint(home.store, resolve("VNM", 2011), 2011) is None
    assert chain_parts.section(None, ENGLISH) is None
    assert chain_parts.sheets(None) == {}


def test_the_report_has_the_section_where_a_table_shows_the_country(
    sample_home: Home, folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "home"
    shutil.copytree(sample_home.store.path, place)
    both = Home(place)
    heading = "What its industries lean on through their inputs"
    assert heading not in report.html(both.picture("DEU", 2021, dataset="crude-2021"))
    both.load("wiod2013", chain_files.wiod2013_arrays(tmp_path))
    assert heading in report.html(both.picture("DEU", 2021, dataset="crude-2021"))
    assert heading not in report.html(both.picture("JPN", 2021, dataset="crude-2021"))
