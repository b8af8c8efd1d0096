"""What reading a file came to: how many rows, which were refused and why, what was set aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from frith.results import Flag
from frith.tables.raw import Fault

REFUSAL_SCHEMA = {"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
SHOWN_REFUSALS = 20
"""How many refusals an answer lists; all of them go to the rejects file."""


@dataclass(frozen=True, kw_only=True)
class TableReport:
    """One file's account. `refusals` has a row for each fault; a row may have several."""

    table: str
    file: str
    rows: int
    accepted: int
    refusals: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REFUSAL_SCHEMA))
    set_aside: tuple[str, ...] = ()
    notes: tuple[Flag, ...] = ()
    without_place: int = 0
    rejected_lines: Mapping[int, str] = field(default_factory=dict, repr=False)
    """The refused rows as they stood in the file, by row number, so that they can be mended."""
    header_line: str = field(default="", repr=False)

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return self.rows - self.accepted

    def as_json(self) -> dict[str, Any]:
        """The contract's shape: the first twenty refusals, and every count."""
        return {
            "table": self.table,
            "file": self.file,
            "rows": self.rows,
            "accepted": self.accepted,
            "refused": self.refused,
            "refusals": self.refusals.head(SHOWN_REFUSALS).to_dicts(),
            "set_aside": list(self.set_aside),
            "without_place": self.without_place,
            "notes": [{"code": note.code, "text": note.text} for note in self.notes],
        }


def refusals_of(faults: Collection[Fault]) -> pl.DataFrame:
    """Faults as a frame in the order of their rows."""
    rows = [(fault.row, fault.column, fault.value, fault.reason) for fault in faults]
    return pl.DataFrame(rows, schema=REFUSAL_SCHEMA, orient="row").sort("row", maintain_order=True)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading one file, or several of one kind, gave: the table and the account of it.

    `also` holds tables that came out beside it, such as `equality_monitoring`; `outline` the
    feature collection of a GeoJSON file; `parts` one report a file where there were several.
    """

    frame: pl.DataFrame
    report: TableReport
    also: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    outline: Mapping[str, Any] | None = None
    parts: tuple[TableReport, ...] = ()
