"""Refused rows written out as they stood, with their reasons, so that they can be mended."""

from __future__ import annotations

import os
import re
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.tables.columns import REFUSED_BECAUSE, REFUSED_ROW
from frith.tables.files import csv_line, stem_of
from frith.tables.report import TableReport

PRIVATE = 0o600
"""Refused rows may name people: only their owner may read the file."""

_ENDING = r',\d*,(?:"(?:[^"]|"")*"|[^",\n]*)$'


def write_rejects(report: TableReport, folder: Path, *, source: Path) -> Path | None:
    """Write a file's refused rows, as they stood, with row number and reasons at the end.

    Returns the file (named like the source, as CSV), or None where no row was refused. A row with
    too few or too many fields keeps its shape, so it is refused again until it is mended.
    """
    if not report.rejected_lines:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{stem_of(source)}.csv"
    if target.resolve() == source.resolve():
        raise BadInput(
            "the rejects would overwrite the file they come from",
            where=str(target),
            mend="Name another folder for them.",
        )
    reasons = _reasons(report.refusals)
    header, ending = report.header_line, f",{REFUSED_ROW},{REFUSED_BECAUSE}"
    rows = sorted(report.rejected_lines.items())
    if header.endswith(ending):  # a rejects file read again: its own ending goes, a new one comes
        header = header.removesuffix(ending)
        rows = [(row, re.sub(_ENDING, "", text)) for row, text in rows]
    lines = [header + ending]
    lines += [f"{text},{row},{csv_line([reasons.get(row, '')])}" for row, text in rows]
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        out.write("\n".join(lines) + "\n")
    return target


def _reasons(refusals: pl.DataFrame) -> dict[int, str]:
    """All reasons of each row in one text."""
    said: dict[int, list[str]] = {}
    for row, column, reason in refusals.select("row", "column", "reason").iter_rows():
        said.setdefault(row, []).append(f"{column}: {reason}" if column else reason)
    return {row: "; ".join(parts) for row, parts in said.items()}
