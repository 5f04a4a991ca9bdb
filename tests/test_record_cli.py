"""The commands of the record as people use them, from the first registrar to the auditor."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from homeground.cli import main
from homeground.home import Home
from homeground.home.record import _that_matter as that_matter
from homeground.record import KINDS, drill

DEAL = """
product = "270900"
value_usd = 520e6
verdict = "refer"
rules = ["E-3"]
outcome = "approve"
reason = "within the stock plan"

[deal]
direction = "import"
partner = "SAU"
quantity_t = 1_000_000

[signing]
roles = ["officer"]
limit_usd = 10e6
second_roles = ["deputy minister"]
"""

FROM_FILE = "--signers-from-file"


class Desk:
    """Runs commands in one folder, with one record."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOMEGROUND_HOME", str(folder / "home"))
        monkeypatch.delenv("HOMEGROUND_RECORD", raising=False)
        monkeypatch.setenv("HOMEGROUND_RECORD_KEY", str(folder / "keys" / "record.pem"))
        self._patch = monkeypatch

    def run(self, *words: str | Path, typed: str = "") -> tuple[int, str, str]:
        out, errors = io.StringIO(), io.StringIO()
        self._patch.setattr(sys, "argv", ["homeground", "record", *map(str, words)])
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = 0
        with redirect_stdout(out), redirect_stderr(errors):
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
        return code, out.getvalue(), errors.getvalue()

    def ok(self, *words: str | Path, typed: str = "") -> str:
        code, out, errors = self.run(*words, typed=typed)
        assert code == 0, errors or out
        return out


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path, monkeypatch)
    (tmp_path / "deal.toml").write_text(DEAL, encoding="utf-8")
    (tmp_path / "review.json").write_text('{"herfindahl": 0.296}', encoding="utf-8")
    made.ok("people", "add", "rita", "--name", "Rita Rask", "--role", "registrar", "--by", "rita")
    made.ok("people", "add", "ana", "--name", "Ana Aho", "--role", "officer", "--by", "rita")
    made.ok("people", "add", "dina", "--name", "Dina Dahl", "--role", "deputy minister", "--by", "rita")
    for person, role in (("ana", "officer"), ("dina", "deputy minister")):
        made.ok(
            "qualifications", "grant", person, "--role", role, "--goods", "2709", "--until", "2099-12-31",
            "--grounds", "office", "--by", "rita",
        )  # fmt: skip
    return made


def test_a_decision_goes_its_way_from_the_officer_to_the_auditor(desk: Desk) -> None:
    said = desk.ok("decide", "deal.toml", FROM_FILE, "--by", "ana", "--role", "officer", "--evidence", "review.json")
    assert (
        "Entry 6, decision: approve: 270900, 520 M USD; policy: refer, E-3. Decision: awaits second signature" in said
    )
    said = desk.ok("countersign", "6", "--by", "dina", "--role", "deputy minister")
    assert "Decision: in force" in said
    assert desk.ok("show", "6", "--evidence").strip() == '{"herfindahl":0.296}'
    assert "This decision is: in force" in desk.ok("show", "6")
    public = desk.ok("key").split("Public key:")[1].split()[0]
    desk.ok("checkpoint", "-o", "elsewhere.json")
    verified = json.loads(desk.ok("verify", "--public-key", public, "--checkpoint", "elsewhere.json", "--json"))
    assert verified["about"] == {
        "record": f"sqlite:///{desk.folder}/home/record.sqlite",
        "intact": True,
        "entries": 8,
        "signed_up_to": 7,
        "own_key": False,
    }
    desk.ok("export", "audit")
    script = [sys.executable, "-I", "-S", "audit/verify.py", "--public-key", public, "--checkpoint", "elsewhere.json"]
    done = subprocess.run(script, capture_output=True, text=True, check=False, cwd=desk.folder)
    assert done.stdout == "8 entries; signed up to entry 7\nintact\n"


def test_the_log_reads_newest_first_and_goes_into_every_kind_of_file(desk: Desk) -> None:
    rows = json.loads(desk.ok("log", "--json"))["rows"]
    assert [row["number"] for row in rows] == [5, 4, 3, 2, 1]
    assert rows[0]["says"].startswith("dina may sign as deputy minister for 2709, ")
    assert [row["kind"] for row in json.loads(desk.ok("log", "--kind", "person", "--json"))["rows"]] == ["person"] * 3
    for ending in ("csv", "parquet", "xlsx", "html", "json"):
        desk.ok("log", "-o", f"log.{ending}")
        assert (desk.folder / f"log.{ending}").stat().st_size > 100


def test_verify_ends_with_code_3_and_names_what_was_touched(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / "home" / "record.sqlite")) as connection:
        connection.executescript(
            "DROP TRIGGER entries_no_update; UPDATE entries SET body = replace(body, 'Ana', 'Eva') WHERE number = 2"
        )
    code, out, _ = desk.run("verify")
    assert code == 3
    assert "NOT INTACT, 1 findings" in out
    assert "the text of entry 2 was altered" in out
    code, _, errors = desk.run("note", "x", "--by", "ana", "--role", "officer")
    assert code == 3
    assert "does not hold together (entry 2)" in errors


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("show", "99"), 4, "no such entry: found 99, expected 1 to 5"),
        (("show", "1", "--evidence"), 4, "nothing is kept under this hash"),
        (("decide", "none.toml", FROM_FILE, "--by", "ana", "--role", "officer"), 4, "cannot be read"),
        (("decide", "review.json", FROM_FILE, "--by", "ana", "--role", "officer"), 3, "not TOML"),
        (
            ("decide", "deal.toml", FROM_FILE, "--by", "rita", "--role", "registrar"),
            3,
            "does not let a registrar sign this",
        ),
        (("verify", "--public-key", "deal.toml"), 3, "not an Ed25519 key"),
        (("verify", "--checkpoint", "review.json"), 3, "not a checkpoint"),
        (("checkpoint",), 4, "no key to sign with"),
        (("export", "home"), 3, "something here already"),
        (("restore", "home", "--url", "new.sqlite"), 4, "not an exported record"),
        (("log", "--url", "mysql://h/d"), 3, "not a place for a record"),
        (("log", "--home", "nowhere"), 4, "no record here yet"),
        (("log", "--kind", "gossip"), 3, "unknown kind of entry: found gossip"),
    ],
)
def test_mistakes_end_in_a_message_and_a_code_and_write_nothing(
    desk: Desk, words: tuple[str, ...], code: int, says: str
) -> None:
    ended, _, errors = desk.run(*words)
    assert (ended, says in errors) == (code, True), errors
    assert "Traceback" not in errors
    assert json.loads(desk.ok("verify", "--json"))["about"]["entries"] == 5


def test_corrections_and_remarks_are_entries_of_their_own(desk: Desk) -> None:
    desk.ok("decide", "deal.toml", FROM_FILE, "--by", "ana", "--role", "officer")
    (desk.folder / "deal.toml").write_text(DEAL.replace("520e6", "5e6"), encoding="utf-8")
    assert "in force" in desk.ok(
        "decide", "deal.toml", FROM_FILE, "--by", "ana", "--role", "officer", "--supersedes", "6"
    )
    desk.ok("note", "asked for stock cover", "--entry", "7", "--by", "dina", "--role", "deputy minister")
    desk.ok("supersede", "7", "--reason", "the seller withdrew", "--by", "ana", "--role", "officer")
    desk.ok("qualifications", "revoke", "4", "--reason", "moved", "--by", "rita")
    standings = {row["entry"]: row["standing"] for row in json.loads(desk.ok("decisions", "--json"))["rows"]}
    assert standings == {6: "superseded", 7: "superseded"}
    holds = {row["person"]: row["holds"] for row in json.loads(desk.ok("qualifications", "list", "--json"))["rows"]}
    assert holds == {"ana": False, "dina": True}
    assert "People: 3" in desk.ok("people", "list")


def test_a_drill_on_past_trade_is_drawn_set_judged_and_qualifies(desk: Desk, sample_home: Home) -> None:
    drawn = ("drill", "cases", "Japan", "--year", "2021", "--goods", "2709", "--role", "officer", "-n", "4")
    home = ("--home", str(sample_home.store.path), "-o", "drill.toml")
    desk.ok(*drawn, *home)
    path = desk.folder / "drill.toml"
    code, _, errors = desk.run("drill", "run", path, "--by", "ana")
    assert code == 3
    assert "no expected verdict yet" in errors
    path.write_text(path.read_text(encoding="utf-8").replace('verdict = ""', 'verdict = "allow"'), encoding="utf-8")
    flows = sample_home.flows(years=[2021], dataset="crude-2021").to_pyarrow().to_pylist()
    traded = {(f["exporter"], round(f["value_usd"], 2)) for f in flows if f["importer"] == "JPN"}
    cases = drill.read(path).cases
    assert len({case.deal["partner"] for case in cases}) == 4
    for case in cases:
        deal = case.deal
        assert (deal["partner"], deal["value_usd"]) in traded
        assert deal["price_usd_per_t"] * deal["quantity_t"] == pytest.approx(deal["value_usd"], rel=1e-4)  # cents
    code, _, errors = desk.run("drill", "run", path, "--by", "rita")
    assert (code, "does not hold this role" in errors) == (3, True)
    code, said, _ = desk.run("drill", "run", path, "--by", "ana", typed="refuse\n\n" * 4)
    assert code == 3
    assert "not passed" in said
    said = desk.ok("drill", "run", path, "--by", "ana", typed="perhaps\nallow\n\n" + "allow\n\n" * 3)
    assert "Qualified as officer for goods 2709" in said
    kinds = [row["kind"] for row in json.loads(desk.ok("log", "--json"))["rows"]]
    assert kinds[:3] == ["qualification", "drill", "drill"]


def test_the_same_seed_draws_the_same_cases_and_a_policy_may_judge_them(sample_home: Home) -> None:
    def judge(deal: dict[str, object]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        return ("refer", ("E-3",), ("too much",)) if deal["partner"] == "SAU" else ("allow", (), ())

    one = sample_home.drill_cases("JPN", "2709", 2021, 8, judge=judge, dataset="crude-2021")
    assert one == sample_home.drill_cases("JPN", "2709", 2021, 8, judge=judge, dataset="crude-2021")
    assert one != sample_home.drill_cases("JPN", "2709", 2021, 8, seed=1, judge=judge, dataset="crude-2021")
    assert all(case.verdict == judge(dict(case.deal))[0] for case in one)
    assert {case.deal["country"] for case in one} == {"JPN"}


@pytest.mark.parametrize(
    ("values", "count", "kept"),
    [
        ([1000.0, 500.0, 5.0, 3.0], 2, [1000.0, 500.0]),
        ([3.0, 1000.0, 15.0, 500.0], 1, [1000.0, 15.0, 500.0]),
        ([3.0, 1000.0], 2, [3.0, 1000.0]),
        ([10.0, 10.0, 10.0], 1, [10.0, 10.0, 10.0]),
    ],
)
def test_flows_that_make_up_the_last_percent_are_no_cases_unless_needed(
    values: list[float], count: int, kept: list[float]
) -> None:
    rows = [{"value_usd": value} for value in values]
    assert [row["value_usd"] for row in that_matter(rows, count)] == kept


@pytest.mark.parametrize(("goods", "count", "says"), [("9301", 3, "arms"), ("2709", 500, "too few past imports")])
def test_no_cases_from_arms_or_from_more_trade_than_there_was(
    desk: Desk, sample_home: Home, goods: str, count: int, says: str
) -> None:
    code, _, errors = desk.run(
        "drill", "cases", "JPN", "--year", "2021", "--goods", goods, "--role", "officer", "-n", str(count),
        "-o", "d.toml", "--home", str(sample_home.store.path), "--dataset", "crude-2021",
    )  # fmt: skip
    assert code in (3, 4)
    assert says in errors
    assert not (desk.folder / "d.toml").exists()


def test_the_record_opens_no_engine_of_tables() -> None:
    probe = "import sys, homeground.record; print(sorted({'duckdb', 'ibis', 'pandas', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.strip() == "[]"


def test_the_page_on_the_record_shows_the_example_and_every_kind_as_they_are() -> None:
    root = Path(__file__).parents[1]
    page = (root / "docs" / "how-to" / "keep-the-record.md").read_text(encoding="utf-8")
    assert (root / "examples" / "record" / "decision.toml").read_text(encoding="utf-8") in page
    for kind in KINDS.values():
        assert f"| `{kind.name}` | {kind.meaning} |" in page
