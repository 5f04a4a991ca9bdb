"""A cut of one product of one supplier: its size is trade over deliveries, its course that of the same cut by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import chain_files
from homeground.brief.chains.shock_tables import shock_answer, sweep_answer
from homeground.errors import BadInput, HomegroundError, NotInHome, UnknownCode
from homeground.home import Home
from trade_files import TIDY_MAPPING, text_of

FLOWS = (
    "2011,CHN,DEU,270900,5000000,1000",
    "2011,CHN,USA,270900,4000000,1000",
    "2011,SAU,DEU,270900,1400000,1000",
    "2011,RUS,CHN,270900,90000000,1000",
    "2011,SAU,USA,270900,7000000,1000",
    "2011,CHN,DEU,260111,600000,1000",
    "2011,CHN,DEU,720449,600000,1000",
)
HEAD = "year = 2011\ndays = 40\nstocks = 3\n"
SHOCK = "[[shock]]\nhs6 = '270900'\nfrom = '{supplier}'\n{buyer}share = {share}\nstart = 2\ndays = 20\n"
EXPLICIT = "[[shock]]\nsupplier = '{supplier}'\nbuyer = '{buyer}'\nshare = {share}\nstart = 2\ndays = 20\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = tmp_path_factory.mktemp("product-cuts")
    made = Home(place / "home")
    made.load("wiod2013", chain_files.wiod2013_arrays(place))
    mapping = place / "flows.toml"
    mapping.write_text(TIDY_MAPPING.format(settings="", codes="iso3"), encoding="utf-8")
    flows = place / "flows.csv"
    flows.write_text(text_of("year,seller,buyer,product,value,weight", FLOWS), encoding="utf-8")
    made.load("tidy", flows, mapping=mapping)
    return made


def scenario(folder: Path, text: str) -> Path:
    path = folder / "scenario.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def by_product(supplier: str = "CHN", buyer: str = "DEU", share: float = 0.5) -> str:
    return SHOCK.format(supplier=supplier, share=share, buyer=f"to = '{buyer}'\n" if buyer else "")


@pytest.mark.parametrize(
    ("supplier", "buyer", "industry", "deliveries", "value"),
    [
        ("CHN", "DEU", "CHN.c2", 2.0 + 9.0 + 8.0 + 1.0, 5.0),
        ("SAU", "DEU", "ROW.c2", 1.0 + 2.0 + 1.0 + 0.0, 1.4),
        ("CHN", "USA", "CHN.c2", 4.0 + 8.0 + 9.0 + 2.0, 4.0),
    ],
)
def test_a_product_is_cut_in_its_part_of_the_industry_s_deliveries(
    home: Home, tmp_path: Path, supplier: str, buyer: str, industry: str, deliveries: float, value: float
) -> None:
    view = home.shock(scenario(tmp_path, by_product(supplier, buyer)))
    (sized,) = view.scenario.sized
    assert sized.deliveries == pytest.approx(deliveries * 1e6)  # the table is in millions
    assert sized.coverage == pytest.approx(value / deliveries)
    shown = "ROW" if buyer == "USA" else buyer
    by_hand = EXPLICIT.format(supplier=industry, buyer=shown, share=repr(0.5 * value / deliveries))
    course = home.shock(scenario(tmp_path, by_hand)).course
    assert np.allclose(view.course.output, course.output, rtol=1e-12)  # the same cut but for the order of products
    assert np.allclose(view.course.unmet, course.unmet, rtol=1e-9, atol=1e-6)


def test_without_a_buyer_every_other_country_is_cut_by_its_own_part(home: Home, tmp_path: Path) -> None:
    view = home.shock(scenario(tmp_path, by_product(buyer="")))
    assert {(cut["buyer"], cut["supplier"]) for cut in view.scenario.shocks} == {("DEU", "CHN.c2"), ("ROW", "CHN.c2")}
    factors = {cut["buyer"]: cut["factor"] for cut in view.scenario.shocks}
    assert factors == pytest.approx({"DEU": 5 / 20, "ROW": 4 / 23})
    assert view.scenario.sized[0].coverage == pytest.approx((5 + 4) / (20 + 23))
    assert view.scenario.sized[0].bought == pytest.approx(5e6 + 4e6 + 1.4e6 + 7e6)


def test_trade_larger_than_all_deliveries_is_cut_at_all_of_them_and_said(home: Home, tmp_path: Path) -> None:
    view = home.shock(scenario(tmp_path, by_product("RUS", "CHN", 1.0)))
    (sized,) = view.scenario.sized
    assert (sized.coverage, sized.capped) == (1.0, ("China",))
    assert "more than all deliveries to China" in sized.note(view.chains)


def test_the_answer_states_the_size_and_its_coverage(home: Home, tmp_path: Path) -> None:
    answer = shock_answer(home, scenario(tmp_path, by_product()))
    first = answer.notes[0]
    assert "(270900) of China to Germany: 0.01 bn USD in 2011, 78.1 % of what they buy of it (tidy)" in first
    assert "the product is 25.0 % of it" in first
    assert "ISIC Rev. 3, division 11" in first


def test_a_larger_share_of_the_product_loses_no_less(home: Home, tmp_path: Path) -> None:
    lost = [float(home.shock(scenario(tmp_path, by_product(share=share))).course.lost.sum()) for share in (0.2, 0.6, 1)]
    assert lost[0] < lost[1] < lost[2]


def test_a_sweep_cuts_the_product_of_every_seller(home: Home, tmp_path: Path) -> None:
    rows = {row["supplier"]: row for row in home.shock_each(scenario(tmp_path, by_product())).table.to_pylist()}
    assert set(rows) == {"CHN", "SAU"}
    alone = home.shock(scenario(tmp_path, by_product("SAU"))).course.lost.sum()
    assert rows["SAU"]["lost_output"] == pytest.approx(alone, rel=1e-12)  # the same sum
    assert (
        "2 draws"
        in sweep_answer(
            home, scenario(tmp_path, by_product() + "[uncertain]\nshare = [0.1, 0.9]\n"), each=False, draws=2, seed=1
        ).title
    )


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (by_product(share=1.5), BadInput, "1.5"),
        (by_product().replace("270900", "27"), UnknownCode, "not an HS6 code"),
        (by_product().replace("270900", "854231"), NotInHome, "no flow of 854231"),
        (by_product().replace("270900", "720449"), UnknownCode, "no industry makes 720449"),
        (by_product("SAU", "USA"), BadInput, "are one in the input–output table"),
        (by_product("DEU", "CHN"), NotInHome, "no trade of 270900"),
        (by_product("Atlantis"), UnknownCode, "Atlantis"),
        (by_product().replace("share", "supplier = 'CHN.c2'\nshare"), BadInput, "unknown key 'supplier'"),
        (by_product().replace("from = 'CHN'\n", ""), BadInput, "missing key 'from'"),
        ("trade_year = 2012\n" + by_product(), NotInHome, "no dataset has flows of 2012"),
        ("trade_dataset = 'baci'\n" + by_product(), NotInHome, "baci"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    home: Home, tmp_path: Path, text: str, error: type[HomegroundError], words: str
) -> None:
    with pytest.raises(error, match=words):
        home.shock(scenario(tmp_path, text))


def test_half_of_the_saudi_crude_of_japan_is_a_seventh_of_its_mining_inputs_from_the_rest(
    sample_home: Home, shared_data: Path, tmp_path: Path
) -> None:
    if "raw-materials" not in sample_home.store.catalog.datasets:
        pytest.skip("the raw materials are not installed")
    shutil.copytree(str(sample_home.store.path), tmp_path / "home")
    home = Home(tmp_path / "home")
    home.load("wiod2013", shared_data / "io" / "wiod2013", year=2011)
    text = "trade_dataset = 'raw-materials'\n" + by_product("SAU", "JPN").replace("days = 20", "days = 30")
    (sized,) = home.shock(scenario(tmp_path, text)).scenario.sized
    assert sized.value == pytest.approx(46.93e9, rel=1e-3)  # BACI HS92, 2011
    assert sized.value / sized.bought == pytest.approx(0.334, abs=5e-4)
    assert sized.shown_as == ("ROW",)
    assert sized.coverage == pytest.approx(0.310, abs=5e-4)
