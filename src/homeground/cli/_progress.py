"""Progress bars on the terminal's error stream, out of the way of piped answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from homeground.sources import Progress


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """Yield a function `(step, fraction)` that moves a bar; silent where nobody is watching."""
    if not sys.stderr.isatty():
        yield lambda step, done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda step, done: bar.update(task, description=f"{title}: {step}", completed=done)
