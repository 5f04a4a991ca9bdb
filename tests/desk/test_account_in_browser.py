"""In a real Chromium: a password is read while it is typed, and its strength told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from desk_browser import chromium, faults, shot, visiting, wider_than_its_window
from desk_office import Office

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_a_password_is_read_and_measured_while_it_is_typed(
    empty_office: Office, browser: Browser, tmp_path: Path
) -> None:
    link = empty_office.desk.accounts.link("password", empty_office.desk.accounts.find("viewer"))
    with visiting(browser, empty_office.base, "") as page:
        page.goto(f"/link/{link}")
        typed = page.get_by_label("Password", exact=True)
        typed.press_sequentially("P@ssw0rd2024!")
        expect(page.locator(".strength")).to_have_text("Too easy to guess.")
        page.get_by_role("button", name="Show Password", exact=True).click()
        expect(typed).to_have_attribute("type", "text")
        shot(page, tmp_path, "typing")
        assert faults(page) == []
        assert not wider_than_its_window(page)
        typed.fill("four blue boats at sea")
        expect(page.locator(".strength")).to_have_text("Strong.")
        page.get_by_label("Password once more", exact=True).fill("four blue boats at sea")
        page.get_by_role("button", name="Choose this password").click()
        page.wait_for_selector("nav.menu")
