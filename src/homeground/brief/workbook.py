"""Workbooks: numbers as numbers, codes as text with their zeros, sources on a sheet of their own."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__
from homeground.brief.answer import Answer, Column, Form
from homeground.brief.trade.price_section import price_sheets
from homeground.brief.voice import ENGLISH, Voice
from homeground.errors import UsageError, message

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home import CountryPicture

FORMATS: Final[dict[Form, str]] = {
    "count": "#,##0", "usd": "#,##0", "tons": "#,##0", "share": "0.0%", "index": "0.000", "ratio": "#,##0.00",
    "price": "#,##0.00####", "year": "0",
}  # fmt: skip
WIDEST: Final = 60
SENTENCES: Final = ("Finding", "Note", "Title")
"""Names of texts that are sentences."""
MADE_BY: Final = ("Made by", f"Homeground {__version__}")
MOST_ROWS: Final = 1_048_575
"""Rows that a sheet of the format holds below its head."""
LONGEST: Final = 32_767
"""Characters that a cell of the format holds."""
LONGEST_NAME: Final = 31
"""Characters that the name of a sheet holds."""


def write_answers(answers: Sequence[Answer], path: Path, voice: Voice = ENGLISH) -> None:
    """Write each answer on a sheet of its own, and what they rest on on the last."""
    names = ["Answer"] if len(answers) == 1 else [f"Answer {number}" for number in range(1, len(answers) + 1)]
    about = [pair for answer in answers for pair in about_pairs(answer)]
    write_sheets(dict(zip(names, answers, strict=True)), about, path, voice=voice)


def write_sheets(
    answers: Mapping[str, Answer],
    about: Sequence[tuple[str, Any]],
    path: Path,
    summary: Sequence[tuple[str, Any]] = (),
    voice: Voice = ENGLISH,
) -> None:
    """Write each answer on the sheet of its name, after a summary where there is one; what they rest on comes last.

    Raises UsageError where an answer has more rows than a sheet can hold.
    """
    for answer in answers.values():
        _require_room(answer)
    book = Book(path, voice)
    if summary:
        book.pairs("Summary", summary)
    for name, answer in answers.items():
        book.sheet(name, answer.table, answer.columns)
    book.pairs("About", about)
    book.close()


def write_picture(picture: CountryPicture, path: Path, voice: Voice = ENGLISH) -> None:
    """Write a country's picture: summary, every table, and the sources."""
    from homeground.brief import story
    from homeground.brief.chains import chain_parts
    from homeground.brief.ground.ground_tables import BALANCE, FIGURES
    from homeground.brief.materials import made_here_parts
    from homeground.brief.trade import capability_tables
    from homeground.brief.trade.trend_parts import over_years

    book = Book(path, voice)
    book.pairs(
        "Summary",
        [("Country", picture.name), ("Year", picture.year), *(("Finding", text) for text in story.findings(picture))],
    )
    tables = {
        "Products": picture.products,
        "Dependent": picture.products.filter(picture.products["dependent"]),
        "Reasons": _reasons(picture),
        "Partners": picture.partners,
        "Presets": picture.presets,
        "Sensitivity": picture.sensitivity,
        "Trend": picture.trend,
        "Churn": picture.churn,
        **over_years(picture),
        "Cuts": picture.cuts,
        **(price_sheets(picture.prices) if picture.prices is not None else {}),
        **({"Leverage": picture.leverage} if picture.leverage is not None else {}),
        **chain_parts.sheets(picture.chains),
    }
    for name, table in tables.items():
        book.sheet(name, table, tuple(Column(key, heading(key, voice), form_of(key)) for key in table.column_names))
    for name, (table, shown) in capability_tables.sheets(picture.capability).items():
        book.sheet(name, table, shown)
    for name, (table, shown) in made_here_parts.sheets(picture.made_here).items():
        book.sheet(name, table, shown)
    if picture.ground is not None:
        book.sheet("Own ground", picture.ground.rows, BALANCE)
        book.sheet("Ground figures", picture.ground.figures, FIGURES)
    book.pairs("About", _sources(picture))
    book.close()


def heading(key: str, voice: Voice) -> str:
    """Return what stands over a column of a picture: its key, or its name where a voice has one."""
    column = f"column {key}"
    said = voice.value(column)
    return voice.value(key) if said == column else said


def form_of(column: str) -> Form:
    """Tell how a column of a picture is written from the ending of its name."""
    endings: tuple[tuple[tuple[str, ...], Form], ...] = (
        (("_usd",), "usd"),
        (("per_t", "least_t", "median", "q1", "q3", "spread", "_index", "terms_of_trade"), "ratio"),
        (("_t",), "tons"),
        (("gap", "share", "cr3", "cr5", "coverage", "penetration", "direct", "look_through", "hidden"), "share"),
        (("herfindahl",), "index"),
        (("year",), "year"),
        (("ratio", "_pct", "factor", "threshold", "effective_suppliers", "imports_to_supply"), "ratio"),
        (
            ("suppliers", "exporters", "products", "products_led", "flagged", "abstaining", "flips_in", "flips_out"),
            "count",
        ),
    )
    return next((form for names, form in endings if column.endswith(names)), "text")


def _require_room(answer: Answer) -> None:
    if answer.table.num_rows > MOST_ROWS:
        raise UsageError(
            message(
                "too many rows for a workbook",
                where=answer.title,
                found=f"{answer.table.num_rows:,}",
                expected=f"at most {MOST_ROWS:,}",
                do="write .parquet or .csv, or ask for less",
            )
        )


def _reasons(picture: CountryPicture) -> pa.Table:
    """One row per product, preset and condition: hs6, product, preset, reason."""
    import pyarrow as pa

    names = dict(zip(picture.products["hs6"].to_pylist(), picture.products["product"].to_pylist(), strict=True))
    columns = ("hs6", "product", "preset", "reason")
    rows = [
        dict(zip(columns, (hs6, names.get(hs6), preset, sentence), strict=True))
        for hs6, found in picture.reasons.items()
        for preset, sentences in found.items()
        for sentence in sentences
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([(column, pa.string()) for column in columns]))


class Book:
    """A workbook in the house style: names of sheets, headings and texts in a voice."""

    def __init__(self, path: Path, voice: Voice = ENGLISH) -> None:
        import xlsxwriter

        self.voice = voice

        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        self.book = xlsxwriter.Workbook(str(path), options)
        self.head = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.formats = {form: self.book.add_format({"num_format": text}) for form, text in FORMATS.items()}

    def sheet(self, name: str, table: pa.Table, columns: Sequence[Column]) -> None:
        """Write a table with a frozen, filterable head; an absent value stays an empty cell."""
        sheet = self._added(name)
        for place, column in enumerate(columns):
            forms = table[column.form_in].to_pylist() if column.form_in else [column.form] * table.num_rows
            told = [replace(column, form=form, form_in="") for form in forms]
            values = [self._told(*pair) for pair in zip(told, table[column.name].to_pylist(), strict=True)]
            title = self.voice.say(column.title)
            sheet.write_string(0, place, title, self.head)
            sheet.set_column(place, place, _width(title, values))
            for row, (value, form) in enumerate(zip(values, forms, strict=True), 1):
                self._cell(sheet, row, place, value, form)
        sheet.freeze_panes(1, 2)
        if table.num_rows and columns:
            sheet.autofilter(0, 0, table.num_rows, len(columns) - 1)

    def pairs(self, name: str, rows: Sequence[tuple[str, Any]]) -> None:
        """Write a sheet of names and texts."""
        sheet = self._added(name)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 110)
        for row, (title, value) in enumerate(rows):
            sheet.write_string(row, 0, self.voice.value(title), self.head)
            if isinstance(value, int | float):
                sheet.write_number(row, 1, value)
            else:
                say = self.voice.say if title in SENTENCES else self.voice.value
                sheet.write_string(row, 1, say(str(value))[:LONGEST], self.wrapped)

    def close(self) -> None:
        """Finish the file."""
        self.book.close()

    def _added(self, name: str) -> Any:
        return self.book.add_worksheet(self.voice.say(name)[:LONGEST_NAME])

    def _told(self, column: Column, value: Any) -> Any:
        return self.voice.cell(column, value) if isinstance(value, str) else value

    def _cell(self, sheet: Any, row: int, place: int, value: Any, form: Form) -> None:
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, place, value, self.formats.get(form))
        else:
            text = str(value)[:LONGEST]
            sheet.write_string(row, place, text, self.wrapped if len(text) > WIDEST else None)


def _width(title: str, values: Sequence[Any]) -> int:
    longest = max(
        (len(str(value)) for value in values[:200] if value is not None and not isinstance(value, float)), default=0
    )
    return min(WIDEST, max(11, len(title) + 1, longest + 1))


def about_pairs(answer: Answer) -> list[tuple[str, Any]]:
    """State what an answer rests on, as rows of the sheet About."""
    facts = [
        (key, value if isinstance(value, str | int) else json.dumps(value, default=str))
        for key, value in answer.about.items()
        if value is not None
    ]
    meanings = [(column.title, column.meaning) for column in answer.columns if column.meaning]
    return [
        ("Title", answer.title),
        *facts,
        *(("Note", note) for note in answer.notes),
        *meanings,
        MADE_BY,
    ]


def _sources(picture: CountryPicture) -> list[tuple[str, Any]]:
    from homeground.brief.tables import EVIDENCE

    held = picture.dataset
    files = [
        (f"File of load {load.id}", f"{f.file}, SHA-256 {f.sha256}, {f.rows_loaded:,} kept, {f.rows_refused:,} refused")
        for load in held.loads
        for f in load.files
    ]
    meanings = [(f"Column {column.name}", column.meaning) for column in EVIDENCE if column.meaning]
    return [
        ("Dataset", held.name),
        ("HS revision", held.revision or "not stated"),
        ("Version", held.version or "not stated"),
        ("Licence", held.licence),
        ("Citation", held.citation),
        *files,
        *(("Note", note) for note in picture.notes),
        *((f"Check {f.check}", f"{f.severity}: {f.what} {f.year or ''} {f.example}") for f in picture.findings),
        *meanings,
        MADE_BY,
    ]
