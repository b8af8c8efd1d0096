"""Values of every measure in the reference list, quarter by quarter: counted here, or drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.mark import MARK
from frith.borough.place import LAD_CODE
from frith.borough.referrals import ADULT, CHILD
from frith.borough.sessions import AGENCIES
from frith.borough.setting import Setting
from frith.reference import measures

PERFORMANCE_TEAM = f"{MARK} performance team"
FROM_RECORDS = f"{MARK} counted from this data set"
INJURY_CODES = ("8N", "5D", "5E", "8P", "8S", "2", "4.4")
NRM_TYPES = {
    "criminal": ("criminal",),
    "labour": ("labour",),
    "sexual": ("sexual",),
    "domestic": ("domestic servitude",),
    "organ_harvesting": ("organ harvesting",),
}
"""The types of exploitation of the national statistics, as `referrals` names them here."""
Value = tuple[float, float | None]  # numerator, denominator
Counted = Callable[[list[str]], Value]  # from the months of a quarter


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A drawn measure: how many a quarter brings on average, its rise by the end, and the share
    of them that counts. With `base` the number is shared with other measures of that base."""

    mean: float = 0.0
    base: str = ""
    share: float = 1.0
    rise: float = 1.0
    pounds: float = 0.0  # for each counted thing, on average


BASES: Mapping[str, Law] = {
    "groups nominated": Law(mean=3.0, rise=1.6),
    "disruptions moderated": Law(mean=12.0, rise=1.3),
}
"""Numbers that several measures share, so that a quarter's figures agree with each other."""
LAWS: Mapping[str, Law] = {
    "groups_identified": Law(base="groups nominated"),
    "groups_mapped": Law(base="groups nominated", share=0.55),
    "disruptive_actions": Law(mean=22.0, rise=1.3),
    "disruptions_assessed": Law(base="disruptions moderated", share=0.85),
    "disruptions_partner_led": Law(base="disruptions moderated", share=0.28, rise=1.3),
    "four_p_mix": Law(base="disruptions moderated", share=0.34, rise=1.2),
    "disruption_disagreement": Law(base="disruptions moderated", share=0.18),
    "disruptions_durable": Law(mean=8.0, share=0.62),
    "people_safeguarded": Law(mean=9.0, rise=1.4),
    "assets_denied": Law(mean=3.0, pounds=14_500.0),
    "reports_answered": Law(base="reports received", share=0.55, rise=1.35),
    "transition_plans": Law(mean=6.0, share=0.60, rise=1.2),
    "hot_spot_reviews": Law(mean=6.0, share=0.45),
    "mapping_coverage": Law(mean=40.0, share=0.06),
    "plans_current": Law(mean=14.0, share=0.72, rise=1.15),
    "scrutiny_recommendations": Law(mean=9.0, share=0.60, rise=1.4),
}
OTHER_COUNT, OTHER_SHARE = Law(mean=10.0), Law(mean=20.0, share=0.5)
"""For a measure that the reference list gains after this was written."""
MOST_SHARE = 0.97
POUNDS_SPREAD = 1.0


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Tables of the borough that some measures are counted from."""

    events: pl.DataFrame
    sessions: pl.DataFrame
    reports: pl.DataFrame
    referrals: pl.DataFrame
    survey: pl.DataFrame


def measure_values(rng: np.random.Generator, setting: Setting, sources: Sources) -> pl.DataFrame:
    """The `measure_values` table: a row a measure and whole calendar quarter of the period."""
    quarters, names = setting.period.quarters(), setting.period.month_names()
    counted = _counted(sources, residents=float(setting.people.residents))
    rows = []
    for at, (quarter, months) in enumerate(quarters):
        chosen, along = [names[month] for month in months], at / max(1, len(quarters) - 1)
        bases = {key: rng.poisson(law.mean * law.rise**along) for key, law in BASES.items()}
        bases["reports received"] = int(counted["intelligence_reports"](chosen)[0])
        for one in measures():
            if one.key in counted:
                value, source = counted[one.key](chosen), FROM_RECORDS
            else:
                law = LAWS.get(one.key, OTHER_SHARE if one.denominator else OTHER_COUNT)
                value, source = _drawn(rng, law, along, bases), PERFORMANCE_TEAM
                value = value if one.denominator else (value[0], None)
            rows.append((one.key, quarter, *value, LAD_CODE, source))
    return pl.DataFrame(
        rows,
        schema={
            "measure": pl.String,
            "period": pl.String,
            "numerator": pl.Float64,
            "denominator": pl.Float64,
            "area": pl.String,
            "source": pl.String,
        },
        orient="row",
    ).sort("measure", "period")


def _drawn(rng: np.random.Generator, law: Law, along: float, bases: Mapping[str, int]) -> Value:
    """One quarter of a drawn measure; `along` runs from 0 at the first quarter to 1 at the last.

    A share rises by the end; a count without a share of its own rises in number.
    """
    risen = law.rise**along
    if law.pounds:
        things = int(rng.poisson(law.mean))
        spread = rng.lognormal(-(POUNDS_SPREAD**2) / 2, POUNDS_SPREAD, things)
        return float(np.round(law.pounds * spread.sum(), 2)), None
    share = min(MOST_SHARE, law.share * risen) if law.share < 1 else 1.0
    mean = law.mean if law.share < 1 else law.mean * risen
    n = bases[law.base] if law.base else int(rng.poisson(mean))
    return float(rng.binomial(n, share)), float(n)


def _counted(sources: Sources, *, residents: float) -> dict[str, Counted]:
    """Measures that the borough's own tables give."""
    asb = pl.col("crime_type") == "Anti-social behaviour"
    injury = pl.col("offence_code").is_in(INJURY_CODES)
    slavery = pl.col("offence_code") == "106"
    events = sources.events.select(
        pl.col("occurred_from").str.slice(0, 7).alias("month"), "crime_type", "offence_code"
    )
    sessions = _by_month(sources.sessions, "held_on")
    reports = _by_month(sources.reports, "received_on")
    referrals = _by_month(sources.referrals, "made_on")
    partner = pl.col("audience") == "partner"
    nrm = pl.col("route") == "nrm"
    return {
        "awareness_sessions": _count(sessions, partner),
        "nrm_referrals": _count(referrals, nrm),
        "nrm_referrals_children": _count(referrals, nrm & (pl.col("age_group") == CHILD)),
        "nrm_referrals_adults": _count(referrals, nrm & (pl.col("age_group") == ADULT)),
        **{
            f"nrm_referrals_{word}": _count(referrals, nrm & pl.col("exploitation").is_in(kinds))
            for word, kinds in NRM_TYPES.items()
        },
        "duty_to_notify": _count(referrals, pl.col("route") == "duty_to_notify"),
        "intelligence_reports": _count(reports, pl.lit(value=True)),
        "modern_slavery_offences": _count(events, slavery),
        "asb_incidents": _count(events, asb, out_of=residents),
        "violence_with_injury": _count(events, injury, out_of=residents),
        "agencies_reporting": _agencies(reports),
        "referral_accepted": _accepted(referrals),
        "perceived_safety": _safe(sources.survey),
    }


def _by_month(frame: pl.DataFrame, day: str) -> pl.DataFrame:
    return frame.with_columns(month=pl.col(day).dt.strftime("%Y-%m"))


def _count(frame: pl.DataFrame, condition: pl.Expr, *, out_of: float | None = None) -> Counted:
    """Rows of a quarter that meet a condition."""
    counts = dict(frame.filter(condition).group_by("month").len().iter_rows())
    return lambda months: (float(sum(counts.get(month, 0) for month in months)), out_of)


def _agencies(reports: pl.DataFrame) -> Counted:
    """Agencies that reported, of all there are."""

    def value(months: list[str]) -> Value:
        told = reports.filter(pl.col("month").is_in(months))["agency"].n_unique()
        return float(told), float(len(AGENCIES))

    return value


def _accepted(referrals: pl.DataFrame) -> Counted:
    """Referrals accepted, of those answered."""

    def value(months: list[str]) -> Value:
        inside = referrals.filter(pl.col("month").is_in(months))
        answered = inside.filter(pl.col("outcome").is_in(["accepted", "declined"]))
        return float((answered["outcome"] == "accepted").sum()), float(answered.height)

    return value


def _safe(survey: pl.DataFrame) -> Counted:
    """Weighted respondents who feel safe, in the latest wave at the time."""
    waves = sorted(survey["wave"].unique())

    def value(months: list[str]) -> Value:
        before = [wave for wave in waves if wave <= months[0][:4]] or waves[:1]
        asked = survey.filter(pl.col("question") == "safe_after_dark", pl.col("wave") == before[-1])
        safe = asked.filter(pl.col("answer").is_in(["very safe", "fairly safe"]))
        return round(float(safe["weight"].sum()), 2), round(float(asked["weight"].sum()), 2)

    return value
