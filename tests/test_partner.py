"""Two partners in a Home: who leans on whom, what is asked and offered, and what no list may name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

import engine_worlds as worlds
import toy_world as toy
from homeground.brief.partners import partner as briefs
from homeground.brief.partners.negotiation import document
from homeground.brief.partners.partner_tables import TABLES, answer
from homeground.errors import NotInHome, UnknownCode, UsageError
from homeground.home import Home
from homeground.home.partners.partner import PartnerView
from homeground.home.partners.positions import LEAST_USD
from toy_world import ARMS, OIL, WHEAT

YEAR, DAY = 2021, date(2021, 6, 1)
GDP_SCHEMA = pa.schema([("year", pa.int16()), ("country", pa.string()), ("gdp_usd", pa.float64())])
BALANCE_SCHEMA = pa.schema(
    [
        ("year", pa.int16()),
        ("country", pa.string()),
        ("commodity", pa.string()),
        ("element", pa.string()),
        ("quantity_t", pa.float64()),
    ]
)
ALL_OIL = [("AUT", "CAN", "27", date(2021, 3, 1), None, "Synthetic act 1")]
ALL_GOODS = [("*", "CAN", "", date(2021, 1, 1), None, "Synthetic act 2")]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Home]:
    """Make a Home of the toy world in millions: AUT is ALP, CAN is DEL, BRA is GAM, BEL is BET."""

    def build(**tables: list[tuple[Any, ...]]) -> Home:
        home = Home(tmp_path / f"home-{len(list(tmp_path.iterdir()))}")
        schemas = {
            "production": toy.PRODUCTION_SCHEMA,
            "restrictions": toy.RESTRICTION_SCHEMA,
            "gdp": GDP_SCHEMA,
            "balances": BALANCE_SCHEMA,
        }
        flows = [(*row[:4], row[4] * 1e6, row[5]) for row in worlds.toy_flows()]
        worlds.load_rows(home, tmp_path, "flows", "toy", [*flows, *tables.pop("more", [])], toy.FLOW_SCHEMA)
        for name, rows in tables.items():
            worlds.load_rows(home, tmp_path, name, f"own-{name}", rows, schemas[name])
        return home

    return build


def meet(home: Home, a: str = "AUT", b: str = "CAN", **options: Any) -> PartnerView:
    return home.partner(a, b, YEAR, day=DAY, **options)


def named(view: PartnerView, side: str | None = None) -> set[str]:
    return {position.hs6 for position in view.positions if side in (None, position.side)}


def test_both_sides_of_a_view_are_the_same_trade(make: Callable[..., Home]) -> None:
    home = make()
    one, other = meet(home), meet(home, "CAN", "AUT")
    assert one.totals.to_pylist() == list(reversed(other.totals.to_pylist()))
    assert one.supply.to_pylist() == other.partner_supply.to_pylist()
    assert one.partner_sales.to_pylist() == other.sales.to_pylist()
    for row, mirror in zip(one.products.to_pylist(), other.products.to_pylist(), strict=True):
        assert (row["hs6"], row["imports_usd"], row["import_share"]) == (
            mirror["hs6"],
            mirror["exports_usd"],
            mirror["partner_import_share"],
        )


def test_asks_and_offers_follow_from_what_either_side_leans_on(make: Callable[..., Home]) -> None:
    view = meet(make())
    first_ask = next(p for p in view.positions if p.side == "ask")
    assert (first_ask.kind, first_ask.hs6, first_ask.no_way_out) == ("supply", OIL, True)
    assert first_ask.at_stake_usd == 1100e6
    first_offer = next(p for p in view.positions if p.side == "offer")
    assert (first_offer.kind, first_offer.hs6) == ("purchase", OIL)
    assert all(position.at_stake_usd >= LEAST_USD for position in view.positions)
    for side in ("ask", "offer"):
        ranks = [-p.at_stake_usd for p in view.positions if p.side == side]
        assert ranks == sorted(ranks)


def test_arms_count_in_totals_and_stand_in_no_list(make: Callable[..., Home]) -> None:
    view = meet(make())
    assert view.totals.to_pylist()[0]["imports_usd"] == 1310e6
    for name, (_title, table_of) in TABLES.items():
        table = table_of(view)
        if "hs6" in table.column_names:
            assert not any(hs6.startswith(ARMS[:2]) for hs6 in table["hs6"].to_pylist()), name
    assert ARMS not in briefs.html(view)


def test_an_embargo_on_a_product_takes_it_from_every_list_and_says_so(make: Callable[..., Home]) -> None:
    assert OIL in named(meet(make()))
    view = meet(make(restrictions=ALL_OIL))
    assert OIL not in named(view)
    assert WHEAT in named(view)
    for table in (view.supply, view.partner_sales, view.paid):
        assert OIL not in table["hs6"].to_pylist()
    assert [(item.side, item.hs6, item.reason) for item in view.barred] == [("ask", "27", "barred: Synthetic act 1")]
    brief = document(view)
    assert "Synthetic act 1" in brief.warnings[0]
    (never,) = [block for block in brief.blocks if "never" in block.title]
    assert any("Synthetic act 1" in row[0] for row in never.rows)


def test_an_embargo_on_a_partner_leaves_nothing_to_ask_or_offer_for_purchase(make: Callable[..., Home]) -> None:
    view = meet(make(restrictions=ALL_GOODS))
    assert not any(position.side == "ask" and position.kind != "access" for position in view.positions)
    assert not any(position.kind == "purchase" for position in view.positions)
    assert view.supply.num_rows == view.paid.num_rows == 0
    text = briefs.html(view)
    assert "all goods" in text
    assert "Synthetic act 2" in text


@pytest.mark.parametrize(
    ("day", "asked"), [(date(2021, 2, 28), True), (date(2021, 3, 1), False), (date(2030, 1, 1), False)]
)
def test_a_measure_binds_from_its_first_day(make: Callable[..., Home], day: date, asked: bool) -> None:
    view = make(restrictions=ALL_OIL).partner("AUT", "CAN", YEAR, day=day)
    assert (OIL in named(view, "ask")) is asked


def test_nobody_barred_is_named_as_one_who_could_step_in(make: Callable[..., Home]) -> None:
    free = meet(make(), "AUT", "BEL").supply.to_pylist()
    assert "Canada" in free[0]["others"]
    barred = meet(make(restrictions=ALL_OIL), "AUT", "BEL").supply.to_pylist()
    assert barred[0]["hs6"] == OIL
    assert "Canada" not in barred[0]["others"]
    assert barred[0]["gap_usd"] == 300e6


def test_a_measure_of_a_bloc_binds_its_members_and_one_on_a_member_bars_the_bloc(make: Callable[..., Home]) -> None:
    by_bloc = make(restrictions=[("EU27", "CAN", "27", date(2021, 1, 1), None, "Act of the union")])
    assert OIL not in named(meet(by_bloc))
    assert OIL not in named(meet(by_bloc, "EU27", "CAN"))
    on_member = make(restrictions=[("AUT", "CAN", "27", date(2021, 1, 1), None, "Act of one member")])
    assert OIL not in named(meet(on_member, "EU27", "CAN"))
    assert OIL in named(meet(make(), "EU27", "CAN"))


def test_without_a_list_of_measures_the_brief_says_so_first(make: Callable[..., Home]) -> None:
    view = meet(make())
    assert not view.measures_loaded
    assert document(view).warnings[0].startswith("No list of measures in force")
    held = meet(make(restrictions=[("JPN", "USA", "27", date(2021, 1, 1), None, "Elsewhere")]))
    assert held.measures_loaded
    assert not any("No list of measures" in text for text in document(held).warnings)
    assert "Elsewhere" not in briefs.html(held)


def test_what_the_country_is_short_of_is_never_offered(make: Callable[..., Home]) -> None:
    sold = [(YEAR, "AUT", "CAN", "260300", 50e6, 5.0), (YEAR, "AUT", "BRA", "260300", 5e6, 1.0)]
    more = [*sold, (YEAR, "BRA", "AUT", "260300", 90e6, 9.0)]
    enough = meet(make(more=sold, production=[(YEAR, "AUT", "260300", 20.0)]))
    assert "260300" in named(enough, "offer")
    short = meet(make(more=more, production=[(YEAR, "AUT", "260300", 7.0)]))
    assert "260300" not in named(short, "offer")
    (own_need,) = [item for item in short.barred if item.hs6 == "260300"]
    assert own_need.side == "offer"
    assert own_need.reason == "own need: makes 70 % of what it uses"
    unknown = meet(make(more=more))
    assert "260300" in named(unknown, "offer")


def test_what_balances_call_short_is_named_as_the_source_names_it(make: Callable[..., Home]) -> None:
    rows = [
        (2019, "AUT", "Wheat", "production", 10.0),
        (2019, "AUT", "Wheat", "consumption", 5.0),
        (2020, "AUT", "Wheat", "production", 4.0),
        (2020, "AUT", "Wheat", "consumption", 16.0),
        (2020, "AUT", "Rice", "production", 8.0),
        (2020, "AUT", "Rice", "imports", 3.0),
        (2020, "AUT", "Rice", "exports", 1.0),
        (2020, "AUT", "Maize", "production", 8.0),
        (2022, "AUT", "Barley", "production", 1.0),
        (2022, "AUT", "Barley", "consumption", 9.0),
    ]
    view = meet(make(balances=rows))
    assert [(item.product, item.reason) for item in view.barred] == [
        ("Wheat", "own need: makes 25 % of what it uses, balance of 2020, own-balances"),
        ("Rice", "own need: makes 80 % of what it uses, balance of 2020, own-balances"),
    ]


def test_gdp_gives_the_influence_effect_and_its_absence_is_said(make: Callable[..., Home]) -> None:
    without = meet(make())
    assert not without.gdp_known
    assert any("No table of GDP" in note for note in without.notes)
    assert "not known: no GDP" in briefs.html(without)
    known = meet(make(gdp=[(YEAR, "CAN", 13100e6), (YEAR, "AUT", 1e10)]))
    own, other = known.totals.to_pylist()
    assert other["influence_effect"] == pytest.approx(0.1)
    assert own["influence_effect"] == 0.0
    assert "10.00 % of Canada&#39;s product" in briefs.html(known).replace("\N{NO-BREAK SPACE}", " ")


def test_the_gdp_of_a_bloc_is_known_only_with_every_member(make: Callable[..., Home]) -> None:
    view = meet(make(gdp=[(YEAR, "CAN", 1e9), (YEAR, "AUT", 1e9)]), "EU27", "CAN")
    own, other = view.totals.to_pylist()
    assert own["gdp_usd"] is None
    assert other["gdp_usd"] == 1e9


def test_members_of_a_bloc_count_as_one(make: Callable[..., Home]) -> None:
    (oil,) = [row for row in meet(make(), "EU27", "CAN").products.to_pylist() if row["hs6"] == OIL]
    assert oil["imports_usd"] == oil["imports_from_all_usd"] == 1100e6
    assert oil["import_share"] == 1.0
    assert oil["moved_usd"] is None


def test_a_move_lowers_the_share_of_all_by_what_is_moved(make: Callable[..., Home]) -> None:
    view = meet(make(), move=0.1)
    own = view.totals.to_pylist()[0]
    rows = view.products.to_pylist()
    moved = sum(row["moved_usd"] or 0.0 for row in rows)
    assert moved == pytest.approx(0.1 * 1400e6 + 0.1 * 1000e6)
    assert view.share_after_all_moves == pytest.approx((own["imports_usd"] - moved) / own["imports_from_all_usd"])
    (oil,) = [row for row in rows if row["hs6"] == OIL]
    assert oil["total_share_moved"] == pytest.approx((1310 - 140) / 2500)


def test_the_trend_has_every_loaded_year_and_both_sides(make: Callable[..., Home]) -> None:
    rows = meet(make()).trend.to_pylist()
    assert [(row["year"], row["country"]) for row in rows] == [
        (year, country) for year in (2019, 2020, 2021) for country in ("AUT", "CAN")
    ]
    assert rows[2]["import_share"] == 0.0


@pytest.mark.parametrize(
    ("a", "b", "error", "words"),
    [
        ("AUT", "Austria", UsageError, "no partner of itself"),
        ("EU27", "eu-27", UsageError, "no partner of itself"),
        ("AUT", "EU27", UsageError, "Austria and EU27 overlap"),
        ("EU27", "EU28", UsageError, "overlap"),
        ("AUT", "Atlantis", UnknownCode, "unknown country"),
        ("AUT", "JPN", NotInHome, "no trade between Austria and Japan in 2021"),
    ],
)
def test_a_pair_that_cannot_be_asked_about_is_refused(
    make: Callable[..., Home], a: str, b: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        meet(make(), a, b)


def test_a_file_of_one_countrys_imports_cannot_tell_leverage(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    rows = [row for row in worlds.toy_flows() if row[2] == "AUT"]
    worlds.load_rows(home, tmp_path, "flows", "customs", rows, toy.FLOW_SCHEMA)
    with pytest.raises(NotInHome, match=r"trade of both partners and of all others.*imports of one country only"):
        meet(home)


def test_every_table_is_an_answer_with_its_sources_and_the_command_that_gives_it(make: Callable[..., Home]) -> None:
    view = meet(make(restrictions=ALL_OIL, production=[(YEAR, "AUT", OIL, 12.0)]))
    for name in TABLES:
        shown = answer(view, name)
        assert [column.name for column in shown.columns if column.name not in shown.table.column_names] == []
        assert shown.about["follow"].endswith(f"--show {name}")
        assert shown.about["licence"]
    with pytest.raises(UsageError, match="no such table"):
        answer(view, "everything")


def test_the_workbook_holds_every_table_and_numbers_as_numbers(make: Callable[..., Home], tmp_path: Path) -> None:
    view = meet(make())
    path = tmp_path / "pair.xlsx"
    assert briefs.write(view, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Summary"
    assert book.sheetnames[-1] == "About"
    assert len(book.sheetnames) == 2 + len(TABLES)
    sheet = book["Supply"]
    assert sheet.max_row == 1 + view.supply.num_rows
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, 1 + heads.index("USD")).value == view.supply["traded_usd"][0].as_py()
    assert sheet.cell(2, 1 + heads.index("HS6")).value == OIL


@pytest.fixture(scope="module")
def views(sample_home: Home) -> dict[str, PartnerView]:
    return {
        "Japan and Australia": sample_home.partner("JPN", "AUS", 2023, dataset="raw-materials"),
        "Japan and Saudi Arabia": sample_home.partner("JPN", "SAU", 2021, dataset="crude-2021"),
        "Germany and Norway": sample_home.partner("DEU", "NOR", 2023, dataset="raw-materials"),
        "union and Chile": sample_home.partner("EU27", "CHL", 2023, dataset="raw-materials"),
    }


def test_japan_leans_on_saudi_crude_as_published(views: dict[str, PartnerView]) -> None:
    (row,) = views["Japan and Saudi Arabia"].products.to_pylist()
    assert round(row["import_share"], 3) == 0.399
    assert round(row["herfindahl"], 3) == 0.296
    assert round(row["partner_export_share"], 3) == 0.159


def test_shares_of_the_view_are_those_of_dependence(views: dict[str, PartnerView], sample_home: Home) -> None:
    view = views["Japan and Australia"]
    alone = sample_home.dependence("JPN", 2023, "iw", dataset="raw-materials").to_pyarrow().to_pylist()
    led = {row["hs6"]: row["top_share"] for row in alone if row["top_supplier"] == "AUS"}
    held = {row["hs6"]: row["import_share"] for row in view.products.to_pylist() if row["hs6"] in led}
    assert len(led) > 5
    assert held == pytest.approx(led)


def test_the_brief_says_the_same_in_both_formats(views: dict[str, PartnerView], tmp_path: Path) -> None:
    import docx

    for name, view in views.items():
        path = tmp_path / f"{name}.docx"
        assert briefs.write(view, path)
        word = docx.Document(str(path))
        written = "\n".join(paragraph.text for paragraph in word.paragraphs)
        cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
        brief = document(view)
        for text in (brief.title, *brief.warnings, *brief.findings, *(block.title for block in brief.blocks)):
            assert text in written
        for block in brief.blocks:
            assert block.follow in written
            assert all(set(row) <= cells for row in block.rows if len(row) > 1)
        assert len(word.inline_shapes) == len(brief.drawings)


def test_every_part_of_the_brief_names_a_command_that_gives_its_numbers(views: dict[str, PartnerView]) -> None:
    view = views["Japan and Australia"]
    for block in document(view).blocks:
        name = re.search(r"--show ([\w-]+)$", block.follow)
        assert name, block.title
        assert name[1] in TABLES
        assert f"--year {view.year} --dataset {view.dataset.name} --on {view.day}" in block.follow


def test_hostile_names_stay_text_in_both_formats(views: dict[str, PartnerView], tmp_path: Path) -> None:
    import docx

    hostile = "<script>alert('1')</script> & \x07\"friends\""
    view = views["Japan and Australia"]
    bad = replace(
        view,
        country=replace(view.country, name=hostile),
        partner=replace(view.partner, name=f"{hostile}2"),
        dataset=replace(view.dataset, name="a b; rm -rf x", citation=hostile, licence=hostile),
        positions=tuple(replace(position, product=hostile) for position in view.positions),
        notes=(hostile,),
    )
    text = briefs.html(bad)
    assert "<script" not in text
    assert "--dataset &#39;a b; rm -rf x&#39;" in text
    briefs.write(bad, tmp_path / "bad.docx")
    assert "alert('1')" in docx.Document(str(tmp_path / "bad.docx")).paragraphs[0].text
