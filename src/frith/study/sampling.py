"""Which crimes are read: strata of theme and neighbourhood, sizes, and a random draw of each.

Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.errors import BadInput
from frith.reference.crime import offence_theme
from frith.results import Flag, Result, Severity, frame_hash
from frith.study.sizes import LEAST, WORST, Allocation, allocate, expected_half_width, size_for
from frith.tables.declared.study import DEFINITIONS, NOT_STATED

METHOD = "Stratified random sample of recorded crime, by theme and neighbourhood (Cochran 1977)"
WHOLE = "the whole area"
NOWHERE = "no place recorded"
HALF_WIDTH = 0.05
SMALL_THEME = 40
"""A theme of no more crimes than this is read whole: a sample would be too thin for a share."""
STRATUM = ("theme", "neighbourhood")
BOTH, FIRST, SECOND = "both", "a", "b"


@dataclass(frozen=True, kw_only=True)
class Sample(Result):
    """A sample drawn; tables `strata` (theme, neighbourhood, held, sampled, weight) and `sample`.

    `sample` has a row a crime: event_id, theme, neighbourhood, stratum_held, weight, coders (both,
    a or b). `half_width` is what the overall share would get if the expected shares were true.
    """

    held: int = 0
    sampled: int = 0
    half_width: float = 0.0


def crimes_of(
    events: pl.DataFrame,
    *,
    neighbourhoods: Mapping[str, str] | None = None,
    first: str | None = None,
    last: str | None = None,
) -> pl.DataFrame:
    """The crimes a study can draw from: event_id, theme, neighbourhood.

    `events` as declared; only those recorded as crime, from month `first` to `last` (YYYY-MM).
    `neighbourhoods`: name by area code; None puts every crime into one. A theme that the record
    does not name is taken from its offence code where the list of codes settles it, else it is
    "not stated": a theme is never guessed.
    """
    month = pl.col("occurred_from").dt.strftime("%Y-%m")
    chosen = events.filter(pl.col("kind") == "crime")
    chosen = chosen.filter(month >= first) if first else chosen
    chosen = chosen.filter(month <= last) if last else chosen
    codes = chosen["offence_code"].drop_nulls().unique().to_list()
    themes = {code: theme for code in codes if (theme := offence_theme(code))}
    named = pl.lit(None, pl.String) if neighbourhoods is None else _named(neighbourhoods)
    return chosen.select(
        "event_id",
        theme=pl.coalesce(
            "theme",
            pl.col("offence_code").replace_strict(themes, default=None, return_dtype=pl.String),
            pl.lit(NOT_STATED),
        ),
        neighbourhood=pl.lit(WHOLE) if neighbourhoods is None else named,
    ).sort("event_id")


def _named(neighbourhoods: Mapping[str, str]) -> pl.Expr:
    found = pl.col("area").replace_strict(
        dict(neighbourhoods), default=NOWHERE, return_dtype=pl.String
    )
    return found.fill_null(NOWHERE)


def draw(
    crimes: pl.DataFrame,
    *,
    rng: np.random.Generator,
    definition: str,
    size: int | None = None,
    half_width: float = HALF_WIDTH,
    theme_half_width: float | None = None,
    allocation: Allocation = Allocation.PROPORTIONAL,
    expected: Mapping[str, float] | None = None,
    overlap: float = 1.0,
    seed: int | None = None,
) -> Sample:
    """A stratified random sample of crimes without replacement, and who reads which.

    `crimes`: from `crimes_of`. `definition`: of organised, one for the whole study. The size is
    `size`, or what `half_width` needs for the overall share; with `theme_half_width`, each theme
    gets what its own share needs as well. `expected`: share by theme from a pilot, else one half,
    the worst case. Small themes are read whole. `overlap`: share of the sample that both coders
    read; the rest is divided at random. Raises `BadInput` where there is no crime, or a choice
    makes no sense. The same crimes, choices and generator give the same sample.
    """
    _check(crimes, definition=definition, half_width=half_width, overlap=overlap, size=size)
    strata = crimes.group_by(STRATUM).agg(held=pl.len().cast(pl.Int64)).sort(STRATUM)
    share = strata["theme"].replace_strict(
        dict(expected or {}), default=WORST, return_dtype=pl.Float64
    )
    held, p = strata["held"].to_numpy(), share.to_numpy()
    wanted = (
        size
        if size is not None
        else size_for(held, p, half_width=half_width, allocation=allocation)
    )
    taken = allocate(held, p, size=wanted, allocation=allocation)
    if theme_half_width is not None:
        by_theme = _for_each_theme(strata, p, theme_half_width, allocation)
        taken = np.maximum(taken, by_theme)
    few = strata.select(pl.col("held").sum().over("theme") <= SMALL_THEME).to_series()
    taken = np.where(few.to_numpy(), held, taken)
    strata = strata.with_columns(sampled=pl.Series(taken)).with_columns(
        weight=pl.col("held") / pl.col("sampled")
    )
    sample = _drawn(crimes, strata, rng=rng, overlap=overlap)
    reach = expected_half_width(held, taken, p)
    total, read = int(held.sum()), sample.height
    parameters = {
        "definition": definition,
        "allocation": str(allocation),
        "half_width": half_width if size is None else None,
        "theme_half_width": theme_half_width,
        "size": size,
        "least_of_a_stratum": LEAST,
        "expected": dict(expected or {}),
        "overlap": overlap,
    }
    return Sample(
        method=METHOD,
        value=float(read),
        parameters=parameters,
        seed=seed,
        data_hash=frame_hash(crimes),
        flags=_notes(strata, sample, expected),
        sentence=(
            f"{read:,} of {total:,} recorded crimes are to be read. If the shares are as expected, "
            f"the overall share will be known to within {100 * reach:.1f} percentage points."
        ),
        tables={"strata": strata, "sample": sample},
        held=total,
        sampled=read,
        half_width=reach,
    )


def _check(
    crimes: pl.DataFrame, *, definition: str, half_width: float, overlap: float, size: int | None
) -> None:
    if crimes.is_empty():
        raise BadInput("there is no recorded crime to draw from", mend="Widen the months.")
    if definition not in DEFINITIONS:
        raise BadInput(
            f"{definition!r} is no definition of organised",
            mend=f"Choose one: {', '.join(DEFINITIONS)}.",
        )
    if not 0 < half_width < 0.5:
        raise BadInput(f"a half-width of {half_width}", mend="Give a share such as 0.05.")
    if not 0 < overlap <= 1:
        raise BadInput(f"an overlap of {overlap}", mend="Give a share above 0, up to 1.")
    if size is not None and size < 1:
        raise BadInput(f"a sample of {size}", mend="Give at least 1.")


def _for_each_theme(
    strata: pl.DataFrame, p: np.ndarray, half_width: float, allocation: Allocation
) -> np.ndarray:
    """Sizes by stratum that give each theme's own share the wanted half-width."""
    taken = np.zeros(strata.height, dtype=np.int64)
    themes = strata["theme"].to_numpy()
    held = strata["held"].to_numpy()
    for theme in np.unique(themes):
        mine = themes == theme
        need = size_for(held[mine], p[mine], half_width=half_width, allocation=allocation)
        taken[mine] = allocate(held[mine], p[mine], size=need, allocation=allocation)
    return taken


def _drawn(
    crimes: pl.DataFrame, strata: pl.DataFrame, *, rng: np.random.Generator, overlap: float
) -> pl.DataFrame:
    """The crimes drawn, in random order, each with its weight and its coders."""
    order = pl.Series("order", rng.permutation(crimes.height))
    ranked = (
        crimes.with_columns(order)
        .sort("order")
        .with_columns(place=pl.int_range(pl.len()).over(STRATUM))
        .join(strata, on=STRATUM, how="left")
        .filter(pl.col("place") < pl.col("sampled"))
        .sort("order")
    )
    both = round(overlap * ranked.height)
    rest = np.arange(ranked.height - both)
    coders = [BOTH] * both + [FIRST if at % 2 == 0 else SECOND for at in rest]
    return ranked.select(
        "event_id", *STRATUM, pl.col("held").alias("stratum_held"), "weight"
    ).with_columns(coders=pl.Series(coders, dtype=pl.String))


def _notes(
    strata: pl.DataFrame, sample: pl.DataFrame, expected: Mapping[str, float] | None
) -> tuple[Flag, ...]:
    flags = []
    if not expected:
        flags.append(
            Flag(
                "WORSTCASE",
                "No pilot was given, so sizes allow for the worst case, a share of one half.",
                Severity.NOTE,
            )
        )
    whole = strata.filter(pl.col("held") == pl.col("sampled")).height
    if whole:
        flags.append(
            Flag(
                "WHOLE",
                f"{whole} of {strata.height} strata are so small that every crime in them is read.",
                Severity.NOTE,
            )
        )
    unsaid = sample.filter(pl.col("theme") == NOT_STATED).height
    if unsaid:
        flags.append(
            Flag("NOTHEME", f"{unsaid:,} of {sample.height:,} crimes drawn have no theme.")
        )
    lost = sample.filter(pl.col("neighbourhood") == NOWHERE).height
    if lost:
        flags.append(
            Flag("NOPLACE", f"{lost:,} of {sample.height:,} crimes drawn lie in no neighbourhood.")
        )
    return tuple(flags)
