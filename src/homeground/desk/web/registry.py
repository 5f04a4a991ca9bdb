"""The pages of the desk: each registers itself, and everything that the desk serves is listed here.

See `homeground.desk.pages` for how a page is written.
"""

from __future__ import annotations

import functools
import inspect
import re
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from homeground.desk.people.roles import Needs
from homeground.desk.web.forms import Asked

Wanted = Needs | tuple[Needs, ...]
Enters = Literal["auto", "own", "none"]
Function = Callable[..., Any]

PURPOSES: Final = (
    "country", "product", "partner", "chains", "ground", "materials", "plan", "deals", "policy", "record", "drill",
    "data", "people",
)  # fmt: skip
"""The places of the navigation, in their order."""


@dataclass(frozen=True)
class Page:
    """A page or an act: its address, function, title, who may see or do it, and how it is shown in the navigation.

    `purpose` marks the place of the navigation that it belongs to, `menu` that it is the one shown there. A page that
    is `kept` depends on nothing but its question and the Home, so that its sheet may be shown again until data changes;
    `own` gives links to put before its own that are of who asks alone, and is asked each time.
    `choices` gives what there is to choose from when the form of an act is shown again.
    `enters` says who leaves an act's entry in the record: `auto` the desk, `own` the function, `none` nobody.
    What is asked of a `discreet` page is sent in the body, and stands in no address: an act of the same address keeps
    it (see `drafts`).
    An act that needs `proof` asks again who is there where the last proof of it is old (see `proof`).
    """

    path: str
    function: Function
    title: str
    needs: Wanted
    purpose: str
    menu: bool
    kept: bool
    is_act: bool
    enters: Enters
    submit: str
    grave: bool
    public: bool
    question: type[Asked] | None
    arguments: dict[str, Any]
    choices: Function | None = None
    proof: bool = False
    discreet: bool = False
    own: Function | None = None

    @property
    def name(self) -> str:
        """The function's name with its module's: `people.create`."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    @property
    def method(self) -> str:
        """GET for a page, POST for an act."""
        return "POST" if self.is_act else "GET"

    def address(self, **values: object) -> str:
        """Return its address with these values in their places."""
        from urllib.parse import quote

        return re.sub(r"\{(\w+)\}", lambda place: quote(str(values[place[1]]), safe=""), self.path)


PAGES: Final[dict[str, Page]] = {}
"""Every page and act by method and address."""


def page(
    path: str,
    *,
    title: str,
    needs: Wanted = "viewer",
    purpose: str = "",
    menu: bool = False,
    kept: bool = False,
    public: bool = True,
    discreet: bool = False,
    own: Function | None = None,
) -> Callable[[Function], Function]:
    """Register a function as a page; `public` pages have a JSON twin below /api/v1 and stand in its description."""

    def take(function: Function) -> Function:
        more = {"menu": menu, "kept": kept, "public": public, "discreet": discreet, "own": own}
        _register(path, function, title, needs, purpose, **more)
        if discreet:
            _register(path, _asked_in_the_body(function), title, needs, purpose, is_act=True, submit="Show")
        return function

    return take


def act(
    path: str,
    *,
    title: str,
    needs: Wanted,
    purpose: str = "",
    enters: Enters = "auto",
    submit: str = "",
    grave: bool = False,
    public: bool = True,
    choices: Function | None = None,
    proof: bool = False,
) -> Callable[[Function], Function]:
    """Register a function as an act: a POST that changes something; `submit` are the words on its button.

    `choices(asking, **places)` gives what there is to choose from, for a form that is shown again with an error.
    """

    def take(function: Function) -> Function:
        _register(
            path, function, title, needs, purpose, is_act=True, enters=enters, submit=submit, grave=grave,
            public=public, choices=choices, proof=proof,
        )  # fmt: skip
        return function

    return take


@dataclass(frozen=True)
class Named:
    """Something that people have named: its name, its address, and further words by which it is found."""

    name: str
    path: str
    besides: str = ""


@dataclass(frozen=True)
class Finder:
    """What gives everything of one kind that the search can find (`Asking` → `Named`), and who may read it."""

    named: Callable[[Any], Sequence[Named]]
    needs: Wanted


FINDERS: Final[dict[str, Finder]] = {}
"""What the search asks beside countries, products and deals, by what it finds."""


def finder(what: str, needs: Wanted = "viewer") -> Callable[[Function], Function]:
    """Register a function of `asking` for the search; it returns what has a name. It must not ask `asking.home`."""

    def take(function: Function) -> Function:
        FINDERS[what] = Finder(function, needs)
        return function

    return take


def of(function: Function) -> Page:
    """Return the page of a function."""
    return next(page for page in PAGES.values() if page.function is function)


def menu() -> dict[str, Page]:
    """The pages in the navigation, by purpose in its order."""
    shown = {page.purpose: page for page in PAGES.values() if page.menu}
    return {purpose: shown[purpose] for purpose in PURPOSES if purpose in shown}


def _asked_in_the_body(function: Function) -> Function:
    """Return the act by which a discreet page is asked: programs have the page at once, browsers are led to it."""

    @functools.wraps(function)
    def ask(asking: Any, *given: Any) -> Any:
        return asking.discreetly(given[-1]) or function(asking, *given)

    ask.__name__ = ask.__qualname__ = f"ask_{function.__name__}"
    return ask


def _register(path: str, function: Function, title: str, needs: Wanted, purpose: str, **more: Any) -> None:
    hints = {name: kind for name, kind in typing.get_type_hints(function).items() if name != "return"}
    names = list(inspect.signature(function).parameters)[1:]
    places = re.findall(r"\{(\w+)\}", path)
    question = next((hints[name] for name in names if name not in places), None)
    usual: dict[str, Any] = {
        "menu": False, "kept": False, "is_act": False, "enters": "none", "submit": "", "grave": False, "public": True,
        "choices": None, "proof": False, "discreet": False, "own": None,
    }  # fmt: skip
    made = Page(
        path, function, title, needs, purpose, question=question, arguments={name: hints[name] for name in places},
        **{**usual, **more},
    )  # fmt: skip
    key = f"{made.method} {path}"
    if purpose and purpose not in PURPOSES:
        raise ValueError(f"{key}: no purpose is called {purpose}")
    if key in PAGES and PAGES[key].function.__qualname__ != function.__qualname__:
        raise ValueError(f"{key} is registered twice")
    PAGES[key] = made
