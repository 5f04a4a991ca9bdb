"""In a real Chromium: somebody new begins with an empty Home, and goes on until a decision is verified and printed."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest
from playwright.sync_api import Browser, Page, expect

from desk_browser import DEVICES, chromium, faults, settle, shot, visiting, wider_than_its_window
from desk_office import PASSWORD, Office

pytestmark = pytest.mark.browser
VISITS = [("light", "desktop"), ("dark", "phone")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def nobody_yet(tmp_path: Path) -> Iterator[Office]:
    """A desk that nobody has an account at, with nothing loaded."""
    made = Office(tmp_path / "home", people=False)
    yield made
    made.close()


def look(page: Page, folder: Path, name: str) -> None:
    settle(page)
    assert faults(page) == [], name
    assert not wider_than_its_window(page), name
    shot(page, folder, name)


def choose_password(page: Page, button: str) -> None:
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.get_by_role("button", name=button).click()
    page.wait_for_selector("nav.menu")


def follow(page: Page, step: str) -> None:
    """Go to the start page and take one of its first steps."""
    page.goto("/")
    page.locator(".steps").get_by_role("link", name=step).click()


def begin(page: Page, office: Office, folder: Path) -> None:
    """The first account, and the sample."""
    page.goto(f"/first/{office.link}")
    page.get_by_label("Full name").fill("Ada Admin")
    page.get_by_label("Login").fill("ada")
    choose_password(page, "Make my account")
    look(page, folder, "start")
    page.get_by_role("button", name="Load the sample").click()
    page.wait_for_url("**/jobs/*")
    office.work()
    page.get_by_role("link", name="Go on").click()
    expect(page.locator(".steps li").first).to_have_class("done")


def add_person(page: Page, browser: Browser, base: str, login: str, role: str, signing: str = "") -> None:
    """Make an account, and choose its password by its link."""
    follow(page, "Make accounts for an officer and a countersigner") if role != "auditor" else page.goto("/people")
    page.get_by_label("Full name").fill(f"{login.capitalize()} Person")
    page.get_by_label("Login").fill(login)
    page.get_by_role("checkbox", name=f"{role}:").check()
    page.get_by_label("Signing roles").fill(signing)
    page.get_by_role("button", name="Make the account").click()
    link = page.locator(".secret code").inner_text()
    context = browser.new_context(base_url=base)
    theirs = context.new_page()
    theirs.goto(link)
    choose_password(theirs, "Choose this password")
    context.close()


def qualify(page: Page, person: str, role: str) -> None:
    page.goto("/drill")
    form = page.locator("form[action='/drill/qualifications']")
    form.get_by_label("Person").select_option(person)
    form.get_by_label("Role").fill(role)
    form.get_by_label("Goods").fill("27")
    form.get_by_label("Grounds").fill("office held")
    form.get_by_role("button").click()
    expect(page.locator(".told")).to_have_text("The qualification is granted.")


def judge(page: Page, folder: Path) -> str:
    """Judge the offer that the first steps name, and put it into the queue; return its address."""
    follow(page, "Say for which country you work")
    page.get_by_label("Country or bloc").fill("Japan")
    page.get_by_role("button", name="Keep").click()
    follow(page, "Judge an offer")
    form = page.locator("form.offer")
    form.get_by_label("Product", exact=True).fill("crude oil")
    page.locator(".meant").get_by_role("button", name="270900").click()
    expect(form.get_by_label("Product", exact=True)).to_have_value("270900")
    form.get_by_label("Partner", exact=True).fill("Saudi Arabia")
    form.get_by_label("Quantity", exact=True).fill("1")
    form.get_by_label("Unit", exact=True).select_option("Mt")
    form.get_by_label("Price", exact=True).fill("520")
    form.get_by_label("Seller", exact=True).fill("Gulf Crude Trading Co")
    form.get_by_text("Evidence", exact=True).click()
    form.get_by_label("Year of the trade", exact=True).fill("2021")
    form.get_by_label("Dataset", exact=True).select_option("crude-2021")
    form.get_by_label("Day", exact=True).fill("2024-07-15")
    expect(page.locator("#verdict-title")).to_have_text("REFER to the deputy minister", timeout=20_000)
    look(page, folder, "judged")
    page.locator("#judged").get_by_role("button", name="Put into the queue").click()
    expect(page.locator(".told")).to_have_text("The deal is in the queue.")
    look(page, folder, "queued")
    return page.url


def decide(page: Page) -> None:
    page.locator(".stage").get_by_role("link", name="Decide").click()
    page.get_by_label("Decision").select_option("approve")
    page.locator("form[action$='/decide']").get_by_label("Reason", exact=True).fill("stocks are low")
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.locator(".told")).to_contain_text("Still to sign: deputy minister")


def countersign(page: Page) -> None:
    page.goto("/deals?show=mine")
    page.locator("#queue").get_by_role("link", name="Saudi Arabia").first.click()
    page.get_by_label("I agree").select_option("yes")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".told")).to_have_text("Signed. The decision: in force.")


def verify_and_export(page: Page, office: Office, folder: Path) -> None:
    """Verify the record at the desk; export it, and verify what was exported with the script that comes with it."""
    for button, said in (("Verify", "intact"), ("Export", "exported")):
        page.goto("/record")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_url("**/jobs/*")
        office.work()
        expect(page.locator("#job")).to_contain_text(said)
        look(page, folder, button.lower())
    with page.expect_download() as fetched:
        page.locator("#job").get_by_role("link", name="record.zip").click()
    fetched.value.save_as(folder / "record.zip")
    zipfile.ZipFile(folder / "record.zip").extractall(folder / "record")
    script = next((folder / "record").rglob("verify.py"))
    done = run([sys.executable, script.name], cwd=script.parent, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "intact"


@pytest.mark.parametrize(("scheme", "device"), VISITS)
def test_somebody_new_loads_the_sample_has_a_deal_decided_verified_and_printed(
    nobody_yet: Office, browser: Browser, tmp_path: Path, scheme: str, device: str
) -> None:
    base = nobody_yet.base
    context = browser.new_context(viewport=DEVICES[device], color_scheme=scheme, base_url=base)  # type: ignore[arg-type]
    page = context.new_page()
    begin(page, nobody_yet, tmp_path)
    add_person(page, browser, base, "olga", "officer")
    add_person(page, browser, base, "kofi", "countersigner", "deputy minister")
    add_person(page, browser, base, "anna", "auditor")
    for person, role in (("olga", "officer"), ("kofi", "deputy minister")):
        qualify(page, person, role)
    context.close()
    with visiting(browser, base, "olga", scheme=scheme, device=device) as officer:
        address = judge(officer, tmp_path)
        decide(officer)
    with visiting(browser, base, "kofi", scheme=scheme, device=device) as deputy:
        countersign(deputy)
    with visiting(browser, base, "anna", scheme=scheme, device=device) as auditor:
        verify_and_export(auditor, nobody_yet, tmp_path)
        for path in (address, "/partner/JPN/SAU/brief?year=2021&dataset=crude-2021"):
            auditor.goto(path)
            expect(auditor.get_by_role("button", name="Print")).to_be_visible()
            assert auditor.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in range(1, 6)


FOCUSED = "() => { const on = document.activeElement; return (on.labels?.[0] ?? on).innerText.split('\\n')[0].trim(); }"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus; what Tab never reaches fails."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_the_keyboard_alone_judges_an_offer_and_puts_it_into_the_queue(deal_office: Office, browser: Browser) -> None:
    deal_office.as_("officer").post("/account/country", {"country": "Japan"})
    typed = {"Partner": "Saudi Arabia", "Product": "270900", "Quantity": "1", "Unit": "Mt", "Price": "520",
             "Seller": "Gulf Crude Trading Co"}  # fmt: skip
    with visiting(browser, deal_office.base, "officer") as page:
        page.goto("/deals/new")
        tab_to(page, "Direction")
        for label, text in typed.items():
            tab_to(page, label)
            page.keyboard.type(text)
        page.wait_for_selector("#verdict-title")
        tab_to(page, "Judge")
        page.keyboard.press("Enter")
        page.wait_for_url("**#judged")
        tab_to(page, "Put into the queue")
        page.keyboard.press("Enter")
        expect(page.locator(".told")).to_have_text("The deal is in the queue.")
        tab_to(page, "Speak in the hearing")
        page.keyboard.press("Enter")
        tab_to(page, "Reasons")
        page.keyboard.type("stocks are low")
        tab_to(page, "Say it")
        page.keyboard.press("Enter")
        expect(page.locator("#hearing")).to_contain_text("stocks are low")
