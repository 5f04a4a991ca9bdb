"""Fuzz the readers of what strangers write: rule texts, conditions, deals, sanctions lists.

    pip install atheris
    python tools/fuzz.py rules --minutes 10 --corpus /tmp/corpus/rules

Whatever stands in a file, reading it must end in an answer or in a message that says what to do, within seconds and
without more memory than the file is worth; anything else is a finding, and its input is kept in the corpus folder as
`crash-…`, `timeout-…` or `oom-…`. `tests/test_fuzz_corpus.py` reads every input below `tests/data/fuzz` again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
KEPT = ROOT / "tests" / "data" / "fuzz"
BETWEEN = b"\x1e"
"""Stands between the text of a book and its decision table."""
TODAY = date(2024, 7, 1)
SECONDS = 20
MEGABYTES = 2048

Target = Callable[[bytes, Path], None]


def rules(content: bytes, folder: Path) -> None:
    """Read a book, check it, and judge an empty case on each day on which it changes."""
    from homeground import policy
    from homeground.errors import HomegroundError

    text, _, table = content.partition(BETWEEN)
    (folder / "book.toml").write_bytes(text)
    (folder / "table.csv").write_bytes(table)
    try:
        book, faults = policy.look(folder)
        for fault in faults:
            require_remedy(fault)
        policy.check(book)
        for day in book.turning_days()[:3]:
            policy.judge(policy.on(book, day), {})
    except HomegroundError as error:
        require_remedy(str(error))


def conditions(content: bytes, folder: Path) -> None:
    """Read one condition, find its type, and evaluate it where nothing is known."""
    from homeground.errors import HomegroundError
    from homeground.policy import facts, grammar
    from homeground.policy.evaluation import evaluate, of_case
    from homeground.policy.types import type_of

    names = {name: fact.type for name, fact in facts().items()}
    try:
        node = grammar.parse(content.decode("utf-8", "replace"), "fuzz")
        type_of(node, names, "fuzz")
        evaluate(node, of_case({}.get))
    except HomegroundError as error:
        require_remedy(str(error))


def deals(content: bytes, folder: Path) -> None:
    """Read a deal."""
    from homeground import deals as room
    from homeground.errors import HomegroundError

    (folder / "deal.toml").write_bytes(content)
    try:
        room.read(folder / "deal.toml", TODAY).document()
    except HomegroundError as error:
        require_remedy(str(error))


def lists(content: bytes, folder: Path) -> None:
    """Read a sanctions list of each publisher, and what measures name."""
    from homeground.codes import parties
    from homeground.errors import HomegroundError
    from homeground.sources import sanctions

    (folder / "list").write_bytes(content)
    for source in sanctions.LISTS:
        try:
            reading = sanctions.open_files(source, [folder / "list"])
            for part in reading.parts(folder):
                assert part.arrow is None or part.arrow[1].num_rows >= 0
        except HomegroundError as error:
            require_remedy(str(error))
    row = dict.fromkeys(("importer", "exporter", "hs_prefix"), content[:40].decode("utf-8", "replace"))
    with suppress(HomegroundError):
        parties.require([{**row, "from_date": TODAY, "to_date": None}], "fuzz")


TARGETS: dict[str, Target] = {"rules": rules, "conditions": conditions, "deals": deals, "lists": lists}


def require_remedy(text: str) -> None:
    """Raise AssertionError unless a message says what to do."""
    assert "What to do" in text, text


def seeds(target: str) -> list[bytes]:
    """Return what the fuzzer starts from: examples, tables of tests, and what earlier runs found."""
    kept = [path.read_bytes() for path in sorted((KEPT / target).glob("*"))]
    if target == "deals":
        return kept + [path.read_bytes() for path in sorted((EXAMPLES / "deals" / "offers").glob("*.toml"))]
    if target == "lists":
        lists = sorted((ROOT / "tests" / "data" / "sanctions").glob("*.csv"))
        return kept + [b"\n".join(path.read_bytes().splitlines()[:20]) for path in lists]
    book = EXAMPLES / "policy" / "averland"
    texts = [path.read_bytes() for path in sorted(book.rglob("*.toml"))]
    tables = [path.read_bytes() for path in sorted(book.rglob("*.csv"))]
    head = (book / "book.toml").read_bytes()
    whole = [b"\n".join(texts)] + [head + b"\n" + text for text in texts]
    if target == "conditions":
        lines = b"\n".join(texts).decode("utf-8").splitlines()
        found = [line.split("=", 1)[1].strip(" '\"") for line in lines if line.startswith(("when", "unless"))]
        return kept + [text.encode("utf-8") for text in found]
    return kept + whole + [text + BETWEEN + table for text in whole[:1] for table in tables]


def main() -> None:
    """Run one target until the time is up or something is found."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("target", choices=TARGETS)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--corpus", type=Path, required=True, help="folder that is filled as the fuzzer learns")
    chosen = asked.parse_args()
    chosen.corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(chosen.target)):
        (chosen.corpus / f"seed-{number:03d}").write_bytes(seed)
    import atheris

    with atheris.instrument_imports(include=["homeground", "tomllib"]):
        import homeground.codes.parties
        import homeground.deals
        import homeground.policy
        import homeground.policy.grammar
        import homeground.sources.sanctions  # noqa: F401
    run = TARGETS[chosen.target]
    with tempfile.TemporaryDirectory() as scratch:
        limits = [f"-max_total_time={60 * chosen.minutes:.0f}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}"]
        kept = [f"-artifact_prefix={chosen.corpus}/", "-print_final_stats=1", "-max_len=40000"]
        atheris.Setup([sys.argv[0], *limits, *kept, str(chosen.corpus)], lambda data: run(data, Path(scratch)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
