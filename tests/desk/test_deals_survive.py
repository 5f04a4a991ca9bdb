"""The server is killed while somebody countersigns: nothing is lost, and what is sent again counts once."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import httpx

from desk_office import PASSWORD, Office
from homeground.desk.serve import KEEP_ALIVE_S
from homeground.desk.settings import VARIABLE, Settings
from homeground.record import Decision, Ledger, Signing

KILLS = ((0.0, 1), (0.006, 2), (0.015, 1), (0.03, 2))
"""Seconds from the sending of a signature to the kill (before, within, after the writing); how often it is sent."""


class Server:
    """A desk in a process of its own."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        app = ["--factory", "homeground.desk.app:from_environment", "--log-level", "error"]
        how = ["--port", str(self.port), "--timeout-keep-alive", str(KEEP_ALIVE_S)]
        command = [sys.executable, "-m", "uvicorn", *app, *how]
        settings = json.dumps(asdict(Settings(home=str(home), port=self.port)))
        self.process = subprocess.Popen(command, env={**os.environ, VARIABLE: settings})
        self.base = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.base}/health", timeout=5)
                return
            except httpx.TransportError:
                assert self.process.poll() is None, "the server did not start"
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def prepared(home: Path) -> list[int]:
    """An office with a decision for each delay, each waiting for the deputy's signature; return their entries."""
    made = Office(home)
    made.add("deputy", ["countersigner"])
    made.desk.into_record(made.desk.accounts.find("deputy"), "admin", ["deputy minister"])
    ledger = made.desk.ledger
    for person, role in (("officer", "officer"), ("deputy", "deputy minister")):
        ledger.grant(person, role, ["27"], "2999-12-31", by="admin", grounds="office held")
    deal = {"hs6": "270900", "partner": "SAU"}
    signing = Signing(("officer",), 0, ("deputy minister",))
    decision = Decision(deal, "270900", 5e8, "allow", (), "approve", signing)
    found = [ledger.decide(decision, by="officer", role="officer").number for _ in KILLS]
    made.close()
    return found


def signature(client: httpx.Client, decision: int) -> dict[str, str]:
    """Read the form for a countersignature, as a browser would, and fill it in."""
    page = client.get(f"/deals/decision/{decision}").text
    hidden = {name: re.search(rf'name="{name}" value="([0-9a-f]+)"', page) for name in ("csrf", "token")}
    assert all(hidden.values()), page[-2000:]
    return {name: found[1] for name, found in hidden.items() if found} | {"agrees": "yes", "role": "deputy minister"}


def send(base: str, cookies: httpx.Cookies, path: str, sent: dict[str, str]) -> int | None:
    """Send a form; None where the server dies over it."""
    try:
        with httpx.Client(base_url=base, cookies=cookies, timeout=60) as client:
            return client.post(path, data=sent).status_code
    except httpx.TransportError:
        return None


def test_a_kill_during_a_countersignature_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    decisions = prepared(home)
    server = Server(home)
    try:
        with httpx.Client(base_url=server.base, timeout=60) as client:
            csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/sign-in").text)
            assert csrf
            login = {"csrf": csrf[1], "login": "deputy", "password": PASSWORD}
            assert client.post("/sign-in", data=login).status_code == 303
            cookies = client.cookies
        for (delay, clicks), decision in zip(KILLS, decisions, strict=True):
            with httpx.Client(base_url=server.base, cookies=cookies, timeout=60) as client:
                sent = signature(client, decision)
            path = f"/deals/decision/{decision}/sign"
            threads = [threading.Thread(target=send, args=(server.base, cookies, path, sent)) for _ in range(clicks)]
            for thread in threads:
                thread.start()
            time.sleep(delay)
            server.kill()
            for thread in threads:
                thread.join()
            server = Server(home)
            assert send(server.base, cookies, path, sent) == 303  # the browser sends the form again
            assert send(server.base, cookies, path, sent) == 303
    finally:
        server.kill()
    with Ledger(home / "record.sqlite") as ledger:
        signed = [entry.payload["entry"] for entry in ledger.entries("countersignature")]
        assert signed == decisions
        assert {ledger.state().decision(each).standing for each in decisions} == {"in force"}
        assert ledger.verify().intact
