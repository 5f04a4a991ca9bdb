"""One file on its way: the bytes so far, the version they belong to, and requests for the rest.

The bytes gather in `NAME.part`; `NAME.part.json` holds the address and the server's mark of the version (ETag or
Last-Modified), so that a later run goes on with the same version or starts anew, and never mixes two.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from homeground import __version__
from homeground.errors import FetchFailed, message

Watch = Callable[[int, int | None], None]
"""Called with the bytes that are here and the bytes there will be (None while unknown)."""

SLOWEST: Final = 1000
"""Bytes per second below which a connection counts as broken, measured over one timeout."""

LONGEST_PAUSE: Final = 30.0
HTML_NAMES: Final = (".html", ".htm")
PASSING: Final = (408, 425, 429, 500, 502, 503, 504)
"""Answers that may be better a moment later."""

OK: Final = 200
PART_OF_IT: Final = 206
NOTHING_LEFT: Final = 416


class Broken(Exception):
    """The connection ended early; another try may go on from there."""


@dataclass
class Transfer:
    """One file on its way to `target`; `vouched` says that a checksum will be compared at the end."""

    url: str
    target: Path
    watch: Watch
    timeout: float
    most_bytes: int
    size: int | None = None
    vouched: bool = False
    etag: str = ""
    resumed_from: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.part = self.target.with_name(self.target.name + ".part")
        self.mark = self.target.with_name(self.target.name + ".part.json")
        self.require_secure(self.url)

    @property
    def shown(self) -> str:
        """The address without what may be secret in it: user, password, query."""
        return shown(self.url)

    def have(self) -> int:
        """Bytes that are here."""
        return self.part.stat().st_size if self.part.exists() else 0

    def forget(self) -> None:
        """Remove the partial file and its mark."""
        self.part.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)

    def failed(self, what: str, *, found: object = None, expected: object = None, do: str) -> FetchFailed:
        """Build the error that names this address."""
        return FetchFailed(message(what, where=self.shown, found=found, expected=expected, do=do))

    def persist(self, retries: int, pause: float) -> None:
        """Try until the file is whole; only tries in a row that bring next to nothing count, each waits longer."""
        self.resumed_from = most = self.have()
        vain = 0
        while True:
            try:
                return self._attempt()
            except Broken as error:
                vain = 0 if self.have() - most >= SLOWEST * self.timeout else vain + 1
                most = max(most, self.have())
                if vain > retries:
                    raise self._gave_up(error) from error
            time.sleep(min(pause * 2 ** min(max(vain - 1, 0), 16), LONGEST_PAUSE))

    def require_secure(self, url: str) -> None:
        """Allow plain http only to this machine, or where a checksum vouches for the content."""
        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise FetchFailed(message("not an address", found=error, expected="https://…", do="correct it")) from error
        if parts.scheme == "https" or (parts.scheme == "http" and (self.vouched or is_loopback(parts.host))):
            return
        do = "use an https address, or state the checksum"
        raise self.failed("the address is not secure", found=shown(url), expected="https", do=do)

    def _gave_up(self, error: Broken) -> FetchFailed:
        if self.have():
            do = f"run the same command again: it goes on from byte {self.have():,}"
            return self.failed("the download broke off", found=error, expected="the whole file", do=do)
        do = "check the network and the address, then run the same command again"
        return self.failed("nothing came from the server", found=error, expected="the file", do=do)

    def _attempt(self) -> None:
        """Ask for the rest of the file; returns when it is whole, raises Broken when it is not."""
        have = self.have()
        headers = {"Accept-Encoding": "identity", "User-Agent": f"homeground/{__version__}", **self._resume(have)}
        try:
            with self._client() as client, client.stream("GET", self.url, headers=headers) as response:
                if self._is_whole(response, have):
                    return
                self._require_file(response)
                start, total = self._span(response, have)
                self._require_room(start, total)
                self._receive(response, start, total)
        except httpx.TimeoutException as error:
            raise Broken(f"the server was silent for {self.timeout:g} s") from error
        except (httpx.TooManyRedirects, httpx.UnsupportedProtocol) as error:
            raise self.failed("the address leads nowhere", found=error, do="correct it, or name a mirror") from error
        except httpx.TransportError as error:
            raise Broken(str(error) or type(error).__name__) from error

    def _client(self) -> httpx.Client:
        return httpx.Client(
            timeout=self.timeout,
            follow_redirects=True,
            trust_env=not is_loopback(httpx.URL(self.url).host),
            event_hooks={"request": [lambda request: self.require_secure(str(request.url))]},
        )

    def _resume(self, have: int) -> dict[str, str]:
        """Headers that ask for the rest, where the version of what is here is known."""
        try:
            mark = json.loads(self.mark.read_text(encoding="utf-8"))
            version, begun_at = mark["version"], mark["url"]
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        if not have or not version or begun_at != self.shown:
            return {}
        self.etag = mark.get("etag", "")
        return {"Range": f"bytes={have}-", "If-Range": version}

    def _is_whole(self, response: httpx.Response, have: int) -> bool:
        """Tell whether the server says that nothing is left; anything else it says so about starts anew."""
        if response.status_code != NOTHING_LEFT:
            return False
        if have and response.headers.get("content-range") == f"bytes */{have}":
            return True
        self.forget()
        raise Broken("the server's file is not the one begun")

    def _require_file(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in PASSING:
            raise Broken(f"the server answered with status {status}")
        if status not in (OK, PART_OF_IT):
            do = "check revision and version on the publisher's page, or name a mirror"
            raise self.failed("the server does not have it", found=f"status {status}", expected="status 200", do=do)
        page = response.headers.get("content-type", "").lower().startswith("text/html")
        if page and self.target.suffix.lower() not in HTML_NAMES:
            raise self.failed(
                "the server sent a web page instead of the file",
                found=response.headers["content-type"],
                expected=f"a {self.target.suffix.lstrip('.') or 'data'} file",
                do="open the address in a browser to read what it says; what came earlier is kept",
            )

    def _span(self, response: httpx.Response, have: int) -> tuple[int, int | None]:
        """Where the answer's bytes start in the file, and the file's size as announced."""
        length = response.headers.get("content-length", "")
        if response.status_code == OK:
            return 0, int(length) if length.isdigit() else None
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("content-range", ""))
        etag = response.headers.get("etag", self.etag)
        if span is None or int(span[1]) != have or not have or etag != self.etag:
            self.forget()
            raise Broken("the server sent another part than was asked for")
        return have, int(span[2]) if span[2].isdigit() else None

    def _require_room(self, start: int, total: int | None) -> None:
        """Refuse a file that cannot be the right one, or cannot be held, before its first byte."""
        if total is None:
            return
        if self.size is not None and total != self.size:
            found, expected = f"{total:,} bytes", f"{self.size:,} bytes"
            do = "check the version; the publisher may have replaced the file"
            raise self.failed("the server's file has another size", found=found, expected=expected, do=do)
        if total > self.most_bytes:
            raise self._too_large(f"{total:,} bytes")
        free = shutil.disk_usage(self.target.parent).free
        if total - start > free:
            do = f"free space in {self.target.parent}, or choose another folder"
            raise self.failed(
                "the disk has too little room", found=f"{free:,} bytes free", expected=f"{total - start:,}", do=do
            )

    def _too_large(self, found: str) -> FetchFailed:
        do = "check the address"
        return self.failed("the file is too large", found=found, expected=f"at most {self.most_bytes:,} bytes", do=do)

    def _receive(self, response: httpx.Response, start: int, total: int | None) -> None:
        self.resumed_from = min(self.resumed_from, start)
        done, pace = start, _Pace(self.timeout)
        with self.part.open("r+b" if start else "wb") as sink:
            if start:
                sink.seek(start)
            else:
                self._remember(response)
            for chunk in response.iter_raw():
                sink.write(chunk)
                done += len(chunk)
                if done > self.most_bytes:
                    raise self._too_large(f"{done:,} bytes and more")
                self.watch(done, total)
                pace.count(len(chunk))
            sink.flush()
            os.fsync(sink.fileno())
        if total is not None and done != total:
            raise Broken(f"{done:,} bytes came, {total:,} were announced")

    def _remember(self, response: httpx.Response) -> None:
        """Write down which version these bytes belong to; a weak ETag cannot vouch for single bytes."""
        self.etag = response.headers.get("etag", "")
        strong = "" if self.etag.startswith("W/") else self.etag
        version = strong or response.headers.get("last-modified", "")
        mark = {"version": version, "etag": self.etag, "url": self.shown}
        self.mark.write_text(json.dumps(mark), encoding="utf-8")


class _Pace:
    """Ends a connection that trickles: each timeout must bring at least its share of bytes."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.since, self.bytes = seconds, time.monotonic(), 0

    def count(self, arrived: int) -> None:
        self.bytes += arrived
        passed = time.monotonic() - self.since
        if passed < self.seconds:
            return
        if self.bytes < SLOWEST * passed:
            raise Broken(f"only {self.bytes:,} bytes came in {passed:.1f} s")
        self.since, self.bytes = time.monotonic(), 0


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown(url: str) -> str:
    """Return an address without user, password, query and fragment."""
    return str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None))
