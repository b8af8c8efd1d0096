"""`frith near-repeat`: after one event, are more near it soon after than chance would give?"""

from __future__ import annotations

from typing import Annotated

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
        kinds: Kinds = RECORDED,
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
        its upper. Draws near-repeat.svg. Points moved to shared map points, and dates known to
        the month, are refused.

        Example: frith near-repeat police --out repeats --crime-type Burglary --time 7,14
        """
        from dataclasses import replace

        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, load, source_in
        from frith.places.from_dataset import one_kind, placed_events, points_in
        from frith.places.near_repeat import near_repeat as test
        from frith.profile.place_charts import near_repeat_chart

        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        parameters["kinds"] = kinds
        run = Run(
            "near-repeat",
            as_json=as_json,
            quiet=quiet,
            seed=seed,
            parameters={**parameters, "space": space, "time": time, "permutations": permutations},
        )
        data = load(dataset, run)
        chosen, narrowed = one_kind(data, chosen)
        events = points_in(placed_events(data, chosen))
        with run.progress() as bar:
            bar.add_task("Shuffling dates", total=None)
            result = test(
                events,
                rng=np.random.default_rng(seed),
                space_m=_numbers(space, "--space"),
                time_days=_numbers(time, "--time"),
                permutations=permutations,
            )
        if narrowed is not None:
            result = replace(result, flags=(*result.flags, narrowed))
        payload = {"bands": result.tables.get("bands"), "counted": chosen.said()}
        pictures = []
        if not result.refused:
            source = source_in(data, "events")
            pictures = [near_repeat_chart(result.tables["bands"], source=source)]
        finish(
            run,
            replace(result, seed=seed),
            dataset=data,
            out=out,
            payload=payload,
            pictures=pictures,
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
