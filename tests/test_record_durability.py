"""Killed writers, crashed servers, many writers at once, backups: no acknowledged entry is lost, the chain is one."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeground.errors import BadInput, NotInHome, RecordBroken
from homeground.record import Ledger, keys
from homeground.record.canonical import sha256
from postgres import Server
from record_office import filled, staffed

WRITER = Path(__file__).with_name("record_writer.py")
WRITES = 1_000
WRITERS = 8
EACH = 25


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "record.sqlite")
    server: Server = request.getfixturevalue("postgres")
    return server.new_database(f"durable-{sha256(str(tmp_path).encode())[:12]}")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    keys.make(tmp_path / "key.pem")
    return tmp_path / "key.pem"


def present(url: str) -> None:
    """People of the office, with the clock of this machine."""
    staffed(url, clock=lambda: datetime.now(UTC)).close()


def start_writer(url: str, count: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), url, str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def acknowledged(lines: list[str]) -> dict[int, str]:
    """Whole lines only: the last may be cut off where the writer was killed while it spoke."""
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return {int(number): digest for number, digest in pairs}


def test_killing_writers_in_the_middle_loses_no_acknowledged_entry_and_leaves_none_half_written(url: str) -> None:
    present(url)
    dice = random.Random(20261125)
    safe: dict[int, str] = {}
    kills = 0
    with Ledger(url, create=False) as ledger:
        while (left := WRITES - (len(ledger) - 6)) > 0:
            with start_writer(url, left, f"life {kills}") as writer:
                assert writer.stdout is not None
                lines = [line for _, line in zip(range(dice.randint(1, 350)), writer.stdout, strict=False)]
                if len(lines) < left:
                    writer.send_signal(signal.SIGKILL)
                    kills += 1
                lines += writer.stdout.readlines()
                assert writer.stderr is not None
                assert lines, writer.stderr.read()
            safe |= acknowledged(lines)
            verified = ledger.verify()
            assert verified.intact, verified.findings
            kept = {entry.number: entry.hash for entry in ledger.entries()}
            assert safe.items() <= kept.items()
        assert len(ledger) == WRITES + 6
        assert sorted(kept) == list(range(1, WRITES + 7))
    assert kills >= 3


def test_a_server_that_crashes_keeps_what_it_acknowledged(postgres: Server) -> None:
    url = postgres.new_database("crash")
    present(url)
    with start_writer(url, 10_000, "until the crash") as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(50)]
        postgres.crash_and_start()
        lines += writer.stdout.readlines()
        assert writer.wait() != 0
    with Ledger(url, create=False) as ledger:
        assert acknowledged(lines).items() <= {entry.number: entry.hash for entry in ledger.entries()}.items()
        assert ledger.verify().intact


def test_eight_writers_at_once_make_one_unbroken_chain(url: str) -> None:
    present(url)
    writers = [start_writer(url, EACH, f"writer {number}") for number in range(WRITERS)]
    told = [writer.communicate(timeout=300) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, [errors for _, errors in told]
    safe = [acknowledged(said.splitlines(keepends=True)) for said, _ in told]
    with Ledger(url, create=False) as ledger:
        entries = list(ledger.entries())
        assert ledger.verify().intact
    assert len(entries) == WRITERS * EACH + 6
    assert {e.number: e.hash for e in entries[6:]} == {n: digest for each in safe for n, digest in each.items()}
    assert all(len(each) == EACH for each in safe)
    turns = [str(entry.payload["text"]).rsplit(" ", 1)[0] for entry in entries[6:]]
    assert sum(a != b for a, b in itertools.pairwise(turns)) >= WRITERS, "the writers never met"


def test_many_processes_may_open_a_new_record_at_the_same_moment(url: str) -> None:
    open_it = "import sys; from homeground.record import Ledger; print(len(Ledger(sys.argv[1])))"
    command = [sys.executable, "-c", open_it, url]
    opened = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(6)]
    told = [process.communicate(timeout=120) for process in opened]
    assert [out.strip() for out, _ in told] == ["0"] * 6, [errors for _, errors in told]


# Backups


@pytest.fixture
def sqlite_record(tmp_path: Path) -> Iterator[Ledger]:
    with filled(tmp_path / "record.sqlite", 4) as ledger:
        yield ledger


def test_a_copy_by_sqlites_own_backup_is_the_record(sqlite_record: Ledger, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(tmp_path / "record.sqlite")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with Ledger(copy, create=False) as restored:
        assert restored.verify().intact
        assert restored.state() == sqlite_record.state()


def test_a_backup_older_than_a_checkpoint_is_found_to_miss_the_entries_since(
    sqlite_record: Ledger, tmp_path: Path, key_file: Path
) -> None:
    sqlite_record.export(tmp_path / "backup")
    for _ in range(3):
        sqlite_record.note("after the backup", by="olaf", role="officer")
    checkpoint = sqlite_record.checkpoint(keys.load(key_file))
    public = keys.load_public(keys.public_path(key_file))
    with Ledger(tmp_path / "restored.sqlite") as restored:
        with pytest.raises(RecordBroken, match="entries 19 to 21 are missing"):
            restored.restore(tmp_path / "backup", public, [checkpoint])
        assert len(restored) == 0
        assert restored.restore(tmp_path / "backup") == 18
        (finding,) = restored.verify(public, [checkpoint]).findings
        assert (finding.kind, finding.first, finding.last) == ("removed", 19, 21)


def test_an_export_moves_a_record_to_the_other_database_unchanged(
    sqlite_record: Ledger, tmp_path: Path, postgres: Server, key_file: Path
) -> None:
    sqlite_record.checkpoint(keys.load(key_file))
    sqlite_record.export(tmp_path / "move.zip")
    with Ledger(postgres.new_database("moved")) as moved:
        assert moved.restore(tmp_path / "move.zip") == 19
        assert [e.body for e in moved.entries()] == [e.body for e in sqlite_record.entries()]
        assert moved.snapshot(sha256(b"Energy 2024-07")) == b"Energy 2024-07"
        assert moved.verify(keys.load_public(keys.public_path(key_file))).signed_up_to == 18
        with pytest.raises(BadInput, match="into an empty one"):
            moved.restore(tmp_path / "move.zip")


def test_a_dump_of_postgresql_restored_into_a_new_database_is_the_record(postgres: Server, tmp_path: Path) -> None:
    with filled(postgres.new_database("dumped"), 3) as ledger:
        before = ledger.state()
    target = postgres.new_database("reloaded")
    dump = postgres.data.parent / "record.dump"
    postgres.run("pg_dump", "-Fc", "-f", str(dump), postgres.url("dumped"))
    postgres.run("pg_restore", "--exit-on-error", "-d", target, str(dump))
    with Ledger(target, create=False) as restored:
        assert restored.verify().intact
        assert restored.state() == before


# What the auditor gets


def audit(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script alone: -I and -S keep every installed package out of its reach."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


@pytest.fixture
def bundle(sqlite_record: Ledger, tmp_path: Path, key_file: Path) -> Path:
    sqlite_record.checkpoint(keys.load(key_file))
    sqlite_record.export(tmp_path / "bundle")
    return tmp_path / "bundle"


def test_the_auditors_script_needs_no_package_and_finds_the_bundle_intact(bundle: Path, key_file: Path) -> None:
    done = audit(bundle, "--public-key", keys.public_path(key_file))
    assert (done.returncode, done.stdout) == (0, "19 entries; signed up to entry 18\nintact\n"), done.stderr
    assert "came with the record" in audit(bundle).stdout


def test_the_auditors_script_names_what_was_done_to_the_bundle(bundle: Path, tmp_path: Path, key_file: Path) -> None:
    public = keys.public_path(key_file)
    entries = (bundle / "entries.txt").read_bytes().splitlines(keepends=True)
    (evidence,) = [p for p in (bundle / "snapshots").iterdir() if p.read_bytes() == b'{"herfindahl":0.297}']
    changes = {
        "the text of entry 10 was altered": b"".join(line.replace(b"2000001", b"3000001") for line in entries),
        "entry 12 is missing": b"".join(entries[:11] + entries[12:]),
        "entries 16 to 18 are missing": b"".join(entries[:15]),
        "entries 3 and 5 were swapped": b"".join(
            b"%d %s" % (place, line.split(b" ", 1)[1])
            for place, line in enumerate([*entries[:2], entries[4], entries[3], entries[2], *entries[5:]], 1)
        ),
        "filed under 9 does not belong": b"".join([*entries[:9], b"9 " + entries[2].split(b" ", 1)[1], *entries[9:]]),
    }
    for says, content in changes.items():
        (bundle / "entries.txt").write_bytes(content)
        done = audit(bundle, "--public-key", public)
        assert done.returncode == 1, says
        assert says in done.stdout, done.stdout
        assert done.stdout.endswith("NOT INTACT\n")
    (bundle / "entries.txt").write_bytes(b"".join(entries))
    evidence.write_bytes(b'{"herfindahl":0.1}')
    assert "the evidence that entry 10 cites was altered" in audit(bundle, "--public-key", public).stdout
    evidence.unlink()
    assert "the evidence that entry 10 cites is missing" in audit(bundle, "--public-key", public).stdout


def test_a_whole_record_made_anew_and_signed_by_another_is_refused_by_the_known_key(
    bundle: Path, tmp_path: Path, key_file: Path
) -> None:
    keys.make(tmp_path / "thief.pem")
    with filled(tmp_path / "forged.sqlite", 4) as forged:
        forged.note("the price was always 600", by="olaf", role="officer")
        forged.checkpoint(keys.load(tmp_path / "thief.pem"))
        forged.export(tmp_path / "forged")
    assert audit(tmp_path / "forged").returncode == 0
    public = keys.public_path(key_file)
    done = audit(tmp_path / "forged", "--public-key", public)
    assert "the checkpoint of entry 19 is not signed rightly" in done.stdout
    shutil.rmtree(tmp_path / "forged" / "checkpoints")
    kept = bundle / "checkpoints" / "18.json"
    assert audit(tmp_path / "forged", "--public-key", public, "--checkpoint", kept).returncode == 0
    entries = tmp_path / "forged" / "entries.txt"
    entries.write_bytes(b"".join(entries.read_bytes().splitlines(keepends=True)[:17]))
    done = audit(tmp_path / "forged", "--public-key", public, "--checkpoint", kept)
    assert "entry 18 is missing" in done.stdout


def test_a_record_that_was_never_signed_is_verified_and_said_to_be_unsigned(
    sqlite_record: Ledger, tmp_path: Path, key_file: Path
) -> None:
    sqlite_record.export(tmp_path / "unsigned")
    done = audit(tmp_path / "unsigned")
    assert (done.returncode, done.stdout) == (0, "18 entries; no valid checkpoint\nintact\n"), done.stderr
    for wrong in (tmp_path / "none.pem", key_file):
        done = audit(tmp_path / "unsigned", "--public-key", wrong)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_new_key_does_not_make_what_the_old_one_signed_unverifiable(
    sqlite_record: Ledger, tmp_path: Path, key_file: Path
) -> None:
    keys.make(tmp_path / "next.pem")
    sqlite_record.checkpoint(keys.load(key_file))
    sqlite_record.checkpoint(keys.load(tmp_path / "next.pem"))
    both = tmp_path / "both.pem"
    pems = [keys.public_path(path).read_text(encoding="ascii") for path in (key_file, tmp_path / "next.pem")]
    both.write_text("".join(pems), encoding="ascii")
    assert sqlite_record.verify(keys.load_public(both)).signed_up_to == 19
    sqlite_record.export(tmp_path / "two-keys")
    assert audit(tmp_path / "two-keys", "--public-key", both).returncode == 0
    done = audit(tmp_path / "two-keys", "--public-key", keys.public_path(key_file))
    assert "the checkpoint of entry 19 is not signed rightly" in done.stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_and_sha256sum_say_the_same_as_the_readme_tells(bundle: Path) -> None:
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "../public-key.pem", "-rawin"]
    command += ["-in", "18.message", "-sigfile", "18.signature"]
    text = (bundle / "README.txt").read_text(encoding="utf-8")
    assert " ".join(command).replace("18.", "N.") in text
    done = subprocess.run(command, cwd=bundle / "checkpoints", capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout
    (line,) = [line.strip() for line in text.splitlines() if "sha256sum" in line]
    done = subprocess.run(
        ["sh", "-c", line.replace("Np", "7p")], cwd=bundle, capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[0] == (bundle / "entries.txt").read_text(encoding="utf-8").splitlines()[6].split()[1]


def test_an_export_appears_whole_or_not_at_all(sqlite_record: Ledger, tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(BadInput, match="something here already"):
        sqlite_record.export(tmp_path / "there")
    with pytest.raises(BadInput, match="could not be exported"):
        sqlite_record.export(tmp_path / "absent" / "bundle")
    sqlite_record.checkpoint(keys.load(key_file))
    sqlite_record.export(tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {"entries.txt", "verify.py", "README.txt", "public-key.pem"} <= set(archive.namelist())
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_a_record_that_was_tampered_with_can_still_be_exported_for_the_auditor(
    sqlite_record: Ledger, tmp_path: Path, key_file: Path
) -> None:
    sqlite_record.checkpoint(keys.load(key_file))
    sqlite_record.close()
    with closing(sqlite3.connect(tmp_path / "record.sqlite")) as connection:
        connection.executescript(
            """DROP TRIGGER entries_no_update; DROP TRIGGER snapshots_no_update;
            UPDATE entries SET body = replace(body, '"signature":"', '"signature":"zz') WHERE number = 19;
            UPDATE entries SET body = x'ff00', hash = 7 WHERE number = 3;
            UPDATE snapshots SET content = 'text' WHERE hash LIKE 'a%' OR hash LIKE '0%'"""
        )
    with Ledger(tmp_path / "record.sqlite", create=False) as ledger:
        named = {(finding.kind, finding.first) for finding in ledger.verify().findings}
        ledger.export(tmp_path / "tampered")
        with pytest.raises(RecordBroken, match="was altered"):
            ledger.snapshot(sha256(b"Energy 2024-07"))
    assert {("altered", 3), ("altered", 19)} <= named
    assert "policy" in {kind for kind, _ in named}
    done = audit(tmp_path / "tampered")
    assert done.returncode == 1
    assert "the text of entry 19 was altered" in done.stdout


def test_a_bundle_that_is_not_intact_is_not_restored(bundle: Path, tmp_path: Path) -> None:
    entries = bundle / "entries.txt"
    entries.write_bytes(entries.read_bytes().replace(b"2000001", b"3000001"))
    with Ledger(tmp_path / "new.sqlite") as ledger:
        with pytest.raises(RecordBroken, match="the text of entry 10 was altered"):
            ledger.restore(bundle)
        assert len(ledger) == 0
        with pytest.raises(NotInHome, match="not an exported record"):
            ledger.restore(tmp_path)


# Keys


def test_a_private_key_is_for_its_owner_alone_and_never_in_the_record(
    sqlite_record: Ledger, tmp_path: Path, key_file: Path
) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600
    sqlite_record.checkpoint(keys.load(key_file))
    sqlite_record.close()
    secret = keys.load(key_file).private_bytes_raw()
    lines = key_file.read_text(encoding="ascii").splitlines()
    for path in tmp_path.glob("record.sqlite*"):
        content = path.read_bytes()
        assert secret not in content
        assert secret.hex().encode() not in content
        assert lines[1].encode() not in content


def test_a_key_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path, key_file: Path) -> None:
    with pytest.raises(BadInput, match="a key already"):
        keys.make(key_file)
    key_file.chmod(0o640)
    with pytest.raises(BadInput, match="found 0640, expected 0600"):
        keys.load(key_file)
    other = tmp_path / "other.pem"
    other.write_text("nothing\n", encoding="ascii")
    other.chmod(0o600)
    with pytest.raises(BadInput, match="not an Ed25519 key"):
        keys.load(other)
    with pytest.raises(BadInput, match="not an Ed25519 key"):
        keys.load_public(other)
    with pytest.raises(NotInHome, match="no key to sign with"):
        keys.load(tmp_path / "none.pem")


def test_the_key_lives_where_the_environment_or_the_users_configuration_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert keys.default_path() == tmp_path / "homeground" / "record-key.pem"
    monkeypatch.setenv(keys.VARIABLE, str(tmp_path / "mine.pem"))
    assert keys.default_path() == tmp_path / "mine.pem"
    assert keys.public_path(tmp_path / "mine.pem").name == "mine.public.pem"


def test_checkpoints_in_the_record_pin_what_is_before_them(sqlite_record: Ledger, key_file: Path) -> None:
    first = sqlite_record.checkpoint(keys.load(key_file))
    assert json.dumps(first)
    assert sqlite_record.verify().signed_up_to == 18
    assert sqlite_record.verify().own_key
    verified = sqlite_record.verify(keys.load_public(keys.public_path(key_file)))
    assert (verified.signed_up_to, verified.own_key, verified.entries) == (18, False, 19)
    stranger = {**first, "hash": "0" * 64}
    assert [f.kind for f in sqlite_record.verify((), [stranger]).findings] == ["signature"]
    assert os.access(key_file, os.R_OK)
