"""How much a list depends on the exact threshold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.errors import UsageError, message
from homeground.measures._expressions import KEY
from homeground.measures.flags import verdict
from homeground.measures.parameters import When
from homeground.measures.presets import Preset, Rule, presets

STEP = 0.10


def sensitivity(
    evidence: Table,
    rules: Sequence[Preset | Rule] | None = None,
    *,
    step: float = STEP,
    on: When = None,
    loaded: Collection[int] | None = None,
) -> Table:
    """Count how many products flip when each threshold of each rule moves by ±`step` of itself.

    Out: key year, importer, preset, parameter, factor (1 − step, 1 + step); `threshold` and `moved_threshold`,
    `flagged` (products flagged at the published value), `flips_in` (flagged only at the moved value), `flips_out`
    (flagged only at the published one). Products whose verdict is open at either value are in neither count. Zero
    thresholds, conventions and parameters that decide nothing are not moved; with nothing left to move, UsageError.
    """
    at = [rule.on(on) if isinstance(rule, Preset) else rule for rule in (presets() if rules is None else rules)]
    moves = [(rule, name, factor) for rule in at for name in _movable(rule) for factor in (1 - step, 1 + step)]
    if not moves:
        raise UsageError(message("no rule has a threshold in force to move", found=on, do="leave the date out"))
    columns: dict[str, Any] = {rule.preset.id: verdict(evidence, rule, loaded) for rule in at}
    for number, (rule, name, factor) in enumerate(moves):
        moved = rule.moved(name, factor * (rule.value(name) or 0.0))
        columns[f"moved_{number}"] = verdict(evidence, moved, loaded)
    sums = evidence.select(*KEY, **columns).group_by(["year", "importer"]).agg(_flips(moves))
    rows = ibis.array([_row(number, move) for number, move in enumerate(moves)])
    return sums.select("year", "importer", row=rows.unnest()).unpack("row")


def _movable(rule: Rule) -> list[str]:
    used = [condition.threshold for condition in rule.preset.conditions if condition.verdict and condition.threshold]
    dated = [(name, rule.values[name]) for name in dict.fromkeys(used)]
    return [name for name, value in dated if value is not None and not value.fixed and value.value != 0]


def _flips(moves: Sequence[tuple[Rule, str, float]]) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for number, (rule, _name, _factor) in enumerate(moves):
        before, after = _[rule.preset.id], _[f"moved_{number}"]
        counts[f"flagged_{rule.preset.id}"] = _count(before)
        counts[f"in_{number}"] = _count(after & ~before)
        counts[f"out_{number}"] = _count(before & ~after)
    return counts


def _count(condition: Any) -> Any:
    return ibis.ifelse(condition, 1, 0).sum()


def _row(number: int, move: tuple[Rule, str, float]) -> Any:
    rule, name, factor = move
    threshold = rule.value(name) or 0.0
    return ibis.struct(
        {
            "preset": rule.preset.id,
            "parameter": name,
            "factor": factor,
            "threshold": threshold,
            "moved_threshold": factor * threshold,
            "flagged": _[f"flagged_{rule.preset.id}"],
            "flips_in": _[f"in_{number}"],
            "flips_out": _[f"out_{number}"],
        }
    )
