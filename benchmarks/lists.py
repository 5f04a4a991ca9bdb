"""A Home beside another: the same trade by hard links, with sanctions lists, measures and tables of one's own.

All of it is made up, from one seed: 50,000 listed entries with three names each, 3,000 measures, 2,000 controlled
goods, two years of daily rates, freight between all pairs with the country, a budget, production at home, an
input–output table of 41 regions and 35 industries, a process book on top of the starter book, and a kept plan.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from homeground import Home
from homeground.codes import countries, products

SEED = 20260301
ENTRIES, MEASURES, CONTROLLED = 50_000, 3_000, 2_000
REGIONS, INDUSTRIES, CHAINS_YEAR = 41, 35, 2011
BOOK = """[book]
title = "Made book"
base = "starter"
country = "{country}"
year = {year}
home_per_usd = 1.5
wage = 3
[sources.made]
title = "Made up"
author = "Nobody"
checked = false
[goods]
bought = {{ name = "bought", unit = "t", hs6 = "{hs6}", price = 500, imports = 100, source = "made" }}
own = {{ name = "own", unit = "t", home_price = 200, source = "made" }}
served = {{ name = "served", unit = "t" }}
[groups.both]
name = "either"
unit = "t"
source = "made"
[groups.both.members]
bought = {{ grade = 1 }}
own = {{ ratio = 1.1, grade = 2, cap = 0.8 }}
[processes.serve]
name = "Serve"
per = "1 t"
inputs = {{ both = 1.0 }}
outputs = {{ served = 1.0 }}
uses = {{ bought = 1.0 }}
activity = 1000000
source = "made"
[resources]
stock = {{ good = "own", quantity = 500000, source = "made" }}
[needs]
all = {{ good = "served", quantity = 1000000, source = "made" }}
"""
SYLLABLES = ("ba", "dor", "el", "fan", "gri", "ka", "lem", "mir", "no", "osh", "pra", "ril", "sul", "tar", "vek", "zh")
TRADES = ("Trading", "Shipping", "Steel", "Grain House", "Cement Works", "Petroleum", "Holding", "Bank")
CURRENCIES = ("EUR", "JPY", "GBP", "CNY", "INR", "KRW", "BRL", "MXN", "ZAR", "TRY")


def beside(home: Path, country: str, hs6: str, year: int) -> Path:
    """Return a Home with the trade of `home` and every list; made once."""
    whole = home.with_name(f"{home.name}-with-lists")
    if whole.exists():
        return whole
    made = home.with_name(f"{home.name}-with-lists.part")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(home, made, copy_function=os.link, ignore=shutil.ignore_patterns("catalog.json", ".lock"))
    shutil.copy2(home / "catalog.json", made / "catalog.json")
    chance = random.Random(SEED)
    day = date(year + 1, 1, 1)
    names = [c.iso3 for c in countries.every() if c.kind == "country"]
    sellers = [row["country"] for row in Home(made).product(hs6, year).exporters.to_pylist()]
    others = [name for name in dict.fromkeys([*sellers, *names]) if name != country]
    codes = sorted(products.every_code() - {hs6})
    act = "Act (made up)"
    _load(made, "sanctioned_names", ("list", "entry_id", "name", "name_kind", "kind", "programme", "published"),
          _listed(chance, day))  # fmt: skip
    _load(made, "restrictions", ("importer", "exporter", "hs_prefix", "from_date", "to_date", "legal_reference"),
          {(a, b, code[:4]): (a, b, code[:4], day, "", act) for a, b, code in (
              (chance.choice(names), chance.choice(names), chance.choice(codes)) for _ in range(MEASURES)
          ) if code[:4] != hs6[:4]}.values())  # fmt: skip
    controlled = ((code, f"{place}A", day, "", act) for place, code in enumerate(chance.sample(codes, CONTROLLED)))
    columns = ("hs_prefix", "control_code", "from_date", "to_date", "legal_reference")
    _load(made, "dual_use", columns, [(hs6, "0A", day, "", act), *controlled])
    rates = ((c, day + timedelta(d), 0.1 + chance.random(), act) for c in CURRENCIES for d in range(-365, 365))
    _load(made, "exchange_rates", ("currency", "day", "usd_per_unit", "reference"), rates)
    legs = [(a, b) for other in others for a, b in ((other, country), (country, other))]
    columns = ("exporter", "importer", "hs_prefix", "from_date", "to_date", "freight_usd_per_t", "insurance_share")
    _load(made, "freight", (*columns, "reference"), ((a, b, hs6[:2], day, "", 20.0, 0.002, act) for a, b in legs))
    budget = ((country, day, day + timedelta(364), tier, 1e12, 1e9, act) for tier in (1, 2, 3))
    columns = ("country", "from_date", "to_date", "tier", "plan_usd", "spent_usd", "reference")
    _load(made, "currency_budget", columns, budget)
    _load(made, "production", ("year", "country", "hs6", "quantity_t"), [(year, country, hs6, 1e6)])
    _chains(made, [country, *others][: REGIONS - 1])
    _own_means(made, country, hs6, year)
    return made.rename(whole)


def _chains(home: Path, names: Sequence[str]) -> None:
    """Write a table in the layout of WIOD 2013 arrays: these countries and the rest of the world."""
    from benchmarks.chains import world

    flows, demand = world(REGIONS, INDUSTRIES)
    regions = [*names, "RoW"]
    rows = [f"{region}.c{place}" for region in regions for place in range(1, INDUSTRIES + 1)]
    users = [f"{region}.f1" for region in regions]
    folder = _files(home) / "chains"
    folder.mkdir(exist_ok=True)
    flows.set_axis(rows).set_axis(rows, axis=1).to_parquet(folder / f"Z_{CHAINS_YEAR}.parquet")
    demand.set_axis(rows).set_axis(users, axis=1).to_parquet(folder / f"F_{CHAINS_YEAR}.parquet")
    output = (flows.sum(axis=1) + demand.sum(axis=1)).set_axis(rows)
    output.rename("output").to_csv(folder / f"x_{CHAINS_YEAR}.csv")
    Home(home).load("wiod2013", folder)


def _own_means(home: Path, country: str, hs6: str, year: int) -> None:
    """Write a process book in which a product of one's own does the work of the import, and a plan's prices."""
    book = _files(home) / "book.toml"
    book.write_text(BOOK.format(country=country, year=year, hs6=hs6))
    Home(home).load("process-book", book)
    day = year + 1
    rows = [("Plan", day, "currency", "", "", "USD", 1.3, "home money per USD"),
            ("Plan", day, "good", "bought", hs6, "bought", 600.0, "home money per t")]  # fmt: skip
    _load(home, "plan_prices", ("plan", "year", "kind", "good", "hs6", "name", "price", "unit"), rows)


def _listed(chance: random.Random, day: date) -> Iterator[Sequence[object]]:
    for number in range(ENTRIES):
        first, second = ("".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(2))
        forms = {f"{first} {second} {chance.choice(TRADES)}", f"{second} {first}", f"{first[0]}. {second} & Sons"}
        for place, name in enumerate(sorted(forms)):
            kind = "alias" if place else "main"
            yield ("Made list", f"M-{number}", name, kind, "organisation", "made", day)


def _files(home: Path) -> Path:
    folder = home.with_name(f"{home.name}-files")
    folder.mkdir(exist_ok=True)
    return folder


def _load(home: Path, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    folder = _files(home)
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([columns, *rows])
    coded = {"exporter", "importer", "country"} if table != "restrictions" else set[str]()
    lines = [f'{c} = {{ name = "{c}", codes = "iso3" }}' if c in coded else f'{c} = "{c}"' for c in columns]
    units = {
        "freight_usd_per_t": "USD/t",
        "plan_usd": "USD",
        "spent_usd": "USD",
        "quantity_t": "t",
        "usd_per_unit": "USD",
    }
    lines = [
        f'{c} = {{ name = "{c}", unit = "{units[c]}" }}' if c in units else line
        for c, line in zip(columns, lines, strict=True)
    ]
    mapping = folder / f"{table}.toml"
    mapping.write_text("\n".join([f'table = "{table}"', f'dataset = "made-{table}"', "[columns]", *lines]) + "\n")
    Home(home).load("tidy", folder / f"{table}.csv", mapping=mapping)
