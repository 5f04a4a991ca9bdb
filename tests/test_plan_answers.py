"""Plans from files, as a planner asks for them: steps, page, workbook, JSON, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from homeground.brief.plans.plan_shown import shown
from homeground.brief.plans.plan_tables import notes
from homeground.errors import BadInput, Infeasible
from homeground.home import Home
from homeground.home.plans.planner import PlanView

EXAMPLE = Path(__file__).parents[1] / "examples" / "plan" / "plan.toml"


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> PlanView:
    return Home(tmp_path_factory.mktemp("plan") / "none").plan(EXAMPLE)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-c", "from homeground.cli import main; main()", "plan", *map(str, arguments)]
    return subprocess.run(run, capture_output=True, text=True, check=False)


def test_the_example_says_that_it_is_synthetic_and_is_planned_to_the_end(view: PlanView) -> None:
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["plan"]["synthetic"]
    assert any(note.startswith("SYNTHETIC") for note in view.plan.notes)
    assert view.plan.status == "optimal"
    assert [phase.year for phase in view.plan.phases] == [2027, 2028, 2029, 2030, 2031]
    assert view.plan.unmet.num_rows == 0


def test_the_example_grows_into_what_it_builds(view: PlanView) -> None:
    words = [step for phase in view.plan.phases for step in phase.words]
    assert any(step.startswith("begin drying kilns") for step in words)
    assert any("drying kilns available, which frees" in step for step in words)
    by_year = {row["year"]: row for row in view.plan.currency.to_pylist()}
    assert by_year[2031]["imports"] < by_year[2027]["imports"]
    assert all(row["reserve"] >= row["floor"] - 1e-6 for row in by_year.values())


def test_no_limit_of_the_example_is_worth_less_than_nothing(view: PlanView) -> None:
    assert view.limits is not None
    costs = {row["limit"]: row["cost_m"] for row in view.limits.to_pylist()}
    assert all(cost >= 0 for cost in costs.values())
    assert costs["the reserve floor"] > 0
    assert view.more.startswith("1 million USD more")


def test_the_page_needs_no_network_and_shows_both_charts(view: PlanView, tmp_path: Path) -> None:
    from homeground.brief.plans import plan_page

    plan_page.write(view, tmp_path / "plan.html")
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 2
    assert "SYNTHETIC" in text
    assert "<script" not in text
    assert 'src="http' not in text
    assert "oil_mill" not in text
    assert "M of home money" in text


def test_a_quantity_stands_beside_its_unit_and_a_price_in_figures_that_count(view: PlanView) -> None:
    bought = shown(view)["imports"]
    named = {column.name: column for column in bought.columns}
    assert [*named][-5:-1] == ["unit", "quantity", "price_usd", "usd_m"]
    units = {row["good"]: row["unit"] for name in ("imports", "exports") for row in shown(view)[name].table.to_pylist()}
    assert (units["wheat"], units["birch logs"]) == ("t", "m3")
    assert [named["price_usd"].text(price) for price in (1080.0, 12.0, 0.01234)] == ["1,080", "12", "0.0123"]
    barely = replace(view, plan=replace(view.plan, gap=1e-9))
    assert any(note.endswith("Proved best.") for note in notes(barely))


def test_the_workbook_holds_every_table(view: PlanView, tmp_path: Path) -> None:
    from homeground.brief.plans import plan_page

    plan_page.write(view, tmp_path / "plan.xlsx")
    book = load_workbook(tmp_path / "plan.xlsx")
    assert {"Steps", "Projects", "Currency", "Imports", "Balance", "Shadow prices", "Limits", "About"} <= set(
        book.sheetnames
    )
    assert book["Currency"].max_row == 6


def test_years_carry_no_thousands_mark_where_plans_are_compared(view: PlanView, tmp_path: Path) -> None:
    from homeground.brief.export import write_file
    from homeground.brief.page import answer_page
    from homeground.brief.plans.plan_compare_tables import compare_answer

    text = EXAMPLE.read_text(encoding="utf-8").replace("opening_usd = 200e6", "opening_usd = 90e6")
    (tmp_path / "book.toml").write_bytes(EXAMPLE.with_name("book.toml").read_bytes())
    (tmp_path / "poor.toml").write_text(text, encoding="utf-8")
    answer = compare_answer(view, Home(tmp_path / "none").plan(tmp_path / "poor.toml", explain=False))
    begun = [row for row in answer.table.to_pylist() if row["what"] == "project begins"]
    assert begun
    for row in begun:
        texts = [column.text_of(row) for column in answer.columns if column.is_number]
        assert all(text == "–" or text.lstrip("-").isdigit() for text in texts)
    page = answer_page(answer)
    assert all(f">{row[side]:.0f}<" in page for row in begun for side in ("first", "second") if row[side])
    write_file(answer, tmp_path / "beside.xlsx")
    lines = list(load_workbook(tmp_path / "beside.xlsx")["Answer"].iter_rows())
    written = {cell.number_format for line in lines if line[0].value == "project begins" for cell in line[2:5]}
    assert written <= {"0", "General"}
    assert "0" in written


def test_the_command_gives_the_same_plan_as_json(view: PlanView, tmp_path: Path) -> None:
    done = command(EXAMPLE, "--json", "--no-explain", "--home", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    document = json.loads(done.stdout)
    assert [row["project"] for row in document["about"]["projects"]] == view.plan.projects["project"].to_pylist()
    assert document["about"]["status"] == "optimal"


def test_asking_for_too_much_ends_with_code_5_and_the_limits_in_words(tmp_path: Path) -> None:
    book = (EXAMPLE.parent / "book.toml").read_text(encoding="utf-8")
    (tmp_path / "book.toml").write_text(book, encoding="utf-8")
    wish = EXAMPLE.read_text(encoding="utf-8").replace("must = 0.9", "must = 1.0")
    wish = wish.replace("opening_usd = 200e6", "opening_usd = 40e6").replace("= [340e6,", "= [70e6,")
    (tmp_path / "wish.toml").write_text(wish, encoding="utf-8")
    done = command(tmp_path / "wish.toml", "--home", tmp_path)
    assert done.returncode == Infeasible.exit_code == 5
    shown = (EXAMPLE.parents[2] / "docs" / "how-to" / "plan-step-by-step.md").read_text(encoding="utf-8")
    assert " ".join(done.stderr.split()) in " ".join(shown.split())
    assert "Traceback" not in done.stderr


def test_a_file_that_is_absent_or_broken_ends_with_code_3(tmp_path: Path) -> None:
    assert command(tmp_path / "none.toml").returncode == BadInput.exit_code
    (tmp_path / "broken.toml").write_text("[plan\n", encoding="utf-8")
    done = command(tmp_path / "broken.toml")
    assert done.returncode == 3
    assert "not valid TOML" in done.stderr


def test_a_solver_that_falls_silent_is_reported_not_waited_for(view: PlanView, monkeypatch: pytest.MonkeyPatch) -> None:
    from homeground.home.plans import planner

    monkeypatch.setattr(planner, "GRACE", 0.0)
    with pytest.raises(BadInput, match=r"did not come to an end.*ended after 0 s"):
        planner.solve_apart(
            view.model, {"time_limit": 0.01, "gap": 0.0}, explain=False, progress=lambda step, done: None
        )
