"""What may stand in a process book: its parts, their fields, the maps inside them; the same for TOML and workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "number", "quantity", "flag"]
"""`quantity` is a number, or a number with its unit in quotes, such as "640 kg"."""


@dataclass(frozen=True)
class Field:
    """One field: its name, kind, meaning, and whether it must be there."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Part:
    """A part of the book. `fields` of each entry (of the part itself where `single`), and `maps`: name → its fields.

    A map of one field "value" is written `{ key = value }`; others hold a table per key.
    """

    name: str
    meaning: str
    fields: tuple[Field, ...]
    maps: tuple[tuple[str, tuple[Field, ...]], ...] = ()
    single: bool = False

    def map_fields(self, name: str) -> tuple[Field, ...] | None:
        """Return the fields of a map, None where the part has no such map."""
        return dict(self.maps).get(name)


def _value(kind: Kind, meaning: str) -> tuple[Field, ...]:
    return (Field("value", kind, meaning, required=True),)


NAME: Final = Field("name", "text", "what people call it")
SOURCE: Final = Field("source", "text", "where the numbers come from: one or more names of sources, with commas")
NOTE: Final = Field("note", "text", "anything a reader should know")

LINES: Final = ("inputs", "energy", "outputs", "byproducts", "scrap")
"""Maps of a process from goods (inputs: or functional groups) to quantities per unit of activity."""

BOOK: Final = Part(
    "book",
    "the book itself",
    (
        Field("title", "text", "what the book is about", required=True),
        Field("country", "text", "ISO code of the country whose border prices and trade are meant"),
        Field("year", "number", "year that the figures are of"),
        Field("home_per_usd", "number", "home money per US dollar, official rate; 1 where home money is US dollars"),
        Field("shadow_per_usd", "number", "home money per US dollar at its scarcity; the official rate if left out"),
        Field("wage", "number", "home money per hour of labour"),
        Field("wage_factor", "number", "shadow wage over wage; 1 if left out"),
        Field("population", "number", "people whose needs are met"),
        Field("base", "text", "a packaged book that this one adds to, such as starter"),
        NOTE,
    ),
    single=True,
)
SOURCES: Final = Part(
    "sources",
    "where numbers come from",
    (
        Field("author", "text", "author or publisher", required=True),
        Field("title", "text", "title", required=True),
        Field("year", "number", "year of publication"),
        Field("place", "text", "table, page or chapter"),
        Field("checked", "flag", "whether the number was compared with the source's text", required=True),
        NOTE,
    ),
)
GOODS: Final = Part(
    "goods",
    "goods and materials; a good without price and code cannot be traded",
    (
        NAME,
        Field("unit", "text", "the one unit in which the good is counted", required=True),
        Field("mass", "quantity", "mass of one unit, where the unit is no mass"),
        Field("hs6", "text", "six characters of the Harmonized System"),
        Field("price", "quantity", "what a unit costs at the border, USD"),
        Field("export_price", "quantity", "what a unit earns at the border, USD; the import price if left out"),
        Field("home_price", "number", "home money per unit, for what is not traded"),
        Field("tariff", "number", "import tariff, 0.05 for 5 %"),
        Field("imports", "quantity", "units imported a year"),
        Field("exports", "quantity", "units exported a year"),
        Field("use", "quantity", "units a year that go to uses outside this book"),
        Field("waste", "flag", "whether the good is waste or scrap in trade statistics"),
        Field("free", "flag", "whether nature gives it without limit: air, water, sun"),
        SOURCE,
        NOTE,
    ),
    (("properties", _value("number", "measured property, such as bending strength (MPa)")),),
)
PROCESSES: Final = Part(
    "processes",
    "ways of making; all quantities are per unit of activity",
    (
        NAME,
        Field("per", "text", "what one unit of activity is, such as 1 m3 of lumber"),
        Field("activity", "number", "units of activity a year at present"),
        Field("capacity", "number", "most units of activity a year; no limit known if left out"),
        Field("labour", "number", "hours of labour"),
        Field("home_cost", "number", "other domestic factors (capital, repair), home money"),
        Field("usd_cost", "number", "spare parts, licences and services paid in US dollars"),
        Field("range", "text", "how far the coefficients vary between plants"),
        SOURCE,
        NOTE,
    ),
    (
        *((name, _value("quantity", "quantity per unit of activity")) for name in LINES),
        ("uses", _value("number", "share of a functional group that this good meets at present")),
    ),
)
GROUPS: Final = Part(
    "groups",
    "functional groups: goods that can do the same work",
    (NAME, Field("unit", "text", "unit of the work", required=True), SOURCE, NOTE),
    (
        (
            "members",
            (
                Field("ratio", "quantity", "units of the good in place of one unit of the group; 1 if left out"),
                Field("grade", "number", "quality, 1 is best"),
                Field("cap", "number", "largest share of a process's use of the group; 1 if left out"),
            ),
        ),
        ("least", _value("number", "property that the work needs at least")),
        ("most", _value("number", "property that the work allows at most")),
    ),
)
RECOVERY: Final = Part(
    "recovery",
    "what comes back after use",
    (
        NAME,
        Field("gives", "text", "good that is won back", required=True),
        Field("arising", "quantity", "units of the good that fall out of use a year", required=True),
        Field("collection", "number", "share collected at present", required=True),
        Field("possible", "number", "share that could be collected; the present one if left out"),
        Field("yield", "number", "share of what is collected that becomes usable", required=True),
        Field("home_cost", "number", "home money per unit won back"),
        SOURCE,
        NOTE,
    ),
)
PREMISES: Final = Part(
    "premises",
    "what a process taken over from elsewhere presumes",
    (
        Field("process", "text", "the process", required=True),
        Field("presumes", "text", "good that it presumes to be at hand", required=True),
        Field("instead", "text", "good that is used up in its place where it is not", required=True),
        Field("quantity", "quantity", "units of the presumed good per unit of activity", required=True),
        Field("statement", "text", "the premise in words"),
        SOURCE,
    ),
)
RESOURCES: Final = Part(
    "resources",
    "what forests, fields, mines and grids give a year",
    (
        Field("good", "text", "the good", required=True),
        Field("quantity", "quantity", "units a year", required=True),
        SOURCE,
        NOTE,
    ),
)
NEEDS: Final = Part(
    "needs",
    "what people need first",
    (
        Field("good", "text", "the good", required=True),
        Field("per_head", "quantity", "units per head and year"),
        Field("quantity", "quantity", "units a year, instead of per head"),
        Field("priority", "number", "1 is met first"),
        SOURCE,
    ),
)

PARTS: Final = (BOOK, SOURCES, GOODS, PROCESSES, GROUPS, RECOVERY, PREMISES, RESOURCES, NEEDS)
BY_NAME: Final = {part.name: part for part in PARTS}
