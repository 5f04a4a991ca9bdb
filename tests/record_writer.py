"""Write notes into a record, and say so once each is safe: `python record_writer.py URL COUNT NAME`.

Prints one line per acknowledged entry: its number and its hash.
"""

from __future__ import annotations

import sys

from homeground.record import Ledger


def main() -> None:
    url, count, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with Ledger(url, create=False) as ledger:
        for number in range(count):
            made = ledger.note(f"{name} {number}", by="olaf", role="officer")
            sys.stdout.write(f"{made.number} {made.hash}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
