"""Premises: what a process taken over from elsewhere presumes to be at hand, held against the balance here."""

from __future__ import annotations

from collections.abc import Iterator

from homeground.materials.book import Premise, Process
from homeground.materials.byproducts import worth
from homeground.materials.findings import Finding, number
from homeground.materials.substitutes import TINY
from homeground.materials.supply import State


def premise_findings(state: State) -> Iterator[Finding]:
    """Name each running process that uses up good material because what it presumes is not supplied to it."""
    for premise in state.book.premises.values():
        process = state.book.processes[premise.process]
        if process.level:
            yield from _finding(state, premise, process)


def _finding(state: State, premise: Premise, process: Process) -> Iterator[Finding]:
    presumed = premise.quantity * process.level
    drawn: dict[str, float] = {}
    for _line, key, quantity in state.book.drawn(process):
        drawn[key] = drawn.get(key, 0.0) + quantity * process.level
    short = presumed - drawn.get(premise.presumes, 0.0)
    eaten = drawn.get(premise.instead, 0.0)
    if short <= TINY * max(1.0, presumed) or eaten <= TINY:
        return
    book, held = state.book, state.held[premise.presumes]
    offcut, good = book.goods[premise.presumes], book.goods[premise.instead]
    spent, lacking, words = worth(state, premise.instead, eaten)
    content = state.chain[premise.instead]
    elsewhere = held.thrown_away
    yield Finding(
        kind="premise",
        text=(
            f"{process.name} presumes {number(presumed)} {offcut.unit} of {offcut.name} and gets "
            f"{number(presumed - short)}: {number(eaten)} {good.unit} of {good.name} are used up in their place"
        ),
        good=premise.instead,
        process=process.id,
        instead=premise.presumes,
        quantity=eaten,
        unit=good.unit,
        quantity_instead=short,
        unit_instead=offcut.unit,
        gross_usd=spent,
        home_cost=eaten * content.home,
        reasons=tuple(filter(None, (premise.statement, _elsewhere(short, elsewhere, offcut.name, offcut.unit), words))),
        missing=tuple(dict.fromkeys((*content.missing, *lacking))),
    )


def _elsewhere(short: float, elsewhere: float, name: str, unit: str) -> str:
    if elsewhere <= TINY:
        return f"no {name} are left over anywhere in the book: the shortfall is {number(short)} {unit}"
    rest = max(0.0, short - elsewhere)
    lack = f", {number(rest)} {unit} would still be lacking" if rest > TINY else ", which covers it"
    return f"{number(elsewhere)} {unit} of {name} are thrown away elsewhere{lack}"
