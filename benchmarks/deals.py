"""One deal with full evidence on a Home of many years, and a policy of fifty rules over one year of all flows."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks import lists
from benchmarks.history import largest
from benchmarks.measure import Work, alternate, show
from homeground import Home, deals, policy

WARM = 3
REVIEWS = 60
RULES = 50
LIKELY = ("Northern Straits Shipping", "Beta Cement Works", "Delta Grain House", "Omega Steel Trading")


def review(home: str, country: str, hs6: str, year: str, listed: str = "") -> str:
    """Review different deals by fifty rules in one process, with all evidence and counter-proposals; p50, p95, warm.

    With `listed`, on a Home that holds lists, measures, rates, freight, budget and home ground (`benchmarks.lists`):
    prices in euro at CIF, a name of its own in every deal, every third deal an export; and no evidence may be unknown.
    """
    opened = Home(home)
    with tempfile.TemporaryDirectory() as folder:
        book = policy.read(write_book(Path(folder), ON_LISTS if listed else ()))
    view = opened.product(hs6, int(year))
    sellers = [row["country"] for row in view.exporters.to_pylist() if row["country"] != country][:20]
    bought = next(row["value_usd"] for row in view.importers.to_pylist() if row["country"] == country)
    taken, proposed, unknown = [], 0, set()
    for number in range(WARM + REVIEWS):
        sale = bool(listed) and number % 3 == 2
        stated = {
            "direction": "export" if sale else "import",
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
        if listed:
            stated |= {"seller": f"{LIKELY[number % 4]} {number}", "currency": "EUR", "incoterm": "CIF"}
            stated |= {"facts": {"currency_tier": 1, "home_need_t": 1e6, "home_stock_days": 30}}
        deal = deals.parse(stated)
        start = time.perf_counter()
        found = opened.review(deal, book)
        taken.append(time.perf_counter() - start)
        proposed += len(found.proposals)
        unknown |= {item.name for answer in found.answers for item in answer.items if item.value is None}
    if listed and (left := unknown - MAY_BE_UNKNOWN):
        raise AssertionError(f"evidence without an answer: {sorted(left)}")
    warm = sorted(taken[WARM:])
    p95 = warm[int(0.95 * len(warm))]
    times = f"first {taken[0]:.2f} s; warm p50 {1e3 * statistics.median(warm):.0f} ms, p95 {1e3 * p95:.0f} ms"
    return f"{times}; {proposed} counter-proposals"


MAY_BE_UNKNOWN = frozenset(
    {"origin", "days_to_delivery", "end_use", "own_price_percentile", "own_price_median_usd_t"}
    | {"own_price_upper_quartile_usd_t", "own_overpayment_usd", "import_export_ratio"}
    | {"currency_needs_lost"}
)
"""What the deals do not say, what only purchases have, a ratio that needs exports, and needs lost, which plans in money
do not price."""

ON_LISTS = (
    "name_hits > 0",
    "embargoed",
    "list_age_days > 1000",
    "currency_left_usd < 0",
    'home_balance_after_t < 0 && direction == "export"',
    'needs_classification && direction == "export"',
)
"""Conditions on what only lists and tables of one's own tell."""


def backtest(home: str, year: str) -> str:
    """Run fifty rules over every flow of a year, each country taken as the home in turn."""
    with tempfile.TemporaryDirectory() as folder:
        book = policy.read(write_book(Path(folder)))
        found = Home(home).backtest(book, date(2024, 9, 1), years=[int(year)])
    return f"{len(found.rules)} rules over {sum(row['flows'] for row in found.verdicts):,} flows"


def write_book(folder: Path, more: Sequence[str] = ()) -> Path:
    """Write a book of fifty rules over shares, concentration, prices, products and values, and more on conditions."""
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
    rules += [
        f'[[rule]]\nid = "L-{place}"\ntitle = "rule {place}"\nlegal = "Act"\nfrom = 2020-01-01\n'
        f"when = '''{condition}'''\nverdict = \"caution\"\nreason = \"because\"\n"
        for place, condition in enumerate(more)
    ]
    (folder / "book.toml").write_text('[book]\ntitle = "Fifty rules"\nauthority = "Nobody"\n' + "\n".join(rules))
    return folder


def ask(home: Path, rounds: int) -> None:
    """Measure both on a Home of many years."""
    country, hs6, year = largest(home)
    listed = lists.beside(home, country, hs6, year)
    asked = (country, hs6, str(year))
    works = {
        "review": Work("benchmarks.deals.review", (str(home), *asked)),
        "review with every list": Work("benchmarks.deals.review", (str(listed), *asked, "listed")),
        "backtest": Work("benchmarks.deals.backtest", (str(home), str(year))),
    }
    show(f"Deals of {country} in {hs6}, and fifty rules over {year}", alternate(works, rounds))
