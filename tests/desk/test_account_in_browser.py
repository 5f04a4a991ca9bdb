"""In a real Chromium: a password is read while it is typed, and its strength told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from desk_browser import chromium, faults, shot, visiting, wider_than_its_window
from desk_office import PASSWORD, Office

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


def test_an_administrator_sets_up_a_second_factor_and_signs_in_with_it(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path / "home", second_factor="required")
    try:
        with visiting(browser, office.base, "") as page:
            page.goto("/sign-in")
            page.get_by_label("Login").fill("admin")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
            shot(page, tmp_path, "to-set-up")
            assert faults(page) == []
            authenticator = pyotp.TOTP(page.locator(".factor code").inner_text().replace(" ", ""))
            page.get_by_label("Code").fill(authenticator.now())
            page.get_by_role("button", name="Set it up").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
            shot(page, tmp_path, "codes")
            code = page.locator(".secret code").inner_text().split()[0]
        with visiting(browser, office.base, "", device="phone", scheme="dark") as page:
            page.goto("/sign-in?to=/people")
            page.get_by_label("Login").fill("admin")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
            assert faults(page) == []
            shot(page, tmp_path, "code")
            page.get_by_label("Code").fill(code)
            page.get_by_role("button", name="Sign in", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("People")
            monkeypatch.setattr("homeground.desk.people.proof.FRESH_S", -1.0)
            page.goto("/people/viewer")
            assert faults(page) == []
            assert not wider_than_its_window(page)
            shot(page, tmp_path, "person")
    finally:
        office.close()
