"""A real PostgreSQL server for tests: on loopback, a free port, an unprivileged user, a folder of its own."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

USER = "homeground"


@dataclass(frozen=True)
class Server:
    """A running server: where its programs are, its data, its port."""

    programs: Path
    data: Path
    port: int

    def url(self, database: str, user: str = USER) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres", user: str = USER) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(database, user), autocommit=True)

    def new_database(self, name: str, encoding: str = "UTF8") -> str:
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE \"{name}\" ENCODING '{encoding}' TEMPLATE template0")
        return self.url(name)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(self.programs / program), *arguments]
        return subprocess.run(command, capture_output=True, check=True, **_unprivileged())

    def crash_and_start(self) -> None:
        """Stop without any farewell, as a power cut does to the server's processes, and start again."""
        self.run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-w")
        start(self)


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, wherever Debian or the PATH has them."""
    candidates: list[Path] = []
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, check=False, text=True)
        candidates.append(Path(told.stdout.strip()))
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        candidates.append(Path(found).parent)
    return next((c for c in candidates if (c / "initdb").exists() and (c / "pg_ctl").exists()), None)


@contextlib.contextmanager
def running(bindir: Path) -> Iterator[Server]:
    """Run a server until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="homeground-postgres-"))
    server = Server(bindir, folder / "data", _free_port())
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        server.run("initdb", "-D", str(server.data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        start(server)
        try:
            yield server
        finally:
            server.run("pg_ctl", "stop", "-D", str(server.data), "-m", "immediate", "-w")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(server: Server) -> None:
    folder = server.data.parent
    options = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    log = str(folder / "log")
    server.run("pg_ctl", "start", "-D", str(server.data), "-l", log, "-o", options, "-w")


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: become the user that Debian made for it."""
    if os.getuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": "/"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
