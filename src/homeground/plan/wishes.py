"""The limits of a plan that a planner changes: currency by year, targets, shares of suppliers, projects.

`wishes` reads them from a plan's document; `wished` returns the document with others in their place. Money is in
millions, shares are parts of one. What a document states for single years stays as it is where it is not changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from homeground.errors import BadInput, message
from homeground.plan.tables import spoken

MILLION: Final = 1e6
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Wishes:
    """What is asked of a plan; a target, share or budget of None is no limit.

    `opening`, `income`, `floor`: M USD, the last two by year; `budget`: M of home money by year. `targets` and `caps`:
    shares, in the order of the document, `must` which targets have to be met. `projects`: those that may be built.
    """

    opening: float
    income: tuple[float, ...]
    floor: tuple[float, ...]
    budget: tuple[float | None, ...]
    targets: tuple[float | None, ...]
    must: tuple[bool, ...]
    caps: tuple[float | None, ...]
    projects: tuple[str, ...]

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Wishes:
        """Wishes that were plain data, such as JSON."""
        values: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in plain.items()}
        return cls(**values)


@dataclass(frozen=True)
class Offer:
    """What the wishes are about, in words: years, targets, shares of suppliers, projects by id."""

    years: tuple[int, ...]
    targets: tuple[str, ...]
    caps: tuple[str, ...]
    projects: Mapping[str, str] = field(default_factory=dict)


def wishes(document: Document, years: Sequence[int]) -> Wishes:
    """What a document asks for in `years`."""
    money = document.get("currency", {})
    budget = _by_year(money, "budget_home", years, math.inf)
    targets, caps = _single(document, "targets"), _single(document, "caps")
    return Wishes(
        opening=money.get("opening_usd", 0.0) / MILLION,
        income=tuple(value / MILLION for value in _by_year(money, "income_usd", years, 0.0)),
        floor=tuple(value / MILLION for value in _by_year(money, "floor_usd", years, 0.0)),
        budget=tuple(None if math.isinf(value) else value / MILLION for value in budget),
        targets=tuple(row["share"] for row in targets),
        must=tuple(bool(row.get("must", True)) for row in targets),
        caps=tuple(row["share"] for row in caps),
        projects=tuple(document.get("projects", {})),
    )


def offer(document: Document, years: Sequence[int], names: Mapping[str, str]) -> Offer:
    """Name what can be wished; `names` are those of goods."""
    targets = [f"{names.get(row['good'], row['good'])}{_when(row)}" for row in _single(document, "targets")]
    caps = [_cap(row, names) for row in _single(document, "caps")]
    stated = document.get("projects", {}).items()
    projects = {key: entry.get("name") or spoken(key) for key, entry in stated}
    return Offer(tuple(years), tuple(targets), tuple(caps), projects)


def wished(document: Document, wanted: Wishes, years: Sequence[int]) -> dict[str, Any]:
    """Return the document with these wishes in place of its own; raises BadInput where they do not fit it."""
    own = wishes(document, years)
    _require_same_shape(own, wanted)
    made = dict(document)
    made["currency"] = {
        **document.get("currency", {}),
        "opening_usd": wanted.opening * MILLION,
        "income_usd": [value * MILLION for value in wanted.income],
        "floor_usd": [value * MILLION for value in wanted.floor],
        "budget_home": [math.inf if value is None else value * MILLION for value in wanted.budget],
    }
    made["targets"] = _rows(document, "targets", wanted.targets, [{"must": must} for must in wanted.must])
    made["caps"] = _rows(document, "caps", wanted.caps, [{}] * len(wanted.caps))
    projects = document.get("projects", {})
    strange = sorted(set(wanted.projects) - set(projects))
    if strange:
        raise BadInput(message("no such project", found=strange[0], expected=", ".join(projects), do="choose of these"))
    made["projects"] = {key: entry for key, entry in projects.items() if key in wanted.projects}
    return {key: entry for key, entry in made.items() if entry}


def _require_same_shape(own: Wishes, wanted: Wishes) -> None:
    for name in ("income", "floor", "budget", "targets", "must", "caps"):
        found, has = len(getattr(wanted, name)), len(getattr(own, name))
        if found != has:
            do = "state as many as the plan has"
            raise BadInput(message("wishes that do not fit the plan", where=name, found=found, expected=has, do=do))


def _rows(
    document: Document, table: str, shares: Sequence[float | None], more: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of a table with these shares; those without one are left out, those stated by year stay."""
    wanted = iter(zip(shares, more, strict=True))
    made = []
    for row in document.get(table, []):
        if not _is_single(row):
            made.append(dict(row))
            continue
        share, words = next(wanted)
        if share is not None:
            made.append({**row, "share": share, **words})
    return made


def _single(document: Document, table: str) -> list[Mapping[str, Any]]:
    return [row for row in document.get(table, []) if _is_single(row)]


def _is_single(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("share"), int | float)


def _by_year(money: Mapping[str, Any], key: str, years: Sequence[int], usual: float) -> list[float]:
    value = money.get(key, usual)
    if isinstance(value, Mapping):
        return [float(value[str(year)]) for year in years]
    return [float(each) for each in value] if isinstance(value, list) else [float(value)] * len(years)


def _when(row: Mapping[str, Any]) -> str:
    return f", {row['year']}" if "year" in row else ", every year"


def _cap(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    who = "any one supplier" if row.get("supplier", "*") == "*" else row["supplier"]
    return f"{names.get(row['good'], row['good'])} from {who}{_when(row) if 'year' in row else ''}"
