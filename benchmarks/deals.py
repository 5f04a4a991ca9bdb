"""One deal with full evidence on a Home of many years, and a policy of fifty rules over one year of all flows."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.history import largest
from benchmarks.measure import Work, alternate, show
from homeground import Home, deals, policy

WARM = 3
REVIEWS = 60
RULES = 50


def review(home: str, country: str, hs6: str, year: str) -> str:
    """Review different deals by fifty rules in one process, with all evidence and counter-proposals; p50, p95, warm."""
    opened = Home(home)
    with tempfile.TemporaryDirectory() as folder:
        book = policy.read(write_book(Path(folder)))
    view = opened.product(hs6, int(year))
    sellers = [row["country"] for row in view.exporters.to_pylist() if row["country"] != country][:20]
    bought = next(row["value_usd"] for row in view.importers.to_pylist() if row["country"] == country)
    taken, proposed = [], 0
    for number in range(WARM + REVIEWS):
        deal = deals.parse(
            {
                "direction": "import",
                "country": country,
                "partner": sellers[number % len(sellers)],
                "product": hs6,
                "day": date(int(year) + 1, 7, 15),
                "seller": "Somebody Trading",
                "quantity": bought * (5 + number) / 100 / (500.0 + number),
                "price": 500.0 + number,
                "incoterm": "FOB",
                "evidence": {"year": int(year)},
            }
        )
        start = time.perf_counter()
        proposed += len(opened.review(deal, book).proposals)
        taken.append(time.perf_counter() - start)
    warm = sorted(taken[WARM:])
    p95 = warm[int(0.95 * len(warm))]
    times = f"first {taken[0]:.2f} s; warm p50 {1e3 * statistics.median(warm):.0f} ms, p95 {1e3 * p95:.0f} ms"
    return f"{times}; {proposed} counter-proposals"


def backtest(home: str, year: str) -> str:
    """Run fifty rules over every flow of a year, each country taken as the home in turn."""
    with tempfile.TemporaryDirectory() as folder:
        book = policy.read(write_book(Path(folder)))
        found = Home(home).backtest(book, date(2024, 9, 1), years=[int(year)])
    return f"{len(found.rules)} rules over {sum(row['flows'] for row in found.verdicts):,} flows"


def write_book(folder: Path) -> Path:
    """Write a book of fifty rules over shares, concentration, prices, products, partners and values."""
    conditions = (
        "supplier_share_after > 0.{n}",
        "herfindahl_after > 0.{n} && suppliers > 2.0",
        "partner_world_share > 0.{n} && supplier_share_after > 0.3",
        "price_usd_t > price_upper_quartile_usd_t && deal_value_usd > {n}00000.0",
        'hs6.startsWith("{n}") && top_supplier_share > 0.5',
    )
    verdicts = ("refuse", "refer", "caution", "caution", "refer")
    rules = []
    for place in range(RULES):
        kind, number = place % len(conditions), 30 + place
        role = 'role = "chief"\n' if verdicts[kind] == "refer" else ""
        rules.append(
            f'[[rule]]\nid = "B-{place}"\ntitle = "rule {place}"\nlegal = "Act"\nfrom = 2020-01-01\n'
            f"direction = \"import\"\nwhen = '''{conditions[kind].format(n=number)}'''\n"
            f'verdict = "{verdicts[kind]}"\n{role}reason = "because"\n'
        )
    (folder / "book.toml").write_text('[book]\ntitle = "Fifty rules"\nauthority = "Nobody"\n' + "\n".join(rules))
    return folder


def ask(home: Path, rounds: int) -> None:
    """Measure both on a Home of many years."""
    country, hs6, year = largest(home)
    works = {
        "review": Work("benchmarks.deals.review", (str(home), country, hs6, str(year))),
        "backtest": Work("benchmarks.deals.backtest", (str(home), str(year))),
    }
    show(f"Deals of {country} in {hs6}, and fifty rules over {year}", alternate(works, rounds))
