"""In a real Chromium: sign in, find a country, go on to a product; nothing from elsewhere, no fault that axe knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from desk_browser import chromium, faults, settle, shot, sign_in, visiting, wider_than_its_window
from desk_office import Office

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_somebody_finds_a_country_and_goes_on_to_a_product(office: Office, browser: Browser) -> None:
    with visiting(browser, office.base, "viewer") as page:
        page.get_by_role("searchbox").press_sequentially("jap")
        page.locator("#suggestions").get_by_role("link", name="Japan").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Japan")
        page.locator("form.inline").get_by_label("Year").select_option("2023")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Japan, 2023")
        settle(page)
        page.locator("#products").get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("270900")
        with page.expect_download() as fetched:
            page.locator("#exporters").get_by_role("link", name="CSV").click()
        assert fetched.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_pages_are_without_fault_to_axe_and_fit_their_window(
    office: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    with visiting(browser, office.base, "analyst", scheme=scheme, device=device) as page:
        for path in ("/", "/country/JPN?year=2023", "/product/270900?year=2021", "/data", "/account"):
            page.goto(path)
            settle(page)
            assert faults(page) == [], path
            assert not wider_than_its_window(page), path
            shot(page, tmp_path, path.strip("/").replace("/", "-").partition("?")[0] or "start")
    with visiting(browser, office.base, "", scheme=scheme, device=device) as page:
        page.goto("/sign-in")
        assert faults(page) == []


def test_a_figure_tells_its_numbers_where_the_pointer_is(office: Office, browser: Browser) -> None:
    with visiting(browser, office.base, "viewer") as page:
        page.goto("/product/270900?year=2021")
        settle(page)
        page.locator("figure").first.locator("path[aria-roledescription=bar], .mark-rect path").first.hover()
        expect(page.locator("#vg-tooltip-element")).to_contain_text("Saudi Arabia")


def test_the_keyboard_alone_leads_to_the_content_and_through_the_search(office: Office, browser: Browser) -> None:
    with visiting(browser, office.base, "viewer") as page:
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("To the content")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.get_by_role("searchbox").focus()
        page.keyboard.type("cobalt")
        page.wait_for_selector("#suggestions a")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(r"Cobalt")


def test_without_script_pages_and_search_work(office: Office, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=office.base)
    page = context.new_page()
    sign_in(page, "viewer")
    page.get_by_role("searchbox").fill("japan")
    page.keyboard.press("Enter")
    page.locator("#places").get_by_role("link", name="Japan").click()
    expect(page.locator("figure svg").first).to_be_visible()
    context.close()


def test_colours_and_language_are_switched_and_stay(office: Office, browser: Browser) -> None:
    with visiting(browser, office.base, "officer") as page:
        page.locator("details.me summary").click()
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 30)"
        page.locator("details.me summary").click()
        page.get_by_role("button", name="Français").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_from_the_right_the_page_is_a_mirror(office: Office, browser: Browser) -> None:
    with visiting(browser, office.base, "viewer") as page:
        page.goto("/product/270900?year=2021")
        page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
        brand, menu = page.locator(".brand").bounding_box(), page.locator(".me").bounding_box()
        assert brand is not None
        assert menu is not None
        assert brand["x"] > menu["x"]
        assert not wider_than_its_window(page)
