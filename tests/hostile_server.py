"""A local web server that behaves badly on purpose: it breaks off, lies about lengths and ranges, or serves a page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler"], None]

ONE = '"one"'
"""The ETag of a file that does not change."""


@dataclass
class Server:
    """Where it listens (loopback, a free port), what it serves, and the Range and If-Range headers it was sent."""

    port: int = 0
    behaviours: list[Behaviour] = field(default_factory=list)
    ranges: list[str | None] = field(default_factory=list)
    conditions: list[str | None] = field(default_factory=list)

    def url(self, name: str = "file.zip") -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the next behaviour; the last one stays."""

    protocol_version = "HTTP/1.1"
    state: Server

    def do_GET(self) -> None:
        self.state.ranges.append(self.headers.get("Range"))
        self.state.conditions.append(self.headers.get("If-Range"))
        behaviours = self.state.behaviours
        (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self)

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output clean."""

    def start(self, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def reply(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.start(status, len(body) if length is None else length, **headers)
        self.wfile.write(body)
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def begin(self) -> int:
        """The byte from which the client asks for the rest; 0 for the whole file."""
        return int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))


def whole(body: bytes, etag: str = ONE) -> Behaviour:
    """Serve the file, and the rest of it where a Range asks for the same version."""

    def serve(handler: Handler) -> None:
        if handler.headers.get("Range") and handler.headers.get("If-Range") == etag:
            part_of(body, etag)(handler)
        else:
            handler.reply(body, ETag=etag)

    return serve


def part_of(body: bytes, etag: str = ONE, shift: int = 0) -> Behaviour:
    """Serve the range asked for, whatever If-Range says; `shift` takes as many bytes from elsewhere."""

    def serve(handler: Handler) -> None:
        start = handler.begin() + shift
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        handler.reply(body[start : len(body) + shift], 206, ETag=etag, Content_Range=span)

    return serve


def breaks_off(body: bytes, after: int, **headers: str) -> Behaviour:
    """Announce the whole file, send a part, hang up."""

    def serve(handler: Handler) -> None:
        handler.reply(body[:after], 200, len(body), **(headers or {"ETag": ONE}))
        handler.hang_up()

    return serve


def sends_on(body: bytes, most: int) -> Behaviour:
    """Honour the range, but hang up after `most` bytes each time."""

    def serve(handler: Handler) -> None:
        start = handler.begin()
        headers = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        handler.reply(body[start : start + most], 206 if start else 200, len(body) - start, ETag=ONE, **headers)
        handler.hang_up()

    return serve


def serves_pieces(body: bytes, most: int) -> Behaviour:
    """Answer a range with `most` bytes of it at a time, as some caches do, and say so."""

    def serve(handler: Handler) -> None:
        start = handler.begin()
        piece = body[start : start + most]
        handler.reply(piece, 206, ETag=ONE, Content_Range=f"bytes {start}-{start + len(piece) - 1}/{len(body)}")

    return serve


def announces(body: bytes, length: int) -> Behaviour:
    """Announce another length than is sent, then hang up."""

    def serve(handler: Handler) -> None:
        handler.reply(body, length=length, ETag=ONE)
        handler.hang_up()

    return serve


def says_nothing_of_length(body: bytes) -> Behaviour:
    """Send the file without announcing its length."""

    def serve(handler: Handler) -> None:
        handler.start(Connection="close")
        handler.wfile.write(body)
        handler.hang_up()

    return serve


def ignores_range(body: bytes) -> Behaviour:
    """Serve the whole file whatever is asked."""
    return lambda handler: handler.reply(body, ETag=ONE)


def nothing_left(size: int) -> Behaviour:
    """Say that the range asked for lies behind the end of the file."""
    return lambda handler: handler.reply(b"", 416, Content_Range=f"bytes */{size}")


def page(status: int = 200, content_type: str = "text/html; charset=utf-8") -> Behaviour:
    """Serve an error page as if it were the file."""
    return lambda handler: handler.reply(b"<!DOCTYPE html><html>Sorry</html>", status, Content_Type=content_type)


def stalls(seconds: float) -> Behaviour:
    """Announce a file and send nothing."""

    def serve(handler: Handler) -> None:
        handler.start(length=1000)
        handler.wfile.flush()
        time.sleep(seconds)
        handler.close_connection = True

    return serve


def trickles(every: float, size: int = 10**9) -> Behaviour:
    """Honour the range, one byte at a time, for as long as the client stays."""

    def serve(handler: Handler) -> None:
        start = handler.begin()
        headers = {"Content_Range": f"bytes {start}-{size - 1}/{size}"} if start else {}
        handler.start(206 if start else 200, size - start, ETag=ONE, **headers)
        try:
            while True:
                handler.wfile.write(b"P")
                handler.wfile.flush()
                time.sleep(every)
        except OSError:
            handler.close_connection = True

    return serve


def redirects(to: str) -> Behaviour:
    """Send the client elsewhere."""
    return lambda handler: handler.reply(b"", 302, Location=to)


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[Server]:
    """Run the server on a free loopback port; it stops with the block."""
    state = Server(behaviours=list(behaviours))
    handler = type("Bound", (Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
