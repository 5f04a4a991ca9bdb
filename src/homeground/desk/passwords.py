"""Passwords: hashed with argon2id, at least twelve characters, none that everybody tries first."""

from __future__ import annotations

import hashlib
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
COMMON: Final = (
    "password", "passw0rd", "qwerty", "azerty", "letmein", "welcome", "admin", "administrator", "iloveyou", "monkey",
    "dragon", "sunshine", "princess", "football", "baseball", "master", "shadow", "superman", "trustno1", "starwars",
    "homeground", "ministry", "minister", "trade", "changeme", "default", "secret", "motdepasse", "bonjour", "soleil",
    "123456", "1234", "12345678", "123456789", "1234567890", "abc123", "abcdef", "abcd1234", "1q2w3e4r", "qwertyuiop",
    "asdfghjkl", "zxcvbnm", "111111", "000000", "summer", "winter", "spring", "autumn", "correcthorsebatterystaple",
)  # fmt: skip
"""Words of which common passwords are made, alone, repeated, or with digits and signs around them."""


def require_good(password: str, login: str = "") -> None:
    """Raise BadInput for a password that is short, common, made of one character, or the login."""
    if not LEAST <= len(password) <= MOST:
        expected = f"{LEAST} to {MOST} characters"
        do = "take a longer one; several words are easy to keep in mind"
        raise BadInput(message("the password is too short or too long", found=len(password), expected=expected, do=do))
    core = password.casefold().strip("0123456789!?.,;:-_*+#$ ")
    told = {core, password.casefold()}
    if len(set(password)) < 4 or any(_repeats(each, word) for each in told for word in (*COMMON, login.casefold())):
        do = "take another; several words that do not belong together are good"
        raise BadInput(message("the password is one that others try first", do=do))


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


def _repeats(text: str, word: str) -> bool:
    return bool(word) and bool(text) and text.replace(word, "") == ""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nothing() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))
