"""The desk on PostgreSQL: accounts, sessions, the record and jobs of several processes in one database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_office import Office
from homeground.desk.database import Database
from homeground.desk.people.accounts import Accounts
from homeground.desk.settings import Settings
from homeground.desk.work.jobs import DONE
from homeground.errors import BadInput, SigningRefused
from postgres import Server

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def office(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    url = postgres.new_database("desk")
    made = Office(tmp_path_factory.mktemp("pg") / "home", database=url)
    yield made
    made.close()


def test_people_sign_in_and_the_record_is_in_the_same_database(office: Office) -> None:
    admin = office.as_("admin")
    assert admin.post("/people", {"name": "Dina Diaz", "login": "dina", "roles": ["officer"]}).status_code == 200
    assert office.desk.ledger.state().people["dina"].roles == ("officer",)
    assert office.desk.ledger.url.startswith("postgresql")
    assert not list(Path(office.settings.home).glob("*.sqlite"))


def test_a_job_goes_through_the_queue(office: Office) -> None:
    files = {
        "file": ("customs.csv", (EXAMPLES / "synthetic-customs.csv").read_bytes()),
        "mapping": ("mapping.toml", (EXAMPLES / "customs-mapping.toml").read_bytes()),
    }
    page = office.as_("analyst").post("/data", {"source": "tidy"}, files=files).headers["location"]
    assert office.desk.jobs.queue.pending_count() == 1
    office.work()
    assert office.desk.jobs.find(page.rpartition("/")[2]).state == DONE


def test_two_processes_that_make_the_same_login_make_it_once(office: Office) -> None:
    other = Database(office.settings)
    made, refused = [], []

    def make(accounts: Accounts) -> None:
        try:
            made.append(accounts.create("twin", "Twin", ["viewer"]))
        except BadInput as error:
            refused.append(error)

    threads = [threading.Thread(target=make, args=(each,)) for each in (office.desk.accounts, Accounts(other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 1)
    other.close()


def test_several_processes_may_start_at_once(postgres: Server, tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), database=postgres.new_database("start"))
    found: list[Database] = []
    threads = [threading.Thread(target=lambda: found.append(Database(settings))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for each in found:
        each.close()


def test_of_two_administrators_who_disable_one_another_at_once_one_stays(office: Office, postgres: Server) -> None:
    office.add("other", ["admin"])
    here, there = office.desk.accounts, Accounts(Database(office.settings))
    refused: list[SigningRefused] = []

    def disable() -> None:
        try:
            here.change("admin", disabled=True)
        except SigningRefused as error:
            refused.append(error)

    with postgres.connect() as looking, there.database.writing():
        there.change("other", disabled=True)
        second = threading.Thread(target=disable)
        second.start()
        while second.is_alive() and not looking.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            time.sleep(0.01)
    second.join()
    there.database.close()
    assert len(refused) == 1
    assert [here.find(login).disabled for login in ("admin", "other")] == [False, True]
