"""Why a rule says what it says about one row, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeground.measures.flags import COMPARE
from homeground.measures.parameters import When, usd_per_eur
from homeground.measures.presets import Condition, Form, Measure, Preset, Rule

_HELD: Final = {">": "is above", ">=": "is at least", "<": "is below", "<=": "is at most"}
_SIGNS: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤"}
_FAILED: Final = {">": "is not above", ">=": "is below", "<": "is not below", "<=": "is above"}


def reasons(row: Mapping[str, Any], rule: Preset | Rule, *, on: When = None) -> list[str]:
    """Write one sentence per condition for a materialised row of `evidence` or `flag`; one more for a rule over years.

    `row` maps column names to Python values; None or NaN is unknown.
    """
    at = rule.on(on) if isinstance(rule, Preset) else rule
    sentences = [_sentence(row, condition, at) for condition in at.preset.conditions]
    return [*sentences, *_over_years(row, at)]


def in_words(rule: Rule) -> str:
    """Write a rule as one line: its deciding conditions with the thresholds in force, and the years it asks for."""
    parts = [_condition_in_words(condition, rule) for condition in rule.preset.conditions if condition.verdict]
    lasting = rule.preset.persistence
    years = f", in {lasting.at_least} of {lasting.years} years" if lasting else ""
    return "; ".join(parts) + years


def _condition_in_words(condition: Condition, rule: Rule) -> str:
    threshold = rule.value(condition.threshold)
    if condition.op == "is" or threshold is None:
        return condition.label
    amount = f"{threshold / 1e6:,.0f} M EUR" if condition.unit == "EUR" else _shown([threshold], condition.form)[0]
    return f"{condition.label} {_SIGNS[condition.op]} {amount if threshold else 0}"


def _sentence(row: Mapping[str, Any], condition: Condition, rule: Rule) -> str:
    value, note = _measured(row, condition, rule)
    suffix = f" ({note})" if note else ""
    if value is None:
        return f"{condition.label} {_why_unknown(row, condition)}{suffix}"
    if condition.op == "is":
        return condition.label if value else f"not so: {condition.label}"
    threshold = _threshold(row, condition, rule)
    if threshold is None:
        found = _shown([float(value)], condition.form)[0]
        return f"{condition.label} {found}{suffix}: no threshold in force to hold it against"
    verb = (_HELD if COMPARE[condition.op](value, threshold) else _FAILED)[condition.op]
    found, limit = _shown([float(value), threshold], condition.form)
    return f"{condition.label} {found} {verb} {limit}{suffix}"


def _measured(row: Mapping[str, Any], condition: Condition, rule: Rule) -> tuple[Any, str]:
    conventional = rule.value(condition.no_exports)
    if conventional is not None and _known(row.get("exports_usd")) == 0:
        return conventional, "no exports; the number is a convention"
    bloc = _known(row.get("extra_imports_usd")) is not None
    return _first_known(row, condition.bloc_measures if bloc else condition.measures)


def _first_known(row: Mapping[str, Any], measures: Iterable[Measure]) -> tuple[Any, str]:
    for measure in measures:
        value = _known(row.get(measure.name))
        if value is not None:
            return value, measure.note
    return None, ""


def _known(value: Any) -> Any:
    return None if value is None or value != value else value


def _why_unknown(row: Mapping[str, Any], condition: Condition) -> str:
    ratios = [m.name for m in condition.measures if m.name.endswith("import_export_ratio")]
    if ratios and _known(row.get("exports_usd")) == 0:
        return "has no value: no exports"
    return "is not known"


def _threshold(row: Mapping[str, Any], condition: Condition, rule: Rule) -> float | None:
    value = rule.value(condition.threshold)
    if value is None or condition.unit != "EUR":
        return value
    rate = usd_per_eur().get(int(row["year"]))
    return None if rate is None else value * rate


def _shown(values: list[float], form: Form) -> list[str]:
    """Write numbers alike, with as many digits as it takes to tell different ones apart."""
    texts: list[str] = []
    for digits in range(2, 10):
        texts = [_text(value, form, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts


def _text(value: float, form: Form, digits: int) -> str:
    if form == "share":
        return f"{100 * value:.{digits - 1}f} %"
    if form == "usd":
        return f"{value / 1e9:,.{digits - 1}f} bn USD" if abs(value) >= 1e9 else f"{value / 1e6:,.{digits - 1}f} M USD"
    return f"{value:,.{digits}f}"


def _over_years(row: Mapping[str, Any], rule: Rule) -> list[str]:
    lasting = rule.preset.persistence
    flagged, observed = _known(row.get("years_flagged")), _known(row.get("years_observed"))
    if lasting is None or flagged is None or observed is None:
        return []
    asked = f"{lasting.at_least} of {lasting.years} are asked for"
    return [f"all conditions held in {int(flagged)} of {int(observed)} years known; {asked}"]
