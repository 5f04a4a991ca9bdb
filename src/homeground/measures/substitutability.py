"""If a supplier is cut: what is lost, what the others could divert, the gap, and who fills how much.

Arms and ammunition (HS chapter 93) are left out, and no list names a supplier that a measure in force bars.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Final, Literal

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.errors import UsageError, message
from homeground.measures._expressions import PRODUCT, attach, ratio, sorted_codes

ARMS: Final = "93"


@dataclass(frozen=True)
class Cut:
    """The share `share` (0 … 1) of what `importer` buys from `supplier` stops; others divert up to `divertible`.

    `divertible` (0 … 1) is the stated share of their sales elsewhere. `amount` says in what the answer is given, USD or
    tons. `nes` codes are no suppliers to turn to. `on` is the day at which restrictions are read.
    """

    importer: str
    supplier: str
    share: float
    divertible: float
    amount: Literal["value_usd", "quantity_t"] = "value_usd"
    nes: frozenset[str] = frozenset()
    on: datetime.date | None = None

    def __post_init__(self) -> None:
        """Refuse shares outside 0 … 1."""
        for name, share in (("share", self.share), ("divertible", self.divertible)):
            if not 0 <= share <= 1:
                raise UsageError(message(f"{name} is a share", found=share, expected="0 … 1", do="give 0.4 for 40 %"))


def supplier_cut(flows: Table, cut: Cut, restrictions: Table | None = None) -> Table:
    """Weigh what the importer loses by a cut against what the other suppliers can divert.

    In: flows of ALL importers for the products in question; `restrictions` of the schema, read at `cut.on`.
    Out: key year, hs6 (products bought from the supplier), in the unit of `cut.amount`: `lost` = share · imports from
    it, `spare` = divertible · what the others sell elsewhere, `filled` = min(lost, spare), `gap` = lost − filled,
    `gap_share` of lost. In tons, a loss without a quantity is null, and `spare` counts reported quantities only: a
    lower bound.
    """
    goods = _goods(flows)
    bought = goods.filter((_.importer == cut.importer) & (_.exporter == cut.supplier))
    lost = bought.select(*PRODUCT, lost=cut.share * _[cut.amount])
    spare = _spare(goods, cut, restrictions).group_by(list(PRODUCT)).agg(spare=_.spare.sum())
    weighed = attach(lost, spare, PRODUCT).mutate(spare=_.spare.fill_null(0.0))
    filled = weighed.mutate(filled=ibis.cases((_.lost <= _.spare, _.lost), (_.lost > _.spare, _.spare)))
    return filled.mutate(gap=_.lost - _.filled, gap_share=ratio(_.lost - _.filled, _.lost))


def cut_alternatives(flows: Table, cut: Cut, restrictions: Table | None = None) -> Table:
    """List who fills the loss of `supplier_cut`: one row per supplier to turn to.

    Out: key year, hs6, exporter; in the unit of `cut.amount`: `spare` (what it sells elsewhere · divertible),
    `supplied_before` (its present sales to the importer, 0 for a new one), `allocated` = filled · spare / Σ spare.
    """
    asked = supplier_cut(flows, cut, restrictions).select(*PRODUCT, "filled", total="spare")
    shared = _spare(_goods(flows), cut, restrictions).inner_join(asked, list(PRODUCT))
    allocated = ratio(_.filled * _.spare, _.total)
    return shared.select(*PRODUCT, "exporter", "spare", "supplied_before", allocated=allocated)


def permitted(candidates: Table, restrictions: Table, on: datetime.date) -> Table:
    """Keep the rows of a table with importer, exporter and hs6 that no restriction in force on the day `on` bars.

    `*` stands for every importer or exporter; an empty prefix or `*` for all goods; the last day still counts.
    """
    day = ibis.literal(on)
    current = restrictions.filter((_.from_date <= day) & (_.to_date.isnull() | (_.to_date >= day)))
    rules = current.select(
        rule_importer="importer", rule_exporter="exporter", rule_prefix=_.hs_prefix.fill_null("").replace("*", "")
    )
    bars: list[Any] = [
        (rules.rule_importer == "*") | (rules.rule_importer == candidates.importer),
        (rules.rule_exporter == "*") | (rules.rule_exporter == candidates.exporter),
        candidates.hs6.startswith(rules.rule_prefix),
    ]
    return candidates.anti_join(rules, bars)


def _goods(flows: Table) -> Table:
    return flows.filter(~_.hs6.startswith(ARMS))


def _spare(goods: Table, cut: Cut, restrictions: Table | None) -> Table:
    here = _.importer == cut.importer
    others = goods.filter(_.exporter.notin(sorted_codes({cut.supplier, cut.importer, *cut.nes})))
    sums = others.group_by([*PRODUCT, "exporter"]).agg(
        spare=cut.divertible * ibis.ifelse(here, 0.0, _[cut.amount]).sum(),
        supplied_before=ibis.ifelse(here, _[cut.amount], 0.0).sum(),
    )
    able = sums.filter(_.spare > 0).mutate(importer=ibis.literal(cut.importer))
    if restrictions is None:
        return able
    if cut.on is None:
        raise UsageError(
            message("restrictions hold from day to day", expected="the day to read them at", do="give the cut a day")
        )
    return permitted(able, restrictions, cut.on)
