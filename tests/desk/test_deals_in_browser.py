"""In a real Chromium: an officer types an offer and sees the verdict; it is heard, decided, signed; a drill is sat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk_browser import chromium, faults, shot, visiting, wider_than_its_window
from desk_office import Office

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).parents[2] / "examples" / "deals"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def bench(deal_office: Office) -> Office:
    """An office of its own with a policy book, a deputy minister, people qualified, and a drill."""
    for person, role in (("officer", "officer"), ("deputy", "deputy minister")):
        deal_office.desk.ledger.grant(person, role, ["27"], "2999-12-31", by="admin", grounds="office held")
    wanted = {"country": "Japan", "year": "2021", "goods": "2709", "role": "officer", "cases": "3", "policy": "own",
              "dataset": "crude-2021"}  # fmt: skip
    deal_office.as_("admin").post("/drill", wanted)
    deal_office.work()
    return deal_office


def type_offer(page: Page) -> None:
    page.goto("/deals")
    page.get_by_role("link", name="Judge a deal").click()
    form = page.locator("form.offer")
    form.get_by_label("Our country").fill("Japan")
    form.get_by_label("Partner", exact=True).fill("Saudi Arabia")
    form.get_by_label("Product", exact=True).fill("270900")
    form.get_by_label("Unit", exact=True).select_option("Mt")
    form.get_by_label("Price", exact=True).fill("520")
    form.get_by_label("Day", exact=True).fill("2024-07-15")
    for folded in ("Names, origin and use", "Evidence"):
        form.get_by_text(folded, exact=True).click()
    form.get_by_label("Title", exact=True).fill("Crude oil from Saudi Arabia")
    form.get_by_label("Seller", exact=True).fill("Gulf Crude Trading Co")
    form.get_by_label("End use", exact=True).select_option("civil")
    form.get_by_label("Year of the trade", exact=True).fill("2021")
    expect(page.locator("#judged")).to_contain_text("Quantity")
    form.get_by_label("Quantity", exact=True).fill("1")
    expect(page.locator("#verdict-title")).to_have_text("REFER to the deputy minister", timeout=20_000)


def test_an_officer_judges_while_typing_and_the_deputy_signs(office_tour: tuple[Office, Browser, Path]) -> None:
    bench, browser, folder = office_tour
    asked: list[str] = []
    with visiting(browser, bench.base, "officer") as page:
        page.on("request", lambda request: asked.append(request.url))
        type_offer(page)
        shot(page, folder, "new")
        typed = page.url
        page.locator(".proposals li", has_text="up to 0.137 Mt from Saudi Arabia").get_by_role("button").click()
        expect(page.get_by_label("Quantity")).to_have_value("137000")
        expect(page.locator("#verdict-title")).to_have_text("CAUTION")
        page.go_back()
        expect(page).to_have_url(typed)
        expect(page.get_by_label("Seller")).to_have_value("Gulf Crude Trading Co")
        assert not [url for url in asked if "Gulf" in url or "520" in url.partition("draft=")[0]]
        page.locator("#judged").get_by_role("button", name="Put into the queue").click()
        expect(page.get_by_role("status")).to_have_text("The deal is in the queue.")
        address = page.url
    with visiting(browser, bench.base, "analyst") as page:
        page.goto(address)
        page.get_by_label("My position").select_option("against")
        page.get_by_label("Reasons").fill("54 million over our own median")
        page.get_by_role("button", name="Say it").click()
        expect(page.locator("#hearing")).to_contain_text("54 million over our own median")
        expect(page.get_by_role("button", name="Sign the decision")).to_have_count(0)
    with visiting(browser, bench.base, "officer") as page:
        page.goto(address)
        page.get_by_label("Decision").select_option("approve")
        page.get_by_label("Reason", exact=True).first.fill("stocks are low")
        page.get_by_role("button", name="Sign the decision").click()
        expect(page.locator(".told")).to_contain_text("Still to sign: deputy minister (E-3")
        expect(page.get_by_role("button", name="Sign")).to_have_count(0)
    with visiting(browser, bench.base, "deputy") as page:
        page.goto("/deals?show=mine")
        page.get_by_role("link", name="Crude oil from Saudi Arabia").click()
        page.get_by_label("I agree").select_option("yes")
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.locator(".told")).to_have_text("Signed. The decision: in force.")
        expect(page.locator(".stage")).to_contain_text("approve, in force")
        shot(page, folder, "signed")


@pytest.fixture
def office_tour(bench: Office, browser: Browser, tmp_path: Path) -> tuple[Office, Browser, Path]:
    return bench, browser, tmp_path


def test_the_form_judges_without_script(bench: Office, browser: Browser) -> None:
    context = browser.new_context(base_url=bench.base, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Login").fill("officer")
    page.get_by_label("Password").fill("seven grey geese over the lake")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/deals/new")
    page.locator("summary", has_text="Evidence").click()
    for label, value in (("Our country", "Japan"), ("Partner", "Saudi Arabia"), ("Product", "270900"),
                         ("Quantity", "1"), ("Day", "2024-07-15"), ("Year of the trade", "2021")):  # fmt: skip
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Unit", exact=True).select_option("Mt")
    page.get_by_role("button", name="Judge", exact=True).click()
    assert "Supplier share" in page.locator("#judged").inner_text()
    page.get_by_role("button", name="Put into the queue").click()
    assert "The deal is in the queue." in page.locator(".told").inner_text()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_pages_are_without_fault_to_axe_and_fit_their_window(
    bench: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    asked = (
        "direction=import&country=Japan&partner=Saudi+Arabia&product=270900&quantity=1&unit=Mt&price=520&day=2024-07-15"
    )
    sent = dict(pair.split("=") for pair in asked.replace("+", " ").split("&")) | {"year": "2021", "title": "Crude"}
    review = bench.as_("officer").post("/deals", sent).headers["location"]
    draft = bench.as_("officer").post("/deals/new", sent).headers["location"]
    bench.as_("officer").post(f"{review}/say", {"stance": "for", "reasons": "stocks are low"})
    (drill,) = (path.stem for path in (Path(bench.settings.home) / "drills").glob("*.toml"))
    with visiting(browser, bench.base, "officer", scheme=scheme, device=device) as page:
        for path in ("/deals", draft, review, "/deals/plan", "/drill", f"/drill/{drill}"):
            page.goto(path)
            assert faults(page) == [], path
            assert not wider_than_its_window(page), path
            shot(page, tmp_path, path.strip("/").replace("/", "-").partition("?")[0])
