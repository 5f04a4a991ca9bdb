"""In a real Chromium: a planner opens the example, solves it, asks again with less currency, and compares the two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk_browser import chromium, faults, settle, shot, visiting, wider_than_its_window
from desk_office import Office

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def look(page: Page, folder: Path, name: str) -> None:
    settle(page)
    assert faults(page) == [], name
    assert not wider_than_its_window(page), name
    shot(page, folder, name)


def solve(page: Page, office: Office, name: str, part: float = 1.0) -> None:
    """Change the limits: give the result a name, and take a part of the income; solve, and go to what it came to."""
    page.get_by_role("link", name="Change the limits and solve").click()
    page.get_by_label("Name of the result").fill(name)
    for year in page.locator("input[name=income]").all():
        year.fill(f"{float(year.input_value()) * part:g}")
    page.get_by_role("button", name="Solve").click()
    page.wait_for_url("**/jobs/*")
    office.work()
    page.get_by_role("link", name="Go on").click()


@pytest.mark.parametrize(("scheme", "device"), [("light", "desktop"), ("dark", "phone")])
def test_a_planner_solves_the_example_changes_it_and_compares(
    empty_office: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    with visiting(browser, empty_office.base, "analyst", scheme=scheme, device=device) as page:
        page.goto("/plan")
        page.get_by_role("button", name="Open the example").click()
        look(page, tmp_path, "example")
        solve(page, empty_office, "given")
        look(page, tmp_path, "given")
        page.locator(".trail").get_by_role("link", name="example").click()
        solve(page, empty_office, "poorer", 2 / 3)
        page.locator(".trail").get_by_role("link", name="example").click()
        page.get_by_role("link", name="Compare two results").click()
        expect(page.locator("main table").first.locator("tbody tr", has_text="unmet").first).to_be_visible()
        look(page, tmp_path, "compared")
