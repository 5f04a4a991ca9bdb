"""Officers at a desk, from a process of their own: python -m benchmarks.officers ADDRESS OFFICERS SECONDS.

Each signs in, then looks at page after page with one to three seconds of thought between. Three times in ten they judge
a deal instead: they open the form, type the offer while the verdict follows, look at the whole judging page, and every
second time put the review into the queue and look at it there. The offers are the examples', with other quantities and
prices each time. What a request takes is counted from asking to the last byte; nothing is asked in advance.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from homeground import deals
from homeground.brief.deals import deal_sheet
from homeground.desk.shelves.offers import NEEDED, fields_of

PASSWORD, POLICY = "seven grey geese over the lake", "own"
OFFERS = Path(__file__).parents[1] / "examples" / "deals" / "offers"
THOUGHT, TYPING = (1.0, 3.0), (0.4, 1.2)
TODAY = date(2024, 9, 1)
DEALS, QUEUED = 0.3, 0.5
"""How often an officer judges a deal rather than looks at a page, and how often the review is put into the queue."""

PRODUCTS = ("270900", "283691", "260300", "270112", "711011", "760110", "282520", "271111", "260112", "720293")
COUNTRIES = ("JPN", "DEU", "IND", "KEN", "BRA", "CHN", "USA", "ZAF")
PAGES = (
    *(f"/product/{code}?year=2023" for code in PRODUCTS),
    *(f"/country/{code}?year=2023" for code in COUNTRIES),
    "/", "/search?q=cobalt", "/search?q=lithium", "/search/suggest?q=lith", "/data", "/jobs", "/account",
    "/deals", "/deals?show=all", f"/policy/{POLICY}", "/decisions",
    "/product/283691?year=2023&format=csv", "/api/v1/product/270900?year=2021",
)  # fmt: skip
TYPED, JUDGED, FILED = "verdict while typing", "judging page", "into the queue"
REVIEWS = (TYPED, JUDGED, FILED)


@dataclass
class Log:
    """What the officers met: milliseconds by kind of request, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


@dataclass
class Officer:
    """One officer with a browser."""

    client: httpx.AsyncClient
    chance: random.Random
    log: Log

    async def ask(self, kind: str, expected: int, method: str, path: str, **sent: Any) -> str:
        """Ask for something, and note how long it took and whether it came; return its text."""
        began = time.perf_counter()
        try:
            answer = await self.client.request(method, path, **sent)
        except httpx.HTTPError as error:
            self.log.errors.append(f"{kind} {path.partition('?')[0]}: {type(error).__name__}")
            return ""
        self.log.times[kind].append(1000 * (time.perf_counter() - began))
        if answer.status_code != expected:
            self.log.errors.append(f"{kind} {path.partition('?')[0]}: {answer.status_code}")
        return answer.text if expected != 303 else answer.headers.get("location", "")

    async def look(self, path: str) -> str:
        """Open a page; one that nobody has opened yet is counted apart too."""
        kind = "pages" if path in self.log.seen else "pages, the first time"
        self.log.seen.add(path)
        return await self.ask(kind, 200, "GET", path)

    async def pause(self, length: tuple[float, float]) -> None:
        """Think, or type."""
        await asyncio.sleep(self.chance.uniform(*length))

    async def sign_in(self, login: str) -> None:
        """Sign in."""
        form = forms_of((await self.client.get("/sign-in")).text)["/sign-in"]
        sent = {**form.hidden, "login": login, "password": PASSWORD}
        await self.ask("signing in", 303, "POST", "/sign-in", data=sent)

    async def judge(self, offer: dict[str, str]) -> None:
        """Judge an offer: type it, see it whole, perhaps put it into the queue."""
        form = forms_of(await self.look("/deals/new")).get("/deals/new", Form("get"))
        varied = {**offer, "quantity": _near(offer["quantity"], self.chance), "policy": POLICY}
        varied |= {"price": _near(offer["price"], self.chance)} if "price" in offer else {}
        typed = {name: varied[name] for name in ("direction", *NEEDED)}
        for more in ({}, varied):
            await self.pause(TYPING)
            typed |= more
            self._judged(TYPED, await self._send(TYPED, form, typed, {"hx-request": "true"}))
        await self.pause(THOUGHT)
        page = await self._send(JUDGED, form, typed, {})
        self._judged(JUDGED, page)
        filed = forms_of(page).get("/deals")
        if filed is None or self.chance.random() > QUEUED:
            return
        await self.pause(THOUGHT)
        place = await self.ask(FILED, 303, "POST", "/deals", data=filed.hidden)
        if re.fullmatch(r"/deals/\d+", place):
            await self.ask("pages", 200, "GET", place)

    async def _send(self, kind: str, form: Form, typed: dict[str, str], headers: dict[str, str]) -> str:
        """Send the offer in the way that its form states."""
        sent = {"params": typed} if form.method == "get" else {"data": {**form.hidden, **typed}}
        asked = {**sent, "headers": headers, "follow_redirects": True}
        return await self.ask(kind, 200, form.method.upper(), "/deals/new", **asked)

    def _judged(self, kind: str, page: str) -> None:
        if "/deals" not in forms_of(page):
            self.log.errors.append(f"{kind}: no verdict in the answer")


@dataclass
class Form:
    """A form of a page: how it is sent, and what it holds unseen."""

    method: str
    hidden: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Form] = {}
        self._open = Form("get")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self.found[named.get("action", "")] = Form(named.get("method", "get").lower())
        elif tag == "input" and named.get("type") == "hidden":
            self._open.hidden[named.get("name", "")] = named.get("value", "")


def forms_of(page: str) -> dict[str, Form]:
    """Return the forms of a page by their addresses."""
    parser = _Forms()
    parser.feed(page)
    return parser.found


def offers() -> list[dict[str, str]]:
    """Return the example offers as the desk's form holds them."""
    found = []
    for path in sorted(OFFERS.glob("*.toml")):
        deal = deals.read(path, today=TODAY)
        found.append(fields_of(deal_sheet.as_file(deal.document())))
    return found


def _near(number: str, chance: random.Random) -> str:
    return f"{float(number) * chance.uniform(0.7, 1.3):.6g}"


async def visit(base: str, officers: int, seconds: float) -> Log:
    """Let so many officers work for so long."""
    log, held, end = Log(), offers(), time.monotonic() + seconds
    await asyncio.gather(*(_work(base, number, end, log, held) for number in range(officers)))
    return log


async def _work(base: str, number: int, end: float, log: Log, held: list[dict[str, str]]) -> None:
    async with httpx.AsyncClient(base_url=base, timeout=60, verify=False, trust_env=False) as client:
        officer = Officer(client, random.Random(number), log)
        await officer.pause((0, THOUGHT[1]))
        await officer.sign_in(f"officer-{number}")
        while time.monotonic() < end:
            if officer.chance.random() < DEALS:
                await officer.judge(officer.chance.choice(held))
            else:
                await officer.look(officer.chance.choice(PAGES))
            await officer.pause(THOUGHT)


if __name__ == "__main__":
    found = asyncio.run(visit(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps({"times": found.times, "errors": found.errors}))
