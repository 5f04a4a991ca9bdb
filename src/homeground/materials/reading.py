"""Turn a document into a book: units fitting, names leading somewhere; each fault with its line or cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from homeground.errors import BadInput, UsageError, listing, message
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

ARMS = "93"
ROLES: Mapping[str, Role] = {
    "inputs": "input", "energy": "energy", "outputs": "output", "byproducts": "byproduct", "scrap": "scrap",
}  # fmt: skip


def read(path: str | Path) -> Book:
    """Read a process book (.toml or .xlsx), check that it is sound, and return it.

    Raises BadInput with file, line or cell for what cannot be taken as it is, UsageError for arms (HS 93).
    """
    return parse(process_book.read(Path(path)))


def starter() -> Book:
    """Return the packaged book of real technical coefficients, each with its source."""
    return parse(process_book.packaged("starter"))


def parse(document: Document) -> Book:
    """Turn a document into a sound book; its base, where it names one, is read first."""
    base = document.parts.get("book", {}).get("base") if isinstance(document.parts.get("book"), Mapping) else None
    whole = merged(process_book.packaged(str(base)), document) if base else document
    form.require_form(whole)
    read_values = _Values(whole)
    book = read_values.book()
    soundness.require_sound(book, whole.where)
    return book


class _Values:
    """The values of one document, read with their places at hand."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts = document.parts
        self.units: dict[str, str] = {}

    def book(self) -> Book:
        """Read every part."""
        head = self.parts["book"]
        for part in ("goods", "groups"):
            for key, entry in self.parts.get(part, {}).items():
                if key in self.units:
                    raise BadInput(
                        message("a good and a group of one name", where=self.where(part, key), do="rename one of them")
                    )
                self.units[key] = known_unit(entry["unit"], self.where(part, key, "unit"))
        book = Book(
            title=head["title"],
            goods={key: self._good(key, entry) for key, entry in self.parts.get("goods", {}).items()},
            processes={key: self._process(key, entry) for key, entry in self.parts.get("processes", {}).items()},
            groups={key: self._group(key, entry) for key, entry in self.parts.get("groups", {}).items()},
            recovery={key: self._recovery(key, entry) for key, entry in self.parts.get("recovery", {}).items()},
            premises={key: self._premise(key, entry) for key, entry in self.parts.get("premises", {}).items()},
            resources={key: self._resource(key, entry) for key, entry in self.parts.get("resources", {}).items()},
            needs={key: self._need(key, entry) for key, entry in self.parts.get("needs", {}).items()},
            sources={key: self._source(key, entry) for key, entry in self.parts.get("sources", {}).items()},
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

    def where(self, *path: str) -> str:
        return self.document.where(*path)

    def _positive(self, part: str, entry: Mapping[str, Any], key: str) -> float | None:
        value: float | None = entry.get(key)
        if value is not None and value <= 0:
            raise BadInput(
                message(
                    f"{key} is not positive",
                    where=self.where(part, key),
                    found=value,
                    expected="above 0",
                    do="correct it",
                )
            )
        return value

    def _size(self, path: tuple[str, ...], value: Any, unit: str) -> float | None:
        """Return a quantity that is not below zero, in its unit."""
        if value is None:
            return None
        found = amount(value, unit, self.where(*path))
        if found < 0:
            raise BadInput(
                message("below zero", where=self.where(*path), found=value, expected="0 or more", do="correct the sign")
            )
        return found

    def _good(self, key: str, entry: Mapping[str, Any]) -> Good:
        unit = self.units[key]
        hs6 = entry.get("hs6", "")
        if hs6 and not (hs6.isdigit() and len(hs6) == 6):
            raise BadInput(
                message(
                    "not an HS code",
                    where=self.where("goods", key, "hs6"),
                    found=repr(hs6),
                    expected="6 digits",
                    do="correct it",
                )
            )
        if hs6.startswith(ARMS):
            where = self.where("goods", key, "hs6")
            raise UsageError(
                message("arms and ammunition (HS 93) are in no process book", where=where, do="leave them out")
            )
        sizes = {f: self._size(("goods", key, f), entry.get(f), unit) for f in ("imports", "exports", "use")}
        prices = {f: self._size(("goods", key, f), entry.get(f), f"USD / {unit}") for f in ("price", "export_price")}
        home_price = self._zero_or_more(("goods", key), entry, "home_price")
        return Good(
            id=key,
            name=entry.get("name", key),
            unit=unit,
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
        unit, stated = self.units[key], entry.get("mass")
        own = tons(unit)
        if own is not None and stated is not None:
            raise BadInput(
                message(
                    "a mass per unit of mass", where=self.where("goods", key, "mass"), found=stated, do="leave it out"
                )
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
        size = self._size(("processes", *path), value, self.units[good])
        assert size is not None
        if size == 0:
            raise BadInput(message("a coefficient of 0", where=self.where("processes", *path), do="leave the line out"))
        return Line(good, size, role, is_group=good in groups)

    def _exists(self, good: str, path: tuple[str, ...], group: bool = False) -> str:
        known = {*self.parts.get("goods", {}), *(self.parts.get("groups", {}) if group else {})}
        if good not in known:
            raise BadInput(
                message(
                    f"{good} is not among the goods",
                    where=self.where(*path),
                    expected=f"one of {listing(sorted(known), 12)}",
                    do=f"add [goods.{good}], or correct the name",
                )
            )
        return good

    def _group(self, key: str, entry: Mapping[str, Any]) -> Group:
        members = []
        for good, held in entry.get("members", {}).items():
            path = ("groups", key, "members", good)
            self._exists(good, path)
            same = self.units[good] == self.units[key]
            if "ratio" not in held and not same:
                raise BadInput(
                    message(
                        "the ratio of a member in another unit is missing",
                        where=self.where(*path),
                        found=f"{good} in {self.units[good]}, {key} in {self.units[key]}",
                        do=f"add ratio = units of {good} per {self.units[key]} of {key}",
                    )
                )
            ratio = self._size((*path, "ratio"), held.get("ratio", 1.0), self.units[good])
            cap = self._share((*path, "cap"), held.get("cap", 1.0))
            members.append(Member(good, ratio or 0.0, held.get("grade"), cap))
        return Group(
            id=key,
            name=entry.get("name", key),
            unit=self.units[key],
            members=tuple(members),
            least=entry.get("least", {}),
            most=entry.get("most", {}),
            source=self._cited("groups", key, entry),
        )

    def _share(self, path: tuple[str, ...], value: float) -> float:
        if not 0 <= value <= 1:
            raise BadInput(
                message(
                    f"{path[-1]} is a share",
                    where=self.where(*path),
                    found=value,
                    expected="0 … 1",
                    do="give 0.4 for 40 %",
                )
            )
        return value

    def _recovery(self, key: str, entry: Mapping[str, Any]) -> Recovery:
        path = ("recovery", key)
        good = self._exists(entry["gives"], (*path, "gives"))
        collection = self._share((*path, "collection"), entry["collection"])
        possible = self._share((*path, "possible"), entry.get("possible", collection))
        if possible < collection:
            raise BadInput(
                message(
                    "less can be collected than is",
                    where=self.where(*path, "possible"),
                    found=possible,
                    expected=f"{collection} or more",
                    do="correct one of them",
                )
            )
        arising = self._size((*path, "arising"), entry["arising"], self.units[good])
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
            raise BadInput(
                message("no such process", where=where, found=entry["process"], expected=known, do="correct the name")
            )
        presumed = self._exists(entry["presumes"], (*path, "presumes"))
        size = self._size((*path, "quantity"), entry["quantity"], self.units[presumed])
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
        size = self._size(("resources", key, "quantity"), entry["quantity"], self.units[good])
        return Resource(key, good, size or 0.0, self._cited("resources", key, entry))

    def _need(self, key: str, entry: Mapping[str, Any]) -> Need:
        path = ("needs", key)
        good = self._exists(entry["good"], (*path, "good"))
        unit, people = self.units[good], self.parts["book"].get("population")
        per_head = self._size((*path, "per_head"), entry.get("per_head"), unit)
        total = self._size((*path, "quantity"), entry.get("quantity"), unit)
        if (per_head is None) == (total is None):
            raise BadInput(
                message(
                    "a need per head or in all, and not both", where=self.where(*path), do="give per_head or quantity"
                )
            )
        if per_head is not None and people is None:
            raise BadInput(
                message(
                    "a need per head without a population",
                    where=self.where(*path, "per_head"),
                    do="add population to [book]",
                )
            )
        size = total if total is not None else (per_head or 0.0) * people
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
                raise BadInput(
                    message(
                        "no such source",
                        where=where,
                        found=name,
                        expected=listing(known, 12),
                        do=f"add [sources.{name}]",
                    )
                )
        return cited
