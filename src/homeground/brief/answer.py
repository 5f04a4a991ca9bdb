"""One answer: a table with the words a reader needs beside it, the same for screen, JSON, csv, Parquet, xlsx, html."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Form = Literal["text", "quoted", "people", "count", "usd", "tons", "share", "index", "ratio", "price", "flag", "year"]
"""`quoted` are names, and words of people here and of their laws; `people` are names with roles, such as Ana (officer).

What is quoted is the same in every language.
"""
WORDS = ("text", "quoted", "people", "flag")

ABSENT = "–"


@dataclass(frozen=True)
class Column:
    """How one column is shown: heading, form of values, on screen or not, meaning, several lines or one.

    `form_in` names the column that says the form of each row's value, where rows differ.
    """

    name: str
    title: str
    form: Form = "text"
    on_screen: bool = True
    meaning: str = ""
    wraps: bool = False
    form_in: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the column is set flush right."""
        return self.form not in WORDS

    def text(self, value: Any) -> str:
        """Write a value as a reader expects it; an absent value is a dash, never a zero."""
        if value is None or value != value:
            return ABSENT
        text: str = _WRITERS[self.form](value)
        return text

    def text_of(self, row: Mapping[str, Any]) -> str:
        """Write this column's value of a row.

        >>> Column("first", "first", "ratio", form_in="form").text_of({"first": 2028.0, "form": "year"})
        '2028'
        """
        return self.in_row(row).text(row.get(self.name))

    def in_row(self, row: Mapping[str, Any]) -> Column:
        """This column with the form that it has in a row."""
        return replace(self, form=row[self.form_in]) if self.form_in else self


@dataclass(frozen=True)
class Answer:
    """A table (pyarrow) with its title, columns, notes for the reader, and `about`: question, dataset and licence.

    `figures` are specifications with what they show in words; pages draw them above the table.
    """

    title: str
    table: pa.Table
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)
    figures: tuple[tuple[dict[str, Any], str], ...] = ()


def money(value: float) -> str:
    """Write US dollars with three significant figures: 951 bn, 2.3 M, 450 k.

    >>> money(951_395_473_259), money(2_281_000), money(450)
    ('951 bn', '2.28 M', '450')
    """
    return _scaled(value, ((1e9, " bn"), (1e6, " M"), (1e3, " k")))


def tons(value: float) -> str:
    """Write metric tons with three significant figures: 2,010 Mt, 12.5 kt, 3 t, 48.0 kg."""
    return _scaled(value, ((1e6, " Mt"), (1e3, " kt"), (1.0, " t"), (1e-3, " kg")))


def _scaled(value: float, scales: tuple[tuple[float, str], ...]) -> str:
    for scale, name in scales:
        if abs(value) >= scale:
            scaled = value / scale
            digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
            return f"{scaled:,.{digits}f}{name}"
    return f"{value:,.3g}"


_WRITERS: dict[Form, Any] = {
    "text": str,
    "quoted": str,
    "people": str,
    "count": lambda v: f"{v:,.0f}",
    "usd": money,
    "tons": tons,
    "share": lambda v: f"{100 * v:.1f} %",
    "index": lambda v: f"{v:.3f}",
    "ratio": lambda v: f"{v:,.2f}" if abs(v) < 100 else f"{v:,.0f}",
    "price": lambda v: f"{v:,.0f}" if abs(v) >= 100 else f"{v:.3g}",
    "flag": lambda v: "yes" if v else "no",
    "year": lambda v: f"{v:.0f}",
}
