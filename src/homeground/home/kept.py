"""What the report of a country shows of its kept process books and plans.

`plans/<country>/<name>.json` holds what a plan came to, with the SHA-256 of the files that it was made from; it is
replaced whole. Books are in the table `process_books` (see `own_means`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__
from homeground.codes import countries
from homeground.errors import BadInput, UsageError, message
from homeground.home import materials, own_means
from homeground.home.plan_prices import dataset_name
from homeground.home.practice import steps

if TYPE_CHECKING:
    from homeground.home.materials import MaterialsView
    from homeground.home.place import Place
    from homeground.home.planner import PlanView
    from homeground.store import Store

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
    target = _folder(store, code) / f"{dataset_name(view)}.json"
    _write(target, json.dumps(asdict(kept), ensure_ascii=False, indent=1).encode("utf-8"))
    return target


def for_report(store: Store, place: Place, year: int) -> MadeHere | None:
    """The kept books and plans of a country, books checked anew; None where there is none."""
    books = own_means.process_books(store, place.code).values()
    found = tuple(materials.check(store, book, place.code, book.year or year, None) for book in books)
    plans = () if "://" in str(store.path) else tuple(map(_read, sorted(_folder(store, place.code).glob("[!.]*.json"))))
    return MadeHere(found, plans) if found or plans else None


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


def _folder(store: Store, country: str) -> Path:
    if "://" in str(store.path):
        do = "keep it in a Home in a folder"
        raise UsageError(message("plans are not kept in an object store", where=str(store.path), do=do))
    return Path(store.path) / PLANS / country


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
