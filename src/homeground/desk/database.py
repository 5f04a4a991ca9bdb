"""The desk's own database: people, sessions, links, tokens, attempts to sign in, jobs. SQLite, or PostgreSQL.

It is opened as the record's is (see `record.database`); its tables are named `desk_…`, so that one PostgreSQL database
may hold both.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeground.desk.settings import Settings
from homeground.errors import BadInput, message
from homeground.record import database as records

FILE: Final = "desk.sqlite"
HEAD: Final = "0006"
"""The newest migration (a test compares it with the folder of migrations)."""

ADVISORY_LOCK: Final = 0x686F6D6465736B
VERSIONS: Final = "desk_alembic_version"
METADATA: Final = sa.MetaData()
_text, _time = sa.Text, sa.Float
_number: Final = sa.Integer

PEOPLE: Final = sa.Table(
    "desk_people",
    METADATA,
    sa.Column("id", _number, primary_key=True),
    sa.Column("login", sa.String(64), nullable=False, unique=True),
    sa.Column("name", _text, nullable=False),
    sa.Column("roles", _text, nullable=False, default=""),
    sa.Column("password", _text, nullable=True),
    sa.Column("subject", sa.String(255), nullable=True, unique=True),
    sa.Column("disabled", sa.Boolean, nullable=False, default=False),
    sa.Column("language", sa.String(16), nullable=False, default=""),
    sa.Column("theme", sa.String(8), nullable=False, default=""),
    sa.Column("country", sa.String(16), nullable=False, default=""),
    sa.Column("created", _time, nullable=False),
    sa.Column("factor", _text, nullable=True),
    sa.Column("factor_step", _number, nullable=False, default=0),
    sa.Column("signed_in", _time, nullable=True),
)
SESSIONS: Final = sa.Table(
    "desk_sessions",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("person", _number, sa.ForeignKey("desk_people.id"), nullable=False, index=True),
    sa.Column("created", _time, nullable=False),
    sa.Column("seen", _time, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("browser", sa.String(200), nullable=False),
    sa.Column("said", _text, nullable=False, default=""),
    sa.Column("proved", _time, nullable=False, default=0.0),
)
LINKS: Final = sa.Table(
    "desk_links",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("person", _number, sa.ForeignKey("desk_people.id"), nullable=True),
    sa.Column("expires", _time, nullable=False),
)
RECOVERY: Final = sa.Table(
    "desk_recovery",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("person", _number, sa.ForeignKey("desk_people.id"), nullable=False, index=True),
)
TOKENS: Final = sa.Table(
    "desk_tokens",
    METADATA,
    sa.Column("id", _number, primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("person", _number, sa.ForeignKey("desk_people.id"), nullable=False, index=True),
    sa.Column("name", _text, nullable=False),
    sa.Column("created", _time, nullable=False),
    sa.Column("expires", _time, nullable=False),
    sa.Column("used", _time, nullable=True),
)
ATTEMPTS: Final = sa.Table(
    "desk_attempts",
    METADATA,
    sa.Column("id", _number, primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, index=True),
    sa.Column("time", _time, nullable=False),
)
CHANGES: Final = sa.Table(
    "desk_changes",
    METADATA,
    sa.Column("id", _number, primary_key=True),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("made", _time, nullable=False),
    sa.Column("act", sa.String(64), nullable=False),
    sa.Column("about", _text, nullable=False, index=True),
    sa.Column("detail", _text, nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("role", sa.String(64), nullable=False),
    sa.Column("registers", sa.Boolean, nullable=False),
    sa.Column("signing", _text, nullable=True),
    sa.Column("entry", _number, nullable=True, index=True),
)
"""Changes of accounts and jobs, by `person` about `about`; those without an entry are still owed to the record."""

DRAFTS: Final = sa.Table(
    "desk_drafts",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("kept", _time, nullable=False),
    sa.Column("offer", _text, nullable=False),
)
SECRETS: Final = sa.Table(
    "desk_secrets",
    METADATA,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("value", _text, nullable=False),
)
JOBS: Final = sa.Table(
    "desk_jobs",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("title", _text, nullable=False),
    sa.Column("arguments", _text, nullable=False),
    sa.Column("person", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("step", _text, nullable=False, default=""),
    sa.Column("done", sa.Float, nullable=False, default=0.0),
    sa.Column("made", _time, nullable=False),
    sa.Column("started", _time, nullable=True),
    sa.Column("beat", _time, nullable=True),
    sa.Column("ended", _time, nullable=True),
    sa.Column("error", _text, nullable=False, default=""),
    sa.Column("result", _text, nullable=False, default=""),
)


def address(settings: Settings) -> str:
    """Return where the desk's database is."""
    return settings.database or str(Path(settings.home) / FILE)


def record_address(settings: Settings) -> str | None:
    """Return where the record is: stated, beside the desk's tables in PostgreSQL, or None for the Home's own file."""
    return settings.record or (settings.database if "postgres" in settings.database.partition(":")[0] else None) or None


class Database:
    """The desk's database; `reading` and `writing` give connections whose work is kept whole or not at all."""

    def __init__(self, settings: Settings) -> None:
        self.url = records.resolve(address(settings))
        if self.url.get_backend_name() == "sqlite":
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        self.engine = records.engine(self.url)
        self._turn = threading.Lock()
        self._mine = threading.local()
        _migrate(self.engine)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection to read from; within a turn of this thread to write, that of the turn."""
        if (held := self._held()) is not None:
            yield held
            return
        with records.spoken(self.url), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection to write with; threads and processes take turns. Within a turn it is that turn."""
        if (held := self._held()) is not None:
            yield held
            return
        with self._turn, records.spoken(self.url), self.engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                records.take_turn(connection, ADVISORY_LOCK)
                self._mine.connection = connection
                try:
                    yield connection
                finally:
                    self._mine.connection = None

    def _held(self) -> Connection | None:
        held: Connection | None = getattr(self._mine, "connection", None)
        return held

    def secret(self) -> str:
        """Return the desk's own secret, making it once."""
        with self.writing() as connection:
            found = connection.execute(sa.select(SECRETS.c.value).where(SECRETS.c.name == "seal")).scalar()
            if found is None:
                found = secrets.token_urlsafe(48)
                connection.execute(sa.insert(SECRETS).values(name="seal", value=found))
        return str(found)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


def now() -> float:
    """Return the time as the tables keep it: seconds since 1970, UTC."""
    return time.time()


def minute(when: float | None) -> str | None:
    """Return a time as pages show it, to the minute, UTC.

    >>> minute(1_700_000_000.0)
    '2023-11-14 22:13'
    """
    return None if when is None else datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d %H:%M")


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    with records.writing(engine) as connection:
        found = _revision(connection)
        if found == HEAD:
            return
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            do = "update Homeground, or name another database"
            what, where = "the desk's database is of a later version", engine.url.render_as_string()
            raise BadInput(message(what, where=where, found=found, expected=f"at most {HEAD}", do=do))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSIONS):
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSIONS}").scalar()
    return None if found is None else str(found)
