"""Read a condition: CEL (Common Expression Language) without macros, fields, maps and regular expressions.

What is left cannot loop, grow, call out or reach anything but the names it is given, and every condition that is read
here is also one that CEL's own compiler takes. Sizes are limited before anything is built.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn, cast

from homeground.errors import BadInput, message
from homeground.policy.nodes import (
    COMPARISONS,
    FALSE,
    TRUE,
    All,
    AnyOf,
    Arithmetic,
    Choice,
    Compare,
    Comparison,
    Constant,
    In,
    Name,
    Negative,
    Node,
    Not,
    TextTest,
)

MOST_SIGNS: Final = 2_000
MOST_DEPTH: Final = 24
MOST_ITEMS: Final = 1_000
MOST_WORDS: Final = 600

RESERVED: Final = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    ]
)
"""Words that CEL keeps for itself."""

TESTS: Final = ("startsWith", "endsWith", "contains")

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<number>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+(?![\w.]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"[^"\\\n\r]*"|'[^'\\\n\r]*')
    |(?P<sign>&&|\|\||==|!=|<=|>=|[<>!?:()\[\],.+\-*/])
    )""",
    re.VERBOSE | re.ASCII,
)


def parse(text: str, where: str) -> Node:
    """Read a condition or value; raises BadInput naming the place, what stands there and what may."""
    if len(text) > MOST_SIGNS:
        raise _refused("the condition is too long", where, f"{len(text):,} signs", f"at most {MOST_SIGNS:,}")
    parser = _Parser(_tokens(text, where), where)
    tree = parser.choice()
    parser.end()
    _confirm(text, where)
    return tree


def _confirm(text: str, where: str) -> None:
    """Let CEL's own compiler read what was accepted, so that a book stays a text that other CEL programs can read."""
    import cel

    try:
        cel.compile(text)
    except ValueError as error:
        raise _refused("CEL does not accept this condition", where, str(error).splitlines()[0], None) from error


def _tokens(text: str, where: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None or token.lastgroup is None:
            here = text[place:].lstrip()[:20]
            raise _refused("the condition cannot be read", where, repr(here), "CEL without macros, fields and maps")
        found.append((token.lastgroup, token[token.lastgroup]))
        place = token.end()
        if len(found) > MOST_WORDS:
            raise _refused("the condition is too long", where, f"over {MOST_WORDS} words and signs", None)
    return found


class _Parser:
    """Recursive descent, by CEL's order of precedence; `depth` bounds the recursion."""

    def __init__(self, tokens: list[tuple[str, str]], where: str) -> None:
        self.tokens = tokens
        self.where = where
        self.place = 0
        self.depth = 0

    def choice(self) -> Node:
        self._deeper()
        condition = self._either()
        if self._take("?"):
            then = self._either()
            self._need(":")
            condition = Choice(condition, then, self.choice())
        self.depth -= 1
        return condition

    def end(self) -> None:
        if self.place < len(self.tokens):
            self._fail("the end of the condition, or an operator")

    def _either(self) -> Node:
        items = [self._both()]
        while self._take("||"):
            items.append(self._both())
        return items[0] if len(items) == 1 else AnyOf(tuple(items))

    def _both(self) -> Node:
        items = [self._relation()]
        while self._take("&&"):
            items.append(self._relation())
        return items[0] if len(items) == 1 else All(tuple(items))

    def _relation(self) -> Node:
        left = self._sum()
        if self._word("in"):
            left = In(left, self._sum())
        elif self._next() in COMPARISONS:
            op = cast(Comparison, self._take_any())
            left = Compare(op, left, self._sum())
        if self._next() in COMPARISONS or self._next() == "in":
            self._fail("&& between two comparisons, such as a < b && b < c")
        return left

    def _sum(self) -> Node:
        left = self._product()
        while (op := self._next()) in ("+", "-"):
            self.place += 1
            left = Arithmetic(op, left, self._product())  # type: ignore[arg-type]
        return left

    def _product(self) -> Node:
        left = self._unary()
        while (op := self._next()) in ("*", "/"):
            self.place += 1
            left = Arithmetic(op, left, self._unary())  # type: ignore[arg-type]
        return left

    def _unary(self) -> Node:
        if self._next() not in ("!", "-"):
            return self._member()
        self._deeper()
        made: Node = Not(self._unary()) if self._take_any() == "!" else Negative(self._unary())
        self.depth -= 1
        if isinstance(made, Negative) and isinstance(made.item, Constant) and isinstance(made.item.value, float):
            return Constant(-made.item.value, made.item.whole)
        return made

    def _member(self) -> Node:
        item = self._primary()
        while self._take("."):
            kind, test = self._token()
            if kind != "name" or test not in TESTS:
                self._fail(f"one of {', '.join(TESTS)} after the point")
            self.place += 1
            self._need("(")
            kind, text = self._token()
            if kind != "text":
                self._fail("a text in quotes")
            self.place += 1
            self._need(")")
            item = TextTest(test, item, (text[1:-1],))  # type: ignore[arg-type]
        return item

    def _primary(self) -> Node:
        if self._take("("):
            inner = self.choice()
            self._need(")")
            return inner
        if self._take("["):
            return self._list()
        kind, word = self._token()
        if kind in ("number", "text"):
            self.place += 1
            return self._constant(kind, word)
        if self._word("true"):
            return TRUE
        if self._word("false"):
            return FALSE
        if kind != "name" or word in RESERVED:
            self._fail("a name, a number, a text in quotes, a list or a parenthesis")
        self.place += 1
        if self._next() in ("(", "["):
            self._fail("no function or index; only .startsWith, .endsWith and .contains")
        return Name(word)

    def _list(self) -> Node:
        items: list[Constant] = []
        while not self._take("]"):
            if items:
                self._need(",")
            negative = self._take("-")
            kind, token = self._token()
            if kind not in ("number", "text") or (negative and kind == "text"):
                self._fail("numbers or texts in a list, and its closing ]")
            self.place += 1
            item = self._constant(kind, token)
            items.append(Constant(-item.value, item.whole) if negative and isinstance(item.value, float) else item)
        kinds = {type(item.value) for item in items}
        if len(items) > MOST_ITEMS or len(kinds) != 1:
            self._fail(f"1 to {MOST_ITEMS} items of one kind in a list")
        return Constant(tuple(item.value for item in items))  # type: ignore[arg-type]

    def _constant(self, kind: str, token: str) -> Constant:
        if kind == "text":
            return Constant(token[1:-1])
        whole = token.isdigit()
        number = float(token)
        if number > 2.0**53 and (whole or number == float("inf")):
            self._fail("a number that a computer can hold exactly; write large ones as 1e18")
        return Constant(number, whole)

    def _token(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "the end")

    def _next(self) -> str:
        kind, token = self._token()
        return token if kind in ("sign", "name") else ""

    def _take_any(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1][1]

    def _take(self, sign: str) -> bool:
        found = self._token() == ("sign", sign)
        self.place += found
        return found

    def _word(self, word: str) -> bool:
        found = self._token() == ("name", word)
        self.place += found
        return found

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            self._fail(repr(sign))

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise _refused("the condition is nested too deep", self.where, f"over {MOST_DEPTH} levels", None)

    def _fail(self, expected: str) -> NoReturn:
        before = " ".join(token for _, token in self.tokens[max(0, self.place - 3) : self.place])
        after = f" after {before!r}" if before else ""
        raise _refused("the condition cannot be read", self.where, f"{self._token()[1]!r}{after}", expected)


def _refused(what: str, where: str, found: str, expected: str | None) -> BadInput:
    return BadInput(message(what, where=where, found=found, expected=expected, do="write the condition anew"))
