"""`frith near-repeat`: after one event, are more near it soon after than chance would give?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.place_frame import CrimeType, DatasetPath, From, Out, Theme, To

if TYPE_CHECKING:
    import polars as pl

_Space = Annotated[str, typer.Option("--space", help="Upper ends of bands, metres.")]
_Time = Annotated[str, typer.Option("--time", help="Upper ends of bands, days.")]
_Permutations = Annotated[int, typer.Option("--permutations", min=99, help="Shufflings of dates.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("near-repeat")
    def near_repeat(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        space: _Space = "200,400,600,800,1000",
        time: _Time = "7,14,21,28",
        permutations: _Permutations = 999,
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Repeats at one place and near it, beside the same places with their dates shuffled.

        Writes bands (place, space_from, space_to, time_from, time_to, observed, expected, ratio,
        ratio_lo, ratio_hi, p, q, verdict), as CSV and Parquet; a band holds its lower end and not
        its upper. Points moved to shared map points, and dates known to the month, are refused.

        Example: frith near-repeat police --out repeats --crime-type Burglary --time 7,14
        """
        from dataclasses import replace

        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, load
        from frith.places.from_dataset import placed_events
        from frith.places.near_repeat import near_repeat as test

        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last)
        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        run = Run(
            "near-repeat",
            as_json=as_json,
            quiet=quiet,
            seed=seed,
            parameters={**parameters, "space": space, "time": time, "permutations": permutations},
        )
        data = load(dataset, run)
        events = _points(placed_events(data, chosen))
        with run.progress() as bar:
            bar.add_task("Shuffling dates", total=None)
            result = test(
                events,
                rng=np.random.default_rng(seed),
                space_m=_numbers(space, "--space"),
                time_days=_numbers(time, "--time"),
                permutations=permutations,
            )
        payload = {"bands": result.tables.get("bands")}
        finish(run, replace(result, seed=seed), dataset=data, out=out, payload=payload)


def _points(events: pl.DataFrame) -> pl.DataFrame:
    """Events with `x`, `y` in metres and `date`, to the day."""
    import numpy as np
    import polars as pl

    from frith.places.geography import in_metres

    known = events["longitude"].is_not_null() & events["latitude"].is_not_null()
    xy = np.full((events.height, 2), np.nan)
    if known.any():
        at = known.to_numpy()
        pairs = events.filter(known)
        xy[at] = in_metres(pairs["longitude"].to_numpy(), pairs["latitude"].to_numpy())
    return events.select(
        x=pl.Series(xy[:, 0]).fill_nan(None),
        y=pl.Series(xy[:, 1]).fill_nan(None),
        date=pl.col("occurred_from").dt.date(),
        point_precision="point_precision",
        date_precision="date_precision",
    )


def _numbers(text: str, option: str) -> list[float]:
    """Numbers between commas."""
    from frith.errors import BadInput

    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise BadInput(
            f"{text!r} is no list of numbers", where=option, mend="Write 7,14,21."
        ) from None
