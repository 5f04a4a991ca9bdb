"""The example deals on real trade, and what a user does with them: commands, record, plan, backtest."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from homeground import deals, policy
from homeground.brief.deals import deal_page, deal_words
from homeground.deals import backtest
from homeground.errors import BadInput, NotInHome, SigningRefused, UsageError
from homeground.home import Home
from homeground.home.deals import deal_record
from homeground.home.deals.deals import tables
from homeground.policy.judging import judge
from homeground.record import Ledger, Signing
from policy_books import rule, write
from test_cli import run

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "deals"
POLICY = EXAMPLES / "policy"
LISTS = Path(__file__).parent / "data" / "sanctions"
SEAFOOD = "trade/baci_seafood_2018/standardized_baci_seafood_hs12_y2018_including_value.csv"

VERDICTS = {
    "01": ("refer", {"E-3", "P-1", "P-2"}),
    "02": ("allow", set()),
    "03": ("allow", set()),
    "04": ("insufficient data", set()),
    "05": ("refuse", {"R-1", "W-1"}),
    "06": ("allow", set()),
    "07": ("caution", {"W-1"}),
    "08": ("refuse", {"R-1", "W-1"}),
    "09": ("refer", {"E-3", "W-1"}),
    "10": ("allow", set()),
    "11": ("refuse", {"B-1"}),
    "12": ("refuse", {"F-1"}),
    "13": ("allow", set()),
    "14": ("caution", {"P-3"}),
    "15": ("allow", set()),
    "16": ("refuse", {"H-1"}),
    "17": ("refer", {"D-1"}),
    "18": ("refer", {"N-1"}),
    "19": ("insufficient data", set()),
    "20": ("allow", set()),
    "21": ("refer", {"S-1", "W-1"}),
    "22": ("caution", {"W-1"}),
}
OF_SEAFOOD = ("18", "19", "20")


@pytest.fixture(scope="module")
def home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample with the example tables, and the seafood where it is at hand."""
    folder = tmp_path_factory.mktemp("deals") / "home"
    shutil.copytree(sample_home.store.path, folder)
    found = Home(folder)
    for table in ("restrictions", "exchange_rates", "freight", "currency_budget", "dual_use"):
        found.load("tidy", EXAMPLES / "tables" / f"{table}.csv", mapping=EXAMPLES / "tables" / f"{table}.toml")
    for name in ("aluminium-usa", "gypsum-india"):
        found.load("process-book", EXAMPLES / "books" / f"{name}.toml")
    found.load("ofac-sdn", LISTS / "sdn.csv", LISTS / "alt.csv")
    return found


@pytest.fixture(scope="module")
def home_with_seafood(home: Home, shared_data: Path) -> Home:
    home.load("tidy", shared_data / SEAFOOD, mapping=EXAMPLES / "tables" / "seafood.toml")
    return home


@pytest.fixture(scope="module")
def book() -> policy.Book:
    return policy.read(POLICY)


def file(number: str) -> Path:
    (found,) = (EXAMPLES / "offers").glob(f"{number}-*.toml")
    return found


def test_every_example_deal_has_a_verdict_and_the_book_is_sound(book: policy.Book) -> None:
    assert sorted(path.name[:2] for path in (EXAMPLES / "offers").glob("*.toml")) == sorted(VERDICTS)
    assert policy.check(book) == ()
    assert all(outcome.passes for outcome in policy.run_scenarios(book))


@pytest.mark.parametrize("number", [number for number in VERDICTS if number not in OF_SEAFOOD])
def test_each_deal_has_its_verdict_and_every_counter_proposal_passes(
    home: Home, book: policy.Book, number: str
) -> None:
    _holds(home, book, number)


@pytest.mark.parametrize("number", OF_SEAFOOD)
def test_each_deal_in_seafood_has_its_verdict(home_with_seafood: Home, book: policy.Book, number: str) -> None:
    _holds(home_with_seafood, book, number)


def _holds(home: Home, book: policy.Book, number: str) -> None:
    found = deals.review(home, file(number), book)
    fired = {firing.rule.id for firing in found.judgement.fired}
    assert (found.verdict, fired) == VERDICTS[number]
    text = deal_page.screen(found)
    assert text.startswith(found.verdict.upper())
    assert max(map(len, text.splitlines())) <= 132
    limit = {"allow", "caution"} if found.verdict != "caution" else {"allow"}
    for proposal in found.proposals:
        assert proposal.kind == "price remark" or proposal.verdict in limit
    json.dumps(deals.document(found), allow_nan=False)


def test_the_officer_s_example_comes_out_with_its_real_numbers(home: Home, book: policy.Book) -> None:
    """Crude oil of 2021: shares, Herfindahl, quartiles and the edge as a hand calculation on the file gives them."""
    found = deals.review(home, file("01"), book)
    lines = dict(deal_words.lines(found))
    assert "REFER to the deputy minister" in deal_words.head(found)
    assert "39.9 % → 40.5 % of the imports of Japan come from Saudi Arabia (2021)" in lines["Supplier share"]
    assert "Herfindahl 0.296 → 0.298" in lines["Supplier share"]
    assert "(421 to 513; median 464, n = 842)" in lines["Price"]
    assert "(496; median 466): 54.1 M USD over our own median" in lines["Price"]
    assert "up to 0.137 Mt from Saudi Arabia" in lines["It would pass"]
    assert "1 Mt from the United States (Herfindahl 0.291)" in lines["It would pass"]
    assert "P-1, P-2 fall away at ≤ 496 USD/t" in lines["It would pass"]
    assert found.items["own_price_upper_quartile_usd_t"].value == pytest.approx(496.06, abs=0.01)


def test_of_a_deal_that_passes_with_caution_it_is_told_what_would_be_allowed(home: Home, book: policy.Book) -> None:
    lines = dict(deal_words.lines(deals.review(home, file("22"), book)))
    assert lines["Without caution"].startswith("nothing that was tried would do: less of it, own goods")
    assert "It would pass" not in lines
    assert lines["Dependence"].startswith("4 of 9 published rules call it dependent: ")


def test_published_rules_without_the_deal_are_those_of_the_dependence_command(home: Home) -> None:
    for country, hs6, dataset, year in (
        ("JPN", "270900", "crude-2021", 2021),
        ("JPN", "282520", "raw-materials", 2023),
        ("IND", "260600", "raw-materials", 2023),
        ("DEU", "271121", "raw-materials", 2020),
    ):
        (row,) = home.dependence(country, year, product=hs6, dataset=dataset).to_pyarrow().to_pylist()
        port = tables(home.store)
        deal = _deal(country=country, product=hs6, evidence={"year": year, "dataset": dataset})
        market = port.market(deal)
        assert not isinstance(market, str)
        found = port.presets(market, country, {})
        assert found == {name: row[name] for name in found}
        assert market.bought(country)[row["top_supplier"]] / sum(market.bought(country).values()) == pytest.approx(
            row["top_share"]
        )


def _deal(**changes: Any) -> deals.Deal:
    stated = {"direction": "import", "country": "JPN", "partner": "CHL", "product": "270900", "incoterm": "FOB"}
    return deals.parse({**stated, "quantity": 1000, "price": 500, "day": date(2024, 9, 1), **changes})


def test_the_newest_year_up_to_the_deal_answers_where_none_is_named(home: Home, book: policy.Book) -> None:
    found = home.review(_deal(product="283691", country="KOR", day=date(2012, 5, 1)), book)
    assert found.items["herfindahl_after"].vintage == "2012"
    nothing = home.review(_deal(product="010121"), book)
    assert "no trade in 010121" in nothing.unknown["herfindahl_after"]


def test_a_home_that_changed_is_read_anew(sample_home: Home, tmp_path: Path, book: policy.Book) -> None:
    shutil.copytree(sample_home.store.path, tmp_path / "home")
    found = Home(tmp_path / "home")
    before = deals.review(found, file("11"), book)
    assert before.items["embargoed"].value is None
    found.load("tidy", EXAMPLES / "tables" / "restrictions.csv", mapping=EXAMPLES / "tables" / "restrictions.toml")
    assert deals.review(found, file("11"), book).verdict == "refuse"


# Commands


@pytest.mark.parametrize(("number", "code"), [("01", 20), ("02", 0), ("04", 40), ("05", 30), ("07", 10)])
def test_the_command_ends_with_the_code_of_the_verdict(home: Home, number: str, code: int, tmp_path: Path) -> None:
    page = tmp_path / "review.html"
    done = run("deal", "review", file(number), "--policy", POLICY, "--home", home.store.path, "-o", page, "--json")
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["verdict"] == VERDICTS[number][0]
    assert VERDICTS[number][0].upper() in page.read_text(encoding="utf-8")


def test_facts_go_to_a_table_and_the_screen_is_text(home: Home, tmp_path: Path) -> None:
    for name in ("facts.csv", "facts.xlsx", "facts.parquet", "facts.json"):
        done = run("deal", "review", file("02"), "--policy", POLICY, "--home", home.store.path, "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("arguments", [("nowhere.toml",), ("torn.toml",), ("good.toml", "--record")])
def test_a_mistake_ends_in_a_message(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "torn.toml").write_text("direction = 'buy'\n", encoding="utf-8")
    shutil.copy(file("01"), tmp_path / "good.toml")
    name, *rest = arguments
    done = run("deal", "review", tmp_path / name, "--policy", POLICY, "--home", tmp_path / "home", *rest)
    assert done.returncode in (2, 3, 4)
    assert "What to do" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_of_the_examples_is_reviewed_together(home: Home) -> None:
    crude = [file(number) for number in ("01", "02", "12", "13")]
    done = run("deal", "plan", *crude, "--policy", POLICY, "--home", home.store.path, "--json")
    rows = json.loads(done.stdout)["rows"]
    assert done.returncode == 30
    assert [row["alone"] for row in rows] == ["refer", "allow", "refuse", "allow"]
    back = run("deal", "plan", *crude[::-1], "--policy", POLICY, "--home", home.store.path, "--json")
    assert json.loads(back.stdout)["rows"] == rows[::-1]


def test_a_list_of_deals_is_reviewed_as_files_of_one_deal_each_are(home: Home, tmp_path: Path) -> None:
    header = "direction,country,partner,product,quantity,unit,price,currency,incoterm,day,title"
    row = "import,Japan,{},270900,1,Mt,520,USD,FOB,2024-07-15,{}"
    (tmp_path / "year").mkdir()
    listed = tmp_path / "year" / "deals.csv"
    listed.write_text("\n".join([header, row.format("Saudi Arabia", "one"), row.format("USA", "two"), ""]), "utf-8")
    asked = ("--policy", POLICY, "--home", home.store.path, "--json")
    of_list, of_folder = (run("deal", "plan", path, *asked) for path in (listed, listed.parent))
    rows = json.loads(of_list.stdout)["rows"]
    assert [(each["deal"], each["partner"]) for each in rows] == [("one", "SAU"), ("two", "USA")]
    assert json.loads(of_folder.stdout)["rows"] == rows
    listed.write_text(listed.read_text("utf-8").replace("520", "-520").replace("USA", "Atlantis"), "utf-8")
    refused = run("deal", "plan", listed, *asked)
    assert refused.returncode == 3
    assert "deals.csv" in refused.stderr
    assert "Atlantis" in refused.stderr
    assert "-520" in refused.stderr


# The record


def test_a_review_is_recorded_with_its_evidence_and_the_policy_s_text(
    home: Home, book: policy.Book, tmp_path: Path
) -> None:
    found = deals.review(home, file("01"), book)
    with Ledger(tmp_path / "record.sqlite") as ledger:
        ledger.add_person("ana", "Ana", ["registrar", "officer"], by="ana")
        ledger.add_person("bo", "Bo", ["deputy minister"], by="ana")
        ledger.add_person("eve", "Eve", ["registrar", "clerk"], by="ana")
        entry = deal_record.record(ledger, found, POLICY, by="ana", role="officer")
        assert (entry.kind, entry.payload["verdict"], entry.payload["rules"]) == (
            "review",
            "refer",
            ["E-3", "P-1", "P-2"],
        )
        kept = json.loads(ledger.snapshot(entry.evidence))
        assert kept["evidence"] == json.loads(json.dumps(deals.document(found)["evidence"]))
        text = json.loads(ledger.snapshot(entry.policy))
        assert text["version"] == book.version
        assert "one_supplier_share" in text["texts"]["parameters.toml"]
        with pytest.raises(SigningRefused):
            deal_record.record(ledger, found, POLICY, by="bo", role="officer")
        ledger.grant("ana", "officer", ["2709"], "2999-12-31", by="eve", grounds="x")
        ledger.grant("bo", "deputy minister", ["2709"], "2999-12-31", by="ana", grounds="x")
        who = Signing(("officer",), 10_000_000, ("deputy minister",), "Trade Decisions Act")
        decided = ledger.decide(
            deal_record.decision(found, "approve", who, "stocks are low"),
            by="ana",
            role="officer",
            evidence=deals.document(found),
            policy=deal_record.policy_text(POLICY, book.version),
        )
        assert (decided.evidence, decided.policy) == (entry.evidence, entry.policy)
        ledger.countersign(decided.number, by="bo", role="deputy minister")
        assert ledger.state().decisions[decided.number].standing == "in force"
        assert ledger.verify().intact


def test_a_policy_that_changed_since_the_review_is_not_recorded(home: Home, tmp_path: Path) -> None:
    shutil.copytree(POLICY, tmp_path / "policy")
    found = deals.review(home, file("02"), tmp_path / "policy")
    (tmp_path / "policy" / "book.toml").write_text(
        (POLICY / "book.toml").read_text(encoding="utf-8") + "# later\n", encoding="utf-8"
    )
    with Ledger(tmp_path / "record.sqlite") as ledger:
        ledger.add_person("ana", "Ana", ["registrar", "officer"], by="ana")
        with pytest.raises(BadInput, match="changed since the review"):
            deal_record.record(ledger, found, tmp_path / "policy", by="ana", role="officer")


def test_the_command_records(home: Home, tmp_path: Path) -> None:
    record = tmp_path / "record.sqlite"
    with Ledger(record) as ledger:
        ledger.add_person("ana", "Ana", ["registrar", "officer"], by="ana")
    asked = ("deal", "review", file("02"), "--policy", POLICY, "--home", home.store.path, "--record", "--url", record)
    done = run(*asked, "--by", "ana", "--role", "officer")
    assert done.returncode == 0, done.stderr
    assert "Entry 2, review" in done.stderr
    log = run("record", "log", "--url", record, "--json")
    assert [row["kind"] for row in json.loads(log.stdout)["rows"]] == ["review", "person"]


# Backtests


BACK = (
    rule("CAP", "supplier_share_after > 0.4", "refer"),
    rule("RISE", "herfindahl_after > 0.5 && suppliers > 1.0", "refuse"),
    rule("DEAR", "price_usd_t > price_upper_quartile_usd_t", "caution"),
    rule("HIGH", "price_percentile > 0.9", "caution"),
    rule("LEAN", "partner_dependence_on_us > 0.8 && partner_world_share > 0.01", "caution"),
    rule("NAMES", "name_hits > 0", "refer"),
)


def test_a_backtest_says_of_each_flow_what_a_review_says_of_it_as_the_last_deal_of_the_year(
    home: Home, tmp_path: Path
) -> None:
    """Each flow of Japan's crude oil is judged as one case from columns, and once more from sums made row by row."""
    law = policy.on(policy.read(write(tmp_path, *BACK)), date(2024, 9, 1))
    test = backtest.testable(law, "import", embargoes=False)
    assert test.aside == {"NAMES": ("name_hits",)}
    flows = home.flows(dataset="crude-2021", years=[2021])
    cases = backtest.cases(flows, "import", test.facts, {"JPN"}, None, law.day)
    rows = backtest.judged(test.law, cases).to_pyarrow().to_pylist()
    every = flows.to_pyarrow().to_pylist()
    own = [row for row in every if row["importer"] == "JPN"]
    total = sum(row["value_usd"] for row in own)
    port = tables(home.store)
    market = port.market(_deal(evidence={"year": 2021, "dataset": "crude-2021"}))
    assert not isinstance(market, str)
    world = port.price_sets(market, None).world
    assert world is not None
    assert len(rows) == len(own) == 30
    for row in rows:
        value, tons = row["value_usd"], row["quantity_t"]
        sold = sum(other["value_usd"] for other in every if other["exporter"] == row["partner"])
        price = value / tons if tons > world.least_t else None
        case = {
            "direction": "import",
            "hs6": "270900",
            "partner": row["partner"],
            "supplier_share_after": value / total,
            "herfindahl_after": sum((other["value_usd"] / total) ** 2 for other in own),
            "suppliers": 30.0,
            "price_usd_t": price,
            "price_upper_quartile_usd_t": world.q3,
            "price_percentile": None if price is None else world.percentile(price),
            "partner_dependence_on_us": value / sold,
            "partner_world_share": sold / sum(other["value_usd"] for other in every),
        }
        alone = judge(test.law, policy.typed_case(case, law.book.facts))
        assert row["verdict"] == alone.verdict
        assert row["herfindahl_after"] == pytest.approx(case["herfindahl_after"])
        if price is not None:
            assert row["price_percentile"] == pytest.approx(case["price_percentile"])


def test_sums_of_a_backtest_close_over_every_way_of_parting(home: Home, tmp_path: Path) -> None:
    book = policy.read(write(tmp_path, *BACK))
    day = date(2024, 9, 1)
    totals = set()
    for by in ("verdict", "product", "partner", "year", "country"):
        found = home.backtest(book, day, country="KOR", years=[2021, 2022], dataset="raw-materials", by=by)
        totals.add((sum(r["flows"] for r in found.parts), round(sum(r["value_usd"] for r in found.parts))))
        assert sum(r["flows"] for r in found.verdicts) == sum(r["flows"] for r in found.parts)
    assert len(totals) == 1
    for year in found.alarms:
        assert 0 <= year["stayed"] <= year["stopped"]


def test_two_books_over_the_same_trade_differ_only_where_a_rule_was_added(home: Home, tmp_path: Path) -> None:
    old = policy.read(write(tmp_path / "old", BACK[0]))
    new = policy.read(write(tmp_path / "new", BACK[0], BACK[1]))
    asked: dict[str, Any] = {"country": "JPN", "years": [2023], "dataset": "raw-materials"}
    found = home.backtest(new, date(2024, 9, 1), against=old, **asked)
    changed = [row for row in found.changes if row["verdict"] != row["verdict_before"]]
    assert changed
    assert {row["verdict"] for row in changed} == {"refuse"}
    alone = {row["verdict"]: row["flows"] for row in home.backtest(old, date(2024, 9, 1), **asked).verdicts}
    before: dict[str, int] = {}
    for row in found.changes:
        before[row["verdict_before"]] = before.get(row["verdict_before"], 0) + row["flows"]
    assert before == alone


def test_a_backtest_of_a_bloc_or_an_unknown_parting_is_refused(home: Home, book: policy.Book) -> None:
    for asked in ({"country": "EU27"}, {"by": "moon"}, {"direction": "sideways"}):
        with pytest.raises(UsageError):
            home.backtest(book, date(2024, 9, 1), dataset="crude-2021", **asked)
    with pytest.raises(NotInHome):
        home.backtest(book, date(2024, 9, 1), dataset="crude-2021", years=[1950])


def test_the_command_backtests_and_compares(home: Home, tmp_path: Path) -> None:
    asked = ("policy", "backtest", POLICY, "--country", "Japan", "--year", "2023", "--dataset", "raw-materials")
    done = run(*asked, "--on", "2024-09-01", "--home", home.store.path, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert {row["rule"] for row in document["rows"]} >= {"E-3", "R-1", "W-1", "P-1", "B-1"}
    assert any("not tested: N-1" in note for note in document["notes"])
    other = write(tmp_path / "book", BACK[0])
    both = run(*asked, "--against", other, "--home", home.store.path)
    assert both.returncode == 0, both.stderr
    assert "come out otherwise" in " ".join(both.stdout.split())


def test_exports_are_tested_too(home: Home, tmp_path: Path) -> None:
    book = policy.read(write(tmp_path, rule("CHEAP", "price_usd_t < price_lower_quartile_usd_t", "caution"), BACK[0]))
    found = home.backtest(
        book, date(2024, 9, 1), country="CHL", years=[2023], dataset="raw-materials", direction="export"
    )
    assert found.test.aside == {"CAP": ("supplier_share_after",)}
    assert {row["verdict"] for row in found.verdicts} == {"allow", "caution"}


def test_a_home_of_many_sellers_proposes_only_what_its_measures_permit(home: Home, book: policy.Book) -> None:
    found = deals.review(home, file("09"), book)
    partners = {s.deal.partner for p in found.proposals for s in p.settings}
    assert "RUS" not in partners


# Own goods in the place of the import, on real trade and published quantities


def test_india_s_stacks_could_replace_gypsum_from_oman(home: Home, book: policy.Book) -> None:
    """1.1 t of phosphogypsum at 1,200 rupees save 20 USD at 82.6 rupees each: 1.1·1,200/20/82.6 = 0.799."""
    found = deals.review(home, file("21"), book)
    assert found.value("home_substitute_share") == 1.0
    assert found.value("home_substitute_currency_saved_usd") == pytest.approx(6e6)
    assert found.value("home_substitute_drc") == pytest.approx(1.1 * 1_200 / 20 / 82.6)
    assert found.value("home_substitute_byproduct") is True
    (proposal,) = found.proposals
    assert proposal.words.startswith("330,000 t of own phosphogypsum")
    assert proposal.settings == ()
    assert "own phosphogypsum" in deal_page.html(found)


def test_america_s_idle_smelters_save_currency_and_cost_more_than_it_is_worth(home: Home, book: policy.Book) -> None:
    """610 kt are capacity less production of 2023; what they take in agrees with the process book's own explanation."""
    found = deals.review(home, file("22"), book)
    ways = home.substitutes("aluminium", EXAMPLES / "books" / "aluminium-usa.toml").ways
    (smelter,) = [way for way in ways if way.kind == "own making"]
    assert found.value("home_substitute_t") == pytest.approx(1_360_000 - 750_000)
    assert smelter.inputs_usd is not None
    assert smelter.home_cost is not None
    saved = 610_000 * 2_600 - smelter.inputs_usd
    assert found.value("home_substitute_currency_saved_usd") == pytest.approx(saved)
    assert found.value("home_substitute_drc") == pytest.approx(smelter.home_cost / saved)
    assert 1.0 < smelter.home_cost / saved < 1.2  # that is why they stand idle
    assert "dearer at home than the currency it saves" in deal_page.screen(found)


def test_cheaper_power_would_turn_the_verdict_to_the_smelters(home: Home, book: policy.Book, tmp_path: Path) -> None:
    text = (EXAMPLES / "books" / "aluminium-usa.toml").read_text(encoding="utf-8")
    cheaper = tmp_path / "cheaper.toml"
    cheaper.write_text(text.replace("home_price = 0.0806", "home_price = 0.045"), encoding="utf-8")
    shutil.copytree(home.store.path, tmp_path / "home")
    other = Home(tmp_path / "home")
    other.load("process-book", cheaper, replace=True)
    found = deals.review(other, file("22"), book)
    assert found.verdict == "refer"
    assert {firing.rule.id for firing in found.judgement.fired} == {"S-2", "W-1"}
    assert found.judgement.roles == ("secretary for industry",)
    (own,) = [p for p in found.proposals if p.kind == "home substitute"]
    assert own.words.endswith("and 90,000 t from Canada")
    assert own.verdict == "caution"
