"""The same question on DuckDB and on Spark: equal keys, equal texts and verdicts, equal numbers to the last bits."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis import _
from ibis.expr.types import Table

import ask_cluster
import engine_worlds as worlds
import toy_world as toy
from engine_worlds import WORLDS, World
from homeground import Home, deals, measures, policy
from homeground.codes import blocs, countries
from homeground.deals import backtest
from homeground.errors import BadInput, UsageError
from homeground.home.trade.paid import PricesPaid
from homeground.measures import capability
from policy_books import rule, write
from spark_session import cluster, require_spark
from spark_session import session as spark_session

pytestmark = [
    pytest.mark.spark,
    pytest.mark.xdist_group("spark"),
    # PySpark leaves a socket to the garbage collector after each fetch
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

CLOSE = 1e-12
"""The engines add the same doubles in another order. A sum of n positive doubles is then off by at most n·1.1e-16 of
itself; no group here has more than a few thousand, and quotients and squares of such sums add a few roundings more."""

NEARLY_NOTHING = 1e-15
"""A share that is what is left of 1 (nes_share) keeps the absolute error of the 1 it is taken from."""

KEY = ("year", "importer", "hs6")
DAY = date(2021, 3, 1)


@dataclass
class Asked:
    """One world in one Home, as one engine reads it."""

    home: Home
    world: World
    everyone: Table | None = None

    @property
    def flows(self) -> Table:
        return self.home.flows(dataset=self.world.dataset)

    def table(self, name: str) -> Table:
        return self.home.table(name, dataset=self.world.dataset)

    @property
    def loaded(self) -> tuple[int, ...]:
        return self.home.dataset(name=self.world.dataset).years()

    def dependence(self, place: str, method: str, **options: Any) -> Table:
        return self.home.dependence(place, self.world.year, method, dataset=self.world.dataset, **options)

    @property
    def pair(self) -> tuple[str, str]:
        return self.world.country, self.world.supplier

    @property
    def evidence(self) -> Table:
        """Evidence on every importer; Spark, for which the plan is long, computes it once."""
        if self.everyone is None:
            everyone = evidence(self)
            self.everyone = everyone if self.home.store.engine.session is None else everyone.cache()
        return self.everyone


def evidence(asked: Asked) -> Table:
    return measures.evidence(
        asked.flows,
        asked.table("exports"),
        nes=countries.nes_codes(),
        production=asked.home.table("production"),
        weights=asked.home.table("weights"),
        hubs=hubs(asked),
    )


def hubs(asked: Asked) -> Table:
    rule = measures.hub_rule()
    return measures.hubs(asked.table("imports"), asked.table("exports"), rule, asked.home.table("production"))


def long_form(asked: Asked) -> Table:
    """Production and trade of every country as figures of balances."""
    sides = (("production", "country"), ("imports", "importer"), ("exports", "exporter"))
    tables = [
        (asked.home.table(name) if name == "production" else asked.table(name)).select(
            "year", country=_[side], commodity=_.hs6, element=ibis.literal(name), quantity_t=_.quantity_t
        )
        for name, side in sides
    ]
    return ibis.union(*tables)


def cut(asked: Asked, **options: Any) -> measures.Cut:
    return measures.Cut(
        asked.world.country, asked.world.supplier, 0.8, 0.3, nes=countries.nes_codes(), on=DAY, **options
    )


def overpaid(asked: Asked) -> Table:
    return measures.overpayment(asked.flows, measures.price_quantiles(asked.flows, least_tons=(1.0, 0.0)))


def links(asked: Asked) -> Table:
    """A concordance of the world's own codes: to their heading, and every other one to its chapter too."""
    codes = asked.flows.select(from_code="hs6").distinct()
    headings = codes.mutate(to_code=_.from_code.left(4))
    chapters = codes.filter(_.from_code.right(2) > "10").mutate(to_code=_.from_code.left(2))
    return ibis.union(headings, chapters)


def market_cut(asked: Asked) -> measures.MarketCut:
    return measures.MarketCut(asked.world.supplier, asked.world.country, 0.8, 0.3, nes=countries.nes_codes(), on=DAY)


def demand(asked: Asked) -> Table:
    year = asked.world.year
    base = min(asked.loaded) if min(asked.loaded) < year else None
    return capability.demand(asked.table("imports"), asked.table("exports"), asked.world.country, year, base)


def options(asked: Asked) -> Table:
    """What the supplier sells, as if nearness were its share in the world: any number serves to rank by."""
    sold = capability.rca(asked.table("exports")).filter(
        (_.exporter == asked.world.supplier) & (_.year == asked.world.year)
    )
    return sold.select("hs6", "value_usd", "rca", made=_.rca >= 3, density=_.world_share, pci=_.rca, gain=_.rca)


def potential(asked: Asked) -> Table:
    """Gaps and caps are left out: differences and comparisons of nearly equal numbers keep no digits to compare."""
    wanted = capability.Markets(asked.world.supplier, asked.world.year, nes=countries.nes_codes(), on=DAY)
    flows, sold, bought = asked.flows, asked.table("exports"), asked.table("imports")
    found = capability.export_potential(flows, sold, bought, wanted, asked.home.table("restrictions"))
    return found.drop("gap_usd", "capped")


def flagged(preset: str) -> tuple[tuple[str, ...], Callable[[Asked], Table]]:
    return KEY, lambda asked: measures.flag(asked.evidence, measures.preset(preset), loaded=asked.loaded)


def eu(asked: Asked) -> frozenset[str]:
    return blocs.members("EU27", asked.world.year)


CASES: dict[str, tuple[tuple[str, ...], Callable[[Asked], Table]]] = {
    "flows": (("year", "exporter", "importer", "hs6"), lambda a: a.flows),
    "totals of exports": (("year", "exporter", "hs6"), lambda a: a.table("exports")),
    "kept figures of the world": (("year", "hs6"), lambda a: a.table("world")),
    "kept sellers": (
        ("year", "exporter", "hs6"),
        lambda a: measures.with_hubs(a.table("sellers"), measures.hub_rule(), a.home.table("production")),
    ),
    "sellers": (("year", "exporter", "hs6"), lambda a: measures.sellers(a.table("imports"), a.table("exports"))),
    "imports": (KEY, lambda a: measures.imports(a.flows)),
    "exports": (("year", "exporter", "hs6"), lambda a: measures.exports(a.flows)),
    "import-export ratio": (
        KEY,
        lambda a: measures.import_export_ratio(a.table("imports"), a.table("exports"), 9999),
    ),
    "penetration": (
        ("year", "country", "hs6"),
        lambda a: measures.penetration(a.table("imports"), a.table("exports"), a.home.table("production")),
    ),
    "balances": (
        ("year", "country", "commodity"),
        lambda a: measures.commodity_balance(measures.balance_sheet(long_form(a))),
    ),
    "traded tons": (("hs6",), lambda a: measures.traded_tons(a.flows, a.world.country)),
    "herfindahl": (KEY, lambda a: measures.herfindahl(a.flows)),
    "herfindahl of years": (("year", "importer"), lambda a: measures.herfindahl(a.flows, by=("year", "importer"))),
    "herfindahl of buyers": (
        ("year", "exporter", "hs6"),
        lambda a: measures.herfindahl(a.flows, by=("year", "exporter", "hs6"), partner="importer"),
    ),
    "effective number": (KEY, lambda a: measures.effective_number(a.flows)),
    "concentration ratios": (KEY, lambda a: measures.concentration_ratios(a.flows)),
    "top partner": (KEY, lambda a: measures.top_partner(a.flows)),
    "top partner by tons": (KEY, lambda a: measures.top_partner(a.flows, value="quantity_t")),
    "world concentration": (("year", "hs6"), lambda a: measures.world_concentration(a.table("exports"))),
    "without codes for many": (KEY, lambda a: measures.herfindahl(measures.without(a.flows, countries.nes_codes()))),
    "a bloc as one market": (
        ("year", "exporter", "importer", "hs6"),
        lambda a: measures.as_bloc(a.flows, "EU27", eu(a)),
    ),
    "a bloc and its members' suppliers": (
        KEY,
        lambda a: measures.dependence_table(measures.as_bloc(a.flows, "EU27", eu(a), inside="keep"), members=eu(a)),
    ),
    "dependence table": (
        KEY,
        lambda a: measures.dependence_table(a.flows, members=eu(a), nes=countries.nes_codes()),
    ),
    "weighted herfindahl": (KEY, lambda a: measures.weighted_herfindahl(a.flows, a.home.table("weights"))),
    "hubs": (("year", "country", "hs6"), hubs),
    "hub share": (KEY, lambda a: measures.hub_share(a.flows, hubs(a))),
    "coverage of prices": (("year", "hs6"), lambda a: measures.price_coverage(a.flows)),
    "quartiles of prices": (("year", "hs6"), lambda a: measures.price_quantiles(a.flows)),
    "quartiles by supplier": (
        ("year", "hs6", "exporter"),
        lambda a: measures.price_quantiles(a.flows, ("year", "hs6", "exporter"), (1.0, 0.0), 3),
    ),
    "overpayment": (("year", "exporter", "importer", "hs6"), overpaid),
    "overpayment by supplier": (("exporter",), lambda a: measures.overpayment_by(overpaid(a), ("exporter",))),
    "links of import prices": (
        ("year",),
        lambda a: measures.price_links(
            a.flows.filter(_.importer == a.world.country), measures.price_quantiles(a.table("exports"))
        ),
    ),
    "links of export prices": (
        ("year",),
        lambda a: measures.price_links(a.flows.filter(_.exporter == a.world.supplier)),
    ),
    "supplier churn": (KEY, lambda a: measures.supplier_churn(a.flows)),
    "supplier cut": (("year", "hs6"), lambda a: measures.supplier_cut(a.flows, cut(a), a.home.table("restrictions"))),
    "supplier cut in tons": (("year", "hs6"), lambda a: measures.supplier_cut(a.flows, cut(a, amount="quantity_t"))),
    "alternatives to a cut": (
        ("year", "hs6", "exporter"),
        lambda a: measures.cut_alternatives(a.flows, cut(a), a.home.table("restrictions")),
    ),
    "leverage": (
        ("year", "country", "hs6"),
        lambda a: measures.moved(measures.leverage(a.flows, *a.pair, a.home.table("production")), 0.1),
    ),
    "leverage over all products": (
        ("year", "country"),
        lambda a: measures.leverage_totals(
            a.flows, *a.pair, a.home.table("weights").select("year", "country", gdp_usd="weight")
        ),
    ),
    "who leans on whom": (
        ("year", "partner"),
        lambda a: measures.leans(
            a.flows.filter(_.importer == a.world.country),
            a.flows.filter(_.exporter == a.world.country),
            a.table("imports"),
            a.table("exports"),
        ),
    ),
    "market cut": (
        ("year", "hs6"),
        lambda a: measures.market_cut(a.flows, market_cut(a), a.home.table("restrictions")),
    ),
    "alternatives to a market": (
        ("year", "hs6", "importer"),
        lambda a: measures.market_alternatives(a.flows, market_cut(a), a.home.table("restrictions")),
    ),
    "access gap": (("year", "hs6"), lambda a: measures.access_gap(a.flows, *a.pair)),
    "paid against others": (("year", "hs6"), lambda a: measures.paid_against_others(a.flows, *a.pair)),
    "evidence": (KEY, lambda a: a.evidence),
    "every rule": (KEY, lambda a: measures.evaluate_all(a.evidence, loaded=a.loaded)),
    **{f"rule {preset}": flagged(preset) for preset in measures.PRESET_IDS},
    "rule geodep without known years": (KEY, lambda a: measures.flag(a.evidence, measures.preset("geodep"))),
    "rule geodep in 2019": (KEY, lambda a: measures.flag(a.evidence, measures.preset("geodep"), on=date(2019, 1, 1))),
    "sensitivity": (
        ("year", "importer", "preset", "parameter", "factor"),
        lambda a: measures.sensitivity(a.evidence, loaded=a.loaded),
    ),
    "persistence": (
        KEY,
        lambda a: measures.persistence(a.evidence.select(*KEY, dependent=_.herfindahl > 0.4), 3, 2, loaded=a.loaded),
    ),
    "flag churn": (
        ("year", "importer"),
        lambda a: measures.flag_churn(a.evidence.select(*KEY, dependent=_.import_export_ratio > 1)),
    ),
    "years side by side": (
        ("year",),
        lambda a: measures.yearly(a.flows.filter(_.importer == a.world.country), nes=countries.nes_codes()),
    ),
    "price and quantity": (("year",), lambda a: measures.price_and_quantity(a.flows)),
    "surroundings": (("year",), lambda a: measures.surroundings(a.table("imports"))),
    "moves": (("year",), lambda a: measures.moves(a.table("exports"), "exporter")),
    "relationships": (("from_code",), lambda a: measures.relationships(links(a))),
    "coverage of a concordance": (
        ("year", "relationship"),
        lambda a: measures.concordance_coverage(a.flows, measures.relationships(links(a))),
    ),
    "concorded": (
        ("year", "exporter", "importer", "hs6"),
        lambda a: measures.concord(a.flows, links(a).group_by(code="from_code").agg(name=_.to_code.min())),
    ),
    "advantage": (("year", "exporter", "hs6"), lambda a: capability.rca(a.table("exports"))),
    "demand": (("hs6",), demand),
    "within reach": (("hs6",), lambda a: capability.within_reach(options(a), demand(a), capability.Reach(0.3, 0.0))),
    "export potential": (("importer", "hs6"), potential),
    "a country's dependence": (KEY, lambda a: a.dependence(a.world.country, "all")),
    "a member's dependence on one chapter": (
        KEY,
        lambda a: a.dependence(a.world.member, "geodep", bloc="EU27", product=a.world.hs6[:2]),
    ),
    "a bloc's dependence": (KEY, lambda a: a.dependence("EU27", "all")),
}


def backtested(asked: Asked) -> Table:
    """Every fact of a backtest, and rules on them, over one year of imports."""
    rules = (
        rule("CAP", "supplier_share_after > 0.4 && herfindahl_after > 0.3", "refer"),
        rule("DEAR", 'price_percentile > 0.8 && hs6.startsWith("0")', "caution"),
        rule("LEAN", "partner_dependence_on_us > 0.5 && partner_world_share > 0.1", "refuse"),
        rule("BARRED", "embargoed", "refuse"),
    )
    with tempfile.TemporaryDirectory() as folder:
        law = policy.on(policy.read(write(Path(folder), *rules)), DAY)
    test = backtest.testable(law, "import", embargoes=True)
    flows = asked.flows.filter(_.year == asked.world.year)
    cases = backtest.cases(flows, "import", test.facts, set(), asked.home.table("restrictions"), DAY)
    judged = backtest.judged(test.law, cases, backtest.texts(flows, "import"))
    return judged.select(*backtest.FLOW, "verdict", "strictest_possible", *(f"rule {name}" for name in BACKTESTED))


BACKTESTED = ("CAP", "DEAR", "LEAN", "BARRED")
CASES["backtest"] = (("year", "exporter", "importer", "hs6"), backtested)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    require_spark()
    with spark_session(tmp_path_factory.mktemp("spark")) as started:
        yield started


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """All worlds at hand, loaded and read with DuckDB."""
    return worlds.build(tmp_path_factory.mktemp("worlds"), worlds.shared_data())


@pytest.fixture(scope="module")
def on_spark(home: Home, session: Any) -> Home:
    return Home(home.store.path, engine=session)


@pytest.fixture(scope="module", params=sorted(WORLDS))
def asked(request: pytest.FixtureRequest, home: Home, on_spark: Home) -> tuple[Asked, Asked]:
    world = WORLDS[request.param]
    if world.dataset not in home.catalog.datasets:
        pytest.skip(f"the real table {world.dataset} is not at hand")
    return Asked(home, world), Asked(on_spark, world)


def same_rows(expected: pa.Table, found: pa.Table, key: tuple[str, ...] | list[str]) -> None:
    """Hold two tables against each other: types, keys and texts exactly, doubles to CLOSE, missing as missing."""
    assert found.schema.names == expected.schema.names
    assert found.schema.types == expected.schema.types
    order = [(name, "ascending") for name in key]
    expected, found = expected.sort_by(order), found.sort_by(order)
    assert found.select(key).equals(expected.select(key))
    for name in expected.column_names:
        pairs = zip(expected[name].to_pylist(), found[name].to_pylist(), strict=True)
        apart = [(row, pair) for row, pair in enumerate(pairs) if not same(*pair)]
        assert not apart, f"{name}: {[(found.select(key).slice(row, 1).to_pylist(), pair) for row, pair in apart[:3]]}"


def same(expected: Any, found: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(expected, found, rel_tol=CLOSE, abs_tol=NEARLY_NOTHING)
    return type(expected) is type(found) and bool(expected == found)


def in_order(expected: pa.Table, found: pa.Table) -> None:
    """Hold two tables against each other row by row, in the order they came in."""
    numbers = pa.array(range(len(expected)))
    same_rows(expected.append_column("place", numbers), found.append_column("place", numbers), ["place"])


@pytest.mark.parametrize("case", CASES)
def test_both_engines_give_the_same_rows(asked: tuple[Asked, Asked], case: str) -> None:
    key, expression = CASES[case]
    on_duckdb, on_spark = (expression(one).to_pyarrow() for one in asked)
    same_rows(on_duckdb, on_spark, key)


@pytest.mark.parametrize("name", ["toy", "random"])
def test_answers_come_in_the_same_order(home: Home, on_spark: Home, name: str) -> None:
    country = WORLDS[name].country
    in_order(*(one.dependence(country, 2021, "iw", dataset=name).to_pyarrow() for one in (home, on_spark)))


def test_both_engines_show_the_same_market_of_a_product(home: Home, on_spark: Home) -> None:
    expected, found = (one.product(WORLDS["random"].hs6, 2021, dataset="random") for one in (home, on_spark))
    same_rows(pa.Table.from_pylist([expected.world]), pa.Table.from_pylist([found.world]), ["world_top_exporter"])
    in_order(expected.exporters, found.exporters)
    in_order(expected.importers, found.importers)


@pytest.mark.parametrize("place", ["Austria", "EU27"])
def test_both_engines_paint_the_same_picture(home: Home, on_spark: Home, place: str) -> None:
    expected, found = (one.picture(place, 2021, dataset="toy") for one in (home, on_spark))
    for field in fields(expected):
        before, after = getattr(expected, field.name), getattr(found, field.name)
        if isinstance(before, pa.Table):
            in_order(before, after)
        elif isinstance(before, float):
            assert same(before, after), field.name
        elif field.name == "prices" and before is not None:
            same_prices(before, after)
        else:
            assert before == after, field.name


def same_prices(before: PricesPaid, after: PricesPaid) -> None:
    for name in ("products", "suppliers", "benchmarks", "flows"):
        in_order(getattr(before, name), getattr(after, name))
    assert before.terms is not None
    assert after.terms is not None
    assert before.terms.base == after.terms.base
    in_order(before.terms.table, after.terms.table)


def test_both_engines_judge_the_same_price(home: Home, on_spark: Home) -> None:
    world = WORLDS["random"]
    question = {"importer": world.country, "price": 500.0, "quantity": 10.0, "dataset": "random"}
    expected, found = (one.prices(world.hs6, world.year, **question) for one in (home, on_spark))
    assert expected.evidence == found.evidence
    assert expected.evidence is not None
    assert expected.evidence.n >= 8
    in_order(expected.partners, found.partners)


def test_both_engines_set_two_partners_side_by_side_alike(home: Home, on_spark: Home) -> None:
    expected, found = (one.partner("JPN", "CHN", 2021, dataset="random", day=DAY) for one in (home, on_spark))
    for field in fields(expected):
        before, after = getattr(expected, field.name), getattr(found, field.name)
        if isinstance(before, pa.Table):
            in_order(before, after)
    assert [(p.side, p.kind, p.hs6) for p in expected.positions] == [(p.side, p.kind, p.hs6) for p in found.positions]
    assert expected.barred == found.barred


def test_frames_have_the_same_types_and_rows(home: Home, on_spark: Home) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis asks pandas for an option that pandas 4 will drop
        expected, found = (one.dependence("AUT", 2021, dataset="toy").to_pandas() for one in (home, on_spark))
    assert dict(found.dtypes) == dict(expected.dtypes)
    assert found.isna().equals(expected.isna())


def test_a_number_missing_from_a_users_own_table_stays_missing(on_spark: Home) -> None:
    scores = ibis.memtable(pa.table({"exporter": ["BRA", "CAN"], "score": pa.array([0.5, None], pa.float64())}))
    scored = on_spark.flows(dataset="toy").inner_join(scores, "exporter")
    row = scored.agg(total=_.score.sum(), known=_.score.count(), rows=_.count()).to_pyarrow().to_pylist()[0]
    assert 0 < row["known"] < row["rows"]
    assert row["total"] == 0.5 * row["known"]


def test_a_home_behind_a_url_is_read_and_never_written(home: Home, session: Any) -> None:
    folder = Path(home.store.path)
    before = sorted(folder.rglob("*"))
    remote = Home(folder.as_uri(), engine=session)
    assert remote.catalog == home.catalog
    same_rows(
        home.flows(dataset="toy").to_pyarrow(), remote.flows(dataset="toy").to_pyarrow(), toy.FLOW_SCHEMA.names[:4]
    )
    with pytest.raises(UsageError, match=r"read only.*load into a local folder"):
        remote.load(
            "tidy", folder.parent / "raw" / "toy-26.parquet", mapping=worlds.mapping("flows", "again", toy.FLOW_SCHEMA)
        )
    with pytest.raises(UsageError, match="read only"):
        remote.prefer("toy")
    assert sorted(folder.rglob("*")) == before
    assert not Path("file:").exists()


def test_a_url_without_a_home_says_so(tmp_path: Path, session: Any) -> None:
    with pytest.raises(BadInput, match=r"the catalog cannot be read \(file://.*catalog.json\).*check the URL"):
        _ = Home(tmp_path.as_uri(), engine=session).catalog
    with pytest.raises(BadInput, match="the catalog cannot be read"):
        _ = Home("nothing://knows/this", engine=session).catalog


def test_a_home_read_by_spark_is_loaded_through_its_folder(
    tmp_path: Path, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home("home", engine=session)
    rows = list(worlds.toy_flows())

    def take(chosen: list[tuple[Any, ...]], **options: Any) -> int:
        worlds.load_rows(home, tmp_path, "flows", "toy", chosen, toy.FLOW_SCHEMA, **options)
        return int(home.flows().count().to_pyarrow().as_py())

    assert take([row for row in rows if row[0] == 2019]) == sum(row[0] == 2019 for row in rows)
    lazy = home.flows().count()
    assert take([row for row in rows if row[0] > 2019]) == len(rows)
    assert take([row for row in rows if row[0] == 2021][:2], replace=True) == sum(row[0] < 2021 for row in rows) + 2
    assert lazy.to_pyarrow().as_py() == sum(row[0] == 2019 for row in rows)
    assert Home(tmp_path / "home").flows().count().to_pyarrow().as_py() == home.flows().count().to_pyarrow().as_py()


def test_a_standalone_cluster_gives_the_same_rows(home: Home, session: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    world = WORLDS["random"]
    question = (world.dataset, world.country, str(world.year))
    with cluster(tmp_path) as address:
        subprocess.run(
            [sys.executable, ask_cluster.__file__, address, str(home.store.path), *question, str(tmp_path), str(out)],
            check=True,
            timeout=300,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    in_order(Asked(home, world).dependence(world.country, "all").to_pyarrow(), pq.read_table(out))


OFFER = """
direction = "import"
country = "JPN"
partner = "CHN"
product = "{hs6}"
day = 2022-03-01
quantity = 20
unit = "t"
price = 450
price_per = "t"
currency = "USD"
incoterm = "FOB"
end_use = "civil"
[evidence]
year = 2021
dataset = "random"
"""


def test_both_engines_review_a_deal_alike(home: Home, on_spark: Home, tmp_path: Path) -> None:
    """All evidence on one deal, what the policy says of it, and what would make it pass."""
    rules = (
        rule("CAP", "supplier_share_after > 0.35 || herfindahl_after > 0.9", "refer"),
        rule("DEAR", "price_percentile > 0.2 || own_price_percentile > 0.2", "caution"),
        rule("NEED", "home_stock_days < 30 || embargoed", "caution"),
    )
    book = policy.read(write(tmp_path / "policy", *rules))
    (tmp_path / "offer.toml").write_text(OFFER.format(hs6=WORLDS["random"].hs6), encoding="utf-8")
    offer = deals.read(tmp_path / "offer.toml")
    expected, found = (deals.document(one.review(offer, book)) for one in (home, on_spark))
    assert alike(expected, found)
    known = {item["name"] for answer in found["evidence"] for item in answer["facts"] if item["value"] is not None}
    assert known >= {"supplier_share_after", "herfindahl_after", "price_percentile", "embargoed"}
    assert found["would_pass"]


def alike(expected: Any, found: Any) -> bool:
    """Whether two documents hold the same, numbers to the last bits."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return list(expected) == list(found) and all(alike(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(alike, expected, found))
    return same(expected, found)
