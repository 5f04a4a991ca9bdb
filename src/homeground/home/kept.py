"""What the report of a country shows of its kept process books and plans.

`plans/<country>/<name>/` holds a solved plan (see `plan_kept`), with the SHA-256 of the files that it was made from; it
is replaced whole. Books are in the table `process_books` (see `own_means`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.codes import countries
from homeground.errors import BadInput, UsageError, message
from homeground.home.deals import own_means
from homeground.home.materials import materials
from homeground.home.plans import plan_kept
from homeground.home.plans.plan_prices import dataset_name
from homeground.home.plans.practice import steps

if TYPE_CHECKING:
    from homeground.home.materials.materials import MaterialsView
    from homeground.home.place import Place
    from homeground.home.plans.planner import PlanView
    from homeground.store import Store

TABLES: Final = ("projects", "currency", "unmet")


@dataclass(frozen=True)
class KeptPlan:
    """What a plan came to: its steps in words (year, words), notes, and rows of its tables; `files`: name → SHA-256."""

    name: str
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


def keep_plan(store: Store, view: PlanView) -> Path | None:
    """Keep a solved plan for the report of its country; None where the plan names no country."""
    country = view.model.country or (view.book.country if view.book is not None else "")
    if not country:
        return None
    if "://" in str(store.path):
        do = "keep it in a Home in a folder"
        raise UsageError(message("plans are not kept in an object store", where=str(store.path), do=do))
    target = Path(store.path) / own_means.PLANS / countries.resolve(country) / dataset_name(view)
    plan_kept.replace(view, target)
    target.with_name(f"{target.name}.json").unlink(missing_ok=True)
    return target


def for_report(store: Store, place: Place, year: int) -> MadeHere | None:
    """The kept books and plans of a country, books checked anew; None where there is none."""
    books = own_means.process_books(store, place.code).values()
    found = tuple(materials.check(store, book, place.code, book.year or year, None) for book in books)
    plans = tuple(map(_read, own_means.plan_files(store, place.code)))
    return MadeHere(found, plans) if found or plans else None


def _told(view: PlanView) -> KeptPlan:
    """What a plan came to, with goods by their names."""
    plan = view.plan
    replaced = view.practice.replaced.to_pylist() if view.practice is not None else []
    summary = [view.practice.summary] if view.practice is not None else []
    more = [view.more] if view.more else []
    names = view.model.names()
    named = ("good", "by", "instead_of", "group")
    tables = {name: getattr(plan, name).to_pylist() for name in TABLES} | {"replaced": replaced}
    spoken: dict[str, Any] = {
        name: tuple({**row, **{key: names.get(row[key], row[key]) for key in named if key in row}} for row in rows)
        for name, rows in tables.items()
    }
    return KeptPlan(
        name=plan.name, years=plan.years, home_money=plan.home_money,
        steps=tuple((year, words) for year, said in steps(plan, view.practice) for words in said),
        notes=(*summary, *more, *plan.findings, *plan.notes), files=dict(view.files), software=view.software,
        **spoken,
    )  # fmt: skip


def _read(path: Path) -> KeptPlan:
    """Read a kept plan; one file by itself was written before a plan was kept whole, and holds what is told of it."""
    if path.name == plan_kept.FILE:
        return _told(plan_kept.read(path.parent))
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows: dict[str, Any] = {name: tuple(document[name]) for name in (*TABLES, "replaced", "years", "notes")}
        said = tuple((int(year), str(words)) for year, words in document["steps"])
        plain = {name: document[name] for name in ("name", "home_money", "files", "software")}
        return KeptPlan(**plain, **rows, steps=said)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(
            message("a kept plan cannot be read", where=str(path), found=error, do="plan again with --keep")
        ) from error
