"""The answer on a ministry's workbook that cannot be loaded as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from homeground.brief.answer import Answer, Column
from homeground.home.ground.workbook_faults import refused_cells

COLUMNS: Final = (
    Column("sheet", "sheet"),
    Column("cell", "cell"),
    Column("found", "found", meaning="what stands in the cell"),
    Column("expected", "expected", wraps=True, meaning="what has to stand there"),
    Column("row", "the row as it stands", wraps=True, meaning="all cells of the row, from the first column"),
)


def faults_answer(path: Path, name: str) -> Answer | None:
    """Every refused cell of a workbook called `name`; None where there is none."""
    table = refused_cells(path)
    if table.num_rows == 0:
        return None
    count = "1 cell is" if table.num_rows == 1 else f"{table.num_rows} cells are"
    notes = ("Nothing was loaded: a workbook is taken as a whole or not at all.",)
    return Answer(f"{name}: {count} refused", table, COLUMNS, notes)
