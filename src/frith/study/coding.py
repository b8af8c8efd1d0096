"""Two coders' forms become one judgement a crime; what they differ on goes to reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from frith.results import Flag
from frith.study.agreement import FEWEST_BOTH, FLOOR, Agreement, agreement
from frith.study.forms import ANSWERED
from frith.tables.declared.study import CRITERIA, NOT_CODED

_NAMES = tuple(one.name for one in CRITERIA)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """What the coders made of the sample.

    `judgements`: as declared, a row a sampled crime; `disagreements`: crimes both judged and
    judged apart, each coder's answers side by side; `agreement`: before any reconciliation.
    """

    judgements: pl.DataFrame
    disagreements: pl.DataFrame
    agreement: Agreement
    flags: tuple[Flag, ...]


def combine(
    sample: pl.DataFrame,
    first: pl.DataFrame,
    second: pl.DataFrame,
    *,
    definition: str,
    reconciled: pl.DataFrame | None = None,
    floor: float = FLOOR,
    fewest: int = FEWEST_BOTH,
) -> Coded:
    """The judgement that stands for each sampled crime, and how far the coders agreed.

    `sample`: from `draw`; `first`, `second`, `reconciled`: rows as `study_coding` declares.
    Agreement is measured before reconciliation and never improved by it. Where both judged alike,
    that stands; where apart, what they reconciled stands, and until then nobody can tell. A crime
    read by one coder takes that judgement; one that nobody returned is not coded. Both the last
    are unknown, never not organised.
    """
    columns = ["event_id", *ANSWERED]
    a = first.select(columns).rename({name: f"{name}_a" for name in ANSWERED})
    b = second.select(columns).rename({name: f"{name}_b" for name in ANSWERED})
    both = a.join(b, on="event_id", how="inner").sort("event_id")
    pairs = both.select("event_id", first="judgement_a", second="judgement_b")
    found = agreement(pairs, floor=floor, fewest=fewest)
    apart = both.filter(pl.col("judgement_a") != pl.col("judgement_b"))
    settled = _settled(reconciled, apart)
    judged = _judged(sample, a, b, settled).with_columns(definition=pl.lit(definition))
    return Coded(
        judgements=judged.select(
            "event_id",
            "theme",
            "neighbourhood",
            "stratum_held",
            "definition",
            "judgement",
            "how",
            *_NAMES,
            kappa=pl.lit(found.kappa, pl.Float64),
            kappa_lo=pl.lit(found.interval.lo if found.interval else None, pl.Float64),
            kappa_hi=pl.lit(found.interval.hi if found.interval else None, pl.Float64),
        ).sort("event_id"),
        disagreements=apart.join(
            sample.select("event_id", "theme", "neighbourhood"), on="event_id", how="left"
        ),
        agreement=found,
        flags=_notes(judged),
    )


def _settled(reconciled: pl.DataFrame | None, apart: pl.DataFrame) -> pl.DataFrame:
    """Reconciled rows of crimes that were judged apart; no other row may change a judgement."""
    names = {name: f"{name}_r" for name in ANSWERED}
    if reconciled is None:
        return pl.DataFrame(schema=dict.fromkeys(("event_id", *names.values()), pl.String))
    rows = reconciled.select("event_id", *ANSWERED).rename(names)
    return rows.join(apart.select("event_id"), on="event_id", how="semi")


def _judged(
    sample: pl.DataFrame, a: pl.DataFrame, b: pl.DataFrame, settled: pl.DataFrame
) -> pl.DataFrame:
    joined = (
        sample.join(a, on="event_id", how="left")
        .join(b, on="event_id", how="left")
        .join(settled, on="event_id", how="left")
    )
    one, other, third = (pl.col(f"judgement_{who}") for who in "abr")
    in_both = one.is_not_null() & other.is_not_null()
    how = (
        pl.when(in_both & (one == other))
        .then(pl.lit("agreed"))
        .when(in_both & third.is_not_null())
        .then(pl.lit("reconciled"))
        .when(in_both)
        .then(pl.lit("unresolved"))
        .when(one.is_not_null() | other.is_not_null())
        .then(pl.lit("one coder"))
        .otherwise(pl.lit("not returned"))
    )
    judgement = (
        pl.when(pl.col("how") == "unresolved")
        .then(pl.lit("cannot tell"))
        .when(pl.col("how") == "not returned")
        .then(pl.lit(NOT_CODED))
        .otherwise(pl.coalesce(third, one, other))
    )
    return joined.with_columns(how=how).with_columns(
        judgement=judgement, **{name: _answer(name) for name in _NAMES}
    )


def _answer(name: str) -> pl.Expr:
    """A criterion's answer: reconciled, or what the coders share; unknown where they differ."""
    one, other = pl.col(f"{name}_a"), pl.col(f"{name}_b")
    return pl.coalesce(
        pl.col(f"{name}_r"),
        pl.when(one != other).then(pl.lit("unknown")).otherwise(pl.coalesce(one, other)),
    )


_SAID: Mapping[str, tuple[str, str]] = {
    "unresolved": (
        "UNRESOLVED",
        "{n:,} crimes were judged apart and not reconciled: they count as cannot tell.",
    ),
    "one coder": ("ONECODER", "{n:,} crimes were judged by one coder only."),
    "not returned": (
        "NOTCODED",
        "{n:,} sampled crimes came back from nobody: they count as unknown.",
    ),
}


def _notes(judged: pl.DataFrame) -> tuple[Flag, ...]:
    counts = dict(judged["how"].value_counts().iter_rows())
    return tuple(
        Flag(code, said.format(n=counts[how]))
        for how, (code, said) in _SAID.items()
        if counts.get(how)
    )
