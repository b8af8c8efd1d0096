"""Signs in the records that a member may be exploited: a prompt to ask, never a score or a finding.

Looked up when the groups stand. Nobody is taken off a list by them or put on one, and nothing in
the statistics knows them. Whoever shows none may be exploited all the same.
"""

from __future__ import annotations

import polars as pl

from frith.networks.ages import POSSIBLY, UNDER_18
from frith.networks.inputs import filled
from frith.reference import EXPLOITATION_THEMES, PROJECTABLE_ROLES

YOUNG = "under 18 on the first occasion listed"
PERHAPS_YOUNG = "possibly under 18 on the first occasion listed"
REFERRED = "subject of a referral about exploitation"
HURT = "recorded as a victim of violence"
BEGGING = "suspected of begging, which people are made to do"
FOUND_INSIDE = (
    "suspected of drug offences in a dwelling, where people are made to grow, to hold or to sell"
)
CLAIMING = "suspected of a false claim, which is made in the names of people who are controlled"
SIGNS = (YOUNG, PERHAPS_YOUNG, REFERRED, HURT, BEGGING, FOUND_INSIDE, CLAIMING)
"""In the order in which a reader sees them. After the indicators of the Home Office's statutory
guidance on modern slavery, as far as these tables can show them (to be verified locally)."""
SIGN_SCHEMA = pl.Schema({"group_id": pl.String, "person_id": pl.String, "sign": pl.String})
NEEDED = {"kind": pl.String, "theme": pl.String, "premises_type": pl.String}


def signs(
    members: pl.DataFrame, ages: pl.DataFrame, *, recorded: pl.DataFrame, events: pl.DataFrame
) -> pl.DataFrame:
    """group_id, person_id, sign: every sign that a member's own records show, one row each.

    `members`: group_id, person_id. `ages`: group_id, person_id, age, as `ages.ages` has it.
    `recorded`: event_id, person, role, of every event. `events`: event_id, and kind, theme and
    premises_type where known. Assumes nothing: a sign is a reason to ask, and its lack is no reason
    not to. Do not count, weigh or add them up.
    """
    told = filled(events, NEEDED).select("event_id", *NEEDED)
    own = recorded.rename({"person": "person_id"}).join(
        members.select("person_id").unique(), on="person_id", how="semi"
    )
    own = own.join(told, on="event_id", how="left")
    suspected = pl.col("role").is_in(sorted(PROJECTABLE_ROLES))
    theme, role = pl.col("theme"), pl.col("role")
    shown = {
        REFERRED: (role == "subject")
        & (pl.col("kind") == "referral")
        & theme.is_in(sorted(EXPLOITATION_THEMES)),
        HURT: (role == "victim") & (theme == "violence"),
        BEGGING: suspected & (theme == "begging"),
        FOUND_INSIDE: suspected & (theme == "drugs") & (pl.col("premises_type") == "dwelling"),
        CLAIMING: suspected & (theme == "benefit_fraud"),
    }
    recorded_signs = pl.concat(
        own.filter(rule).select("person_id", sign=pl.lit(sign)) for sign, rule in shown.items()
    ).unique()
    young = {UNDER_18: YOUNG, POSSIBLY: PERHAPS_YOUNG}
    aged = ages.filter(pl.col("age").is_in(list(young))).select(
        "group_id", "person_id", sign=pl.col("age").replace_strict(young, return_dtype=pl.String)
    )
    listed = members.select("group_id", "person_id").join(recorded_signs, on="person_id")
    order = pl.col("sign").replace_strict({sign: at for at, sign in enumerate(SIGNS)})
    return pl.concat([aged, listed]).cast(SIGN_SCHEMA).sort("group_id", order, "person_id")
