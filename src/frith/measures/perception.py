"""What people feel beside what is recorded: where the two part, and whether they drift apart.

Neither answers the other. A record can fall because fewer report; a worry can rise because people
are told to worry. What is shown is the gap, with its interval, so that somebody goes and asks.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
import polars as pl
from scipy import stats
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from frith.measures.displacement import phi
from frith.measures.limits import Floats
from frith.measures.survey import SURPRISING, Moved
from frith.results import Flag, Result, Severity, frame_hash, refuse
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import ratio_interval

METHOD = "share worried against that of areas with such a record: quasi-binomial, each left out"
FEWEST_AREAS = 8
"""Fewer areas cannot say what worry goes with what record: two numbers are fitted to the others."""
LEVEL = 0.95
HALF = 0.5
"""Added to counts so that an area without a record has a logarithm."""
NEVER_ALONE = (
    "What is recorded is not an answer to what people feel: fewer records may be fewer reports."
)


class Gap(StrEnum):
    """What is said of an area's worry beside its record."""

    MORE = "more worried than the record suggests"
    LESS = "less worried than the record suggests"
    AS = "as the record suggests"
    CANNOT_TELL = "cannot tell"


class Drift(StrEnum):
    """What is said of worry and record from one wave to the next."""

    PARTED = "worry and record moved apart"
    STAYED = "the record fell and worry did not"
    TOGETHER = "worry and record moved together"
    CANNOT_TELL = "cannot tell"


def gaps(shares: pl.DataFrame, record: pl.DataFrame) -> Result:
    """How much more (or less) an area worries than areas with a record like its own.

    `shares`: question, wave, code, share, effective_base: of areas only, as `survey.estimates`
    gives them; areas without a share are left out. `record`: question, wave, code, n, exposure
    (residents; 1 where not known): what was recorded in the year to the wave.

    Returns `gaps`: question, wave, code, share, expected, gap (share less expected), lo, hi,
    standardised (the gap in standard deviations of worry over areas), p, q, verdict.
    Expected is worked out from the other areas. A question and wave with fewer than eight areas is
    left out, and all is refused where none has eight. Assumes that among areas worry follows the
    logarithm of the record's rate, in whatever direction; the interval holds the survey's chance
    and the line's, not the record's own. A gap asks for a visit; it does not say who is right.
    """
    joined = shares.drop_nulls("share").join(record, on=["question", "wave", "code"])
    parts, thin = [], []
    for key, part in joined.group_by("question", "wave", maintain_order=True):
        if part.height < FEWEST_AREAS:
            thin.append(f"{key[0]} {key[1]} ({part.height})")
        else:
            parts.append(_of_one(part.sort("code")))
    if not parts:
        return refuse(
            METHOD,
            Flag(
                "FEWAREAS",
                f"Worry can be set beside the record of at least {FEWEST_AREAS} areas with enough "
                f"answers; there are fewer{': ' + ', '.join(thin) if thin else ''}.",
            ),
        )
    table = _judged(pl.concat(parts))
    flags = [Flag("BESIDE", NEVER_ALONE, Severity.NOTE)]
    if thin:
        flags.append(Flag("FEWAREAS", f"Too few areas with enough answers: {', '.join(thin)}."))
    return Result(
        method=METHOD,
        parameters={"fewest_areas": FEWEST_AREAS, "checks": table.height},
        data_hash=frame_hash(shares, record),
        flags=tuple(flags),
        sentence=_said(table),
        tables={"gaps": table},
    )


def _of_one(part: pl.DataFrame) -> pl.DataFrame:
    """One question and wave: each area against the line through the others."""
    share, base = part["share"].to_numpy(), part["effective_base"].to_numpy()
    rate = np.log((part["n"].to_numpy() + HALF) / part["exposure"].to_numpy())
    expected, reach, p = (np.empty(len(share)) for _ in range(3))
    for own in range(len(share)):
        expected[own], se = _left_out(share, base, rate, own)
        freedom = len(share) - 3
        own_variance = expected[own] * (1 - expected[own]) / base[own]
        error = math.sqrt(own_variance + se**2)
        reach[own] = stats.t.ppf(0.5 + LEVEL / 2, freedom) * error
        p[own] = 2 * stats.t.sf(abs(share[own] - expected[own]) / error, freedom)
    gap = share - expected
    return part.select("question", "wave", "code", "share").with_columns(
        expected=pl.Series(expected),
        gap=pl.Series(gap),
        lo=pl.Series(gap - reach),
        hi=pl.Series(gap + reach),
        standardised=pl.Series(gap / max(float(share.std(ddof=1)), 1e-9)),
        p=pl.Series(p),
    )


def _left_out(share: Floats, base: Floats, rate: Floats, own: int) -> tuple[float, float]:
    """Expected share of one area from the others, and the standard error of that expectation."""
    others = np.arange(len(share)) != own
    centre, scale = rate[others].mean(), max(float(rate[others].std()), 1e-9)
    design = np.column_stack([np.ones(others.sum()), (rate[others] - centre) / scale])
    hits = np.column_stack([share[others] * base[others], (1 - share[others]) * base[others]])
    fitted = GLM(hits, design, family=Binomial()).fit()
    spread = max(1.0, float(fitted.pearson_chi2 / fitted.df_resid))
    at = np.array([1.0, (rate[own] - centre) / scale])
    expected = float(1 / (1 + np.exp(-(at @ fitted.params))))
    se = math.sqrt(float(at @ fitted.cov_params() @ at) * spread)
    return expected, expected * (1 - expected) * se


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    """q over every area, question and wave looked at; verdict in words."""
    q = benjamini_hochberg(table["p"].to_numpy())
    narrow = pl.max_horizontal(pl.col("lo").abs(), pl.col("hi").abs()) <= 0.10
    verdict = (
        pl.when((pl.col("q") <= SURPRISING) & (pl.col("gap") > 0))
        .then(pl.lit(str(Gap.MORE)))
        .when((pl.col("q") <= SURPRISING) & (pl.col("gap") < 0))
        .then(pl.lit(str(Gap.LESS)))
        .when(narrow)
        .then(pl.lit(str(Gap.AS)))
        .otherwise(pl.lit(str(Gap.CANNOT_TELL)))
    )
    return table.with_columns(q=pl.Series(q)).with_columns(verdict=verdict)


def _said(table: pl.DataFrame) -> str:
    last = table.filter(pl.col("wave") == pl.col("wave").max().over("question"))
    more = last.filter(pl.col("verdict") == str(Gap.MORE))
    less = last.filter(pl.col("verdict") == str(Gap.LESS))
    if more.is_empty() and less.is_empty():
        return (
            f"In none of {last['code'].n_unique()} areas does worry differ from what areas with "
            "such a record say by more than chance."
        )
    areas = last["code"].n_unique()
    parts = [
        f"in {rows['code'].n_unique()} of {areas} people worry {way}"
        for rows, way in ((more, "more"), (less, "less"))
        if rows.height
    ]
    return (
        f"Set beside areas with a similar record, {' and '.join(parts)}. Which of them is right "
        "the figures cannot say: go and ask."
    )


def drift(changes: pl.DataFrame, monthly: pl.DataFrame) -> pl.DataFrame:
    """Whether worry and record moved apart between waves, in every area together.

    `changes`: question, from_wave, wave, change, lo, hi, verdict, as `survey.estimates` gives for
    the whole. `monthly`: question, wave, from_wave, month_of_year, earlier, later: the record in
    the same months of the year before each wave. Returns question, from_wave, wave, change, lo, hi,
    verdict of the worry, earlier, later, ratio, ratio_lo, ratio_hi of the record, and `drift`. The
    record's interval is widened by how much more than chance its months vary.
    """
    rows = []
    for one in changes.iter_rows(named=True):
        held = monthly.filter(
            (pl.col("question") == one["question"])
            & (pl.col("wave") == one["wave"])
            & (pl.col("from_wave") == one["from_wave"])
        )
        earlier, later = held["earlier"].to_numpy(), held["later"].to_numpy()
        if not held.height or earlier.sum() + later.sum() == 0:
            continue
        spread = phi({"earlier": earlier.astype(float), "later": later.astype(float)})
        _, lo, hi = ratio_interval(later.sum(), earlier.sum(), dispersion=spread)
        rows.append(
            one
            | {
                "months": held.height,
                "earlier": int(earlier.sum()),
                "later": int(later.sum()),
                "ratio": float(later.sum() / earlier.sum()) if earlier.sum() else math.inf,
                "ratio_lo": float(lo),
                "ratio_hi": float(hi),
                "drift": str(_drift(one["verdict"], float(lo), float(hi))),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _drift(worry: str, lo: float, hi: float) -> Drift:
    """Apart where the two moved against each other beyond chance."""
    record = 1 if lo > 1 else -1 if hi < 1 else 0
    moved = {str(Moved.MORE): 1, str(Moved.LESS): -1, str(Moved.NO_CHANGE): 0}.get(worry)
    if moved is None or (record == 0 and moved == 0):
        return Drift.CANNOT_TELL
    if record == moved:
        return Drift.TOGETHER
    if record == -1 and moved == 0:
        return Drift.STAYED
    return Drift.PARTED if record * moved < 0 else Drift.CANNOT_TELL
