"""A process book as a planner reads it: its goods, processes and groups, and what it says of borders and needs.

What the plan's file says of a good in a table takes the place of what the book says of it there. The book's own words
are turned as follows (Convention, "Plans from process books"): what has a border price can be bought abroad at it, and
sold there as far as it is sold today; a process can do what its capacity says, or what it does today; what neither runs
nor is built stays away; of a group, members that do not fit, or of which it is not known, stay away, unless they are in
use today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeground import materials
from homeground.errors import BadInput, listing, message
from homeground.materials import Book, Group, Process
from homeground.materials.book import Role
from homeground.materials.substitutes import unfit
from homeground.plan.words import ABROAD

Document = Mapping[str, Any]

SOONER: Final = 1e-3
"""How much more an other use counts for each year that it comes earlier, so that nothing is put off without need."""

SIDES: Final[Mapping[Role, str]] = {
    "input": "inputs", "energy": "inputs", "output": "outputs", "byproduct": "byproducts", "scrap": "byproducts",
}  # fmt: skip


@dataclass(frozen=True)
class Linked:
    """A book in the shape of a plan's file.

    `tables`: parts of a plan's file. `habits`: of each group that processes use today, the share that each member
    meets. `notes`: what a reader should know.
    """

    book: Book
    tables: Document
    habits: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...]


def linked(book: Book, document: Document, years: Sequence[int]) -> Linked:
    """Turn a book into the parts of a plan's file, as far as the plan `document` and the book's own activity need it.

    Raises BadInput where no member of a group that is needed fits.
    """
    return _Link(book, document, years).linked()


class _Link:
    def __init__(self, book: Book, document: Document, years: Sequence[int]) -> None:
        self.book, self.document, self.years = book, document, list(years)
        self.state = materials.state_of(book)
        built = {str(entry.get("process")) for entry in _tables(document, "projects")}
        named = built | set(_part(document, "processes"))
        self.processes = [p for p in book.processes.values() if _capacity(p) > 0 or p.id in named]
        self.in_use = {good for p in self.processes if p.level for good, share in p.uses.items() if share}
        self.groups = self._groups()
        self.collected = self._collected()
        self.goods = self._touched()
        self.notes: list[str] = []

    def linked(self) -> Linked:
        tables = {
            "plan": self._settings(),
            "goods": dict(self._good_entries()),
            "processes": {p.id: self._process(p) for p in self.processes} | self._collecting() | self._routes(),
            "groups": {group.id: self._group(group) for group in self.groups},
            "suppliers": list(self._suppliers()),
            "markets": list(self._markets()),
            "resources": [*self._resources(), *self._arisings()],
            "needs": list(self._needs()),
        }
        self._note_what_is_missing()
        return Linked(self.book, tables, dict(self._habits()), tuple(self.notes))

    def _settings(self) -> dict[str, Any]:
        stated = {"home_per_usd": self.book.home_per_usd, "country": self.book.country or None}
        return {key: value for key, value in stated.items() if value is not None}

    def _groups(self) -> list[Group]:
        used = {line.good for process in self.processes for line in process.inputs if line.is_group}
        used |= set(_goods_of(self.document, "needs"))
        return [group for group in self.book.groups.values() if group.id in used]

    def _collected(self) -> set[str]:
        """By-products that nothing is run for, and that cost something to collect."""
        aims = {line.good for process in self.processes for line in process.outputs}
        given = {held.good for held in self.book.resources.values()}
        sides = {line.good for process in self.processes for line in process.made if line.role != "output"}
        return {good for good in sides - aims - given if self.book.goods[good].home_price}

    def _touched(self) -> set[str]:
        goods = {line.good for process in self.processes for line in process.lines if not line.is_group}
        goods |= {member.good for group in self.groups for member in group.members}
        goods |= {need.good for need in self.book.needs.values()}
        goods |= {key for key, good in self.book.goods.items() if good.use}
        for part in ("goods", "suppliers", "markets", "resources", "needs", "caps", "targets", "stocks"):
            goods |= set(_goods_of(self.document, part)) & set(self.book.goods)
        goods |= {route.gives for route in self.book.recovery.values() if route.gives in goods}
        return {key for key in goods if not self.book.goods[key].free}

    def _good_entries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, good in self.book.goods.items():
            if key in self.goods:
                yield key, {"unit": good.unit, "name": good.name, **({"hs": good.hs6} if good.hs6 else {})}
        for group in self.groups:
            yield group.id, {"unit": group.unit, "name": group.name}
        for key in sorted(self.collected):
            good = self.book.goods[key]
            yield _uncollected(key), {"unit": good.unit, "name": f"{good.name}, not collected"}
        for key, route in self._own_routes():
            yield _arising(key), {"unit": self.book.goods[route.gives].unit, "name": f"what falls out of use: {key}"}

    def _process(self, process: Process) -> dict[str, Any]:
        sides: dict[str, dict[str, float]] = {"inputs": {}, "outputs": {}, "byproducts": {}}
        for line in process.lines:
            if not line.is_group and self.book.goods[line.good].free:
                continue
            side = SIDES[line.role]
            good = _uncollected(line.good) if side == "byproducts" and line.good in self.collected else line.good
            sides[side][good] = sides[side].get(good, 0.0) + line.quantity
        labour = (process.labour or 0.0) * (self.book.wage or 0.0)
        return {
            **{side: lines for side, lines in sides.items() if lines},
            "capacity": _capacity(process),
            "cost_home": labour + (process.home_cost or 0.0),
            "cost_usd": process.usd_cost or 0.0,
            "name": process.name,
        }

    def _collecting(self) -> dict[str, dict[str, Any]]:
        return {
            f"collecting {key}": {
                "inputs": {_uncollected(key): 1.0},
                "outputs": {key: 1.0},
                "cost_home": self.book.goods[key].home_price,
                "name": f"Collecting {self.book.goods[key].name}",
            }
            for key in sorted(self.collected)
        }

    def _own_routes(self) -> Iterator[tuple[str, materials.Recovery]]:
        for key, route in self.book.recovery.items():
            if route.gives in self.goods and route.possible * route.yielded * route.arising > 0:
                yield key, route

    def _routes(self) -> dict[str, dict[str, Any]]:
        return {
            f"recovery of {key}": {
                "inputs": {_arising(key): 1.0},
                "outputs": {route.gives: route.yielded},
                "cost_home": (route.home_cost or 0.0) * route.yielded,
                "name": route.name,
            }
            for key, route in self._own_routes()
        }

    def _arisings(self) -> Iterator[dict[str, Any]]:
        """What is collected: as today in the first year, as much as is possible from the second on."""
        for key, route in self._own_routes():
            shares = [route.collection, *[route.possible] * (len(self.years) - 1)]
            yield {"good": _arising(key), "quantity": [route.arising * share for share in shares]}

    def _group(self, group: Group) -> dict[str, Any]:
        verdicts = {member.good: unfit(group, self.state, member.good) for member in group.members}
        fits = [m for m in group.members if verdicts[m.good][0] == "fits" or m.good in self.in_use]
        fits = [m for m in fits if m.ratio > 0 and m.cap > 0]
        if not fits:
            raise BadInput(
                message(
                    f"no member of the group {group.name} fits",
                    where=self.book.title,
                    found="; ".join(f"{self.book.name(good)}: {why}" for good, (_verdict, why) in verdicts.items()),
                    do="state the properties that are missing, or name another member",
                )
            )
        kept = {member.good for member in fits}
        out = [f"{self.book.name(good)} ({why})" for good, (_verdict, why) in verdicts.items() if good not in kept]
        if out:
            self.notes.append(f"Left out of {group.name}: {'; '.join(out)}.")
        return {"members": {m.good: {"conversion": 1 / m.ratio, "cap": m.cap} for m in fits}}

    def _suppliers(self) -> Iterator[dict[str, Any]]:
        for key in sorted(self.goods):
            price = self.book.goods[key].price
            if price is not None:
                yield {"good": key, "supplier": ABROAD, "price_usd": price}

    def _markets(self) -> Iterator[dict[str, Any]]:
        for key in sorted(self.goods):
            good = self.book.goods[key]
            price = good.export_price if good.export_price is not None else good.price
            if good.exports and price is not None:
                yield {"good": key, "market": ABROAD, "price_usd": price, "demand": good.exports}

    def _resources(self) -> Iterator[dict[str, Any]]:
        total: dict[str, float] = defaultdict(float)
        for held in self.book.resources.values():
            if held.good in self.goods:
                total[held.good] += held.quantity
        for good, quantity in total.items():
            yield {"good": good, "quantity": quantity, "cost_home": self.book.goods[good].home_price or 0.0}

    def _needs(self) -> Iterator[dict[str, Any]]:
        """What people need, as the book ranks it; then what uses outside the book take."""
        merged: dict[tuple[str, int], dict[str, Any]] = {}
        heads = "population" in self.document
        for need in self.book.needs.values():
            size = {"per_head": need.per_head} if heads and need.per_head is not None else {"quantity": need.quantity}
            row = merged.setdefault((need.good, need.priority), {"good": need.good, "priority": need.priority})
            if row.keys() & ({"per_head", "quantity"} - size.keys()):
                row, size = merged[need.good, need.priority], {"quantity": need.quantity}
                row["quantity"] = row.pop("per_head") * (self.book.population or 0.0)
            for name, value in size.items():
                row[name] = row.get(name, 0.0) + value
        yield from merged.values()
        stated = [row.get("priority", 1) for row in _tables(self.document, "needs")]
        last = max([*stated, *(need.priority for need in self.book.needs.values())], default=0) + 1
        sooner = [1 + SOONER * left for left in reversed(range(len(self.years)))]
        for key in sorted(self.goods):
            if self.book.goods[key].use:
                yield {"good": key, "quantity": self.book.goods[key].use, "priority": last, "weight": sooner}

    def _habits(self) -> Iterator[tuple[str, dict[str, float]]]:
        for group in self.groups:
            met: dict[str, float] = defaultdict(float)
            for process in self.processes:
                for line in process.inputs:
                    for member in group.members if line.good == group.id else ():
                        met[member.good] += process.level * line.quantity * process.uses.get(member.good, 0.0)
            total = sum(met.values())
            if total > 0:
                yield group.id, {good: size / total for good, size in met.items() if size > 0}

    def _note_what_is_missing(self) -> None:
        running = [p for p in self.processes if p.outputs]
        priced = {name for name, entry in _part(self.document, "processes").items() if "cost_home" in entry}
        unknown = [p.name for p in running if p.labour is None and p.home_cost is None and p.id not in priced]
        if unknown:
            self.notes.append(f"Costs at home count nothing, as the book states none: {listing(unknown, 6)}.")
        made = {line.good for p in self.processes for line in p.made}
        made |= {held.good for held in self.book.resources.values()}
        made |= {route.gives for _key, route in self._own_routes()}
        made |= set(_goods_of(self.document, "suppliers")) | set(_goods_of(self.document, "resources"))
        made |= set(_goods_of(self.document, "stocks"))
        taken = {line.good for p in self.processes for line in p.inputs if not line.is_group} & self.goods
        without = [self.book.name(good) for good in sorted(taken - made) if self.book.goods[good].price is None]
        if without:
            self.notes.append(f"Neither priced at the border nor had at home, so not to be had: {listing(without, 6)}.")
        if self.book.note:
            self.notes.append(self.book.note)


def _capacity(process: Process) -> float:
    return process.capacity if process.capacity is not None else process.level


def _uncollected(good: str) -> str:
    return f"{good}, not collected"


def _arising(route: str) -> str:
    return f"{route}, arising"


def _part(document: Document, part: str) -> Mapping[str, Any]:
    found = document.get(part, {})
    return found if isinstance(found, Mapping) else {}


def _tables(document: Document, part: str) -> list[Mapping[str, Any]]:
    """The entries of a listed or a named part, as far as they are tables; its form is judged where it is read."""
    found = document.get(part, [])
    entries = list(found.values()) if isinstance(found, Mapping) else found if isinstance(found, list) else []
    return [entry for entry in entries if isinstance(entry, Mapping)]


def _goods_of(document: Document, part: str) -> list[str]:
    found = document.get(part, [])
    if isinstance(found, Mapping):
        return [str(name) for name in found]
    return [str(entry["good"]) for entry in _tables(document, part) if "good" in entry]
