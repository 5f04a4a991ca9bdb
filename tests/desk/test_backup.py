"""Backup and restore: everything comes back as it was, a damaged archive brings nothing, nothing is overwritten."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from desk_office import PASSWORD, Office
from homeground.desk.backup import backup, restore
from homeground.desk.database import Database
from homeground.desk.people.accounts import Accounts
from homeground.desk.settings import Settings
from homeground.errors import BadInput, UsageError
from homeground.home import Home
from homeground.record import Ledger


@pytest.fixture(scope="module")
def archive(desk_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup made while the desk serves pages and accounts change."""
    office = Office(desk_home)
    path, over = tmp_path_factory.mktemp("backup") / "monday.tar", threading.Event()

    def busy() -> None:
        number = 0
        while not over.is_set():
            number += 1
            office.desk.accounts.change("viewer", name=f"Viewer {number}")
            office.as_("viewer").get("/product/270900?year=2021")

    working = threading.Thread(target=busy)
    working.start()
    try:
        made = backup(office.settings, path)
    finally:
        over.set()
        working.join(30)
        office.close()
    assert made.files > 10
    assert made.bytes == path.stat().st_size
    return path


def test_a_restored_home_answers_as_the_old_one(archive: Path, desk_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path / "again"))
    count = restore(settings, archive)
    assert count > 10
    old, new = Home(desk_home), Home(settings.home)
    assert new.catalog == old.catalog
    same = old.product("270900", 2021).exporters.equals(new.product("270900", 2021).exporters)
    assert same
    with Ledger(tmp_path / "again" / "record.sqlite", create=False) as ledger:
        assert ledger.verify().intact
        assert "officer" in ledger.state().people
    database = Database(settings)
    assert Accounts(database).check("viewer", PASSWORD) is not None
    database.close()


def test_nothing_is_overwritten(archive: Path, desk_home: Path) -> None:
    with pytest.raises(UsageError, match="there is a Home here already"):
        restore(Settings(home=str(desk_home)), archive)


@pytest.mark.parametrize("harm", ["cut", "changed", "no tar", "absent"])
def test_a_damaged_archive_brings_nothing(archive: Path, tmp_path: Path, harm: str) -> None:
    harmed, content = tmp_path / "harmed.tar", bytearray(archive.read_bytes())
    if harm == "cut":
        content = content[: len(content) // 2]
    elif harm == "changed":
        content[len(content) // 3] ^= 1
    elif harm == "no tar":
        content = bytearray(b"not an archive at all")
    if harm != "absent":
        harmed.write_bytes(content)
    with pytest.raises(BadInput, match="no whole backup"):
        restore(Settings(home=str(tmp_path / "again")), harmed)
    assert [path.name for path in tmp_path.iterdir() if path != harmed] == []


def test_an_archive_that_leads_elsewhere_brings_nothing(tmp_path: Path) -> None:
    evil, payload = tmp_path / "evil.tar", tmp_path / "payload"
    payload.write_text("x", encoding="utf-8")
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": {"../outside": "0" * 64}}), encoding="utf-8")
    with tarfile.open(evil, "w") as made:
        made.add(payload, arcname="../outside")
        made.add(manifest, arcname="manifest.json")
    with pytest.raises(BadInput, match="no file of a Home"):
        restore(Settings(home=str(tmp_path / "deep" / "again")), evil)
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "deep" / "outside").exists()


def test_a_database_elsewhere_is_not_forgotten_in_silence(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), database="postgresql://desk@localhost/desk")
    with pytest.raises(UsageError, match="pg_dump"):
        backup(settings, tmp_path / "x.tar")


def test_the_commands_say_what_they_did(desk_home: Path, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("homeground")), "desk"]
    path = tmp_path / "b.tar"
    made = subprocess.run(
        [*command, "backup", str(path), "--home", str(desk_home)], capture_output=True, text=True, check=True
    )
    assert "files" in made.stdout
    again = [*command, "restore", str(path), "--home", str(tmp_path / "again")]
    assert "restored" in subprocess.run(again, capture_output=True, text=True, check=True).stdout
    refused = subprocess.run(again, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_plans_and_policy_books_come_back_and_half_written_ones_do_not(tmp_path: Path) -> None:
    old, new = Settings(home=str(tmp_path / "old")), Settings(home=str(tmp_path / "new"))
    Home(old.home)
    whole = {
        "planning/oil/plan.toml",
        "planning/oil/results/1/result.json",
        "plans/TZA/plan-oil/view.json",
        "policies/own/rules.toml",
    }
    for name in (*whole, "planning/.next.new/plan.toml", "planning/oil/results/.2.new/plan.toml"):
        path = tmp_path / "old" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    made = backup(old, tmp_path / "monday.tar")
    assert restore(new, tmp_path / "monday.tar") == made.files
    found = {path.relative_to(new.home).as_posix() for path in Path(new.home).rglob("*") if path.is_file()}
    assert found >= whole
    assert not any(".new" in name for name in found)
