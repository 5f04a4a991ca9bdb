"""From one HS revision to another: what the UN's tables say, what may be summed, what is refused, what is grouped."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ibis
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine_worlds as worlds
import toy_world as toy
from homeground import Home, measures
from homeground.brief.trade.trend_tables import trend_answer
from homeground.errors import BadInput, HomegroundError, NotInHome, UsageError
from homeground.sources.mapping import ColumnMap, Mapping

EXCERPT = Path(__file__).parent / "data" / "hs2022-hs2017-excerpt.csv"
PAIRS = st.sets(
    st.tuples(st.sampled_from([f"1{n:05d}" for n in range(9)]), st.sampled_from([f"2{n:05d}" for n in range(9)])),
    min_size=1,
)

Pair = tuple[str, str]


def excerpt() -> list[tuple[str, str, str]]:
    with EXCERPT.open(encoding="utf-8", newline="") as handle:
        return [(row["HS2022"], row["HS2017"], row["Relationship"]) for row in csv.DictReader(handle)]


def table_of(first: str, second: str, pairs: Iterable[Pair]) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist([{first: a, second: b} for a, b in pairs]))


def related(pairs: Iterable[Pair]) -> dict[str, str]:
    table = table_of("from_code", "to_code", sorted(pairs))
    return {row["from_code"]: row["relationship"] for row in measures.relationships(table).to_pyarrow().to_pylist()}


def flows(*rows: tuple[Any, ...]) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist([dict(zip(toy.FLOW_SCHEMA.names, row, strict=True)) for row in rows],
                                              schema=toy.FLOW_SCHEMA))  # fmt: skip


def names(**pairs: str) -> ibis.Table:
    return table_of("code", "name", [(code.strip("_"), name) for code, name in pairs.items()])


# what a concordance says


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "x")], {"a": "1:1"}),
        ([("a", "x"), ("b", "x")], {"a": "n:1", "b": "n:1"}),
        ([("a", "x"), ("a", "y")], {"a": "1:n"}),
        ([("a", "x"), ("a", "y"), ("b", "y")], {"a": "n:m", "b": "n:m"}),
        ([("a", "x"), ("b", "y")], {"a": "1:1", "b": "1:1"}),
    ],
    ids=["rename", "merge", "split", "cross", "two renames"],
)
def test_a_code_relates_as_its_family_does(pairs: list[Pair], expected: dict[str, str]) -> None:
    assert related(pairs) == expected


def test_a_pair_that_the_un_calls_n_to_1_is_n_to_m_where_a_part_of_another_code_goes_the_same_way() -> None:
    found, published = related((a, b) for a, b, _ in excerpt()), {a: kind for a, _, kind in excerpt()}
    assert (published["293151"], found["293151"]) == ("n:1", "n:m")
    assert (published["070490"], found["070490"]) == ("n:1", "n:m")
    assert (published["070952"], found["070952"]) == ("n:1", "n:1")
    assert (published["390721"], found["390721"]) == ("n:1", "n:1")
    assert (found["381600"], found["150990"], found["293141"]) == ("1:n", "1:1", "1:1")


def test_families_of_the_un_table_are_those_read_by_hand() -> None:
    found = {family.name: family for family in measures.families({"HS22": [p[:2] for p in excerpt()]}, "HS17")}
    assert found["293134+2"].codes == ("293134", "293137", "293139")
    assert found["070410+1"].codes == ("070410", "070490")
    assert found["070959"].is_exact
    assert {code for revision, code in found["150910"].members if revision == "HS22"} == {"150920", "150930", "150940"}
    assert sum(len(family.codes) for family in found.values()) == len({b for _, b, _ in excerpt()})


@settings(max_examples=40, deadline=None)
@given(PAIRS)
def test_families_part_all_codes_and_no_pair_leaves_one(pairs: set[Pair]) -> None:
    found = measures.families({"A": pairs}, "B")
    members = [member for family in found for member in family.members]
    assert sorted(members) == sorted({("A", a) for a, _ in pairs} | {("B", b) for _, b in pairs})
    home = {member: family.name for family in found for member in family.members}
    assert all(home["A", a] == home["B", b] for a, b in pairs)
    assert len({family.name for family in found}) == len(found)
    exact = {code for family in found if family.is_exact for revision, code in family.members if revision == "A"}
    assert exact == {code for code, kind in related(pairs).items() if kind in measures.concordance.EXACT}


@given(PAIRS, st.randoms())
def test_families_do_not_depend_on_the_order_of_pairs(pairs: set[Pair], dice: random.Random) -> None:
    shuffled = sorted(pairs)
    dice.shuffle(shuffled)
    assert measures.families({"A": shuffled}, "B") == measures.families({"A": sorted(pairs)}, "B")


# what happens to flows


def test_merged_codes_are_summed_and_a_missing_quantity_stays_out_of_the_sum() -> None:
    table = flows((2022, "GAM", "ALP", "070952", 10.0, 1.0), (2022, "GAM", "ALP", "070953", 5.0, None))
    found = measures.concord(table, names(_070952="070959", _070953="070959")).to_pyarrow().to_pylist()
    assert found == [
        {"year": 2022, "exporter": "GAM", "importer": "ALP", "hs6": "070959", "value_usd": 15.0, "quantity_t": 1.0}
    ]


def test_value_is_kept_exactly_and_concording_again_changes_nothing() -> None:
    dice = random.Random(3)
    codes = sorted({a for a, _, _ in excerpt()})
    home = {
        code: family.name
        for family in measures.families({"HS22": [p[:2] for p in excerpt()]}, "HS17")
        for revision, code in family.members
        if revision == "HS22"
    }
    rows = [(2022, s, b, code, float(dice.randrange(1, 10**9)), 1.0) for code in codes for s in "PQ" for b in "RS"]
    once = measures.concord(flows(*rows), table_of("code", "name", home.items()))
    kept = once.to_pyarrow()
    assert sum(kept["value_usd"].to_pylist()) == sum(row[4] for row in rows)  # whole dollars: sums are exact
    same = sorted(set(home.values()))
    again = measures.concord(once, table_of("code", "name", zip(same, same, strict=True))).to_pyarrow()
    order = [(name, "ascending") for name in ("year", "exporter", "importer", "hs6")]
    assert again.sort_by(order).equals(kept.select(again.column_names).sort_by(order))


def test_coverage_shares_the_value_out_among_relationships() -> None:
    table = flows(
        (2022, "GAM", "ALP", "150990", 10.0, None),
        (2022, "GAM", "ALP", "070952", 20.0, None),
        (2022, "GAM", "ALP", "381600", 30.0, None),
        (2022, "GAM", "ALP", "293144", 15.0, None),
        (2022, "GAM", "ALP", "010121", 5.0, None),
        (2022, "GAM", "ALP", "999999", 20.0, None),
    )
    kinds = measures.relationships(table_of("from_code", "to_code", [(a, b) for a, b, _ in excerpt()]))
    found = measures.concordance_coverage(table, kinds).to_pyarrow().to_pylist()
    shares = {"1:1": 0.1, "n:1": 0.2, "1:n": 0.3, "n:m": 0.15, "unmatched": 0.05, "outside": 0.2}
    assert {row["relationship"]: row["share"] for row in found} == pytest.approx(shares)


# the UN's files


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def loaded(home: Home) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in home.table("concordances").to_pyarrow().to_pylist()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_un_csv_loads_with_its_editions_and_the_lineage_of_its_publisher(home: Home) -> None:
    report = home.load("concordance", EXCERPT)
    assert (report.dataset, report.rows_loaded, report.rows_refused) == ("concordance-hs22-hs17", len(excerpt()), 0)
    assert set(loaded(home)) == {("HS22", a, "HS17", b) for a, b, _ in excerpt()}
    assert "United Nations" in home.lineage().to_pylist()[0]["licence"]


@pytest.mark.parametrize(
    "rows",
    [
        [("HS2022", "HS2017", "Relationship"), ("010121", "010121", "1:1"), ("070952", "070959", "n:1")],
        [("Between", None, None), ("From HS 2022", "To HS 2017", "Rel."), (10121, 10121, "1:1"), (70952, 70959, "n:1")],
        [
            (None, "Correlation HS 2022 to HS 2017", None, None, None),
            (None, None, None, None, None),
            (None, "HS 2022", "ex", "HS 2017", "ex"),
            (None, "0101.21", None, "0101.21", None),
            (None, "'070952", None, "'070959", "ex"),
        ],
    ],
    ids=["as of 2022", "a line above, zeros lost", "as of 2012: title, indent, ex, dots"],
)
def test_the_layouts_of_the_un_workbooks_give_the_same_pairs(home: Home, tmp_path: Path, rows: list[Any]) -> None:
    chosen = [("From HS2022", "To HS2017"), ("010121", "999999")]
    path = workbook(tmp_path / "table.xlsx", Conversions=chosen, HS2022_HS2017_Correlations=rows)
    home.load("concordance", path)
    assert loaded(home) == [("HS22", "010121", "HS17", "010121"), ("HS22", "070952", "HS17", "070959")]


def test_a_concordance_of_ones_own_loads_as_tidy(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("old,new\n850710,850710\n", encoding="utf-8")
    columns = {
        "from_revision": ColumnMap(constant="HS12"),
        "from_code": ColumnMap("old"),
        "to_revision": ColumnMap(constant="HS17"),
        "to_code": ColumnMap("new"),
    }
    home.load("tidy", path, mapping=Mapping("concordances", columns, dataset="own"))
    assert loaded(home) == [("HS12", "850710", "HS17", "850710")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("code", "other"), ("010121", "010121")], "no header that names two editions"),
        ([("HS2022", "HS2022"), ("010121", "010121")], "a correlation table is between two editions"),
        ([("HS2022", "HS2019"), ("010121", "010121")], r"no such edition of the HS .*found 2019, expected HS92"),
        ([("HS2022", "HS2017"), ("0101", "010121")], "not a code of 6 digits"),
    ],
    ids=["no editions", "one edition", "no such edition", "headings"],
)
def test_what_is_no_correlation_table_is_refused(home: Home, tmp_path: Path, rows: list[Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        home.load("concordance", workbook(tmp_path / "table.xlsx", Correlations=rows))
    assert not home.catalog.datasets


def test_a_workbook_of_conversions_alone_is_refused_because_it_chooses(home: Home, tmp_path: Path) -> None:
    path = workbook(tmp_path / "table.xlsx", Conversions=[("From HS2022", "To HS2017"), ("010121", "010121")])
    with pytest.raises(BadInput, match=r"no sheet of correlations .*found Conversions.* chooses one code"):
        home.load("concordance", path)


def test_an_edition_or_a_mapping_beside_a_correlation_table_is_refused(home: Home) -> None:
    with pytest.raises(UsageError, match="needs no HS revision and no mapping: found --hs"):
        home.load("concordance", EXCERPT, hs="HS17")


# years of two revisions side by side

OLD = [(year, "CHN", "JPN", code, 100.0, 10.0) for year in (2020, 2021) for code in ("070959", "293139", "293137")]
NEW = [
    (2022, "CHN", "JPN", "070952", 60.0, 5.0),
    (2022, "CHN", "JPN", "070953", 50.0, 5.0),
    (2022, "CHN", "JPN", "293149", 90.0, 9.0),
    (2022, "CHN", "JPN", "293151", 110.0, 9.0),
    (2022, "CHN", "DEU", "293151", 7.0, 1.0),
]


def load(home: Home, folder: Path, name: str, rows: list[tuple[Any, ...]], revision: str) -> None:
    schema = toy.FLOW_SCHEMA
    columns = worlds.mapping("flows", name, schema).columns
    path = folder / f"{name}.parquet"
    arrays = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)]
    pa.parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), path)
    home.load("tidy", path, mapping=Mapping("flows", columns, dataset=name, revision=revision))


@pytest.fixture
def two(home: Home, tmp_path: Path) -> Home:
    load(home, tmp_path, "old", OLD, "HS17")
    load(home, tmp_path, "new", NEW, "HS22")
    home.load("concordance", EXCERPT)
    return home


def values(view: Any) -> dict[int, float]:
    return dict(zip(view.years["year"].to_pylist(), view.years["value_usd"].to_pylist(), strict=True))


def test_merged_codes_make_one_series_over_two_revisions(two: Home) -> None:
    view = two.trend("JPN", "070959", dataset="old", join=["new"], revision="HS17")
    assert values(view) == {2020: 100.0, 2021: 100.0, 2022: 110.0}
    assert view.years["dataset"].to_pylist() == ["old", "old", "new"]
    shares = {row["relationship"]: row["share"] for row in view.coverage.to_pylist()}
    assert shares == pytest.approx({"n:1": 110 / 310, "n:m": 200 / 310})


def test_a_dataset_that_gives_no_year_is_named(two: Home) -> None:
    view = two.trend("JPN", "070959", dataset="old", join=["new"], revision="HS17", first=2020, last=2021)
    assert view.joined.idle == ("new",)
    assert any("Dataset new gave no year" in note for note in trend_answer(view).notes)
    assert two.trend("JPN", "070959", dataset="old", join=["new"], revision="HS17").joined.idle == ()


def test_split_codes_are_refused_with_their_names_and_share(two: Home) -> None:
    expected = r"codes that split.*found 293151, 293149: 100\.0% of the value.*never split by guess.*--families"
    with pytest.raises(BadInput, match=expected):
        two.trend("JPN", "293139", dataset="old", join=["new"], revision="HS17")
    with pytest.raises(BadInput, match=r"293151, 293149: 64\.5% of the value"):
        two.trend("JPN", dataset="old", join=["new"], revision="HS17")


def test_a_country_that_trades_none_of_the_split_codes_is_answered(two: Home) -> None:
    view = two.trend("JPN", "07", dataset="old", join=["new"], revision="HS17")
    assert values(view) == {2020: 100.0, 2021: 100.0, 2022: 110.0}


def test_families_keep_split_codes_together_and_say_which(two: Home) -> None:
    view = two.trend("JPN", "293139", dataset="old", join=["new"], revision="HS17", families=True)
    assert values(view) == {2020: 200.0, 2021: 200.0, 2022: 200.0}
    assert view.product == "293134+2"
    assert view.families.to_pylist() == [{"name": "293134+2", "codes": "293134, 293137, 293139"}]
    whole = two.trend("JPN", dataset="old", join=["new"], revision="HS17", families=True)
    assert values(whole) == {2020: 300.0, 2021: 300.0, 2022: 310.0}


def test_a_table_read_backwards_refuses_what_it_would_have_to_split(two: Home) -> None:
    with pytest.raises(BadInput, match=r"dataset old, HS17 to HS22\): found 070959, 293137, 293139: 100\.0%"):
        two.trend("JPN", dataset="new", join=["old"], revision="HS22")


def test_a_family_that_reaches_beyond_the_heading_is_refused(home: Home, tmp_path: Path) -> None:
    load(home, tmp_path, "old", [(2021, "CHN", "JPN", "381600", 1.0, 1.0)], "HS17")
    load(home, tmp_path, "new", [(2022, "CHN", "JPN", "381600", 1.0, 1.0)], "HS22")
    home.load("concordance", EXCERPT)
    with pytest.raises(BadInput, match=r"families that reach beyond 38: found 251830\+1 \(251830, 381600\)"):
        home.trend("JPN", "38", dataset="old", join=["new"], revision="HS17", families=True)


def test_a_code_that_the_concordance_does_not_know_is_refused(home: Home, tmp_path: Path) -> None:
    load(home, tmp_path, "old", OLD, "HS17")
    load(home, tmp_path, "new", [(2022, "CHN", "JPN", "851713", 1.0, 1.0)], "HS22")
    home.load("concordance", EXCERPT)
    with pytest.raises(BadInput, match=r"codes that the concordance does not know .*found 851713: 100\.0%"):
        home.trend("JPN", dataset="old", join=["new"], revision="HS17")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (
            {"join": ["new"]},
            UsageError,
            "several HS revisions: found old: HS17, new: HS22.*--revision HS17",
        ),
        ({"join": ["new"], "revision": "HS12"}, NotInHome, "no concordance between HS17 and HS12: found HS22–HS17"),
        (
            {"last": 2022},
            NotInHome,
            r"do not have 2022: found old: 2020–2021; elsewhere new \(HS22, 2022\).*--join",
        ),
        ({"join": ["newest"]}, NotInHome, "no such dataset in the Home: found newest"),
        ({"join": ["new"], "revision": "HS23"}, HomegroundError, "unknown HS revision: found 'HS23'"),
    ],
    ids=["revision not said", "no concordance", "years elsewhere", "no dataset", "no revision"],
)
def test_years_of_other_revisions_are_not_mixed_unasked(
    two: Home, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        two.trend("JPN", dataset="old", **options)
