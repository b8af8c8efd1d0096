"""A file becomes a table: columns matched, values read, bad rows refused with their reasons."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.results import Flag
from frith.tables.codebook import Codebook
from frith.tables.columns import Plan, plan_columns
from frith.tables.declare import Table
from frith.tables.files import read_raw, suffix_of
from frith.tables.outlines import read_outlines
from frith.tables.parse import dtype_of, folded, native, parsed, tidy
from frith.tables.raw import Raw
from frith.tables.rejects import write_rejects
from frith.tables.report import Reading, TableReport, refusals_of
from frith.tables.rows import Values, row_faults
from frith.tables.sensitive import refuse_forbidden, words_of

PLACE_COLUMNS = ("area", "code", "longitude", "latitude")
"""A row with none of these filled has no place: accepted, counted and shown."""


def read_table(
    path: Path,
    table: Table,
    *,
    vintage: str = "",
    rejects: Path | None = None,
    codes: Codebook | None = None,
) -> Reading:
    """Read one file as one declared table; good rows go in, the others are refused with reasons.

    `vintage` is the data set's own, put where a row has an area code but names no vintage;
    `codes` tells codes of another vintage, which are refused. `rejects` is a folder for the
    refused rows as they stood. Returns a frame with every declared column. Raises BadInput where
    the file as a whole cannot be read, ForbiddenData where it holds what frith never reads.
    """
    if suffix_of(path) == ".geojson":
        return read_outlines(path, table, vintage=vintage)
    raw = read_raw(path)
    return read_rows(raw, table, vintage=vintage, rejects=rejects, codes=codes)


def read_rows(
    raw: Raw,
    table: Table,
    *,
    vintage: str = "",
    rejects: Path | None = None,
    codes: Codebook | None = None,
) -> Reading:
    """Rows of text, from whatever format, as one declared table. See `read_table`."""
    plan = plan_columns(raw.frame.columns, table, where=raw.path.name)
    raw, blank = _without_blank_rows(raw)
    values = _values(raw, plan)
    faults = [*raw.faults, *row_faults(values, table, vintage=vintage, codes=codes)]
    refused = {fault.row for fault in faults}
    keep = ~values.rows.is_in(sorted(refused)) if refused else None
    frame = _finished(values, table, vintage=vintage, file=raw.path.name, keep=keep)
    split = _equality(raw, plan, frame, keep)
    report = TableReport(
        table=table.name,
        file=raw.path.name,
        rows=raw.total,
        accepted=frame.height,
        refusals=refusals_of(faults),
        set_aside=plan.set_aside,
        notes=(*raw.flags, *_notes(raw, blank), *_equality_notes(split)),
        without_place=_without_place(frame, table),
        rejected_lines=raw.lines(refused) if refused else {},
        header_line=raw.header_line,
    )
    if rejects is not None:
        write_rejects(report, rejects, source=raw.path)
    also = {"equality_monitoring": split} if split is not None else {}
    return Reading(frame=frame, report=report, also=also)


def read_plain(path: Path) -> pl.DataFrame:
    """A small file for a command that knows its own columns: trimmed text, names in lower case.

    Raises BadInput where any row is of the wrong shape, because a command that reads such a file
    has nowhere to report refused rows; ForbiddenData for a column frith never reads.
    """
    raw = read_raw(path)
    if raw.faults:
        fault = raw.faults[0]
        raise BadInput(fault.reason, where=f"{path.name}, row {fault.row}", mend="Mend the row.")
    refuse_forbidden(raw.frame.columns, where=path.name)
    rows = raw.frame.select(tidy(name, dtype) for name, dtype in raw.frame.schema.items())
    return rows.rename({name: folded(name) for name in rows.columns})


def empty_frame(table: Table) -> pl.DataFrame:
    """A frame with every declared column and no row."""
    return pl.DataFrame(schema={column.name: dtype_of(column) for column in table})


def _without_blank_rows(raw: Raw) -> tuple[Raw, int]:
    """The rows that hold anything at all; spreadsheets leave rows of bare commas behind."""
    if raw.frame.is_empty():
        return raw, 0
    first = raw.frame.columns[0]
    if raw.frame[first].null_count() == 0:
        return raw, 0
    filled = raw.frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    blank = int((~filled).sum())
    if not blank:
        return raw, 0
    kept = dataclasses.replace(raw, frame=raw.frame.filter(filled), rows=raw.rows.filter(filled))
    return kept, blank


def _values(raw: Raw, plan: Plan) -> Values:
    """Tidy text beside typed values for every declared column of the file."""
    own = raw.frame.select(pl.col(there).alias(name) for name, there in plan.found.items())
    is_native: set[str] = set()
    for name, dtype in own.schema.items():
        wanted = dtype_of(plan.table.column(name))
        if dtype == wanted and dtype != pl.String:
            is_native.add(name)
    text = own.select(
        pl.col(name) if name in is_native else tidy(name, dtype)
        for name, dtype in own.schema.items()
    )
    typed = text.select(
        (native if name in is_native else parsed)(plan.table.column(name)) for name in text.columns
    )
    return Values(rows=raw.rows, text=text, typed=typed, native=frozenset(is_native))


def _finished(
    values: Values, table: Table, *, vintage: str, file: str, keep: pl.Series | None
) -> pl.DataFrame:
    """Accepted rows with every declared column in order, derived ones filled."""
    frame = values.typed.with_columns(values.rows.alias("(row)"))
    if "date_precision" in table.names:
        frame = frame.with_columns(values.precision().alias("date_precision"))
    if keep is not None:
        frame = frame.filter(keep)
    missing = [
        pl.lit(None, dtype_of(column)).alias(column.name)
        for column in table
        if column.name not in frame.columns
    ]
    frame = frame.with_columns(missing)
    filled: list[pl.Expr] = []
    if "area_vintage" in table.names and vintage:
        code = "area" if "area" in table.names else "code"
        filled.append(
            pl.when(pl.col(code).is_not_null())
            .then(pl.col("area_vintage").fill_null(vintage))
            .otherwise(pl.col("area_vintage"))
            .alias("area_vintage")
        )
    if "vintage" in table.names and vintage:
        filled.append(pl.col("vintage").fill_null(vintage))
    if "source_row" in table.names:
        filled += [pl.col("source_row").fill_null(pl.col("(row)"))]
        filled += [pl.col("source_file").fill_null(file)]
    return frame.with_columns(filled).select(table.names)


def _without_place(frame: pl.DataFrame, table: Table) -> int:
    """How many accepted rows name no area and no point, where the table could hold one."""
    could = [name for name in PLACE_COLUMNS if name in table.names]
    if not could or frame.is_empty():
        return 0
    return int(frame.select(pl.all_horizontal(pl.col(could).is_null()).sum()).item())


def _equality(
    raw: Raw, plan: Plan, frame: pl.DataFrame, keep: pl.Series | None
) -> pl.DataFrame | None:
    """Ethnicity and nationality of accepted rows, one row a value, blanks included."""
    if not plan.equality:
        return None
    source = raw.frame if keep is None else raw.frame.filter(keep)
    rows = raw.rows if keep is None else raw.rows.filter(keep)
    keys = plan.table.key or tuple(n for n in ("event_id", "person_id") if n in frame.columns)[:1]
    identity = (
        pl.concat_str(pl.col(keys).cast(pl.String), separator=" / ", ignore_nulls=True)
        if keys
        else pl.lit(rows).cast(pl.String)
    )
    record = frame.select(identity.alias("record_id"))
    parts = [
        record.with_columns(
            table=pl.lit(plan.table.name),
            attribute=pl.lit("_".join(_ordered_words(name))),
            value=source.select(tidy(name, source.schema[name])).to_series(),
        )
        for name in plan.equality
    ]
    return pl.concat(parts)


def _ordered_words(name: str) -> list[str]:
    """The words of a column's name in the order they stand in it."""
    said = words_of(name)
    lowered = name.lower()
    return sorted(said, key=lowered.find)


def _equality_notes(split: pl.DataFrame | None) -> tuple[Flag, ...]:
    if split is None:
        return ()
    counts = split.group_by("attribute", maintain_order=True).agg(
        pl.len().alias("n"), pl.col("value").count().alias("filled")
    )
    return tuple(
        Flag(
            "equality_split",
            f"{attribute} was split off for equality monitoring and is closed to every method; "
            f"it is filled in {filled:,} of {n:,} rows.",
        )
        for attribute, n, filled in counts.iter_rows()
    )


def _notes(raw: Raw, blank: int) -> Collection[Flag]:
    notes: list[Flag] = []
    if raw.total == 0:
        notes.append(Flag("no_rows", f"{raw.path.name} holds a header and no rows."))
    if blank:
        notes.append(
            Flag("blank_rows", f"{blank:,} rows of {raw.path.name} are blank and were passed over.")
        )
    return notes
