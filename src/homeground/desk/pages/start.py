"""The start page, the search, and how the desk looks."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from homeground.brief.answer import Answer
from homeground.brief.deals import queue_tables
from homeground.brief.search_tables import named_answer, places_answer, products_answer
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, first, page
from homeground.desk.shelves import deals_found, named
from homeground.desk.showing.choices import newest, years
from homeground.desk.showing.show import PURPOSE_MEANINGS, PURPOSE_NAMES
from homeground.desk.web import registry, visits

SUGGESTED = 8


class Search(Asked):
    """Words to look for."""

    q: str = field("Search", "", max_length=200, help="A country, words of a product, a code; a deal by its number or "
                   "names; a plan, result or book by its name.")  # fmt: skip


class Look(Asked):
    """Language and colours."""

    language: str | None = field("Language", None, max_length=16)
    theme: Literal["auto", "light", "dark"] | None = field("Colours", None)
    to: str = field("Back to", "/", widget="hidden")


@page("/", title="Home", needs="signed-in")
def start(asking: Asking) -> Sheet:
    """Where to begin: what is here, and the way to each purpose."""
    held = years(asking.home)
    lead = asking.text("No trade is loaded yet. An administrator loads the sample, an analyst a file of your own.")
    if held:
        lead = asking.text("Trade of %(first)s to %(last)s is loaded.", first=held[-1][0], last=held[0][0])
    cards = [
        (asking.text(PURPOSE_NAMES[purpose]), asking.text(PURPOSE_MEANINGS[purpose]), shown.path)
        for purpose, shown in registry.menu().items()
        if asking.may(shown.needs)
    ]
    links = []
    if asking.country and held:
        from homeground.home.place import resolve

        place = resolve(asking.country, newest(asking.home))
        links.append((asking.text("%(country)s at a glance", country=place.name), f"/country/{place.code}"))
    todo = first.steps(asking)
    offered = (asking.form(first.load_sample),) if asking.may("admin") and first.lacks_sample(asking) else ()
    values = {"cards": cards, "steps": todo}
    return Sheet("Homeground", lead=lead, links=tuple(links), forms=offered, template="start.html.j2", values=values)


@page("/search", title="Search")
def search(asking: Asking, asked: Search) -> Sheet:
    """Countries and products by words or code; deals, plans and books too, for those who may read them."""
    title = asking.text("Search: %(words)s", words=asked.q) if asked.q else asking.text("Search")
    if not asked.q:
        return Sheet(title)
    places = {"name": "/country/{code}", "code": "/country/{code}"}
    goods = {"name": "/product/{code}", "code": "/product/{code}"}
    found = [(each.name, what, each.path) for what, each in named.find(asking, asked.q)]
    panels = (
        *_deals(asking, asked.q),
        Panel(named_answer(asked.q, found), "named", {"name": "{path}"}, most=50),
        Panel(places_answer(asked.q), "places", places),
        Panel(products_answer(asked.q, asking.desk.homes.traded()), "products", goods, most=50),
    )
    shown = tuple(panel for panel in panels if panel.answer.table.num_rows)
    return Sheet(title, shown or panels)


def _deals(asking: Asking, words: str) -> tuple[Panel, ...]:
    reviews, decisions = deals_found.find(asking, words)
    queued = queue_tables.queue_answer(reviews, asking.text("Deals: %(words)s", words=words))
    title = asking.text("Decisions made elsewhere: %(words)s", words=words)
    signed = queue_tables.signatures_answer(decisions, title)
    review, decision = "/deals/{entry}", "/deals/decision/{entry}"
    return (
        Panel(queued, "deals", {"title": review, "entry": review}, most=50),
        Panel(signed, "decisions", {"entry": decision}, most=50),
    )


@page("/search/suggest", title="Suggestions")
def suggest(asking: Asking, asked: Search) -> Sheet:
    """The first few of what a search would find."""
    found: list[tuple[str, str, str]] = []
    if len(asked.q) > 1 or asked.q.isdigit():
        reviews, decisions = deals_found.find(asking, asked.q)
        found += [(queue_tables.title(each), "deal", f"/deals/{each.review.entry}") for each in reviews[:SUGGESTED]]
        found += [(f"{each.entry} · {each.product}", "decision", f"/deals/decision/{each.entry}")
                  for each in decisions[:SUGGESTED]]  # fmt: skip
    if len(asked.q) > 1:
        found += [
            (row["name"], "country", f"/country/{row['code']}") for row in _rows(places_answer(asked.q))[:SUGGESTED]
        ]
        known = _rows(products_answer(asked.q, asking.desk.homes.traded(), SUGGESTED))
        goods = [row for row in known if row["traded"]] or known
        found += [(f"{row['code']} {row['name'][:70]}", "product", f"/product/{row['code']}") for row in goods]
        found += [(each.name, what, each.path) for what, each in named.find(asking, asked.q)[:SUGGESTED]]
    shown = [{"words": words, "kind": kind, "path": path} for words, kind, path in found[: 3 * SUGGESTED]]
    return Sheet("", template="suggestions.html.j2", values={"found": shown}, told=True)


@act("/look", title="Language and colours", needs="anyone", enters="none", public=False)
def look(asking: Asking, wanted: Look) -> Done:
    """Keep somebody's language and colours: with their account, and in a cookie for before they sign in."""
    chosen: dict[str, str] = {}
    if wanted.language:
        chosen["language"] = asking.visit.cookies[visits.LANGUAGE] = wanted.language
    if wanted.theme:
        chosen["theme"] = asking.visit.cookies[visits.THEME] = "" if wanted.theme == "auto" else wanted.theme
    if asking.signed_in and chosen:
        asking.desk.accounts.change(asking.person.login, **chosen)
    return Done(own_path(wanted.to))


def own_path(address: str) -> str:
    """Return a path of this desk, the start page for anything that leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if ours and not address.startswith("//") and address.isprintable() else "/"


def _rows(answer: Answer) -> list[dict[str, str]]:
    found: list[dict[str, str]] = answer.table.to_pylist()
    return found
