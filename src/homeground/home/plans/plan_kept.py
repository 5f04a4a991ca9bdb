"""A solved plan in a folder, to read again: its tables as Parquet, the rest as JSON.

The process book behind it is not kept here, nor the plan that keeps to today's practice: what they changed is.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import BadInput, message

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.plans.planner import PlanView
    from homeground.home.plans.practice import Practice

PARTS: Final = ("model", "plan", "practice")
FILE: Final = "view.json"


def write(view: PlanView, folder: Path) -> None:
    """Write a solved plan; the words come last, so that a folder with them is whole."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, Any] = {"software": view.software, "more": view.more, "files": dict(view.files)}
    tables = {"limits": view.limits} if view.limits is not None else {}
    for part in PARTS:
        plain, held = _apart(getattr(view, part))
        said[part] = plain
        tables |= {f"{part}-{name}": table for name, table in held.items()}
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    new = folder / f".{FILE}"
    new.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    new.replace(folder / FILE)


def replace(view: PlanView, folder: Path) -> None:
    """Write a solved plan in the place of one kept before; raises BadInput, and changes nothing, where it cannot."""
    new, old = (folder.with_name(f".{folder.name}.{word}") for word in ("new", "old"))
    try:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)
        write(view, new)
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.replace(folder)
        do = "free space, or choose another Home"
        raise BadInput(message("it could not be kept", where=str(folder), found=error.strerror, do=do)) from error
    finally:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)


def read(folder: Path) -> PlanView:
    """Read a solved plan; raises BadInput where the folder is not whole."""
    from homeground.home.plans.planner import PlanView
    from homeground.plan import Model, Phase, Plan, Stage

    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        model, plan, practice = (None if said[part] is None else said[part] | _tables(folder, part) for part in PARTS)
        assert model is not None
        assert plan is not None
        plan["stages"] = tuple(Stage(**stage) for stage in plan["stages"])
        plan["phases"] = tuple(Phase(phase["year"], tuple(phase["words"])) for phase in plan["phases"])
        limits = _tables(folder, "limits").get("limits")
        question, answer, changed = Model(**_tuples(model)), Plan(**_tuples(plan)), _practice(practice)
        made_by = said.get("software", "an earlier version")
        return PlanView(question, answer, said["more"], limits, None, changed, said["files"], made_by)
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise BadInput(
            message("a kept plan cannot be read", where=folder.name, found=error, do="solve it again")
        ) from error


def _apart(whole: Any) -> tuple[dict[str, Any] | None, dict[str, pa.Table]]:
    """The fields of a record that JSON holds, and its tables."""
    import pyarrow as pa

    if whole is None:
        return None, {}
    held = {field.name: getattr(whole, field.name) for field in fields(whole) if field.name != "kept"}
    tables = {name: value for name, value in held.items() if isinstance(value, pa.Table)}
    return {name: _plain(value) for name, value in held.items() if name not in tables}, tables


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _tables(folder: Path, part: str) -> dict[str, pa.Table]:
    import pyarrow.parquet as pq

    found = sorted(folder.glob(f"{part}*.parquet"))
    return {path.stem.removeprefix(f"{part}-"): pq.read_table(path) for path in found}


def _tuples(said: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _practice(said: dict[str, Any] | None) -> Practice | None:
    from homeground.home.plans.practice import Practice

    if said is None:
        return None
    words = {int(year): tuple(each) for year, each in said["words"].items()}
    return Practice(**{**said, "words": words, "kept": None})
