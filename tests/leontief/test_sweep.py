"""Many shocks: each is what it is alone, in any number of threads; draws follow their seed and their ranges."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chain_files
from homeground.brief.chains.shock_tables import sweep_answer
from homeground.errors import BadInput, UsageError
from homeground.home import Home
from homeground.leontief import Cut, Response, Run, economy, simulate, sweep
from spark_session import require_spark
from spark_session import session as spark_session
from toy_chains import COUNTRIES, world

SCENARIO = """year = 2011
days = 30
stocks = 5
[[shock]]
supplier = "CHN.c2"
buyer = "abroad"
days = 15
"""
UNCERTAIN = "[uncertain]\nstocks = [3, 9]\nshare = [0.5, 1.0]\ndays = [5, 20]\nrerouting = [0, 1]\nspare = [0.0, 0.1]\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = tmp_path_factory.mktemp("sweep")
    home = Home(place / "home")
    home.load("wiod2013", chain_files.wiod2013_arrays(place))
    return home


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    require_spark()
    with spark_session(tmp_path_factory.mktemp("spark")) as started:
        yield started


def runs() -> Iterator[Run]:
    system = world()
    eco = economy(system, 5.0)
    for country in COUNTRIES:
        yield Run(country, eco, [Cut(system.select(country), 1.0, 2, 10)], Response(), 40)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_each_run_is_what_it_is_alone_whatever_the_number_of_threads(workers: int) -> None:
    seen: list[int] = []
    outcomes = sweep(runs(), workers=workers, watch=seen.append)
    assert [one.name for one in outcomes] == list(COUNTRIES)
    assert seen == [1, 2, 3]
    for run, one in zip(runs(), outcomes, strict=True):
        course = simulate(run.economy, run.cuts, run.response, run.days)
        assert one.lost.tolist() == course.lost.tolist()
        assert one.unmet.tolist() == course.unmet.sum(axis=0).tolist()
        assert one.stopped == (course.output < 0.5 * course.economy.output).any(axis=0).sum()


def test_every_country_by_itself_is_the_scenario_with_that_supplier(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shock.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    rows = {row["supplier"]: row for row in home.shock_each(path).table.to_pylist()}
    assert set(rows) == {"DEU", "CHN", "ROW"}
    for code in ("CHN", "DEU"):
        path.write_text(SCENARIO.replace("CHN", code), encoding="utf-8")
        alone = home.shock(path)
        assert rows[code]["lost_output"] == pytest.approx(float(alone.course.lost.sum()))
        away = sum(row["lost_output"] for row in alone.places.to_pylist() if row["country"] != code)
        assert rows[code]["lost_elsewhere"] == pytest.approx(away)


def test_every_industry_by_itself_is_the_scenario_with_that_industry(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shock.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    rows = home.shock_each(path, industries=True).table.to_pylist()
    assert {row["supplier"] for row in rows} == {"CHN"}
    shock = tomllib.loads(SCENARIO)["shock"][0]["supplier"]
    for row in rows:
        path.write_text(SCENARIO.replace(f'"{shock}"', f'"CHN.{row["industry"]}"'), encoding="utf-8")
        assert row["lost_output"] == pytest.approx(float(home.shock(path).course.lost.sum()))


def test_draws_repeat_with_their_seed_and_stay_in_their_ranges(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shock.toml"
    path.write_text(SCENARIO + UNCERTAIN, encoding="utf-8")
    first, again = home.shock_draws(path, 6, seed=3).table, home.shock_draws(path, 6, seed=3).table
    assert first.equals(again)
    assert not first.equals(home.shock_draws(path, 6, seed=4).table)
    assert 3 <= min(first["stocks"].to_pylist()) <= max(first["stocks"].to_pylist()) <= 9
    assert len(set(first["share"].to_pylist())) == 6
    answer = sweep_answer(home, path, each=False, draws=6, seed=3)
    assert answer.notes[0].startswith("Output lost: median ")
    assert np.isfinite(first["lost_output"].to_numpy()).all()


def test_sweeps_without_sense_are_refused(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "shock.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    with pytest.raises(BadInput, match="nothing is uncertain"):
        home.shock_draws(path, 5)
    with pytest.raises(UsageError, match="two sweeps"):
        sweep_answer(home, path, each=True, draws=3, seed=1)
    path.write_text(SCENARIO + UNCERTAIN, encoding="utf-8")
    with pytest.raises(BadInput, match="number of draws"):
        home.shock_draws(path, 0)
    path.write_text(SCENARIO + "[uncertain]\nstocks = [9, 3]\n", encoding="utf-8")
    with pytest.raises(BadInput, match="stocks is no range"):
        home.shock_draws(path, 3)
    path.write_text(SCENARIO + SCENARIO[SCENARIO.index("[[shock]]") :].replace("CHN", "DEU"), encoding="utf-8")
    with pytest.raises(UsageError, match="one shock"):
        home.shock_each(path)


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # collect() of pyspark leaves its socket open
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("sweep_of", ["countries", "draws", "countries, nothing replaces"])
def test_a_sweep_on_spark_gives_the_numbers_of_this_machine(
    home: Home, tmp_path: Path, session: Any, sweep_of: str
) -> None:
    on_spark = Home(home.store.path, engine=session)
    strict = "replaceable = false\n" if "nothing" in sweep_of else ""
    path = tmp_path / "shock.toml"
    path.write_text(strict + SCENARIO + UNCERTAIN, encoding="utf-8")
    seen: list[float] = []

    def asked(one: Home, **watched: Any) -> Any:
        return one.shock_draws(path, 9, seed=4, **watched) if sweep_of == "draws" else one.shock_each(path, **watched)

    expected = asked(home)
    found = asked(on_spark, progress=lambda step, done: seen.append(done))
    assert found.table.to_pylist() == expected.table.to_pylist()  # the same arithmetic on the same numbers
    assert seen[-1] == 1.0
