"""The description of the API: each page's JSON twin and each act, from the same models that read what is sent."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from homeground.desk.web.forms import Asked, Upload
from homeground.desk.web.registry import Page

ERROR: Final = {"type": "object", "properties": {"error": {"type": "string"}, "fields": {"type": "object"}}}
SHEET: Final = {
    "type": "object",
    "required": ["title", "panels"],
    "properties": {
        "title": {"type": "string"},
        "lead": {"type": "string"},
        "notes": {"type": "array", "items": {"type": "string"}},
        "tiles": {"type": "array", "items": {"type": "object"}},
        "panels": {"type": "array", "items": {"type": "object"}},
    },
}
DONE: Final = {
    "type": "object",
    "properties": {"done": {"type": "boolean"}, "said": {"type": "string"}, "to": {"type": "string"}},
}
REFUSALS: Final = {
    401: "Nobody is signed in",
    403: "The role does not allow it",
    404: "It is not in the Home",
    409: "Somebody else is writing",
    413: "More was sent than is allowed",
    422: "What was asked cannot be taken",
    429: "One person asks for too much at once",
}


def operation(page: Page) -> dict[str, Any]:
    """Return what OpenAPI says of one page."""
    parameters = [_place(name, kind) for name, kind in page.arguments.items()]
    stated: dict[str, Any] = {"responses": _responses(page)}
    if page.question is not None and page.is_act:
        stated["requestBody"] = _body(page.question)
    elif page.question is not None:
        parameters += _query(page.question)
    if page.needs != "anyone":
        stated["security"] = [{"token": []}, {"session": []}]
    return {**stated, "parameters": parameters}


def _place(name: str, kind: Any) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema()
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(question: type[Asked]) -> list[dict[str, Any]]:
    schema = _schema(question)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _bare(stated),
         "description": stated.get("description", stated.get("title", ""))}
        for name, stated in schema.get("properties", {}).items()
    ]  # fmt: skip


def _body(question: type[Asked]) -> dict[str, Any]:
    files = any(info.annotation is Upload for info in question.model_fields.values())
    kinds = ["multipart/form-data"] if files else ["application/json", "application/x-www-form-urlencoded"]
    return {"required": True, "content": {kind: {"schema": _schema(question)} for kind in kinds}}


def _schema(question: type[Asked]) -> dict[str, Any]:
    stated = question.model_json_schema()
    return {**stated, "properties": {name: _bare(each) for name, each in stated.get("properties", {}).items()}}


def _bare(stated: dict[str, Any]) -> dict[str, Any]:
    """Leave out what only our forms need."""
    return {key: value for key, value in stated.items() if not key.startswith("x-")}


def _responses(page: Page) -> dict[str, Any]:
    right = DONE if page.is_act else SHEET
    return {
        "200": {
            "description": "Done" if page.is_act else page.title,
            "content": {"application/json": {"schema": right}},
        },
        **{
            str(status): {"description": words, "content": {"application/json": {"schema": ERROR}}}
            for status, words in REFUSALS.items()
        },
    }
