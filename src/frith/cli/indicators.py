"""`frith indicators`: what is recorded, referred and reported of hidden harm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed

if TYPE_CHECKING:
    from frith.prevalence.indicators import Series

TABLES = ("events", "referrals", "reports", "measure_values")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="indicators")(indicators)


def indicators(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.")],
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """What is recorded, referred and reported of hidden harm, by quarter; none of it the extent.

    Recorded modern slavery offences, referrals to the National Referral Mechanism, duty-to-notify
    reports and intelligence, each with what a rise would mean. No percentages of small counts.

    Example: frith indicators rotherham --json
    """
    import numpy as np

    from frith.prevalence.indicators import indicators as find
    from frith.tables import load_dataset

    run = Run("indicators", as_json=as_json, quiet=quiet, seed=seed)
    loaded = load_dataset(dataset, only=TABLES)
    held = {name: loaded.tables[name] for name in TABLES if loaded.has(name)}
    found = find(**held, rng=np.random.default_rng(seed), seed=seed)
    series: tuple[Series, ...] = found.parameters.get("series", ())
    text = "\n".join(
        [_page(each) for each in series]
        + [found.sentence] * found.refused
        + [flag.text for flag in found.flags if not found.refused]
    )
    payload = {
        "series": series,
        "flags": found.flags,
        "sentence": found.sentence,
        "status": found.status,
    }
    run.answer(payload, text, refused=found.refused)


def _page(series: Series) -> str:
    """One series in a terminal."""
    counts = "  ".join(
        f"{quarter} {count:,.0f}"
        for quarter, count in zip(series.quarters[-8:], series.counts[-8:], strict=True)
    )
    return f"{series.sentence}\n  {counts}\n  {series.caveat}\n"
