"""Chromium driven by Playwright on a desk: what a person sees, and what axe finds fault with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from browser import QUIET, executable
from desk_office import PASSWORD

DEVICES = {"desktop": {"width": 1200, "height": 900}, "phone": {"width": 390, "height": 800}}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window; skips where there is none."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@contextlib.contextmanager
def visiting(
    browser: Browser, base: str, login: str, *, scheme: str = "light", device: str = "desktop"
) -> Iterator[Page]:
    """A page of somebody signed in; whatever the browser complains of fails the test."""
    context = browser.new_context(viewport=DEVICES[device], color_scheme=scheme, base_url=base)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((base, "data:")) else complaints.append(asked.url))
    if login:
        sign_in(page, login)
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, login: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector("nav.menu")


def settle(page: Page) -> None:
    """Wait until every figure has come to life, from the first to the last."""
    for figure in page.locator("figure[data-figure]").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_function("() => !document.querySelector('figure[data-figure]:not([data-live])')", timeout=30_000)
    page.evaluate("() => scrollTo(0, 0)")


def faults(page: Page) -> list[str]:
    """What axe finds: rule and the elements."""
    found: Any = Axe().run(page, options=RULES).response
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth > innerWidth"))


def shot(page: Page, folder: Path, name: str) -> Path:
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target
