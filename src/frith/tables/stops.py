"""data.police.uk stop-and-search files as they are published; ethnicity is split off on reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from frith.results import Flag
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
    read_published,
    reports,
)
from frith.tables.report import Reading

STOP_COLUMNS = (
    "Type",
    "Date",
    "Part of a policing operation",
    "Policing operation",
    "Latitude",
    "Longitude",
    "Gender",
    "Age range",
    "Self-defined ethnicity",
    "Officer-defined ethnicity",
    "Legislation",
    "Object of search",
    "Outcome",
    "Outcome linked to object of search",
    "Removal of more than just outer clothing",
)
_STOP_CONTENT = tuple(
    n for n in STOP_COLUMNS if "ethnicity" not in n and not n.startswith(("Outcome", "Removal"))
)
"""What identifies a stop: not what came of it, and never ethnicity."""


def read_stop_and_search(
    paths: Sequence[Path], *, force: str = "", rejects: Path | None = None
) -> Reading:
    """Stop-and-search files as events; ethnicity is split off into `equality_monitoring`.

    The files name no force: it is taken from the file name (`2022-06-south-yorkshire-…`) where
    `force` is blank. `also` holds outcomes and equality_monitoring. A stop says where officers
    were, not where crime was. South Yorkshire publishes no points.
    """
    read = read_published(
        paths,
        columns=STOP_COLUMNS,
        needed=("Type", "Date", "Object of search"),
        content=partial(content_ids, columns=_STOP_CONTENT),
    )
    refuse_blank(read, "Type")
    longitude, latitude = read_points(read)
    read.frame = read.frame.with_columns(
        _moment(read), longitude, latitude, _force_of_rows(read, force)
    )
    rows = read.accepted()
    ids = pl.concat_str(CONTENT, pl.lit("~"), "(force)").alias("event_id")
    rows = rows.with_columns(ids)
    fresh = rows.unique("event_id", keep="first", maintain_order=True)
    events = _events(fresh, read)
    split = _stop_equality(fresh)
    aside = [n for n in STOP_COLUMNS if n not in ("Date", "Latitude", "Longitude", "Outcome")]
    parts = reports(
        read,
        table="events",
        again=already_read(rows, fresh),
        no_place=rows.filter(pl.col("(longitude)").is_null()),
        set_aside=[n for n in aside if "ethnicity" not in n],
        rejects=rejects,
    )
    outcomes = last_outcomes(fresh, "Outcome")
    also = {"outcomes": outcomes, "equality_monitoring": split}
    note = Flag("equality_split", "Ethnicity was split off and is closed to every method.")
    return Reading(frame=events, report=combined(parts, [note]), also=also, parts=parts)


def _events(rows: pl.DataFrame, read: Published) -> pl.DataFrame:
    """Checked rows as declared events."""
    return declared_events(
        rows.select(
            "event_id",
            source=source_of(rows["(force)"]),
            kind=pl.lit("stop"),
            occurred_from="(moment)",
            date_precision=pl.lit("minute"),
            longitude="(longitude)",
            latitude="(latitude)",
            point_precision=snapped("(longitude)"),
            source_row=ROW,
            source_file=file_names(read),
        )
    )


def _moment(read: Published) -> pl.Series:
    column = TABLES["events"].column("occurred_from")
    text = read.frame.select(pl.col("Date").str.strip_chars().alias("occurred_from"))
    value = text.select(parsed(column)).to_series()
    read.refuse("Date", value.is_null(), lambda said: why(column, said or None))
    return value.alias("(moment)")


def _force_of_rows(read: Published, force: str) -> pl.Expr:
    """The force as given, or as the file's name has it."""
    names = [force or _force_in(raw.path) for raw in read.raws]
    return pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col(FILE)).alias("(force)")


def _force_in(path: Path) -> str:
    found = re.match(r"^\d{4}-\d{2}-(.+)-stop-and-search", path.name)
    return found[1] if found else path.name.split(".")[0]


def _stop_equality(stops: pl.DataFrame) -> pl.DataFrame:
    """Ethnicity of stops as equality monitoring, blanks included for completeness."""
    names = [name for name in STOP_COLUMNS if "ethnicity" in name]
    return pl.concat(
        stops.select(
            record_id="event_id",
            table=pl.lit("events"),
            attribute=pl.lit(name.lower().replace("-", "_").replace(" ", "_")),
            value=name,
        )
        for name in names
    )
