"""Options that commands share, so that they read the same everywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="HOMEGROUND_HOME", help="Folder of the Home.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Write the answer to a file; its ending picks csv, parquet, xlsx, html or json."
    ),
]
YearOption = Annotated[int, typer.Option("--year", "-y", help="Calendar year of the trade.")]
DatasetOption = Annotated[
    str | None, typer.Option("--dataset", "-d", help="Dataset that answers, where the Home holds several.")
]
CountryArgument = Annotated[
    str, typer.Argument(help="Country or bloc: ISO code, name or BACI number, such as JPN, Japan, 392 or EU27.")
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="Day at which measures in force are read; today if left out."),
]

DEFAULT_HOME = Path("home")
