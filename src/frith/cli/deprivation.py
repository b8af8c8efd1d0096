"""`frith deprivation`: how much more common something is in more deprived places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.place_frame import CrimeType, DatasetPath, From, Out, Theme, To

if TYPE_CHECKING:
    from frith.tables.dataset import Dataset

_Edition = Annotated[
    str | None, typer.Option("--edition", help="2019 or 2025; by default the codes' own.")
]
_Domain = Annotated[str, typer.Option("--domain", help="income, imd, employment, …")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("deprivation")
    def deprivation(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        edition: _Edition = None,
        domain: _Domain = "income",
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Rates by tenth of deprivation, the most against the least deprived, SII and RII.

        Writes deciles (decile, areas, count, population, rate, rate_lo, rate_hi, ratio, ratio_lo,
        ratio_hi), indices (index, value, lo, hi, meaning) and unmatched (code, n), as CSV and
        Parquet. It describes where, not why.

        Example: frith deprivation rotherham --out gradient --crime-type Drugs --domain income
        """
        from dataclasses import replace

        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, load
        from frith.errors import BadInput
        from frith.places.deprivation import by_decile
        from frith.places.from_dataset import counts_in, geography_in, larger_in, population_in
        from frith.places.inputs import totals

        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last)
        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        run = Run(
            "deprivation",
            as_json=as_json,
            quiet=quiet,
            seed=seed,
            parameters=parameters | {"edition": edition, "domain": domain},
        )
        data = load(dataset, run)
        population = population_in(data)
        if population is None or not data.has("deprivation"):
            raise BadInput(
                "no population or no deprivation table",
                where=str(dataset),
                mend="Add both, or build the data set with `frith open-data`.",
            )
        larger = larger_in(data)
        result = by_decile(
            totals(counts_in(data, chosen)),
            population,
            data.tables["deprivation"],
            edition=edition or _own_edition(data),
            domain=domain,
            what=chosen.said(),
            area_vintage=data.about.area_vintage,
            neighbours=geography_in(data).touching if data.has("areas") else None,
            clusters=larger.get("MSOA") or larger.get("ward"),
            rng=np.random.default_rng(seed),
        )
        payload = {"deciles": result.tables["deciles"], "indices": result.tables.get("indices")}
        finish(run, replace(result, seed=seed), dataset=data, out=out, payload=payload)


def _own_edition(data: Dataset) -> str:
    """The edition published on the data set's own vintage of codes."""
    from frith.errors import VintageMismatch
    from frith.places.deprivation_match import VINTAGE_OF_EDITION

    for edition, vintage in VINTAGE_OF_EDITION.items():
        if vintage == data.about.area_vintage:
            return edition
    raise VintageMismatch(
        f"no edition of the indices is on {data.about.area_vintage} codes",
        where=str(data.folder),
        mend="Convert the counts to lsoa21 (edition 2025) or lsoa11 (2019).",
    )
