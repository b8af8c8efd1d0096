"""Weights of offences given as a file: `--weights`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from frith.errors import BadInput

if TYPE_CHECKING:
    import polars as pl


def read_weights(file: Path) -> pl.DataFrame:
    """The table `weights` of a file; a refused row stops it: an index with gaps misleads."""
    from frith.tables import TABLES, read_table

    reading = read_table(file, TABLES["weights"])
    if reading.report.refused:
        bad = reading.report.refusals.row(0, named=True)
        raise BadInput(
            f"{bad['column']} {bad['value']!r} {bad['reason']}",
            where=f"{file.name}, row {bad['row']}",
            mend="Mend the row: an index with gaps misleads.",
        )
    return reading.frame
