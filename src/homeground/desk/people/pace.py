"""How much of the desk one person may use: what is computed for them within a minute is counted, by each process."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from homeground.desk.database import now
from homeground.errors import TooMuch, message

MINUTE: Final = 60.0
STRANGERS: Final = 60
"""Requests that cost something and that one address may make in a minute before anybody is signed in."""

MOST: Final = 10_000
"""Persons and addresses that are counted; who was quiet longest is forgotten."""


class Pace:
    """The moments at which something was computed, by whom."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._turn = threading.Lock()
        self._moments: dict[str, deque[float]] = {}

    def count(self, person: str, address: str) -> None:
        """Count something that is to be computed; raises TooMuch where it would be too much within a minute."""
        who, most = (f"person {person}", self.most) if person else (f"address {address}", min(STRANGERS, self.most))
        when = now()
        with self._turn:
            moments = self._moments.pop(who, None) or deque()
            self._moments[who] = moments
            if len(self._moments) > MOST:
                del self._moments[next(iter(self._moments))]
            while moments and moments[0] <= when - MINUTE:
                moments.popleft()
            if len(moments) >= most:
                do = "wait a minute; a program asks for whole tables rather than page by page"
                raise TooMuch(
                    message("too many pages were computed for you", expected=f"at most {most} in a minute", do=do)
                )
            moments.append(when)
