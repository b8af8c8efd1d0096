"""`frith hotspots`: which areas stand out, corrected for every check made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.place_frame import (
    RECORDED,
    CrimeType,
    DatasetPath,
    From,
    Kinds,
    Out,
    Theme,
    To,
)

if TYPE_CHECKING:
    import polars as pl

    from frith.charts import Picture
    from frith.places.from_dataset import Chosen
    from frith.places.geography import Geography
    from frith.results import Flag, Result
    from frith.tables.dataset import Dataset

MAIN = "All recorded"
LED = "Found by police activity"
HARM = "Harm of reported crime"
_Permutations = Annotated[
    int | None, typer.Option("--permutations", min=99, help="By default as many as are needed.")
]
_EachType = Annotated[
    bool, typer.Option("--each-type", help="Each crime type too, corrected as one family.")
]
_Denominator = Annotated[str, typer.Option("--denominator", help="residents, households, …")]
_Edition = Annotated[
    str | None, typer.Option("--edition", help="Of harm weights, where the data set holds several.")
]
_CountMap = Annotated[bool, typer.Option("--count-map", help="Counts, not rates.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("hotspots")
    def hotspots(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        kinds: Kinds = RECORDED,
        permutations: _Permutations = None,
        each_type: _EachType = False,
        denominator: _Denominator = "residents",
        count_map: _CountMap = False,
        edition: _Edition = None,
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Which areas stand out with their neighbours, and which differences are only chance.

        Writes areas (series, code, name, count, expected, rate, rate_lo, rate_hi, smoothed, z, p,
        q, q_by, z_nearest, p_nearest, q_nearest, verdict, flags), moran, series, boundaries,
        rates (crude, smoothed, smoothed_local) and police_led, as CSV and Parquet, and maps: one
        of verdicts for each series, rates.svg and police-led.svg. Verdicts: hot, suggestive, none,
        suppressed.

        Example: frith hotspots rotherham --out hot --crime-type Burglary --from 2025-01
        """
        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, load
        from frith.places.from_dataset import (
            geography_in,
            larger_in,
            names_in,
            placed_events,
            population_in,
        )
        from frith.places.harm_map import police_led
        from frith.places.hotspots import hot_spots

        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        parameters = {
            "crime_type": crime_type,
            "theme": theme,
            "from": first,
            "to": last,
            "kinds": kinds,
            "permutations": permutations,
            "denominator": denominator,
            "count_map": count_map,
            "each_type": each_type,
            "edition": edition,
        }
        run = Run("hotspots", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)
        data = load(dataset, run)
        counts, notes = _series(data, chosen, each_type=each_type, edition=edition)
        geography = geography_in(data)
        population = population_in(data, denominator=denominator)
        with run.progress() as bar:
            bar.add_task("Shuffling", total=None)
            result = hot_spots(
                counts,
                population,
                geography=geography,
                rng=np.random.default_rng(seed),
                permutations=permutations,
                denominator=denominator,
                kind="count" if count_map else "rate",
                larger=larger_in(data),
            )
        tables = _rates(counts, population, geography, denominator)
        led_notes: list[Flag] = []
        if data.has("events"):
            led = police_led(placed_events(data, chosen))
            tables["police_led"] = led.tables["areas"]
            led_notes = list(led.flags)
        notes += _source_notes(data, chosen) + led_notes
        result = _told(result, names_in(data), notes, seed)
        pictures = _maps(data, result, tables)
        finish(
            run,
            result,
            dataset=data,
            out=out,
            tables=tables,
            payload=_payload(result),
            pictures=pictures,
        )


def _series(
    data: Dataset, chosen: Chosen, *, each_type: bool, edition: str | None
) -> tuple[pl.DataFrame, list[Flag]]:
    """The layers looked at together: all that was chosen, police-led, harm, each type."""
    import polars as pl

    from frith.places.from_dataset import activity_led, counts_in, placed_events
    from frith.places.inputs import totals

    counts = counts_in(data, chosen)
    main = totals(counts)
    named = chosen.crime_type or chosen.theme or MAIN
    layers = [main.with_columns(series=pl.lit(named))]
    notes: list[Flag] = []
    whole = chosen.crime_type is None and chosen.theme is None
    if whole and data.has("events"):
        events = placed_events(data, chosen)
        led = events.filter(activity_led(events)).group_by(code="area").agg(n=pl.len())
        if not led.is_empty():
            layers.append(led.sort("code").with_columns(series=pl.lit(LED)))
        harm, notes = _harm(data, events.filter(~activity_led(events)), edition)
        if harm is not None:
            layers.append(harm.with_columns(series=pl.lit(HARM)))
    if each_type and chosen.crime_type is None:
        layers.append(totals(counts, keys=("code", "crime_type")).rename({"crime_type": "series"}))
    together = pl.concat(
        [layer.with_columns(pl.col("n").cast(pl.Float64)) for layer in layers], how="diagonal"
    )
    return together, notes


def _harm(
    data: Dataset, reported: pl.DataFrame, edition: str | None
) -> tuple[pl.DataFrame | None, list[Flag]]:
    """Harm of reported crime by one edition of the data set's weights, and how it was weighed."""
    import polars as pl

    from frith.harm import choose, weigh
    from frith.harm.weights import notes
    from frith.places.harm_map import harm_counts

    if not data.has("weights"):
        return None, []
    held = choose(data.tables["weights"], edition=edition)
    crimes = reported.filter(pl.col("kind") == "crime")
    weighed = weigh(crimes, held).rename({held.statistics[0]: "days"})
    days = weighed.select("key", "days").drop_nulls().unique("key").sort("key")
    counted = (
        crimes.select("event_id", code="area")
        .join(weighed.select("event_id", "key"), on="event_id")
        .group_by("code", "key")
        .agg(n=pl.len())
    )
    harm, _ = harm_counts(counted, days)
    return harm, list(notes(weighed, held))


def _rates(
    counts: pl.DataFrame, population: pl.DataFrame | None, geography: Geography, denominator: str
) -> dict[str, pl.DataFrame]:
    """Crude and smoothed rates of the first series, towards the whole and towards what is around;
    nothing where there is no denominator."""
    import polars as pl

    from frith.places.rates import area_rates

    if population is None:
        return {}
    main = counts.filter(pl.col("series") == _main(counts["series"].to_list()))
    found = area_rates(
        main.select("code", "n"),
        population.filter(pl.col("code").is_in(list(geography.codes))),
        denominator=denominator,
        neighbours=geography.touching,
    )
    return {"rates": found.tables["areas"]}


def _maps(data: Dataset, result: Result, tables: dict[str, pl.DataFrame]) -> list[Picture]:
    """A map of verdicts for each series tested, of rates, and of what police activity found."""
    import polars as pl

    from frith.cli.place_frame import ground_in
    from frith.profile.place_maps import hot_spot_map, police_led_map, rate_maps

    ground = ground_in(data, "events", "counts", "population")
    if ground is None:
        return []
    areas, denominator = result.tables["areas"], str(result.parameters["denominator"])
    named = areas["series"].unique(maintain_order=True).to_list()
    against = "none" if result.parameters["kind"] == "count" else denominator
    drawn = [
        hot_spot_map(
            areas.filter(pl.col("series") == series),
            ground,
            series=series,
            name=f"hotspots-{_stem(series)}",
            denominator=against,
        )
        for series in named
    ]
    if "rates" in tables:
        what = f"Recorded events ({_main(named).lower()})" if len(named) > 1 else _main(named)
        drawn.append(
            rate_maps(
                tables["rates"], ground, per=1000, denominator=denominator, what=what, name="rates"
            )
        )
    if "police_led" in tables:
        own = set(areas["code"])
        led = tables["police_led"].filter(pl.col("code").is_in(list(own)))
        drawn.append(police_led_map(led, ground))
    return drawn


def _stem(series: str) -> str:
    """A series' name as part of a file's name."""
    return "-".join("".join(c if c.isalnum() else " " for c in series.lower()).split())


def _source_notes(data: Dataset, chosen: Chosen) -> list[Flag]:
    """SNAPPED where points are shared map points; what was left out, counted."""
    import polars as pl

    from frith.results import Flag, Severity

    if not data.has("events"):
        return []
    events = data.tables["events"]
    notes = []
    if events.filter(pl.col("point_precision") == "snapped").height:
        text = (
            "Points are shared map points for eight or more addresses: areas are safe, streets not."
        )
        notes.append(Flag("SNAPPED", text, Severity.NOTE))
    aside = events.filter(~pl.col("kind").is_in(chosen.kinds))
    if not aside.is_empty():
        named = ", ".join(aside["kind"].unique().sort())
        text = f"{aside.height:,} records of another kind ({named}) are not counted; see --kinds."
        notes.append(Flag("KINDS", text, Severity.NOTE))
    events = events.filter(pl.col("kind").is_in(chosen.kinds))
    nowhere = events["area"].null_count()
    if nowhere:
        notes.append(
            Flag("NOPLACE", f"{nowhere:,} of {events.height:,} events have no area: on no map.")
        )
    return notes


def _told(result: Any, names: dict[str, str], notes: list[Flag], seed: int) -> Any:
    """The result with names beside codes, the notes of the source, and its seed."""
    from dataclasses import replace

    import polars as pl

    areas = result.tables["areas"].with_columns(
        name=pl.col("code").replace_strict(names, default=None, return_dtype=pl.String)
    )
    front = ["series", "code", "name"]
    areas = areas.select(*front, pl.exclude(*front))
    tables = {**result.tables, "areas": areas}
    return replace(result, tables=tables, flags=(*result.flags, *notes), seed=seed)


def _payload(result: Any) -> dict[str, Any]:
    """The contract's keys: the areas of the first series, how many permutations, every series."""
    areas, series = result.tables["areas"], result.tables["series"]
    main = _main(series["series"].to_list())
    return {
        "areas": _whole_counts(areas.filter(areas["series"] == main).drop("series")),
        "permutations": result.parameters["permutations"],
        "series": series,
        "boundaries": result.tables["boundaries"],
    }


def _whole_counts(areas: pl.DataFrame) -> pl.DataFrame:
    """Counts as whole numbers; days of harm keep their fractions."""
    import polars as pl

    whole = bool((areas["count"] == areas["count"].round()).all())
    return areas.with_columns(pl.col("count").cast(pl.Int64)) if whole else areas


def _main(names: list[str]) -> str:
    """The series the answer is about: everything recorded, or what was asked for."""
    return MAIN if MAIN in names else names[0]
