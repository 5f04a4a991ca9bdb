"""Chains and own ground at the desk: a shock is run and played; a workbook is refused by cell, mended, and loaded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desk_office import Office
from ground_figures import workbook
from homeground.home import Home
from homeground.home.chains import scenarios

WHEAT = ("Wheat", 2024, 1250.5, "kt", "product weight", "survey")
SHOCK = {
    "year": "2011", "supplier": "CHN", "industry": "c2", "buyer": "abroad", "share": "100", "start": "5",
    "cut_days": "20", "days": "40", "stocks": "6", "critical": "all", "replaceable": "true",
}  # fmt: skip


@pytest.fixture(scope="module")
def course(chains: Office) -> str:
    """The identity of a shock that was run."""
    begun = chains.as_("analyst").post("/chains/shock", SHOCK)
    assert begun.status_code == 303, begun.text
    chains.work()
    job = chains.desk.jobs.every()[0]
    assert (job.state, job.error) == ("done", "")
    return job.id


def rows(page: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next(each["rows"] for each in page["panels"] if each["name"] == name)


def test_shares_by_origin_add_up_to_the_value_of_output(chains: Office) -> None:
    page = chains.as_("viewer").get("/api/v1/chains/exposure/DEU").json()
    assert sum(row["look_through"] for row in rows(page, "origins")) == pytest.approx(1.0)
    assert [row["main_origin_name"] for row in rows(page, "industries")] == ["China", "China"]
    one = chains.as_("viewer").get("/api/v1/chains/exposure/DEU?industry=c2").json()
    chain_shares = [row["of_origin"] for row in rows(one, "paths")]
    assert chain_shares == sorted(chain_shares, reverse=True)
    assert 0 < sum(chain_shares) <= 1 + 1e-9
    assert rows(one, "paths")[0]["chain"].endswith("DEU Mining")


def test_one_country_is_taken_out_or_each_by_itself(chains: Office) -> None:
    viewer = chains.as_("viewer")
    one = viewer.get("/api/v1/chains/extraction?what=CHN").json()
    each = viewer.get("/api/v1/chains/extraction").json()
    lost = sum(row["lost_output"] for row in rows(one, "losses"))
    alone = next(row for row in rows(each, "losses") if row["country"] == "CHN")
    assert lost == pytest.approx(alone["lost_output"])
    assert viewer.get("/chains/extraction?what=CHN&buyer=DEU").status_code == 422


def test_a_shock_at_the_desk_is_the_homes_own(chains: Office, course: str) -> None:
    path = chains.desk.jobs.folder(course) / "scenario.toml"
    told = scenarios.read(path)
    assert told.shocks == ({"supplier": "CHN.c2", "buyer": "abroad", "share": 1.0, "start": 5, "days": 20},)
    assert (told.days, told.stocks, told.replaceable) == (40, 6.0, True)
    view = Home(chains.settings.home).shock(path)
    page = chains.as_("analyst").get(f"/api/v1/chains/shock/{course}").json()
    assert [row["world"] for row in rows(page, "days")] == pytest.approx(view.path["world"].to_pylist())
    level = view.course.level
    pairs = list(view.course.economy.axis.pairs)
    for row in rows(page, "levels"):
        assert row["level"] == pytest.approx(level[row["day"], pairs.index((row["country"], row["industry"]))])


def test_a_day_is_shown_with_those_who_make_least_first(chains: Office, course: str) -> None:
    analyst = chains.as_("analyst")
    page = analyst.get(f"/api/v1/chains/shock/{course}").json()
    world = [row["world"] for row in rows(page, "days")]
    worst = world.index(min(world))
    assert f'<span id="player-number">{worst}</span>' in analyst.get(f"/chains/shock/{course}").text
    assert '<span id="player-number">7</span>' in analyst.get(f"/chains/shock/{course}?day=7").text
    last = analyst.get(f"/chains/shock/{course}?day=1400&play=true").text
    assert '<span id="player-number">39</span>' in last
    assert "load delay" not in last
    assert "load delay" in analyst.get(f"/chains/shock/{course}?day=3&play=true").text


def test_production_itself_stops_where_no_buyer_is_named(chains: Office) -> None:
    begun = chains.as_("officer").post("/chains/shock", {**SHOCK, "buyer": "nobody", "share": "50"})
    chains.work()
    identity = begun.headers["location"].rpartition("/")[2]
    told = scenarios.read(chains.desk.jobs.folder(identity) / "scenario.toml")
    assert told.shocks[0] == {"supplier": "CHN.c2", "share": 0.5, "start": 5, "days": 20}


def test_several_cuts_make_one_scenario_and_what_a_further_one_leaves_open_is_as_in_the_first(chains: Office) -> None:
    form = chains.as_("analyst").get("/chains/shock").text
    assert form.count("<details>") == 3  # further cuts are unfolded without a script
    more = {"supplier_2": "DEU", "share_2": "40", "start_3": "9"}
    begun = chains.as_("analyst").post("/chains/shock", {**SHOCK, **more})
    assert begun.status_code == 303, begun.text
    chains.work()
    identity = begun.headers["location"].rpartition("/")[2]
    assert chains.desk.jobs.find(identity).error == ""
    told = scenarios.read(chains.desk.jobs.folder(identity) / "scenario.toml")
    assert told.shocks == (
        {"supplier": "CHN.c2", "buyer": "abroad", "share": 1.0, "start": 5, "days": 20},
        {"supplier": "DEU", "buyer": "abroad", "share": 0.4, "start": 5, "days": 20},
    )
    assert "and 1 more cut" in chains.as_("analyst").get(f"/chains/shock/{identity}").text


@pytest.mark.parametrize(("sweep", "varied"), [("countries", "supplier"), ("industries", "industry")])
def test_many_cuts_in_turn_are_ranked_by_what_each_costs_the_others(chains: Office, sweep: str, varied: str) -> None:
    analyst = chains.as_("analyst")
    begun = analyst.post("/chains/shock", {**SHOCK, "sweep": sweep})
    chains.work()
    identity = begun.headers["location"].rpartition("/")[2]
    job = chains.desk.jobs.find(identity)
    assert (job.error, job.to) == ("", f"/chains/sweep/{identity}")
    found = rows(analyst.get(f"/api/v1{job.to}").json(), "cuts")
    assert len({row[varied] for row in found}) == len(found) > 1
    assert found == sorted(found, key=lambda row: -row["lost_elsewhere"])
    path = chains.desk.jobs.folder(identity) / "scenario.toml"
    own = Home(chains.settings.home).shock_each(path, industries=sweep == "industries").table.to_pylist()
    assert [row["lost_output"] for row in found] == pytest.approx([row["lost_output"] for row in own])
    page = analyst.get(job.to).text
    assert "<figure" in page
    assert analyst.get(f"{job.to}?format=csv&panel=cuts").text.count("\n") >= len(found)
    assert chains.as_("officer").get(job.to).status_code == 404


def test_a_sweep_starts_from_one_cut(chains: Office) -> None:
    more = {"sweep": "countries", "supplier_2": "DEU"}
    refused = chains.as_("analyst").post("/chains/shock", {**SHOCK, **more})
    assert refused.status_code == 422
    assert "many cuts in turn start from one" in refused.text


def test_the_course_of_somebody_else_is_not_shown(chains: Office, course: str) -> None:
    assert chains.as_("officer").get(f"/chains/shock/{course}").status_code == 404
    assert chains.as_("viewer").get(f"/chains/shock/{course}").status_code == 403


def test_a_scenario_that_the_table_cannot_hold_says_why(chains: Office) -> None:
    analyst = chains.as_("analyst")
    assert "This must be 100.0 or less" in analyst.post("/chains/shock", {**SHOCK, "share": "120"}).text
    analyst.post("/chains/shock", {**SHOCK, "supplier": "VNM"})
    chains.work()
    job = chains.desk.jobs.every()[0]
    assert job.state == "failed"
    assert "Viet Nam" in job.error


def bring(office: Office, path: Path, **more: str) -> Any:
    sent = {"file": (path.name, path.read_bytes(), "application/octet-stream")}
    return office.as_("analyst").post("/ground", more, files=sent)


def test_the_template_is_the_one_that_the_ministry_fills_in(empty_office: Office) -> None:
    viewer = empty_office.as_("viewer")
    book = openpyxl.load_workbook(io.BytesIO(viewer.get("/ground/template?country=Kenya").content))
    assert book["Read me"]["B3"].value == "KEN"
    assert "Whose figures" in viewer.get("/ground/template").text


def test_every_refused_cell_stands_beside_its_row_and_nothing_is_loaded(empty_office: Office, tmp_path: Path) -> None:
    bad = workbook(
        tmp_path / "ground.xlsx",
        Production=[WHEAT, ("Maize", 2024, "1,2", "tonz", "product weight", None)],
        Stocks=[("Wheat", "2024", 310, "kt", "product weight", "mills <b>")],
    )
    refused = bring(empty_office, bad)
    assert refused.status_code == 422
    assert "3 cells are refused" in refused.text
    for text in ("C3", "D3", "Maize | 2024 | 1,2 | tonz | product weight", "mills &lt;b&gt;", "one of kg, t"):
        assert text in refused.text, text
    assert empty_office.desk.jobs.every() == []
    assert not (Path(empty_office.settings.home) / "catalog.json").exists()
    assert list((Path(empty_office.settings.home) / ".desk" / "uploads").iterdir()) == []


def test_a_mended_workbook_goes_through_and_gives_the_balance(empty_office: Office, tmp_path: Path) -> None:
    good = workbook(
        tmp_path / "ground.xlsx",
        Production=[WHEAT],
        Imports=[("Wheat", 2024, 2000, "kt", "product weight", None)],
        Exports=[("Wheat", 2024, 50.5, "kt", "product weight", None)],
        Population=[(2024, 52_400_000, "census")],
    )
    begun = bring(empty_office, good)
    assert begun.status_code == 303, begun.text
    empty_office.work()
    job = empty_office.desk.jobs.every()[0]
    assert (job.state, job.error, job.to) == ("done", "", "/ground/balance/KEN?production=ministry-ken")
    page = empty_office.as_("viewer").get(f"/api/v1{job.to}").json()
    (wheat,) = rows(page, "balance")
    assert wheat["self_sufficiency_pct"] == pytest.approx(100 * 1250.5 / 3200.0)
    assert {row["element"]: row["place"] for row in rows(page, "figures")}["production"] == "Production!C2"
    assert (
        Home(empty_office.settings.home).catalog.dataset("ministry-ken").citation == "Ministry of Ground, ground.xlsx"
    )
    entry = empty_office.desk.ledger.entry(len(empty_office.desk.ledger))
    assert (entry.kind, entry.payload["act"], entry.payload["about"]) == ("act", "ground.upload", "ground.xlsx")
    assert not list((Path(empty_office.settings.home) / ".desk" / "loads").rglob("*.xlsx"))


def test_a_file_that_is_no_workbook_is_refused_beside_the_field(empty_office: Office, tmp_path: Path) -> None:
    (tmp_path / "ground.xlsx").write_bytes(b"Commodity;Year\n")
    assert "its content is something else" in bring(empty_office, tmp_path / "ground.xlsx").text
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    assert "damaged" in bring(empty_office, tmp_path / "cut.xlsx").text
