"""Events coded to LSOAs of 2011 moved to those of 2021, with a count of what could not be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from frith.results import Flag, Severity
from frith.sources.ons.lookups import Geography
from frith.tables.vintages import convert

OLD, NEW = "lsoa11", "lsoa21"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Events with codes of 2021 wherever that could be, and what to tell of it.

    An event that could not be moved keeps its code of 2011 and says so in `area_vintage`.
    """

    frame: pl.DataFrame
    notes: tuple[Flag, ...] = ()


def to_lsoa21(
    events: pl.DataFrame, geography: Geography, features: Sequence[Mapping[str, Any]]
) -> Moved:
    """`area` of every event as an LSOA of 2021: unchanged and merged areas by the lookup, split
    areas by the part that the point lies in (or is nearest to).

    `events` has area, area_vintage, longitude, latitude (degrees, WGS 84); `features` are outlines
    of the LSOAs of 2021. What cannot be moved is kept as it is: a code that the lookup does not
    know, and one of a split area without a point or with a part that has no outline.
    """
    events = events.with_columns(
        area_vintage=pl.when(pl.col("area").is_not_null()).then(
            pl.col("area_vintage").fill_null(NEW)
        )
    )
    old = (pl.col("area_vintage") == OLD).fill_null(value=False)
    if events.filter(old).is_empty():
        return Moved(frame=events)
    outlined = {one["properties"]["code"] for one in features}
    of_area = geography.changes.group_by("lsoa11").agg(
        pl.len().alias("parts"), pl.col("lsoa21").is_in(list(outlined)).all().alias("outlined")
    )
    told = events.join(
        of_area, left_on="area", right_on="lsoa11", how="left", maintain_order="left"
    )
    by_point = (pl.col("parts") > 1) & pl.col("outlined") & pl.col("longitude").is_not_null()
    can = ((pl.col("parts") == 1) | by_point).fill_null(value=False)
    movable = told.filter(old & can).select(events.columns)
    moved = convert(
        movable,
        column="area",
        to=NEW,
        lookups=geography.lookup_2011(),
        outlines={"features": features},
    )
    stuck = told.filter(old & ~can).select(events.columns)
    said = " ".join(flag.text for flag in moved.flags)
    note = Flag(
        "codes-of-2011",
        f"{movable.height + stuck.height:,} events were coded to LSOAs of 2011; {movable.height:,} "
        f"were moved to those of 2021 and {stuck.height:,} could not be. {said}".strip(),
        Severity.WARN if stuck.height else Severity.NOTE,
    )
    rest = events.filter(~old)
    return Moved(frame=pl.concat([rest, moved.frame, stuck]), notes=(note,))
