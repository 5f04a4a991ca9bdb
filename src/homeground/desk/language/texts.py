"""Every text of the desk's own, gathered from templates, pages, fields and the code, to see what is not translated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.extract import extract
from jinja2.ext import babel_extract

from homeground.desk import pages
from homeground.desk.changes import ACTS
from homeground.desk.pages.kept import NOTES
from homeground.desk.pages.people import FORGETTING, UNKNOWN
from homeground.desk.pages.sign_in import STRENGTHS
from homeground.desk.people import proof, roles
from homeground.desk.showing import show
from homeground.desk.web import dispatch, forms, registry
from homeground.desk.work import jobs

PROOF: Final = (proof.PASSWORD, proof.EITHER, proof.HELP, proof.WRONG, proof.BLOCKED)
DESK: Final = Path(__file__).parents[1]
FUNCTIONS: Final[dict[str, Any]] = {"_": None, "text": None, "counted": (1, 2)}


def wanted() -> dict[str, str]:
    """Every text, and where it is from; of texts that count something, the singular."""
    pages.load()
    found: dict[str, str] = {}
    for text, where in _all():
        if text and any(sign.isalpha() for sign in text):
            found.setdefault(text, where)
    return found


def _all() -> Iterator[tuple[str, str]]:
    for path in sorted((DESK / "templates").glob("*.j2")):
        with path.open("rb") as file:
            for _, _, said, _ in babel_extract(file, list(FUNCTIONS), [], {"encoding": "utf-8"}):
                yield _first(said), f"templates/{path.name}"
    for path in sorted(DESK.rglob("*.py")):
        with path.open("rb") as file:
            for _, said, _, _ in extract("python", file, keywords=FUNCTIONS):
                yield _first(said), path.relative_to(DESK).as_posix()
    for page in registry.PAGES.values():
        yield from ((text, page.name) for text in (page.title, page.submit))
        for info in page.question.model_fields.values() if page.question else ():
            yield from ((text or "", page.name) for text in (info.title, info.description))
    yield from ((text, "forms.py") for text in (*forms.WORDS.values(), *forms.FILES.values()))
    yield from ((text, "roles.py") for text in (*roles.ROLES, *roles.MEANINGS.values()))
    yield from ((text, "show.py") for text in (*show.PURPOSE_NAMES.values(), *show.PURPOSE_MEANINGS.values()))
    yield from ((text, "show.py") for text in show.LINEAGE)
    yield from ((text, "registry.py") for text in registry.FINDERS)
    yield from ((text, "jobs.py") for text in (jobs.WAITING, jobs.RUNNING, *jobs.OVER))
    yield from ((text, "dispatch.py") for text in dispatch.TITLES.values())
    yield from (
        (text, "elsewhere")
        for text in (
            "Show",
            "country",
            "product",
            UNKNOWN,
            dispatch.FAULT,
            *STRENGTHS,
            *PROOF,
            *ACTS,
            *NOTES,
            FORGETTING,
        )
    )


def _first(said: Any) -> str:
    return str((said[0] if isinstance(said, tuple) else said) or "")
