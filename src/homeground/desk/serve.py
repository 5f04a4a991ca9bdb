"""Starting a desk: the server's processes, the worker beside them, and the link for the first administrator."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from typing import Final

from homeground.desk.changes import Change
from homeground.desk.database import Database
from homeground.desk.desk import Desk
from homeground.desk.people.accounts import Accounts
from homeground.desk.settings import METRICS_FOLDER, Settings
from homeground.errors import UsageError, message

NEEDED: Final = (
    "fastapi",
    "uvicorn",
    "huey",
    "argon2",
    "babel",
    "django_htmx",
    "python_multipart",
    "prometheus_client",
    "pyotp",
    "segno",
    "zxcvbn",
)
REST_S: Final = 2.0
KEEP_ALIVE_S: Final = 75
"""Longer than a proxy in front keeps a connection (60 s), so that none is closed while a request is on its way."""
CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""What the desk speaks in TLS 1.2: forward secrecy and sealed blocks alone; the ciphers of TLS 1.3 are all so."""


def require_installed() -> None:
    """Raise UsageError where the libraries of the extra `desk` are not installed."""
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        do = "install them: pip install 'homeground[desk]'"
        raise UsageError(message("the desk needs libraries that are not installed", found=", ".join(absent), do=do))


def first_link(settings: Settings) -> str:
    """Return the one-time address for the first administrator; empty where there is one already."""
    database = Database(settings)
    try:
        accounts = Accounts(database)
        return "" if accounts.begun else f"{settings.address}/first/{accounts.link('first')}"
    finally:
        database.close()


def rescue(settings: Settings, login: str) -> str:
    """Return a one-time address by which somebody who is locked out chooses a password; their second factor is gone.

    Whoever can run this on the machine may do it; it is entered in the record.
    """
    desk = Desk(settings)
    try:
        person = desk.accounts.find(login)
        change = Change("rescued at the machine", person.login, person.login, "signed in")
        with desk.changes.making(change):
            desk.factors.remove(person)
            desk.sessions.end_all(person)
            return f"{settings.address}/link/{desk.accounts.link('password', person)}"
    finally:
        desk.close()


def run(settings: Settings, workers: int = 1, log_level: str = "info") -> None:
    """Serve until told to stop; a worker beside the server does the long work."""
    import uvicorn

    settings.hand_over()
    signal.signal(signal.SIGTERM, _end)
    with working(), _metrics_added_up(workers):
        uvicorn.run(
            "homeground.desk.app:from_environment",
            factory=True,
            http="homeground.desk.web.protocol:Prompt",
            host=settings.host,
            port=settings.port,
            workers=workers,
            ssl_certfile=settings.certificate or None,
            ssl_keyfile=settings.key or None,
            ssl_ciphers=CIPHERS,
            proxy_headers=settings.behind_proxy,
            forwarded_allow_ips="*" if settings.behind_proxy else None,
            server_header=False,
            access_log=False,
            log_level=log_level,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_worker_healthcheck=60,
        )


def _end(_signal: int, _frame: object) -> None:
    """End as asked, after what stands below has been put away."""
    raise SystemExit(0)


@contextlib.contextmanager
def _metrics_added_up(workers: int) -> Iterator[None]:
    """Give several processes a folder for their metrics, so that whichever is asked tells those of all."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="homeground-metrics-") as folder:
        os.environ[METRICS_FOLDER] = folder
        yield


@contextlib.contextmanager
def working() -> Iterator[None]:
    """Keep a worker process alive for the time of the block."""
    over = threading.Event()
    process: list[subprocess.Popen[bytes]] = []

    def tend() -> None:
        while not over.is_set():
            process[:] = [subprocess.Popen([sys.executable, "-m", "homeground.desk", "worker"])]
            while process[0].poll() is None and not over.wait(REST_S):
                pass

    tender = threading.Thread(target=tend, daemon=True)
    tender.start()
    try:
        yield
    finally:
        over.set()
        tender.join(REST_S + 1)
        for each in process:
            each.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.wait(10)
