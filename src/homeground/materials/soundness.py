"""What no book may say: matter of nothing, groups of nobody, shares that do not add up, needs that nothing can meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from homeground.errors import BadInput, listing, message
from homeground.materials.book import Book, Line, Process

CLOSES: Final = 1e-6
"""A mass balance closes where outputs exceed inputs by no more than this part of the inputs."""

Where = Callable[..., str]


@dataclass(frozen=True)
class MassBalance:
    """Tons per unit of activity: `inputs`, `outputs`, `lost` = inputs − outputs (water, gas, dust); `unknown` goods.

    With unknown masses, `lost` is None.
    """

    process: str
    inputs: float
    outputs: float
    lost: float | None
    unknown: tuple[str, ...]


def mass_balance(book: Book, process: Process) -> MassBalance:
    """Weigh what goes in and what comes out of a process; of a group, the members used now, else the lightest."""
    unknown: list[str] = []
    inputs = sum(_mass_in(book, process, line, unknown) for line in process.inputs)
    outputs = sum(_mass(book, line.good, line.quantity, unknown) for line in process.made)
    lost = inputs - outputs if not unknown else None
    return MassBalance(process.id, inputs, outputs, lost, tuple(dict.fromkeys(unknown)))


def faults(book: Book, where: Where) -> Iterator[BadInput]:
    """Yield every fault with its place."""
    yield from _bad_groups(book, where)
    yield from _bad_processes(book, where)
    yield from _bad_premises(book, where)
    yield from _bad_needs(book, where)
    yield from _matter_from_cycles(book, where)


def _bad_groups(book: Book, where: Where) -> Iterator[BadInput]:
    for group in book.groups.values():
        place = where("groups", group.id)
        if not group.members:
            yield BadInput(
                message(f"the group {group.id} has no members", where=place, do="add [groups.….members.GOOD]")
            )
        for member in group.members:
            if member.ratio <= 0:
                place = where("groups", group.id, "members", member.good, "ratio")
                yield BadInput(message("a ratio of 0", where=place, expected="above 0", do="correct it"))
        for name, least in group.least.items():
            if name in group.most and group.most[name] < least:
                place, most = where("groups", group.id, "most", name), group.most[name]
                yield BadInput(
                    message(
                        f"no {name} can be", where=place, found=f"at least {least}, at most {most}", do="correct one"
                    )
                )


def _bad_processes(book: Book, where: Where) -> Iterator[BadInput]:
    for process in book.processes.values():
        place = where("processes", process.id)
        if not process.outputs:
            yield BadInput(message(f"{process.id} makes nothing", where=place, do="add outputs = { good = quantity }"))
        if not process.inputs:
            yield BadInput(
                message(f"{process.id} makes something of nothing", where=place, do="add inputs = { good = quantity }")
            )
        if process.capacity is not None and process.level > process.capacity * (1 + CLOSES):
            place = where("processes", process.id, "activity")
            yield BadInput(
                message(
                    "more activity than capacity",
                    where=place,
                    found=process.activity,
                    expected=f"at most {process.capacity}",
                    do="correct one",
                )
            )
        yield from _bad_uses(book, process, where)
        yield from _bad_mass(book, process, where)


def _bad_uses(book: Book, process: Process, where: Where) -> Iterator[BadInput]:
    drawn = [book.groups[line.good] for line in process.inputs if line.is_group]
    known = {member.good for group in drawn for member in group.members}
    for good in process.uses:
        if good not in known:
            yield BadInput(
                message(
                    f"{process.id} does not draw on a group with {good}",
                    where=where("processes", process.id, "uses", good),
                    expected=listing(sorted(known), 12) or "no uses: the process has no group",
                    do="correct the name",
                )
            )
    for group in drawn if process.level else ():
        total = sum(process.uses.get(member.good, 0.0) for member in group.members)
        if abs(total - 1) > CLOSES:
            yield BadInput(
                message(
                    f"the shares of {group.id} do not add up",
                    where=where("processes", process.id, "uses"),
                    found=f"{total:g}",
                    expected="1",
                    do="say which members meet the use today",
                )
            )


def _bad_mass(book: Book, process: Process, where: Where) -> Iterator[BadInput]:
    weighed = mass_balance(book, process)
    made_of_unknown = any(book.goods[g].mass is None for g in weighed.unknown if g in _taken(book, process))
    if weighed.outputs > weighed.inputs * (1 + CLOSES) + 1e-12 and not made_of_unknown:
        lost = weighed.inputs - weighed.outputs
        yield BadInput(
            message(
                f"{process.id} makes matter",
                where=where("processes", process.id),
                found=f"{weighed.outputs:.6g} t out of {weighed.inputs:.6g} t, a loss of {lost:.6g} t",
                expected="no more out than in",
                do="correct the quantities, or add what it takes from air and water as inputs",
            )
        )


def _taken(book: Book, process: Process) -> set[str]:
    taken = {line.good for line in process.inputs if not line.is_group}
    groups = [book.groups[line.good] for line in process.inputs if line.is_group]
    return taken | {member.good for group in groups for member in group.members}


def _mass_in(book: Book, process: Process, line: Line, unknown: list[str]) -> float:
    if not line.is_group:
        return _mass(book, line.good, line.quantity, unknown)
    members = book.groups[line.good].members
    shares = {m.good: process.uses.get(m.good, 0.0) for m in members}
    used = [(m, shares[m.good]) for m in members if shares[m.good]] or [(m, 1.0) for m in members[:1]]
    return sum(_mass(book, m.good, line.quantity * m.ratio * share, unknown) for m, share in used)


def _mass(book: Book, good: str, quantity: float, unknown: list[str]) -> float:
    mass = book.goods[good].mass
    if mass is None:
        unknown.append(good)
        return 0.0
    return mass * quantity


def _bad_premises(book: Book, where: Where) -> Iterator[BadInput]:
    for premise in book.premises.values():
        process = book.processes[premise.process]
        if premise.instead not in _taken(book, process):
            yield BadInput(
                message(
                    f"{premise.process} takes no {premise.instead}",
                    where=where("premises", premise.id, "instead"),
                    found=premise.instead,
                    expected=listing(sorted(_taken(book, process)), 12),
                    do="name the good that the process uses up in place of what it presumes",
                )
            )


def _bad_needs(book: Book, where: Where) -> Iterator[BadInput]:
    made = {line.good for process in book.processes.values() for line in process.made}
    made |= {held.good for held in book.resources.values()} | {route.gives for route in book.recovery.values()}
    for need in book.needs.values():
        good = book.goods[need.good]
        if need.quantity and need.good not in made and not good.traded and not good.free:
            yield BadInput(
                message(
                    f"nothing can meet the need for {need.good}",
                    where=where("needs", need.id),
                    expected="a process, a resource, a recovery route, a price or an HS code",
                    do=f"say how {need.good} comes about",
                )
            )


def _matter_from_cycles(book: Book, where: Where) -> Iterator[BadInput]:
    """Look for activities that take no good from outside in net terms, and yet leave some: a linear programme.

    Maximise Σ s, subject to: for each good, made − taken ≥ s ≥ 0; activities and s at most 1 (which bounds the answer
    and does not change whether it is zero). A group is a good that its members are turned into, 1/ratio each.
    """
    import numpy as np
    from scipy.optimize import linprog  # type: ignore[import-untyped]
    from scipy.sparse import coo_array, hstack, identity  # type: ignore[import-untyped]

    goods = {key: place for place, key in enumerate([*book.goods, *book.groups])}
    columns: list[dict[str, float]] = [_net(process) for process in book.processes.values()]
    columns += [{m.good: -m.ratio, g.id: 1.0} for g in book.groups.values() for m in g.members]
    if not columns or not goods:
        return
    triples = [(goods[good], place, size) for place, column in enumerate(columns) for good, size in column.items()]
    rows, places, sizes = zip(*triples, strict=True)
    scale = np.maximum.reduceat(np.abs(np.array(sizes)), np.unique(places, return_index=True)[1])
    net = coo_array((np.array(sizes) / scale[list(places)], (rows, places)), shape=(len(goods), len(columns)))
    count = len(columns)
    found = linprog(
        np.concatenate([np.zeros(count), -np.ones(len(goods))]),
        A_ub=hstack([-net, identity(len(goods))]).tocsr(),
        b_ub=np.zeros(len(goods)),
        bounds=(0, 1),
        method="highs",
    )
    if found.status == 0 and -found.fun > CLOSES:
        active = [key for key, level in zip(book.processes, found.x[:count], strict=False) if level > CLOSES]
        gained = [key for key, place in goods.items() if found.x[count + place] > CLOSES]
        yield BadInput(
            message(
                f"a cycle that creates matter: {listing(active, 9)}",
                where=where("processes", active[0]) if active else "",
                found=f"{listing(gained, 5)} left over with nothing taken from outside",
                expected="some loss, or an input from outside",
                do="correct the quantities of these processes",
            )
        )


def _net(process: Process) -> dict[str, float]:
    net: dict[str, float] = {}
    for line in process.lines:
        sign = 1.0 if line in process.made else -1.0
        net[line.good] = net.get(line.good, 0.0) + sign * line.quantity
    return net
