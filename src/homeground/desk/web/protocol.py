"""HTTP whose answers go out at once, also where several server processes share one listening socket.

Sockets that are accepted from a shared one wait up to 40 ms to be filled; asyncio tells only its own not to.
"""

from __future__ import annotations

import asyncio
import socket

from uvicorn.protocols.http.h11_impl import H11Protocol


class Prompt(H11Protocol):
    """HTTP/1.1 without Nagle's delay."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Tell a new connection not to wait."""
        accepted = transport.get_extra_info("socket")
        if accepted is not None and accepted.family in (socket.AF_INET, socket.AF_INET6):
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
