"""A finished page in a reader's language: every text between its tags is said again, drawings and code stay.

The report is written in English, in many parts; here, at the one place through which all of it passes, it gets its
language. Drawings have theirs already (`Voice.draw`).
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Final, NamedTuple

from homeground.brief.templating import tied
from homeground.brief.voice import Voice

SILENT: Final = frozenset({"svg", "style", "script", "code"})
"""Elements whose texts are not said."""
QUOTED: Final = frozenset({"code", "url", "quoted"})
"""Classes of elements that hold codes, addresses, and what is quoted."""
WORDS: Final = "words"
"""The class of a cell that holds sentences."""
HEARD: Final = ("title", "alt", "aria-label")
"""Attributes that are said."""
VOID: Final = frozenset({"meta", "br", "img", "hr", "link", "input"})
SIGNS: Final = (": ", ". ", "; ")
"""What may stand between an element and the text after it."""
TIE: Final = "\N{NO-BREAK SPACE}"


def page(text: str, voice: Voice) -> str:
    """Return an English page in a voice: words as sentences, cells of tables as values; English as it is."""
    if voice.code == "en":
        return text
    reader = _Reader(voice)
    reader.feed(text)
    reader.close()
    return "".join(reader.out)


class _Element(NamedTuple):
    """An element around a place: whether its texts are left as they are, whether they are values of a table."""

    tag: str
    silent: bool
    cell: bool


class _Reader(HTMLParser):
    """Copies a page tag by tag; `out` is what has been copied, `open` are the elements around the place."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(convert_charrefs=True)
        self.voice = voice
        self.out: list[str] = []
        self.open: list[_Element] = []

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        silent = self._silent() or tag in SILENT or bool(QUOTED & classes)
        if silent and tag != "html":
            self.out.append(self.get_starttag_text() or "")
        else:
            self.out.append(f"<{tag}{''.join(self._attribute(tag, *each) for each in attrs)}>")
        if tag not in VOID:
            self.open.append(_Element(tag, silent, self._in_cell() if tag != "td" else WORDS not in classes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].tag in ("style", "script"):
            self.out.append(data)
        elif self._silent() or not data.strip():
            self.out.append(escape(data, quote=False))
        else:
            self.out.append(escape(tied(self._said(data, cell=self._in_cell())), quote=False))

    def _silent(self) -> bool:
        return bool(self.open) and self.open[-1].silent

    def _in_cell(self) -> bool:
        return bool(self.open) and self.open[-1].cell

    def _said(self, data: str, *, cell: bool) -> str:
        sign = data[:2] if data[:2] in SIGNS else ""
        rest = data.removeprefix(sign)
        words = " ".join(rest.replace(TIE, " ").split())
        before, after = rest[: len(rest) - len(rest.lstrip())], rest[len(rest.rstrip()) :] if words else ""
        say = self.voice.value if cell else self.voice.say
        return f"{self.voice.say(sign)}{before}{say(words)}{after}"

    def _attribute(self, tag: str, name: str, value: str | None) -> str:
        if value is None:
            return f" {name}"
        if tag == "html":
            value = {"lang": self.voice.code, "dir": self.voice.direction}.get(name, value)
        elif name in HEARD:
            value = self.voice.say(value.replace(TIE, " "))
        return f' {name}="{escape(value)}"'
