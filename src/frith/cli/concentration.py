"""`frith concentration`: how few areas hold how much."""

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

    @app.command("concentration")
    def concentration(
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
        """How concentrated events are among areas, beside what chance alone would give.

        Writes curve (share_of_areas, share_of_events, most_even), holds (share_of_events, areas,
        share_of_areas), measures (measure, value) and chance (lo, hi), as CSV and Parquet, and
        concentration.svg.

        Example: frith concentration rotherham --out few --crime-type Shoplifting
        """
        from dataclasses import replace

        import numpy as np
        import polars as pl

        from frith.cli.place_frame import chosen_of, finish, load, source_in
        from frith.places.concentration import concentration as measure
        from frith.places.from_dataset import counts_in, geography_in
        from frith.places.inputs import totals
        from frith.profile.place_charts import concentration_picture

        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        parameters["kinds"] = kinds
        run = Run("concentration", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)
        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        data = load(dataset, run)
        every = pl.DataFrame({"code": geography_in(data).codes})
        counts = every.join(totals(counts_in(data, chosen)), on="code", how="left")
        result = measure(
            counts.with_columns(pl.col("n").fill_null(0)), rng=np.random.default_rng(seed)
        )
        payload = {"holds": result.tables.get("holds"), "measures": result.tables.get("measures")}
        pictures = []
        if not result.refused:
            source = source_in(data, "events", "counts")
            pictures = [concentration_picture(result.tables["curve"], source=source)]
        finish(
            run,
            replace(result, seed=seed),
            dataset=data,
            out=out,
            payload=payload,
            pictures=pictures,
        )
