"""A measure that names nobody, no goods, or days that contradict, is refused wherever measures come from."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from homeground import measures
from homeground.codes import blocs, countries, parties, products
from homeground.errors import BadInput, RefusedLoad, UnknownCode
from homeground.home import Home
from homeground.home.deals.in_force import in_force
from homeground.plan import restricted
from homeground.plan.check import check
from homeground.policy import controls
from test_cli import run
from test_plan import one_good

DAY = date(2024, 1, 1)
HEAD = "importer,exporter,hs_prefix,from_date,to_date,act"
MAPPING = """
table = "restrictions"
dataset = "measures"
[columns]
importer = "importer"
exporter = "exporter"
hs_prefix = "hs_prefix"
from_date = "from_date"
to_date = "to_date"
legal_reference = "act"
"""
SOUND = "JPN,PRK,,2017-01-01,,Act 0"
WRONG = {
    "a country by name": ("JPN,Iran,2709,2020-01-01,,Act 1", "exporter: names nobody", "write IRN (Iran)"),
    "a bloc by other words": ("EU-27 members,IRN,2709,2020-01-01,,Act 1", "importer: names nobody", "EU27 (a bloc)"),
    "a code in small letters": ("JPN,irn,2709,2020-01-01,,Act 1", "exporter: names nobody", "write IRN"),
    "a code nobody has": ("JPN,IRX,2709,2020-01-01,,Act 1", "exporter: names nobody", "the nearest: "),
    "nobody": ("JPN,,2709,2020-01-01,,Act 1", "exporter: names nobody", "* for everyone"),
    "a code that lost its zero": ("JPN,IRN,101,2020-01-01,,Act 1", "no HS code begins so", "write 0101"),
    "a national code": ("JPN,IRN,27090010,2020-01-01,,Act 1", "no HS code begins so", "write 270900"),
    "a code with points": ("JPN,IRN,27.09,2020-01-01,,Act 1", "no HS code begins so", "write 2709"),
    "a chapter that is none": ("JPN,IRN,77,2020-01-01,,Act 1", "no HS code begins so", "correct it"),
    "a heading that is none": ("JPN,IRN,2799,2020-01-01,,Act 1", "no HS code begins so", "correct it"),
    "words for goods": ("JPN,IRN,crude oil,2020-01-01,,Act 1", "no HS code begins so", "correct it"),
    "days that contradict": ("JPN,IRN,2709,2020-01-01,2019-12-31,Act 1", "comes before the first", "no-strict"),
}


def files(folder: Path, *rows: str) -> tuple[Path, Path]:
    (folder / "measures.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "measures.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return folder / "measures.csv", folder / "measures.toml"


def load(folder: Path, *rows: str, **settings: Any) -> Home:
    home = Home(folder / "home")
    data, mapping = files(folder, *rows)
    home.load("tidy", data, mapping=mapping, **settings)
    return home


@pytest.mark.parametrize("case", WRONG)
def test_one_row_that_nobody_can_apply_keeps_the_whole_list_out(tmp_path: Path, case: str) -> None:
    row, what, do = WRONG[case]
    with pytest.raises(RefusedLoad) as refused:
        load(tmp_path, *[SOUND.replace("Act 0", f"Act {n}").replace("2017", f"{1900 + n}") for n in range(99)], row)
    told = str(refused.value)
    assert all(part in told for part in (what, do, "measures.csv, row 101", "whole or not at all"))
    assert not Home(tmp_path / "home").store.catalog.datasets


def test_with_consent_the_others_are_loaded_and_what_was_left_out_stays_readable(tmp_path: Path) -> None:
    home = load(tmp_path, SOUND, WRONG["a country by name"][0], strict=False)
    catalog = home.store.catalog
    assert home.store.table(catalog.dataset("measures"), "restrictions").count().to_pyarrow().as_py() == 1
    (kept,) = home.store.table(catalog.dataset("measures"), "refused").to_pyarrow().to_pylist()
    assert "write IRN (Iran)" in kept["reason"]


def test_even_with_consent_a_list_of_which_nothing_is_left_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(RefusedLoad, match="1 of 1 rows"):
        load(tmp_path, WRONG["a country by name"][0], strict=False)


def test_the_command_says_it_and_takes_the_consent(tmp_path: Path) -> None:
    data, mapping = files(tmp_path, SOUND, WRONG["a country by name"][0])
    command = ["load", "tidy", data, "--mapping", mapping, "--home", tmp_path / "home"]
    refused = run(*command)
    assert (refused.returncode, "--no-strict" in refused.stderr) == (3, True)
    assert run(*command, "--no-strict").returncode == 0


def test_what_is_written_in_another_way_is_kept_by_its_code(tmp_path: Path) -> None:
    home = load(tmp_path, "EU-27,TWN,2709*,2020-01-01,,Act 1", "*,RUS,*,2020-01-01,,Act 2")
    rows = home.store.table(home.store.catalog.dataset("measures"), "restrictions").to_pyarrow().to_pylist()
    assert {(r["importer"], r["exporter"], r["hs_prefix"]) for r in rows} == {("EU27", "S19", "2709"), ("*", "RUS", "")}
    assert in_force(home.store, (), DAY).bar("DEU", "S19", "270900") is not None


def test_a_list_by_names_is_loaded_where_its_mapping_says_so(tmp_path: Path) -> None:
    data, mapping = files(tmp_path, "Japan,Iran,2709,2020-01-01,,Act 1")
    text = mapping.read_text(encoding="utf-8")
    for column in ("importer", "exporter"):
        text = text.replace(f'{column} = "{column}"', f'{column} = {{ name = "{column}", codes = "name" }}')
    mapping.write_text(text, encoding="utf-8")
    home = Home(tmp_path / "home")
    home.load("tidy", data, mapping=mapping)
    assert in_force(home.store, (), DAY).bar("JPN", "IRN", "270900") is not None


def row_of(text: str) -> dict[str, Any]:
    importer, exporter, prefix, first, last, act = text.split(",")
    days = {"from_date": date.fromisoformat(first), "to_date": date.fromisoformat(last) if last else None}
    return {"importer": importer, "exporter": exporter, "hs_prefix": prefix, **days, "legal_reference": act}


@pytest.mark.parametrize("case", WRONG)
def test_a_list_that_was_loaded_before_such_rows_were_refused_answers_nothing(tmp_path: Path, case: str) -> None:
    home = load(tmp_path, SOUND)
    dataset = home.store.catalog.dataset("measures")
    (piece,) = (tmp_path / "home").rglob("restrictions/all.parquet")
    held = pq.read_table(piece)
    pq.write_table(pa.Table.from_pylist([*held.to_pylist(), row_of(WRONG[case][0])], held.schema), piece)
    assert dataset
    with pytest.raises(BadInput, match="row 2"):
        in_force(Home(tmp_path / "home").store, (), DAY)


@pytest.mark.parametrize("case", WRONG)
def test_a_plan_and_a_policys_embargo_refuse_such_rows_too(case: str) -> None:
    row = row_of(WRONG[case][0])
    with pytest.raises(BadInput, match="row 1"):
        controls.barred([row], "IRN", "JPN", "270900", DAY)
    goods = [{"good": "grain", "unit": "t", "hs": "100199"}]
    with pytest.raises(BadInput, match="row 1"):
        check(one_good(50.0, goods=goods, restrictions=[row], country="XAA"))


def test_a_policys_embargo_on_a_bloc_binds_its_members() -> None:
    row = row_of("EU27,IRN,2709,2020-01-01,,Act 1")
    assert controls.barred([row], "IRN", "DEU", "270900", DAY).embargoed is True
    assert controls.barred([row], "IRN", "GBR", "270900", DAY).embargoed is False


def test_a_plan_that_calls_countries_by_name_is_bound_by_their_codes() -> None:
    from homeground.plan import solve

    goods = [{"good": "grain", "unit": "t", "hs": "100199"}]
    suppliers = [
        {"good": "grain", "supplier": name, "year": 2027, "price_usd": price, "cap": 100.0}
        for name, price in (("Iran", 1.0), ("Brazil", 2.0))
    ]
    bar = row_of("JPN,IRN,10,2020-01-01,,Act 1")
    plan = solve(one_good(50.0, goods=goods, suppliers=suppliers, restrictions=[bar], country="Japan"))
    assert [r["supplier"] for r in plan.imports.to_pylist()] == ["Brazil"]


def test_every_code_of_the_tables_is_taken() -> None:
    assert all(parties.party(country.iso3) == country.iso3 for country in countries.every())
    assert all(parties.party(code) == code for code in blocs.names())
    assert all(parties.goods(code[:n]) == code[:n] for code in products.every_code() for n in (2, 4, 6))


@pytest.mark.parametrize("text", ["", "  ", "**", "*,JPN", "JPN;DEU", "Atlantis", "\x00", "٢٧٠٩"])
def test_what_names_nobody_or_nothing_raises_with_what_to_do(text: str) -> None:
    with pytest.raises(UnknownCode, match="What to do"):
        parties.party(text)
    if text.strip():
        with pytest.raises(UnknownCode, match="What to do"):
            parties.goods(text)


# one rule: rows, spelt-out bars, lazy tables and plans agree

WHO = ("DEU", "FRA", "GBR", "USA", "MEX", "IRN")
WHAT = ("270900", "271121", "010121", "847130")


def some_rows(rng: random.Random, count: int) -> list[str]:
    """Measures of 2021 to 2023 on countries, blocs of these years and everyone, some on all goods, some for good."""
    party, prefixes = (*WHO, "EU27", "USMCA", "EU-28", "*"), ("", "27", "2709", "270900", "01", "847130")
    found = {}
    for number in range(count):
        first = date(2021, 1, 1) + timedelta(rng.randrange(1095))
        last = "" if rng.random() < 0.3 else str(first + timedelta(rng.randrange(200)))
        key = (rng.choice(party), rng.choice(party), rng.choice(prefixes), str(first))
        found[key] = ",".join((*key, last, f"Act {number}"))
    return list(found.values())


@pytest.mark.parametrize("seed", range(4))
def test_rows_bars_lazy_tables_and_plans_bar_the_same_sales(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    home = load(tmp_path, *some_rows(rng, 8))
    rows = home.table("restrictions").to_pyarrow().to_pylist()
    sales = [(buyer, seller, hs6) for buyer in WHO for seller in WHO for hs6 in WHAT if buyer != seller]
    barred: set[tuple[str, str, str]] = set()
    flows = ibis.memtable(pa.table(dict(zip(("importer", "exporter", "hs6"), zip(*sales, strict=True), strict=True))))
    for day in (date(2022, 1, 1), date(2022, 7, 1), rng.choice(rows)["from_date"], rows[0]["from_date"]):
        by_row = {s for s in sales if controls.barred(rows, s[1], s[0], s[2], day).embargoed}
        spelt = in_force(home.store, (), day)
        assert {s for s in sales if spelt.bar(*s)} == by_row
        free = measures.permitted(flows, spelt.table(), day).to_pyarrow().to_pylist()
        assert set(sales) - {tuple(row.values()) for row in free} == by_row
        barred |= by_row
    assert barred
    year = [date(2022, 1, 1) + timedelta(n) for n in range(365)]
    for buyer, seller, hs6 in sales:
        some_day = any(controls.barred(rows, seller, buyer, hs6, day).embargoed for day in year)
        assert (restricted._bar(rows, buyer, "import", seller, hs6, 2022) is not None) == some_day
        assert (restricted._bar(rows, seller, "export", buyer, hs6, 2022) is not None) == some_day
