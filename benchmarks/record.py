"""Write a record of 5,000 chained entries on SQLite and PostgreSQL, one commit each or all in one turn, and verify it.

PostgreSQL is measured where HOMEGROUND_BENCH_POSTGRES names an empty database.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Work, alternate, show
from homeground.record import Ledger, signing

ENTRIES = 5_000
VARIABLE = "HOMEGROUND_BENCH_POSTGRES"
SINGLE, ONE_TURN, READ = "one commit each", "all in one turn", "open, fold and verify"


def _clock() -> datetime:
    """Return the same time always, so that every run makes the same chain."""
    return datetime(2026, 3, 2, tzinfo=UTC)


def _begun(url: str, fresh: bool) -> Ledger:
    if "://" not in url and fresh:
        shutil.rmtree(Path(url).parent, ignore_errors=True)
    ledger = Ledger(url, clock=_clock)
    if not ledger.state().people:
        ledger.add_person("ana", "Ana", ["registrar"], by="ana")
    return ledger


def singly(url: str, count: str) -> str:
    """Write notes, each in a turn and a commit of its own, each on the disk before the next."""
    with _begun(url, fresh=True) as ledger:
        for number in range(int(count)):
            ledger.note(f"note {number}", by="ana", role="registrar")
        return f"head {ledger.state().hash[:12]}"


def in_one_turn(url: str, count: str) -> str:
    """Write the same notes in one turn and one commit."""
    with _begun(url, fresh=True) as ledger:
        with ledger.writing() as pen:
            for number in range(int(count)):
                pen.write(signing.note(pen.state, f"note {number}", None, "ana", "registrar"))
        return f"head {ledger.state().hash[:12]}"


def verify(url: str) -> str:
    """Open the record that is there, compute what holds, and verify every entry."""
    with Ledger(url, create=False) as ledger:
        ledger.state()
        found = ledger.verify()
        return f"{found.entries:,} entries, {'intact' if found.intact else 'NOT INTACT'}"


def run(folder: Path, rounds: int) -> None:
    """Measure SQLite, and PostgreSQL where it is named."""
    url = str(folder / "record" / "record.sqlite")
    works = {
        f"SQLite, {SINGLE}": Work("benchmarks.record.singly", (url, str(ENTRIES))),
        f"SQLite, {ONE_TURN}": Work("benchmarks.record.in_one_turn", (url, str(ENTRIES))),
        f"SQLite, {READ}": Work("benchmarks.record.verify", (url,)),
    }
    show(f"A record of {ENTRIES:,} chained entries", alternate(works, rounds))
    if postgres := os.environ.get(VARIABLE):
        work = Work("benchmarks.record.in_one_turn", (postgres, str(ENTRIES)))
        read = Work("benchmarks.record.verify", (postgres,))
        rows = {f"PostgreSQL, {ONE_TURN}": work, f"PostgreSQL, {READ}": read}
        show("The same on PostgreSQL, once", alternate(rows, 1))
