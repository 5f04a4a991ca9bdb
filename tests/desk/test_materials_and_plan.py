"""Materials and plans at the desk: a book is mended and kept, a planner changes the currency, solves and compares."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from desk_browser import chromium, faults, settle, shot, visiting, wider_than_its_window
from desk_office import Office, Visitor
from homeground import materials
from homeground.desk.work.worker import LOOK_S
from homeground.home.materials import process_books
from homeground.home.plans import planning

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
OIL = (
    (EXAMPLES / "materials" / "edible-oil.toml").read_text("utf-8").replace("[book]", '[book]\ncountry = "Tanzania"', 1)
)
PACKAGED = ROOT / "src" / "homeground" / "desk" / "examples" / "plan"


def panel(page: dict[str, object], name: str) -> list[dict[str, object]]:
    panels: list[dict[str, object]] = page["panels"]  # type: ignore[assignment]
    return next(each["rows"] for each in panels if each["name"] == name)  # type: ignore[return-value]


def upload(visitor: Visitor, text: str, name: str = "oil.toml") -> tuple[int, str]:
    answer = visitor.post("/materials", files={"file": (name, text.encode(), "application/toml")})
    return answer.status_code, answer.text


def asked(**more: object) -> dict[str, object]:
    """What the form of the example holds before anything is changed."""
    return {
        "opening": "200", "income": ["340", "350", "360", "370", "380"], "floor": ["100"] * 5, "budget": ["2600"] * 5,
        "targets": ["60", "80"], "must": ["0"], "caps": ["70", "75"], "time_limit": "60", "gap": "0.01",
        "projects": ["oil_mill", "urea_line", "splitter", "kilns", "irrigation"], **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def office(desk_home: Path) -> Iterator[Office]:
    """A desk whose database and record lie in its Home, as books and plans do."""
    made = Office(desk_home)
    yield made
    made.close()


@pytest.fixture(scope="module")
def planned(office: Office) -> Office:
    """The example, solved as it is given and with a third of its income less."""
    analyst = office.as_("analyst")
    assert analyst.post("/plan-example").status_code == 303
    assert analyst.post("/plan/example/solve", asked(name="given")).status_code == 303
    less = asked(name="poorer", income=["240", "245", "250", "260", "270"])
    assert analyst.post("/plan/example/solve", less).status_code == 303
    office.work()
    assert {job.state for job in office.desk.jobs.every()} == {"done"}
    return office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_a_faulty_book_is_refused_with_file_line_and_value_then_mended_and_kept(office: Office) -> None:
    analyst = office.as_("analyst")
    status, said = upload(analyst, OIL.replace("population = 42_000_000", 'population = "many"'))
    assert status == 422
    assert "oil.toml, line" in said
    assert "book.population" in said
    assert "many" in said
    wrong = OIL.replace("population = 42_000_000", "population = -1").replace('unit = "t"', 'unit = "tonz"', 2)
    listed = upload(analyst, wrong)[1]
    assert "2 things are wrong" in listed
    assert "unknown unit" in listed
    assert "population is not positive" in listed
    assert [row["name"] for row in panel(analyst.get("/api/v1/materials").json(), "books")] == ["starter"]
    assert upload(analyst, OIL)[0] == 303
    books = panel(office.as_("viewer").get("/api/v1/materials").json(), "books")
    assert [(row["name"], row["country"]) for row in books] == [("starter", None), ("TZA", "Tanzania")]
    assert upload(analyst, OIL.replace("Cooking oil", "Own cooking oil"))[0] == 303
    assert panel(analyst.get("/api/v1/materials").json(), "books")[1]["title"].startswith("Own cooking oil")  # type: ignore[attr-defined]
    assert upload(analyst, OIL)[0] == 303
    nobodys = OIL.replace('country = "Tanzania"', "")
    assert upload(analyst, nobodys)[1].count("does not say whose it is") == 1
    sent = {"file": ("oil.toml", nobodys.encode(), "application/toml")}
    assert analyst.post("/materials", {"country": "Tanzania"}, files=sent).headers["location"] == "/materials/TZA"
    assert "names no country" not in analyst.get("/materials/TZA").text


def test_findings_have_reasons_money_and_lead_to_the_substitutes_of_their_good(office: Office) -> None:
    viewer = office.as_("viewer")
    upload(office.as_("analyst"), OIL)
    found = panel(viewer.get("/api/v1/materials/TZA").json(), "findings")
    palm = next(row for row in found if row["good"] == "palm_oil" and row["instead"] == "sunflower_oil")
    # 13,997 t of sunflower oil are left over; palm oil costs 683 USD a ton: by hand 9.56 M USD.
    assert palm["net_usd"] == pytest.approx(13_997 * 683, rel=1e-3)
    assert palm["reasons"]
    text = viewer.get("/materials/TZA").text
    assert "/materials/TZA/good/palm_oil" in text
    assert 'href="/country/TZA"' in text
    ways = panel(viewer.get("/api/v1/materials/TZA/good/palm_oil").json(), "ways")
    assert any(row["name"] == "sunflower oil" and row["verdict"] == "fits" for row in ways)
    assert viewer.get("/materials/TZA/good/unobtainium").status_code in (404, 422)
    assert viewer.get("/materials/ATL").status_code == 404


def test_the_starter_book_is_read_with_the_trade_of_a_country(office: Office) -> None:
    viewer = office.as_("viewer")
    assert viewer.get("/materials/starter").status_code == 200
    balances = panel(viewer.get("/api/v1/materials/starter?country=Japan&year=2023").json(), "balances")
    assert any(row["name"] == "cobalt" or row["imports"] for row in balances)
    packed = viewer.get("/materials-workbook")
    assert packed.content.startswith(b"PK")


def test_the_packaged_example_is_the_one_of_the_documentation() -> None:
    for name in ("plan.toml", "book.toml"):
        assert (PACKAGED / name).read_bytes() == (EXAMPLES / "plan" / name).read_bytes()


def test_a_result_has_phases_tables_prices_and_what_a_million_buys(planned: Office) -> None:
    viewer = planned.as_("viewer")
    page = viewer.get("/api/v1/plan/example/result/given").json()
    steps = [str(row["step"]) for row in panel(page, "steps")]
    assert any("begin oil mill" in step for step in steps)
    assert all(row["unmet"] == 0 for row in panel(viewer.get("/api/v1/plan/example").json(), "results")[:1])
    assert {"projects", "currency", "imports", "limits", "shadow_prices", "asked"} <= {
        each["name"] for each in page["panels"]
    }
    text = viewer.get("/plan/example/result/poorer").text
    assert "1 million USD more at the beginning would buy" in text
    assert text.count("<figure") == 2
    assert 'href="/product/100199"' in text
    for form, magic in (("xlsx", b"PK"), ("html", b"<!")):
        assert viewer.get(f"/plan/example/result/given/as/{form}").content.lstrip()[:2] == magic
    assert viewer.get("/plan/example/file").text == (EXAMPLES / "plan" / "plan.toml").read_text("utf-8")


def test_less_currency_costs_needs_and_the_comparison_says_so(planned: Office) -> None:
    viewer = planned.as_("viewer")
    address = "/api/v1/plan-comparison?first=example/given&second=example/poorer"
    rows = {(row["what"], row["name"]): row for row in panel(viewer.get(address).json(), "differences")}
    assert rows["stage", "needs of priority 3, needs"]["difference"] > 0  # type: ignore[operator]
    assert rows["currency", "imports, M USD"]["difference"] < 0  # type: ignore[operator]
    asked = {row["what"]: (row["value"], row["given"]) for row in panel(viewer.get(address).json(), "asked")}
    assert list(asked) == ["income, M USD"]
    assert asked["income, M USD"][0] == "340; 350; 360; 370; 380"
    same = viewer.get("/api/v1/plan-comparison?first=example/given&second=example/given").json()
    assert "asked" not in same["panels"]
    assert {row["difference"] for row in panel(same, "differences")} <= {0.0, None}
    assert viewer.get("/plan-comparison?first=example/given&second=example/none").status_code == 404


def test_limits_that_cannot_be_had_together_are_named_and_can_be_changed(planned: Office) -> None:
    analyst = planned.as_("analyst")
    nothing = asked(name="nothing", opening="0", income=["10"] * 5)
    assert analyst.post("/plan/example/solve", nothing).status_code == 303
    planned.work()
    job = planned.desk.jobs.every()[0]
    assert (job.state, job.to) == ("done", "/plan/example/result/nothing")
    assert "the currency reserve stays at 100 M USD or more" in job.said
    page = analyst.get("/plan/example/result/nothing").text
    assert "<li>the currency reserve stays at 100 M USD or more" in page
    again = analyst.get("/plan/example/change?result=nothing").text
    assert again.count('name="income" value="10"') == 5
    assert analyst.post("/plan/example/result/nothing/remove").status_code == 303
    assert analyst.get("/plan/example/result/nothing").status_code == 404


def test_what_is_wrong_in_the_form_is_said_beside_it_and_nothing_is_lost(planned: Office) -> None:
    analyst = planned.as_("analyst")
    wrong = analyst.post("/plan/example/solve", asked(income=["340", "", "360", "370", "380"], targets=["160", "80"]))
    assert wrong.status_code == 422
    assert "This must be a number." in wrong.text
    assert "This must be 100" in wrong.text
    assert 'name="income" value="360"' in wrong.text
    assert "condensate splitter" in wrong.text
    taken = analyst.post("/plan/example/solve", asked(name="given"))
    assert "a result of this name is here" in taken.text
    short = analyst.post("/plan/example/solve", asked(floor=["100"]))
    assert "do not fit the plan" in short.text


def test_the_prices_of_a_result_go_into_the_home(planned: Office) -> None:
    analyst = planned.as_("analyst")
    assert analyst.post("/plan/example/result/given/keep").status_code == 303
    home = planned.desk.homes
    with home.lent() as lent:
        table = lent.table("plan_prices").to_pyarrow()
    assert table.num_rows > 10
    assert {"currency", "good"} <= set(table["kind"].to_pylist())


def test_a_plan_of_ones_own_is_put_here_with_its_book(office: Office) -> None:
    analyst = office.as_("analyst")
    files = {
        "file": ("oil.toml", (EXAMPLES / "plan" / "cooking-oil.toml").read_bytes(), "application/toml"),
        "book": ("edible.toml", (EXAMPLES / "materials" / "edible-oil.toml").read_bytes(), "application/toml"),
    }
    alone = analyst.post("/plan", {"name": "oil"}, files={"file": files["file"]})
    assert alone.status_code == 422
    assert "give the file of the process book too" in alone.text
    assert analyst.post("/plan", {"name": "oil"}, files=files).status_code == 303
    limits = panel(analyst.get("/api/v1/plan/oil").json(), "asked")
    assert {"what": "share made at home, at least", "of": "cooking oil, 2014"}.items() <= limits[4].items()
    assert analyst.post("/plan", {"name": "oil"}, files=files).status_code == 422
    assert '<a href="/plan/oil">Cooking oil' in analyst.get("/search?q=cooking oil").text


@pytest.mark.parametrize(
    ("words", "name", "kind", "path"),
    [
        ("2031 arvenia", "Arvenia 2027 to 2031", "plan", "/plan/example"),
        ("arvenia poorer", "Arvenia 2027 to 2031, poorer", "result of a plan", "/plan/example/result/poorer"),
        ("example given", "Arvenia 2027 to 2031, given", "result of a plan", "/plan/example/result/given"),
        ("TZA", "Cooking oil, Tanzania 2009", "process book", "/materials/TZA"),
        ("starter", "Starter book of technical coefficients", "process book", "/materials/starter"),
    ],
)
def test_the_search_names_plans_results_and_books_and_leads_to_them(
    planned: Office, words: str, name: str, kind: str, path: str
) -> None:
    upload(planned.as_("analyst"), OIL)
    viewer = planned.as_("viewer")
    found = panel(viewer.get("/api/v1/search", params={"q": words}).json(), "named")
    assert {"name": name, "kind": kind, "path": path} in found
    assert f'<a href="{path}">{name}</a>' in viewer.get("/search", params={"q": words}).text
    suggested = viewer.get("/api/v1/search/suggest", params={"q": words}).json()["values"]["found"]
    assert {"words": name, "kind": kind, "path": path} in suggested
    assert viewer.get(path).status_code == 200


def test_a_plan_that_cannot_be_read_is_found_by_its_name_and_hides_no_other(planned: Office) -> None:
    broken = Path(planned.settings.home) / planning.FOLDER / "broken-example"
    broken.mkdir()
    (broken / "plan.toml").write_text("no plan", "utf-8")
    try:
        found = panel(planned.as_("viewer").get("/api/v1/search?q=example").json(), "named")
        assert {"/plan/broken-example", "/plan/example"} <= {each["path"] for each in found}
    finally:
        shutil.rmtree(broken)


def test_a_plan_rests_on_the_process_book_that_is_kept_here(office: Office) -> None:
    analyst = office.as_("analyst")
    upload(analyst, OIL)
    file = {"file": ("oil.toml", (EXAMPLES / "plan" / "cooking-oil.toml").read_bytes(), "application/toml")}
    assert 'option value="TZA"' in analyst.get("/plan").text
    assert analyst.post("/plan", {"name": "kept-oil", "own": "TZA"}, files=file).status_code == 303
    home = Path(office.settings.home)
    kept = materials.read(home / planning.FOLDER / "kept-oil" / "book.toml")
    with office.desk.homes.lent() as lent:
        loaded = process_books.kept_for(lent.store, "TZA")
    assert (kept.goods, kept.processes, kept.groups, kept.needs) == (
        loaded.goods, loaded.processes, loaded.groups, loaded.needs
    )  # fmt: skip


def test_a_cancelled_plan_ends_its_solver_too(planned: Office) -> None:
    jobs = planned.desk.jobs
    own = planning.opened(planned.settings.home, "example").own
    wanted = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(own).items()}
    arguments = {"plan": "example", "name": "never", "wishes": wanted, "time_limit": 60, "gap": 1e-4}
    identity = jobs.start("plan", "never", arguments, by="analyst")
    jobs.move(identity, ("waiting",), state="running")
    planned.settings.hand_over()
    process = subprocess.Popen([sys.executable, "-m", "homeground.desk", "job", identity])
    solver = child_of(process.pid)
    assert ended(process) != 0
    assert gone(solver)
    assert not list((Path(planned.settings.home) / planning.FOLDER / "example" / "results").glob("*never*"))


def child_of(parent: int) -> int:
    """The first child of a process, once it has one."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.02)
    raise AssertionError("the job never began to solve")


def ended(process: subprocess.Popen[bytes]) -> int:
    """End a job's process as its supervisor does, which asks again until it is over; return its code."""
    until = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < until:
        process.terminate()
        time.sleep(LOOK_S)
    return process.wait(0)


def gone(process: int) -> bool:
    until = time.monotonic() + 10
    while Path(f"/proc/{process}").exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_without_plans_and_books_the_pages_say_what_to_do(empty_office: Office) -> None:
    viewer = empty_office.as_("viewer")
    assert "open the example of a made-up country" in viewer.get("/plan").text
    assert "No book of your own is kept yet" in viewer.get("/materials").text
    assert "No plan has been solved yet" in viewer.get("/plan-comparison").text
    assert "Put it here" not in viewer.get("/plan").text


@pytest.mark.browser
def test_a_planner_opens_the_example_changes_the_currency_solves_and_compares(
    planned: Office, browser: Browser, tmp_path: Path
) -> None:
    with visiting(browser, planned.base, "analyst") as page:
        page.locator("nav.menu").get_by_role("link", name="Plan", exact=True).click()
        page.get_by_role("link", name="Arvenia 2027 to 2031").click()
        page.get_by_role("link", name="Change the limits and solve").click()
        page.get_by_label("Name of the result").fill("richer")
        income = page.get_by_role("group", name="Currency from elsewhere")
        for year in ("2027", "2028", "2029"):
            income.get_by_label(year).fill("500")
        assert faults(page) == []
        shot(page, tmp_path, "change")
        page.get_by_role("button", name="Solve").click()
        expect(page.locator("#job")).to_contain_text("waiting")
        planned.work()
        page.reload()
        page.get_by_role("link", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Arvenia 2027 to 2031, richer")
        settle(page)
        shot(page, tmp_path, "richer")
        page.get_by_role("link", name="Compare with another").click()
        page.get_by_label("The other").select_option("example/given")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#differences")).to_contain_text("imports, M USD")
        settle(page)
        shot(page, tmp_path, "compared")
        assert faults(page) == []


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "device"), [("light", "desktop"), ("dark", "phone")])
def test_pages_on_materials_and_plans_are_without_fault_to_axe_and_fit_their_window(
    planned: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    upload(planned.as_("analyst"), OIL)
    paths = ("/materials", "/materials/TZA", "/materials/TZA/good/palm_oil", "/plan", "/plan/example",
             "/plan/example/change", "/plan/example/result/poorer")  # fmt: skip
    with visiting(browser, planned.base, "analyst", scheme=scheme, device=device) as page:
        for path in paths:
            page.goto(path)
            settle(page)
            assert faults(page) == [], path
            assert not wider_than_its_window(page), path
            shot(page, tmp_path, path.strip("/").replace("/", "-"))
