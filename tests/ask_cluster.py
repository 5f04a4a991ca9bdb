"""Ask a Spark cluster, from a process of its own, and write the answer to a file.

python ask_cluster.py MASTER HOME DATASET COUNTRY YEAR SCRATCH OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet as pq

from homeground import Home
from spark_session import QUICK_START, session


def main() -> None:
    master, home, dataset, country, year, scratch, out = sys.argv[1:]
    settings = {
        "spark.executor.memory": "512m",
        "spark.driver.extraJavaOptions": QUICK_START,
        "spark.executor.extraJavaOptions": QUICK_START,
    }
    with session(Path(scratch), master, settings) as started:
        asked = Home(home, engine=started).dependence(country, int(year), "all", dataset=dataset)
        pq.write_table(asked.to_pyarrow(), out)


if __name__ == "__main__":
    main()
