"""What takes seconds the first time in a process, done before anybody is let in: styles, first pages and reviews."""

from __future__ import annotations

import atexit
import contextlib
import gc
import logging
import threading
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import ibis

from homeground import deals
from homeground.brief.tables import dependence_answer, product_answer
from homeground.brief.trade.glance_tables import glance
from homeground.brief.trade.market_tables import with_figures
from homeground.codes import products
from homeground.desk.language import SOURCE, languages
from homeground.desk.shelves import books
from homeground.desk.showing import assets, drawings, show
from homeground.errors import HomegroundError
from homeground.home.deals import deals as judging

if TYPE_CHECKING:
    from homeground.desk.desk import Desk
    from homeground.home import Home
    from homeground.policy import Book
    from homeground.store import Dataset, Store

LOG: Final = logging.getLogger("homeground.desk")
WAIT_S: Final = 10.0
"""For how long a desk that starts lets nobody in, since all would wait for the same."""


def begin(desk: Desk) -> None:
    """Prepare a desk, while nobody is let in yet; what takes longer goes on in a thread of its own."""
    atexit.register(gc.unfreeze)
    _settle()
    thread = threading.Thread(target=_begun, args=(desk,), daemon=True)
    thread.start()
    thread.join(WAIT_S)


def _begun(desk: Desk) -> None:
    prepare(desk)
    _settle()


def _settle() -> None:
    """Take what there is by now for good: the collector would look through it again and again, for 0.2 s each time."""
    gc.collect()
    gc.freeze()


def prepare(desk: Desk) -> int:
    """Make assets, words to search, pages and a review of each dataset's largest purchase; return how many reviews."""
    assets.prepare()
    products.search("goods")  # folds every name of a product, for whoever searches
    done = 0
    try:
        book = next((books.read(desk.settings, name) for name in books.names(desk.settings)[:1]), None)
        with desk.homes.lent() as home:
            for dataset in [each for each in home.catalog.datasets.values() if "flows" in each.tables]:
                flow = _largest(home.store, dataset)
                with contextlib.suppress(HomegroundError):
                    _show(home, dataset, flow)
                done += book is not None and _reviewed(home.store, dataset, flow, book)
    except Exception:
        LOG.exception("not all could be prepared; a first page takes the longer")
    return done


def _largest(store: Store, dataset: Dataset) -> dict[str, Any]:
    flows = store.table(dataset, "flows", (max(dataset.years()),))
    rows: list[dict[str, Any]] = flows.order_by(ibis.desc("value_usd")).limit(1).to_pyarrow().to_pylist()
    return rows[0]


def _show(home: Home, dataset: Dataset, flow: dict[str, Any]) -> None:
    """Ask and draw what the pages of a country and of a product show."""
    show.environment().get_template("sheet.html.j2")
    asked: dict[str, Any] = {"year": flow["year"], "dataset": dataset.name}
    _seen, answers = glance(home, flow["importer"], **asked)
    dependence_answer(home, flow["importer"], method="all", **asked)
    for answer in (*answers.values(), with_figures(product_answer(home, flow["hs6"], **asked))):
        for drawing in drawings.drawn(answer, languages()[SOURCE]):
            drawing.svg  # noqa: B018


def _reviewed(store: Store, dataset: Dataset, flow: dict[str, Any], book: Book) -> bool:
    """Review a purchase; whether it is one of a country that can be judged."""
    year = flow["year"]
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
