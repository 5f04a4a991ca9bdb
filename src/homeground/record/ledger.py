"""The ledger: entries are added, each chained to the one before; nothing is ever changed."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from homeground.errors import BadInput, NotInHome, RecordBroken, message
from homeground.record import bundle, database, keys, queue, signing
from homeground.record import verify as verification
from homeground.record.audit import GENESIS
from homeground.record.canonical import canonical, sha256
from homeground.record.database import ENTRIES, SNAPSHOTS
from homeground.record.entries import Entry, Signer, moment, seal, unseal
from homeground.record.kinds import KINDS
from homeground.record.signing import Decision, Draft
from homeground.record.state import State
from homeground.record.verify import Verified

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from homeground.record.drill import Attempt, Drill

Content = bytes | Mapping[str, Any]
"""A snapshot: bytes as they are, or a document, kept as canonical JSON."""

BEHIND: Final = timedelta(minutes=5)
"""How far the clock may be behind the last entry before writing is refused."""

LARGEST_SNAPSHOT: Final = 64 * 2**20


def _now() -> datetime:
    return datetime.now(UTC)


class Pen:
    """What a writer holds while it is its turn: the state, the day, and the end of the chain."""

    def __init__(self, connection: Connection, state: State, now: datetime) -> None:
        self.state, self.now = state, now
        self.day = now.date().isoformat()
        self._connection = connection
        self._number, self._previous = state.number, state.hash
        self.token = ""

    def write(self, draft: Draft) -> Entry:
        """Add an entry; it counts once the block ends."""
        entry = seal(
            self._number + 1,
            self._previous,
            self.now,
            draft.kind,
            draft.people,
            draft.payload,
            draft.evidence,
            draft.policy,
            self.token,
        )
        self.token = ""
        self._connection.execute(
            sa.insert(ENTRIES), {"number": entry.number, "hash": entry.hash, "body": entry.body.decode("utf-8")}
        )
        self._number, self._previous = entry.number, entry.hash
        return entry

    def keep(self, content: Content | None) -> str:
        """Keep a snapshot under its hash, once; return the hash, empty for nothing."""
        if content is None:
            return ""
        data = content if isinstance(content, bytes) else canonical(content)
        if len(data) > LARGEST_SNAPSHOT:
            found, expected = f"{len(data):,} bytes", f"at most {LARGEST_SNAPSHOT:,}"
            do = "keep the table elsewhere, and its hash and place in the snapshot"
            raise BadInput(message("the snapshot is too large", found=found, expected=expected, do=do))
        name = sha256(data)
        held = self._connection.execute(sa.select(SNAPSHOTS.c.hash).where(SNAPSHOTS.c.hash == name)).first()
        if held is None:
            self._connection.execute(sa.insert(SNAPSHOTS), {"hash": name, "content": data})
        return name

    def snapshots(self, decision: Decision, evidence: Content | None, policy: Content | None) -> tuple[str, str]:
        """Return the hashes of what a decision was made on: kept now, or those that its review holds."""
        if not isinstance(decision.signing, signing.Signatures) or decision.signing.review is None:
            return self.keep(evidence), self.keep(policy)
        rows = sa.select(database.exact(self._connection)).where(ENTRIES.c.number == decision.signing.review)
        reviewed = unseal(bytes(self._connection.execute(rows).scalar_one()))
        return reviewed.evidence, reviewed.policy


class Ledger:
    """A record of decisions, people and qualifications, to which entries can only be added.

    `url` is a file (SQLite), `sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`; with `create=False` a record that
    is not there raises NotInHome. Times are UTC, from `clock`. Use it in a `with` block, or `close()` it. Threads may
    share it, and any number of processes may write to one record.

    >>> ledger = Ledger("record.sqlite")                                       # doctest: +SKIP
    >>> ledger.add_person("ana", "Ana Aho", ["registrar"], by="ana")           # doctest: +SKIP
    """

    def __init__(self, url: str | Path, *, create: bool = True, clock: Callable[[], datetime] = _now) -> None:
        resolved = database.resolve(url)
        self._engine = (database.open_or_create if create else database.open_existing)(resolved)
        self.url = resolved.render_as_string()
        self._clock = clock
        self._state = State()
        self._hashes: list[str] = []
        self._lock = threading.RLock()
        self._pen: Pen | None = None
        self._close = weakref.finalize(self, self._engine.dispose)

    def close(self) -> None:
        """Give back the connections."""
        self._close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        with database.reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(ENTRIES)).scalar_one())

    # Reading

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Yield the entries in their order; raises RecordBroken at the first that does not fit the chain."""
        if kind is not None and kind not in KINDS:
            expected, do = ", ".join(KINDS), "name one of these"
            raise BadInput(message("unknown kind of entry", found=kind, expected=expected, do=do))
        with database.reading(self._engine) as connection:
            for entry in _chained(connection, State()):
                if kind is None or entry.kind == kind:
                    yield entry

    def entry(self, number: int) -> Entry:
        """Return one entry; raises NotInHome where there is none, RecordBroken where the record was altered."""
        with self._lock, database.reading(self._engine) as connection:
            state = self._caught_up(connection)
            if not 1 <= number <= state.number:
                raise signing.no_entry(number, state.number)
            body = connection.execute(sa.select(database.exact(connection)).where(ENTRIES.c.number == number)).scalar()
        try:
            entry = unseal(bytes(body or b""))
        except (ValueError, KeyError, TypeError) as error:
            raise _broken(number) from error
        if (entry.number, entry.hash) != (number, self._hashes[number - 1]):
            raise _broken(number)
        return entry

    def state(self) -> State:
        """Return what holds now: people, qualifications, decisions. It is the ledger's own: only read it."""
        with self._lock, database.reading(self._engine) as connection:
            return self._caught_up(connection)

    def snapshot(self, name: str) -> bytes:
        """Return the content kept under a hash; raises NotInHome without one, RecordBroken where it was altered."""
        with database.reading(self._engine) as connection:
            found = connection.execute(sa.select(database.CONTENT).where(SNAPSHOTS.c.hash == name)).scalar()
        if found is None:
            do = "see the hashes in 'homeground record show'"
            raise NotInHome(message("nothing is kept under this hash", found=name, do=do))
        if sha256(found) != name:
            do = "run 'homeground record verify', and restore from a backup"
            raise RecordBroken(
                message("what is kept under this hash was altered", found=sha256(found), expected=name, do=do)
            )
        return bytes(found)

    def verify(self, public_keys: Sequence[bytes] = (), checkpoints: Sequence[Mapping[str, Any]] = ()) -> Verified:
        """Check every entry, signature and snapshot; `checkpoints` are those kept elsewhere (see `record.verify`)."""
        return verification.verify(self._engine, public_keys, checkpoints)

    def export(self, target: str | Path, checkpoints: Sequence[dict[str, Any]] = ()) -> int:
        """Write a folder, or a zip, that an auditor verifies without Homeground; return the number of entries."""
        return bundle.export(self._engine, Path(target), checkpoints)

    def restore(
        self, source: str | Path, public_keys: Sequence[bytes] = (), checkpoints: Sequence[dict[str, Any]] = ()
    ) -> int:
        """Fill this record, which must be empty, from an export that is intact; return the number of entries."""
        return bundle.restore(self._engine, Path(source), public_keys, checkpoints)

    # Writing

    @contextlib.contextmanager
    def writing(self) -> Iterator[Pen]:
        """Take a turn as the only writer: what the block writes is added whole at its end, or not at all.

        Within a turn of the same thread it is that turn.
        """
        with self._lock, contextlib.ExitStack() as turn:
            if self._pen is not None:
                yield self._pen
                return
            connection = turn.enter_context(database.writing(self._engine))
            state = self._caught_up(connection)
            now = self._clock()
            if state.time and now < moment(state.time) - BEHIND:
                do = "set the clock of this machine"
                raise BadInput(
                    message("the clock is behind the record", found=now, expected=f"after {state.time}", do=do)
                )
            turn.callback(setattr, self, "_pen", None)
            self._pen = Pen(connection, state, now)
            yield self._pen

    def once(self, token: str, act: Callable[[], Entry]) -> Entry:
        """Do an act that writes, unless an entry bears this token already; return the entry that bears it.

        The token stands in the entry that the act writes first, so that both are kept together or not at all.
        """
        with self.writing() as pen:
            if token in pen.state.sent:
                return self.entry(pen.state.sent[token])
            pen.token = token
            return act()

    def add_person(self, person: str, name: str, roles: Sequence[str], *, by: str) -> Entry:
        """Add a person, or change name and roles; the first one adds themselves, with the role registrar."""
        with self.writing() as pen:
            return pen.write(signing.person(pen.state, person, name, roles, by))

    def grant(
        self,
        person: str,
        role: str,
        goods: Sequence[str],
        until: str,
        *,
        by: str,
        grounds: str,
        since: str | None = None,
    ) -> Entry:
        """Let a person sign for goods (HS classes) in a role until a day; by a registrar, never for themselves."""
        with self.writing() as pen:
            start = since or pen.day
            return pen.write(signing.qualification(pen.state, person, role, goods, start, until, grounds, by))

    def revoke(self, qualification: int, reason: str, *, by: str) -> Entry:
        """End a qualification at once."""
        with self.writing() as pen:
            return pen.write(signing.revocation(pen.state, qualification, reason, by))

    def decide(
        self,
        decision: Decision,
        *,
        by: str,
        role: str,
        evidence: Content | None = None,
        policy: Content | None = None,
        supersedes: int | None = None,
    ) -> Entry:
        """Sign a decision on a deal, with snapshots of evidence and policy text; may replace an earlier one.

        A decision on a review (`Signatures`) keeps the review's own snapshots.

        Raises SigningRefused where role or qualification is missing, BadInput where a departure has no reason.
        """
        with self.writing() as pen:
            draft = signing.decision(pen.state, pen.day, decision, by, role, supersedes=supersedes)
            withdrawal = None
            if supersedes is not None:
                withdrawal = signing.supersession(
                    pen.state, pen.day, supersedes, decision.reason or "replaced", by, role, pen.state.number + 1
                )
            kept_evidence, kept_policy = pen.snapshots(decision, evidence, policy)
            entry = pen.write(replace(draft, evidence=kept_evidence, policy=kept_policy))
            if withdrawal is not None:
                pen.write(withdrawal)
            return entry

    def countersign(
        self, decision: int, *, by: str, role: str, agrees: bool = True, reason: str | None = None
    ) -> Entry:
        """Sign a decision as the second person."""
        with self.writing() as pen:
            return pen.write(signing.countersignature(pen.state, pen.day, decision, by, role, agrees, reason))

    def supersede(self, entry: int, reason: str, *, by: str, role: str) -> Entry:
        """Withdraw an entry without putting another in its place (see `decide` for that)."""
        with self.writing() as pen:
            return pen.write(signing.supersession(pen.state, pen.day, entry, reason, by, role))

    def assign(self, review: int, person: str, *, by: str, role: str) -> Entry:
        """Give a review to somebody to see to."""
        with self.writing() as pen:
            return pen.write(queue.assignment(pen.state, review, person, by, role))

    def take_position(self, review: int, stance: str, reasons: str, *, by: str, role: str) -> Entry:
        """Speak for or against a deal before it is decided, or remark on it."""
        with self.writing() as pen:
            return pen.write(queue.position(pen.state, review, stance, reasons, by, role))

    def note(self, text: str, *, by: str, role: str, entry: int | None = None) -> Entry:
        """Write a remark, on an entry or on nothing in particular."""
        with self.writing() as pen:
            return pen.write(signing.note(pen.state, text, entry, by, role))

    def act(self, done: str, about: str, detail: Mapping[str, Any], *, by: str, role: str) -> Entry:
        """Write down what was done at the desk; whether `by` may do it has been checked there."""
        with self.writing() as pen:
            return pen.write(signing.act(done, about, detail, by, role))

    def attempt(self, drill: Drill, answers: Mapping[str, Mapping[str, Any]], *, by: str) -> Attempt:
        """Score a person's answers to a drill and record them; a pass grants the qualification at once."""
        from homeground.record import drill as drills

        with self.writing() as pen:
            signing.require_role(pen.state.person(by), drill.role)
            score = drills.score(drill, answers)
            tried = pen.write(drills.draft(drill, score, answers, by, pen.keep(drills.document(drill))))
            if not score.passed:
                return drills.Attempt(tried, score, None)
            until = (pen.now.date() + timedelta(days=drill.valid_days)).isoformat()
            people = (Signer(by, drill.role),)
            grounds = f"passed the drill {drill.id}"
            draft = signing.granted(
                pen.state, people, by, drill.role, drill.goods, pen.day, until, grounds, tried.number
            )
            return drills.Attempt(tried, score, pen.write(draft))

    def checkpoint(self, key: Ed25519PrivateKey) -> dict[str, Any]:
        """Sign the last entry and thereby all before it; return the checkpoint, to be kept elsewhere."""
        with self.writing() as pen:
            if not pen.state.number:
                raise NotInHome(message("there is nothing to sign", do="write an entry first"))
            signed = keys.sign(key, pen.state.number, pen.state.hash, pen.now)
            pen.write(Draft("checkpoint", (), signed))
            return signed

    def _caught_up(self, connection: Connection) -> State:
        for entry in _chained(connection, self._state):
            self._state.apply(entry)
            self._hashes.append(entry.hash)
        ends = sa.select(ENTRIES.c.number, ENTRIES.c.hash).order_by(ENTRIES.c.number.desc()).limit(1)
        last = connection.execute(ends).first()
        if (tuple(last) if last else (0, GENESIS)) != (self._state.number, self._state.hash):
            raise _broken(self._state.number)
        return self._state


def _chained(connection: Connection, state: State) -> Iterator[Entry]:
    """Yield the entries after a state, each checked against the one before."""
    number, previous = state.number, state.hash
    rows = sa.select(ENTRIES.c.number, ENTRIES.c.hash, database.exact(connection))
    for filed, digest, body in connection.execute(rows.where(ENTRIES.c.number > number).order_by(ENTRIES.c.number)):
        number += 1
        try:
            entry = unseal(bytes(body))
        except (ValueError, KeyError, TypeError) as error:
            raise _broken(number) from error
        if (filed, entry.number, entry.hash, entry.previous) != (number, number, digest, previous):
            raise _broken(number)
        previous = entry.hash
        yield entry


def _broken(number: int) -> RecordBroken:
    do = "run 'homeground record verify', which names what was altered; restore from a backup"
    return RecordBroken(message("the record does not hold together", where=f"entry {number}", do=do))
