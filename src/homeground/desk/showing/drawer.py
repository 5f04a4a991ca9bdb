"""Rendering of figures in a process of its own: the library that does it holds up every thread of its process.

The process reads a specification a line, as JSON, and writes the drawing; it ends when nobody can ask it any more.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading

from homeground.brief.figures.draw import Spec, rendered


class Drawer:
    """The process that renders; it begins with the first figure, and anew where it was ended."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def rendered(self, spec: Spec) -> str:
        """Return the bare drawing of a specification. Raises ValueError where the library cannot draw it."""
        line = json.dumps(spec).encode() + b"\n"
        with self._turn:
            try:
                answer = self._asked(line)
            except OSError:
                self._end()
                answer = self._asked(line)
        if "fault" in answer:
            raise ValueError(answer["fault"])
        return answer["drawing"]

    def _asked(self, line: bytes) -> dict[str, str]:
        if self._process is None:
            command = [sys.executable, "-m", "homeground.desk.showing.drawer"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()
        written = self._process.stdout.readline()
        if not written.endswith(b"\n"):
            raise ConnectionResetError("the process that draws figures has ended")
        answer: dict[str, str] = json.loads(written)
        return answer

    def end(self) -> None:
        """End the process; the next figure begins another."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


DRAWER = Drawer()
atexit.register(DRAWER.end)


def _serve() -> None:
    """Draw until nobody can ask any more; only drawings go where they are read."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        try:
            answer = {"drawing": rendered(json.loads(line))}
        except Exception as error:
            answer = {"fault": str(error)}
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    _serve()
