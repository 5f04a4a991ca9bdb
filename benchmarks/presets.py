"""All presets for all importers of one year: evidence joined from flows and totals, every rule applied."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import Work, alternate, show
from homeground import Home, measures
from homeground.codes import countries


def homeground(home: str, year: str, target: str) -> str:
    """Write key, evidence-based verdicts and counts of all importers and products to a Parquet file."""
    opened, years = Home(home), [int(year)]
    flows, sold, bought = (opened.table(name, years=years) for name in ("flows", "exports", "imports"))
    hubs = measures.hubs(bought, sold, measures.hub_rule())
    facts = measures.evidence(flows, sold, nes=countries.nes_codes(), hubs=hubs)
    measures.evaluate_all(facts, loaded=years).to_parquet(target)
    return f"{Path(target).stat().st_size / 1e6:,.1f} MB"


def run(home: Path, year: int, folder: Path, rounds: int) -> None:
    """Measure it."""
    target = folder / "presets.parquet"
    work = Work("benchmarks.presets.homeground", (str(home), str(year), str(target)))
    show(f"All presets for all importers of {year}", alternate({"homeground": work}, rounds))
    target.unlink()
