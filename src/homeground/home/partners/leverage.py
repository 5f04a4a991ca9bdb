"""Who leans on whom: a country beside its first partners, for the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries
from homeground.home import questions
from homeground.home.questions import Question
from homeground.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

MOST: Final = 12
"""Partners that stand in the report."""


def first_partners(store: Store, question: Question) -> pa.Table | None:
    """The partners with the largest trade both ways, areas not specified left out; None where there are none.

    Columns: partner, name, and those of `measures.leans`; largest trade first.
    """
    asked = replace(question, years=(question.year,))
    bought, sold = (store.table(asked.dataset, table, asked.years) for table in ("imports", "exports"))
    own = questions.own_imports(store, asked), questions.own_exports(store, asked)
    table = measures.leans(*own, bought, sold).filter(_.partner.notin(sorted(countries.nes_codes())))
    ranked = table.order_by(ibis.desc(_.imports_usd + _.exports_usd), "partner").limit(MOST).to_pyarrow()
    if not ranked.num_rows:
        return None
    names = [countries.name(code) for code in ranked["partner"].to_pylist()]
    return ranked.drop_columns(["year"]).add_column(1, "name", [names])
