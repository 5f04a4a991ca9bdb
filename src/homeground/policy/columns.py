"""The same conditions on whole columns: a tree becomes an Ibis expression with SQL's three values.

SQL's AND, OR and NOT are Kleene's; a choice with an unknown condition is null. So each row has the value that
`evaluation` gives its case, and one pass over the table answers for all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

import ibis

from homeground.policy.evaluation import COMPARE, COMPUTE
from homeground.policy.model import Law, Verdict
from homeground.policy.nodes import (
    All,
    AnyOf,
    Arithmetic,
    Choice,
    Compare,
    Constant,
    In,
    Name,
    Negative,
    Node,
    Not,
    TextTest,
    Type,
    Unknown,
    names,
    walk,
    written,
)

IBIS_TYPES: Final[Mapping[Type, str]] = {
    "number": "float64",
    "text": "string",
    "flag": "boolean",
    "texts": "array<string>",
    "numbers": "array<float64>",
}


NONE: Final[Mapping[Node, Any]] = MappingProxyType({})

FACT: Final = "fact "
VALUE: Final = "value "
TEST: Final = "test of "
ADDED: Final = (FACT, VALUE, TEST)
"""Beginnings of the names of columns that are added for a while."""


def expression(node: Node, columns: Mapping[str, Any], looked_up: Mapping[Node, Any] = NONE) -> Any:
    """Translate a tree into an Ibis value over these columns (by name; numbers as float64 and finite or null).

    Parts that have been looked up already (see `with_texts`) are taken from there.
    """
    if node in looked_up:
        return looked_up[node]

    def of(part: Node) -> Any:
        return expression(part, columns, looked_up)

    match node:
        case Constant(value):
            return ibis.literal(list(value) if isinstance(value, tuple) else value)
        case Unknown(type=kind):
            return ibis.null(IBIS_TYPES[kind])
        case Name(name):
            return columns[name]
        case Not(item):
            return ~of(item)
        case All(items):
            return reduce(lambda a, b: a & b, map(of, items), ibis.literal(True))
        case AnyOf(items):
            return reduce(lambda a, b: a | b, map(of, items), ibis.literal(False))
        case Choice(condition, then, otherwise):
            asked = of(condition)
            return ibis.cases((asked, of(then)), (~asked, of(otherwise)))
        case _:
            return _of_parts(node, of)


def _of_parts(node: Node, of: Callable[[Node], Any]) -> Any:
    """Translate what is null as soon as one part is."""
    match node:
        case Negative(item):
            return -of(item)
        case Compare(op, left, right):
            return COMPARE[op](of(left), of(right))
        case Arithmetic(op, left, right):
            return _computed(op, of(left), of(right))
        case In(item, Constant(value)):
            return of(item).isin(list(value))  # type: ignore[arg-type]
        case In(item, items):
            return of(items).contains(of(item))
        case TextTest():
            return _text_test(node, of(node.item))
    raise TypeError(type(node).__name__)


def in_scope_first(applies: Node, fires: Node, of: Callable[[Node], Any]) -> Any:
    """Translate a rule so that its conditions are worked out only for the rows in its scope; the value is the same."""
    scope = of(applies)
    return ibis.ifelse((~scope).fill_null(False), False, of(fires))


def number(column: Any) -> Any:
    """Return a column as numbers; what has no finite value is null."""
    return finite(column.cast("float64"))


def finite(value: Any) -> Any:
    """Return null in place of a value that is not finite."""
    return ibis.ifelse(value.isnan() | value.isinf(), ibis.null("float64"), value)


def with_facts(
    law: Law, cases: Any, texts: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Any, dict[str, Any], dict[Node, Any]]:
    """Add a column per fact that the law asks about, per value that its tables give, and per test of a text.

    Returns the table, its columns by the name that conditions use, and the tests of texts by what they test. A fact
    that the table of cases does not have is null; numbers without a finite value are null. `texts` as in `with_texts`.
    """
    trees = (*law.values.values(), *(rule.fires for rule in law.rules))
    asked = {name for node in trees for name in names(node)}
    facts = {f"{FACT}{name}": _fact(law, cases, name) for name in sorted(asked - set(law.values))}
    table, tests = with_texts(cases.mutate(**facts), {node for tree in trees for node in walk(tree)}, texts)
    by_name = {name.removeprefix(FACT): table[name] for name in facts}
    looked_up = {node: table[name] for node, name in tests.items()}
    values = {
        f"{VALUE}{name}": expression(law.values[name], by_name, looked_up) for name in sorted(asked & set(law.values))
    }
    whole = table.mutate(**values) if values else table
    found = {name.removeprefix(FACT).removeprefix(VALUE): whole[name] for name in (*facts, *values)}
    return whole, found, {node: whole[name] for node, name in tests.items()}


def with_texts(table: Any, nodes: Iterable[Node], sources: Mapping[str, Any]) -> tuple[Any, dict[Node, str]]:
    """Work tests of a text out once per text that occurs, and join them to the rows; a text not known gives null.

    Trade has millions of rows, and few countries and products: this is several times as quick as testing every row.
    `sources` are columns, by the name of a fact, that hold all its texts and are read more easily than the cases.
    """
    tests: dict[str, list[Node]] = {}
    for node in sorted(nodes, key=written):
        match node:
            case In(Name(name), Constant()) | TextTest(_, Name(name), _) | Compare(_, Name(name), Constant(str())):
                tests.setdefault(name, []).append(node)
    places: dict[Node, str] = {}
    for name, found in tests.items():
        column = f"{FACT}{name}"
        if not table[column].type().is_string():
            continue
        texts = sources.get(name, table[column]).name("text_to_test").as_table()
        texts = texts.filter(texts.text_to_test.notnull()).distinct()
        made = {f"{TEST}{name} {number_}": node for number_, node in enumerate(dict.fromkeys(found))}
        tested = texts.mutate(**{each: expression(node, {name: texts.text_to_test}) for each, node in made.items()})
        table = table.left_join(tested, table[column] == tested.text_to_test).drop("text_to_test")
        places |= {node: each for each, node in made.items()}
    return table, places


def _fact(law: Law, cases: Any, name: str) -> Any:
    kind = law.book.facts[name].type
    given = cases[name] if name in cases.columns else ibis.null(IBIS_TYPES[kind])
    return number(given) if kind == "number" else given


def outcomes(fires: Mapping[Verdict, list[Any]]) -> dict[str, Any]:
    """Return the outcome of each row, and the one it would have if all that is open fired, from rules by verdict.

    As in `judging.judge`: the strictest of what fires and of what open rules contribute (`model.when_open`).
    """
    some = {verdict: reduce(lambda a, b: a | b, rules, ibis.literal(False)) for verdict, rules in fires.items()}
    may = {verdict: found.fill_null(True) for verdict, found in some.items()}
    stops = some["refuse"].isnull() | some["refer"].isnull()
    return {
        "verdict": ibis.cases(
            (some["refuse"], "refuse"),
            (some["refer"], "refer"),
            (stops, "insufficient data"),
            (may["caution"], "caution"),
            else_="allow",
        ),
        "strictest_possible": ibis.cases(
            (may["refuse"], "refuse"), (may["refer"], "refer"), (may["caution"], "caution"), else_="allow"
        ),
    }


def _computed(op: str, left: Any, right: Any) -> Any:
    if op == "/":
        return finite(left / right.cast("float64").nullif(0.0))
    return finite(COMPUTE[op](left, right).cast("float64"))


def _text_test(node: TextTest, column: Any) -> Any:
    """Test a text; beginnings of one length are looked up together, so that long lists of codes stay one step."""
    if node.test != "startsWith":
        test = {"endsWith": column.endswith, "contains": column.contains}[node.test]
        return reduce(lambda a, b: a | b, map(test, node.texts), _false_where_known(column))
    lengths = sorted({len(text) for text in node.texts})
    by_length = [[text for text in node.texts if len(text) == length] for length in lengths]
    looked_up = (column.substr(0, len(texts[0])).isin(texts) for texts in by_length)
    return reduce(lambda a, b: a | b, looked_up, _false_where_known(column))


def _false_where_known(column: Any) -> Any:
    return ibis.ifelse(column.isnull(), ibis.null("boolean"), False)
