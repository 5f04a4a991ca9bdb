"""Style sheets and scripts, all from installed packages, each under an address that holds the hash of its content."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import util
from pathlib import Path
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

HERE: Final = Path(__file__).parents[1] / "static"
_TURN: Final = threading.Lock()
TYPES: Final = MappingProxyType({".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"})


@dataclass(frozen=True)
class Asset:
    """A file to serve: content, packed content, type, hash."""

    content: bytes
    packed: bytes
    kind: str
    hash: str


def _ours(name: str) -> Callable[[], bytes]:
    return lambda: (HERE / name).read_bytes()


def _htmx() -> bytes:
    found = util.find_spec("django_htmx")  # only its folder is wanted: importing it would need Django
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "static" / "django_htmx" / "htmx-2.min.js").read_bytes()


def _vega() -> bytes:
    """Bundle what draws figures in a browser, in a process of its own, since threads stand still meanwhile."""
    written = "import sys, vl_convert; sys.stdout.write(vl_convert.javascript_bundle('window.vegaEmbed = vegaEmbed;'))"
    command = [sys.executable, "-X", "utf8", "-c", written]
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603


SOURCES: Final[Mapping[str, Callable[[], bytes]]] = MappingProxyType(
    {
        "desk.css": _ours("desk.css"),
        "desk.js": _ours("desk.js"),
        "mark.svg": _ours("mark.svg"),
        "htmx.js": _htmx,
        "vega.js": _vega,
    }
)


def asset(name: str) -> Asset:
    """Return an asset by name; it is made once, whoever asks."""
    with _TURN:
        return _made(name)


@cache
def _made(name: str) -> Asset:
    content = SOURCES[name]()
    kind = TYPES[Path(name).suffix]
    return Asset(content, gzip.compress(content, 6, mtime=0), kind, hashlib.sha256(content).hexdigest()[:16])


def prepare() -> None:
    """Make every asset, so that the first page need not wait."""
    for name in SOURCES:
        asset(name)


def address(name: str) -> str:
    """Return the address of an asset."""
    return f"/static/{asset(name).hash}/{name}"


def serve(request: Request) -> Response:
    """Serve an asset; what an address holds never changes."""
    name = request.path_params["name"]
    if name not in SOURCES or asset(name).hash != request.path_params["hash"]:
        return Response(status_code=404)
    found = asset(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.content, media_type=found.kind, headers=headers)
