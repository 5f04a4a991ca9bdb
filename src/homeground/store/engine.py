"""The one place that knows whether DuckDB or Spark answers."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from homeground.errors import BadInput, UsageError, message
from homeground.store import catalog as catalogs
from homeground.store.catalog import Catalog

if TYPE_CHECKING:
    import ibis.expr.types as ir

MEMORY: Final = "3GB"
"""What DuckDB may hold of a question before it goes on in a folder of its own among the system's temporary files."""

SETTINGS: Final = ("preserve_insertion_order = false", "allocator_background_threads = true")
"""The second gives memory back while a question runs: a tenth less at the peak of a table of all importers."""

HADOOP_ONLY: Final = re.compile(r"^s3[an]://")
"""Names that Hadoop gives to what everybody else calls s3://."""

GLOB: Final = re.compile(r"([{}\[\]*?\\])")


class Engine:
    """Reads a Home's pieces as Ibis tables; `session` is None for DuckDB, or a Spark session.

    `pieces` are those of each table that was read, by its name; `prepared` are the names of questions that the
    connection knows (see `prepared`).

    With Spark the Home may lie in object storage or on a cluster's file system (s3a://, gs://, hdfs://, file://): it
    is then read only, the pieces by the cluster and the catalog through pyarrow's file systems. A Home in a plain
    folder is read from that folder by every worker, whatever Spark's default file system is.
    """

    def __init__(self, home: str, session: Any = None) -> None:
        self.home = home.rstrip("/")
        self.remote = "://" in home
        self.session = session
        self._connection: Any = None
        self._tables: dict[str, ir.Table] = {}
        self.pieces: dict[str, tuple[str, ...]] = {}
        self.prepared: set[str] = set()
        if self.remote and session is None:
            raise BadInput(
                message(
                    "a Home in object storage needs Spark",
                    where=home,
                    do="pass engine=your_spark_session, or copy the Home to a local folder",
                )
            )

    @property
    def connection(self) -> Any:
        """The Ibis backend, opened on first use."""
        if self._connection is None:
            if self.session is None:
                import ibis

                spill = Path(tempfile.gettempdir()) / f"homeground-{uuid.uuid4().hex}"
                self._connection = ibis.duckdb.connect(memory_limit=MEMORY, temp_directory=str(spill))
                for setting in SETTINGS:
                    self._connection.raw_sql(f"SET {setting}")
            else:
                from homeground.store import spark

                self._connection = spark.connect(self.session)
        return self._connection

    def folder(self) -> Path:
        """Return the folder to write to; raises UsageError for a Home that is a URL."""
        if self.remote:
            raise UsageError(
                message(
                    "a Home behind a URL is read only",
                    where=self.home,
                    do="load into a local folder, then copy that folder to the URL",
                )
            )
        return Path(self.home)

    def catalog(self) -> Catalog:
        """Read the catalog, wherever the Home lies; raises BadInput where a URL cannot be read."""
        return catalogs.parse(self._remote_catalog(), self.home) if self.remote else catalogs.read(Path(self.home))

    def _remote_catalog(self) -> str:
        from pyarrow import fs

        try:
            system, folder = fs.FileSystem.from_uri(HADOOP_ONLY.sub("s3://", self.home))
            with system.open_input_stream(f"{folder}/{catalogs.FILE}") as stream:
                return str(stream.read().decode("utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(
                message(
                    "the catalog cannot be read",
                    where=f"{self.home}/{catalogs.FILE}",
                    found=str(error).splitlines()[0],
                    do="check the URL and the rights to it, and that a whole Home was copied there",
                )
            ) from error

    def read(self, paths: Sequence[str]) -> ir.Table:
        """Return Parquet pieces, by path below the Home, as one lazy Ibis table; the same pieces are named once."""
        name = f"homeground_{sha256(chr(0).join((self.home, *paths)).encode()).hexdigest()[:16]}"
        if name not in self._tables:
            self._tables[name] = self._named(name, paths)
            self.pieces[name] = tuple(paths)
        return self._tables[name]

    def _named(self, name: str, paths: Sequence[str]) -> ir.Table:
        if self.session is None:
            return self.connection.read_parquet([f"{self.home}/{path}" for path in paths], table_name=name)
        full = [_spark_path(self.home, path) for path in paths]
        self.session.read.parquet(*full).createOrReplaceTempView(name)
        return self.connection.table(name)


def _spark_path(home: str, path: str) -> str:
    """Name a piece to Spark: with its file system, without %-escapes, and with no sign read as a pattern."""
    base = unquote(home) if "://" in home else f"file:///{Path(home).absolute().as_posix().lstrip('/')}"
    return GLOB.sub(r"\\\1", f"{base}/{path}")
