"""What coders answered of crimes judged organised: each criterion, and ties to mapped people."""

from __future__ import annotations

from typing import Any

import polars as pl

from frith.reference import PROJECTABLE_ROLES, PROTECTED_ROLES
from frith.results import Interval, Result, frame_hash
from frith.study.criteria import REQUIRED
from frith.study.estimate import Kind, domain_share
from frith.study.parts import LINEAR, ORGANISED, small, strata_of
from frith.tables.declared.study import CRITERIA

MAPPED = "mapped"


def criteria_of(judgements: pl.DataFrame, *, kind: Kind = Kind.WILSON) -> Result:
    """Of the crimes judged organised, the share of which each criterion is true.

    `judgements`: as declared. Table `criteria`: criterion, lo (unknown counted as no), hi (counted
    as yes), from, to, organised, yes, unknown. Criteria that the definition requires are yes by
    rule and are left out.
    """
    method = f"Share of organised crimes for which each criterion is yes; {LINEAR}"
    organised = int((judgements["judgement"] == ORGANISED).sum())
    names = [one.name for one in CRITERIA]
    data = frame_hash(judgements.select("event_id", "judgement", *names))
    refusal = small(organised, "what they are like")
    if refusal:
        return Result(
            method=method, status="refused", flags=(refusal,), sentence=refusal.text, data_hash=data
        )
    free = [name for name in names if name not in REQUIRED[str(judgements["definition"][0])]]
    rows = [_answered(judgements, name, kind) for name in free if name != MAPPED]
    control = next(row for row in rows if row["criterion"] == "control")
    return Result(
        method=method,
        data_hash=data,
        sentence=(
            f"In {_reach(control)} of the crimes judged organised people were controlled, "
            f"exploited or intimidated{_untold(control)}"
        ),
        tables={"criteria": pl.DataFrame(rows)},
    )


def mapped_coverage(judgements: pl.DataFrame, *, kind: Kind = Kind.WILSON) -> Result:
    """Of the crimes judged organised, the share tied to somebody in a mapped group.

    `judgements`: as declared, `mapped` answered yes, no or unknown. Table `coverage`: as in
    `criteria_of`. A low share says that the map is not the territory, not that anybody should be
    added to it. Method of Crocker and others (2016): crimes tied to mapped people over crimes
    judged organised.
    """
    method = f"Share of organised crimes tied to mapped people; {LINEAR}"
    organised = int((judgements["judgement"] == ORGANISED).sum())
    data = frame_hash(judgements.select("event_id", "judgement", MAPPED))
    refusal = small(organised, "how many are tied to mapped people")
    if refusal:
        return Result(
            method=method, status="refused", flags=(refusal,), sentence=refusal.text, data_hash=data
        )
    row = _answered(judgements, MAPPED, kind)
    return Result(
        method=method,
        interval=Interval(row["from"], row["to"]),
        data_hash=data,
        sentence=(
            f"Of the crimes judged organised, {_reach(row)} can be tied to somebody in a group "
            f"that police or region have mapped{_untold(row)}"
        ),
        tables={"coverage": pl.DataFrame([row])},
    )


def tie(judgements: pl.DataFrame, roles: pl.DataFrame, mapped: pl.DataFrame) -> pl.DataFrame:
    """The judgements with `mapped` answered from records: who was suspected, and who is mapped.

    `roles`: as declared; `mapped`: `nominal_id` of people in mapped groups. Yes where somebody
    suspected, charged or convicted is among them; no where somebody is named and none is; unknown
    where nobody is. A victim of the same crime never answers it. Only the count is published.
    """
    named = roles.filter(pl.col("role").is_in(sorted(PROJECTABLE_ROLES)))
    harmed = roles.filter(pl.col("role").is_in(sorted(PROTECTED_ROLES)))
    named = named.join(harmed, on=["event_id", "nominal_id"], how="anti")
    known = mapped["nominal_id"].unique().to_list()
    told = named.group_by("event_id").agg(hit=pl.col("nominal_id").is_in(known).any())
    return (
        judgements.join(told, on="event_id", how="left", maintain_order="left")
        .with_columns(
            mapped=pl.when(pl.col("hit"))
            .then(pl.lit("yes"))
            .when(pl.col("hit").not_())
            .then(pl.lit("no"))
            .otherwise(pl.lit("unknown"))
        )
        .drop("hit")
    )


def _reach(row: dict[str, Any]) -> str:
    """The bounds, and how far chance in the sample reaches beyond them."""
    lo, hi = f"{row['lo']:.0%}", f"{row['hi']:.0%}"
    bounds = f"about {lo}" if lo == hi else f"{lo} to {hi}"
    return f"{bounds} (with chance, {row['from']:.0%} to {row['to']:.0%})"


def _untold(row: dict[str, Any]) -> str:
    """The end of the sentence: for most of them the records may not tell."""
    if row["hi"] - row["lo"] <= MOSTLY_UNKNOWN:
        return "."
    return ": for most of them the records do not say, so this is not known."


MOSTLY_UNKNOWN = 0.5
"""Bounds farther apart than this say that most is unknown, not that it is between: frith's
convention."""


def _answered(judgements: pl.DataFrame, name: str, kind: Kind) -> dict[str, Any]:
    """The bounds and interval of one criterion among the crimes judged organised."""
    strata = strata_of(judgements)
    inside = (judgements["judgement"] == ORGANISED).to_numpy()
    answer = judgements[name].fill_null("unknown")
    yes, maybe = (answer == "yes").to_numpy(), (answer != "no").to_numpy()
    low = domain_share(strata.index, strata.held, inside, yes, kind=kind)
    high = domain_share(strata.index, strata.held, inside, maybe, kind=kind)
    return {
        "criterion": name,
        "lo": low.share,
        "hi": high.share,
        "from": low.interval.lo,
        "to": high.interval.hi,
        "organised": int(inside.sum()),
        "yes": int((inside & yes).sum()),
        "unknown": int((inside & maybe & ~yes).sum()),
    }
