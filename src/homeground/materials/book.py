"""The process book: goods, processes, functional groups, recovery, premises, resources, needs; and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from homeground.materials.quantities import gigajoules

if TYPE_CHECKING:
    import pyarrow as pa

Role = Literal["input", "energy", "output", "byproduct", "scrap"]
MADE: tuple[Role, ...] = ("output", "byproduct", "scrap")


@dataclass(frozen=True)
class Source:
    """Where a number comes from; `checked` says whether it was compared with the source's text."""

    id: str
    author: str
    title: str
    checked: bool
    year: int | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True)
class Good:
    """A good, counted in `unit`. Money is per unit: `price` and `export_price` USD, `home_price` home money.

    `mass` is t per unit, None where it is not known, 0 for energy. `imports`, `exports`, `use` are units a year, None
    where not stated. A good is traded if it has a price or an HS code.
    """

    id: str
    name: str
    unit: str
    mass: float | None = None
    hs6: str = ""
    price: float | None = None
    export_price: float | None = None
    home_price: float | None = None
    tariff: float | None = None
    imports: float | None = None
    exports: float | None = None
    use: float | None = None
    waste: bool = False
    free: bool = False
    properties: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    price_from: str = ""

    @property
    def traded(self) -> bool:
        """Whether the good can cross the border."""
        return not self.free and (self.price is not None or bool(self.hs6))


@dataclass(frozen=True)
class Line:
    """One line of a process: a good, or for inputs a functional group, and its quantity per unit of activity."""

    good: str
    quantity: float
    role: Role
    is_group: bool = False


@dataclass(frozen=True)
class Process:
    """A way of making. Everything is per unit of activity; `labour` hours, `home_cost` home money, `usd_cost` USD.

    `uses`: of each functional group the share that each member meets at present.
    """

    id: str
    name: str
    per: str
    lines: tuple[Line, ...]
    uses: Mapping[str, float] = field(default_factory=dict)
    activity: float | None = None
    capacity: float | None = None
    labour: float | None = None
    home_cost: float | None = None
    usd_cost: float | None = None
    source: str = ""
    range: str = ""

    @property
    def level(self) -> float:
        """Activity a year; a process without one does not run."""
        return self.activity or 0.0

    @property
    def inputs(self) -> tuple[Line, ...]:
        """Inputs and energy."""
        return tuple(line for line in self.lines if line.role in ("input", "energy"))

    @property
    def made(self) -> tuple[Line, ...]:
        """Outputs, by-products and scrap."""
        return tuple(line for line in self.lines if line.role in MADE)

    @property
    def outputs(self) -> tuple[Line, ...]:
        """What the process is run for."""
        return tuple(line for line in self.lines if line.role == "output")


@dataclass(frozen=True)
class Member:
    """A good of a functional group: `ratio` units of it do the work of one unit of the group; `cap` is a share."""

    good: str
    ratio: float = 1.0
    grade: float | None = None
    cap: float = 1.0


@dataclass(frozen=True)
class Group:
    """Goods that can do the same work, if their properties lie within `least` and `most`."""

    id: str
    name: str
    unit: str
    members: tuple[Member, ...]
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def member(self, good: str) -> Member | None:
        """Return the member that is this good."""
        return next((member for member in self.members if member.good == good), None)


@dataclass(frozen=True)
class Recovery:
    """What comes back after use: won = arising · collection · yield, units of `gives` a year."""

    id: str
    name: str
    gives: str
    arising: float
    collection: float
    possible: float
    yielded: float
    home_cost: float | None = None
    source: str = ""

    @property
    def won(self) -> float:
        """Units a year won back at present."""
        return self.arising * self.collection * self.yielded


@dataclass(frozen=True)
class Premise:
    """What a process presumes to be at hand (`quantity` per activity), and what is used up where it is not."""

    id: str
    process: str
    presumes: str
    instead: str
    quantity: float
    statement: str = ""
    source: str = ""


@dataclass(frozen=True)
class Resource:
    """What nature or a grid gives: units of a good a year."""

    id: str
    good: str
    quantity: float
    source: str = ""


@dataclass(frozen=True)
class Need:
    """What people need first: units of a good a year."""

    id: str
    good: str
    quantity: float
    per_head: float | None = None
    priority: int = 1
    source: str = ""


@dataclass(frozen=True)
class Book:
    """A whole process book. `home_per_usd` is home money per US dollar, `shadow_per_usd` the same at its scarcity."""

    title: str
    goods: Mapping[str, Good]
    processes: Mapping[str, Process]
    groups: Mapping[str, Group]
    recovery: Mapping[str, Recovery]
    premises: Mapping[str, Premise]
    resources: Mapping[str, Resource]
    needs: Mapping[str, Need]
    sources: Mapping[str, Source]
    country: str = ""
    year: int | None = None
    home_per_usd: float | None = None
    shadow_per_usd: float | None = None
    wage: float | None = None
    wage_factor: float = 1.0
    population: float | None = None
    note: str = ""

    @property
    def shadow_rate(self) -> float | None:
        """Home money that a US dollar is worth: the shadow rate, else the official one."""
        return self.shadow_per_usd if self.shadow_per_usd is not None else self.home_per_usd

    def name(self, key: str) -> str:
        """Return the name of a good, group or process."""
        for held in (self.goods, self.groups, self.processes, self.recovery):
            if key in held:
                return str(held[key].name)
        return key

    def unit(self, key: str) -> str:
        """Return the unit of a good or group."""
        return self.goods[key].unit if key in self.goods else self.groups[key].unit

    def drawn(self, process: Process) -> Iterator[tuple[Line, str, float]]:
        """Yield line, good and units of each good that a unit of activity takes; of groups the members used now."""
        for line in process.inputs:
            if not line.is_group:
                yield line, line.good, line.quantity
                continue
            for member in self.groups[line.good].members:
                share = process.uses.get(member.good, 0.0)
                if share:
                    yield line, member.good, line.quantity * share * member.ratio

    def tables(self) -> dict[str, pa.Table]:
        """Return the book as plain tables, for planners and other tools.

        `goods`: good, name, unit, mass_t, hs6, price_usd, export_price_usd, tariff, imports, exports, use, free.
        `processes`: process, name, per, activity, capacity, cost_home (home money), cost_usd, labour (hours), energy
        (GJ), all per unit of activity. `coefficients`: process, good, quantity (outputs positive, inputs negative),
        kind (input, output, byproduct, scrap), is_group. `uses`: process, good, share. `groups`: group, name, unit,
        good, ratio, grade, cap. `recovery`: recovery, good, arising, collection, possible, yield, cost_home.
        `resources`: good, quantity. `needs`: good, quantity, per_head, priority. `premises`: premise, process,
        presumes, instead, quantity.
        """
        import pyarrow as pa

        return {name: pa.Table.from_pylist(list(rows(self)), schema=_schema(name)) for name, rows in ROWS.items()}


def _goods(book: Book) -> Iterator[dict[str, Any]]:
    for good in book.goods.values():
        yield {
            "good": good.id,
            **{
                key: getattr(good, key)
                for key in ("name", "unit", "hs6", "tariff", "imports", "exports", "use", "free")
            },
            "mass_t": good.mass,
            "price_usd": good.price,
            "export_price_usd": good.export_price if good.export_price is not None else good.price,
        }


def _processes(book: Book) -> Iterator[dict[str, Any]]:
    for process in book.processes.values():
        energy = [(gigajoules(book.unit(line.good)), line.quantity) for line in process.inputs if line.role == "energy"]
        yield {
            "process": process.id,
            **{key: getattr(process, key) for key in ("name", "per", "activity", "capacity", "labour")},
            "cost_home": process.home_cost,
            "cost_usd": process.usd_cost,
            "energy": sum(factor * size for factor, size in energy if factor is not None),
        }


def _coefficients(book: Book) -> Iterator[dict[str, Any]]:
    for process in book.processes.values():
        for line in process.lines:
            made = line.role in MADE
            yield {
                "process": process.id,
                "good": line.good,
                "quantity": line.quantity if made else -line.quantity,
                "kind": line.role if made else "input",
                "is_group": line.is_group,
            }


def _uses(book: Book) -> Iterator[dict[str, Any]]:
    for process in book.processes.values():
        yield from ({"process": process.id, "good": good, "share": share} for good, share in process.uses.items())


def _groups(book: Book) -> Iterator[dict[str, Any]]:
    for group in book.groups.values():
        for member in group.members:
            yield {"group": group.id, "name": group.name, "unit": group.unit, **vars(member)}


def _recovery(book: Book) -> Iterator[dict[str, Any]]:
    for route in book.recovery.values():
        numbers = {key: getattr(route, key) for key in ("arising", "collection", "possible")}
        yield {
            "recovery": route.id,
            "good": route.gives,
            **numbers,
            "yield": route.yielded,
            "cost_home": route.home_cost,
        }


def _resources(book: Book) -> Iterator[dict[str, Any]]:
    yield from ({"good": held.good, "quantity": held.quantity} for held in book.resources.values())


def _needs(book: Book) -> Iterator[dict[str, Any]]:
    keys = ("good", "quantity", "per_head", "priority")
    yield from ({key: getattr(need, key) for key in keys} for need in book.needs.values())


def _premises(book: Book) -> Iterator[dict[str, Any]]:
    keys = ("process", "presumes", "instead", "quantity")
    yield from ({"premise": held.id, **{key: getattr(held, key) for key in keys}} for held in book.premises.values())


ROWS = {
    "goods": _goods,
    "processes": _processes,
    "coefficients": _coefficients,
    "uses": _uses,
    "groups": _groups,
    "recovery": _recovery,
    "resources": _resources,
    "needs": _needs,
    "premises": _premises,
}
COLUMNS = {
    "goods": "good name unit mass_t hs6 price_usd export_price_usd tariff imports exports use free",
    "processes": "process name per activity capacity cost_home cost_usd labour energy",
    "coefficients": "process good quantity kind is_group",
    "uses": "process good share",
    "groups": "group name unit good ratio grade cap",
    "recovery": "recovery good arising collection possible yield cost_home",
    "resources": "good quantity",
    "needs": "good quantity per_head priority",
    "premises": "premise process presumes instead quantity",
}
TEXTS = frozenset(
    ["good", "name", "unit", "hs6", "process", "per", "kind", "group", "recovery", "premise", "presumes", "instead"]
)


def _schema(table: str) -> pa.Schema:
    import pyarrow as pa

    kinds = {"free": pa.bool_(), "is_group": pa.bool_(), "priority": pa.int64()}
    names = COLUMNS[table].split()
    return pa.schema([(name, pa.string() if name in TEXTS else kinds.get(name, pa.float64())) for name in names])
