"""What a plan changes in today's practice: which member of a group takes another's place, and what that buys.

The plan is held against the plan of the same question that keeps to today's practice: of each functional group, the
members that are used today, in their shares. What differs between the two currency accounts is what the change frees,
and where it goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import listing
from homeground.plan.words import number

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.plan import Model, Plan

Habits = Mapping[str, Mapping[str, float]]
Row = dict[str, Any]

ROUNDING: Final = 1e-6
"""Parts of a share or of a million that are the solver's."""
SEEN: Final = 1e-4
"""Millions of US dollars below which a payment counts as the same."""
REPLACED: Final = ("year", "group", "by", "instead_of", "quantity", "replaces", "meets", "usd_m")
MOVED: Final = ("year", "side", "kind", "name", "usd_m")
NEARLY: Final = 1e-2
TRADED: Final = ("buy for", "sell for", "not met", "reserve at")
"""How the words of a year begin that come after what takes the place of what."""

AGAINST: Final = "against today's practice"
SAID: Final = {
    ("less", "imports"): "less for {}", ("more", "imports"): "more for {}",
    ("less", "exports"): "more from sales of {}", ("more", "exports"): "less from sales of {}",
    ("less", "processes"): "less for running costs", ("more", "processes"): "more for running costs",
    ("less", "projects"): "less for projects", ("more", "projects"): "more for projects",
    ("less", "reserve"): "less into the reserve", ("more", "reserve"): "more into the reserve",
}  # fmt: skip
"""How a difference between the two currency accounts is said; `less` is what leaves currency for `more`."""


@dataclass(frozen=True, eq=False)
class Practice:
    """Today's practice beside the plan.

    `kept`: the plan that keeps to it; None where no such plan keeps all limits. `replaced`: year, group, by,
    instead_of, quantity (units of the one that comes), replaces (units of the one that goes), meets (units of the
    group), usd_m (what is replaced, at its border price; null where it has none). `moved`: year, side (`less` leaves
    currency, `more` takes it), kind (imports, exports, processes, projects, reserve), name, usd_m; both sides of a year
    add up to the same. `words`: by year.
    """

    kept: Plan | None
    replaced: pa.Table
    moved: pa.Table
    words: Mapping[int, tuple[str, ...]]
    summary: str


def steps(plan: Plan, changed: Practice | None) -> list[tuple[int, tuple[str, ...]]]:
    """The words of each year: what begins and is there, what takes the place of what, what is traded, what is left."""
    found = []
    for phase in plan.phases:
        own = changed.words.get(phase.year, ()) if changed is not None else ()
        first = next((k for k, words in enumerate(phase.words) if words.startswith(TRADED)), len(phase.words))
        swaps = [words for words in own if not words.startswith(AGAINST)]
        rest = [words for words in own if words.startswith(AGAINST)]
        found.append((phase.year, (*phase.words[:first], *swaps, *phase.words[first:], *rest)))
    return found


def by_habit(model: Model, habits: Habits) -> Model:
    """Return the question with groups that are used today bound to today's members and shares."""
    rows = []
    for row in model.groups.to_pylist():
        shares = habits.get(row["group"])
        if shares is None:
            rows.append(row)
        elif shares.get(row["member"], 0.0) > 0:
            rows.append({**row, "cap": min(1.0, shares[row["member"]] * (1 + ROUNDING))})
    return model.but(groups=rows)


def practice(model: Model, plan: Plan, kept: Plan | None, habits: Habits) -> Practice:
    """Say what the plan changes; `kept` is the plan of the question `by_habit`."""
    replaced = list(_replaced(model, plan, habits))
    moved = list(_moved(model, plan, kept)) if kept is not None else []
    words = {year: tuple(_words(model, plan, kept, replaced, moved, year)) for year in plan.years}
    summary = _summary(model, plan, kept, replaced)
    return Practice(kept, _table(replaced, REPLACED), _table(moved, MOVED), words, summary)


def _replaced(model: Model, plan: Plan, habits: Habits) -> Iterator[Row]:
    ratio = {(row["group"], row["member"]): row["conversion"] for row in model.groups.to_pylist()}
    price = _cheapest(model)
    met: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for row in plan.members.to_pylist():
        met[row["year"], row["group"]][row["member"]] = row["meets"]
    for (year, group), now in sorted(met.items()):
        if group not in habits:
            continue
        total = sum(now.values())
        moved = {m: now.get(m, 0.0) - total * habits[group].get(m, 0.0) for m in {**now, **habits[group]}}
        comes = {m: size for m, size in moved.items() if size > ROUNDING * total}
        goes = {m: -size for m, size in moved.items() if size < -ROUNDING * total}
        for new in sorted(comes, key=lambda m: -comes[m]):
            for old in sorted(goes, key=lambda m: -goes[m]):
                size = comes[new] * goes[old] / sum(goes.values())
                units = size / ratio[group, old]
                cost = price.get((old, year))
                yield dict(
                    zip(
                        REPLACED,
                        (year, group, new, old, size / ratio[group, new], units, size,
                         None if cost is None else cost * units / 1e6),
                        strict=True,
                    )
                )  # fmt: skip


def _cheapest(model: Model) -> dict[tuple[str, int], float]:
    """The lowest price at which each good can be bought in each year."""
    found: dict[tuple[str, int], float] = {}
    for row in model.suppliers.to_pylist():
        key = (row["good"], row["year"])
        if row["cap"] > 0:
            found[key] = min(row["price_usd"], found.get(key, row["price_usd"]))
    return found


def _moved(model: Model, plan: Plan, kept: Plan) -> Iterator[Row]:
    """Differences between the two currency accounts."""
    names = model.names()
    before, now = _payments(kept), _payments(plan)
    for key in sorted({*before, *now}):
        year, kind, name = key
        change = now.get(key, 0.0) - before.get(key, 0.0)
        takes = -change if kind == "exports" else change
        if abs(change) > SEEN:
            values = (year, "more" if takes > 0 else "less", kind, names.get(name, name), abs(change))
            yield dict(zip(MOVED, values, strict=True))


def _payments(plan: Plan) -> dict[tuple[int, str, str], float]:
    """Currency that a plan pays or earns by year, kind and name, M USD; of the reserve what is added to it."""
    found: dict[tuple[int, str, str], float] = defaultdict(float)
    for kind in ("imports", "exports"):
        for row in getattr(plan, kind).to_pylist():
            found[row["year"], kind, row["good"]] += row["usd_m"]
    for row in plan.currency.to_pylist():
        found[row["year"], "processes", "running costs"] = row["processes"]
        found[row["year"], "projects", "projects"] = row["projects"]
        found[row["year"], "reserve", "the reserve"] = row["reserve"] - row["opening"]
    return found


def _words(
    model: Model, plan: Plan, kept: Plan | None, replaced: list[Row], moved: list[Row], year: int
) -> Iterator[str]:
    mine = [row for row in replaced if row["year"] == year]
    before = {_pair(row) for row in replaced if row["year"] == year - 1}
    for row in mine:
        if _pair(row) not in before:
            yield _swap(model, plan, kept, row)
    same = [_short(model, row) for row in mine if _pair(row) in before]
    if same:
        yield f"as before: {'; '.join(same)}"
    of_year = [row for row in moved if row["year"] == year]
    if mine and of_year:
        less, more = (_listed(of_year, side, _met(model, plan, kept, year)) for side in ("less", "more"))
        yield f"{AGAINST}: {less or 'nothing less'}; {more or 'nothing more'}"


def _pair(row: Row) -> tuple[str, str, str]:
    return row["group"], row["by"], row["instead_of"]


def _swap(model: Model, plan: Plan, kept: Plan | None, row: Row) -> str:
    names, units = model.names(), model.units()
    return (
        f"{names[row['by']]} in place of {names[row['instead_of']]}, as {names[row['group']]}: "
        f"{number(row['quantity'])} {units[row['by']]} for {number(row['replaces'])} {units[row['instead_of']]}"
        f"{_worth(plan, kept, row)}"
    )


def _short(model: Model, row: Row) -> str:
    names = model.names()
    worth = "" if row["usd_m"] is None else f", {number(row['usd_m'])} M USD"
    size = f"{number(row['replaces'])} {model.units()[row['instead_of']]}"
    return f"{names[row['by']]} for {size} of {names[row['instead_of']]}{worth}"


def _worth(plan: Plan, kept: Plan | None, row: Row) -> str:
    """What the good that goes would have cost: saved, as far as less of it is imported; else free for other use."""
    if row["usd_m"] is None:
        return ", then free for other use"
    less = _imported(kept, row) - _imported(plan, row) if kept is not None else 0.0
    if less >= row["usd_m"] * (1 - NEARLY):
        return f", saving {number(row['usd_m'])} M USD of imports"
    return f", then free for other use, worth {number(row['usd_m'])} M USD at the border"


def _imported(plan: Plan, row: Row) -> float:
    flows = plan.imports.to_pylist()
    return float(sum(f["usd_m"] for f in flows if (f["good"], f["year"]) == (row["instead_of"], row["year"])))


def _met(model: Model, plan: Plan, kept: Plan | None, year: int) -> dict[str, str]:
    """Name of a good → what more of its need the plan meets than the plan that keeps to today's practice."""
    if kept is None:
        return {}
    names, units = model.names(), model.units()
    lacks: dict[str, float] = defaultdict(float)
    for sign, of in ((1, kept), (-1, plan)):
        for row in of.unmet.to_pylist():
            if row["year"] == year:
                lacks[row["good"]] += sign * row["unmet"]
    return {
        names[good]: f" ({number(more)} {units[good]} more of the need)"
        for good, more in lacks.items()
        if more > ROUNDING
    }


def _listed(rows: list[Row], side: str, met: Mapping[str, str]) -> str:
    mine = sorted((row for row in rows if row["side"] == side), key=lambda row: -row["usd_m"])
    shown = [row for row in mine if row["usd_m"] >= NEARLY * mine[0]["usd_m"]]
    texts = [f"{number(row['usd_m'])} M USD {SAID[side, row['kind']].format(row['name'])}" for row in shown]
    gains = [met.get(row["name"], "") if (side, row["kind"]) == ("more", "imports") else "" for row in shown]
    return listing([text + gain for text, gain in zip(texts, gains, strict=True)], 4)


def _summary(model: Model, plan: Plan, kept: Plan | None, replaced: list[Row]) -> str:
    if not replaced:
        return "The plan keeps to today's practice in every functional group."
    if kept is None:
        return "Keeping to today's practice, no plan keeps all limits."
    worth = sum(row["usd_m"] or 0.0 for row in replaced)
    parts = [f"what takes the place of other goods frees {number(worth)} M USD at border prices over the plan"]
    unmet, cost = kept.unmet_parts - plan.unmet_parts, kept.cost - plan.cost
    if unmet > ROUNDING:
        fall = f"from {kept.unmet_parts:.3g} to {plan.unmet_parts:.3g}"
        parts.append(f"needs left unmet fall {fall}, each need and year counting as one")
    elif abs(cost) > ROUNDING * abs(plan.cost):
        parts.append(f"the cost is {number(abs(cost))} M {model.home_money} {'less' if cost > 0 else 'more'}")
    begun = {row["name"] for row in plan.projects.to_pylist()} - {row["name"] for row in kept.projects.to_pylist()}
    if begun:
        parts.append(f"{listing(sorted(begun))} can be built")
    return f"Against the plan that keeps to today's practice: {'; '.join(parts)}."


def _table(rows: list[Row], columns: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    numbers = {"quantity", "replaces", "meets", "usd_m"}
    kinds = {"year": pa.int64(), **dict.fromkeys(numbers, pa.float64())}
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, kinds.get(name, pa.string())) for name in columns]))
