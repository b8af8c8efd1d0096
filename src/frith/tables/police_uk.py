"""data.police.uk files as they are published: street-level crime, outcomes, stop and search.

Identity of an event. A row with a Crime ID is that crime: the ID alone names it, so that a later
edition of the same month adds nothing. Where one file holds a Crime ID more than once (one pair
in 281,518 South Yorkshire crimes: the same ID at two places), the second is `ID~2` and stays.
Where another month or force holds an ID again, it is `ID~YYYY-MM` and stays, with a flag. A row
without a Crime ID (anti-social behaviour, stops) is the digest of its content and its nth
occurrence in its file: the same file twice adds nothing, true repeats stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from frith.results import Flag, Severity
from frith.tables.codebook import Codebook, misplaced
from frith.tables.declared import TABLES
from frith.tables.layout import (
    already_read,
    declared_events,
    file_names,
    last_outcomes,
    read_points,
    refuse_blank,
    snapped,
    source_of,
)
from frith.tables.parse import parsed, why
from frith.tables.published import (
    CONTENT,
    FILE,
    ROW,
    Published,
    combined,
    content_ids,
    duplicated,
    occurrence,
    read_published,
    reports,
)
from frith.tables.report import Reading
from frith.tables.stops import read_stop_and_search
from frith.tables.vintages import vintage_of

STREET_COLUMNS = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
OUTCOME_COLUMNS = (*STREET_COLUMNS[:9], "Outcome type")
ANTI_SOCIAL_BEHAVIOUR = "Anti-social behaviour"
"""An incident, not a recorded crime; published without a Crime ID."""

_STREET_CONTENT = STREET_COLUMNS[1:10]
_OUTCOME_CONTENT = ("Crime ID", "Month", "Reported by", "Outcome type")
_MONTH = TABLES["counts"].column("month")
_CODE = r"^[EWSN]\d{8}$"


def kind_of(names: Sequence[str]) -> str:
    """Which data.police.uk file a header is of: street, outcomes, stop_and_search, or nothing."""
    said = {name.strip().casefold() for name in names}
    for kind, mark in (("street", "Crime type"), ("outcomes", "Outcome type")):
        if {"crime id", "month", "lsoa code", mark.casefold()} <= said:
            return kind
    return "stop_and_search" if {"type", "date", "object of search"} <= said else ""


def read_street(
    paths: Sequence[Path],
    *,
    vintage: str = "",
    codes: Codebook | None = None,
    rejects: Path | None = None,
) -> Reading:
    """Street-level crime files, `YYYY-MM-force-street.csv`, plain or gzipped, as events.

    `vintage` of the LSOA codes; where blank it is told file by file from the codes and `codes`.
    Returns events, and in `also` the outcome each crime had when the file was published. Months
    have no days, and points are snapped to one of many addresses: neither may be read finer.
    Source: data.police.uk, Open Government Licence v3.0.
    """
    read = read_published(
        paths,
        columns=STREET_COLUMNS,
        needed=("Crime ID", "Month", "Reported by", "Crime type"),
        content=_nameless,
    )
    refuse_blank(read, "Reported by", "Crime type")
    month = _month(read)
    longitude, latitude = read_points(read)
    _refuse_codes(read, "LSOA code")
    told = _vintages(read, vintage=vintage, codes=codes or Codebook())
    read.frame = read.frame.with_columns(month, longitude, latitude, told)
    rows = read.accepted()
    ids, repeats, notes = _event_ids(rows)
    rows = rows.with_columns(ids)
    fresh = rows.unique("event_id", keep="first", maintain_order=True) if repeats else rows
    events = _events(fresh, read)
    parts = reports(
        read,
        table="events",
        again=already_read(rows, fresh),
        no_place=_without_place(rows),
        set_aside=("Falls within", "Location", "LSOA name", "Context"),
        rejects=rejects,
    )
    outcomes = last_outcomes(fresh, "Last outcome category")
    return Reading(
        frame=events, report=combined(parts, notes), also={"outcomes": outcomes}, parts=parts
    )


def read_outcomes(paths: Sequence[Path], *, rejects: Path | None = None) -> Reading:
    """Outcome files, `YYYY-MM-force-outcomes.csv`, as outcomes of crimes by Crime ID.

    A crime may have the same outcome more than once in one file (several persons charged, say):
    each stays. The same row of the same month in a second file adds nothing. Outcomes also cover
    crimes of earlier months, so some join to no event read here.
    """
    read = read_published(
        paths,
        columns=OUTCOME_COLUMNS,
        needed=("Crime ID", "Month", "Outcome type"),
        content=_outcome_nth,
    )
    refuse_blank(read, "Crime ID", "Outcome type")
    read.frame = read.frame.with_columns(_month(read))
    rows = read.accepted()
    fresh = rows.unique([*_OUTCOME_CONTENT, CONTENT], keep="first", maintain_order=True)
    parts = reports(
        read,
        table="outcomes",
        again=already_read(rows, fresh),
        no_place=_without_place(rows, "Longitude"),
        set_aside=OUTCOME_COLUMNS[2:9],
        rejects=rejects,
    )
    frame = fresh.select(event_id="Crime ID", outcome="Outcome type", decided_on="(month)")
    return Reading(frame=frame, report=combined(parts), parts=parts)


def _month(read: Published) -> pl.Series:
    """The first of the month of each row; a few distinct months are parsed once."""
    said = read.frame["Month"].unique().to_frame("month")
    good = said.with_columns(parsed(_MONTH)).drop_nulls()["month"]
    starts = (good + "-01").str.to_date("%Y-%m-%d").cast(pl.Datetime("us"))
    value = read.frame["Month"].replace_strict(
        good, starts, default=None, return_dtype=pl.Datetime("us")
    )
    read.refuse("Month", value.is_null(), lambda said: why(_MONTH, said or None))
    return value.alias("(month)")


def _refuse_codes(read: Published, column: str) -> None:
    """Refuse what is not a nine-character area code."""
    distinct = read.frame[column].drop_nulls().unique()
    wrong = distinct.filter(~distinct.str.contains(_CODE)).to_list()
    if wrong:
        read.refuse(
            column, read.frame[column].is_in(wrong), "is not an area code, such as E01007776"
        )


def _vintages(read: Published, *, vintage: str, codes: Codebook) -> pl.Expr:
    """The vintage of each row's LSOA code: as given, or told file by file from the codes."""
    told: list[str | None] = []
    for i, part in enumerate(read.parts):
        if vintage:
            _refuse_misplaced(read, i, vintage=vintage, codes=codes)
        own = part["LSOA code"]
        found = vintage or vintage_of(own, codebook=codes, where=read.raws[i].path.name)
        told.append(found or None)
        if not found:
            text = f"{read.raws[i].path.name}: its area codes fit more than one vintage; state it."
            read.notes[i].append(Flag("vintage_unknown", text))
    by_file = pl.lit(pl.Series(told, dtype=pl.String)).gather(pl.col(FILE))
    return pl.when(pl.col("LSOA code").is_not_null()).then(by_file).alias("(vintage)")


def _refuse_misplaced(read: Published, file: int, *, vintage: str, codes: Codebook) -> None:
    """Refuse the rows of a file whose code is another vintage's."""
    wrong = codes.misplaced(read.parts[file]["LSOA code"], vintage)
    if wrong:
        bad = (read.frame[FILE] == file) & read.frame["LSOA code"].is_in(list(wrong))
        why_not = partial(misplaced, wrong=wrong, vintage=vintage)
        read.refuse("LSOA code", bad.fill_null(value=False), why_not)


def _events(rows: pl.DataFrame, read: Published) -> pl.DataFrame:
    """Checked rows as declared events: months, snapped points, nothing that is not published."""
    return declared_events(
        rows.select(
            "event_id",
            source=source_of(rows["Reported by"]),
            kind=pl.when(pl.col("Crime type") == ANTI_SOCIAL_BEHAVIOUR)
            .then(pl.lit("incident"))
            .otherwise(pl.lit("crime")),
            crime_type="Crime type",
            occurred_from="(month)",
            date_precision=pl.lit("month"),
            area=pl.col("LSOA code"),
            area_vintage="(vintage)",
            longitude="(longitude)",
            latitude="(latitude)",
            point_precision=snapped("(longitude)"),
            source_row=ROW,
            source_file=file_names(read),
        )
    )


def _nameless(frame: pl.DataFrame) -> pl.Series:
    """The identity of rows without a Crime ID, null for the others."""
    without = frame["Crime ID"].is_null()
    ids = content_ids(frame.select(_STREET_CONTENT).filter(without), _STREET_CONTENT)
    blank = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    return blank.scatter(without.arg_true(), ids) if len(ids) else blank


def _outcome_nth(frame: pl.DataFrame) -> pl.Series:
    """Which occurrence of its crime, month, force and outcome a row is in its file."""
    return occurrence(frame, _OUTCOME_CONTENT)


def _without_place(rows: pl.DataFrame, longitude: str = "(longitude)") -> pl.DataFrame:
    placeless = pl.col(longitude).is_null() & pl.col("LSOA code").is_null()
    return rows.select(FILE, longitude, "LSOA code").filter(placeless)


def _event_ids(rows: pl.DataFrame) -> tuple[pl.Series, bool, list[Flag]]:
    """The identity of each row by the rule at the head of this module, and whether any repeats."""
    ids, repeat, notes = _crime_ids(rows.select(FILE, "Crime ID", "Month", "Reported by"))
    contents = rows[CONTENT].drop_nulls()
    whole = pl.select(pl.coalesce(ids, rows[CONTENT]).alias("event_id"))
    return whole["event_id"], repeat or contents.n_unique() < contents.len(), notes


def _crime_ids(rows: pl.DataFrame) -> tuple[pl.Series, bool, list[Flag]]:
    """Crime IDs, with what tells repeats apart where an ID stands in more than one row."""
    ids = rows["Crime ID"]
    twice = duplicated(ids) & ids.is_not_null()
    if not twice.any():
        return ids, False, []
    rows = rows.filter(twice)
    first = pl.struct("Month", "Reported by").first().over("Crime ID")
    rows = rows.with_columns(
        occurrence(rows, [FILE, "Crime ID"]).alias("(nth)"),
        (pl.struct("Month", "Reported by") != first).alias("(elsewhere)"),
    )
    month = pl.when("(elsewhere)").then(pl.concat_str(pl.lit("~"), "Month")).otherwise(pl.lit(""))
    again = pl.when(pl.col("(nth)") > 1).then(pl.concat_str(pl.lit("~"), "(nth)"))
    told = rows.select(pl.concat_str("Crime ID", month, again.otherwise(pl.lit("")))).to_series()
    notes = []
    if within := int((rows["(nth)"] > 1).sum()):
        text = f"Rows that repeat a Crime ID of their own file, each kept as an event: {within:,}."
        notes.append(Flag("crime_id_repeats", text, Severity.NOTE))
    if other := int(rows["(elsewhere)"].sum()):
        text = f"Rows with a Crime ID that another month or force has, each kept: {other:,}."
        notes.append(Flag("crime_id_elsewhere", text))
    return ids.scatter(twice.arg_true(), told), told.n_unique() < told.len(), notes


__all__ = ["kind_of", "read_outcomes", "read_stop_and_search", "read_street"]
