"""The pages of the desk. Every module of this folder is loaded, so that a new page needs no line elsewhere.

A page is one function that makes one call into `brief` or `home` and returns a `Sheet`. From it come the HTML page, its
JSON twin below `/api/v1`, and csv, Parquet and xlsx of every table (`?format=csv&panel=NAME`):

    class Question(Asked):
        year: int | None = field("Year", None, help="The newest if left out", ge=1900, le=2100)

    @page("/product/{hs6}", title="Product", needs="viewer", purpose="product", kept=True)
    def product(asking: Asking, hs6: str, question: Question) -> Sheet:
        year = question.year or newest(asking.home)
        answer = product_answer(asking.home, hs6, year)
        panel = Panel(answer, "exporters", links={"name": "/country/{country}"})
        return Sheet(answer.title, (panel,), choices={"year": years(asking.home)})

The arguments after `asking` are the places of the address and, last, the question: an `Asked` (pydantic) whose fields
become the form above the page, with labels, help, errors beside the field, and the parameters of the API. Raise the
house's errors (`NotInHome`, `BadInput` …): the desk shows them with the right status. `kept=True` for pages that depend
on nothing but question and Home: they are shown again from memory until data changes. `discreet=True` for pages whose
question holds what must not stand in addresses.

An act is a function that changes something, reached by POST. It returns `Done(to, said)` or a `Sheet`:

    class NewNote(Asked):
        text: str = field("Note", widget="area", min_length=3)

    @act("/record/{number}/note", title="Add a note", needs="officer", purpose="record", enters="own")
    def add_note(asking: Asking, number: int, new: NewNote) -> Done:
        asking.ledger.note(new.text, by=asking.person.login, role="officer", entry=number)
        return Done(f"/record/{number}", asking.text("The note is in the record."))

A page offers it with `forms=(asking.form(add_note, number=number),)`. Roles, sign-in, CSRF, uploads (`Upload` fields),
wrong input and the entry in the record (`enters="auto"`) are the desk's work. Long work: `homeground.desk.work.jobs`.
"""

from __future__ import annotations

import importlib
import pkgutil

from homeground.desk.web.asking import Asking
from homeground.desk.web.forms import Asked, Upload, field
from homeground.desk.web.registry import Named, act, finder, page
from homeground.desk.web.sheet import Done, Panel, Sheet

__all__ = ["Asked", "Asking", "Done", "Named", "Panel", "Sheet", "Upload", "act", "field", "finder", "load", "page"]


def load() -> None:
    """Import every module of this folder, which registers its pages, acts and jobs."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
