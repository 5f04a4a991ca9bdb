"""Sheets shown before, kept until the data changes: bounded in number and in bytes, each computed by one thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from homeground.desk.web.sheet import Sheet

MOST: Final = 256
MOST_BYTES: Final = 256 * 2**20


class Kept:
    """The sheets used last."""

    def __init__(self) -> None:
        self._sheets: OrderedDict[Hashable, tuple[Sheet, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._at_work: dict[Hashable, threading.Lock] = {}

    def __len__(self) -> int:
        return len(self._sheets)

    def get(self, key: Hashable, compute: Callable[[], Sheet]) -> Sheet:
        """Return the sheet of a key, computing it where it is not kept; others who want it wait for it."""
        found = self._look(key)
        if found is not None:
            return found
        with self._lock:
            turn = self._at_work.setdefault(key, threading.Lock())
        with turn:
            try:
                found = self._look(key)
                return found if found is not None else self._keep(key, compute())
            finally:
                with self._lock:
                    self._at_work.pop(key, None)

    def _look(self, key: Hashable) -> Sheet | None:
        with self._lock:
            if key not in self._sheets:
                return None
            self._sheets.move_to_end(key)
            return self._sheets[key][0]

    def _keep(self, key: Hashable, sheet: Sheet) -> Sheet:
        size = sum(panel.answer.table.nbytes for panel in sheet.named_panels().values())
        with self._lock:
            self._sheets[key] = (sheet, size)
            self._bytes += size
            while len(self._sheets) > MOST or (self._bytes > MOST_BYTES and len(self._sheets) > 1):
                self._bytes -= self._sheets.popitem(last=False)[1][1]
        return sheet
