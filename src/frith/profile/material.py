"""What several sections share, worked out once: events, months, areas, counts, names, sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import pyproj
import shapely

from frith.errors import Fault
from frith.places.neighbours import Neighbours, queen
from frith.profile.masking import safe, safe_count, withheld
from frith.profile.publishers import source_line
from frith.profile.words import number
from frith.tables.dataset import Dataset, FileNote

ALL_CRIME = "All recorded crime"
"""Every recorded crime, without anti-social behaviour, which is not recorded as crime."""
NOT_STATED = "Not stated"
RESIDENTS = "residents"
COUNTED_KINDS = ("crime", "incident")
"""Kinds of event that this document counts; stops and intelligence are police activity."""
WARD_PREFIX = "ward"
DISTRICT_PREFIX = "lad"


@dataclass(frozen=True, kw_only=True)
class Material:
    """A data set as the sections of a document see it.

    `on` is the date the document bears; `seed` starts every random draw. Nothing here is drawn,
    said or masked except where a name says so: `shown_…` may be shown under the data set's regime.
    """

    dataset: Dataset
    on: date
    seed: int

    @property
    def guarded(self) -> bool:
        """True where small counts must be masked: the data set is not open throughout."""
        return not self.dataset.open

    @property
    def area_name(self) -> str:
        """The name of the whole area."""
        return self.dataset.about.area_name

    def rng(self) -> np.random.Generator:
        """A fresh generator from the seed, so that the order of sections changes nothing."""
        return np.random.default_rng(self.seed)

    # events ---------------------------------------------------------------------------------

    @cached_property
    def recorded(self) -> pl.DataFrame:
        """Every crime and incident held: event_id, kind, crime_type, month, area, with or without
        a place."""
        held = self.dataset.tables.get("events")
        if held is None:
            return pl.DataFrame(schema=_EVENT_SCHEMA)
        return held.filter(pl.col("kind").is_in(COUNTED_KINDS)).select(
            "event_id",
            "kind",
            pl.col("crime_type").fill_null(NOT_STATED),
            pl.col("occurred_from").dt.strftime("%Y-%m").alias("month"),
            "area",
        )

    @cached_property
    def events(self) -> pl.DataFrame:
        """The crimes and incidents that count: those in one of the small areas.

        A force's file holds records without a place that may lie anywhere in the force, so they
        are in no count. Where no record at all has a place, every record counts.
        """
        if self.recorded["area"].null_count() == self.recorded.height:
            return self.recorded
        return self.recorded.filter(pl.col("area").is_in(self.areas))

    @cached_property
    def crimes(self) -> pl.DataFrame:
        """The events recorded as crime."""
        return self.events.filter(pl.col("kind") == "crime")

    @cached_property
    def incidents(self) -> pl.DataFrame:
        """The events recorded as incidents, not as crime: anti-social behaviour."""
        return self.events.filter(pl.col("kind") == "incident")

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Months held, YYYY-MM: those in which anything at all was recorded."""
        return tuple(self.recorded["month"].drop_nulls().unique().sort())

    @cached_property
    def crime_types(self) -> tuple[str, ...]:
        """Crime types in order of name; incidents' types come last."""
        of_crime = sorted(set(self.crimes["crime_type"]))
        return (*of_crime, *sorted(set(self.incidents["crime_type"]) - set(of_crime)))

    def of_type(self, kind: str) -> pl.DataFrame:
        """The events of one crime type, or every crime."""
        if kind == ALL_CRIME:
            return self.crimes
        return self.events.filter(pl.col("crime_type") == kind)

    # areas ----------------------------------------------------------------------------------

    @cached_property
    def own_outlines(self) -> tuple[Mapping[str, Any], ...]:
        """Features of the data set's own small areas; a file may hold other vintages and sizes."""
        vintage = self.dataset.about.area_vintage
        outlines = self.dataset.outlines.get("areas", {"features": []})
        return tuple(
            one
            for one in outlines["features"]
            if one["properties"].get("vintage") in (None, "", vintage)
        )

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of areas by code; a code without a name is its own name."""
        outlines = self.dataset.outlines.get("areas", {"features": []})
        found = {
            str(one["properties"]["code"]): str(one["properties"]["name"])
            for one in (*outlines["features"], *self.own_outlines)
        }
        counts = self.dataset.tables.get("counts")
        if counts is not None and "name" in counts.columns:
            named = counts.select("code", "name").drop_nulls().unique("code")
            found = dict(named.iter_rows()) | found
        return found

    def name_of(self, code: str) -> str:
        """The name of an area, or its code."""
        return self.names.get(code, code)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Codes of the small areas, in order: those with a population, an outline or an event.

        Where lookups say which small areas make up the whole, only those count.
        """
        lookups = self.dataset.tables.get("lookups")
        vintage = self.dataset.about.area_vintage
        if lookups is not None:
            inside = lookups.filter(pl.col("from_vintage") == vintage)
            if not inside.is_empty():
                return tuple(inside["from_code"].unique().sort())
        if self.own_outlines:
            return tuple(sorted(str(one["properties"]["code"]) for one in self.own_outlines))
        return tuple(self.recorded["area"].drop_nulls().unique().sort())

    @cached_property
    def population(self) -> pl.DataFrame | None:
        """Residents of each small area: code, n; None where no area has any."""
        held = self._residents
        if held is None:
            return None
        here = held.filter(pl.col("code").is_in(self.areas))
        return here.sort("code") if (here["n"] > 0).any() else None

    @property
    def residents(self) -> pl.DataFrame:
        """`population`, for a section whose need it is."""
        if self.population is None:
            raise Fault("a section asked for residents that it does not name among its needs")
        return self.population

    @cached_property
    def _residents(self) -> pl.DataFrame | None:
        held = self.dataset.tables.get("population")
        if held is None:
            return None
        of_residents = held.filter(pl.col("denominator") == RESIDENTS)
        latest = of_residents.sort("as_of", nulls_last=False).unique("code", keep="last")
        return latest.select("code", "n")

    @cached_property
    def residents_as_of(self) -> str:
        """When the residents were counted, in the publisher's words."""
        held = self.dataset.tables.get("population")
        if held is None:
            return ""
        dates = held.filter(pl.col("denominator") == RESIDENTS)["as_of"].drop_nulls().unique()
        return " and ".join(dates.sort())

    def residents_of(self, codes: list[str]) -> pl.DataFrame:
        """Residents of areas of any size: code, n."""
        held = self._residents
        if held is None:
            return pl.DataFrame(schema={"code": pl.String, "n": pl.Float64})
        return held.filter(pl.col("code").is_in(codes)).sort("code")

    def within(self, prefix: str) -> pl.DataFrame:
        """Which larger area (`ward`, `lad`) each small area lies in: area, larger."""
        lookups = self.dataset.tables.get("lookups")
        if lookups is None:
            return pl.DataFrame(schema={"area": pl.String, "larger": pl.String})
        vintage = self.dataset.about.area_vintage
        tied = lookups.filter(
            (pl.col("from_vintage") == vintage) & pl.col("to_vintage").str.starts_with(prefix)
        )
        latest = tied.filter(pl.col("to_vintage") == tied["to_vintage"].max())
        return latest.select(area="from_code", larger="to_code").sort("area")

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """Which small areas touch; None unless every one of them has an outline."""
        wanted = set(self.areas)
        found = {
            str(one["properties"]["code"]): one["geometry"]
            for one in self.own_outlines
            if str(one["properties"]["code"]) in wanted and one["geometry"]
        }
        if len(found) < max(len(wanted), 2):
            return None
        codes = sorted(found)
        degrees = shapely.from_geojson([json.dumps(found[code]) for code in codes])
        to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
        metres = shapely.transform(degrees, to_metres.transform, interleaved=False)
        return queen(metres, codes=codes)

    # counts ---------------------------------------------------------------------------------

    def counts(self, kind: str = ALL_CRIME) -> pl.DataFrame:
        """True counts of each small area: code, n; areas without a record have 0."""
        tallied = self.of_type(kind).group_by(pl.col("area").alias("code")).agg(n=pl.len())
        every = pl.DataFrame({"code": self.areas}, schema={"code": pl.String})
        return every.join(tallied, on="code", how="left").select(
            "code", pl.col("n").fill_null(0).cast(pl.Int64)
        )

    def shown_counts(self, kind: str = ALL_CRIME) -> pl.DataFrame:
        """Counts of each small area fit to be shown, and to work out what is shown."""
        return self.counts(kind).with_columns(n=self.shown(pl.col("n")))

    def shown(self, n: pl.Expr) -> pl.Expr:
        """Counts fit to be shown, and to work out what is shown, whatever they count."""
        return safe(n) if self.guarded else n

    def withheld(self, kind: str) -> bool:
        """True where this kind's counts by place may not be shown even masked."""
        return self.guarded and withheld(self.counts(kind))

    def said(self, n: int) -> str:
        """A count as it may be said in a sentence."""
        return safe_count(n) if self.guarded else number(n)

    # sources --------------------------------------------------------------------------------

    def note(self, table: str) -> FileNote:
        """What the data set says of where a table comes from."""
        return self.dataset.about.files.get(table, FileNote())

    def source(self, *tables: str) -> str:
        """The source line of a figure: publishers and licences of the tables it rests on."""
        return source_line(self.note(table) for table in tables)


_EVENT_SCHEMA = {
    "event_id": pl.String,
    "kind": pl.String,
    "crime_type": pl.String,
    "month": pl.String,
    "area": pl.String,
}
