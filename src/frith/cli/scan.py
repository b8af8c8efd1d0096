"""`frith scan`: is there a cluster, where, when, and could chance have made it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

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
    from frith.places.scan_problem import Model, When
    from frith.results import Flag

_When = Annotated[str, typer.Option("--when", help="space, space-time or prospective.")]
_Model = Annotated[str, typer.Option("--model", help="poisson, or permutation without people.")]
_Share = Annotated[
    float, typer.Option("--max-share", min=0.01, max=0.5, help="Most people in a cluster.")
]
_Draws = Annotated[int, typer.Option("--draws", min=99, help="Random maps compared with.")]
_Looks = Annotated[int, typer.Option("--looks", min=1, help="Times this alarm has been run.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("scan")
    def scan(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        kinds: Kinds = RECORDED,
        when: _When = "space",
        model: _Model = "poisson",
        max_share: _Share = 0.25,
        draws: _Draws = 999,
        looks: _Looks = 1,
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """The strongest clusters, and how often chance makes one as strong anywhere.

        Writes clusters (rank, centre, areas, radius_m, first, last, observed, expected, ratio,
        ratio_lo, ratio_hi, llr, p, recurrence) and members (rank, code), as CSV and Parquet, and a
        map, clusters.svg.

        Example: frith scan rotherham --out scan --crime-type Robbery --when prospective
        """
        from dataclasses import replace

        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, ground_in, load
        from frith.places.from_dataset import (
            counts_in,
            every_month,
            geography_in,
            months_in,
            months_missing,
            population_in,
        )
        from frith.places.inputs import totals
        from frith.places.scan import scan as run_scan
        from frith.profile.place_maps import cluster_map

        _check(when, model)
        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        parameters["kinds"] = kinds
        settings = {"when": when, "model": model, "max_share": max_share, "draws": draws}
        run = Run(
            "scan",
            as_json=as_json,
            quiet=quiet,
            seed=seed,
            parameters={**parameters, **settings, "looks": looks},
        )
        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        data = load(dataset, run)
        geography, months = geography_in(data), months_in(data)
        counts = every_month(counts_in(data, chosen), geography.codes, months=months, chosen=chosen)
        with run.progress() as bar:
            bar.add_task("Drawing random maps", total=None)
            result = run_scan(
                counts if when != "space" else totals(counts),
                geography=geography,
                rng=np.random.default_rng(seed),
                population=population_in(data) if model == "poisson" else None,
                model=cast("Model", model),
                when=cast("When", when),
                max_share=max_share,
                draws=draws,
                looks=looks,
            )
        gaps = months_missing(counts["month"].unique().to_list())
        notes = _gap_notes(gaps) if when != "space" else ()
        result = replace(result, seed=seed, flags=(*result.flags, *notes))
        payload = {name: result.tables.get(name) for name in ("clusters", "members")}
        ground = ground_in(data, "events", "counts", "population")
        pictures = []
        if ground is not None and not result.refused:
            tables = result.tables
            pictures = [
                cluster_map(tables["clusters"], tables["members"], list(geography.codes), ground)
            ]
        finish(run, result, dataset=data, out=out, payload=payload, pictures=pictures)


def _check(when: str, model: str) -> None:
    """Only what the command knows."""
    from frith.errors import UnknownName

    for option, value, known in (
        ("--when", when, ("space", "space-time", "prospective")),
        ("--model", model, ("poisson", "permutation")),
    ):
        if value not in known:
            raise UnknownName(
                f"{value!r} is not known", where=option, mend=f"Use {', '.join(known)}."
            )
    if when == "space" and model == "permutation":
        raise UnknownName(
            "dates cannot be shuffled where time is not looked at",
            where="--model",
            mend="Use --when space-time or prospective.",
        )


def _gap_notes(gaps: list[str]) -> tuple[Flag, ...]:
    from frith.places.flags import missing_months

    return (missing_months(gaps),) if gaps else ()
