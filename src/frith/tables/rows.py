"""What is wrong with a row: unreadable values, points, dates, other vintages, repeated keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from frith.tables.codebook import Codebook, misplaced
from frith.tables.declare import Column, Kind, Table
from frith.tables.parse import last_moment, precision, why
from frith.tables.points import point_faults
from frith.tables.raw import Fault, shorten

MOMENT_WITH_PRECISION = "occurred_from"
_RANK = {"month": 0, "day": 1, "minute": 2}
_PAIRS = (
    ("occurred_from", "occurred_to"),
    ("from_date", "to_date"),
    ("start", "end"),
)
"""Columns of which the second may not lie before the first."""


@dataclass(frozen=True, kw_only=True)
class Values:
    """Typed values beside the tidy text they were read from, and the row each stood in."""

    rows: pl.Series
    text: pl.DataFrame
    typed: pl.DataFrame
    native: frozenset[str]

    def derived_precision(self) -> pl.Series:
        """How precise the main moment is in the file; own types: a day unless a time is given."""
        name = MOMENT_WITH_PRECISION
        if name not in self.native:
            return self.text.select(precision(name)).to_series()
        midnight = (pl.col(name).dt.time() == pl.time(0, 0)).all()
        word = "day" if self.typed.select(midnight).item() else "minute"
        return pl.repeat(word, self.typed.height, eager=True)

    def precision(self) -> pl.Series:
        """The stated precision where the file states one, else the derived."""
        derived = self.derived_precision()
        if "date_precision" not in self.typed.columns:
            return derived
        return self.typed["date_precision"].fill_null(derived)


def row_faults(
    values: Values, table: Table, *, vintage: str, codes: Codebook | None
) -> Iterator[Fault]:
    """Every fault of every row, and last the repeated keys among rows without one."""
    faults = [
        *_value_faults(values, table),
        *_point_faults(values),
        *_order_faults(values, table),
        *_precision_faults(values, table),
        *_vintage_faults(values, table, vintage=vintage, codes=codes),
    ]
    yield from faults
    yield from _key_faults(values, table, refused={fault.row for fault in faults})


def _at(values: Values, mask: pl.Series, *columns: str) -> Iterator[tuple[object, ...]]:
    """Row number and texts of the rows under the mask."""
    chosen = values.text.select(pl.col(columns).cast(pl.String)).filter(mask)
    return zip(values.rows.filter(mask), *chosen.iter_columns(), strict=True)


def _value_faults(values: Values, table: Table) -> Iterator[Fault]:
    """Values that do not read as their column's kind, and required ones that are blank."""
    for name in values.typed.columns:
        column = table.column(name)
        unread = values.typed[name].is_null()
        if not column.required:
            unread &= values.text[name].is_not_null()
        if not unread.any():
            continue
        for row, value in _at(values, unread, name):
            yield _fault(row, column, value)


def _fault(row: object, column: Column, value: object) -> Fault:
    text = None if value is None else str(value)
    reason = why(column, text)
    return Fault(int(str(row)), column.name, None if text is None else shorten(text), reason)


def _point_faults(values: Values) -> Iterator[Fault]:
    """Points that cannot be right."""
    there = [n for n in ("longitude", "latitude") if n in values.typed.columns]
    if not there:
        return
    blank = pl.repeat(None, values.typed.height, dtype=pl.Float64, eager=True)
    x, y = (values.typed[n] if n in there else blank for n in ("longitude", "latitude"))
    texts = [values.text[n] for n in there]
    reasons = point_faults(x, y)
    for text, value in zip(texts, [values.typed[n] for n in there], strict=True):
        unread = text.is_not_null() & value.is_null()  # already refused for its own reason
        if unread.any():
            reasons = reasons.to_frame("r").select(pl.when(~unread).then(pl.col("r"))).to_series()
    for row, longitude, latitude, reason in zip(
        *(series.filter(reasons.is_not_null()) for series in (values.rows, x, y, reasons)),
        strict=True,
    ):
        said = ", ".join("" if v is None else f"{v:g}" for v in (longitude, latitude))
        yield Fault(row, "longitude, latitude", said, reason)


def _order_faults(values: Values, table: Table) -> Iterator[Fault]:
    """Ends before beginnings, taking a month or a day to last until its end."""
    for first, second in _PAIRS:
        if first not in values.typed.columns or second not in values.typed.columns:
            continue
        if table.column(second).kind is Kind.MOMENT and second not in values.native:
            text = values.text[second].alias("text")
            frame = values.typed.select(first, second).with_columns(text)
            ends = frame.select(last_moment(second, text="text")).to_series()
            backwards = ends <= values.typed[first]
        else:
            backwards = values.typed[second] < values.typed[first]
        backwards = backwards.fill_null(value=False)
        for row, value, start in _at(values, backwards, second, first):
            yield Fault(int(str(row)), second, str(value), f"lies before {first}, {start}")


def _precision_faults(values: Values, table: Table) -> Iterator[Fault]:
    """A stated precision finer than the moment, or a moment finer than months and days allow."""
    if "date_precision" not in values.typed.columns or "date_precision" not in table.names:
        return
    stated = values.typed["date_precision"].replace_strict(_RANK, return_dtype=pl.Int8)
    if MOMENT_WITH_PRECISION in values.native:
        moment = pl.col(MOMENT_WITH_PRECISION)
        midnight = moment.dt.time() == pl.time(0, 0)
        fits = (
            pl.when(pl.lit(stated) == _RANK["month"])
            .then(midnight & (moment.dt.day() == 1))
            .when(pl.lit(stated) == _RANK["day"])
            .then(midnight)
            .otherwise(True)
        )
        wrong = ~values.typed.select(fits).to_series()
        reason = "is coarser than the moment it describes"
    else:
        derived = values.derived_precision().replace_strict(_RANK, return_dtype=pl.Int8)
        wrong = stated > derived
        reason = f"is finer than {MOMENT_WITH_PRECISION} is written"
    for row, value in _at(values, wrong.fill_null(value=False), "date_precision"):
        yield Fault(int(str(row)), "date_precision", str(value), reason)


def _vintage_faults(
    values: Values, table: Table, *, vintage: str, codes: Codebook | None
) -> Iterator[Fault]:
    """Area codes that belong to another vintage than the row or the data set says."""
    name = next((n for n in ("area", "code") if n in values.typed.columns), None)
    if name is None or table.name == "areas":
        return
    codes = codes or Codebook()
    column = values.typed[name]
    said = (
        values.typed["area_vintage"].fill_null(vintage)
        if "area_vintage" in values.typed.columns
        else pl.repeat(vintage, column.len(), eager=True)
    )
    for own in said.unique().drop_nulls():
        wrong = codes.misplaced(column.filter(said == own), own)
        mask = column.is_in(list(wrong)) & (said == own) if wrong else None
        if mask is None:
            continue
        for row, value in _at(values, mask.fill_null(value=False), name):
            yield Fault(int(str(row)), name, str(value), misplaced(str(value), wrong, own))


def _key_faults(values: Values, table: Table, *, refused: set[int]) -> Iterator[Fault]:
    """The second and later rows of a key, among rows otherwise accepted."""
    keys = [name for name in table.key if name in values.typed.columns]
    if not keys or len(keys) < sum(table.column(name).required for name in table.key):
        return
    frame = values.typed.select(keys).with_columns(values.rows.alias("(row)"))
    if refused:
        frame = frame.filter(~pl.col("(row)").is_in(sorted(refused)))
    if frame.select(pl.struct(keys).n_unique()).item() == frame.height:
        return
    repeats = frame.with_columns(pl.col("(row)").first().over(keys).alias("(first)")).filter(
        pl.col("(row)") != pl.col("(first)")
    )
    for *parts, row, first in repeats.iter_rows():
        said = shorten(", ".join("" if part is None else str(part) for part in parts))
        yield Fault(row, ", ".join(keys), said, f"repeats row {first:,}")
