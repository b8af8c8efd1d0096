"""What methods of place take from a data set: outlines, months, counts, people, larger areas."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.errors import BadInput, UnknownName
from frith.harm.weights import POLICE_LED_TYPES
from frith.places.geography import Geography, geography_of, in_metres, outlines_in_metres
from frith.places.monthly import NOT_STATED
from frith.places.wording import calendar
from frith.results import Flag, Severity
from frith.tables.dataset import Dataset

MONTH = "%Y-%m"
LARGER_NAMES = {"ward": "ward", "msoa": "MSOA"}
"""How a larger geography is called, by how its vintage begins."""
LSOA_NAME = re.compile(r"^(.* \d{3})[A-Z]{1,2}$")
"""ONS names an LSOA after its MSOA, with a letter: "Rotherham 031A" lies in "Rotherham 031"."""
BURGLARY = "Burglary"
COUNTED_KINDS = ("crime", "incident")
"""What counts as recorded unless asked otherwise: stops, intelligence and referrals are what
services did or heard, and a referral is often of a crime that is there as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which events a question is about: crime type, theme, first and last month, and kinds."""

    crime_type: str | None = None
    theme: str | None = None
    first: str | None = None
    last: str | None = None
    kinds: tuple[str, ...] = COUNTED_KINDS

    def said(self) -> str:
        """What was counted, for a sentence."""
        named = self.crime_type or self.theme
        return f"Events recorded as {named}" if named else "Recorded events"


def geography_in(dataset: Dataset) -> Geography:
    """The outlines of the data set's own vintage. Raises `BadInput` where there are none."""
    _need_outlines(dataset)
    return geography_of(dataset.outlines["areas"], vintage=dataset.about.area_vintage)


def outlines_in(dataset: Dataset) -> npt.NDArray[Any]:
    """The same outlines as polygons in metres, in the order of `own_codes`."""
    _need_outlines(dataset)
    return outlines_in_metres(dataset.outlines["areas"], vintage=dataset.about.area_vintage)


def own_codes(dataset: Dataset) -> list[str]:
    """Codes of the outlines of the data set's own vintage, in the file's order."""
    vintage = dataset.about.area_vintage
    own = [feature["properties"] for feature in dataset.outlines["areas"]["features"]]
    return [str(one["code"]) for one in own if one.get("vintage") in (None, "", vintage)]


def _need_outlines(dataset: Dataset) -> None:
    if not dataset.has("areas") or "areas" not in dataset.outlines:
        raise BadInput(
            "no outlines of areas",
            where=str(dataset.folder),
            mend="Add areas.geojson, or build the data set with `frith open-data`.",
        )


def names_in(dataset: Dataset) -> dict[str, str]:
    """Area names by code, of every vintage that has outlines; empty where there are none."""
    if "areas" not in dataset.outlines:
        return {}
    every = [feature["properties"] for feature in dataset.outlines["areas"]["features"]]
    return {str(one["code"]): str(one["name"]) for one in every if one.get("name")}


def counts_in(dataset: Dataset, chosen: Chosen | None = None) -> pl.DataFrame:
    """Events by `code`, `month` and `crime_type` as `n`, from events, else from the counts table.

    Only areas of the data set's own vintage. Raises `BadInput` where it holds neither,
    `UnknownName` where the crime type or theme chosen is not among what is held.
    """
    wanted = chosen or Chosen()
    if dataset.has("events"):
        rows = placed_events(dataset, wanted)
        kinds = pl.col("crime_type").fill_null(NOT_STATED)
        counted = (
            rows.group_by(
                code="area", month=pl.col("occurred_from").dt.strftime(MONTH), crime_type=kinds
            )
            .agg(n=pl.len().cast(pl.Int64))
            .sort("code", "month", "crime_type")
        )
    elif dataset.has("counts") and wanted.theme is None:
        counted = _of_vintage(dataset.tables["counts"], dataset).select(
            "code", "month", "crime_type", "n"
        )
        counted = _within(_of_type(counted, wanted.crime_type), wanted)
    else:
        raise BadInput(
            "neither events nor counts", where=str(dataset.folder), mend="Add events.csv."
        )
    return counted


def placed_events(dataset: Dataset, chosen: Chosen | None = None) -> pl.DataFrame:
    """The events chosen that lie in an area of the data set's own vintage."""
    wanted = chosen or Chosen()
    events = dataset.tables["events"]
    own = pl.col("area_vintage").fill_null(dataset.about.area_vintage)
    rows = events.filter(
        pl.col("area").is_not_null() & ((own == dataset.about.area_vintage) | (own == ""))
    )
    rows = _of_kind(rows, wanted.kinds)
    rows = _of_type(rows, wanted.crime_type)
    if wanted.theme is not None:
        rows = _matching(rows, "theme", wanted.theme)
    month = rows.with_columns(month=pl.col("occurred_from").dt.strftime(MONTH))
    return _within(month, wanted).drop("month")


def one_kind(dataset: Dataset, chosen: Chosen) -> tuple[Chosen, Flag | None]:
    """What is chosen, narrowed to one crime type for a question that only makes sense of one.

    Where neither type nor theme was chosen: burglary, of which near repeats are best known, else
    the type most recorded; and the note that says so. As it is where no event says its type.
    """
    if chosen.crime_type is not None or chosen.theme is not None:
        return chosen, None
    held = placed_events(dataset, chosen)["crime_type"].drop_nulls()
    if held.is_empty():
        return chosen, None
    most = held.value_counts(sort=True).sort(["count", "crime_type"], descending=[True, False])
    kind = BURGLARY if (held == BURGLARY).any() else str(most["crime_type"][0])
    text = f"Asked of {kind.lower()} alone: what follows one kind of crime says little of another."
    return replace(chosen, crime_type=kind), Flag("ONETYPE", text, Severity.NOTE)


def points_in(events: pl.DataFrame) -> pl.DataFrame:
    """Events with `x`, `y` in metres, `date` to the day, and how precise each is."""
    known = events["longitude"].is_not_null() & events["latitude"].is_not_null()
    xy = np.full((events.height, 2), np.nan)
    if known.any():
        pairs = events.filter(known)
        xy[known.to_numpy()] = in_metres(
            pairs["longitude"].to_numpy(), pairs["latitude"].to_numpy()
        )
    return events.select(
        x=pl.Series(xy[:, 0]).fill_nan(None),
        y=pl.Series(xy[:, 1]).fill_nan(None),
        date=pl.col("occurred_from").dt.date(),
        point_precision="point_precision",
        date_precision="date_precision",
    )


def months_in(dataset: Dataset) -> list[str]:
    """Months in which anything at all is recorded; a month without a single record is not held."""
    if dataset.has("events"):
        months = dataset.tables["events"]["occurred_from"].dt.strftime(MONTH)
    elif dataset.has("counts"):
        months = dataset.tables["counts"]["month"]
    else:
        return []
    return months.drop_nulls().unique().sort().to_list()


def every_month(
    counts: pl.DataFrame, codes: Collection[str], *, months: Collection[str], chosen: Chosen
) -> pl.DataFrame:
    """`code`, `month`, `n` with a row for every area and month held, 0 where nothing was counted.

    Counts in areas not among `codes` are dropped.
    """
    lo, hi = chosen.first or min(months), chosen.last or max(months)
    held = pl.DataFrame({"month": [m for m in sorted(months) if lo <= m <= hi]})
    grid = pl.DataFrame({"code": sorted(codes)}).join(held, how="cross")
    summed = counts.group_by("code", "month").agg(pl.col("n").sum())
    return grid.join(summed, on=["code", "month"], how="left").with_columns(
        pl.col("n").fill_null(0)
    )


def months_missing(months: Collection[str]) -> list[str]:
    """Months between the first and the last held that are not."""
    held = sorted(months)
    return [m for m in calendar(held[0], held[-1]) if m not in set(held)] if held else []


def population_in(dataset: Dataset, *, denominator: str = "residents") -> pl.DataFrame | None:
    """`code` and `n` of one denominator, of the data set's own vintage; None where it has none."""
    if not dataset.has("population"):
        return None
    rows = _of_vintage(dataset.tables["population"], dataset)
    mine = rows.filter(pl.col("denominator") == denominator)
    if "areas" in dataset.outlines:
        mine = mine.filter(pl.col("code").is_in(own_codes(dataset)))
    if mine.is_empty():
        return None
    latest = mine["as_of"].fill_null("").max()
    return mine.filter(pl.col("as_of").fill_null("") == latest).select("code", "n")


def larger_in(dataset: Dataset) -> dict[str, dict[str, str]]:
    """Lookups from the data set's areas to wards and MSOAs, by level's name; best fit by centroid.

    Where an area is shared between larger ones, the one with the larger share has it. Without a
    lookup to MSOAs, an LSOA's own name says its MSOA.
    """
    found = _larger_by_name(dataset)
    if not dataset.has("lookups"):
        return found
    rows = dataset.tables["lookups"].filter(pl.col("from_vintage") == dataset.about.area_vintage)
    for start, name in LARGER_NAMES.items():
        mine = rows.filter(pl.col("to_vintage").str.starts_with(start)).sort(
            "to_vintage", pl.col("share").fill_null(0.0), "to_code"
        )
        if not mine.is_empty():
            newest = mine.filter(pl.col("to_vintage") == mine["to_vintage"].max())
            found[name] = dict(newest.select("from_code", "to_code").rows())
    return found


def _larger_by_name(dataset: Dataset) -> dict[str, dict[str, str]]:
    """MSOAs by the names of LSOAs, where every area of the data set is named as ONS names them."""
    vintage = dataset.about.area_vintage
    if "areas" not in dataset.outlines or not vintage.startswith("lsoa"):
        return {}
    own = [feature["properties"] for feature in dataset.outlines["areas"]["features"]]
    mine = [one for one in own if one.get("vintage") in (None, "", vintage)]
    named = {str(one["code"]): LSOA_NAME.match(str(one.get("name") or "")) for one in mine}
    if not named or not all(named.values()):
        return {}
    return {"MSOA": {code: match[1] for code, match in named.items() if match is not None}}


def activity_led(rows: pl.DataFrame) -> pl.Expr:
    """True for events found by police activity: as recorded, else by crime type."""
    by_type = pl.col("crime_type").is_in(POLICE_LED_TYPES).fill_null(False)
    return pl.col("police_led").fill_null(by_type) if "police_led" in rows.columns else by_type


def _of_vintage(table: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Rows of the data set's own vintage (a row that says none is taken as that)."""
    if "area_vintage" not in table.columns:
        return table
    return table.filter(
        pl.col("area_vintage").fill_null(dataset.about.area_vintage) == dataset.about.area_vintage
    )


def _of_kind(rows: pl.DataFrame, kinds: tuple[str, ...]) -> pl.DataFrame:
    """Rows of the kinds that count; says what there is where none is."""
    kept = rows.filter(pl.col("kind").is_in(kinds))
    if kept.is_empty():
        held = rows["kind"].unique().sort().to_list()
        raise BadInput(
            f"no events of kind {' or '.join(kinds)} with a place",
            where="events",
            mend=f"Held: {', '.join(held)}." if held else "No event has an area.",
        )
    return kept


def _of_type(rows: pl.DataFrame, crime_type: str | None) -> pl.DataFrame:
    return rows if crime_type is None else _matching(rows, "crime_type", crime_type)


def _matching(rows: pl.DataFrame, column: str, value: str) -> pl.DataFrame:
    """Rows whose `column` is `value`, whatever its capitals; says what there is where none is."""
    kept = rows.filter(pl.col(column).str.to_lowercase() == value.lower())
    if kept.is_empty():
        held = rows[column].drop_nulls().unique().sort().to_list()
        what = column.replace("_", " ")
        raise UnknownName(
            f"no events of {what} {value!r}",
            where="events",
            mend=f"Held: {', '.join(held)}." if held else f"No event says its {what}.",
        )
    return kept


def _within(rows: pl.DataFrame, chosen: Chosen) -> pl.DataFrame:
    """Rows from the first to the last month chosen; refuses where none is left."""
    if chosen.first is not None:
        rows = rows.filter(pl.col("month") >= chosen.first)
    if chosen.last is not None:
        rows = rows.filter(pl.col("month") <= chosen.last)
    if rows.is_empty():
        raise BadInput("no events in these months", where="events", mend="Widen --from and --to.")
    return rows
