"""`truth/`: what was planted, table by table, and what each table means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from frith.borough.draws import Texts
from frith.borough.effects import effects_truth, rates_truth
from frith.borough.groups.records import groups_truth
from frith.borough.people import people_truth
from frith.borough.responses import responses_truth

if TYPE_CHECKING:
    from frith.borough.story import Story

MEANINGS = {
    "people": "Everybody who lives there or comes into its records: names, birth, home, moves.",
    "persons": "Which person each nominal truly is, and which errors its record holds.",
    "roles": "Who truly had which role in each event, by person rather than by nominal.",
    "origins": "Why each event happened: everyday, near_repeat, sweep, spree, group; and which.",
    "groups": "Planted groups: theme, home area, members, exploited, occasions, first and last.",
    "members": "Members of each group, their weight, and the occasions they were recorded on.",
    "occasions": "Events of each group's occasions; events of one occasion share its number.",
    "exploited": "Possible victims of each group; how often records call them suspect or victim.",
    "objects": "Whose each object is: a group's, or somebody's own.",
    "effects": "Every planted multiple of a rate: cause, crime type, area, months, times.",
    "rates": "Expected everyday records by crime type, area and month, without and with effects.",
    "responses": "What each response truly does where it is and round it.",
    "report_rates": "Expected partner reports by agency and month, and the sessions' lift.",
    "referral_rates": "Expected referrals by route and month.",
    "survey": "What everybody would have answered in each wave.",
    "list_persons": "Every possible victim behind the lists, on any list or on none.",
    "list_histories": "Every capture history, its chance, how many people have it; the row of "
    "noughts is those on no list.",
    "intelligence": "Of each report in words: the group it is about, the report it copies, whether "
    "it exposes its source, whether it tells of a threat to life.",
}
"""What each file of `truth/` holds."""


def truth_tables(story: Story, ids: Texts, *, objects: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Every table of the truth; `ids` are the events' identifiers by row."""
    setting, planted = story.setting, story.planted
    groups, members = groups_truth(story.groups, setting)
    person_ids = pl.Series(setting.people.person_id.tolist())
    event_ids = pl.Series(ids.tolist())
    roles = story.judged.roles
    return {
        "people": people_truth(setting.people, setting.period, setting.streets).sort("person_id"),
        "persons": story.records.truth.sort("nominal_id"),
        "roles": roles.select(
            event_id=event_ids.gather(roles["event"]),
            person_id=person_ids.gather(roles["person"]),
            role="role",
        ).sort("event_id", "person_id", "role"),
        "origins": story.happenings.events.select(
            pl.Series("event_id", event_ids), "origin", "origin_ref"
        ).sort("event_id"),
        "groups": groups,
        "members": members,
        "occasions": story.group_events.select(
            "group_id",
            "occasion",
            "members_present",
            event_id=event_ids.gather(story.group_events["event"]),
        ),
        "exploited": story.exploited.select(
            "group_id",
            "theme",
            "records_as_suspect",
            "records_as_victim",
            person_id=person_ids.gather(story.exploited["person"]),
        ),
        "objects": objects,
        "effects": effects_truth(planted.effects, setting.place, setting.period),
        "rates": rates_truth(planted.base, planted.rates, setting.place, setting.period),
        "responses": responses_truth(planted.responses),
        **story.partners.truth,
        "intelligence": story.partners.intelligence.truth,
    }
