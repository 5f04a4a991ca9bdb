"""The plans that a ministry works on: a plan's file with its process book, and what it came to under other wishes.

Each plan is a folder below `planning/` in the Home: `plan.toml` as it was given, its process book as `book.toml` or
`book.xlsx`, and a folder of `results/` for each set of wishes that was solved, with the files that it was made from.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import toml
from homeground.errors import BadInput, Infeasible, NotInHome, UsageError, listing, message
from homeground.home.plans import plan_kept, planner
from homeground.plan import document as documents
from homeground.plan.wishes import Offer, Wishes, offer, wished, wishes

if TYPE_CHECKING:
    from homeground.home.plans.planner import Asked, PlanView
    from homeground.store import Store

FOLDER: Final = "planning"
PLAN: Final = "plan.toml"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
BOOK: Final = re.compile(r"(?m)^(\s*book\s*=\s*)(\"[^\"\n]*\"|'[^'\n]*')")
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Planned:
    """A plan's file as it was given, and what can be wished of it."""

    name: str
    document: Mapping[str, Any]
    asked: Asked
    own: Wishes
    offer: Offer


@dataclass(frozen=True)
class Result:
    """What a plan came to under some wishes; `refused` says in words which limits conflict, if no plan keeps all."""

    plan: str
    name: str
    wishes: Wishes
    time_limit: float
    gap: float
    refused: str = ""
    status: str = ""
    proved: float | None = None
    unmet: float | None = None
    cost: float | None = None
    imports: float | None = None
    reserve: float | None = None
    home_money: str = ""


def names(home: str | Path) -> list[str]:
    """The plans, in alphabetical order."""
    found = (Path(home) / FOLDER).glob(f"*/{PLAN}")
    return sorted(path.parent.name for path in found if not path.parent.name.startswith("."))


def titles(home: str | Path) -> dict[str, str]:
    """What the plans are called, by name, of their files alone; one whose file cannot be read is called by its name."""
    files = {name: Path(home) / FOLDER / name / PLAN for name in names(home)}
    return {name: _title(path, path.stat().st_mtime_ns) or name for name, path in files.items()}


@lru_cache(maxsize=1000)
def _title(path: Path, changed: int) -> str:
    try:
        settings = toml.loads(path.read_text(encoding="utf-8")).get("plan")
    except (OSError, ValueError):
        return ""
    return str(settings.get("name", "")) if isinstance(settings, dict) else ""


def put(home: str | Path, name: str, plan: Path, book: Path | None, *, title: str = "") -> Planned:
    """Keep a plan's file and its process book under a new name; `title` is what errors call the file.

    Raises BadInput for a name that is taken and for files that do not read as a plan; nothing is then kept.
    """
    _require_name(name)
    target = Path(home) / FOLDER / name
    if target.exists():
        raise BadInput(message("a plan of this name is here", found=name, do="take another name"))
    new = target.with_name(f".{name}.new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir(parents=True)
        (new / PLAN).write_text(_with_book(_text(plan, title or plan.name), book, title or plan.name), encoding="utf-8")
        if book is not None:
            shutil.copyfile(book, new / f"book{book.suffix.lower()}")
        found = _opened(new, name)
        new.replace(target)
    except OSError as error:
        raise BadInput(message("the plan cannot be kept", where=name, found=error.strerror, do="free space")) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return found


def opened(home: str | Path, name: str) -> Planned:
    """Return a plan as it was given; raises NotInHome."""
    if name not in names(home):
        held = listing(names(home)) or "none"
        raise NotInHome(message("no such plan", found=name, expected=held, do="choose one of these, or put one there"))
    return _opened(Path(home) / FOLDER / name, name)


def text(home: str | Path, name: str) -> str:
    """The text of a plan's file; raises NotInHome."""
    opened(home, name)
    return (Path(home) / FOLDER / name / PLAN).read_text(encoding="utf-8")


def require_free(home: str | Path, plan: str, result: str) -> None:
    """Raise BadInput where a result of this name is here, or it is no name."""
    _require_name(result)
    if (_results(home, plan) / result).exists():
        raise BadInput(message("a result of this name is here", found=result, do="take another name"))


def next_name(home: str | Path, plan: str) -> str:
    """A name that is free: the number after the last."""
    taken = {path.name for path in _results(home, plan).glob("*")}
    return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)


def results(home: str | Path, plan: str | None = None) -> list[Result]:
    """What plans came to, of one plan or of all: the oldest first."""
    chosen = [plan] if plan is not None else names(home)
    found = [path for name in chosen for path in _results(home, name).glob("*/result.json")]
    return [_result(path) for path in sorted(found, key=lambda path: path.stat().st_mtime_ns)]


def result_names(home: str | Path, plan: str) -> list[str]:
    """The results of a plan by their names alone, in alphabetical order."""
    found = (path.parent.name for path in _results(home, plan).glob("*/result.json"))
    return sorted(name for name in found if not name.startswith("."))


def result(home: str | Path, plan: str, name: str) -> Result:
    """One of them; raises NotInHome."""
    held = {each.name: each for each in results(home, plan)} if plan in names(home) else {}
    if name not in held:
        do = "choose one of these, or solve the plan"
        raise NotInHome(message("no such result", found=f"{plan}, {name}", expected=listing(held) or "none", do=do))
    return held[name]


def view(home: str | Path, plan: str, name: str) -> PlanView:
    """The solved plan of a result; raises NotInHome, and UsageError where its limits conflicted."""
    if refused := result(home, plan, name).refused:
        raise UsageError(message("this is no plan: its limits conflict", where=name, found=refused, do="give one way"))
    found = plan_kept.read(_results(home, plan) / name)
    return replace(found, plan=replace(found.plan, name=f"{found.plan.name}, {name}"))


def remove(home: str | Path, plan: str, name: str) -> None:
    """Remove a result; raises NotInHome."""
    result(home, plan, name)
    shutil.rmtree(_results(home, plan) / name)


def solve(
    store: Store, plan: str, name: str, wanted: Wishes, time_limit: float, gap: float, progress: Progress
) -> tuple[Result, PlanView | None]:
    """Solve a plan under these wishes, and keep what comes out; also that no plan keeps all limits, and why."""
    home = Path(store.path)
    given = opened(home, plan)
    require_free(home, plan, name)
    target = _results(home, plan) / name
    new = target.with_name(f".{name}.new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir(parents=True)
        changed = wished(given.document, wanted, given.offer.years)
        (new / PLAN).write_text(documents.text(changed), encoding="utf-8")
        for book in _books(target.parents[1]):
            shutil.copyfile(book, new / book.name)
        made, solved = _solved(store, new, Result(plan, name, wanted, time_limit, gap), progress)
        (new / "result.json").write_text(json.dumps(asdict(made), ensure_ascii=False), encoding="utf-8")
        new.replace(target)
    except OSError as error:
        raise BadInput(
            message("the result cannot be kept", where=name, found=error.strerror, do="free space")
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return made, solved


def _solved(store: Store, folder: Path, asked: Result, progress: Progress) -> tuple[Result, PlanView | None]:
    try:
        found = planner.plan(store, folder / PLAN, asked.time_limit, asked.gap, True, progress)
    except Infeasible as error:
        return replace(asked, refused=str(error)), None
    plan_kept.write(found, folder)
    account = found.plan.currency.to_pylist()
    return replace(
        asked, status=found.plan.status, proved=found.plan.gap, unmet=found.plan.unmet_parts, cost=found.plan.cost,
        imports=sum(row["imports"] for row in account), reserve=account[-1]["reserve"],
        home_money=found.plan.home_money,
    ), found  # fmt: skip


def _opened(folder: Path, name: str) -> Planned:
    document, _text = planner.parsed(folder / PLAN)
    asked = planner.read(folder / PLAN)
    years = asked.model.years
    return Planned(name, document, asked, wishes(document, years), offer(document, years, asked.model.names()))


def _with_book(text: str, book: Path | None, where: str) -> str:
    """The plan's text, naming its book as it is kept here, and no other file."""
    kept = f"book{book.suffix.lower()}" if book is not None else None
    if kept is not None:
        text = BOOK.sub(lambda found: f'{found[1]}"{kept}"', text, count=1)
    try:
        settings = toml.loads(text).get("plan", {})
    except ValueError as error:
        raise BadInput(message("not valid TOML", where=where, found=error, do="mend it")) from error
    named = settings.get("book") if isinstance(settings, dict) else None
    if named != kept:
        do = "give the file of the process book too" if kept is None else 'write book = "its file" under [plan]'
        what = "the plan and its process book do not belong together"
        raise BadInput(message(what, where=where, found=f"book = {named!r}", expected=kept or "no book", do=do))
    return text


def _text(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(message("not a text", where=where, found=error, do="save it as UTF-8")) from error


def _result(path: Path) -> Result:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Result(**{**held, "wishes": Wishes.of(held["wishes"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        where, do = f"{path.parts[-4]}, {path.parts[-2]}", "remove its folder, and solve the plan again"
        raise BadInput(message("a result cannot be read", where=where, found=error, do=do)) from error


def _books(folder: Path) -> list[Path]:
    return [path for path in folder.glob("book.*") if path.suffix in (".toml", ".xlsx")]


def _results(home: str | Path, plan: str) -> Path:
    return Path(home) / FOLDER / plan / "results"


def _require_name(name: str) -> None:
    if not NAME.fullmatch(name):
        expected = "letters without accents, digits, dots, hyphens, at most 60"
        raise BadInput(message("no name for a plan or result", found=name, expected=expected, do="take such a name"))
