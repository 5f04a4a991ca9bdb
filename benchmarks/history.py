"""Many years written year by year, and what one country asks of them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ibis import _

from benchmarks.measure import Run, Work, alternate, in_process, show
from benchmarks.world import World
from homeground import Home

QUESTIONS = ("dependence", "dependence_of_bloc", "totals", "own_flows", "product", "picture", "report")


def load(path: str, home: str) -> str:
    """Load one more year into the Home."""
    return f"{Home(home).load('baci', path).rows_loaded:,} rows"


def dependence(home: str, country: str, hs6: str, year: str) -> str:
    """What the country's imports rest on, all presets, fetched."""
    return f"{len(Home(home).dependence(country, int(year)).to_pyarrow()):,} products"


def dependence_of_bloc(home: str, country: str, hs6: str, year: str) -> str:
    """The same for EU27 as one market."""
    return f"{len(Home(home).dependence('EU27', int(year)).to_pyarrow()):,} products"


def totals(home: str, country: str, hs6: str, year: str) -> str:
    """Imports of the country by year, over all years, from the stored totals."""
    bought = Home(home).table("imports").filter(_.importer == country)
    return f"{len(bought.group_by('year').agg(usd=_.value_usd.sum()).to_pyarrow())} years"


def own_flows(home: str, country: str, hs6: str, year: str) -> str:
    """Imports of the country by year and supplier, over all years, from the flows."""
    bought = Home(home).flows().filter(_.importer == country)
    return f"{len(bought.group_by('year', 'exporter').agg(usd=_.value_usd.sum()).to_pyarrow()):,} rows"


def product(home: str, country: str, hs6: str, year: str) -> str:
    """The world market of one product in one year."""
    return f"{len(Home(home).product(hs6, int(year)).exporters)} exporters"


def picture(home: str, country: str, hs6: str, year: str) -> str:
    """Everything that the report shows, every year included."""
    return f"{len(Home(home).picture(country, int(year)).products):,} products"


def report(home: str, country: str, hs6: str, year: str) -> str:
    """The report as one html file."""
    from homeground.brief import report as reports

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.html"
        reports.write(Home(home).picture(country, int(year)), target)
        return f"{target.stat().st_size / 1e6:.1f} MB"


def build(home: Path, flows: int, folder: Path, years: Sequence[int]) -> None:
    """Generate, load and delete year after year; years that the Home holds already are left."""
    held = {year for dataset in Home(home).catalog.datasets.values() for year in dataset.years()}
    wanted = sorted(set(years) - held)
    if not wanted:
        return
    world, runs = World(flows), []
    for year in wanted:
        path = world.write(folder, year, "parquet")
        runs.append(in_process(Work("benchmarks.history.load", (str(path), str(home)))))
        path.unlink()
        print(f"{year}: {runs[-1].seconds:.1f} s, {runs[-1].peak_mb:,.0f} MB", flush=True)
    size = sum(path.stat().st_size for path in home.rglob("*.parquet")) / 1e9
    seconds, cpu = sum(run.seconds for run in runs), sum(run.cpu for run in runs)
    whole = Run(seconds, cpu, max(run.peak_mb for run in runs), f"{len(runs) * flows:,} rows in {size:.1f} GB")
    show(f"Load {len(runs)} years of Parquet, one after another", {"homeground": whole})


def ask(home: Path, rounds: int) -> None:
    """Ask each question three times in a process of its own; the third is measured."""
    country, hs6, year = largest(home)
    works = {
        name: Work(f"benchmarks.history.{name}", (str(home), country, hs6, str(year)), calls=3) for name in QUESTIONS
    }
    show(f"Questions on {country}, product {hs6} and {year}", alternate(works, rounds))


def largest(home: Path) -> tuple[str, str, int]:
    """Return the importer and the product with the most rows in the last year, and that year: the hardest case."""
    (dataset,) = Home(home).catalog.datasets.values()
    year = dataset.years()[-1]
    flows = Home(home).flows(years=[year])
    country, hs6 = (flows[name].topk(1).to_pyarrow()[name][0].as_py() for name in ("importer", "hs6"))
    return country, hs6, year
