"""Named, versioned rules for "dependent on imports", read from dated parameter files with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal

from homeground.errors import NotInHome, UsageError, listing, message
from homeground.measures.parameters import DatedValue, Parameter, When, document, parameters_of

PRESET_IDS: Final = ("geodep", "ec2021", "cbs2021", "hjs", "iw", "kr_ews", "bottle", "pc2021", "crma")

Operator = Literal[">", ">=", "<", "<=", "is"]
Form = Literal["index", "share", "ratio", "usd", "yes"]


@dataclass(frozen=True)
class Measure:
    """An evidence column, and the note a reader needs when it is the one that was used."""

    name: str
    note: str = ""


@dataclass(frozen=True)
class Condition:
    """One condition: the first measure that is known is held against the threshold.

    `bloc_measures` take the place of `measures` where the evidence was made with a bloc. `verdict` is false for a
    condition that is shown beside the verdict without deciding it.
    """

    id: str
    label: str
    form: Form
    op: Operator
    measures: tuple[Measure, ...]
    bloc_measures: tuple[Measure, ...]
    threshold: str = ""
    unit: Literal["", "USD", "EUR"] = ""
    no_exports: str = ""
    verdict: bool = True


@dataclass(frozen=True)
class Persistence:
    """The conditions must hold in `at_least` of the last `years` years."""

    at_least: int
    years: int


@dataclass(frozen=True)
class Bands:
    """Named bands of a measure; `edges` name parameters, each the lower end of the next band."""

    measure: str
    bloc_measure: str
    edges: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where the rule was published; `checked` says whether its text was compared."""

    title: str
    url: str
    checked: bool


@dataclass(frozen=True)
class Preset:
    """A published rule with all values its parameters ever had.

    `variant` says where Homeground's reading departs from the published rule or could not be checked; empty otherwise.
    """

    id: str
    title: str
    who: str
    variant: str
    published_result: str
    scope: tuple[str, ...]
    source: Source
    conditions: tuple[Condition, ...]
    parameters: Mapping[str, Parameter]
    persistence: Persistence | None = None
    bands: Bands | None = None

    def on(self, when: When = None) -> Rule:
        """Return the rule with the values in force on a day, at the end of a year, or (None) the newest."""
        values = {name: parameter.on(when) for name, parameter in self.parameters.items()}
        return Rule(self, MappingProxyType(values))


@dataclass(frozen=True)
class Rule:
    """A preset at one date; a parameter that was not yet set is None, and its condition abstains."""

    preset: Preset
    values: Mapping[str, DatedValue | None]

    def value(self, parameter: str) -> float | None:
        """Return the number in force for a parameter, or None."""
        dated = self.values[parameter] if parameter else None
        return dated.value if dated else None

    def moved(self, parameter: str, value: float) -> Rule:
        """Return the same rule with one threshold changed by the user; raises UsageError for a parameter it has not."""
        dated = self.values.get(parameter)
        if dated is None:
            raise UsageError(
                message(
                    f"{self.preset.id} has no parameter in force with this name",
                    found=parameter,
                    expected=listing(self.values, most=9),
                    do="name one of these",
                )
            )
        changed = replace(dated, value=value, reference=f"changed by the user; published {dated.value:g}")
        return Rule(self.preset, MappingProxyType({**self.values, parameter: changed}))


def preset(name: str) -> Preset:
    """Return the preset with this id; raises NotInHome with the ids that exist."""
    if name not in PRESET_IDS:
        raise NotInHome(
            message("unknown method", found=repr(name), expected=listing(PRESET_IDS, most=99), do="name one of these")
        )
    return _read(name)


def presets() -> tuple[Preset, ...]:
    """Return all presets, in the order of METHODS.md."""
    return tuple(_read(name) for name in PRESET_IDS)


@cache
def _read(name: str) -> Preset:
    raw = document(name)
    return Preset(
        id=raw["id"],
        title=raw["title"],
        who=raw["who"],
        variant=raw["variant"],
        published_result=raw["published_result"],
        scope=tuple(raw["scope"]),
        source=Source(**raw["source"]),
        conditions=tuple(_condition(entry) for entry in raw["conditions"]),
        parameters=parameters_of(raw["parameters"]),
        persistence=Persistence(**raw["persistence"]) if "persistence" in raw else None,
        bands=_bands(raw["bands"]) if "bands" in raw else None,
    )


def _condition(entry: Mapping[str, Any]) -> Condition:
    measures = tuple(Measure(**measure) for measure in entry["measures"])
    bloc = tuple(Measure(**measure) for measure in entry.get("bloc_measures", ()))
    plain = {name: value for name, value in entry.items() if name not in ("measures", "bloc_measures")}
    return Condition(measures=measures, bloc_measures=bloc or measures, **plain)


def _bands(entry: Mapping[str, Any]) -> Bands:
    return Bands(entry["measure"], entry["bloc_measure"], tuple(entry["edges"]), tuple(entry["names"]))
