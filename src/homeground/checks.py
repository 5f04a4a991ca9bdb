"""Named checks on loaded flows, and what each finding means for whoever reads the numbers.

A check on rows is an Ibis table with one row per year in which something was found: `year, count, share, example`. It
reads flows of some years at a time, or the totals of all years. A check on datasets reads the catalog's facts.
Severity: `error` makes numbers wrong, `warning` may mislead, `note` should be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

Severity = Literal["note", "warning", "error"]

JUMP: Final = 1.5
"""A year whose total is this many times the year before, or that part of it, is pointed out."""

NES_SHARE: Final = 0.05
MISSING_QUANTITY_SHARE: Final = 0.10


@dataclass(frozen=True)
class Context:
    """What the checks compare with: known countries, codes of many suppliers in one, product codes of the revision."""

    countries: frozenset[str]
    nes: frozenset[str]
    products: frozenset[str]


@dataclass(frozen=True)
class Check:
    """A named check: what it looks for, how grave a finding is, and what to do about it.

    `reads` is the table that `rows` takes: flows, of which any years may be handed over; or the total imports of every
    year, without which years cannot be compared.
    """

    name: str
    looks_for: str
    severity: Severity
    do: str
    rows: Callable[[ir.Table, Context], ir.Table]
    least_share: float = 0.0
    reads: Literal["flows", "imports"] = "flows"


@dataclass(frozen=True)
class Finding:
    """One finding. `year` is None where the whole dataset is meant; `share` is what the check says it is."""

    check: str
    severity: Severity
    dataset: str
    year: int | None
    count: int | None
    share: float | None
    what: str
    example: str
    do: str


def unknown_countries(flows: ir.Table, context: Context) -> ir.Table:
    """Flows whose exporter or importer no code table knows; share of rows."""
    known = sorted(context.countries)
    bad = ~flows.exporter.isin(known) | ~flows.importer.isin(known)
    return _share_of_rows(flows, bad, flows.exporter + " → " + flows.importer)


def unknown_products(flows: ir.Table, context: Context) -> ir.Table:
    """Flows whose product is not in the dataset's HS revision; share of rows. Nothing where no names are loaded."""
    bad = ~flows.hs6.isin(sorted(context.products)) if context.products else flows.hs6.isnull()
    return _share_of_rows(flows, bad, flows.hs6)


def duplicate_keys(flows: ir.Table, context: Context) -> ir.Table:
    """Keys that occur more than once; `share` is of all keys."""
    keys = flows.group_by("year", "exporter", "importer", "hs6").agg(rows=flows.count())
    return _share_of_rows(keys, keys.rows > 1, keys.exporter + " → " + keys.importer + " " + keys.hs6)


def impossible_values(flows: ir.Table, context: Context) -> ir.Table:
    """Values or quantities that are negative, infinite or NaN, and values that are missing; share of rows."""

    def wrong(number: ir.FloatingValue) -> ir.BooleanValue:
        return (number.isnan() | number.isinf() | (number < 0)).fill_null(False)

    bad = flows.value_usd.isnull() | wrong(flows.value_usd) | wrong(flows.quantity_t)
    return _share_of_rows(flows, bad, flows.exporter + " → " + flows.importer + " " + flows.hs6)


def self_trade(flows: ir.Table, context: Context) -> ir.Table:
    """Flows of a country to itself (re-imports); share of rows."""
    return _share_of_rows(flows, flows.exporter == flows.importer, flows.exporter + " " + flows.hs6)


def missing_quantities(flows: ir.Table, context: Context) -> ir.Table:
    """Flows without a quantity; share of value."""
    return _share_of_value(flows, flows.quantity_t.isnull(), flows.hs6)


def nes_partners(flows: ir.Table, context: Context) -> ir.Table:
    """Flows from codes that stand for many suppliers; share of value."""
    return _share_of_value(flows, flows.exporter.isin(sorted(context.nes)), flows.exporter)


def total_jumps(imports: ir.Table, context: Context) -> ir.Table:
    """Years whose total is far from the year before; `share` is the ratio of the two totals.

    A year is only held against the one before it: where that one is not loaded, nothing is said.
    """
    import ibis

    totals = imports.group_by("year").agg(total=imports.value_usd.sum())
    in_order = ibis.window(order_by=totals.year)
    follows = totals.year - totals.year.lag().over(in_order) == 1
    before = ibis.ifelse(follows, totals.total.lag().over(in_order), ibis.null("float64")).nullif(0.0)
    ratio = totals.mutate(share=totals.total / before)
    jumps = ratio.filter((ratio.share > JUMP) | (ratio.share < 1 / JUMP))
    return jumps.select("year", "share", count=ibis.literal(1), example=ibis.literal(""))


CHECKS: Final = (
    Check(
        "unknown_countries",
        "country codes that no table knows",
        "error",
        "load with the right code system",
        unknown_countries,
    ),
    Check(
        "duplicate_keys",
        "the same exporter, importer, product and year twice",
        "error",
        "load the file again",
        duplicate_keys,
    ),
    Check(
        "impossible_values",
        "negative, infinite, NaN or missing values",
        "error",
        "load the file again",
        impossible_values,
    ),
    Check(
        "self_trade",
        "a country that trades with itself",
        "error",
        "load the file again: re-imports are refused on the way in",
        self_trade,
    ),
    Check(
        "unknown_products",
        "product codes outside the HS revision",
        "warning",
        "check the HS revision of the file",
        unknown_products,
    ),
    Check(
        "total_jump",
        "a year whose total is far from the year before (share: ratio)",
        "warning",
        "look for a change of coverage, revision or unit before reading a trend",
        total_jumps,
        reads="imports",
    ),
    Check(
        "missing_quantities",
        "value that has no quantity",
        "note",
        "read measures in tons and prices with their coverage",
        missing_quantities,
        MISSING_QUANTITY_SHARE,
    ),
    Check(
        "nes_partners",
        "value from codes that stand for many suppliers",
        "note",
        "compare the Herfindahl with and without them",
        nes_partners,
        NES_SHARE,
    ),
)


def negative_consumption(balances: ir.Table, world: ir.Table) -> ir.Table:
    """Balances in which exports exceed production and imports; share of the balances that have all three."""
    sums = balances.group_by("year", "country", "commodity").agg(
        **{
            name: balances.quantity_t.sum(where=balances.element == name)
            for name in ("production", "imports", "exports")
        }
    )
    known = sums.filter(sums.production.notnull() & sums.imports.notnull() & sums.exports.notnull())
    used = known.production + known.imports - known.exports
    return _share_of_rows(known, used < 0, known.country + " " + known.commodity)


def stock_above_world(balances: ir.Table, world: ir.Table) -> ir.Table:
    """Stocks larger than a year's production of the whole world in any loaded dataset; share of the stocks compared.

    `world`: good, commodity, year, world_t, with `commodity` as this dataset names the good.
    """
    stocks = balances.filter(balances.element == "stocks")
    most = world.group_by("commodity").agg(world_t=world.world_t.max())
    compared = stocks.inner_join(most, "commodity")
    return _share_of_rows(compared, compared.quantity_t > compared.world_t, compared.country + " " + compared.commodity)


def names_alike(balances: ir.Table, world: ir.Table) -> ir.Table:
    """Commodities whose names differ only in case or spaces: one good may be split in two; share of the names."""
    names = balances.select("year", "commodity").distinct()
    folded = names.mutate(plain=names.commodity.lower().re_replace(r"\s+", " ").strip())
    spellings = folded.group_by("year", "plain").agg(spellings=folded.count(), first=folded.commodity.min())
    return _share_of_rows(spellings, spellings.spellings > 1, spellings["first"])


@dataclass(frozen=True)
class BalanceCheck:
    """A named check on a table `balances`; `rows` also takes the world's production of the goods in it."""

    name: str
    looks_for: str
    severity: Severity
    do: str
    rows: Callable[[ir.Table, ir.Table], ir.Table]


BALANCE_CHECKS: Final = (
    BalanceCheck(
        "stock_above_world_production",
        "stocks larger than a year's production of the whole world",
        "warning",
        "look at the unit of the stock (t, kt, Mt), then at what is counted",
        stock_above_world,
    ),
    BalanceCheck(
        "names_alike",
        "commodities whose names differ only in case or spaces",
        "warning",
        "write one good one way, and load it again",
        names_alike,
    ),
    BalanceCheck(
        "negative_consumption",
        "exports above production and imports (share: of the balances)",
        "note",
        "read the status of these balances: stocks, re-exports, or unlike years, units or states",
        negative_consumption,
    ),
)


def datasets(facts: Iterable[DatasetFacts]) -> list[Finding]:
    """Check what the catalog says of the datasets of a Home: mixed revisions and versions, refused rows, last year."""
    held = list(facts)
    found = [*_mixed(held, "revision", "mixed_revisions"), *_mixed(held, "version", "mixed_versions")]
    for fact in held:
        if fact.rows_refused:
            found.append(
                Finding(
                    "refused_rows",
                    "warning",
                    fact.name,
                    None,
                    fact.rows_refused,
                    fact.rows_refused / max(1, fact.rows_in),
                    "rows refused on the way in",
                    fact.reasons,
                    "read the table 'refused' of the dataset",
                )
            )
        if fact.source == "baci" and fact.years:
            found.append(
                Finding(
                    "provisional_year",
                    "note",
                    fact.name,
                    fact.years[-1],
                    None,
                    None,
                    "the last year of a BACI release is provisional",
                    "",
                    "do not rest a decision on it alone",
                )
            )
    return found


def finding(check: Check | BalanceCheck, dataset: str, row: dict[str, Any]) -> Finding:
    """Turn a row of a check's table into a finding on a dataset."""
    return Finding(
        check=check.name,
        severity=check.severity,
        dataset=dataset,
        year=row["year"],
        count=row["count"],
        share=row["share"],
        what=check.looks_for,
        example=row["example"] or "",
        do=check.do,
    )


@dataclass(frozen=True)
class DatasetFacts:
    """What the catalog knows of one dataset of flows."""

    name: str
    source: str
    revision: str | None
    version: str | None
    years: tuple[int, ...]
    rows_in: int
    rows_refused: int
    reasons: str


def _mixed(held: list[DatasetFacts], attribute: str, check: str) -> list[Finding]:
    values = {fact.name: getattr(fact, attribute) for fact in held if getattr(fact, attribute) is not None}
    if len(set(values.values())) < 2:
        return []
    example = ", ".join(f"{name}: {value}" for name, value in values.items())
    what = f"datasets of several {attribute}s in one Home"
    do = "compare across them only through a concordance; each question is answered from one dataset"
    return [Finding(check, "warning", "all", None, len(set(values.values())), None, what, example, do)]


def _share_of_rows(table: ir.Table, bad: ir.BooleanValue, example: ir.StringValue) -> ir.Table:
    marked = table.mutate(bad=bad, example=example)
    years = marked.group_by("year").agg(
        count=marked.bad.sum(), share=marked.bad.mean(), example=marked.example.min(where=marked.bad)
    )
    return years.filter(years["count"] > 0)


def _share_of_value(flows: ir.Table, bad: ir.BooleanValue, example: ir.StringValue) -> ir.Table:
    marked = flows.mutate(bad=bad, example=example)
    years = marked.group_by("year").agg(
        count=marked.bad.sum(),
        share=marked.value_usd.sum(where=marked.bad) / marked.value_usd.sum(),
        example=marked.example.min(where=marked.bad),
    )
    return years.filter(years["count"] > 0)
