"""A language written from the right: the page turns round, nothing runs over its edge, no style says left or right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk_browser import chromium, shot, wider_than_its_window
from desk_office import PASSWORD, Office
from homeground.desk.language import Catalogue, Language, languages
from homeground.desk.showing import assets

PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)|(?:text-align|float|clear):\s*(?:left|right)|(?<![\w-])(?:left|right):"
)


SIGNS = """() => [...document.querySelectorAll("td.n")].flatMap(cell => {
  const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
  const at = (node, place) => { const range = document.createRange();
    range.setStart(node, place); range.setEnd(node, place + 1); return range.getBoundingClientRect().left; };
  for (let node; (node = walk.nextNode());) {
    const sign = node.data.search(/[-+\u2212<\u2264\u2265]\\s?\\d/);
    if (sign >= 0) found.push([node.data, at(node, sign) < at(node, sign + node.data.slice(sign).search(/\\d/))]);
  }
  return found;
})"""
"""The numbers with a sign in a page's tables, and whether the sign stands before the digits, as numbers are read."""


PAGES = (
    "/",
    "/country/JPN?year=2023",
    "/country/JPN/trend?product=270900",
    "/product/270900?year=2021",
    "/data",
    "/account",
)


@pytest.fixture
def mirrored(monkeypatch: pytest.MonkeyPatch) -> str:
    """Arabic with every text that has French marked, as though it were translated."""
    texts = languages()["fr"].catalogue.texts()
    monkeypatch.setitem(languages(), "ar", Language("ar", Catalogue({text: (f"⟦{text}⟧",) for text in texts})))  # type: ignore[arg-type]
    return "ar"


def test_no_style_of_the_desk_says_left_or_right() -> None:
    for path in Path(assets.__file__).with_name("static").glob("*.css"):
        assert PHYSICAL.findall(path.read_text("utf-8")) == [], path.name
    assert PHYSICAL.findall("p { margin-left: 1px } a { left: 0 } i { text-align: right }") != []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
def test_a_page_written_from_the_right_turns_round_and_fits(
    office: Office, mirrored: str, tmp_path: Path, width: int
) -> None:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=office.base, locale=mirrored)
        page = context.new_page()
        page.goto("/sign-in")
        page.locator('[name="login"]').fill("analyst")
        page.locator('[name="password"]').fill(PASSWORD)
        page.locator("main button.main").click()
        page.wait_for_selector("nav.menu")
        signs: list[tuple[str, bool]] = []
        for address in PAGES:
            page.goto(address)
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert not wider_than_its_window(page), address
            first, brand = page.locator(".menu li").first.bounding_box(), page.locator(".brand").bounding_box()
            assert first is not None
            assert brand is not None
            assert first["x"] > width / 2, address
            assert brand["x"] > width / 2, address
            signs += page.evaluate(SIGNS)
            shot(page, tmp_path, address.strip("/").replace("/", "-").partition("?")[0] or "start")
        assert signs
        assert [number for number, before in signs if not before] == []
        assert "⟦" in page.locator("main").inner_text()
        context.close()
