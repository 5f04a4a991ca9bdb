"""Homes lent to pages: a few readers, each with its own connection, used by one page at a time and renewed."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import ibis

from homeground.home import Home
from homeground.home.trade.traded import traded

T = TypeVar("T")

USES: Final = 300
"""After so many pages a reader is renewed, so that what its connection remembers does not grow for ever."""


class _InMemory:
    """Where Ibis computes on tables that are in memory alone: with the Home that this thread has been lent.

    By itself Ibis has one connection for all threads of a process, which refuses a second question while it is busy,
    and remembers every table that it was ever asked about.
    """

    def __init__(self) -> None:
        self.at_work = threading.local()

    def __getattr__(self, name: str) -> Any:
        home: Home | None = getattr(self.at_work, "home", None)
        return getattr(ibis.duckdb.connect() if home is None else home.store.engine.connection, name)


IN_MEMORY: Final = _InMemory()


class Homes:
    """At most `readers` Homes of one folder; whoever comes when all are lent waits."""

    def __init__(self, path: str, readers: int) -> None:
        self.path = path
        ibis.options.default_backend = IN_MEMORY
        ibis.options.sql.fuse_selects = False  # SQL is written in two thirds of the time, and DuckDB plans it alike
        self._read: dict[str, tuple[tuple[int, int], Any]] = {}
        self._free: queue.LifoQueue[tuple[Home, int]] = queue.LifoQueue()
        for _ in range(readers):
            self._free.put((Home(path), 0))

    @contextlib.contextmanager
    def lent(self) -> Iterator[Home]:
        """Lend a Home for the time of the block."""
        home, uses = self._free.get()
        if uses >= USES:
            home, uses = Home(self.path), 0
        before = getattr(IN_MEMORY.at_work, "home", None)
        IN_MEMORY.at_work.home = home
        try:
            yield home
        finally:
            IN_MEMORY.at_work.home = before
            self._free.put((home, uses + 1))

    def once(self, what: str, read: Callable[[Home], T]) -> T:
        """Return what is read of a Home, looked up once for as long as data does not change."""
        stamp = self.stamp()
        held = self._read.get(what)
        if held is None or held[0] != stamp:
            with self.lent() as home:
                held = self._read[what] = (stamp, read(home))
        found: T = held[1]
        return found

    def traded(self) -> frozenset[str]:
        """Return the products whose trade the Home holds."""
        return self.once("traded", lambda home: traded(home.store))

    def stamp(self) -> tuple[int, int]:
        """Return what changes whenever data in the Home changes."""
        try:
            found = (Path(self.path) / "catalog.json").stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)
