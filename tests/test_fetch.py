"""Downloads from a server that breaks off, lies and serves the wrong thing: whole and right, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import pytest

from homeground.errors import FetchFailed, UnknownCode, UsageError
from homeground.schema import tables
from homeground.sources import LOADABLE, registry
from homeground.sources.download import Downloaded, download, fetch
from hostile_server import (
    announces,
    breaks_off,
    ignores_range,
    nothing_left,
    page,
    part_of,
    redirects,
    says_nothing_of_length,
    sends_on,
    serves_pieces,
    serving,
    stalls,
    trickles,
    whole,
)


def archive(size: int = 400_000, seed: bytes = b"a", method: int = zipfile.ZIP_STORED) -> bytes:
    """A real zip; its content shrinks to about half where a method packs it."""
    content = "".join(hashlib.sha256(seed + str(n).encode()).hexdigest() for n in range(size // 64))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        packed.writestr("BACI_HS17_Y2021_V202601.csv", content)
    return buffer.getvalue()


BODY = archive()
OTHER = archive(seed=b"b")
SHA = hashlib.sha256(BODY).hexdigest()
RELEASED = "Thu, 22 Jan 2026 10:00:00 GMT"


def get(url: str, target: Path, **options: Any) -> Downloaded:
    return download(url, target, **{"pause": 0.01, "retries": 3, "timeout": 5.0, **options})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def begin(folder: Path, **headers: str) -> int:
    """Leave a partial download behind, as a connection that broke off for good does; return its size in bytes."""
    with serving(breaks_off(BODY, 150_000, **headers)) as server, pytest.raises(FetchFailed, match="broke off"):
        get(server.url(), folder / "f.zip", retries=0)
    return (folder / "f.zip.part").stat().st_size


def go_on(folder: Path, port: int) -> None:
    """Make the partial download one of this server, as if the first had never stopped."""
    mark = folder / "f.zip.part.json"
    mark.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", mark.read_text()))


def test_a_file_arrives_whole_with_its_checksum_and_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(whole(BODY)) as server:
        got = get(
            server.url(),
            tmp_path / "f.zip",
            sha256=SHA.upper(),
            size=len(BODY),
            watch=lambda done, total: seen.append((done, total)),
        )
    assert got == Downloaded(tmp_path / "f.zip", len(BODY), SHA, 0, server.url(), '"one"')
    assert got.path.read_bytes() == BODY
    assert seen == sorted(seen)
    assert seen[-1] == (len(BODY), len(BODY))
    assert names(tmp_path) == ["f.zip"]


def test_a_file_of_unannounced_length_arrives_and_progress_says_so(tmp_path: Path) -> None:
    totals: set[int | None] = set()
    with serving(says_nothing_of_length(BODY)) as server:
        got = get(server.url(), tmp_path / "f.zip", size=len(BODY), watch=lambda done, total: totals.add(total))
    assert (got.sha256, totals) == (SHA, {None})


def test_a_broken_connection_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    with serving(breaks_off(BODY, 150_000), whole(BODY)) as server:
        got = get(server.url(), tmp_path / "f.zip", sha256=SHA)
        assert server.ranges == [None, "bytes=150000-"]
    assert got.path.read_bytes() == BODY
    assert got.resumed_from == 0


def test_tries_that_bring_something_do_not_count(tmp_path: Path) -> None:
    with serving(sends_on(BODY, 50_000)) as server:
        got = get(server.url(), tmp_path / "f.zip", retries=1)
        assert len(server.ranges) == -(-len(BODY) // 50_000)
    assert got.sha256 == SHA


def test_a_range_that_is_answered_in_pieces_is_asked_for_until_the_file_is_whole(tmp_path: Path) -> None:
    with serving(breaks_off(BODY, 150_000), serves_pieces(BODY, 100_000)) as server:
        assert get(server.url(), tmp_path / "f.zip").sha256 == SHA
        assert server.ranges == [None, "bytes=150000-", "bytes=250000-", "bytes=350000-"]


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        ({"ETag": '"one"'}, '"one"'),
        ({"ETag": 'W/"one"', "Last_Modified": RELEASED}, RELEASED),
    ],
    ids=["strong ETag", "weak ETag and date"],
)
def test_a_later_command_goes_on_from_the_partial_file(tmp_path: Path, headers: dict[str, str], condition: str) -> None:
    kept = begin(tmp_path, **headers)
    assert names(tmp_path) == ["f.zip.part", "f.zip.part.json"]
    with serving(part_of(BODY, headers["ETag"])) as server:
        go_on(tmp_path, server.port)
        got = get(server.url(), tmp_path / "f.zip", sha256=SHA)
        assert (server.ranges, server.conditions) == ([f"bytes={kept}-"], [condition])
    assert got.resumed_from == kept
    assert names(tmp_path) == ["f.zip"]


def test_a_broken_download_says_from_which_byte_the_next_run_goes_on(tmp_path: Path) -> None:
    with (
        serving(breaks_off(BODY, 150_000)) as server,
        pytest.raises(FetchFailed, match=r"broke off.*expected the whole file.*goes on from byte 150,000"),
    ):
        get(server.url(), tmp_path / "f.zip", retries=0)


def test_a_download_that_was_whole_but_not_yet_named_is_not_repeated(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / "f.zip.part").write_bytes(BODY)
    with serving(nothing_left(len(BODY))) as server:
        go_on(tmp_path, server.port)
        assert get(server.url(), tmp_path / "f.zip").sha256 == SHA


@pytest.mark.parametrize(
    ("second", "third"),
    [
        pytest.param(ignores_range(BODY), None, id="the server ignores the range"),
        pytest.param(part_of(BODY, shift=-1000), ignores_range(BODY), id="it serves another range"),
        pytest.param(nothing_left(99), ignores_range(BODY), id="its file has become shorter"),
    ],
)
def test_what_does_not_fit_the_part_is_read_from_the_start(tmp_path: Path, second: Any, third: Any) -> None:
    with serving(breaks_off(BODY, 150_000), *filter(None, (second, third))) as server:
        assert get(server.url(), tmp_path / "f.zip").sha256 == SHA


@pytest.mark.parametrize("second", [whole(OTHER, '"two"'), part_of(OTHER, '"two"')], ids=["whole", "as a part"])
def test_a_file_that_changed_between_two_parts_is_read_anew(tmp_path: Path, second: Any) -> None:
    with serving(breaks_off(BODY, 150_000), second, whole(OTHER, '"two"')) as server:
        got = get(server.url(), tmp_path / "f.zip")
    assert got.path.read_bytes() == OTHER


@pytest.mark.parametrize("mark", ["", "{", "[]", '{"version": "1"}', None])
def test_a_part_of_an_unknown_version_is_never_built_upon(tmp_path: Path, mark: str | None) -> None:
    (tmp_path / "f.zip.part").write_bytes(b"something else")
    if mark is not None:
        (tmp_path / "f.zip.part.json").write_text(mark)
    with serving(whole(BODY)) as server:
        assert get(server.url(), tmp_path / "f.zip").sha256 == SHA
        assert server.ranges == [None]


def test_a_part_from_another_address_is_never_built_upon(tmp_path: Path) -> None:
    begin(tmp_path)
    with serving(whole(BODY)) as server:
        assert get(server.url(), tmp_path / "f.zip").resumed_from == 0
        assert server.ranges == [None]


def test_a_length_that_is_announced_too_long_is_never_accepted(tmp_path: Path) -> None:
    with (
        serving(announces(BODY, len(BODY) + 1000)) as server,
        pytest.raises(FetchFailed, match=r"broke off.*expected the whole file"),
    ):
        get(server.url(), tmp_path / "f.zip", retries=1)
    assert not (tmp_path / "f.zip").exists()


def test_a_length_that_is_announced_too_short_is_found_by_the_archive_test(tmp_path: Path) -> None:
    with serving(announces(BODY, len(BODY) - 1000)) as server, pytest.raises(FetchFailed, match="zip is damaged"):
        get(server.url(), tmp_path / "f.zip", retries=0)
    assert names(tmp_path) == ["f.zip.rejected"]


def test_a_size_other_than_the_stated_one_is_refused_before_the_first_byte(tmp_path: Path) -> None:
    expected = rf"another size.*found {len(BODY):,} bytes, expected 1,000 bytes.*check the version"
    with serving(whole(BODY)) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / "f.zip", size=1000)
    assert names(tmp_path) == []


def test_a_size_other_than_the_stated_one_is_refused_even_when_unannounced(tmp_path: Path) -> None:
    with serving(says_nothing_of_length(BODY)) as server, pytest.raises(FetchFailed, match=r"the size is wrong.*1,000"):
        get(server.url(), tmp_path / "f.zip", size=1000)
    assert names(tmp_path) == ["f.zip.rejected"]


@pytest.mark.parametrize(
    ("serve", "found"),
    [
        (whole(BODY), f"found {len(BODY):,} bytes, "),
        (says_nothing_of_length(BODY), r"found 1\d\d,\d+ bytes and more, "),
    ],
    ids=["announced", "not announced"],
)
def test_a_file_larger_than_any_that_is_expected_is_refused(tmp_path: Path, serve: Any, found: str) -> None:
    expected = rf"too large.*{found}expected at most 100,000 bytes"
    with serving(serve) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / "f.zip", most_bytes=100_000)
    assert not (tmp_path / "f.zip").exists()


def test_a_wrong_checksum_names_both_and_sets_the_file_aside(tmp_path: Path) -> None:
    wanted = "0" * 64
    expected = rf"checksum is wrong.*found SHA-256 {SHA}, expected {wanted}.*look at f.zip.rejected"
    with serving(whole(BODY)) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / "f.zip", sha256=wanted)
    assert names(tmp_path) == ["f.zip.rejected"]


def test_a_right_file_takes_the_place_of_one_that_was_set_aside(tmp_path: Path) -> None:
    with serving(whole(OTHER), whole(BODY)) as server:
        with pytest.raises(FetchFailed, match="checksum is wrong"):
            get(server.url(), tmp_path / "f.zip", sha256=SHA)
        get(server.url(), tmp_path / "f.zip", sha256=SHA)
    assert names(tmp_path) == ["f.zip"]


def test_a_failed_download_leaves_the_earlier_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "f.zip").write_bytes(OTHER)
    with serving(whole(BODY)) as server, pytest.raises(FetchFailed, match="checksum is wrong"):
        get(server.url(), tmp_path / "f.zip", sha256="0" * 64)
    assert (tmp_path / "f.zip").read_bytes() == OTHER


def test_what_is_no_checksum_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not a SHA-256.*found 'abc'.*64 hexadecimal digits"):
        get("https://data.example/f.zip", tmp_path / "f.zip", sha256="abc")


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/zip"])
@pytest.mark.parametrize("name", ["f.zip", "f.csv"])
def test_a_web_page_in_place_of_the_file_is_recognised(tmp_path: Path, name: str, content_type: str) -> None:
    kind = name.removeprefix("f.")
    expected = rf"web page instead of the file.*expected a {kind} file"
    with serving(page(content_type=content_type)) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_web_page_in_between_does_not_cost_the_part_that_came_earlier(tmp_path: Path) -> None:
    kept = begin(tmp_path)
    with serving(page(), whole(BODY)) as server:
        go_on(tmp_path, server.port)
        with pytest.raises(FetchFailed, match="what came earlier is kept"):
            get(server.url(), tmp_path / "f.zip")
        assert get(server.url(), tmp_path / "f.zip").resumed_from == kept


FIRST_BYTE = 30 + len("BACI_HS17_Y2021_V202601.csv")
"""Where the packed content of a zip's first member starts: after its header of 30 bytes and its name."""


def damaged(body: bytes, at: int = 200_000) -> bytes:
    return body[:at] + b"\xff" * 64 + body[at + 64 :]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(damaged(BODY), id="stored"),
        pytest.param(damaged(archive(method=zipfile.ZIP_DEFLATED), FIRST_BYTE), id="deflated"),
        pytest.param(damaged(archive(method=zipfile.ZIP_LZMA), 100_000), id="lzma"),
        pytest.param(damaged(archive(method=zipfile.ZIP_BZIP2), FIRST_BYTE), id="bzip2"),
        pytest.param(BODY[:-30], id="cut short"),
        pytest.param(b"PK\x03\x04 and then nothing of the kind", id="only looks like one"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_damaged_zip_is_refused(tmp_path: Path, body: bytes) -> None:
    with serving(whole(body)) as server, pytest.raises(FetchFailed, match=r"zip is damaged.*expected a whole archive"):
        get(server.url(), tmp_path / "f.zip")
    assert names(tmp_path) == ["f.zip.rejected"]


def test_reading_every_member_of_a_zip_can_be_left_out_but_not_its_table_of_contents(tmp_path: Path) -> None:
    with serving(whole(damaged(BODY)), whole(BODY[:-30])) as server:
        get(server.url(), tmp_path / "f.zip", verify_zip=False)
        with pytest.raises(FetchFailed, match="zip is damaged"):
            get(server.url(), tmp_path / "g.zip", verify_zip=False)


@pytest.mark.parametrize("status", [304, 401, 403, 404, 410])
def test_a_file_that_is_not_there_is_asked_for_once(tmp_path: Path, status: int) -> None:
    expected = rf"does not have it.*found status {status}, expected status 200.*check revision and version"
    with serving(page(status)) as server:
        with pytest.raises(FetchFailed, match=expected):
            get(server.url(), tmp_path / "f.zip")
        assert len(server.ranges) == 1
    assert names(tmp_path) == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(tmp_path: Path, status: int) -> None:
    with serving(page(status), whole(BODY)) as server:
        assert get(server.url(), tmp_path / "f.zip").sha256 == SHA
        assert len(server.ranges) == 2


def test_a_server_that_stays_busy_is_given_up(tmp_path: Path) -> None:
    expected = r"nothing came from the server.*answered with status 503.*check the network"
    with serving(page(503)) as server:
        with pytest.raises(FetchFailed, match=expected):
            get(server.url(), tmp_path / "f.zip", retries=2)
        assert len(server.ranges) == 3


def test_a_server_that_stalls_is_given_up(tmp_path: Path) -> None:
    with serving(stalls(1.0)) as server, pytest.raises(FetchFailed, match=r"the server was silent for 0.2 s"):
        get(server.url(), tmp_path / "f.zip", timeout=0.2, retries=1)


def test_a_server_that_trickles_without_end_is_given_up(tmp_path: Path) -> None:
    with serving(trickles(0.01)) as server, pytest.raises(FetchFailed, match=r"broke off.*only \d+ bytes came in"):
        get(server.url(), tmp_path / "f.zip", timeout=0.2, retries=1)
    assert not (tmp_path / "f.zip").exists()


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with serving(whole(BODY)) as server:
        pass
    with pytest.raises(FetchFailed, match=rf"nothing came from the server \({server.url()}\).*check the network"):
        get(server.url(), tmp_path / "f.zip", retries=1)


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with serving(whole(BODY)) as there, serving(redirects(there.url())) as here:
        assert get(here.url(), tmp_path / "f.zip").sha256 == SHA


def test_a_redirect_in_a_circle_is_given_up(tmp_path: Path) -> None:
    with serving(redirects("/file.zip")) as server, pytest.raises(FetchFailed, match="leads nowhere"):
        get(server.url(), tmp_path / "f.zip")


def test_a_redirect_to_an_insecure_address_is_not_followed(tmp_path: Path) -> None:
    expected = r"not secure.*found http://data.example/f.zip, expected https"
    with serving(redirects("http://data.example/f.zip")) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / "f.zip")


@pytest.mark.parametrize("url", ["http://data.example/f.zip", "ftp://data.example/f.zip", "data.example/f.zip"])
def test_an_insecure_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchFailed, match=r"not secure.*expected https.*state the checksum"):
        get(url, tmp_path / "f.zip")
    assert names(tmp_path) == []


def test_what_is_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"not an address.*Invalid port.*expected https://"):
        get("https://data.example:port/f.zip", tmp_path / "f.zip")


def test_plain_http_to_another_machine_goes_through_the_proxy_where_a_checksum_vouches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(whole(BODY)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url(""))
        got = get("http://data.example/f.zip", tmp_path / "f.zip", sha256=SHA)
    assert (got.sha256, got.url) == (SHA, "http://data.example/f.zip")


def test_user_password_and_query_of_an_address_appear_nowhere(tmp_path: Path) -> None:
    with serving(breaks_off(BODY, 150_000), page(404)) as server:
        url = server.url("f.zip?token=secret2").replace("//", "//user:secret1@")
        with pytest.raises(FetchFailed, match="does not have it") as caught:
            get(url, tmp_path / "f.zip")
    assert "secret" not in str(caught.value) + (tmp_path / "f.zip.part.json").read_text()


def test_a_file_already_there_and_right_is_not_fetched_again(tmp_path: Path) -> None:
    with serving(whole(BODY)) as server:
        get(server.url(), tmp_path / "f.zip", sha256=SHA)
        again = get(server.url(), tmp_path / "f.zip", sha256=SHA.upper())
        assert len(server.ranges) == 1
    assert again.resumed_from == again.bytes == len(BODY)


def test_a_second_download_of_the_same_file_waits_for_nobody_and_harms_nothing(tmp_path: Path) -> None:
    refused: list[str] = []

    def meanwhile(done: int, total: int | None) -> None:
        with pytest.raises(FetchFailed, match=r"another download of this file is running") as caught:
            get(server.url(), tmp_path / "f.zip")
        refused.append(str(caught.value))

    with serving(whole(BODY)) as server:
        assert get(server.url(), tmp_path / "f.zip", watch=meanwhile).sha256 == SHA
    assert refused
    assert names(tmp_path) == ["f.zip"]


def in_a_process(setup: str, url: str, target: Path) -> str:
    """Download in a process of its own, which `setup` restricts first; return the message."""
    script = textwrap.dedent(
        """
        import os, resource, signal, sys
        from pathlib import Path
        from homeground.errors import FetchFailed
        from homeground.sources.download import download
        {setup}
        try:
            download(sys.argv[1], Path(sys.argv[2]), retries=0)
        except FetchFailed as error:
            print(error)
        """
    ).format(setup=setup)
    command = [sys.executable, "-c", script, url, str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full to fill up")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / "f.zip.part").symlink_to("/dev/full")
    expected = r"the disk is full.*No space left on device.*free space.*it resumes"
    with serving(whole(BODY)) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / "f.zip", retries=0)
    assert not (tmp_path / "f.zip").exists()


def test_a_disk_with_too_little_room_is_named_before_the_first_byte(tmp_path: Path) -> None:
    expected = r"too little room.*bytes free, expected 1,152,921,504,606,846,976.*choose another folder"
    with serving(announces(BODY, 2**60)) as server, pytest.raises(FetchFailed, match=expected):
        get(server.url(), tmp_path / "f.zip", most_bytes=2**62)
    assert names(tmp_path) == []


def test_a_file_system_that_takes_no_such_file_is_named_and_the_part_kept_for_later(tmp_path: Path) -> None:
    limit = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)"
    with serving(whole(BODY)) as server:
        said = in_a_process(limit, server.url(), tmp_path / "f.zip")
    assert "the file system takes no file of this size" in said
    assert "choose a folder on another disk" in said
    assert names(tmp_path) == ["f.zip.part", "f.zip.part.json"]
    assert (tmp_path / "f.zip.part").read_bytes() == BODY[:100_000]


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    somebody = "os.getuid() == 0 and os.setuid(65534)"
    with serving(whole(BODY)) as server:
        said = in_a_process(somebody, server.url(), closed / "f.zip")
        assert server.ranges == []
    assert "no permission to write" in said
    assert "choose another folder, or ask its owner for access" in said
    assert names(closed) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with serving(whole(BODY)) as server, pytest.raises(FetchFailed, match="refused a file operation"):
        get(server.url(), tmp_path / "file" / "f.zip")


def test_fetch_writes_where_a_file_came_from_and_under_which_licence(tmp_path: Path) -> None:
    with serving(whole(BODY)) as server:
        got = fetch("baci", tmp_path, revision="hs17", base_url=server.url(""))
    assert names(tmp_path) == ["BACI_HS17_V202601.zip", "BACI_HS17_V202601.zip.source.json"]
    about = json.loads((tmp_path / "BACI_HS17_V202601.zip.source.json").read_text(encoding="utf-8"))
    assert about["path"] == got.path.name == "BACI_HS17_V202601.zip"
    assert about["url"] == server.url("BACI_HS17_V202601.zip")
    assert (about["sha256"], about["bytes"], about["etag"]) == (SHA, len(BODY), '"one"')
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", about["fetched_at"])
    assert (about["source"], about["publisher"], about["revision"]) == ("baci", "CEPII", "HS17")
    assert about["licence"] == "Etalab Open Licence 2.0"
    assert "Gaulier" in about["citation"]


def test_fetch_asks_for_nothing_while_the_file_matches_its_note(tmp_path: Path) -> None:
    with serving(whole(BODY)) as server:
        first = fetch("baci", tmp_path, base_url=server.url(""))
        again = fetch("baci", tmp_path, base_url=server.url(""))
        assert len(server.ranges) == 1
        assert (again.sha256, again.url, again.resumed_from) == (first.sha256, first.url, first.bytes)
        first.path.write_bytes(BODY[:-1])
        assert fetch("baci", tmp_path, base_url=server.url("")).sha256 == SHA
        (tmp_path / "BACI_HS17_V202601.zip.source.json").write_text("{")
        assert fetch("baci", tmp_path, base_url=server.url("")).sha256 == SHA
        assert len(server.ranges) == 3
        with pytest.raises(FetchFailed, match="checksum is wrong"):
            fetch("baci", tmp_path, base_url=server.url(""), sha256="0" * 64)


def test_fetch_refuses_a_mirror_without_encryption(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="not secure"):
        fetch("baci", tmp_path, base_url="http://copies.example/baci")


def test_the_registry_names_licence_citation_tables_and_way_for_every_source() -> None:
    for source in registry.sources():
        assert source.licence
        assert source.citation
        assert source.get
        assert source.load
        assert source.format
        assert source.fills
        assert set(source.fills) <= set(tables())


def test_every_source_that_can_be_loaded_is_in_the_registry() -> None:
    assert {source.id for source in registry.sources()} == set(LOADABLE)


def test_the_address_is_the_one_the_publisher_uses() -> None:
    base = "https://www.cepii.fr/DATA_DOWNLOAD/baci/data/"
    baci = registry.source("baci")
    assert baci.address("HS17") == base + "BACI_HS17_V202601.zip"
    assert baci.address("hs92", "V202401b") == base + "BACI_HS92_V202401b.zip"


def test_an_unknown_source_revision_or_version_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownCode, match=r"unknown source: found 'bacci', expected baci"):
        registry.source("bacci")
    with pytest.raises(UsageError, match=r"no such HS revision \(baci\): found HS99, expected HS92, .*HS22"):
        registry.source("baci").address("HS99")
    with pytest.raises(UsageError, match=r"no such version \(baci\): found '../x', expected like 202601"):
        registry.source("baci").address("HS17", "../x")
    with pytest.raises(UsageError, match=r"cannot be fetched.*homeground load tidy"):
        registry.source("tidy").address("HS17")
