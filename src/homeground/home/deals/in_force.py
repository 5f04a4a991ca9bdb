"""Measures in force on a day: which sale of what by whom to whom is barred, and by which act.

Lists may name blocs where trade tables name countries, and the other way round: a measure on a bloc binds its members,
and a measure on one member bars the bloc as a whole from what the member may not trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from homeground.codes import blocs, parties
from homeground.home import questions
from homeground.home.place import Place
from homeground.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVERYONE = parties.EVERYONE


@dataclass(frozen=True)
class Bar:
    """One measure: `importer` may not buy from `exporter` what begins with `prefix`; `*` stands for everyone."""

    importer: str
    exporter: str
    prefix: str
    reference: str

    def holds(self, importer: str, exporter: str, hs6: str) -> bool:
        """Whether it bars this sale."""
        named = self.importer in (EVERYONE, importer) and self.exporter in (EVERYONE, exporter)
        return named and hs6.startswith(self.prefix)


@dataclass(frozen=True)
class InForce:
    """The measures in force on `day`; `loaded` is false where the Home has no list of measures."""

    day: date
    bars: tuple[Bar, ...]
    loaded: bool

    def bar(self, importer: str, exporter: str, hs6: str) -> Bar | None:
        """Return the first measure that bars a sale, or None."""
        return next(iter(self.against(importer, exporter, hs6)), None)

    def against(self, importer: str, exporter: str, hs6: str) -> tuple[Bar, ...]:
        """Return the measures that bar a sale, in the order of the list."""
        pairs = {(buyer, seller) for buyer in (EVERYONE, importer) for seller in (EVERYONE, exporter)}
        places = sorted(place for pair in pairs for place in self._by_pair.get(pair, ()))
        return tuple(self.bars[place] for place in places if hs6.startswith(self.bars[place].prefix))

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for place, bar in enumerate(self.bars):
            found.setdefault((bar.importer, bar.exporter), []).append(place)
        return found

    def of_pair(self, importer: str, exporter: str) -> tuple[Bar, ...]:
        """Measures that bar some sale between these two."""
        return tuple(bar for bar in self.bars if bar.holds(importer, exporter, bar.prefix))

    def table(self) -> ir.Table | None:
        """The measures as a table `restrictions`, for `measures.permitted` and the cuts; None where none is loaded."""
        import ibis
        import pyarrow as pa

        if not self.loaded:
            return None
        names = ("importer", "exporter", "hs_prefix", "legal_reference")
        rows = [(bar.importer, bar.exporter, bar.prefix, bar.reference) for bar in self.bars]
        columns = {name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(names)}
        columns["from_date"] = pa.array([self.day] * len(rows), pa.date32())
        columns["to_date"] = pa.array([None] * len(rows), pa.date32())
        return ibis.memtable(pa.table(columns))


def in_force(store: Store, places: tuple[Place, ...], day: date) -> InForce:
    """Read the measures in force on a day, with the blocs among `places` and in the list spelt out.

    Raises BadInput where the list names a party or goods that nobody can be held to: it would bar nobody, in silence.
    """
    table = questions.side_table(store, "restrictions")
    if table is None:
        return InForce(day, (), loaded=False)
    rows = table.to_pyarrow().to_pylist()
    parties.require(rows, "table restrictions of the Home")
    found = {bar: None for row in rows if parties.holds(row, day) for bar in _bars(row, places, day)}
    return InForce(day, tuple(found), loaded=True)


def _bars(row: dict[str, Any], places: tuple[Place, ...], day: date) -> list[Bar]:
    prefix = parties.goods(row["hs_prefix"])
    return [
        Bar(importer, exporter, prefix, row["legal_reference"])
        for importer in _codes(row["importer"], places, day)
        for exporter in _codes(row["exporter"], places, day)
    ]


def _codes(named: str, places: tuple[Place, ...], day: date) -> list[str]:
    codes = set(blocs.bound(parties.party(named), day))
    codes |= {place.code for place in places if place.is_bloc and place.market and place.market & codes}
    return sorted(codes)
