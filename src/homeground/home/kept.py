"""Process books and plans that a Home keeps, so that the report of their country can show them.

Layout: `books/<country>/<file>` holds each book as it was given; `plans/<country>/<name>.json` what a plan came to,
with the SHA-256 of the files that it was made from. Both are replaced whole.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__
from homeground.codes import countries
from homeground.errors import BadInput, UsageError, message
from homeground.home import materials as books
from homeground.home.plan_prices import dataset_name
from homeground.home.practice import steps

if TYPE_CHECKING:
    from homeground.home.materials import MaterialsView
    from homeground.home.place import Place
    from homeground.home.planner import PlanView
    from homeground.store import Store

BOOKS: Final = "books"
PLANS: Final = "plans"
TABLES: Final = ("projects", "currency", "unmet")


@dataclass(frozen=True)
class KeptPlan:
    """What a plan came to: its steps in words (year, words), notes, and rows of its tables; `files`: name → SHA-256."""

    name: str
    country: str
    years: tuple[int, ...]
    home_money: str
    steps: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    projects: tuple[dict[str, Any], ...]
    currency: tuple[dict[str, Any], ...]
    unmet: tuple[dict[str, Any], ...]
    replaced: tuple[dict[str, Any], ...]
    files: dict[str, str]
    software: str


@dataclass(frozen=True)
class MadeHere:
    """What a country's report says of its materials and plans."""

    books: tuple[MaterialsView, ...]
    plans: tuple[KeptPlan, ...]


def keep_book(store: Store, path: Path, view: MaterialsView) -> Path:
    """Keep a book that was checked; raises UsageError where nobody says whose it is."""
    if view.place is None:
        raise UsageError(
            message("whose book is it?", where=path.name, do="add country and year to [book], or --country and --year")
        )
    target = _folder(store, BOOKS, view.place.code) / path.name
    _write(target, path.read_bytes())
    return target


def keep_plan(store: Store, view: PlanView) -> Path | None:
    """Keep what a plan came to, for the report of its country; None where the plan names no country."""
    country = view.model.country or (view.book.country if view.book is not None else "")
    if not country:
        return None
    code = countries.resolve(country)
    plan = view.plan
    replaced = view.practice.replaced.to_pylist() if view.practice is not None else []
    summary = [view.practice.summary] if view.practice is not None else []
    more = [view.more] if view.more else []
    names = view.model.names()
    named = ("good", "by", "instead_of", "group")
    tables = {name: getattr(plan, name).to_pylist() for name in TABLES} | {"replaced": replaced}
    spoken = {
        name: tuple({**row, **{key: names.get(row[key], row[key]) for key in named if key in row}} for row in rows)
        for name, rows in tables.items()
    }
    kept = KeptPlan(
        name=plan.name, country=code, years=plan.years, home_money=plan.home_money,
        steps=tuple((year, words) for year, said in steps(plan, view.practice) for words in said),
        notes=(*summary, *more, *plan.findings, *plan.notes), files=dict(view.files),
        software=f"Homeground {__version__}", **spoken,
    )  # fmt: skip
    target = _folder(store, PLANS, code) / f"{dataset_name(view)}.json"
    _write(target, json.dumps(asdict(kept), ensure_ascii=False, indent=1).encode("utf-8"))
    return target


def for_report(store: Store, place: Place, year: int) -> MadeHere | None:
    """The kept books and plans of a country, books checked anew; None where there is none."""
    if "://" in str(store.path):
        return None
    home = Path(store.path)
    found = [
        books.check(store, path, place.code, books.year_of(path) or year, None)
        for path in sorted((home / BOOKS / place.code).glob("*.*"))
        if not path.name.startswith(".")
    ]
    plans = [_read(path) for path in sorted((home / PLANS / place.code).glob("*.json"))]
    return MadeHere(tuple(found), tuple(plans)) if found or plans else None


def _read(path: Path) -> KeptPlan:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = {name: tuple(document[name]) for name in (*TABLES, "replaced", "years", "notes")}
        said = tuple((int(year), str(words)) for year, words in document["steps"])
        return KeptPlan(**{**document, **rows, "steps": said})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(
            message("a kept plan cannot be read", where=str(path), found=error, do="plan again with --keep")
        ) from error


def _folder(store: Store, what: str, country: str) -> Path:
    if "://" in str(store.path):
        do = "keep it in a Home in a folder"
        raise UsageError(message(f"{what} are not kept in an object store", where=str(store.path), do=do))
    return Path(store.path) / what / country


def _write(target: Path, content: bytes) -> None:
    new = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(target)
    except OSError as error:
        new.unlink(missing_ok=True)
        do = "free space, or choose another Home"
        raise BadInput(message("it could not be kept", where=str(target), found=error.strerror, do=do)) from error
