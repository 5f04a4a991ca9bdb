"""Look at a file before reading it: what it is, and whether it is whole.

Everything here answers one question, "may this file be handed to a reader?", with a message that a
trade officer can act on when the answer is no.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from homeground.errors import BadInput, listing, message

if TYPE_CHECKING:
    from openpyxl import Workbook

Kind = Literal["csv", "parquet", "xlsx", "zip", "xml", "text"]

HEAD_BYTES: Final = 65_536
CHUNK_BYTES: Final = 1 << 20
HTML_STARTS: Final = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")
DELIMITERS: Final = (",", ";", "\t", "|")
DAMAGED_ZIP: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
"""What zipfile raises for an archive that is cut short, damaged, encrypted or packed in a way it does not know."""


@dataclass(frozen=True)
class RawFile:
    """One file as given: its path, kind, size in bytes, SHA-256, and the name it goes by in a report."""

    path: Path
    kind: Kind
    bytes: int
    sha256: str
    name: str


def look(paths: Iterable[Path]) -> tuple[RawFile, ...]:
    """Identify files by their content and hash them; raises BadInput for what no reader should see.

    Files of one name in several folders are named with their path. The same content twice would count its trade twice.
    """
    given = list(paths)
    names = Counter(path.name for path in given)
    seen: dict[str, RawFile] = {}
    for path in given:
        name = path.name if names[path.name] == 1 else str(path)
        raw = RawFile(path, kind_of(path), path.stat().st_size, sha256_of(path), name)
        if (other := seen.setdefault(raw.sha256, raw)) is not raw:
            found = f"{other.path} and {path}"
            raise BadInput(
                message(
                    "two files have the same content", found=found, expected="each file once", do="name one of them"
                )
            )
    return tuple(seen.values())


def kind_of(path: Path, where: str = "") -> Kind:
    """Tell csv, Parquet, xlsx and zip apart by their first bytes, not by their names; `where` goes into messages."""
    head = _head(path)
    where = where or str(path)
    if not head:
        raise BadInput(message("the file is empty", where=where, found="0 bytes", do="download it again"))
    if head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower().startswith(HTML_STARTS):
        raise BadInput(
            message(
                "this is a web page, not a table",
                where=where,
                found=repr(head[:40].decode("latin-1")),
                expected="rows of data",
                do="the server sent an error page; open the file to read it, then download again",
            )
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path)
    if head.startswith(b"PAR1"):
        _whole_parquet(path, where)
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            message("an old Excel workbook (.xls)", where=where, expected="xlsx, csv or Parquet", do="save it as xlsx")
        )
    if b"\x00" in head[:2048]:
        raise _not_text(where)
    return "csv"


def require_exists(path: Path) -> None:
    """Raise BadInput for a path that leads nowhere."""
    if not path.exists():
        raise BadInput(message("no such file", where=str(path), do="check the path"))


def header(path: Path, delimiter: str) -> list[str]:
    """Return the column names on the first line of a UTF-8 csv file, without quotes or byte-order mark."""
    text = _first_line(path).decode("utf-8", errors="replace")
    return [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]


def likely_delimiter(path: Path) -> str:
    """Return the delimiter that occurs most often in the first line."""
    return max(DELIMITERS, key=_first_line(path).decode("latin-1").count)


@contextmanager
def workbook(path: Path) -> Iterator[Workbook]:
    """Open a workbook to read values row by row; its file is closed after, also where openpyxl cannot open it."""
    import openpyxl

    with path.open("rb") as file, closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
        yield book


def require_columns(
    found: list[str], wanted: list[str], where: str, path: Path | None = None, delimiter: str | None = None
) -> None:
    """Raise BadInput when wanted columns are not among those found; of a csv at `path`, guess at a wrong delimiter."""
    if twice := [name for name in wanted if found.count(name) > 1]:
        raise BadInput(message(f"column {twice[0]!r} stands twice", where=f"{where}, line 1", do="rename one of them"))
    missing = [name for name in wanted if name not in found]
    if not missing:
        return
    if (
        path is not None
        and (likely := likely_delimiter(path)) != delimiter
        and set(wanted) <= set(header(path, likely))
    ):
        raise BadInput(
            message(
                "wrong delimiter",
                where=f"{where}, line 1",
                found=repr(likely),
                expected=repr(delimiter),
                do=f"export with {delimiter!r}, or load it as 'tidy' with delimiter = {likely!r} in its mapping",
            )
        )
    raise BadInput(
        message(
            f"missing column {listing(repr(name) for name in missing)}",
            where=where,
            found=listing((name or "(no name)" for name in found), 12),
            expected=listing(wanted, 12),
            do="check that this is the right file, or name its columns in a mapping file",
        )
    )


def to_utf8(path: Path, encoding: str, target: Path) -> Path:
    """Rewrite a text file in UTF-8 at `target`; raises BadInput where a byte is not in `encoding`."""
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
            while chunk := source.read(CHUNK_BYTES):
                sink.write(chunk)
    except (UnicodeError, LookupError) as error:
        raise _not_in_encoding(path, encoding, error) from error
    return target


def require_utf8(path: Path, where: str) -> None:
    """Raise BadInput, naming line and byte, unless the whole file is UTF-8 text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    for chunk in chain(chunks(path), [b""]):
        if b"\x00" in chunk:
            raise _not_text(f"{where}, line {lines + chunk[: chunk.index(0)].count(10)}")
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = lines + error.object[: error.start].count(b"\n")
            raise BadInput(
                message(
                    "not UTF-8 text",
                    where=f"{where}, line {line}",
                    found=f"byte 0x{error.object[error.start]:02X}",
                    expected="UTF-8",
                    do="if it comes from Windows, load it as 'tidy' with encoding = \"cp1252\" in its mapping",
                )
            ) from error
        lines += chunk.count(b"\n")


def lines_of_rows(path: Path, delimiter: str, rows: Collection[int]) -> dict[int, int]:
    """Return the line on which each of these data rows (1 is the first below the header) begins.

    Blank lines, and line breaks inside quotes, let rows and lines drift apart.
    """
    found: dict[int, int] = {}
    last = max(rows, default=0)
    with path.open(encoding="utf-8-sig", newline="") as handle, suppress(csv.Error):
        reader = csv.reader(handle, delimiter=delimiter)
        row, begins = -1, 1
        for cells in reader:
            row += bool(cells)
            if cells and row in rows:
                found[row] = begins
            begins = reader.line_num + 1
            if row >= last:
                break
    return found


def count_lines(path: Path) -> int:
    """Count the lines of a text file; a last one without a line break counts too."""
    breaks, last = 0, b"\n"
    for chunk in chunks(path):
        breaks += chunk.count(b"\n")
        last = chunk[-1:]
    return breaks + (last != b"\n")


def unzip(path: Path, wanted: Callable[[str], bool], target: Path) -> Iterator[Path]:
    """Extract the wanted members of a zip one by one; a damaged member raises BadInput."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not wanted(Path(member.filename).name):
                    continue
                out = target / Path(member.filename).name
                with archive.open(member) as source, out.open("wb") as sink:
                    while chunk := source.read(CHUNK_BYTES):
                        sink.write(chunk)
                yield out
    except DAMAGED_ZIP as error:
        raise truncated_zip(path, str(error)) from error


def zip_names(path: Path) -> list[str]:
    """Return the file names inside a zip, folders left out."""
    return [name for name, _ in zip_sizes(path)]


def zip_sizes(path: Path) -> list[tuple[str, int]]:
    """Return the file names inside a zip, folders left out, and the bytes that each unpacks to."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [(Path(each.filename).name, each.file_size) for each in archive.infolist() if not each.is_dir()]
    except DAMAGED_ZIP as error:
        raise truncated_zip(path, str(error)) from error


def truncated_zip(path: Path, detail: str) -> BadInput:
    """Build the message for a zip that is not whole."""
    return BadInput(
        message(
            "the zip is cut short or damaged",
            where=str(path),
            found=f"{path.stat().st_size:,} bytes ({detail})",
            expected="a whole archive",
            do="download it again; 'homeground fetch' resumes and checks",
        )
    )


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, a mebibyte at a time."""
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK_BYTES):
            yield chunk


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            return handle.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise BadInput(message("no such file", where=str(path), do="check the path")) from error
    except IsADirectoryError as error:
        raise BadInput(message("a folder where a file is expected", where=str(path), do="name the file")) from error
    except PermissionError as error:
        raise BadInput(message("no permission to read", where=str(path), do="ask its owner for access")) from error


def _kind_of_zip(path: Path) -> Kind:
    return "xlsx" if "workbook.xml" in zip_names(path) else "zip"


def _first_line(path: Path) -> bytes:
    lines = _head(path).removeprefix(codecs.BOM_UTF8).splitlines()
    return lines[0] if lines else b""


def _whole_parquet(path: Path, where: str) -> None:
    with path.open("rb") as handle:
        handle.seek(-4, 2)
        tail = handle.read()
    if tail != b"PAR1" or path.stat().st_size < 12:
        raise BadInput(
            message(
                "the Parquet file is cut short",
                where=where,
                found=f"{path.stat().st_size:,} bytes, the last of them {tail!r}",
                expected="b'PAR1'",
                do="copy or download it again",
            )
        )


def _not_text(where: str) -> BadInput:
    return BadInput(
        message(
            "not a text table",
            where=where,
            found="binary data or UTF-16 text",
            expected="csv in UTF-8, Parquet, xlsx or zip",
            do="export it again as UTF-8 csv",
        )
    )


def _not_in_encoding(path: Path, encoding: str, error: Exception) -> BadInput:
    return BadInput(
        message(
            "the text is not in the stated encoding",
            where=str(path),
            found=str(error),
            expected=encoding,
            do='state the right one in the mapping, such as encoding = "utf-8" or "cp1252"',
        )
    )
