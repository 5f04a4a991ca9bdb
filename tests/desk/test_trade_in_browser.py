"""In a real Chromium: a clerk mends a workbook by what the desk says, an analyst plays a shock, a negotiator reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from desk_browser import DEVICES, chromium, faults, settle, shot, sign_in, visiting, wider_than_its_window
from desk_office import Office
from ground_figures import workbook

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def without_fault(page: Page, folder: Path, name: str) -> None:
    settle(page)
    assert faults(page) == [], name
    assert not wider_than_its_window(page), name
    shot(page, folder, name)


@pytest.mark.parametrize(("scheme", "device"), [("light", "desktop"), ("dark", "phone")])
def test_a_clerk_brings_a_bad_workbook_mends_it_and_sees_the_balance(
    empty_office: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    path = workbook(
        tmp_path / "ground.xlsx",
        Production=[("Wheat", 2024, "1,250.5", "kt", "product weight", "survey")],
        Imports=[("Wheat", 2024, 2000, "kilotons", "product weight", None)],
        Exports=[("Wheat", 2024, 50.5, "kt", "product weight", None)],
    )
    context = browser.new_context(
        base_url=empty_office.base,
        viewport=DEVICES[device],
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    sign_in(page, "analyst")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Own ground").click()
    page.get_by_label("Workbook").set_input_files(path)
    page.get_by_role("button", name="Check and load").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ground.xlsx: cells to mend")
    refused = page.locator("#faults tbody tr")
    expect(refused).to_have_count(2)
    expect(refused.nth(0)).to_contain_text("C2")
    expect(refused.nth(1)).to_contain_text("Wheat | 2024 | 2000 | kilotons | product weight")
    without_fault(page, tmp_path, "refused")
    book = openpyxl.load_workbook(path)
    book["Production"]["C2"], book["Imports"]["D2"] = 1250.5, "kt"
    book.save(path)
    page.get_by_label("Workbook").set_input_files(path)
    page.get_by_role("button", name="Check and load").click()
    page.wait_for_url("**/jobs/*")
    empty_office.work()
    page.reload()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kenya")
    expect(page.locator("#balance tbody tr").first).to_contain_text("Wheat")
    expect(page.locator("#balance tbody tr").first).to_contain_text("39.08")
    without_fault(page, tmp_path, "balance")
    context.close()


def set_up(page: Page) -> None:
    page.goto("/chains/shock")
    page.get_by_label("Who stops delivering", exact=True).select_option("China")
    page.get_by_label("Its industry", exact=True).select_option("c2")
    page.get_by_label("Days to look at", exact=True).fill("60")
    page.get_by_label("Days of inputs in stock", exact=True).fill("5")


def run(page: Page, chains: Office) -> None:
    page.get_by_role("button", name="Run the days").click()
    page.wait_for_url("**/jobs/*")
    chains.work()
    page.reload()
    page.get_by_role("link", name="Go on").click()


@pytest.mark.parametrize(("scheme", "device"), [("light", "desktop"), ("dark", "phone")])
def test_a_shock_is_set_up_run_and_played_with_the_keyboard(
    chains: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    with visiting(browser, chains.base, "analyst", scheme=scheme, device=device) as page:
        set_up(page)
        without_fault(page, tmp_path, "scenario")
        run(page, chains)
        slider = page.get_by_role("slider")
        slider.focus()
        slider.press("Home")
        expect(page.locator("#player-of-day strong")).to_contain_text("On day 0 the world makes 100.0 % of normal")
        slider.press("ArrowRight")
        expect(page.locator("#player-number")).to_have_text("1")
        without_fault(page, tmp_path, "days")
        slider.press("End")
        slider.press("ArrowLeft")
        expect(page.locator("#player-number")).to_have_text("58")
        page.get_by_role("link", name="Play").click()
        expect(page.locator("#player-number")).to_have_text("59")
        expect(page.get_by_role("link", name="Play")).to_be_visible()


def test_without_script_a_day_is_shown_by_its_button(chains: Office, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=chains.base)
    page = context.new_page()
    sign_in(page, "analyst")
    set_up(page)
    run(page, chains)
    page.goto(f"{page.url.partition('?')[0]}?day=0")
    page.get_by_role("slider").press("PageUp")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#player-number")).not_to_have_text("0")
    context.close()


@pytest.mark.parametrize(("scheme", "device"), [("light", "desktop"), ("dark", "phone")])
def test_pages_on_trade_are_without_fault_to_axe_and_fit_their_window(
    office: Office, chains: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    shown = {
        office: ("/partner", "/partner/JPN/AUS?year=2023", "/partner/JPN/AUS/brief?year=2023", "/ground",
                 "/country/JPN/dependence?year=2023&method=geodep", "/country/JPN/trend?product=270900",
                 "/country/JPN/terms", "/country/JPN/capability?year=2023", "/ground/balance/JPN",
                 "/product/270900/prices?year=2021&importer=Japan&price=520&quantity=1000000"),
        chains: ("/chains", "/chains/exposure/DEU", "/chains/exposure/DEU?industry=c2", "/chains/extraction"),
    }  # fmt: skip
    for at, paths in shown.items():
        with visiting(browser, at.base, "analyst", scheme=scheme, device=device) as page:
            for path in paths:
                page.goto(path)
                without_fault(page, tmp_path, path.partition("?")[0].strip("/").replace("/", "-"))
