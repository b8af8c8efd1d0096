"""Draw the pictures of docs/explanation/a-borough-that-does-not-exist.md from a small borough."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from frith.borough import build
from frith.charts import Picture, bar_chart, choropleth, monthly_chart, timeline

OUT = Path(__file__).resolve().parent.parent / "docs" / "images" / "borough"
PEOPLE, SEED = 60_000, 1
SOURCE = f"SYNTHETIC: frith borough --people {PEOPLE} --seed {SEED}. Nobody's data."


def main() -> None:
    """A borough in a temporary folder, and a picture of each thing the page speaks of."""
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder) / "borough", people=PEOPLE, seed=SEED)
        pictures = [need(made.folder), months(made.folder), group(made.folder), lists(made.folder)]
    OUT.mkdir(parents=True, exist_ok=True)
    for one in pictures:
        (OUT / f"{one.name}.svg").write_text(one.svg, "utf-8")


def outlines(folder: Path, vintage: str) -> dict[str, Any]:
    """The outlines of one geography."""
    found: dict[str, Any] = json.loads((folder / "areas.geojson").read_text("utf-8"))
    features = [f for f in found["features"] if f["properties"]["vintage"] == vintage]
    return {"type": "FeatureCollection", "features": features}


def need(folder: Path) -> Picture:
    """Deprivation that clusters, on invented outlines."""
    deprivation = pl.read_parquet(folder / "deprivation.parquet").filter(
        pl.col("edition") == "2025", pl.col("domain") == "income"
    )
    return choropleth(
        deprivation.select("code", value=pl.col("score")),
        outlines(folder, "lsoa21"),
        legend_title="Score of need; higher is greater",
        places=json.loads((folder / "places.geojson").read_text("utf-8")),
        boundary=outlines(folder, "lad24"),
        name="need",
        title="SYNTHETIC: need gathers round the towns of a borough that does not exist",
        source=SOURCE,
    )


def months(folder: Path) -> Picture:
    """Recorded anti-social behaviour by month, with the two months that never arrived."""
    counts = pl.read_parquet(folder / "counts.parquet").filter(
        pl.col("crime_type").is_in(["Anti-social behaviour", "Public order"])
    )
    return monthly_chart(
        counts.group_by("month", series="crime_type")
        .agg(pl.col("n").sum())
        .sort("series", "month"),
        unit="police records a month",
        kind="line",
        name="months",
        title="SYNTHETIC: two months never arrived; a counting rule changes in October 2024",
        source=SOURCE,
    )


def group(folder: Path) -> Picture:
    """A planted group's occasions, and when somebody it exploits is recorded."""
    truth = folder / "truth"
    planted = pl.read_parquet(truth / "groups.parquet").filter(pl.col("kind") == "cannabis")[0]
    name = planted["group_id"][0]
    ours = (
        pl.read_parquet(truth / "origins.parquet")
        .filter(pl.col("origin_ref") == name)
        .join(pl.read_parquet(folder / "events.parquet"), on="event_id")
    )
    day = pl.col("occurred_from").str.slice(0, 10).str.to_date()
    occasions = (
        pl.read_parquet(truth / "occasions.parquet")
        .filter(pl.col("group_id") == name)
        .join(ours, on="event_id")
        .group_by("occasion")
        .agg(start=day.min(), label=pl.format("{} members", pl.col("members_present").first()))
        .with_columns(lane=pl.lit("Recorded together"))
    )
    roles = pl.read_parquet(truth / "roles.parquet").join(ours, on="event_id")
    whom = pl.read_parquet(truth / "exploited.parquet").filter(pl.col("group_id") == name)
    seen = (
        roles.filter(pl.col("person_id").is_in(whom["person_id"].to_list()))
        .unique(["person_id", "occurred_from"], maintain_order=True)
        .select(
            start=day,
            label=pl.when(pl.col("role") == "possible_victim")
            .then(pl.lit("recorded as a possible victim"))
            .otherwise(pl.lit("recorded as a suspect")),
            lane=pl.lit("People it exploits"),
        )
    )
    rows = pl.concat([occasions.select("start", "label", "lane"), seen]).sort(
        "lane", "start", descending=[True, False], maintain_order=True
    )
    return timeline(
        rows,
        name="group",
        title="SYNTHETIC: a planted group, and the people it exploits, as recorded",
        source=SOURCE,
    )


def lists(folder: Path) -> Picture:
    """How many possible victims stand on how many lists; those on none are known here alone."""
    persons = pl.read_parquet(folder / "truth" / "list_persons.parquet")
    words = {0: "on no list", 1: "on one list", 2: "on two lists", 3: "on three", 4: "on four"}
    rows = (
        persons.group_by("lists")
        .len()
        .sort("lists")
        .select(
            label=pl.col("lists").replace_strict(words, default="on five", return_dtype=pl.String),
            value=pl.col("len"),
        )
    )
    return bar_chart(
        rows,
        unit="possible victims",
        keep_order=True,
        highlight=["on no list"],
        decimals=0,
        name="lists",
        title="SYNTHETIC: here it is known how many possible victims are on no list",
        source=SOURCE,
    )


if __name__ == "__main__":
    main()
