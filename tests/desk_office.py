"""A desk with a person of every role, served on loopback, and browsers without a window to visit it."""

from __future__ import annotations

import re
import socket
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
import uvicorn

from homeground.desk.app import create
from homeground.desk.database import PEOPLE, now
from homeground.desk.desk import Desk
from homeground.desk.people.passwords import hashed
from homeground.desk.people.roles import ROLES
from homeground.desk.serve import KEEP_ALIVE_S
from homeground.desk.settings import Settings
from homeground.desk.work import worker
from homeground.desk.work.jobs import RUNNING, WAITING

PASSWORD = "seven grey geese over the lake"


@cache
def kept_password() -> str:
    return hashed(PASSWORD)


class Visitor:
    """A browser: keeps cookies, fills the form's proof in by itself."""

    def __init__(self, base: str, **headers: str) -> None:
        self.client = httpx.Client(base_url=base, headers=headers, timeout=60)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def proof(self, path: str = "/sign-in") -> str:
        page = self.client.get(path, follow_redirects=True).text
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert found, page[:500]
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, *, files: Any = None) -> Any:
        return self.client.post(path, data={"csrf": self.proof(), **(data or {})}, files=files)

    def sign_in(self, login: str, password: str = PASSWORD) -> Any:
        return self.post("/sign-in", {"login": login, "password": password})


def serving(app: Any) -> tuple[uvicorn.Server, threading.Thread, str]:
    """Serve an application on a free port of this machine, from a thread; connections live as long as the desk's."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_keep_alive=KEEP_ALIVE_S)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    return server, thread, f"http://127.0.0.1:{listener.getsockname()[1]}"


class Office:
    """A desk with a person of each role, whose login is the role's name; `nobody` has an account without a role."""

    def __init__(self, home: Path, people: bool = True, **settings: Any) -> None:
        self.settings = Settings(home=str(home), **settings)
        self.app = create(self.settings)
        self.desk: Desk = self.app.state.desk
        self.link = self.desk.accounts.link("first")
        if people:
            self._fill()
        self._visitors: dict[str, Visitor] = {}
        self._all: list[Visitor] = []
        self._server, self._thread, self.base = serving(self.app)

    def close(self) -> None:
        for visitor in self._all:
            visitor.client.close()
        self._server.should_exit = True
        self._thread.join(20)

    def _fill(self) -> None:
        self.desk.accounts.begin(self.link, "admin", "Ada Admin", PASSWORD)
        self.desk.into_record(self.desk.accounts.find("admin"), "admin")
        for role in ROLES[:-1]:
            self.add(role, [role])
        self.add("nobody", [])

    def add(self, login: str, roles: list[str]) -> None:
        person = self.desk.accounts.create(login, f"{login.capitalize()} Person", roles)
        with self.desk.database.writing() as connection:
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person.id).values(password=kept_password()))
        self.desk.into_record(person, "admin")

    def visitor(self, login: str = "", **headers: str) -> Visitor:
        """A new browser, signed in as somebody if a login is given."""
        visitor = Visitor(self.base, **headers)
        self._all.append(visitor)
        if login:
            assert visitor.sign_in(login).status_code == 303
        return visitor

    def as_(self, login: str) -> Visitor:
        """The browser of somebody, signed in once."""
        if login not in self._visitors:
            self._visitors[login] = self.visitor(login)
        return self._visitors[login]

    def work(self) -> None:
        """Do all waiting jobs at once, here."""
        jobs = self.desk.jobs
        for waiting in reversed(jobs.every()):
            if jobs.move(waiting.id, (WAITING,), state=RUNNING, started=now(), beat=now()):
                worker.run(jobs, waiting.id)
