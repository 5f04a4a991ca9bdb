"""The processes beside the server: `python -m homeground.desk worker`, and `job ID` for each job that it runs."""

from __future__ import annotations

import logging
import signal
import sys

from homeground.desk.database import Database
from homeground.desk.settings import handed_over
from homeground.desk.work import worker
from homeground.desk.work.jobs import Jobs


def main() -> None:
    """Run the consumer, or one job."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("huey", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if sys.argv[1:2] == ["job"]:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what the job started ends with it
        settings = handed_over()
        worker.end_with_parent()
        worker.run(Jobs(Database(settings), settings), sys.argv[2])
    else:
        worker.consume()


if __name__ == "__main__":
    main()
