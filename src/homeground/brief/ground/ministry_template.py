"""Write the workbook that a ministry fills in; `sources.ministry` reads it back by the same layout.

Names of sheets, headings and what the lists offer are read back, and stay as they are; what explains them is said in a
voice, on the first sheet, in the notes of the headings and beside the lists.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from homeground import __version__
from homeground.brief.export import write_whole
from homeground.brief.voice import ENGLISH, Voice
from homeground.codes import countries
from homeground.errors import UsageError, message
from homeground.sources import ministry

ROWS: Final = 500
"""Rows below the head that offer the lists."""

ABOUT: Final = (
    (
        "Homeground: own ground",
        "Fill in the sheets, one row per good and year, then: homeground load ministry FILE",
    ),
    ("", ""),
    ("Country", ""),
    ("Office", ""),
    ("Licence", "internal"),
    ("", ""),
    ("Commodity", "One name for one good on every sheet. The names on the sheet 'Lists' are linked to HS codes."),
    ("Quantity", "A number, no formula and no text. Not known: leave the row out. Zero means zero."),
    ("Unit", "Chosen from the list: kg, t (metric ton, 1000 kg), kt, Mt, lb, ct (carat, 0.2 g)."),
    (
        "Weighed as",
        (
            "Production, trade, stocks and needs of one good are weighed alike: fish alive or as product, ore by "
            "gross weight or by the metal in it. Only product, gross and dry weight can be set against customs data."
        ),
    ),
    ("Stocks", "At the end of the year, public and private together, as far as known."),
    ("Needs", "What the country needs in a year, by your own norm; say in the note by which."),
    ("Resources", "What can be taken with profit today (reserves), not what is thought to be there."),
    ("Capacity", "What existing plants could make in a year."),
    ("Merged cells", "are refused: only their first cell holds a value."),
    ("Examples", "stand on a sheet of their own, which is not read."),
)

SHOWN: Final = (
    ("Production", "Wheat", 2024, 1250.5, "kt", "product weight", "harvest survey"),
    ("Production", "Cobalt, mine", 2024, 2100, "t", "metal content", "cobalt in concentrate"),
    ("Stocks", "Wheat", 2024, 310, "kt", "product weight", "state reserve and mills"),
    ("Needs", "Wheat", 2024, 1.9, "Mt", "product weight", "110 kg per head and seed"),
    ("Resources", "Cobalt, mine", 2024, 40000, "t", "metal content", "proven and probable"),
    ("Capacity", "Wheat", 2024, 2.2, "Mt", "product weight", "mills"),
)


READ_BACK: Final = frozenset({*ministry.SHEETS, *ministry.HEAD, *ministry.PEOPLE_HEAD})
"""Names by which sheets and columns are found again."""


def write(path: Path, country: str, voice: Voice = ENGLISH) -> int:
    """Write the template for a country, in a voice, and return how many goods it lists.

    Raises UsageError unless it is to be an xlsx file.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            message(
                "a template is a workbook", where=str(path), found=repr(path.suffix), expected=".xlsx", do="name it so"
            )
        )
    code = countries.resolve(country)
    goods = sorted(ministry.goods(), key=str.lower)
    write_whole(path, lambda target: _Template(target, code, goods, voice).write())
    return len(goods)


class _Template:
    def __init__(self, path: Path, country: str, goods: list[str], voice: Voice) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(str(path))
        self.country, self.goods, self.voice = country, goods, voice
        self.head = self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#e4e8ec"})
        self.bold = self.book.add_format({"bold": True, "valign": "top"})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.entry = self.book.add_format({"bg_color": "#fdf4ec", "border": 1})
        self.grey = self.book.add_format({"italic": True, "font_color": "#6b7785"})

    def write(self) -> None:
        """Write every sheet and close the file."""
        self._about()
        for name in ministry.SHEETS:
            self._figures(name)
        self._people()
        self._examples()
        self._lists()
        self.book.close()

    def _about(self) -> None:
        sheet = self.book.add_worksheet(ministry.FIRST_SHEET)
        sheet.set_column(0, 0, 16 if self.voice is ENGLISH else 28)
        sheet.set_column(1, 1, 100)
        for row, (title, text) in enumerate(ABOUT):
            sheet.write_string(row, 0, self._named(title), self.bold)
            sheet.write_string(row, 1, self.voice.say(text), self.wrapped)
        sheet.write_string("B3", self.country, self.entry)
        sheet.write_blank("B4", None, self.entry)
        sheet.write_string("B5", "internal", self.entry)
        sheet.write_string(len(ABOUT) + 1, 0, f"Homeground {__version__}", self.grey)

    def _figures(self, name: str) -> None:
        sheet = self._headed(name, ministry.HEAD, (34, 8, 14, 8, 20, 50))
        last = len(self.goods) + 1
        lists = ((0, f"='{ministry.LISTS}'!$A$2:$A${last}", "information"), (3, list(ministry.UNITS), "stop"))
        for column, source, severity in (*lists, (4, list(ministry.STATES), "stop")):
            sheet.data_validation(
                1, column, ROWS, column, {"validate": "list", "source": source, "error_type": severity}
            )
        self._years(sheet, 1)
        self._amounts(sheet, 2)

    def _people(self) -> None:
        sheet = self._headed(ministry.PEOPLE, ministry.PEOPLE_HEAD, (8, 16, 50))
        self._years(sheet, 0)
        self._amounts(sheet, 1)

    def _headed(self, name: str, head: tuple[str, ...], widths: tuple[int, ...]) -> Any:
        sheet = self.book.add_worksheet(name)
        for column, (title, width) in enumerate(zip(head, widths, strict=True)):
            sheet.write_string(0, column, title, self.head)
            sheet.set_column(column, column, width)
            self._explain(sheet, column, title)
        sheet.freeze_panes(1, 0)
        return sheet

    def _named(self, title: str) -> str:
        said = self.voice.say(title)
        return f"{title} · {said}" if title in READ_BACK and said != title else said

    def _explain(self, sheet: Any, column: int, title: str) -> None:
        said = self.voice.say(title)
        if said != title:
            meaning = self.voice.say(dict(ABOUT).get(title, ""))
            note = ". ".join(text for text in (said, meaning) if text)
            sheet.write_comment(0, column, note, {"x_scale": 3, "y_scale": 2.5})

    def _years(self, sheet: Any, column: int) -> None:
        between = {"validate": "integer", "criteria": "between"}
        limits = {"minimum": ministry.YEARS[0], "maximum": ministry.YEARS[-1]}
        sheet.data_validation(1, column, ROWS, column, between | limits)

    def _amounts(self, sheet: Any, column: int) -> None:
        sheet.data_validation(1, column, ROWS, column, {"validate": "decimal", "criteria": ">=", "value": 0})

    def _examples(self) -> None:
        sheet = self._headed(ministry.EXAMPLES, ("Sheet", *ministry.HEAD), (12, 34, 8, 14, 8, 20, 50))
        for row, values in enumerate(SHOWN, 1):
            for column, value in enumerate(values):
                last = column == len(values) - 1
                sheet.write(row, column, self.voice.value(str(value)) if last else value, self.grey)
        said = self.voice.say("Invented figures. This sheet is not read.")
        sheet.write_string(len(SHOWN) + 2, 0, said, self.grey)

    def _lists(self) -> None:
        sheet = self._headed(ministry.LISTS, ("Commodity (linked to HS codes)", "Unit", "Weighed as"), (44, 8, 20))
        for column, values in enumerate((self.goods, ministry.UNITS, ministry.STATES)):
            sheet.write_column(1, column, values)
        for column, (title, values) in enumerate((("Commodity", self.goods), ("Weighed as", ministry.STATES)), 3):
            said = [self.voice.value(value) for value in values]
            if said != list(values):
                sheet.write_string(0, column, self.voice.say(title), self.head)
                sheet.set_column(column, column, 44)
                sheet.write_column(1, column, said)
