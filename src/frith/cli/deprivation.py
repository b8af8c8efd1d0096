"""`frith deprivation`: how much more common something is in more deprived places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    from frith.tables.dataset import Dataset

_Edition = Annotated[
    str | None, typer.Option("--edition", help="2019 or 2025; by default the codes' own.")
]
_Example = Annotated[
    str | None, typer.Option("--example", help="A worked question: child-exploitation.")
]
CHILD_EXPLOITATION = "child-exploitation"
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
        kinds: Kinds = RECORDED,
        edition: _Edition = None,
        domain: _Domain = "income",
        example: _Example = None,
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Rates by tenth of deprivation, the most against the least deprived, SII and RII.

        Writes deciles (decile, areas, count, population, rate, rate_lo, rate_hi, ratio, ratio_lo,
        ratio_hi), indices (index, value, lo, hi, meaning) and unmatched (code, n), as CSV and
        Parquet, and deprivation.svg. It describes where, not why. With --example
        child-exploitation: sources (source, records, areas, areas_small, ratio, rii, correlation
        with their intervals, verdict, why_not) and deciles by source, per child where children
        are counted; recorded crimes, referrals and reports apart; what is not held is named.

        Example: frith deprivation rotherham --out gradient --crime-type Drugs --domain income
        """
        from dataclasses import replace

        import numpy as np

        from frith.cli.place_frame import chosen_of, finish, load, source_in
        from frith.errors import BadInput
        from frith.places.deprivation import by_decile
        from frith.places.from_dataset import counts_in, geography_in, larger_in, population_in
        from frith.places.inputs import totals
        from frith.profile.place_charts import deprivation_picture

        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        parameters = {"crime_type": crime_type, "theme": theme, "from": first, "to": last}
        parameters["kinds"] = kinds
        run = Run(
            "deprivation",
            as_json=as_json,
            quiet=quiet,
            seed=seed,
            parameters=parameters | {"edition": edition, "domain": domain, "example": example},
        )
        data = load(dataset, run)
        if example is not None:
            _child_exploitation(run, data, out, example=example, seed=seed)
            return
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
        pictures = []
        if not result.refused:
            pictures = [
                deprivation_picture(
                    result.tables["deciles"],
                    unit=f"{chosen.said().lower()} per 1,000 residents",
                    source=source_in(data, "events", "counts", "population", "deprivation"),
                )
            ]
        finish(
            run,
            replace(result, seed=seed),
            dataset=data,
            out=out,
            payload=payload,
            pictures=pictures,
        )


def _child_exploitation(run: Run, data: Dataset, out: Path, *, example: str, seed: int) -> None:
    """The worked question, answered or refused with what is not held."""
    from dataclasses import replace

    import numpy as np

    from frith.cli.place_frame import finish, source_in
    from frith.errors import UnknownName
    from frith.places.child_exploitation import child_exploitation, nothing_held
    from frith.places.child_records import child_records
    from frith.places.from_dataset import geography_in, larger_in
    from frith.profile.place_charts import exploitation_chart

    if example != CHILD_EXPLOITATION:
        raise UnknownName(
            f"{example!r} is not known", where="--example", mend=f"Use {CHILD_EXPLOITATION}."
        )
    held = child_records(data)
    if not held.counts or held.people is None or held.edition is None or held.domain is None:
        result = nothing_held(held.missing)
    else:
        larger = larger_in(data)
        result = child_exploitation(
            held.counts,
            held.people,
            data.tables["deprivation"],
            rng=np.random.default_rng(seed),
            denominator=held.denominator,
            edition=held.edition,
            domain=held.domain,
            area_vintage=data.about.area_vintage,
            neighbours=geography_in(data).touching if data.has("areas") else None,
            clusters=larger.get("MSOA") or larger.get("ward"),
            missing=held.missing,
        )
    pictures = []
    if "sources" in result.tables:
        source = source_in(data, "events", "referrals", "reports", "population", "deprivation")
        pictures = [exploitation_chart(result.tables["sources"], source=source)]
    payload = {"sources": result.tables.get("sources"), "missing": [f.text for f in held.missing]}
    finish(
        run,
        replace(result, seed=seed),
        dataset=data,
        out=out,
        payload=payload,
        pictures=pictures,
    )


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
