"""A real Chromium without a window, for pages on disk: what it renders, what it measures, what it prints."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
LOADING = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "image": "href",
    "use": "href",
    "object": "data",
}
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

MEASURE = """
const inside = (box, frame, give) => box.left >= frame.left - give && box.right <= frame.right + give
  && box.top >= frame.top - give && box.bottom <= frame.bottom + give;
const seen = (page) => {
  const texts = [...page.querySelectorAll("svg text")].filter((text) => text.textContent.trim());
  return {
    width: page.defaultView.innerWidth,
    wide: page.documentElement.scrollWidth,
    figures: page.querySelectorAll("svg").length,
    drawn: [...page.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().height > 20).length,
    clipped: texts
      .filter((text) => !inside(text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect(), 1))
      .map((text) => text.textContent),
    cut: [...page.querySelectorAll("th, td")].filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
      .map((cell) => cell.textContent.trim()),
    asked: page.defaultView.performance.getEntriesByType("resource").map((entry) => entry.name),
  };
};
"""
"""Script that returns what a reader would trip over: labels cut off by their figure, a page wider than its window."""


class Page(HTMLParser):
    """A document read strictly: every tag closed in order; ids, text, names of figures, and what would be loaded."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.jumps: list[str] = []
        self.named: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.loads += [value for name in (LOADING.get(tag), "srcset") if name and (value := values.get(name))]
        if tag == "a":
            self.jumps.append(values.get("href") or "")
        if tag == "svg":
            self.named.append(values.get("aria-label") or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.text += data


def require_alone(page: Page) -> None:
    """Hold a document that is complete by itself: nothing loaded, every figure named, no machine word for a reader."""
    assert page.loads == []
    assert len(page.ids) == len(set(page.ids))
    assert page.named
    assert all(page.named)
    assert not re.findall(r"\b(?:None|nan|NaN|null|undefined|inf)\b", page.text)


def executable() -> str:
    """Return the browser's path, or skip the test."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here: looked for " + ", ".join(NAMES))
    return found


def measured(page: str, width: int, folder: Path) -> dict[str, Any]:
    """Load the page in a frame of this width (pixels) and return what MEASURE saw in it."""
    frame = (
        f"<!DOCTYPE html><body style='margin:0'><iframe style='border:0;width:{width}px;height:20000px' "
        f"srcdoc='{html.escape(page)}'></iframe><pre></pre><script>{MEASURE} onload = () => "
        "document.querySelector('pre').textContent ="
        " JSON.stringify(seen(document.querySelector('iframe').contentDocument));</script>"
    )
    harness = folder / f"frame-{width}.html"
    harness.write_text(frame, encoding="utf-8")
    dom = _run(harness, folder, "--dump-dom").decode("utf-8")
    found = re.search(r"<pre>(\{.*?\})</pre>", dom, re.DOTALL)
    assert found, "the page was not rendered"
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result


def printed(path: Path, folder: Path) -> bytes:
    """Print the page at this path and return the PDF."""
    target = folder / "printed.pdf"
    _run(path, folder, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    return target.read_bytes()


def sheets(text: str, folder: Path) -> int:
    """Print a page and count its sheets."""
    path = folder / "printed.html"
    path.write_text(text, encoding="utf-8")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed(path, folder)))


def _run(path: Path, folder: Path, *options: str) -> bytes:
    command = [executable(), *QUIET, f"--user-data-dir={folder / 'profile'}", *options, path.as_uri()]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout


def require_whole(seen: dict[str, Any], width: int) -> None:
    """Hold what `measured` found: all figures drawn, nothing cut off or wider than the window, nothing fetched."""
    assert seen["figures"] == seen["drawn"] > 0
    assert seen["clipped"] == []
    assert seen["cut"] == []
    assert seen["wide"] <= seen["width"] == width
    assert seen["asked"] == []
