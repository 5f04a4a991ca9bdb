"""Forms from pydantic models: fields with labels, help and errors beside them; uploads with limits and type checks."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic import Field as PydanticField
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

Widget = Literal[
    "", "text", "area", "number", "numbers", "select", "checks", "check", "date", "password", "file", "hidden"
]  # fmt: skip
Values = Mapping[str, Sequence[Any]]
"""What was sent: every value of every name."""

A = TypeVar("A", bound="Asked")
ZIP: Final = b"PK\x03\x04"
PACKED: Final = frozenset({".zip", ".xlsx", ".docx"})
MAGIC: Final[Mapping[str, bytes]] = {".parquet": b"PAR1", ".gz": b"\x1f\x8b", ".pdf": b"%PDF"}


class Asked(BaseModel):
    """Base of every question (GET) and act (POST): unknown names are ignored, texts are stripped."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True, arbitrary_types_allowed=True)


def field(
    label: str,
    default: Any = ...,
    *,
    help: str = "",
    widget: Widget = "",
    among: str = "",
    endings: tuple[str, ...] = (),
    complete: str = "",
    **limits: Any,
) -> Any:
    """Describe a field of an `Asked`: label, default (none: needed), help, and how it is shown.

    `widget` is found from the type where left out; `numbers` is a row of numbers in a list, one for each of the choices
    in their order, None where nothing was written. `among` names a list that the browser suggests from: `countries`.
    `endings` are those that an uploaded file may have; `complete` is HTML's autocomplete. `limits` are pydantic's:
    ge, le, min_length, max_length, and pattern, which the whole text must fit.
    """
    if "pattern" in limits:
        limits["pattern"] = f"^(?:{limits['pattern']})$"
    extra: Any = {"x-widget": widget, "x-among": among, "x-endings": list(endings), "x-complete": complete}
    shown = {key: value for key, value in extra.items() if value}
    return PydanticField(default, title=label, description=help or None, json_schema_extra=shown, **limits)


@dataclass(frozen=True)
class Upload:
    """An uploaded file, kept in the Home's folder until it is used: its name, where it lies, its size in bytes."""

    name: str
    path: Path
    size: int

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> CoreSchema:
        """Take instances as they are."""
        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: object, _handler: object) -> dict[str, Any]:
        """Describe it to OpenAPI."""
        return {"type": "string", "format": "binary"}


@dataclass(frozen=True)
class Field:
    """A field as the template shows it."""

    name: str
    label: str
    help: str
    widget: Widget
    values: tuple[str, ...]
    error: Wrong | None
    choices: tuple[tuple[str, str], ...]
    needed: bool
    among: str
    complete: str
    limits: Mapping[str, Any]
    accept: str
    several: bool = False

    @property
    def value(self) -> str:
        """The one value of a field that has one."""
        return self.values[-1] if self.values else ""


@dataclass(frozen=True)
class Form:
    """A form as the template shows it: where it goes and what it asks; `grave` for what cannot be undone easily."""

    action: str
    fields: tuple[Field, ...]
    submit: str
    title: str = ""
    about: str = ""
    method: Literal["get", "post"] = "post"
    grave: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        return any(field.widget != "hidden" for field in self.fields)

    @property
    def encoding(self) -> str:
        """How a browser packs it."""
        files = any(field.widget == "file" for field in self.fields)
        return "multipart/form-data" if files else "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a field: a text that can be translated, and what stands in its places."""

    text: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in English."""
        return self.text % self.values if self.values else self.text


def read(model: type[A], sent: Values) -> tuple[A | None, dict[str, Wrong]]:
    """Return what was asked, or the errors by field."""
    given: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        values = [value for value in sent.get(name, ()) if value not in ("", None)]
        if _widget(info) == "numbers" and name in sent:
            given[name] = [None if value == "" else value for value in sent[name]]
        elif values:
            given[name] = values if _is_list(info) else values[-1]
        elif _widget(info) == "check" and sent:
            given[name] = False
    try:
        asked = model.model_validate(given)
    except ValidationError as wrong:
        return None, {str(error["loc"][0]) if error["loc"] else "": in_words(error) for error in wrong.errors()}
    errors = _upload_errors(asked)
    return (None, errors) if errors else (asked, {})


def fields(
    model: type[Asked],
    sent: Values | None = None,
    errors: Mapping[str, Wrong] | None = None,
    choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> tuple[Field, ...]:
    """Describe the fields of a model, filled with what was sent before; passwords and files are not sent back."""
    return tuple(
        _field(name, info, sent, (errors or {}).get(name), (choices or {}).get(name))
        for name, info in model.model_fields.items()
    )


def hidden(form: Form) -> Form:
    """Return a form that asks nothing and sends what it holds."""
    kept = tuple(dataclasses.replace(each, widget="hidden") for each in form.fields if each.values)
    return dataclasses.replace(form, fields=kept)


def in_words(error: Any) -> Wrong:
    """Say an error of pydantic's in words for the person before the form."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "value_error":
        return Wrong(str(context.get("error", error["msg"])))
    return Wrong(WORDS[kind], context) if kind in WORDS else Wrong(str(error["msg"]))


WORDS: Final[Mapping[str, str]] = {
    "missing": "This is needed.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "float_parsing": "This must be a number.",
    "float_type": "This must be a number.",
    "bool_parsing": "This must be yes or no.",
    "date_from_datetime_parsing": "This must be a day, such as 2026-03-31.",
    "date_parsing": "This must be a day, such as 2026-03-31.",
    "literal_error": "Choose one of: %(expected)s.",
    "greater_than_equal": "This must be %(ge)s or more.",
    "greater_than": "This must be more than %(gt)s.",
    "less_than_equal": "This must be %(le)s or less.",
    "less_than": "This must be less than %(lt)s.",
    "string_too_short": "This needs %(min_length)s characters or more.",
    "string_too_long": "This may have %(max_length)s characters or fewer.",
    "string_pattern_mismatch": "This has not the form that is needed.",
    "finite_number": "This must be a number.",
}


FILES: Final[Mapping[str, str]] = {
    "ending": "A file ending in %(wanted)s is needed; this one ends in %(found)s.",
    "empty": "The file is empty.",
    "other": "The file ends in %(found)s, but its content is something else.",
    "no text": "The file ends in %(found)s, but its content is no text.",
}


def _field(
    name: str, info: FieldInfo, sent: Values | None, error: Wrong | None, choices: Sequence[tuple[str, str]] | None
) -> Field:
    extra: Mapping[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    widget = _widget(info)
    if choices is not None and widget not in ("checks", "numbers", "hidden"):
        widget = "select"
    return Field(
        name=name,
        label=info.title or name,
        help=info.description or "",
        widget=widget,
        values=_shown(name, info, sent, widget),
        error=error,
        choices=tuple(choices) if choices is not None else _literals(info),
        needed=info.is_required(),
        among=str(extra.get("x-among", "")),
        complete=str(extra.get("x-complete", "")),
        limits=_limits(info),
        accept=",".join(extra.get("x-endings", ())),
        several=widget == "file" and _is_list(info),
    )


def _shown(name: str, info: FieldInfo, sent: Values | None, widget: Widget) -> tuple[str, ...]:
    if widget in ("password", "file"):
        return ()
    if sent is not None and (name in sent or widget in ("check", "checks")) and sent:
        return tuple("" if value is None else str(value) for value in sent.get(name, ()))
    default = info.get_default(call_default_factory=True) if not info.is_required() else None
    if default is None:
        return ()
    if isinstance(default, list | tuple):
        return tuple(map(str, default))
    return (("true" if default else "") if isinstance(default, bool) else str(default),)


def _bare(info: FieldInfo) -> Any:
    """Return the annotation without `| None`."""
    annotation = info.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def _is_list(info: FieldInfo) -> bool:
    return get_origin(_bare(info)) in (list, tuple, set, frozenset)


def _literals(info: FieldInfo) -> tuple[tuple[str, str], ...]:
    bare = _bare(info)
    if _is_list(info):
        bare = get_args(bare)[0]
    values = [str(value) for value in get_args(bare)] if get_origin(bare) is Literal else []
    return tuple((value, re.sub("[_-]", " ", value)) for value in values)


def _widget(info: FieldInfo) -> Widget:
    extra = info.json_schema_extra
    if isinstance(extra, dict) and extra.get("x-widget"):
        return typing.cast(Widget, extra["x-widget"])
    bare = _bare(info)
    if _is_list(info):
        return "file" if Upload in get_args(bare) else "checks"
    if get_origin(bare) is Literal:
        return "select"
    known: Mapping[Any, Widget] = {
        bool: "check", int: "number", float: "number", date: "date", SecretStr: "password", Upload: "file"
    }  # fmt: skip
    return known.get(bare, "text")


def _limits(info: FieldInfo) -> dict[str, Any]:
    """Return pydantic's limits as HTML's; HTML has none for how many files."""
    if _widget(info) == "file":
        return {}
    html = {"ge": "min", "le": "max", "min_length": "minlength", "max_length": "maxlength"}
    found = {
        html[name]: value for part in info.metadata for name in html if (value := getattr(part, name, None)) is not None
    }
    return {**found, "step": "any"} if _bare(info) is float else found


def _upload_errors(asked: Asked) -> dict[str, Wrong]:
    found = {}
    for name, info in type(asked).model_fields.items():
        value, extra = getattr(asked, name), info.json_schema_extra
        endings = typing.cast(list[str], extra.get("x-endings", [])) if isinstance(extra, dict) else []
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Upload) and (wrong := wrong_type(each, endings)):
                found[name] = wrong
    return found


def wrong_type(upload: Upload, endings: Iterable[str]) -> Wrong | None:
    """Say what is wrong with a file's type: its ending, or content that is not what the ending says; else nothing."""
    ending, allowed = Path(upload.name).suffix.casefold(), list(endings)
    if allowed and ending not in allowed:
        return Wrong(FILES["ending"], {"wanted": ", ".join(allowed), "found": ending or "–"})
    with upload.path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return Wrong(FILES["empty"])
    magic = ZIP if ending in PACKED else MAGIC.get(ending)
    if magic is not None and not head.startswith(magic):
        return Wrong(FILES["other"], {"found": ending})
    if magic is None and ending in (".csv", ".tsv", ".toml", ".txt", ".json") and b"\0" in head:
        return Wrong(FILES["no text"], {"found": ending})
    return None
