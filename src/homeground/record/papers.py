"""Read what people write by hand: TOML files, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, NotInHome, listing, message
from homeground.record.kinds import FORMS
from homeground.record.signing import Decision, Signing
from homeground.toml import loads

DECISION: Final[Mapping[str, str]] = {
    "product": "product",
    "value_usd": "amount?",
    "verdict": "verdict",
    "rules": "texts",
    "outcome": "outcome",
    "reason": "text?",
    "deal": "object",
    "signing": "object?",
}
SIGNING: Final[Mapping[str, str]] = {
    "roles": "texts",
    "limit_usd": "amount",
    "second_roles": "texts",
    "reference": "text?",
}


def read_decision(path: Path) -> Decision:
    """Read a decision: its fields (see DECISION), a table `deal`, and a table `signing` where it says who signs."""
    stated = toml(path)
    require_fields(stated, DECISION, str(path))
    who = Signing((), 0.0, ())
    if (signing := stated.get("signing")) is not None:
        require_fields(signing, SIGNING, f"{path}, [signing]")
        roles, second = tuple(signing["roles"]), tuple(signing["second_roles"])
        who = Signing(roles, signing["limit_usd"], second, signing.get("reference") or "")
    fields = {name: stated.get(name) for name in DECISION}
    return Decision(**{**fields, "rules": tuple(stated["rules"]), "signing": who})  # type: ignore[arg-type]


def raw(path: Path) -> bytes:
    """Read a file; raises NotInHome where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        do = "name another"
        raise NotInHome(message("the file cannot be read", where=str(path), found=error.strerror, do=do)) from error


def text(path: Path) -> str:
    """Read a text in UTF-8; raises BadInput where it is none."""
    try:
        return raw(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(message("not UTF-8", where=str(path), found=str(error), do="save it as UTF-8")) from error


def toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises BadInput where it is none."""
    try:
        return loads(text(path))
    except ValueError as error:
        raise BadInput(message("not TOML", where=str(path), found=str(error), do="correct it")) from error


def require_fields(stated: Any, forms: Mapping[str, str], where: str) -> None:
    """Raise BadInput unless a table has these fields in these forms (`kinds.FORMS`); with `?` may be left out."""
    if not isinstance(stated, Mapping):
        raise BadInput(message("not a table", where=where, found=repr(stated)[:80], do="correct it"))
    needed = {name for name, form in forms.items() if not form.endswith("?")}
    if not needed <= set(stated) <= set(forms):
        found = listing(stated, 12) or "nothing"
        do = "correct them"
        raise BadInput(
            message("other fields than expected", where=where, found=found, expected=listing(forms, 12), do=do)
        )
    for name, value in stated.items():
        words, fits = FORMS[forms[name].rstrip("?")]
        if not fits(value):
            raise BadInput(
                message(f"{name} is wrong", where=where, found=repr(value)[:80], expected=words, do="correct it")
            )
