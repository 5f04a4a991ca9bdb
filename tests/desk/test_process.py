"""The desk as a process: it starts from the command, survives a kill without losing or doubling anything, and ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desk_office import PASSWORD, Visitor
from homeground.desk.database import Database
from homeground.desk.people.accounts import Accounts
from homeground.desk.settings import Settings
from homeground.record import Ledger

COMMAND = str(Path(sys.executable).with_name("homeground"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def desk(home: Path, port: int, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The command, running; and the link that it printed, if any. What it started ends with it."""
    said = home.with_suffix(".said")
    with said.open("w") as output:
        process = subprocess.Popen(
            [COMMAND, "desk", "--home", str(home), "--port", str(port), *options],
            stdout=output, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    try:
        end = time.monotonic() + 90
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/health").text == "ok":
                    break
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.1)
        link = re.search(r"/first/\S+", said.read_text(encoding="utf-8"))
        yield process, link[0] if link else ""
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_a_kill_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    admin = Visitor(f"http://127.0.0.1:{port}")
    answered: list[str] = []

    def work() -> None:
        proof = admin.proof("/people")
        for number in range(500):
            sent = {"csrf": proof, "name": f"Person {number}", "login": f"person-{number}", "roles": ["officer"]}
            try:
                if admin.client.post("/people", data=sent).status_code == 200:
                    answered.append(sent["login"])
            except httpx.HTTPError:
                return

    with desk(home, port) as (process, link):
        sent = {"csrf": admin.proof(link), "login": "ana", "name": "Ana Aho", "password": PASSWORD, "again": PASSWORD}
        assert admin.client.post(link, data=sent).status_code == 303
        thread = threading.Thread(target=work)
        thread.start()
        while len(answered) < 15:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        thread.join(60)
    with desk(home, port) as (_, link):
        assert link == ""
        assert admin.get("/people").status_code == 200
    admin.client.close()
    database = Database(Settings(home=str(home)))
    logins = {person.login for person in Accounts(database).every()}
    database.close()
    assert set(answered) <= logins
    assert len(logins) <= len(answered) + 2  # the administrator, and the one at work when the kill came
    with Ledger(home / "record.sqlite", create=False) as ledger:
        assert ledger.verify().intact
        made = [entry.payload["about"] for entry in ledger.entries("act") if entry.payload["act"] == "account made"]
        assert len(made) == len(set(made))
        assert set(answered) <= set(made)
        assert set(made) == logins  # an account and its entry: both or neither
        assert set(answered) <= set(ledger.state().people)


def test_it_refuses_to_listen_to_others_without_tls(tmp_path: Path) -> None:
    command = [COMMAND, "desk", "--home", str(tmp_path / "home"), "--host", "0.0.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "without TLS" in done.stderr
    assert not (tmp_path / "home").exists()


def test_the_metrics_of_several_processes_add_up_whichever_is_asked(tmp_path: Path) -> None:
    port, asked = free_port(), 24
    with desk(tmp_path / "home", port, "--workers", "2"):
        for _ in range(asked):  # a connection of its own each, so that either process may take it
            assert httpx.get(f"http://127.0.0.1:{port}/sign-in").status_code == 200
        for _ in range(8):
            told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
            counts = re.findall(r'^homeground_requests_total\{(.*page="/sign-in".*)\} (\S+)$', told, re.MULTILINE)
            assert [float(count) for _, count in counts] == [asked]
            assert f'homeground_request_seconds_count{{page="/sign-in"}} {float(asked)}' in told


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_it_ends_when_asked_and_its_worker_with_it(tmp_path: Path, options: tuple[str, ...]) -> None:
    with desk(tmp_path / "home", free_port(), *options) as (process, link):
        assert link
        process.terminate()
        process.wait(60)
        end = time.monotonic() + 20
        while subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, check=False).stdout:
            assert time.monotonic() < end, "something works on"
            time.sleep(0.2)
