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
    return Lists(store).screen(name, day, threshold, oldest_days)


class Lists:
    """All lists of a Home, read and prepared once for many names."""

    def __init__(self, store: Store) -> None:
        held = [dataset for dataset in store.catalog.datasets.values() if TABLE in dataset.tables]
        names: list[ListedName] = []
        self._lists: list[tuple[str, int, date | None, date]] = []
        for dataset in held:
            rows = store.table(dataset, TABLE).to_pyarrow().to_pylist()
            names += [ListedName(**{key: row[key] or "" for key in ListedName.__dataclass_fields__}) for row in rows]
            published = max((row["published"] for row in rows if row["published"]), default=None)
            self._lists.append((dataset.name, len(rows), published, _loaded(dataset)))
        self._names = screening.Names(names)

    def screen(self, name: str, day: date, threshold: float, oldest_days: int) -> Screening:
        """Screen a name on a day."""
        states = []
        for label, count, published, loaded in self._lists:
            age, counted_from = screening.age_in_days(published, loaded, day)
            states.append(ListState(label, count, max(age, 0), counted_from))
        return screening.report(self._names, states, name, threshold=threshold, oldest_days=oldest_days)


def _loaded(dataset: Dataset) -> date:
    return max(datetime.fromisoformat(load.loaded_at).date() for load in dataset.loads)
