"""Answers kept in a folder and read again: the table as Parquet, the words around it as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from homeground.brief.answer import Answer, Column
from homeground.brief.export import write_whole


def write_answers(answers: Sequence[Answer], folder: Path) -> None:
    """Keep answers in a folder."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    for number, answer in enumerate(answers):
        table, words = answer.table, _words(answer)
        write_whole(folder / f"answer-{number}.parquet", partial(pq.write_table, table))
        write_whole(folder / f"answer-{number}.json", partial(_write, words))


def read_answers(folder: Path) -> list[Answer]:
    """Read the answers kept in a folder, in their order."""
    import pyarrow.parquet as pq

    found = []
    for path in sorted(folder.glob("answer-*.json"), key=lambda each: int(each.stem.partition("-")[2])):
        words = json.loads(path.read_text("utf-8"))
        columns = tuple(Column(**column) for column in words["columns"])
        figures = tuple((spec, text) for spec, text in words["figures"])
        table = pq.read_table(path.with_suffix(".parquet"))
        found.append(Answer(words["title"], table, columns, tuple(words["notes"]), words["about"], figures))
    return found


def _write(words: str, path: Path) -> None:
    path.write_text(words, encoding="utf-8")


def _words(answer: Answer) -> str:
    columns = [asdict(column) for column in answer.columns]
    kept = {"title": answer.title, "columns": columns, "notes": answer.notes, "about": answer.about}
    return json.dumps({**kept, "figures": answer.figures}, ensure_ascii=False, default=str)
