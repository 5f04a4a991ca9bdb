"""Screen a name against all sanctions lists that a Home holds."""

from __future__ import annotations

from datetime import date, datetime

from homeground.errors import UsageError, message
from homeground.policy import screening
from homeground.policy.screening import ListedName, ListState, Screening
from homeground.store import Dataset, Store

TABLE = "sanctioned_names"


def screen(
    store: Store,
    name: str,
    day: date,
    threshold: float = screening.THRESHOLD,
    oldest_days: int = screening.OLDEST_DAYS,
) -> Screening:
    """Screen a name on a day; without a loaded list the answer is `insufficient data`, never silence."""
    if not 0.5 <= threshold <= 1:
        raise UsageError(message("threshold is a likeness", found=threshold, expected="0.5 … 1", do="give 0.85 or so"))
    held = [dataset for dataset in store.catalog.datasets.values() if TABLE in dataset.tables]
    names: list[ListedName] = []
    lists: list[ListState] = []
    for dataset in held:
        rows = store.table(dataset, TABLE).to_pyarrow().to_pylist()
        names += [ListedName(**{key: row[key] or "" for key in ListedName.__dataclass_fields__}) for row in rows]
        published = max((row["published"] for row in rows if row["published"]), default=None)
        age, counted_from = screening.age_in_days(published, _loaded(dataset), day)
        lists.append(ListState(dataset.name, len(rows), max(age, 0), counted_from))
    return screening.report(screening.Names(names), lists, name, threshold=threshold, oldest_days=oldest_days)


def _loaded(dataset: Dataset) -> date:
    return max(datetime.fromisoformat(load.loaded_at).date() for load in dataset.loads)
