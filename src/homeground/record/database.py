"""Where entries are kept: SQLite, or PostgreSQL for many writers; one schema, one writer at a time, safe commits.

SQLite: write-ahead log, `synchronous = FULL` (a commit is on the disk before it is acknowledged), writers take turns by
BEGIN IMMEDIATE. PostgreSQL: writers take turns by an advisory lock held to the end of the transaction, and
`synchronous_commit` is on for it whatever the server's default; a role needs INSERT and SELECT only.
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url

from homeground.errors import BadInput, HomeBusy, NotInHome, RecordBroken, message

HEAD: Final = "0002"
"""The newest migration (a test compares it with the folder of migrations)."""

PATIENCE_S: Final = 60
"""How long a writer waits for its turn."""

ADVISORY_LOCK: Final = 0x686F6D6567726F
METADATA: Final = sa.MetaData()
ENTRIES: Final = sa.Table(
    "entries",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
)
SNAPSHOTS: Final = sa.Table(
    "snapshots",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


def resolve(url: str | Path) -> URL:
    """Return the URL of a record; a path is SQLite's file. Raises BadInput for another kind of database."""
    text = str(url)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        parsed = make_url(text)
    except sa.exc.ArgumentError as error:
        raise _no_database(text.partition("://")[0] + "://…") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return parsed.set(drivername="sqlite")
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        _require_psycopg()
        return parsed.set(drivername="postgresql+psycopg")
    raise _no_database(parsed.render_as_string(hide_password=True))


def engine(url: URL) -> Engine:
    """Return an engine whose transactions begin as this module promises."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, connect_args={"client_encoding": "utf8"})
    made = sa.create_engine(url, connect_args={"timeout": PATIENCE_S, "isolation_level": None})
    sa.event.listen(made, "connect", _prepare_sqlite)
    sa.event.listen(made, "begin", _begin_sqlite)
    return made


@contextlib.contextmanager
def reading(made: Engine) -> Iterator[Connection]:
    """Yield a connection to read from, in one transaction."""
    with spoken(made.url), made.connect() as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def writing(made: Engine) -> Iterator[Connection]:
    """Yield a connection that alone may write; all it wrote is safe on the disk when the block ends, or none of it."""
    with spoken(made.url), made.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            take_turn(connection, ADVISORY_LOCK)
            yield connection


def take_turn(connection: Connection, lock: int) -> None:
    """Wait on PostgreSQL until nobody else writes under a lock, to the transaction's end; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


def open_existing(url: URL) -> Engine:
    """Open a record that is there, at the newest revision; raises NotInHome where there is none."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise nothing_kept(url)
    return _opened(url, create=False)


def open_or_create(url: URL) -> Engine:
    """Open a record, making it first where there is none."""
    if url.get_backend_name() == "sqlite":
        _make_folder(Path(str(url.database)).parent)
    return _opened(url, create=True)


def _opened(url: URL, *, create: bool) -> Engine:
    made = engine(url)
    try:
        with reading(made) as connection:
            found = revision(connection)
        if found is None and not create:
            raise nothing_kept(url)
        if found != HEAD:
            migrate(made)
    except BaseException:
        made.dispose()
        raise
    return made


def revision(connection: Connection) -> str | None:
    """Return the migration that the database is at; None where it holds no record."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def migrate(made: Engine, to: str = HEAD) -> None:
    """Bring the tables to a revision, in one transaction; raises BadInput for a record of a later version."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with writing(made) as connection:
        _require_utf8(connection)
        found = revision(connection)
        if found is not None and found not in known:
            where, do = made.url.render_as_string(), "update Homeground, or name another database"
            what = "the record was written by a later version of Homeground, or is another program's database"
            raise BadInput(message(what, where=where, found=found, expected=f"at most {HEAD}", do=do))
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def exact(connection: Connection) -> sa.ColumnElement[Any]:
    """Return the expression for an entry's text as bytes, whatever somebody wrote there."""
    if connection.dialect.name == "sqlite":
        return sa.cast(ENTRIES.c.body, sa.LargeBinary)
    return sa.func.convert_to(ENTRIES.c.body, "UTF8")


CONTENT: Final = sa.cast(SNAPSHOTS.c.content, sa.LargeBinary)
"""A snapshot's content as bytes, whatever somebody wrote there."""


def nothing_kept(url: URL) -> NotInHome:
    """The error for a place that holds no record."""
    do = "name another with --url or --home, or begin one with 'homeground record people add'"
    return NotInHome(message("there is no record here yet", where=url.render_as_string(), do=do))


@contextlib.contextmanager
def spoken(url: URL) -> Iterator[None]:
    """Turn the database's errors into messages."""
    where = url.render_as_string()
    try:
        yield
    except sa.exc.DBAPIError as error:
        text = " ".join(str(error.orig).split())
        if any(sign in text for sign in ("database is locked", "lock timeout", "database table is locked")):
            do = "wait until others have written, and try again"
            raise HomeBusy(message("the record is busy", where=where, found=text, do=do)) from error
        if "append-only" in text:
            raise RecordBroken(
                message("entries can only be added", where=where, found=text, do="supersede it")
            ) from error
        do = "check the address, the server and your rights there; 'homeground record verify' checks what is kept"
        raise BadInput(message("the record could not be read or written", where=where, found=text, do=do)) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _require_utf8(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    found = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if found != "UTF8":
        do = "create the database with ENCODING 'UTF8'"
        raise BadInput(message("the database cannot hold every script", found=found, expected="UTF8", do=do))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        do = "name another folder"
        raise BadInput(message("the folder cannot be made", where=str(folder), found=error.strerror, do=do)) from error


def _require_psycopg() -> None:
    if importlib.util.find_spec("psycopg") is None:
        do = "install it: pip install 'homeground[postgres]'"
        raise BadInput(message("PostgreSQL needs the library psycopg, which is not installed", do=do))


def _no_database(found: str) -> BadInput:
    expected = "a file, sqlite:///FILE or postgresql://USER@HOST/DATABASE"
    return BadInput(message("not a place for a record", found=found, expected=expected, do="correct the address"))
