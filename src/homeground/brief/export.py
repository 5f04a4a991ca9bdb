"""Write an answer to a file: csv, Parquet, xlsx, html or json, each with its sources and notes.

csv has no room for notes, so they stand beside it in `<name>.about.json`. Files appear whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from homeground.brief.answer import Answer
from homeground.errors import BadInput, UsageError, listing, message


def write_file(answer: Answer, path: Path) -> None:
    """Write the answer in the format of the file's ending; raises UsageError for another ending."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UsageError(
            message(
                "unknown file format",
                where=str(path),
                found=repr(path.suffix),
                expected=listing(WRITERS, 9),
                do="choose one of these endings",
            )
        )
    write_whole(path, lambda target: writer(answer, target))
    if path.suffix.lower() == ".csv":
        about = json.dumps(_about(answer), ensure_ascii=False, indent=1, default=str)
        write_whole(path.with_suffix(".about.json"), lambda target: target.write_text(about, encoding="utf-8"))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a new file and put it in place at the end; raises BadInput where the system refuses."""
    new = path.with_name(f".{path.name}.new")
    try:
        write(new)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise BadInput(
            message(
                "the file could not be written",
                where=str(path),
                found=error.strerror,
                do="free space, or choose another folder",
            )
        ) from error


def as_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as a JSON document: title, about, columns, rows, notes. Absent values are null."""
    return {
        "title": answer.title,
        "about": json.loads(json.dumps(answer.about, default=str)),
        "columns": [{"name": c.name, "title": c.title, "form": c.form, "meaning": c.meaning} for c in answer.columns],
        "rows": [_finite(row) for row in answer.table.to_pylist()],
        "notes": list(answer.notes),
    }


def _csv(answer: Answer, path: Path) -> None:
    from pyarrow import csv

    csv.write_csv(answer.table, path)


def _parquet(answer: Answer, path: Path) -> None:
    import pyarrow.parquet as pq

    about = json.dumps(_about(answer), ensure_ascii=False, default=str)
    pq.write_table(answer.table.replace_schema_metadata({"homeground": about}), path)


def _xlsx(answer: Answer, path: Path) -> None:
    from homeground.brief.workbook import write_answers

    write_answers([answer], path)


def _html(answer: Answer, path: Path) -> None:
    from homeground.brief.page import answer_page

    path.write_text(answer_page(answer), encoding="utf-8")


def _json(answer: Answer, path: Path) -> None:
    path.write_text(json.dumps(as_document(answer), ensure_ascii=False, indent=1), encoding="utf-8")


WRITERS: Final[dict[str, Callable[[Answer, Path], None]]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
    ".html": _html,
    ".json": _json,
}


def _about(answer: Answer) -> dict[str, Any]:
    meanings = {c.name: c.meaning or c.title for c in answer.columns}
    return {"title": answer.title, **answer.about, "columns": meanings, "notes": list(answer.notes)}


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and value != value else value for key, value in row.items()}
