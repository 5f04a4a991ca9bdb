"""What stands before every request: a limit on what may be sent, and headers that browsers obey."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeground.desk.settings import Settings

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script and no inline style sheet; style attributes are allowed, because drawings (SVG) carry them."""

HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS: Final = "max-age=31536000"
FORM_LIMIT: Final = 4 * 2**20
"""Bytes that may be sent where no file is; a file may be as long as the settings say."""


class Guard:
    """Wrap the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, within its limit, and dress the answer with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent, limit = 0, self._limit(Headers(scope=scope))

        async def limited() -> Message:
            nonlocal sent
            message = await receive()
            sent += len(message.get("body", b""))
            if sent > limit:
                raise HTTPException(413, f"More was sent than is allowed: at most {limit:,} bytes.")
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
                if self.settings.secure:
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        await self.app(scope, limited, dressed)

    def _limit(self, headers: Headers) -> int:
        files = headers.get("content-type", "").startswith("multipart/form-data")
        return self.settings.upload_limit if files else FORM_LIMIT
