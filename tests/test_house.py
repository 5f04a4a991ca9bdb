"""Holds the layout: who may import whom, how long things are, what computing code may touch, what no file may say."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "homeground"

COMPUTING = frozenset({"measures", "leontief", "materials", "plan", "policy"})
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"units", "toml"}),
    frozenset({"codes"}),
    frozenset({"schema"}),
    frozenset({"sources"}),
    frozenset({"checks", "store"}),
    COMPUTING,
    frozenset({"deals"}),
    frozenset({"record"}),
    frozenset({"home"}),
    frozenset({"brief"}),
    frozenset({"desk"}),
    frozenset({"cli"}),
)
RANK = {room: rank for rank, floor in enumerate(FLOORS) for room in floor}
SHARED_FLOORS = (frozenset({"checks", "store"}),)
"""Rooms of one floor that may import one another."""

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONGER_FUNCTIONS: frozenset[str] = frozenset()
"""Functions that were looked at and may be longer, as `room/module.py:function`."""

OUTSIDE_WORLD = frozenset(
    {"execute", "to_pandas", "to_polars", "to_pyarrow", "to_pyarrow_batches"}
    | {"open", "read_text", "read_bytes", "read_csv", "read_parquet"}
    | {"now", "today", "utcnow", "time", "perf_counter", "getenv"}
)
PARAMETER_READERS = frozenset({"measures/parameters/__init__.py", "policy/vocabulary.py"})
"""Modules of computing rooms that read parameter files of the package, and nothing else."""

UNWANTED = {
    "a package index": re.compile(r"https?://\S*(?:pyp[i]|registr[y]|mirro[r])|pythonhoste[d]|inde[x]-url"),
    "a path of one machine": re.compile(r"(?<![\w.~/-])/(?:wor[k]|far[m]|roo[t]|tmp/[w])/"),
    "unfinished work": re.compile(r"\b(?:TOD[O]|FIXM[E]|NotImplementedErro[r])\b"),
}


def modules(package: Path) -> Iterator[tuple[str, ast.Module, int]]:
    """Each module's path inside the package, its tree and its number of lines."""
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(package).as_posix(), ast.parse(text), text.count("\n")


def room_of(module: str) -> str:
    return module.split("/")[0].removesuffix(".py")


def imported_rooms(tree: ast.Module, module: str) -> Iterator[tuple[int, str]]:
    here = ("homeground", *module.removesuffix(".py").removesuffix("/__init__").split("/"))
    package = here if module.endswith("__init__.py") else here[:-1]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        level = node.level if isinstance(node, ast.ImportFrom) else 0
        base = package[: len(package) - level + 1] if level else ()
        source = node.module if isinstance(node, ast.ImportFrom) else None
        for name in (".".join(filter(None, [*base, source, alias.name])) for alias in node.names):
            parts = name.split(".")
            if parts[0] == "homeground" and parts[1:] != ["__version__"]:
                yield node.lineno, parts[1] if len(parts) > 1 else "homeground"


def may_import(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    if imported not in RANK:
        return False
    if importer in COMPUTING and imported in {"store", "record", "home"}:
        return False
    together = {importer, imported}
    return RANK[imported] < RANK[importer] or any(together <= floor for floor in SHARED_FLOORS)


def import_faults(package: Path) -> list[str]:
    faults = []
    for module, tree, _ in modules(package):
        room = room_of(module)
        if room == "__init__":
            continue
        if room not in RANK:
            faults.append(f"{module}: {room} has no floor in the house")
            continue
        for line, imported in imported_rooms(tree, module):
            if not may_import(room, imported):
                faults.append(f"{module}:{line}: {room} imports {imported}")
    return faults


def length_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def size_faults(package: Path) -> list[str]:
    faults = []
    for module, tree, lines in modules(package):
        if lines > LONGEST_MODULE:
            faults.append(f"{module}: {lines} lines, at most {LONGEST_MODULE}")
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = length_without_docstring(node)
            if length > LONGEST_FUNCTION and f"{module}:{node.name}" not in LONGER_FUNCTIONS:
                faults.append(f"{module}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}")
    return faults


def outside_call(node: ast.Call | ast.Attribute) -> str | None:
    """The name of what reaches outside of a computation: an engine, a file, the clock, the environment."""
    if isinstance(node, ast.Attribute):
        return "environ" if node.attr == "environ" else None
    if isinstance(node.func, ast.Name) and node.func.id == "open":
        return "open"
    if isinstance(node.func, ast.Attribute) and node.func.attr in OUTSIDE_WORLD:
        return node.func.attr
    return None


def purity_faults(package: Path) -> list[str]:
    return [
        f"{module}:{node.lineno}: {name} inside a computation"
        for module, tree, _ in modules(package)
        if room_of(module) in COMPUTING and module not in PARAMETER_READERS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call | ast.Attribute) and (name := outside_call(node)) is not None
    ]


def wording_faults(root: Path, names: list[str]) -> list[str]:
    faults: list[str] = []
    for name in names:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            faults.extend(f"{name}:{number}: {what}" for what, pattern in UNWANTED.items() if pattern.search(line))
    return faults


def project_files() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("the list of the project's files comes from git, and this is no git checkout")
    return [name for name in listed.stdout.split("\0") if name]


def test_rooms_import_only_from_rooms_above_them() -> None:
    assert import_faults(PACKAGE) == []


def test_modules_and_functions_stay_short() -> None:
    assert size_faults(PACKAGE) == []


def test_functions_allowed_to_be_longer_exist_and_are_longer() -> None:
    too_long = {
        f"{module}:{node.name}"
        for module, tree, _ in modules(PACKAGE)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and length_without_docstring(node) > LONGEST_FUNCTION
    }
    assert too_long >= LONGER_FUNCTIONS


def test_computations_touch_no_engine_file_clock_or_environment() -> None:
    assert purity_faults(PACKAGE) == []


def test_no_file_names_a_package_index_a_machine_or_unfinished_work() -> None:
    assert wording_faults(ROOT, project_files()) == []


def planted(root: Path, module: str, source: str) -> Path:
    path = root / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("measures/shares.py", "from homeground.store import Store\n"),
        ("measures/shares.py", "from homeground import store\n"),
        ("measures/shares.py", "import homeground.record.ledger\n"),
        ("measures/shares.py", "from .. import home\n"),
        ("measures/deep/__init__.py", "from ...home import Home\n"),
        ("measures/shares.py", "from homeground.leontief import System\n"),
        ("measures/shares.py", "def f():\n    from homeground import home\n"),
        ("plan/build.py", "from homeground.policy import rules\n"),
        ("errors.py", "from homeground import units\n"),
        ("schema/__init__.py", "from homeground.sources import baci\n"),
        ("store/__init__.py", "from homeground.home import Home\n"),
        ("home.py", "from homeground.brief import page\n"),
        ("desk/app.py", "from homeground.cli import main\n"),
        ("desk/app.py", "import homeground\n"),
        ("attic.py", "import math\n"),
    ],
)
def test_an_import_from_below_is_found(tmp_path: Path, module: str, source: str) -> None:
    assert len(import_faults(planted(tmp_path, module, source))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("measures/shares.py", "from homeground.measures._ratio import ratio\nfrom . import _ratio\n"),
        ("measures/shares.py", "from homeground import errors, schema\nimport ibis\n"),
        ("store/__init__.py", "from homeground import __version__, checks, sources\n"),
        ("cli/main.py", "from homeground import brief, desk, home\n"),
        ("__init__.py", "from homeground import home\n"),
    ],
)
def test_an_import_from_above_is_allowed(tmp_path: Path, module: str, source: str) -> None:
    assert import_faults(planted(tmp_path, module, source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "shares = table.execute()\n",
        "shares = table.to_pandas()\n",
        "text = open('weights.csv').read()\n",
        "text = Path('weights.csv').open()\n",
        "day = datetime.now(UTC)\n",
        "day = date.today()\n",
        "home = os.environ['HOME']\n",
    ],
)
def test_a_computation_that_reaches_outside_is_found(tmp_path: Path, source: str) -> None:
    assert len(purity_faults(planted(tmp_path, "measures/shares.py", source))) == 1
    assert purity_faults(planted(tmp_path / "other", "home.py", source)) == []


def test_a_long_module_and_a_long_function_are_found(tmp_path: Path) -> None:
    body = "    x = 1\n"
    planted(tmp_path, "units.py", "x = 1\n" * (LONGEST_MODULE + 1))
    planted(tmp_path, "errors.py", "def long():\n" + body * LONGEST_FUNCTION)
    planted(tmp_path, "checks.py", 'def fits():\n    """One.\n\n    Two.\n    """\n' + body * (LONGEST_FUNCTION - 1))
    assert size_faults(tmp_path) == [
        "errors.py:1: long has 41 lines, at most 40",
        "units.py: 401 lines, at most 400",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("pip install --inde", "x-url=somewhere"),
        ("https://pyp", "i.example/simple"),
        ("see /wor", "k/data"),
        ("# TOD", "O later"),
    ],
)
def test_an_unwanted_word_is_found(tmp_path: Path, words: tuple[str, str]) -> None:
    planted(tmp_path, "notes.md", "fine\n" + "".join(words) + "\n")
    assert len(wording_faults(tmp_path, ["notes.md"])) == 1


def test_ordinary_words_and_binary_files_pass(tmp_path: Path) -> None:
    planted(tmp_path, "notes.md", "the network/work/ folder, https://www.cepii.fr, ./work/x\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    assert wording_faults(tmp_path, ["notes.md", "picture.png", "gone.md"]) == []


def test_the_page_on_the_layout_names_every_room_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "layout.md").read_text(encoding="utf-8")
    rooms, desk, _ = re.split("`desk/` is laid out|## Beside", page)
    assert set(re.findall(r"`(\w+)(?:/|\.py)`", rooms)) == set(RANK)
    subjects = set(re.findall(r"`(\w+)`", rooms.split("same folders by subject:")[1].split(".")[0]))
    assert subjects == folders("home") == folders("brief") - {"figures", "templates", "assets"}
    assert set(re.findall(r"`(\w+)/`", desk)) == folders("desk")


def folders(room: str) -> set[str]:
    return {path.name for path in (PACKAGE / room).iterdir() if path.is_dir() and path.name != "__pycache__"}
