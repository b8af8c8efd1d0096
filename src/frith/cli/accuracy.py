"""`frith accuracy`: does a map find the next months' crime, and better than a simple list?"""

from __future__ import annotations

from typing import Annotated

import typer

from frith.cli.frame import Json, Quiet, Run
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

_Horizon = Annotated[int, typer.Option("--horizon", min=1, help="Months judged in each round.")]
_History = Annotated[int, typer.Option("--history", min=3, help="Months learnt from first.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("accuracy")
    def accuracy(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        kinds: Kinds = RECORDED,
        horizon: _Horizon = 3,
        history: _History = 12,
        as_json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        """How much of the next months a map would have caught, beside two simple lists.

        Writes rounds (origin, budget, method, areas, hits, events, area_share, hit_rate, pai, pei,
        ppai, rri), summary (means) and beaten (budget, rival, difference, lo, hi, verdict), as CSV
        and Parquet, and accuracy-pai.svg and accuracy-pei.svg. At least six rounds are needed.

        Example: frith accuracy south-yorkshire --out judged --crime-type "Vehicle crime"
        """
        from frith.cli.place_frame import chosen_of, finish, load, source_in
        from frith.places.accuracy import map_accuracy
        from frith.places.from_dataset import counts_in, every_month, geography_in, months_in
        from frith.profile.place_charts import accuracy_charts

        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        parameters["kinds"] = kinds
        parameters |= {"horizon": str(horizon), "history": str(history)}
        run = Run("accuracy", as_json=as_json, quiet=quiet, parameters=dict(parameters))
        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        data = load(dataset, run)
        geography = geography_in(data)
        counts = every_month(
            counts_in(data, chosen), geography.codes, months=months_in(data), chosen=chosen
        )
        result = map_accuracy(counts, geography=geography, horizon=horizon, history=history)
        payload = {name: result.tables.get(name) for name in ("summary", "beaten")}
        pictures = []
        if not result.refused:
            pictures = accuracy_charts(
                result.tables["summary"],
                result.tables["beaten"],
                source=source_in(data, "events", "counts", "areas"),
            )
        finish(run, result, dataset=data, out=out, payload=payload, pictures=pictures)
