"""Turn a document into a book: units fitting, names leading somewhere; each fault with its line or cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from homeground.errors import BadInput, ManyFaults, UsageError, listing, message
from homeground.materials import form, soundness
from homeground.materials.book import (
    Book,
    Good,
    Group,
    Line,
    Member,
    Need,
    Premise,
    Process,
    Recovery,
    Resource,
    Role,
    Source,
)
from homeground.materials.quantities import amount, gigajoules, known_unit, tons
from homeground.sources import process_book
from homeground.sources.process_book import Document, merged, shape

E = TypeVar("E")

ARMS = "93"
ROLES: Mapping[str, Role] = {
    "inputs": "input", "energy": "energy", "outputs": "output", "byproducts": "byproduct", "scrap": "scrap",
}  # fmt: skip


def read(path: str | Path) -> Book:
    """Read a process book (.toml or .xlsx), check that it is sound, and return it.

    Raises ManyFaults, each with file, line or cell, for what cannot be taken as it is, UsageError for arms (HS 93).
    """
    return parse(process_book.read(Path(path)))


def starter() -> Book:
    """Return the packaged book of real technical coefficients, each with its source."""
    return parse(process_book.packaged("starter"))


def parse(document: Document) -> Book:
    """Turn a document into a sound book; its base, where it names one, is read first."""
    base = document.parts.get("book", {}).get("base") if isinstance(document.parts.get("book"), Mapping) else None
    whole = merged(process_book.packaged(str(base)), document) if base else document
    misshapen = list(form.faults(whole))
    values = _Values(whole, {path[:2] for path, _ in misshapen})
    book = values.book() if _readable(whole) else None
    found = [*whole.faults, *(fault for _, fault in misshapen), *values.faults]
    if not found and book is not None:
        found = list(soundness.faults(book, whole.where))
    if found or book is None:
        raise ManyFaults(found)
    return book


def _readable(document: Document) -> bool:
    """Whether every part is a table, so that its entries can be looked at one by one."""
    return "book" in document.parts and all(isinstance(part, Mapping) for part in document.parts.values())


class _Values:
    """The values of one document, read with their places at hand; `misshapen` entries are known and not looked into.

    What cannot be taken is put down among the `faults`, and the next value is read.
    """

    def __init__(self, document: Document, misshapen: set[tuple[str, ...]]) -> None:
        self.document, self.misshapen = document, misshapen
        self.parts = document.parts
        self.units: dict[str, str] = {}
        self.faults: list[BadInput] = []

    def book(self) -> Book:
        """Read every part; the book is whole where there are no faults."""
        head = {} if any(path[0] == "book" for path in self.misshapen) else self.parts["book"]
        self._read_units()
        book = Book(
            title=head.get("title", ""),
            goods=self._each("goods", self._good),
            processes=self._each("processes", self._process),
            groups=self._each("groups", self._group),
            recovery=self._each("recovery", self._recovery),
            premises=self._each("premises", self._premise),
            resources=self._each("resources", self._resource),
            needs=self._each("needs", self._need),
            sources=self._each("sources", self._source),
            country=head.get("country", ""),
            year=int(head["year"]) if "year" in head else None,
            home_per_usd=self._positive("book", head, "home_per_usd"),
            shadow_per_usd=self._positive("book", head, "shadow_per_usd"),
            population=self._positive("book", head, "population"),
            wage=self._positive("book", head, "wage"),
            note=head.get("note", ""),
        )
        factor = self._positive("book", head, "wage_factor")
        return book if factor is None else replace(book, wage_factor=factor)

    def _read_units(self) -> None:
        """Read the unit of every good and group that states one, also of those that are misshapen otherwise."""
        for part in ("goods", "groups"):
            for key, entry in self.parts.get(part, {}).items():
                if key in self.units:
                    self._say("a good and a group of one name", where=self.where(part, key), do="rename one of them")
                unit = entry.get("unit") if isinstance(entry, Mapping) else None
                if isinstance(unit, str):
                    try:
                        self.units[key] = known_unit(unit, self.where(part, key, "unit"))
                    except BadInput as fault:
                        self.faults.append(fault)

    def _each(self, part: str, read: Callable[[str, Mapping[str, Any]], E]) -> dict[str, E]:
        return {key: read(key, entry) for key, entry in self._shaped(part)}

    def _shaped(self, part: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from ((k, entry) for k, entry in self.parts.get(part, {}).items() if (part, k) not in self.misshapen)

    def _say(self, what: str, *, where: str, do: str, found: object = None, expected: object = None) -> None:
        self.faults.append(BadInput(message(what, where=where, found=found, expected=expected, do=do)))

    def where(self, *path: str) -> str:
        return self.document.where(*path)

    def _positive(self, part: str, entry: Mapping[str, Any], key: str) -> float | None:
        value: float | None = entry.get(key)
        if value is not None and value <= 0:
            self._say(
                f"{key} is not positive",
                where=self.where(part, key),
                found=value,
                expected="above 0",
                do="correct it",
            )
        return value

    def _size(self, path: tuple[str, ...], value: Any, unit: str | None) -> float | None:
        """Return a quantity that is not below zero, in its unit; none where that unit is not known."""
        if value is None or unit is None:
            return None
        try:
            found = amount(value, unit, self.where(*path))
        except BadInput as fault:
            self.faults.append(fault)
            return None
        if found < 0:
            self._say("below zero", where=self.where(*path), found=value, expected="0 or more", do="correct the sign")
        return found

    def _good(self, key: str, entry: Mapping[str, Any]) -> Good:
        unit = self.units.get(key)
        hs6 = entry.get("hs6", "")
        if hs6 and not (hs6.isdigit() and len(hs6) == 6):
            self._say(
                "not an HS code",
                where=self.where("goods", key, "hs6"),
                found=repr(hs6),
                expected="6 digits",
                do="correct it",
            )
        if hs6.startswith(ARMS):
            where = self.where("goods", key, "hs6")
            raise UsageError(
                message("arms and ammunition (HS 93) are in no process book", where=where, do="leave them out")
            )
        sizes = {f: self._size(("goods", key, f), entry.get(f), unit) for f in ("imports", "exports", "use")}
        prices = {
            f: self._size(("goods", key, f), entry.get(f), unit and f"USD / {unit}") for f in ("price", "export_price")
        }
        home_price = self._zero_or_more(("goods", key), entry, "home_price")
        return Good(
            id=key,
            name=entry.get("name", key),
            unit=unit or "",
            mass=self._mass(key, entry),
            hs6=hs6,
            home_price=home_price,
            tariff=entry.get("tariff"),
            waste=entry.get("waste", False),
            free=entry.get("free", False),
            properties=entry.get("properties", {}),
            source=self._cited("goods", key, entry),
            price_from="the book" if prices["price"] is not None else "",
            **sizes,
            **prices,
        )

    def _mass(self, key: str, entry: Mapping[str, Any]) -> float | None:
        unit, stated = self.units.get(key), entry.get("mass")
        if unit is None:
            return None
        own = tons(unit)
        if own is not None and stated is not None:
            self._say(
                "a mass per unit of mass", where=self.where("goods", key, "mass"), found=stated, do="leave it out"
            )
        if own is not None:
            return own
        if stated is None:
            return 0.0 if gigajoules(unit) is not None or unit in ("h", "tkm", "ha") else None
        return self._size(("goods", key, "mass"), stated, "t")

    def _process(self, key: str, entry: Mapping[str, Any]) -> Process:
        lines = [
            self._line((key, name, good), good, value, ROLES[name])
            for name in shape.LINES
            for good, value in entry.get(name, {}).items()
        ]
        numbers = {f: self._zero_or_more(("processes", key), entry, f) for f in ("activity", "capacity", "labour")}
        costs = {f: self._zero_or_more(("processes", key), entry, f) for f in ("home_cost", "usd_cost")}
        return Process(
            id=key,
            name=entry.get("name", key),
            per=entry.get("per", ""),
            lines=tuple(lines),
            uses=entry.get("uses", {}),
            source=self._cited("processes", key, entry),
            range=entry.get("range", ""),
            **numbers,
            **costs,
        )

    def _zero_or_more(self, path: tuple[str, ...], entry: Mapping[str, Any], key: str) -> float | None:
        return self._size((*path, key), entry.get(key), "t")

    def _line(self, path: tuple[str, ...], good: str, value: Any, role: Role) -> Line:
        groups = self.parts.get("groups", {})
        self._exists(good, ("processes", *path), group=role == "input")
        size = self._size(("processes", *path), value, self.units.get(good))
        if size == 0:
            self._say("a coefficient of 0", where=self.where("processes", *path), do="leave the line out")
        return Line(good, size or 0.0, role, is_group=good in groups)

    def _exists(self, good: str, path: tuple[str, ...], group: bool = False) -> str:
        known = {*self.parts.get("goods", {}), *(self.parts.get("groups", {}) if group else {})}
        if good not in known:
            self._say(
                f"{good} is not among the goods",
                where=self.where(*path),
                expected=f"one of {listing(sorted(known), 12)}",
                do=f"add [goods.{good}], or correct the name",
            )
        return good

    def _group(self, key: str, entry: Mapping[str, Any]) -> Group:
        members = []
        for good, held in entry.get("members", {}).items():
            path = ("groups", key, "members", good)
            self._exists(good, path)
            unit, own = self.units.get(good), self.units.get(key)
            if "ratio" not in held and unit and own and unit != own:
                self._say(
                    "the ratio of a member in another unit is missing",
                    where=self.where(*path),
                    found=f"{good} in {unit}, {key} in {own}",
                    do=f"add ratio = units of {good} per {own} of {key}",
                )
            ratio = self._size((*path, "ratio"), held.get("ratio", 1.0), unit)
            cap = self._share((*path, "cap"), held.get("cap", 1.0))
            members.append(Member(good, ratio or 0.0, held.get("grade"), cap))
        return Group(
            id=key,
            name=entry.get("name", key),
            unit=self.units.get(key, ""),
            members=tuple(members),
            least=entry.get("least", {}),
            most=entry.get("most", {}),
            source=self._cited("groups", key, entry),
        )

    def _share(self, path: tuple[str, ...], value: float) -> float:
        if not 0 <= value <= 1:
            self._say(
                f"{path[-1]} is a share",
                where=self.where(*path),
                found=value,
                expected="0 … 1",
                do="give 0.4 for 40 %",
            )
        return value

    def _recovery(self, key: str, entry: Mapping[str, Any]) -> Recovery:
        path = ("recovery", key)
        good = self._exists(entry["gives"], (*path, "gives"))
        collection = self._share((*path, "collection"), entry["collection"])
        possible = self._share((*path, "possible"), entry.get("possible", collection))
        if possible < collection:
            self._say(
                "less can be collected than is",
                where=self.where(*path, "possible"),
                found=possible,
                expected=f"{collection} or more",
                do="correct one of them",
            )
        arising = self._size((*path, "arising"), entry["arising"], self.units.get(good))
        return Recovery(
            id=key,
            name=entry.get("name", key),
            gives=good,
            arising=arising or 0.0,
            collection=collection,
            possible=possible,
            yielded=self._share((*path, "yield"), entry["yield"]),
            home_cost=self._zero_or_more(path, entry, "home_cost"),
            source=self._cited("recovery", key, entry),
        )

    def _premise(self, key: str, entry: Mapping[str, Any]) -> Premise:
        path = ("premises", key)
        if entry["process"] not in self.parts.get("processes", {}):
            where, known = self.where(*path, "process"), listing(self.parts.get("processes", {}), 12)
            self._say("no such process", where=where, found=entry["process"], expected=known, do="correct the name")
        presumed = self._exists(entry["presumes"], (*path, "presumes"))
        size = self._size((*path, "quantity"), entry["quantity"], self.units.get(presumed))
        return Premise(
            id=key,
            process=entry["process"],
            presumes=presumed,
            instead=self._exists(entry["instead"], (*path, "instead")),
            quantity=size or 0.0,
            statement=entry.get("statement", ""),
            source=self._cited("premises", key, entry),
        )

    def _resource(self, key: str, entry: Mapping[str, Any]) -> Resource:
        good = self._exists(entry["good"], ("resources", key, "good"))
        size = self._size(("resources", key, "quantity"), entry["quantity"], self.units.get(good))
        return Resource(key, good, size or 0.0, self._cited("resources", key, entry))

    def _need(self, key: str, entry: Mapping[str, Any]) -> Need:
        path = ("needs", key)
        good = self._exists(entry["good"], (*path, "good"))
        unit, people = self.units.get(good), self.parts["book"].get("population")
        per_head = self._size((*path, "per_head"), entry.get("per_head"), unit)
        total = self._size((*path, "quantity"), entry.get("quantity"), unit)
        stated = [name for name in ("per_head", "quantity") if entry.get(name) is not None]
        if len(stated) != 1:
            self._say(
                "a need per head or in all, and not both", where=self.where(*path), do="give per_head or quantity"
            )
        if per_head is not None and people is None:
            self._say(
                "a need per head without a population",
                where=self.where(*path, "per_head"),
                do="add population to [book]",
            )
        size = total if total is not None else (per_head or 0.0) * (people if isinstance(people, int | float) else 0.0)
        source = self._cited("needs", key, entry)
        return Need(key, good, size, per_head, int(entry.get("priority", 1)), source)

    def _source(self, key: str, entry: Mapping[str, Any]) -> Source:
        year = int(entry["year"]) if "year" in entry else None
        texts = {f: entry.get(f, "") for f in ("place", "note")}
        return Source(key, entry["author"], entry["title"], entry["checked"], year, **texts)

    def _cited(self, part: str, key: str, entry: Mapping[str, Any]) -> str:
        cited: str = entry.get("source", "")
        known = self.parts.get("sources", {})
        for name in filter(None, map(str.strip, cited.split(","))):
            if name not in known:
                where = self.where(part, key, "source")
                self._say(
                    "no such source",
                    where=where,
                    found=name,
                    expected=listing(known, 12),
                    do=f"add [sources.{name}]",
                )
        return cited
