"""What takes seconds the first time in a process, done while nobody waits for it: styles, and the first review."""

from __future__ import annotations

import logging
import threading
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import ibis

from homeground import deals
from homeground.desk import assets, books
from homeground.errors import HomegroundError
from homeground.home import deals as judging

if TYPE_CHECKING:
    from homeground.desk.desk import Desk
    from homeground.policy import Book
    from homeground.store import Dataset, Store

LOG: Final = logging.getLogger("homeground.desk")


def begin(desk: Desk) -> None:
    """Prepare a desk in a thread of its own."""
    threading.Thread(target=prepare, args=(desk,), daemon=True).start()


def prepare(desk: Desk) -> int:
    """Make every asset, and review the largest purchase of each dataset by the first book; return how many it could."""
    assets.prepare()
    done = 0
    try:
        for name in books.names(desk.settings)[:1]:
            book = books.read(desk.settings, name)
            with desk.homes.lent() as home:
                held = [each for each in home.catalog.datasets.values() if "flows" in each.tables]
                done = sum(_reviewed(home.store, dataset, book) for dataset in held)
    except Exception:
        LOG.exception("nothing could be prepared; the first page takes the longer")
    return done


def _reviewed(store: Store, dataset: Dataset, book: Book) -> bool:
    """Review a dataset's largest purchase; whether it is one of a country that can be judged."""
    year = max(dataset.years())
    flows = store.table(dataset, "flows", (year,))
    (flow, *_) = flows.order_by(ibis.desc("value_usd")).limit(1).to_pyarrow().to_pylist()
    stated: dict[str, Any] = {
        "direction": "import", "country": flow["importer"], "partner": flow["exporter"], "product": flow["hs6"],
        "quantity": flow["quantity_t"] or 1.0, "price": flow["value_usd"] / (flow["quantity_t"] or 1.0),
        "incoterm": "FOB", "day": date(year, 12, 31), "evidence": {"year": year, "dataset": dataset.name},
    }  # fmt: skip
    try:
        judging.review(store, deals.parse(stated), book)
    except HomegroundError as error:
        LOG.info("no first review on %s: %s", dataset.name, error)
        return False
    return True
