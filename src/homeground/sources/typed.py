"""Turn raw columns into the typed columns of a table, in SQL, with a reason for every row that cannot be kept.

Nothing is dropped in silence: a row is either kept, or carries the first reason that applies to it.
Two tables have a rule of their own: in flows a country that trades with itself is a re-import and is refused; in
balances only changes of stocks and other uses may be negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Final

from homeground import schema, units
from homeground.codes import countries, parties
from homeground.errors import BadInput, UnknownCode, message
from homeground.schema import Column, Table
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import REASON, ROW, identifier, literal

SELF_TRADE: Final = "importer: the same country as the exporter (re-import)"
NEGATIVE: Final = (
    "WHEN quantity_t < 0 AND element NOT IN ('stock_change', 'other_use') THEN element || ': negative quantity'"
)
DAYS: Final = "to_date: the last day comes before the first"
SQL_TYPES: Final = {"int16": "SMALLINT", "int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "date": "DATE"}
WHOLE_NUMBERS: Final = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
NUMBERS: Final = re.compile(rf"{WHOLE_NUMBERS.pattern}|FLOAT|DOUBLE|DECIMAL.*")
"""DuckDB's types that hold numbers."""


@dataclass(frozen=True)
class TypedSelect:
    """The typed columns of a table as SQL over any relation with the raw columns.

    `lookups` are the tables (name → pairs of raw code and iso3) to create before a query runs.
    """

    names: tuple[str, ...]
    values: str
    reason: str
    joins: str
    wanted: str
    content: str
    lookups: dict[str, list[tuple[str, str]]]

    def rows(self, relation: str) -> str:
        """Query the typed columns and `reason`, which is NULL for the rows to keep."""
        return (
            f"SELECT {', '.join(self.names)}, {self.reason} AS reason "
            f"FROM (SELECT {self.values} FROM {relation} AS raw {self.joins}) WHERE {self.wanted}"
        )

    def refused(self, numbered: str) -> str:
        """Query `row` (number in the file), `reason` and `content` of the rows that are not kept."""
        inner = f"SELECT {self.values}, raw.{ROW}, {self.content} AS content FROM {numbered} AS raw {self.joins}"
        judged = f"SELECT {ROW} AS row, {self.reason} AS reason, content FROM ({inner}) WHERE {self.wanted}"
        return f"SELECT * FROM ({judged}) WHERE reason IS NOT NULL"


def select(
    mapping: Mapping, raw_types: Dict[str, str], distinct_values: Dict[str, list[str]], years: Iterable[int] = ()
) -> TypedSelect:
    """Build the typed selection of `mapping` over raw columns of these DuckDB types.

    `distinct_values` holds the names in use, per column coded by name; rows of other years than `years` are passed
    over.
    """
    table = schema.table(mapping.table)
    builder = _Builder(mapping, raw_types, distinct_values, sorted(years))
    for column in table.columns:
        builder.add(column)
    return builder.build(table)


def by_name(mapping: Mapping) -> list[str]:
    """List the raw columns whose values are looked up one by one: country names, and whom and what measures name."""
    measured = {column.name for column in schema.table(mapping.table).columns if column.codes in ("parties", "goods")}
    wanted = {name: spec for name, spec in mapping.columns.items() if spec.codes == "name" or name in measured}
    return list(dict.fromkeys(spec.name for spec in wanted.values() if spec.name is not None))


class _Builder:
    def __init__(
        self, mapping: Mapping, raw_types: Dict[str, str], distinct: Dict[str, list[str]], years: list[int]
    ) -> None:
        self.mapping = mapping
        self.raw_types = raw_types
        self.distinct = distinct
        self.years = years
        self.values: list[str] = []
        self.reasons: list[str] = []
        self.joins: list[str] = []
        self.lookups: dict[str, list[tuple[str, str]]] = {}

    def add(self, column: Column) -> None:
        spec = self.mapping.columns.get(column.name)
        if spec is None or (column.nullable and spec.name is not None and spec.name not in self.raw_types):
            self.values.append(f"NULL::{SQL_TYPES[column.type]} AS {column.name}")
            return
        text = self._text(spec)
        if column.codes == "countries":
            self._country(column, spec, text)
        elif column.codes in ("parties", "goods"):
            self._measured(column, spec, text)
        elif column.codes == "products":
            self._product(column, spec, text)
        elif column.type == "float64":
            self._number(column, spec, text)
        else:
            self._other(column, spec, text)

    def build(self, table: Table) -> TypedSelect:
        reasons = list(self.reasons)
        if REASON in self.raw_types:
            self.values.append(f"coalesce(raw.{REASON}, '') AS stated_reason")
            reasons.insert(0, "WHEN stated_reason <> '' THEN stated_reason")
        if table.name == "flows":
            reasons.append(f"WHEN exporter = importer THEN {literal(SELF_TRADE)}")
        if table.name == "balances":
            reasons.append(NEGATIVE)
        if {"from_date", "to_date"} <= {column.name for column in table.columns}:
            reasons.append(f"WHEN to_date < from_date THEN {literal(DAYS)}")
        return TypedSelect(
            names=tuple(column.name for column in table.columns),
            values=", ".join(self.values),
            reason=f"CASE {' '.join(reasons)} END",
            joins=" ".join(self.joins),
            wanted=self._wanted(table),
            content=self._content(),
            lookups=self.lookups,
        )

    def _text(self, spec: ColumnMap) -> str:
        if spec.constant is not None:
            return literal(spec.constant)
        assert spec.name is not None
        text = f"coalesce(trim(CAST(raw.{identifier(spec.name)} AS VARCHAR)), '')"
        if not spec.recode:
            return text
        cases = " ".join(f"WHEN {literal(found)} THEN {literal(meant)}" for found, meant in spec.recode.items())
        return f"CASE {text} {cases} ELSE {text} END"

    def _is_number(self, spec: ColumnMap) -> bool:
        return spec.name is not None and NUMBERS.fullmatch(self.raw_types.get(spec.name, "")) is not None

    def _whole(self, spec: ColumnMap, text: str) -> str:
        """Leave off the decimals that whole numbers show once they have been kept as fractions."""
        if WHOLE_NUMBERS.fullmatch(self.raw_types.get(spec.name or "", "")):
            return text
        if self._is_number(spec):
            return f"regexp_replace({text}, '[.]0+$', '')"
        return f"CASE WHEN suffix({text}, '.0') THEN left({text}, -2) ELSE {text} END"

    def _wanted(self, table: Table) -> str:
        """Keep the rows of the years asked for, and those whose year cannot be read, which are refused."""
        if not self.years or all(column.name != "year" for column in table.columns):
            return "true"
        return f"(year IS NULL OR year IN ({', '.join(map(str, self.years))}))"

    def _content(self) -> str:
        cells = [
            f"{literal(name + '=')} || coalesce(CAST(raw.{identifier(name)} AS VARCHAR), '')"
            for name in self.raw_types
            if name != REASON
        ]
        return f"concat_ws(', ', {', '.join(cells)})"

    def _country(self, column: Column, spec: ColumnMap, text: str) -> None:
        lookup = f"codes_of_{column.name}"
        if spec.codes == "name":
            written = {*self.distinct.get(spec.name or "", []), *spec.recode.values(), spec.constant or ""}
            self.lookups[lookup] = _named(sorted(written))
        else:
            self.lookups[lookup] = country_codes(spec.codes or "iso3")
            text = self._whole(spec, text) if spec.codes == "baci" else text
        self.joins.append(f"LEFT JOIN {lookup} ON {lookup}.written = {text}")
        self.values.append(f"{lookup}.iso3 AS {column.name}")
        self._reason(f"{column.name} IS NULL", f"{column.name}: unknown code ({spec.codes})")

    def _measured(self, column: Column, spec: ColumnMap, text: str) -> None:
        """Look up whom or what a measure names; what cannot be taken carries the reason, with the nearest code."""
        lookup, faults = f"codes_of_{column.name}", f"faults_of_{column.name}"
        written = {"", *self.distinct.get(spec.name or "", []), *spec.recode.values(), spec.constant or ""}
        self.lookups[lookup], self.lookups[faults] = _measures(sorted(written), column, spec)
        for joined in (lookup, faults):
            self.joins.append(f"LEFT JOIN {joined} ON {joined}.written = {text}")
        self.values += [f"{lookup}.iso3 AS {column.name}", f"{faults}.iso3 AS fault_{column.name}"]
        self.reasons.append(f"WHEN fault_{column.name} IS NOT NULL THEN fault_{column.name}")

    def _product(self, column: Column, spec: ColumnMap, text: str) -> None:
        digits = spec.digits
        text = self._whole(spec, text)
        whole = f"regexp_full_match({text}, '[0-9]{{{digits}}}')"
        short = f"regexp_full_match({text}, '[0-9]{{{digits - 1}}}')"
        self.values.append(
            f"CASE WHEN {whole} THEN left({text}, 6) WHEN {short} THEN left('0' || {text}, 6) END AS {column.name}"
        )
        self._reason(f"{column.name} IS NULL", f"{column.name}: not a code of {digits} digits")

    def _number(self, column: Column, spec: ColumnMap, text: str) -> None:
        number = f"TRY_CAST({self._as_number(spec, text)} AS DOUBLE)"
        absent = self._absent(self._whole(spec, text) if self._is_number(spec) else text, number)
        factor = unit_factor(spec.unit, f"{self.mapping.where}, columns.{column.name}")
        scaled = f"{number} * {factor!r}" if factor != 1.0 else number
        self.values.append(f"CASE WHEN {absent} THEN NULL ELSE {scaled} END AS {column.name}")
        self.values.append(f"{absent} AS absent_{column.name}")
        if not column.nullable:
            self._reason(f"absent_{column.name}", f"{column.name}: missing")
        self._reason(
            f"NOT absent_{column.name} AND ({column.name} IS NULL OR NOT isfinite({column.name}))",
            f"{column.name}: not a number",
        )
        if not column.signed:
            self._reason(f"{column.name} < 0", f"{column.name}: negative")

    def _as_number(self, spec: ColumnMap, text: str) -> str:
        """Return what is cast: the column itself where that is exact, otherwise its text."""
        if not self._is_number(spec):
            return self._plain(text)
        exact = not spec.recode and self.raw_types[spec.name or ""] != "FLOAT"
        return f"raw.{identifier(spec.name or '')}" if exact else text

    def _absent(self, text: str, number: str) -> str:
        """Look a text up among the marks for missing values; only texts that are no number, unless a mark is one."""
        marks = ("", *self.mapping.missing)
        listed = f"{text} IN ({', '.join(literal(mark) for mark in marks)})"
        if any(character.isdigit() for mark in marks for character in mark):
            return f"({listed})"
        return f"CASE WHEN isfinite({number}) THEN false ELSE {listed} END"

    def _plain(self, text: str) -> str:
        """Write a number as DuckDB reads it; NULL where its signs are not those that the mapping states."""
        thousands, decimal = self.mapping.thousands, self.mapping.decimal
        if thousands:
            apart, point = re.escape(thousands), re.escape(decimal)
            grouped = f"[+-]?([0-9]{{1,3}}({apart}[0-9]{{2,3}})*{apart}[0-9]{{3}}|[0-9]+)({point}[0-9]*)?"
            plain = f"replace(replace({text}, {literal(thousands)}, ''), {literal(decimal)}, '.')"
            return f"CASE WHEN regexp_full_match({text}, {literal(grouped)}) THEN {plain} END"
        if decimal != ".":
            return f"CASE WHEN NOT contains({text}, '.') THEN replace({text}, {literal(decimal)}, '.') END"
        return text

    def _other(self, column: Column, spec: ColumnMap, text: str) -> None:
        if column.type == "string":
            cast = f"nullif({text}, '')" if column.nullable else text
        elif column.type in ("int16", "int64"):
            cast = f"TRY_CAST({self._whole(spec, text)} AS {SQL_TYPES[column.type]})"
            cast = f"CASE WHEN {cast} = TRY_CAST({text} AS DOUBLE) THEN {cast} END"
        else:
            cast = f"TRY_CAST(nullif({text}, '') AS {SQL_TYPES[column.type]})"
        self.values.append(f"{cast} AS {column.name}")
        what = {"int16": "not a whole number", "int64": "not a whole number", "date": "not a date (YYYY-MM-DD)"}
        if not column.nullable:
            self._reason(f"{column.name} IS NULL", f"{column.name}: {what.get(column.type, 'missing')}")
        if column.one_of:
            allowed = ", ".join(literal(text) for text in column.one_of)
            self._reason(f"{column.name} NOT IN ({allowed})", f"{column.name}: not one of the table's")
        if column.name == "year":
            self._reason("year NOT BETWEEN 1900 AND 2100", "year: not between 1900 and 2100")

    def _reason(self, condition: str, reason: str) -> None:
        self.reasons.append(f"WHEN {condition} THEN {literal(reason)}")


def country_codes(system: str) -> list[tuple[str, str]]:
    """List (code as written, iso3) for a code system; numbers stand with and without leading zeros."""
    if system == "baci":
        pairs = countries.numeric_codes()
        return sorted({(form, iso3) for number, iso3 in pairs for form in (str(number), f"{number:03d}")})
    rows = countries.table().to_pylist()
    if system == "iso2":
        return sorted([(row["iso2"], row["iso3"]) for row in rows if row["iso2"]] + [("TW", "S19")])
    return sorted([(row["iso3"], row["iso3"]) for row in rows] + [("TWN", "S19")])


def unit_factor(unit: str | None, where: str) -> float:
    """Return what one `unit` is in the table's own unit: USD, t, or USD per t; 1 where none is stated."""
    if unit is None or unit == "1":
        return 1.0
    if "/" in unit:
        money, mass = unit.split("/", 1)
        return units.usd_factor(money, where) / units.ton_factor(mass, where)
    return units.usd_factor(unit, where) if unit in units.USD_PER else _mass(unit, where)


def _mass(unit: str, where: str) -> float:
    if unit not in units.TONS_PER:
        raise UnknownCode(
            message(
                "unknown unit",
                where=where,
                found=repr(unit),
                expected=f"{', '.join(units.USD_PER)} for money; {', '.join(units.TONS_PER)} for mass",
                do="correct it, or convert before loading",
            )
        )
    return units.ton_factor(unit, where)


def _measures(
    texts: Iterable[str], column: Column, spec: ColumnMap
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pair each text with its code, or with the reason why it has none."""
    known: dict[str, str] = {}
    if column.codes == "parties" and spec.codes:
        known = dict(_named(texts) if spec.codes == "name" else country_codes(spec.codes))
    read = parties.party if column.codes == "parties" else parties.goods
    codes, faults = [], []
    for text in texts:
        try:
            codes.append((text, known.get(text) or read(text)))
        except UnknownCode as error:
            faults.append((text, f"{column.name}: {error}"))
    return codes, faults


def _named(names: Iterable[str]) -> list[tuple[str, str]]:
    pairs = []
    for name in names:
        try:
            pairs.append((name, countries.resolve(name)))
        except BadInput:
            continue
    return pairs
