"""`frith trends`: which hot spots are new, growing, steady or fading."""

from __future__ import annotations

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


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("trends")
    def trends(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        kinds: Kinds = RECORDED,
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Which hot spots are new, growing, steady or fading; at least 24 months are needed.

        Writes areas (code, category, word, months_hot, months, first_hot, last_hot, tau_s, trend_z,
        p, q, slope, slope_lo, slope_hi) and series (code, month, z, hot, cold), as CSV and Parquet,
        and a map, trends.svg.

        Example: frith trends rotherham --out trend --crime-type Burglary
        """
        from dataclasses import replace

        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, ground_in, load
        from frith.places.from_dataset import (
            counts_in,
            every_month,
            geography_in,
            months_in,
            population_in,
        )
        from frith.places.trends import hot_spot_trends
        from frith.profile.place_maps import trend_map

        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        parameters["kinds"] = kinds
        run = Run("trends", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)
        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        data = load(dataset, run)
        geography = geography_in(data)
        counts = every_month(
            counts_in(data, chosen), geography.codes, months=months_in(data), chosen=chosen
        )
        with run.progress() as bar:
            bar.add_task("Shuffling every month", total=None)
            result = hot_spot_trends(
                counts,
                population_in(data),
                geography=geography,
                rng=np.random.default_rng(seed),
            )
        payload = {"areas": result.tables.get("areas")}
        ground = ground_in(data, "events", "counts", "population")
        pictures = []
        if ground is not None and not result.refused:
            pictures = [trend_map(result.tables["areas"], ground)]
        finish(
            run,
            replace(result, seed=seed),
            dataset=data,
            out=out,
            payload=payload,
            pictures=pictures,
        )
