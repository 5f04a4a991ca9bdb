"""Which products change their verdict when one threshold moves, and why.

Usage: python examples/dependence.py HOME [COUNTRY [YEAR]]
HOME is a Home with trade in it, such as the demo-home that `make demo` builds.
"""

from __future__ import annotations

import sys

import homeground as hg
from homeground import measures


def main(home: str, country: str = "Japan", year: str = "2023") -> None:
    facts = hg.Home(home).dependence(country, int(year))

    published = measures.preset("hjs").on(int(year))
    stricter = published.moved("top_share", 0.40)
    print("published:", measures.in_words(published))
    print("changed:  ", measures.in_words(stricter))

    before = measures.flag(facts, published).to_pyarrow().to_pylist()
    after = measures.flag(facts, stricter).to_pyarrow().to_pylist()
    flagged = {row["hs6"] for row in before if row["dependent"]}
    added = [row for row in after if row["dependent"] and row["hs6"] not in flagged]
    print(f"{len(flagged)} products before, {len(added)} more after:")
    for row in added:
        print(f"- {row['hs6']} {hg.codes.products.short(row['hs6'])}")
        for sentence in measures.reasons(row, stricter):
            print(f"    {sentence}")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
