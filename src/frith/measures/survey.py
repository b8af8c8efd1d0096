"""What people say they feel: weighted shares with base and interval, and changes between waves.

1. Kish (1965), Survey Sampling: the effective base (Σw)² / Σw², and the design effect of weights.
2. Wilson (1927), Probable inference, the law of succession, and statistical inference.
3. Newcombe (1998), Interval estimation for the difference between independent proportions,
   Statistics in Medicine 17: method 10, from two Wilson intervals.
"""

from __future__ import annotations

import math
from enum import StrEnum

import polars as pl
from scipy import stats

from frith.results import Flag, Result, Severity, frame_hash, refuse
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import wilson_interval

METHOD = "weighted shares, Wilson interval on the effective base [Kish 1965; Wilson 1927]"
FEWEST_BASE = 50
"""Below so many answers no share is given: the convention of the Crime Survey's own tables, to be
verified locally."""
CAREFUL_BASE = 100
"""Below so many answers a share is given with a warning."""
FEWEST_EFFECTIVE = 30.0
"""Below so many answers' worth of information no share is given: uneven weights waste the rest."""
SURPRISING = 0.05
TELLING_POINTS = 0.05
"""A change whose interval stays within five points either way can have been little."""
POWER_MULTIPLE = 2.8015
"""Standard errors of a change noticed four times in five at 5%: 1.96 + 0.8416 (normal)."""
WHOLE = ""
"""The code that stands for every area together."""


class Moved(StrEnum):
    """What is said of a change between waves: words, and never a colour."""

    MORE = "more worried"
    LESS = "less worried"
    NO_CHANGE = "no change beyond chance"
    CANNOT_TELL = "cannot tell"
    TOO_FEW = "too few answers"


def estimates(answers: pl.DataFrame, meanings: pl.DataFrame) -> Result:
    """Share of people worried, by question, wave and area, and its change from wave to wave.

    `answers`: wave, code, question, answer, weight (blank: 1); one row an answer. `meanings`:
    question, wording, worry, answer, worried (true, false, or null for neither), record. An answer
    without a meaning, or meaning neither, leaves the base.

    Returns tables `shares` (question, wave, code (blank: every area), base, effective_base,
    design_effect, share, lo, hi, status) and `changes` (…, from_wave, change, lo, hi, p, q,
    verdict, noticed: the smallest change noticed four times in five). A base under 50, or an
    effective base under 30, gets no share. Changes are judged together: q over all questions of a
    level, so that one area in twenty is not called changed by chance. Refused where no question's
    answers have a meaning.

    Assumes that answers are independent and weights known. The design effect is that of the weights
    alone: a sample drawn in clusters varies more. Not for a panel asked twice, whose changes vary
    less. Sources: [1], [2], [3].
    """
    read = answers.join(
        meanings.select("question", "answer", "worried"), on=["question", "answer"], how="left"
    ).with_columns(pl.col("weight").fill_null(1.0))
    used = read.filter(pl.col("worried").is_not_null() & (pl.col("weight") > 0))
    if used.is_empty():
        return refuse(
            METHOD,
            Flag("MEANING", "No answer of the survey has a declared meaning: list them first."),
        )
    every = used.with_columns(code=pl.lit(WHOLE))
    shares = _shares(pl.concat([every, used]))
    changes = _changes(shares)
    return Result(
        method=METHOD,
        parameters={
            "fewest_base": FEWEST_BASE,
            "fewest_effective_base": FEWEST_EFFECTIVE,
            "questions": shares["question"].unique().sort().to_list(),
            "checks": changes.filter(pl.col("p").is_not_null()).height,
        },
        data_hash=frame_hash(answers, meanings),
        flags=_flags(read, shares),
        sentence=_said(shares, changes, meanings),
        tables={"shares": shares, "changes": changes, "answers": _answers(read)},
    )


def _base() -> list[pl.Expr]:
    w = pl.col("weight")
    return [pl.len().alias("base"), (w.sum() ** 2 / (w**2).sum()).alias("effective_base")]


def _shares(used: pl.DataFrame) -> pl.DataFrame:
    w, worried = pl.col("weight"), pl.col("worried").cast(pl.Float64)
    table = (
        used.group_by("question", "wave", "code")
        .agg(*_base(), share=(w * worried).sum() / w.sum())
        .with_columns(design_effect=pl.col("base") / pl.col("effective_base"))
        .sort("question", "wave", "code")
    )
    few = (pl.col("base") < FEWEST_BASE) | (pl.col("effective_base") < FEWEST_EFFECTIVE)
    status = (
        pl.when(few)
        .then(pl.lit("too few"))
        .when(pl.col("base") < CAREFUL_BASE)
        .then(pl.lit("careful"))
        .otherwise(pl.lit("shown"))
    )
    table = _with_interval(table).with_columns(status=status)
    shown = [
        pl.when(pl.col("status") == "too few").then(None).otherwise(pl.col(name)).alias(name)
        for name in ("share", "lo", "hi")
    ]
    return table.with_columns(shown).select(
        *("question", "wave", "code", "base", "effective_base", "design_effect"),
        *("share", "lo", "hi", "status"),
    )


def _with_interval(table: pl.DataFrame) -> pl.DataFrame:
    """`lo` and `hi` of `share`, as if the effective base had been asked."""
    n = table["effective_base"].to_numpy()
    share = table["share"].clip(0.0, 1.0).to_numpy()
    lo, hi = wilson_interval(share * n, n)
    return table.with_columns(lo=pl.Series(lo), hi=pl.Series(hi))


def _answers(read: pl.DataFrame) -> pl.DataFrame:
    """Every answer's share of all answers to its question, in every area together."""
    whole = read.filter(pl.col("weight") > 0)
    bases = whole.group_by("question", "wave").agg(*_base(), total=pl.col("weight").sum())
    table = (
        whole.group_by("question", "wave", "answer")
        .agg(weight=pl.col("weight").sum())
        .join(bases, on=["question", "wave"])
        .with_columns(share=pl.col("weight") / pl.col("total"))
        .filter(pl.col("base") >= FEWEST_BASE)
        .sort("question", "wave", "answer")
    )
    return _with_interval(table).select(
        "question", "wave", "answer", "base", "effective_base", "share", "lo", "hi"
    )


def _changes(shares: pl.DataFrame) -> pl.DataFrame:
    """Each wave against the one before it that was asked, judged over its family of questions."""
    keys = ("question", "code")
    table = shares.sort(*keys, "wave").with_columns(
        pl.col(name).shift(1).over(*keys).alias(f"before_{name}")
        for name in ("wave", "share", "lo", "hi", "effective_base")
    )
    table = table.filter(pl.col("before_wave").is_not_null())
    p1, n1 = pl.col("before_share"), pl.col("before_effective_base")
    p2, n2 = pl.col("share"), pl.col("effective_base")
    pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
    spread = (pooled * (1 - pooled) * (1 / n1 + 1 / n2)).sqrt()
    below = ((p2 - pl.col("lo")) ** 2 + (pl.col("before_hi") - p1) ** 2).sqrt()
    above = ((pl.col("hi") - p2) ** 2 + (p1 - pl.col("before_lo")) ** 2).sqrt()
    table = table.select(
        *keys,
        pl.col("before_wave").alias("from_wave"),
        "wave",
        (p2 - p1).alias("change"),
        (p2 - p1 - below).alias("lo"),
        (p2 - p1 + above).alias("hi"),
        (POWER_MULTIPLE * spread).alias("noticed"),
        pl.when(spread > 0).then((p2 - p1).abs() / spread).otherwise(0.0).alias("z"),
    )
    table = table.with_columns(
        z=pl.when(pl.col("change").is_null()).then(None).otherwise(pl.col("z"))
    )
    p = [None if z is None else float(2 * stats.norm.sf(z)) for z in table["z"].to_list()]
    table = table.with_columns(p=pl.Series(p, dtype=pl.Float64)).drop("z")
    families = [
        part.with_columns(q=pl.Series(_q(part["p"]), dtype=pl.Float64))
        for _, part in table.group_by(pl.col("code") == WHOLE, "wave", maintain_order=True)
    ]
    judged = pl.concat(families) if families else table.with_columns(q=pl.lit(None, pl.Float64))
    return judged.with_columns(verdict=_verdict()).sort(*keys, "wave")


def _q(p: pl.Series) -> list[float | None]:
    values = benjamini_hochberg([math.nan if one is None else one for one in p.to_list()])
    return [None if math.isnan(one) else float(one) for one in values]


def _verdict() -> pl.Expr:
    """Beyond chance by interval and by q; else whether a change of note could hide in it."""
    sure = pl.col("q") <= SURPRISING
    widest = pl.max_horizontal(pl.col("lo").abs(), pl.col("hi").abs())
    return (
        pl.when(pl.col("change").is_null())
        .then(pl.lit(str(Moved.TOO_FEW)))
        .when(sure & (pl.col("lo") > 0))
        .then(pl.lit(str(Moved.MORE)))
        .when(sure & (pl.col("hi") < 0))
        .then(pl.lit(str(Moved.LESS)))
        .when(widest <= TELLING_POINTS)
        .then(pl.lit(str(Moved.NO_CHANGE)))
        .otherwise(pl.lit(str(Moved.CANNOT_TELL)))
    )


def _flags(read: pl.DataFrame, shares: pl.DataFrame) -> tuple[Flag, ...]:
    flags = [
        Flag(
            "WEIGHTS",
            "The intervals allow for the weights. A sample drawn in clusters, or answered by those "
            "who care most, is wider off than they say.",
            Severity.NOTE,
        )
    ]
    neither = read.filter(pl.col("worried").is_null())
    if neither.height:
        words = neither.select("question", "answer").unique().height
        flags.append(
            Flag(
                "NEITHER",
                f"{neither.height:,} answers ({words} different) say neither worry nor its "
                "absence, or have no declared meaning; they are left out of the base.",
            )
        )
    few = shares.filter((pl.col("status") == "too few") & (pl.col("code") != WHOLE))
    if few.height:
        flags.append(
            Flag(
                "SMALLBASE",
                f"{few.height:,} of {shares.filter(pl.col('code') != WHOLE).height:,} shares by "
                f"area have under {FEWEST_BASE} answers (or too uneven weights) and are not given.",
            )
        )
    return tuple(flags)


def _said(shares: pl.DataFrame, changes: pl.DataFrame, meanings: pl.DataFrame) -> str:
    worry = dict(meanings.select("question", "worry").drop_nulls().unique("question").iter_rows())
    said = []
    for question in shares["question"].unique().sort():
        rows = shares.filter((pl.col("question") == question) & (pl.col("code") == WHOLE))
        latest = rows.sort("wave").row(-1, named=True)
        what = worry.get(question) or f"gave a worried answer to “{question}”"
        if latest["share"] is None:
            said.append(f"{latest['base']:,} answers are too few to say how many {what}.")
            continue
        change = changes.filter((pl.col("question") == question) & (pl.col("code") == WHOLE))
        said.append(_one(latest, what) + _then(change.sort("wave")))
    return " ".join(said)


def _one(row: dict[str, float], what: str) -> str:
    return (
        f"{row['wave']}: {row['share']:.0%} {what} (between {row['lo']:.0%} and {row['hi']:.0%}, "
        f"{row['base']:,} answers)"
    )


def _then(changes: pl.DataFrame) -> str:
    if changes.is_empty():
        return "."
    last = changes.row(-1, named=True)
    match last["verdict"]:
        case Moved.MORE | Moved.LESS:
            way = "more" if last["change"] > 0 else "fewer"
            return f", {abs(last['change']) * 100:.0f} points {way} than in {last['from_wave']}."
        case Moved.NO_CHANGE:
            return f", as in {last['from_wave']}: no change beyond chance."
        case Moved.TOO_FEW:
            return f"; too few answered in {last['from_wave']} to compare."
    return (
        f"; whether that changed since {last['from_wave']} we cannot tell: a "
        f"change of under {last['noticed'] * 100:.0f} points would mostly go unseen."
    )
