"""From one revision of the Harmonized System to another: sum where goods merge, refuse or group where they split.

A concordance is a relation: a pair of codes says that some goods are in both. Codes that hang together through pairs
form a **family**. Value can follow a code only where its family has a single code in the revision gone to; a split
would have to be guessed. A published table may call a pair n:1 although another code sends a part of its goods to the
same target; here the whole family counts, so such a pair is n:m, because the target's sum would lack that part.

| relationship | the family has | what happens |
|---|---|---|
| `1:1` | one code on each side | renamed |
| `n:1` | several codes that became one | summed |
| `1:n` | one code that was split | refused, or kept as a family |
| `n:m` | several on each side | refused, or kept as a family |
| `unmatched` | the table does not know the code | refused |
| `outside` | chapters 98 and 99, which are not part of the HS | unchanged |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.codes.products import UNCLASSIFIED
from homeground.measures._expressions import FLOW_KEY, attach, ratio

EXACT: Final = ("1:1", "n:1", "outside")
"""Relationships through which value passes whole."""

Member = tuple[str, str]
"""A revision and a code of it."""


@dataclass(frozen=True)
class Family:
    """The smallest set of codes that no pair leaves. `codes` are those in the revision gone to."""

    name: str
    codes: tuple[str, ...]
    members: frozenset[Member]

    @property
    def is_exact(self) -> bool:
        """Whether value can follow every member: there is a single code to go to."""
        return len(self.codes) == 1


def relationships(pairs: Table) -> Table:
    """Say of each code how it relates to the other revision: key from_code, columns `relationship`, `targets`.

    In: `from_code`, `to_code` of one pair of revisions, each pair once. See the table above for the meaning.
    """
    out = pairs.group_by("from_code").agg(targets=_.count())
    back = pairs.group_by("to_code").agg(sources=_.count())
    linked = attach(attach(pairs, out, ("from_code",)), back, ("to_code",))
    widest = linked.group_by("to_code").agg(widest=_.targets.max())
    codes = attach(linked, widest, ("to_code",)).group_by("from_code").agg(
        targets=_.targets.max(), sources=_.sources.max(), widest=_.widest.max()
    )  # fmt: skip
    kind = ibis.cases(
        ((_.widest == 1) & (_.sources == 1), "1:1"),
        (_.widest == 1, "n:1"),
        ((_.targets > 1) & (_.sources == 1), "1:n"),
        else_="n:m",
    )
    return codes.select("from_code", "targets", relationship=kind)


def concordance_coverage(flows: Table, related: Table) -> Table:
    """Share the value of `flows` out among the relationships of their codes: key year, relationship.

    In: flows, and `relationships(pairs)`. Out: `value_usd` (USD), `share` of the year's value, `codes` (count).
    """
    kinds = related.select(hs6=_.from_code, relationship=_.relationship)
    named = attach(flows.select("year", "hs6", "value_usd"), kinds, ("hs6",))
    outside = _.hs6.left(2).isin(list(UNCLASSIFIED))
    marked = named.mutate(relationship=ibis.ifelse(outside, "outside", _.relationship.fill_null("unmatched")))
    sums = marked.group_by(["year", "relationship"]).agg(value_usd=_.value_usd.sum(), codes=_.hs6.nunique())
    total = sums.value_usd.sum().over(ibis.window(group_by="year"))
    return sums.mutate(share=ratio(sums.value_usd, total))


def concord(flows: Table, names: Table) -> Table:
    """Sum flows under the names of their families; the value of the codes that `names` holds is kept.

    In: flows, and `names` as in `under_names`. Out: flows with `hs6` the family's name; a quantity is the sum of the
    reported ones, null where none is. Idempotent where names name themselves.
    """
    named = under_names(flows, names)
    return named.group_by(list(FLOW_KEY)).agg(value_usd=_.value_usd.sum(), quantity_t=_.quantity_t.sum())


def under_names(table: Table, names: Table) -> Table:
    """Give each row the name of its product's family as `hs6`, without summing.

    In: a table with `hs6`; `names` with `code`, `name`, each code once. Rows whose code `names` does not hold are left
    out: the caller has refused them, or did not ask for them.
    """
    joined = table.inner_join(names.select(hs6=_.code, family=_.name), "hs6")
    return joined.drop("hs6").rename(hs6="family")


def families(links: Mapping[str, Iterable[tuple[str, str]]], target: str) -> tuple[Family, ...]:
    """Put codes that hang together into families, over all revisions that are brought to `target` at once.

    `links` holds, per revision, its pairs (code, code in `target`). A family is named by its code in `target`, or by
    the smallest of several and how many more there are: `293134+2`. So the name says nothing of order or input.
    """
    parent: dict[Member, Member] = {}

    def root(member: Member) -> Member:
        parent.setdefault(member, member)
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for revision, pairs in links.items():
        for code, other in pairs:
            parent[root((revision, code))] = root((target, other))
    gathered: dict[Member, set[Member]] = {}
    for member in list(parent):
        gathered.setdefault(root(member), set()).add(member)
    return tuple(sorted((_family(members, target) for members in gathered.values()), key=lambda family: family.name))


def _family(members: set[Member], target: str) -> Family:
    codes = tuple(sorted(code for revision, code in members if revision == target))
    name = codes[0] if len(codes) == 1 else f"{codes[0]}+{len(codes) - 1}"
    return Family(name, codes, frozenset(members))
