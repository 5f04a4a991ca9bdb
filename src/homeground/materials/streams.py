"""Streams of matter between nature, borders, processes and uses, in tons a year: what a Sankey diagram draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeground.materials.balance import Balance
from homeground.materials.book import Book, Process

NATURE, ABROAD, USED_BEFORE = "from nature", "imports", "recovered"
EXPORTS, USE, THROWN, STOCK, LOST = "exports", "use at home", "thrown away", "not used", "lost as water, gas, dust"
LACKING: Final = "not accounted for"
BEGINNINGS: Final = (NATURE, ABROAD, USED_BEFORE, LACKING)
ENDS: Final = (USE, EXPORTS, STOCK, THROWN, LOST)


@dataclass(frozen=True)
class Stream:
    """Tons a year of a good (empty: what a process loses) from one place to another; places are processes or words."""

    source: str
    target: str
    good: str
    tons: float


def streams(book: Book, held: Mapping[str, Balance]) -> list[Stream]:
    """Share out the supply of each good over its users in proportion: a mass balance of the whole book.

    Tons that come out of nature, imports and recovery equal those that end in uses, exports, waste and losses, but for
    free goods (air, water), which are left out, and goods of unknown mass. Of resources, only what is used flows.
    """
    found: list[Stream] = []
    for good, balance in held.items():
        mass = book.goods[good].mass
        if mass:
            found += _of_good(book, good, balance, mass)
    return [*found, *_losses(book)]


def _of_good(book: Book, good: str, held: Balance, mass: float) -> Iterator[Stream]:
    untouched = min(held.resource, held.surplus)
    sources = {**_processes(book, good, made=True), NATURE: held.resource - untouched, ABROAD: held.imports}
    sources |= {USED_BEFORE: held.recovered, LACKING: held.shortfall}
    left = held.surplus - untouched
    users = {**_processes(book, good, made=False), EXPORTS: held.exports, USE: held.use + held.need}
    users |= {THROWN: min(left, held.byproduct), STOCK: left - min(left, held.byproduct)}
    total = sum(sources.values())
    for source, given in sources.items():
        for user, taken in users.items():
            if given > 0 and taken > 0:
                yield Stream(source, user, good, mass * given * taken / total)


def _processes(book: Book, good: str, *, made: bool) -> dict[str, float]:
    return {p.id: size for p in book.processes.values() if (size := p.level * _quantity(book, p, good, made)) > 0}


def _quantity(book: Book, process: Process, good: str, made: bool) -> float:
    if made:
        return sum(line.quantity for line in process.made if line.good == good)
    return sum(quantity for _line, key, quantity in book.drawn(process) if key == good)


def _losses(book: Book) -> Iterator[Stream]:
    for process in book.processes.values():
        masses = [book.goods[line.good].mass or 0.0 for line in process.made]
        out = sum(mass * line.quantity for mass, line in zip(masses, process.made, strict=True))
        goods = [(book.goods[key], quantity) for _line, key, quantity in book.drawn(process)]
        taken = sum((good.mass or 0.0) * quantity for good, quantity in goods if not good.free)
        if process.level and taken > out:
            yield Stream(process.id, LOST, "", process.level * (taken - out))
