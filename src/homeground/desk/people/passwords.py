"""Passwords: hashed with argon2id, at least twelve characters, none that others would soon guess."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from homeground.errors import BadInput, message

LEAST: Final = 12
AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Hashing takes a processor each: many who sign in at once wait for one another, and leave pages to the rest."""

MOST: Final = 128
OURS: Final = ("homeground", "ministry", "minister", "trade", "motdepasse", "bonjour", "soleil", "azerty")
"""Words that would be tried at this desk, beside those that are tried everywhere."""

NEEDED: Final = 3
"""Of the strengths 0 to 4, the least that is taken: some 10⁸ guesses by somebody who knows what people choose."""

LOOKED_AT: Final = 32
"""Characters by which a password is judged: enough to tell, few enough to tell at once."""

ONE: Final = threading.Lock()
"""The list of words is one for all who ask."""


def require_good(password: str, *about: str) -> None:
    """Raise BadInput for a password that is short, known from breaches, or soon guessed by who knows its owner."""
    if not LEAST <= len(password) <= MOST:
        expected = f"{LEAST} to {MOST} characters"
        do = "take a longer one; several words are easy to keep in mind"
        raise BadInput(message("the password is too short or too long", found=len(password), expected=expected, do=do))
    if strength(password, *about) < NEEDED:
        do = "take another; several words that do not belong together are good"
        raise BadInput(message("the password is one that others try first", do=do))


def strength(password: str, *about: str) -> int:
    """Return how hard a password is to guess, 0 to 4, for somebody with lists of passwords, words and names.

    The lists are those of zxcvbn, among them the 30,000 passwords most often found in breaches; they count with digits
    around them, letters written as signs, keys side by side, repeats and dates. `about` are its owner's login and name:
    what counts is what is left without them.

    >>> strength("P@ssw0rd2026!"), strength("ana.aho.ana.aho", "ana", "Ana Aho"), strength("four blue boats at sea")
    (2, 0, 4)
    """
    from zxcvbn import zxcvbn

    own = {word for each in about for word in re.findall(r"\w{3,}", each.casefold())}
    rest = password.casefold()
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, "")
    with ONE:
        judged = [zxcvbn(text[:LOOKED_AT], list(OURS))["score"] if text else 0 for text in {password, rest}]
    return min(map(int, judged))


def hashed(password: str) -> str:
    """Return the argon2id hash to keep."""
    with AT_ONCE:
        return _hasher().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one; takes as long where nothing is kept, which keeps secret who has an account."""
    wanted = kept or _nothing()
    try:
        with AT_ONCE:
            _hasher().verify(wanted, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def secret() -> str:
    """Return a new random token for a cookie, a link or a program."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a random token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nothing() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))
