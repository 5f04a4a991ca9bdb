"""Years of several datasets under the codes of one HS revision: through a published concordance, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes.products import UNCLASSIFIED, in_force
from homeground.errors import BadInput, NotInHome, UsageError, listing, message
from homeground.home import datasets
from homeground.measures import Family
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

GROUPED: Final = "--families puts codes that hang together into one"
Keep = Callable[["ir.Table"], "ir.Table"]


@dataclass(frozen=True)
class Span:
    """Years that one dataset gives. `names` says under which name each of its codes counts; None: as it is."""

    dataset: Dataset
    years: tuple[int, ...]
    names: dict[str, str] | None = None


@dataclass(frozen=True)
class Joined:
    """Spans under one revision. `product` is a prefix, or the name of the family that the product asked for is in.

    `idle` names the datasets asked for that gave no year.
    """

    spans: tuple[Span, ...]
    revision: str | None
    product: str
    families: tuple[Family, ...] = ()
    links: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    idle: tuple[str, ...] = ()

    def table(self, store: Store, table: str, keep: Keep) -> ir.Table:
        """Return a table of all spans: rows that `keep` passes, of the product, under the names of this revision."""
        return ibis.union(*self._parts(store, table, keep), distinct=False)

    def _parts(self, store: Store, table: str, keep: Keep) -> Iterable[ir.Table]:
        for span in self.spans:
            rows = keep(store.table(span.dataset, table, span.years))
            named = rows if span.names is None else _named(rows, span.names)
            chosen = named.filter(_.hs6.startswith(self.product)) if self.product else named
            yield chosen.select(*rows.columns)


def join(
    store: Store,
    chosen: Sequence[Dataset],
    years: tuple[int, ...],
    revision: str | None,
    product: str,
    keep: Keep,
    families: bool,
) -> Joined:
    """Lay years side by side; a year that several datasets have is taken from the first one named.

    Raises UsageError where datasets of several revisions have no common one stated, NotInHome where no concordance is
    loaded, BadInput where codes split and `families` is not asked for.
    """
    spans = _spans(chosen, years)
    target = _target(spans, revision)
    idle = tuple(held.name for held in chosen if held not in [span.dataset for span in spans])
    others = {str(s.dataset.revision) for s in spans if s.dataset.revision != target}
    if not others or target is None:
        return Joined(spans, target, product, idle=idle)
    links = {other: pairs(store, other, target) for other in sorted(others)}
    found = measures.families(links, target)
    wanted = [family for family in found if any(code.startswith(product) for code in family.codes)]
    split = [family for family in wanted if not family.is_exact]
    if families and len(product) < 6:
        _refuse_straddling(split, product)
    named = tuple(_with_names(store, span, found, target, families) for span in spans)
    shown = split[0].name if len(product) == 6 and split and families else product
    joined = Joined(named, target, shown, tuple(split) if families else (), links, idle)
    _refuse_lost(store, joined, keep, split, found, product, families)
    return joined


def pairs(store: Store, source: str, target: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a published concordance between two revisions, read in either direction."""
    for table in _concordances(store):
        direct = table.filter((_.from_revision == source) & (_.to_revision == target))
        back = table.filter((_.from_revision == target) & (_.to_revision == source))
        swapped = back.select(from_code=_.to_code, to_code=_.from_code)
        both = ibis.union(direct.select("from_code", "to_code"), swapped, distinct=True)
        rows = both.order_by("from_code", "to_code").to_pyarrow().to_pylist()
        if rows:
            return tuple((row["from_code"], row["to_code"]) for row in rows)
    held_pairs = sorted({_name_of_pair(row) for table in _concordances(store) for row in _editions(table)})
    raise NotInHome(
        message(
            f"no concordance between {source} and {target}",
            found=listing(held_pairs, 9) or "none loaded",
            expected=f"{source}–{target}",
            do="load the UN's correlation table of these two: homeground load concordance FILE.xlsx",
        )
    )


def coverage(store: Store, joined: Joined, keep: Keep) -> list[dict[str, object]]:
    """Share the value that is brought over from another revision out among relationships, per year."""
    rows: list[dict[str, object]] = []
    for span in joined.spans:
        revision = str(span.dataset.revision)
        if revision not in joined.links:
            continue
        related = measures.relationships(_in_memory(("from_code", "to_code"), joined.links[revision]))
        flows = keep(store.table(span.dataset, "flows", span.years))
        shares = measures.concordance_coverage(flows, related).order_by("year", "relationship")
        rows += [{"dataset": span.dataset.name, "revision": revision, **row} for row in shares.to_pyarrow().to_pylist()]
    return rows


def _spans(chosen: Sequence[Dataset], years: tuple[int, ...]) -> tuple[Span, ...]:
    taken: set[int] = set()
    spans = []
    for held in chosen:
        own = tuple(year for year in held.years() if year in years and year not in taken)
        taken.update(own)
        if own:
            spans.append(Span(held, own))
    return tuple(spans)


def _target(spans: Sequence[Span], revision: str | None) -> str | None:
    if revision is not None:
        in_force(revision)
        return revision
    revisions = sorted({span.dataset.revision for span in spans if span.dataset.revision})
    if len(revisions) > 1:
        found = listing((f"{span.dataset.name}: {span.dataset.revision}" for span in spans), 9)
        raise UsageError(
            message(
                "datasets of several HS revisions",
                found=found,
                expected="one revision in which all are read",
                do=f"state it, such as --revision {revisions[0]}",
            )
        )
    return revisions[0] if revisions else None


def _with_names(store: Store, span: Span, found: Sequence[Family], target: str, grouped: bool) -> Span:
    """Name every code of the span that can be named in `target`."""
    revision = str(span.dataset.revision)
    if revision == target and not grouped:
        return span
    known = {
        code: family.name for family in found if family.is_exact or grouped for held, code in family.members
        if held == revision
    }  # fmt: skip
    same = {code: code for code in _codes(store, span) if revision == target or code[:2] in UNCLASSIFIED}
    return Span(span.dataset, span.years, {**same, **known})


def _refuse_lost(
    store: Store,
    joined: Joined,
    keep: Keep,
    split: Sequence[Family],
    found: Sequence[Family],
    product: str,
    grouped: bool,
) -> None:
    """Refuse where trade of the country is under codes that cannot be followed, naming them and their share."""
    splits = {member for family in split if not grouped for member in family.members}
    placed = {member for family in found for member in family.members}
    for span in joined.spans:
        revision = str(span.dataset.revision)
        if revision not in joined.links:
            continue
        strange = {code for code in _codes(store, span) if (revision, code) not in placed and code.startswith(product)}
        lost = {code for held, code in splits if held == revision} | {
            code for code in strange if code[:2] not in UNCLASSIFIED
        }
        reached = (family for family in found if any(code.startswith(product) for code in family.codes))
        wanted = {code for family in reached for held, code in family.members if held == revision} | strange
        share, codes = _share(store, span, keep, lost, wanted)
        if share:
            raise _splits(span, joined.revision, share, codes, strange)


def _share(store: Store, span: Span, keep: Keep, lost: set[str], wanted: set[str]) -> tuple[float, list[str]]:
    if not lost:
        return 0.0, []
    flows = keep(store.table(span.dataset, "flows", span.years)).filter(_.hs6.isin(sorted(wanted)))
    rows = flows.group_by("hs6").agg(usd=_.value_usd.sum()).to_pyarrow().to_pylist()
    at_stake = {row["hs6"]: row["usd"] for row in rows if row["hs6"] in lost and row["usd"]}
    total = sum(row["usd"] for row in rows) or 1.0
    return sum(at_stake.values()) / total, sorted(at_stake, key=lambda code: (-at_stake[code], code))


def _splits(span: Span, target: str | None, share: float, codes: list[str], strange: set[str]) -> BadInput:
    unknown = [code for code in codes if code in strange]
    what = "codes that the concordance does not know" if unknown == codes else "codes that split between revisions"
    return BadInput(
        message(
            what,
            where=f"dataset {span.dataset.name}, {span.dataset.revision} to {target}",
            found=f"{listing(codes, 8)}: {share:.1%} of the value asked about",
            expected="one code to go to; value is never split by guess",
            do=f"ask for products that do not split, or group them: {GROUPED}" if unknown != codes
            else "load the complete concordance, or ask for other products",
        )
    )  # fmt: skip


def _refuse_straddling(split: Sequence[Family], product: str) -> None:
    across = [family for family in split if not all(code.startswith(product) for code in family.codes)]
    if across:
        raise BadInput(
            message(
                f"families that reach beyond {product}",
                found=listing((f"{family.name} ({listing(family.codes, 3)})" for family in across), 4),
                expected="whole families inside the product asked for",
                do="ask for a shorter code that holds them, or for six digits, which are answered by their family",
            )
        )


def _named(rows: ir.Table, names: dict[str, str]) -> ir.Table:
    table = _in_memory(("code", "name"), sorted(names.items()))
    keyed = {"year", "exporter", "importer", "hs6"} <= set(rows.columns)
    return (measures.concord if keyed else measures.under_names)(rows, table)


def _in_memory(names: tuple[str, str], pairs: Sequence[tuple[str, str]]) -> ir.Table:
    import pyarrow as pa

    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    return ibis.memtable(pa.table({names[0]: pa.array(first, pa.string()), names[1]: pa.array(second, pa.string())}))


def _codes(store: Store, span: Span) -> list[str]:
    column = store.table(span.dataset, "exports", span.years).select("hs6").distinct().to_pyarrow()["hs6"]
    return sorted(column.to_pylist())


def _concordances(store: Store) -> Iterable[ir.Table]:
    catalog = store.catalog
    holders = [held for held in catalog.datasets.values() if "concordances" in held.tables]
    for held in sorted(holders, key=lambda held: held.name != catalog.preferred):
        yield store.table(held, "concordances")


def _editions(table: ir.Table) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = table.select("from_revision", "to_revision").distinct().to_pyarrow().to_pylist()
    return rows


def _name_of_pair(row: dict[str, str]) -> str:
    return f"{row['from_revision']}–{row['to_revision']}"


def choose(
    store: Store, name: str | None, joined: Sequence[str], years: tuple[int | None, int | None]
) -> list[Dataset]:
    """Return the datasets that give the years: the one that answers, and those named to join it."""
    first = datasets.choose(store.catalog, table="flows", name=name)
    chosen = [first, *(store.catalog.dataset(other) for other in joined if other != first.name)]
    held = {year for dataset in chosen for year in dataset.years()}
    asked = [year for year in years if year is not None and year not in held]
    if asked:
        raise _not_held(store, chosen, asked)
    return chosen


def _not_held(store: Store, chosen: Sequence[Dataset], asked: Sequence[int]) -> NotInHome:
    others = [d for d in store.catalog.datasets.values() if d not in chosen and set(asked) & set(d.years())]
    have = listing((f"{d.name}: {datasets.spans(d.years())}" for d in chosen), 9)
    found = listing((f"{d.name} ({d.revision}, {datasets.spans(d.years())})" for d in others), 4)
    do = f"join them if you mean it: --join {others[0].name} --revision HS92" if others else "load these years"
    return NotInHome(
        message(
            f"the data do not have {listing(asked)}",
            found=f"{have}; elsewhere {found}" if others else have,
            expected="years of one dataset; revisions and versions are not mixed unasked",
            do=do,
        )
    )
