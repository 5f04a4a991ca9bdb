"""Workbooks whose XML would read a file of the server, or grow without end, bring nothing and tell nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from desk_office import Office

SECRET = "a secret of this machine"
GROWING = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "9" * 50}">' for n in range(9)) + '<!ENTITY x "&a8;">'
PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml")


def hostile(entities: str, part: str) -> bytes:
    """A workbook one part of which declares entities and uses one."""
    made, held, altered = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    made.active.append(["title", "country"])
    made.save(held)
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(altered, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8")
            if name == part:
                body = content[content.index("?>") + 2 :] if content.startswith("<?xml") else content
                body = (
                    body.replace(">title<", ">&x;<").replace('name="Sheet"', 'name="&x;"').replace("<v>0<", "<v>&x;<")
                )
                content = f'<?xml version="1.0"?><!DOCTYPE r [{entities}]>{body}'
            target.writestr(name, content)
    return altered.getvalue()


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk with nothing loaded, and room for many jobs."""
    made = Office(tmp_path_factory.mktemp("reading") / "home", jobs=100)
    yield made
    made.close()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("growing", [False, True])
@pytest.mark.parametrize("path", ["/ground", "/materials"])
def test_such_a_workbook_is_refused_or_read_without_them(
    reading: Office, tmp_path: Path, part: str, growing: bool, path: str
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(SECRET)
    book = hostile(GROWING if growing else f'<!ENTITY x SYSTEM "{kept.as_uri()}">', part)
    sent = {"file": ("list.xlsx", book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
    answer = reading.as_("analyst").post(path, files=sent)
    assert answer.status_code in (303, 422)
    reading.work()
    told = answer.text + repr(reading.desk.jobs.every())
    assert SECRET not in told
    assert "9" * 100 not in told
    assert "Our own fault" not in told
