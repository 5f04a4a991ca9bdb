"""Presets applied to evidence: which products each rule calls dependent, and where it cannot say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from operator import add, ge, gt, le, lt
from types import MappingProxyType
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import KEY, all_of, unknown
from homeground.measures.parameters import When, usd_per_eur
from homeground.measures.persistence import persistence, persistent_flag
from homeground.measures.presets import Bands, Condition, Measure, Preset, Rule, presets

COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = MappingProxyType({">": gt, ">=": ge, "<": lt, "<=": le})


def flag(evidence: Table, rule: Preset | Rule, *, on: When = None, loaded: Collection[int] | None = None) -> Table:
    """Apply one rule to evidence.

    In: the result of `evidence`; a preset (then read at `on`) or a rule; `loaded`, the years the data holds, for rules
    that look back over years. Out: the same rows and columns with one boolean `holds_<condition>` per condition,
    `dependent_this_year`, `dependent` (the verdict; null means that the rule abstains), for rules over years
    `years_flagged` and `years_observed`, and `band` where the rule names bands.
    One false condition makes the verdict false; otherwise one that cannot be known makes it null.
    """
    at = _at(rule, on)
    holds = {f"holds_{c.id}": _holds(c, at, evidence) for c in at.preset.conditions}
    deciding = [_[f"holds_{c.id}"] for c in at.preset.conditions if c.verdict]
    judged = evidence.mutate(**holds).mutate(dependent_this_year=all_of(deciding))
    if at.preset.bands is not None:
        judged = judged.mutate(band=_band(at.preset.bands, at))
    lasting = at.preset.persistence
    if lasting is None:
        return judged.mutate(dependent=_.dependent_this_year)
    counted = persistence(judged, lasting.years, lasting.at_least, "dependent_this_year", loaded)
    return counted.rename(dependent="persistent")


def evaluate_all(
    evidence: Table,
    rules: Sequence[Preset | Rule] | None = None,
    *,
    on: When = None,
    loaded: Collection[int] | None = None,
) -> Table:
    """Apply rules side by side, by default all presets.

    Out: key year, importer, hs6; one boolean column per preset id (null: it abstains), `presets_flagged` and
    `presets_abstaining` (counts).
    """
    names = [_at(rule, on).preset.id for rule in (presets() if rules is None else rules)]
    judged = with_verdicts(evidence, rules, on=on, loaded=loaded)
    return judged.select(*KEY, *names, "presets_flagged", "presets_abstaining")


def with_verdicts(
    evidence: Table,
    rules: Sequence[Preset | Rule] | None = None,
    *,
    on: When = None,
    loaded: Collection[int] | None = None,
) -> Table:
    """Return the rows and columns of `evidence` with the verdicts of `evaluate_all` beside them."""
    at = [_at(rule, on) for rule in (presets() if rules is None else rules)]
    names = [rule.preset.id for rule in at]
    wide = evidence.mutate(**{rule.preset.id: verdict(evidence, rule, loaded) for rule in at})
    return wide.mutate(
        presets_flagged=reduce(add, [ibis.ifelse(_[name], 1, 0) for name in names]),
        presets_abstaining=reduce(add, [ibis.ifelse(_[name].isnull(), 1, 0) for name in names]),
    )


def verdict(evidence: Table, rule: Rule, loaded: Collection[int] | None = None) -> Any:
    """Return the boolean column `dependent` of `flag` as one expression on `evidence`."""
    this_year = all_of([_holds(c, rule, evidence) for c in rule.preset.conditions if c.verdict])
    lasting = rule.preset.persistence
    if lasting is None:
        return this_year
    return persistent_flag(this_year, lasting.years, lasting.at_least, loaded)


def _at(rule: Preset | Rule, on: When) -> Rule:
    return rule.on(on) if isinstance(rule, Preset) else rule


def _holds(condition: Condition, rule: Rule, evidence: Table) -> Any:
    value = _value(condition, rule, evidence)
    if condition.op == "is":
        return value
    threshold = rule.value(condition.threshold)
    if threshold is None:
        return unknown("boolean")
    return COMPARE[condition.op](value, _in_usd(threshold, condition.unit))


def _value(condition: Condition, rule: Rule, evidence: Table) -> Any:
    own = _first_known(condition.measures, condition, evidence)
    bloc = _first_known(condition.bloc_measures, condition, evidence)
    value = own if condition.bloc_measures == condition.measures else ibis.ifelse(_has_bloc(), bloc, own)
    without_exports = rule.value(condition.no_exports)
    if without_exports is None:
        return value
    return ibis.ifelse(_.exports_usd == 0, without_exports, value)


def _has_bloc() -> Any:
    return _.extra_imports_usd.notnull()


def _first_known(measures: Sequence[Measure], condition: Condition, evidence: Table) -> Any:
    kind = "boolean" if condition.op == "is" else "float64"
    columns = [_[m.name] if m.name in evidence.columns else unknown(kind) for m in measures]
    return columns[0] if len(columns) == 1 else ibis.coalesce(*columns)


def _in_usd(threshold: float, unit: str) -> Any:
    if unit != "EUR":
        return threshold
    amounts = {year: threshold * rate for year, rate in usd_per_eur().items()}
    return _.year.cases(*amounts.items(), else_=unknown())


def _band(bands: Bands, rule: Rule) -> Any:
    measured = ibis.ifelse(_has_bloc(), _[bands.bloc_measure], _[bands.measure])
    edges = [rule.value(edge) for edge in bands.edges]
    if any(edge is None for edge in edges):
        return unknown("string")
    steps = [(measured < edge, name) for edge, name in zip(edges, bands.names, strict=False)]
    return ibis.cases((measured.isnull(), unknown("string")), *steps, else_=bands.names[-1])
