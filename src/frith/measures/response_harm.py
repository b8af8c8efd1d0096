"""What followed each response in harm instead of counts: each weight's difference, times its days.

1. Wheeler, Riddell & Haberman (2021), on weighting the weighted displacement difference by harm.
2. Sherman, Neyroud & Neyroud (2016), The Cambridge Crime Harm Index, Policing 10: what police
   activity finds is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from frith.measures.displacement import harm_wdd
from frith.measures.responses import difference_per_resident, laid_out, unfit
from frith.measures.verdicts import Effect, Verdict

STATISTICS = ("median", "mean")
ONE_EVENT = 0.25
"""Harm of which one event makes more than this is driven by it (methods: ONEEVENT)."""


@dataclass(frozen=True, kw_only=True)
class HarmFollowed:
    """The change of harm after one response, in days, by each statistic the weights have.

    `before` is the harm recorded where it was in as many months before; `largest` the share of the
    heaviest single event in what was recorded before and after; `unknown` events have no weight.
    """

    response_id: str
    effects: Mapping[str, Effect]
    before: Mapping[str, float]
    largest: float
    unknown: int
    sentence: str


def harm_results(
    responses: pl.DataFrame,
    weighed: pl.DataFrame,
    *,
    months: Sequence[str],
    exposure: Mapping[str, float],
) -> dict[str, HarmFollowed]:
    """Each response that can be judged at all, by harm: did more harm go than elsewhere?

    `responses`, `months`, `exposure` as for `responses.response_results`. `weighed`: code, month,
    crime_type, n, and the days of each such crime by `median` and `mean` (null: no weight) — of
    reported crime only, since an index has no fair weight for what police activity finds. By every
    weight that occurs the weighted displacement difference is taken over as many months before as
    after, and the differences are added in days, with √Σ w²SE² [1]. Returns by response_id.

    Assumes that treated and comparison areas would have moved alike at each weight. Few grave
    events carry most harm, so it can seldom tell: read it beside the count, never in its place.
    """
    found = {}
    for key, rows in responses.group_by("response_id", maintain_order=True):
        one = _one(str(key[0]), rows, weighed, months=list(months), exposure=exposure)
        if one is not None:
            found[one.response_id] = one
    return found


def _one(
    name: str,
    rows: pl.DataFrame,
    weighed: pl.DataFrame,
    *,
    months: list[str],
    exposure: Mapping[str, float],
) -> HarmFollowed | None:
    wanted = str(rows["crime_type"][0] or "")
    mine = weighed.filter(pl.col("crime_type") == wanted) if wanted else weighed
    whole = laid_out(rows, mine, months=months, exposure=exposure)
    if unfit(whole) is not None:
        return None
    window = months[whole.start - whole.after : whole.start + whole.after]
    here = mine.filter(pl.col("code").is_in(whole.named["treated"]) & pl.col("month").is_in(window))
    earlier = pl.col("month").is_in(window[: whole.after])
    effects, before, largest = {}, {}, 0.0
    for statistic in STATISTICS:
        held = here.drop_nulls(statistic)
        harm = (pl.col("n") * pl.col(statistic)).sum()
        total = float(held.select(harm).item())
        if total <= 0:
            continue
        parts, days = {}, {}
        for (weight,), some in mine.drop_nulls(statistic).group_by(statistic, maintain_order=True):
            case = laid_out(rows, some, months=months, exposure=exposure)
            parts[str(weight)] = difference_per_resident(case, "treated")
            days[str(weight)] = float(str(weight))
        effects[statistic] = harm_wdd(parts, days)
        before[statistic] = float(held.filter(earlier).select(harm).item())
        heaviest = held.filter(pl.col("n") > 0)[statistic].max()
        largest = max(largest, float(str(heaviest)) / total)
    if not effects:
        return None
    return HarmFollowed(
        response_id=name,
        effects=effects,
        before=before,
        largest=largest,
        unknown=int(here.filter(pl.all_horizontal(pl.col(STATISTICS).is_null()))["n"].sum()),
        sentence=_said(effects, before, largest),
    )


def _said(effects: Mapping[str, Effect], before: Mapping[str, float], largest: float) -> str:
    """By each statistic what was recorded before and what is left; whether they agree."""
    said = []
    for statistic, effect in effects.items():
        interval = effect.interval_95
        reach = "" if interval is None else f"{_days(interval.lo)} to {_days(interval.hi)}"
        said.append(
            f"by {statistic} weights {_days(effect.value or 0.0)} than comparison areas led to "
            f"expect ({reach}), of about {_rounded(before[statistic])} days before"
        )
    verdicts = {str(effect.verdict) for effect in effects.values()}
    lead = "Whether harm changed we cannot tell"
    if verdicts in ({Verdict.FELL}, {Verdict.ROSE}):
        lead = f"Harm {verdicts.pop()} more than elsewhere"
    one = f" One event makes {largest:.0%} of it." if largest > ONE_EVENT else ""
    return f"{lead}: {'; '.join(said)}.{one}"


def _days(value: float) -> str:
    return f"{_rounded(abs(value))} days {'fewer' if value < 0 else 'more'}"


def _rounded(value: float) -> str:
    """Three figures: more would give counts away, and none more are known."""
    return f"{float(f'{value:.3g}'):,.0f}"
