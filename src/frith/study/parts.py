"""What the organised part is, beside the rest: its themes, how it was found, what became of it.

Each is a share of a part of the sample that only reading it found, so its interval is by
linearisation, and it is refused where the part is small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.reference import load
from frith.results import Flag, Result, Severity, frame_hash
from frith.study.estimate import Kind, domain_share
from frith.study.shares import STRATUM

FEWEST_ORGANISED = 20
"""Crimes judged organised under which nothing is said of what they are like: frith's convention."""
ORGANISED, OTHER = "organised", "not organised"
NO_OUTCOME = "no outcome held"
CHARGED = "charged or court"
LINEAR = "ratio of two estimates by linearisation (Cochran 1977, s. 6.5)"


@dataclass(frozen=True, slots=True)
class Strata:
    """Each crime's stratum as an index, and how many crimes each stratum holds."""

    index: npt.NDArray[np.int64]
    held: npt.NDArray[np.float64]


def strata_of(judgements: pl.DataFrame) -> Strata:
    """The strata of the crimes read, in the order of their rows."""
    ranked = judgements.select(pl.struct(STRATUM).rank("dense").cast(pl.Int64) - 1).to_series()
    held = judgements.with_columns(at=ranked).group_by("at").agg(pl.col("stratum_held").max())
    return Strata(
        index=ranked.to_numpy(), held=held.sort("at")["stratum_held"].cast(pl.Float64).to_numpy()
    )


def small(found: int, what: str) -> Flag | None:
    """The refusal where too few crimes were judged organised to say what they are like."""
    if found >= FEWEST_ORGANISED:
        return None
    return Flag(
        "FEW",
        f"{found} sampled crimes were judged organised; {FEWEST_ORGANISED} are needed to say "
        f"{what}. Enlarge the sample where organised crime is likeliest.",
        Severity.REFUSE,
    )


def themes_of(judgements: pl.DataFrame, *, kind: Kind = Kind.WILSON) -> Result:
    """What the crimes judged organised are: shares of themes, beside those of the others.

    Table `themes`: part, group (theme), share, from, to, n.
    """
    return _compared(
        judgements.with_columns(group=pl.col("theme")),
        "group",
        kind=kind,
        table="themes",
        what="which themes they are of",
        sentence=_theme_sentence,
    )


def _theme_sentence(rows: pl.DataFrame) -> str:
    mine = rows.filter((pl.col("part") == ORGANISED) & (pl.col("n") > 0)).sort(
        ["share", "group"], descending=[True, False]
    )
    told = [
        f"{row['group'].replace('_', ' ')} ({row['from']:.0%} to {row['to']:.0%})"
        for row in mine.head(3).iter_rows(named=True)
    ]
    return f"The largest parts of the crimes judged organised are {', '.join(told)}."


def outcomes_of(
    judgements: pl.DataFrame, outcomes: pl.DataFrame, *, kind: Kind = Kind.WILSON
) -> Result:
    """What became of the crimes judged organised, beside those judged not organised.

    `outcomes`: as declared; the latest decided of each crime counts. Table `outcomes`: part, group
    (of the reference list; "no outcome held" where there is none), share, from, to, n. Outcomes
    take months, and a charge is no conviction.
    """
    latest = (
        outcomes.sort("event_id", "decided_on", "outcome", nulls_last=True)
        .unique("event_id", keep="last", maintain_order=True)
        .select("event_id", "outcome")
    )
    groups = {str(row["name"]): str(row["group"]) for row in load("outcome_types").rows}
    joined = judgements.join(latest, on="event_id", how="left", maintain_order="left").with_columns(
        group=pl.col("outcome")
        .replace_strict(groups, default="other", return_dtype=pl.String)
        .fill_null(NO_OUTCOME)
    )
    joined = joined.with_columns(
        group=pl.when(pl.col("outcome").is_null()).then(pl.lit(NO_OUTCOME)).otherwise("group")
    )
    return _compared(
        joined,
        "group",
        kind=kind,
        table="outcomes",
        what="what became of them",
        sentence=_outcome_sentence,
    )


def _outcome_sentence(rows: pl.DataFrame) -> str:
    charged = {
        row["part"]: row for row in rows.filter(pl.col("group") == CHARGED).iter_rows(named=True)
    }
    mine = charged.get(ORGANISED)
    if mine is None:
        return "No sampled crime that was judged organised has reached charge or court."
    said = (
        f"Of crimes judged organised, {mine['share']:.0%} ({mine['from']:.0%} to {mine['to']:.0%}) "
        "led to a charge or court"
    )
    other = charged.get(OTHER)
    return f"{said}; of the others, {other['share']:.0%}." if other else f"{said}."


def police_led_of(
    judgements: pl.DataFrame, events: pl.DataFrame, *, kind: Kind = Kind.WILSON
) -> Result:
    """How crimes judged organised came to light, beside the others: reported, or found by police.

    Table `found`: part, group (found by police, reported, not said), share, from, to, n. Proactive
    work follows its own choice of themes; Perpetuity Research (2016) found it mostly on drugs.
    """
    joined = judgements.join(
        events.select("event_id", "police_led"), on="event_id", how="left", maintain_order="left"
    ).with_columns(
        group=pl.when(pl.col("police_led"))
        .then(pl.lit("found by police"))
        .when(pl.col("police_led").not_())
        .then(pl.lit("reported"))
        .otherwise(pl.lit("not said"))
    )
    return _compared(
        joined,
        "group",
        kind=kind,
        table="found",
        what="how they came to light",
        sentence=_found_sentence,
    )


def _found_sentence(rows: pl.DataFrame) -> str:
    led = {
        row["part"]: row["share"]
        for row in rows.filter(pl.col("group") == "found by police").iter_rows(named=True)
    }
    return (
        f"Police activity found {led.get(ORGANISED, 0.0):.0%} of the crimes judged organised and "
        f"{led.get(OTHER, 0.0):.0%} of the others; the rest were reported, or the record does not "
        "say."
    )


def _compared(
    joined: pl.DataFrame,
    by: str,
    *,
    kind: Kind,
    table: str,
    what: str,
    sentence: Callable[[pl.DataFrame], str],
) -> Result:
    """Shares of each group, within the organised part and within the rest."""
    method = f"Shares within the organised part and the rest; {LINEAR}"
    judged = joined["judgement"]
    refusal = small(int((judged == ORGANISED).sum()), what)
    data = frame_hash(joined.select("event_id", "judgement", by))
    if refusal:
        return Result(
            method=method, status="refused", flags=(refusal,), sentence=refusal.text, data_hash=data
        )
    strata = strata_of(joined)
    rows = []
    for part in (ORGANISED, OTHER):
        inside = (judged == part).to_numpy()
        if inside.sum() < FEWEST_ORGANISED:
            continue
        for group in sorted(joined[by].unique().to_list()):
            is_it = (joined[by] == group).to_numpy()
            found = domain_share(strata.index, strata.held, inside, is_it, kind=kind)
            rows.append(
                {
                    "part": part,
                    "group": group,
                    "share": found.share,
                    "from": found.interval.lo,
                    "to": found.interval.hi,
                    "n": int((inside & is_it).sum()),
                }
            )
    frame = pl.DataFrame(rows)
    return Result(method=method, data_hash=data, sentence=sentence(frame), tables={table: frame})
