"""Materials: the process books of a ministry, what could be made otherwise, and what could stand in for one good."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from homeground import materials
from homeground.brief.materials import materials_shelf, materials_tables
from homeground.codes import countries
from homeground.desk.pages import Asked, Asking, Done, Named, Panel, Sheet, Upload, act, field, finder, page
from homeground.desk.showing.choices import dataset_names, newest, years
from homeground.desk.web import uploads
from homeground.desk.web.sheet import Choices
from homeground.errors import ManyFaults
from homeground.home.materials import process_books
from homeground.materials import Book

STARTER = "starter"
VIEWS = {"findings": 40, "balances": 25, "border": 25, "sources": 10}
"""Panels of a book, and how many rows they show at first."""


class New(Asked):
    """A process book to keep."""

    file: Upload = field("Process book", help="A TOML text or a workbook.", endings=(".toml", ".xlsx"))
    country: str | None = field("Country", None, help="Whose it is, where the book does not say.", among="countries")


class Trade(Asked):
    """Whose trade fills what the book leaves open."""

    country: str | None = field("Country", None, help="Whose trade; the book's own if left out.", among="countries")
    year: int | None = field("Year", None, help="The book's own if left out.", ge=1900, le=2100)
    dataset: str | None = field("Dataset", None)


@page("/materials", title="Materials", purpose="materials", menu=True)
def shelf(asking: Asking) -> Sheet:
    """The process books."""
    found = {STARTER: materials.starter(), **process_books.kept(asking.home.store)}
    panel = Panel(materials_shelf.books_answer(found), "books", {"title": "/materials/{name}"}, most=200)
    lead = asking.text("What we make things from: who makes what, from what, and with which losses.")
    empty = asking.text("No book of your own is kept yet. Fill the empty workbook in, and keep it here.")
    notes = (empty,) if len(found) == 1 else ()
    links = ((asking.text("Empty workbook to fill in"), "/materials-workbook"),)
    forms = (asking.form(keep),) if asking.may("analyst") else ()
    return Sheet(asking.text("Materials"), (panel,), lead=lead, notes=notes, links=links, forms=forms)


@finder("process book")
def named(asking: Asking) -> list[Named]:
    """The process books, for the search."""
    kept = asking.desk.homes.once("process books", lambda home: process_books.titles(home.store))
    shelf = [Named(title, f"/materials/{code}", f"{code} {countries.name(code)}") for code, title in kept.items()]
    return [Named(starter_title(), f"/materials/{STARTER}"), *shelf]


@cache
def starter_title() -> str:
    """What the packaged book is called."""
    return materials.starter().title


@page("/materials-workbook", title="Empty workbook to fill in", purpose="materials", public=False)
def workbook(asking: Asking) -> Response:
    """The empty template of a process book."""
    from homeground.sources.process_book import save

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "process-book.xlsx"
        save(None, path, asking.language.say)
        headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
        return Response(path.read_bytes(), media_type="application/octet-stream", headers=headers)


@act("/materials", title="Keep a process book", needs="analyst", purpose="materials", submit="Check and keep")
def keep(asking: Asking, new: New) -> Sheet | Done:
    """Check a book and keep it for its country, in the place of the one before; or name all that is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / uploads.safe_name(new.file.name)
        shutil.copyfile(new.file.path, path)
        try:
            report = asking.home.keep_book(path, new.country)
        except ManyFaults as error:
            return _faulty(asking, error, path.name)
    country = process_books.owner(asking.home.store, report.dataset)
    return Done(f"/materials/{country}", asking.text("The book is checked and kept."))


def _faulty(asking: Asking, error: ManyFaults, name: str) -> Sheet:
    lead = asking.text("This book cannot be taken as it is. Mend what stands here, and bring it back.")
    panel = Panel(materials_shelf.faults_answer(error, name), "faults", most=1000, files=False)
    title = asking.text("%(name)s: what to mend", name=name)
    return Sheet(title, (panel,), lead=lead, forms=(asking.form(keep),), trail=_trail(asking), status=422)


@page("/materials/{book}", title="Process book", purpose="materials")
def findings(asking: Asking, book: str, trade: Trade) -> Sheet:
    """What could be made otherwise, the balances, what processes are worth at the border."""
    read = _book(asking, book)
    checked = asking.home.materials(read, **_asked(asking, read, trade))
    answers = materials_shelf.spread(materials_tables.answers_of(checked), read.title)
    goods = f"/materials/{book}/good/{{good}}{_query(trade)}"
    links = {"findings": {"text": goods}, "balances": {"name": goods}}
    panels = [Panel(answers[name], name, links.get(name, {}), most) for name, most in VIEWS.items()]
    listed = {"name": goods, "hs6": "/product/{hs6}"}
    neighbours = () if book == STARTER else ((countries.name(book), f"/country/{book}"),)
    return Sheet(
        read.title,
        (*panels, Panel(materials_shelf.goods_answer(read), "goods", listed, most=30)),
        lead=asking.text("Substitutes, by-products, recovery and making at home, with their reasons and their money."),
        tiles=materials_shelf.tiles(answers),
        links=neighbours,
        choices=_choices(asking),
        trail=_trail(asking),
    )


@page("/materials/{book}/good/{good}", title="Substitutes", purpose="materials")
def substitutes(asking: Asking, book: str, good: str, trade: Trade) -> Sheet:
    """What could stand in for one good: other goods, making it at home, winning it back."""
    read = _book(asking, book)
    answer = materials_tables.substitutes_answer(asking.home, good, read, **_asked(asking, read, trade))
    known = read.goods[answer.about["question"]["good"]]
    neighbours = ((asking.text("Product %(hs6)s", hs6=known.hs6), f"/product/{known.hs6}"),) if known.hs6 else ()
    return Sheet(
        known.name,
        (Panel(answer, "ways", most=60),),
        links=neighbours,
        choices=_choices(asking),
        trail=(*_trail(asking), (read.title, f"/materials/{book}{_query(trade)}")),
    )


def _book(asking: Asking, name: str) -> Book:
    return materials.starter() if name == STARTER else process_books.kept_for(asking.home.store, name)


def _asked(asking: Asking, book: Book, trade: Trade) -> dict[str, Any]:
    """Whose trade is asked for: where a country is named, the newest year if neither question nor book says one."""
    year = trade.year or book.year
    if trade.country and year is None:
        year = newest(asking.home)
    return {"country": trade.country, "year": year, "dataset": trade.dataset}


def _query(trade: Trade) -> str:
    asked = {key: value for key, value in trade.model_dump().items() if value}
    return f"?{urlencode(asked)}".replace("{", "%7B").replace("}", "%7D") if asked else ""


def _choices(asking: Asking) -> Choices:
    return {"year": [("", "–"), *years(asking.home)], "dataset": dataset_names(asking.home)}


def _trail(asking: Asking) -> tuple[tuple[str, str], ...]:
    return ((asking.text("Materials"), "/materials"),)
