"""A plan as a TOML document: parsed here from a dictionary; the file is opened elsewhere.

A yearly value is one number for all years, a list with one per year, or a table by year. Nothing is filled in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from homeground.errors import BadInput, listing, message
from homeground.plan.model import Model

TOP: Final = (
    "plan", "goods", "processes", "groups", "suppliers", "markets", "resources", "needs", "population", "stocks",
    "projects", "currency", "caps", "targets", "restrictions", "scenarios",
)  # fmt: skip
SETTINGS: Final = (
    "name", "years", "country", "home_money", "home_per_usd", "discount", "independence", "book", "notes", "synthetic",
)  # fmt: skip
ENTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "goods": ("unit", "hs", "name"),
    "processes": ("inputs", "outputs", "byproducts", "capacity", "cost_home", "cost_usd", "name", "source"),
    "groups": ("members", "unit"),
    "stocks": ("initial", "max", "loss", "final", "unit"),
    "projects": (
        "process", "capacity", "build_years", "life", "first_year", "last_year", "must_by", "name", "cost_home",
        "cost_usd",
    ),
    "scenarios": ("changes",),
    "suppliers": ("good", "supplier", "year", "price_usd", "cap", "unit"),
    "markets": ("good", "market", "year", "price_usd", "demand", "unit"),
    "resources": ("good", "year", "quantity", "cost_home", "unit"),
    "needs": ("good", "year", "quantity", "per_head", "priority", "must", "weight", "unit"),
    "caps": ("good", "supplier", "year", "share"),
    "targets": ("good", "year", "share", "must"),
    "restrictions": ("importer", "exporter", "hs_prefix", "from_date", "to_date", "legal_reference"),
    "currency": ("opening_usd", "income_usd", "floor_usd", "budget_home"),
}  # fmt: skip
SYNTHETIC: Final = "SYNTHETIC: the country and its figures are made up."


def read(
    document: Mapping[str, Any], where: str = "plan", text: str = "", book: Mapping[str, Any] | None = None
) -> Model:
    """Make a model of a parsed document.

    `text`, the file's own text, lets errors name the line; `book` is the process book that the plan is linked to, in
    the shape of a plan's document: what the document says of a good in a table takes the place of what the book says.

    Raises BadInput naming the entry at fault.
    """
    return _Reader(document, where, text, book or {}).model()


class _Reader:
    def __init__(self, document: Mapping[str, Any], where: str, text: str, book: Mapping[str, Any]) -> None:
        self.document, self.where, self.book = document, where, book
        self.lines = text.splitlines()
        self._only(document, TOP, "")
        self.settings = {**book.get("plan", {}), **self._table("plan")}
        self._only(self.settings, SETTINGS, "plan")
        self.years = self._span()
        self.goods = self._goods()

    def model(self) -> Model:
        """Put the tables together."""
        settings = {key: self.settings[key] for key in SETTINGS[2:7] if key in self.settings}
        notes = [*self.settings.get("notes", []), *([SYNTHETIC] if self.settings.get("synthetic") else [])]
        money = self._table("currency")
        self._only(money, ENTRIES["currency"], "currency")
        try:
            return Model.of(
                self.years,
                goods=[{"good": name, **entry} for name, entry in self.goods.items()],
                opening_usd=self._number(money.get("opening_usd", 0.0), "currency", "opening_usd"),
                currency=self._currency(money),
                name=str(self.settings.get("name", self.where)),
                notes=tuple(str(note) for note in notes),
                **self._made(),
                **{name: list(self._rows(name)) for name in ("suppliers", "markets", "resources", "caps", "targets")},
                needs=list(self._needs()),
                restrictions=self._list("restrictions"),
                **settings,
            )
        except TypeError as error:
            raise BadInput(
                message("the plan could not be read", where=self.where, found=error, do="correct it")
            ) from error

    def _made(self) -> dict[str, list[dict[str, Any]]]:
        """Tables that come from named entries: processes, groups, stocks, projects, scenarios."""
        processes: list[dict[str, Any]] = []
        coefficients: list[dict[str, Any]] = []
        for name, entry in self._named("processes", self._processes()):
            processes.append({"process": name, **_only_of(entry, ("capacity", "cost_home", "cost_usd", "name"))})
            coefficients += self._coefficients(name, entry)
        projects: list[dict[str, Any]] = []
        costs: list[dict[str, Any]] = []
        for name, entry in self._named("projects", self._table("projects")):
            kept = [key for key in ENTRIES["projects"] if not key.startswith("cost_")]
            projects.append({"project": name, **_only_of(entry, kept)})
            costs += self._costs(name, entry)
        groups = [
            {"group": name, "member": member, **(given if isinstance(given, Mapping) else {"conversion": given})}
            for name, entry in self._named("groups", {**self.book.get("groups", {}), **self._table("groups")})
            for member, given in self._members(name, entry)
        ]
        stocks = [{"good": name, **_only_of(entry, ENTRIES["stocks"][:-1])} for name, entry in self._stocked()]
        changes = [
            {"scenario": name, **change}
            for name, entry in self._named("scenarios", self._table("scenarios"))
            for change in entry.get("changes", [])
        ]
        return {"processes": processes, "coefficients": coefficients, "projects": projects, "project_costs": costs,
                "groups": groups, "stocks": stocks, "changes": changes}  # fmt: skip

    def _processes(self) -> dict[str, Any]:
        """The book's processes and the plan's own; an entry without coefficients changes the book's in what it says."""
        known = dict(self.book.get("processes", {}))
        for name, entry in self._table("processes").items():
            adds = isinstance(entry, Mapping) and not {"inputs", "outputs", "byproducts"} & entry.keys()
            known[name] = {**known[name], **entry} if adds and name in known else entry
        return known

    def _span(self) -> list[int]:
        years: Any = self.settings.get("years")
        if not isinstance(years, list) or not years or not all(type(year) is int for year in years):
            self._refuse(
                "years of the plan", "plan", found=years, expected="[first, last] or all of them", do="state them"
            )
        return list(range(years[0], years[1] + 1)) if len(years) == 2 and years[0] < years[1] else list(years)

    def _goods(self) -> dict[str, dict[str, Any]]:
        goods = {name: dict(entry) for name, entry in self.book.get("goods", {}).items()}
        for name, entry in self._named("goods", self._table("goods")):
            entry = {**goods.get(name, {}), **entry}
            if name in goods and goods[name].get("unit") != entry.get("unit"):
                known = f"{goods[name].get('unit')}, as in the process book"
                self._refuse(
                    f"good in two units: {name}", f"goods.{name}", found=entry.get("unit"), expected=known, do="use one"
                )
            if "unit" not in entry:
                self._refuse("a good without a unit", f"goods.{name}", do='state it, such as unit = "t"')
            goods[name] = dict(entry)
        return {name: _only_of(entry, ENTRIES["goods"]) for name, entry in goods.items()}

    def _coefficients(self, name: str, entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        total: dict[str, float] = {}
        for side, sign in (("inputs", -1.0), ("outputs", 1.0), ("byproducts", 1.0)):
            for good, amount in entry.get(side, {}).items():
                place = f"processes.{name}"
                if isinstance(amount, Mapping):
                    self._same_unit(good, amount, place)
                    amount = amount.get("quantity")
                quantity = self._number(amount, place, f"{side} {good}")
                if quantity < 0:
                    self._refuse(
                        "a negative quantity",
                        place,
                        found=f"{good} {quantity:g}",
                        expected="0 or more",
                        do="correct it",
                    )
                total[good] = total.get(good, 0.0) + sign * quantity
        return iter([{"process": name, "good": good, "quantity": quantity} for good, quantity in total.items()])

    def _costs(self, name: str, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
        sides = {}
        for side in ("cost_home", "cost_usd"):
            given = entry.get(side, 0.0)
            steps = given if isinstance(given, list) else [given]
            sides[side] = [self._number(step, f"projects.{name}", side) for step in steps]
        count = max(map(len, sides.values()))
        return [
            {
                "project": name,
                "step": float(step),
                **{side: (steps + [0.0] * count)[step] for side, steps in sides.items()},
            }
            for step in range(count)
        ]

    def _members(self, name: str, entry: Mapping[str, Any]) -> list[tuple[str, Any]]:
        members = entry.get("members", {})
        if not members:
            self._refuse("a group without members", f"groups.{name}", do="name the goods that can stand in for it")
        if isinstance(members, list):
            return [(member, 1.0) for member in members]
        return list(members.items())

    def _stocked(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, entry in self._named("stocks", self._table("stocks")):
            self._same_unit(name, entry, f"stocks.{name}")
            yield name, entry

    def _rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Rows of a listed table, one per year: every number in it may be a yearly value."""
        for number, entry in enumerate(self._list(table), 1):
            place = f"{table} {number}"
            self._same_unit(entry.get("good"), entry, place)
            years = [entry["year"]] if "year" in entry else self.years
            for year in years:
                row = {
                    key: self._of_year(value, year, place, key)
                    for key, value in entry.items()
                    if key not in ("unit", "year")
                }
                yield {**row, "year": year}

    def _needs(self) -> Iterator[dict[str, Any]]:
        population = self._table("population")
        for number, row in enumerate(self._rows("needs")):
            per_head = row.pop("per_head", None)
            if (per_head is None) == ("quantity" not in row):
                self._refuse("a need", f"needs, {row.get('good')} {row['year']}", found="both or none",
                             expected="quantity, or per_head", do="state one of them")  # fmt: skip
            if per_head is not None:
                heads = population.get(str(row["year"]))
                if heads is None:
                    self._refuse(
                        "no population",
                        f"needs row {number + 1}, {row['good']}",
                        expected=f"[population] {row['year']}",
                        do="state it for each year",
                    )
                row["quantity"] = per_head * self._number(heads, "population", str(row["year"]))
            yield row

    def _currency(self, money: Mapping[str, Any]) -> list[dict[str, Any]]:
        keys = [key for key in ENTRIES["currency"][1:] if key in money]
        return [
            {"year": year, **{key: self._of_year(money[key], year, "currency", key) for key in keys}}
            for year in self.years
        ]

    def _of_year(self, value: Any, year: int, place: str, key: str) -> Any:
        if isinstance(value, list):
            if len(value) != len(self.years):
                self._refuse(
                    f"{key} by year",
                    place,
                    found=f"{len(value)} values",
                    expected=f"{len(self.years)}, one per year",
                    do="add or remove values",
                )
            value = value[year - self.years[0]] if year in self.years else value[0]
        if isinstance(value, Mapping):
            if str(year) not in value:
                self._refuse(
                    f"{key} by year",
                    place,
                    found=f"nothing for {year}",
                    expected="every year of the plan",
                    do="add it: nothing is filled in between",
                )
            value = value[str(year)]
        if key in ("good", "supplier", "market", "must") and not isinstance(value, int | float):
            return value
        return value if isinstance(value, bool) else self._number(value, place, key)

    def _named(self, table: str, entries: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, entry in entries.items():
            place = f"{table}.{name}"
            if not isinstance(entry, Mapping):
                self._refuse("not a table", place, found=repr(entry), do="write its fields")
            self._only(entry, ENTRIES[table] if name in self._table(table) else (*ENTRIES[table], *entry), place)
            yield name, entry

    def _list(self, table: str) -> list[dict[str, Any]]:
        rows: Any = self.document.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._refuse("not a list of tables", table, do=f"begin each entry with [[{table}]]")
        for number, row in enumerate(rows, 1):
            self._only(row, ENTRIES[table], f"{table} {number}")
        own = {row.get("good") for row in rows}
        return [*rows, *(row for row in self.book.get(table, []) if row["good"] not in own)]

    def _table(self, name: str) -> Mapping[str, Any]:
        entry: Any = self.document.get(name, {})
        if not isinstance(entry, Mapping):
            self._refuse("not a table", name, do=f"begin it with [{name}]")
        return dict(entry)

    def _same_unit(self, good: Any, entry: Mapping[str, Any], place: str) -> None:
        unit = entry.get("unit")
        known = self.goods.get(str(good), {}).get("unit")
        if unit is not None and known is not None and unit != known:
            self._refuse(
                f"good in two units: {good}", place, found=unit, expected=f"{known}, as in goods", do="convert it"
            )

    def _number(self, value: Any, place: str, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(f"{key} is not a number", place, found=repr(value), do="write a number")
        if value != value:
            self._refuse(
                f"{key} is not a number", place, found="nan", expected="a number", do="write it, or leave the entry out"
            )
        return float(value)

    def _only(self, entry: Mapping[str, Any], known: Sequence[str], place: str) -> None:
        strange = [key for key in entry if key not in known]
        if strange:
            self._refuse(
                "unknown entry", place, found=listing(strange), expected=listing(known, 20), do="correct or remove it"
            )

    def _refuse(self, what: str, place: str, *, do: str, found: object = None, expected: object = None) -> None:
        line = line_of(self.lines, place)
        parts = [self.where, f"line {line}" if line else "", place]
        raise BadInput(message(what, where=", ".join(p for p in parts if p), found=found, expected=expected, do=do))


def _only_of(entry: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: entry[key] for key in keys if key in entry}


def line_of(lines: Sequence[str], place: str) -> int | None:
    """Find the line of an entry: `goods.urea` under [goods] or as [goods.urea], `needs 3` as the third [[needs]].

    >>> line_of(["[goods]", 'urea = { unit = "t" }', "[[needs]]"], "goods.urea")
    2
    """
    table, _, rest = place.replace(", ", " ").partition("." if "." in place else " ")
    header = re.compile(rf"^\s*\[+\s*{re.escape(table)}\s*(?:\.\s*\"?{re.escape(rest)}\"?)?\s*\]+")
    found = [number for number, line in enumerate(lines, 1) if header.match(line)]
    if rest.isdigit():
        return found[int(rest) - 1] if int(rest) <= len(found) else None
    own = [number for number in found if rest and rest in lines[number - 1]]
    if own or not rest:
        return own[0] if own else found[0] if found else None
    key = re.compile(rf"^\s*\"?{re.escape(rest)}\"?\s*[.=]")
    return next((number for number, line in enumerate(lines, 1) if key.match(line)), found[0] if found else None)
