"""What those who run the desk watch: requests by page and status, and how long they took.

Where a desk is several processes, each keeps its counts in a file of one folder, which an environment variable of
prometheus_client names from the start; whichever process is asked adds them all up.
"""

from __future__ import annotations

import hmac
import os
import time
from ipaddress import ip_address
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeground.desk.settings import METRICS_FOLDER

METRICS: Final = CollectorRegistry()
REQUESTS: Final = Counter("homeground_requests", "Requests answered", ["page", "method", "status"], registry=METRICS)
SECONDS: Final = Histogram(
    "homeground_request_seconds", "Seconds until a request was answered", ["page"], registry=METRICS,
    buckets=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
)  # fmt: skip


class Watch:
    """Count and time every request, by the address as it is registered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            page = _page(scope)
            REQUESTS.labels(page, scope["method"] if page != "none" else "-", str(status)).inc()
            SECONDS.labels(page).observe(time.perf_counter() - begun)


def _page(scope: Scope) -> str:
    """Return the address as registered: of the JSON twin where FastAPI names its route, else of what was called."""
    route: Any = scope.get("route")
    known: dict[Any, str] = scope["app"].state.addresses
    return str(getattr(route, "path", None) or known.get(scope.get("endpoint"), "none"))


def metrics(request: Request) -> Response:
    """Give the metrics to this machine, or to whoever holds the token of the settings."""
    settings = request.app.state.desk.settings
    _, _, token = request.headers.get("authorization", "").partition(" ")
    told = bool(settings.metrics_token) and hmac.compare_digest(token.encode(), settings.metrics_token.encode())
    if not told and not (_local(request) and not settings.behind_proxy):
        return PlainTextResponse("The metrics are for this machine, or for the token of --metrics-token.", 403)
    return Response(generate_latest(_of_all()), media_type=CONTENT_TYPE_LATEST)


def _of_all() -> CollectorRegistry:
    """Return the counts of all processes of this desk, or of this one where it is alone."""
    if METRICS_FOLDER not in os.environ:
        return METRICS
    every = CollectorRegistry()
    MultiProcessCollector(every)  # type: ignore[no-untyped-call]
    return every


def _local(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
