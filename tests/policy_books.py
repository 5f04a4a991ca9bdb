"""Write small policy books for tests."""

from __future__ import annotations

import textwrap
from pathlib import Path

HEAD = '[book]\ntitle = "Test"\nauthority = "Nobody"\n'


def rule(
    identity: str,
    when: str = "true",
    verdict: str = "refuse",
    since: str = "2020-01-01",
    more: str = "",
    reason: str = "because",
) -> str:
    role = 'role = "chief"\n' if verdict == "refer" else ""
    return (
        f'[[rule]]\nid = "{identity}"\ntitle = "{identity}"\nlegal = "Act"\nfrom = {since}\n'
        f"when = '''{when}'''\nverdict = \"{verdict}\"\nreason = \"{reason}\"\n{role}{more}\n"
    )


def parameter(name: str, *values: str) -> str:
    return f'[[parameter]]\nname = "{name}"\nmeaning = "m"\nvalues = [{", ".join(values)}]\n'


def table(identity: str, file: str, more: str = "", since: str = "2020-01-01") -> str:
    return f'[[table]]\nid = "{identity}"\ntitle = "t"\nlegal = "Act"\nfrom = {since}\nfile = "{file}"\n{more}\n'


def write(folder: Path, *entries: str, files: dict[str, str] | None = None) -> Path:
    """A book of these entries below `folder`, with further files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.toml").write_text(HEAD, encoding="utf-8")
    (folder / "rules.toml").write_text("\n".join(entries), encoding="utf-8")
    for name, text in (files or {}).items():
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    return folder
