"""The borough's years, from bare ground to what partners know, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from frith.borough import custody, objects, outcomes
from frith.borough.activity import make_crowd
from frith.borough.draws import Floats, Streams
from frith.borough.everyday import make_everyday
from frith.borough.groups.planting import Group, plant
from frith.borough.groups.records import record
from frith.borough.happenings import Happenings, gather
from frith.borough.near_repeats import make_near_repeats
from frith.borough.partners import Partners, partners_year
from frith.borough.period import Period
from frith.borough.planted import Planted, plant_effects
from frith.borough.setting import Setting, set_stage
from frith.borough.systems import Records, members, record_people

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything that came to be. `group_events` and `exploited` are truths by row and person."""

    setting: Setting
    planted: Planted
    groups: list[Group]
    happenings: Happenings
    group_events: pl.DataFrame
    exploited: pl.DataFrame
    judged: outcomes.Judged
    records: Records
    shelf: objects.Shelf
    partners: Partners


@dataclass(frozen=True, kw_only=True)
class _Happened:
    happenings: Happenings
    groups: list[Group]
    group_events: pl.DataFrame
    exploited: pl.DataFrame


def tell(streams: Streams, *, people: int, period: Period, say: Say) -> Story:
    """Who lives there, what happens, what is written down of it, and what partners make of it."""
    say("place and people")
    setting = set_stage(streams, people=people, period=period)
    planted = plant_effects(streams, setting)
    say("three years of events")
    happened = _happen(streams, setting, planted.rates)
    judged = outcomes.decide(streams.of("outcomes"), happened.happenings, period)
    say("the records of four systems")
    sources = happened.happenings.events["source"]
    inside = members(streams.of("members"), setting, judged.roles, sources)
    records = record_people(streams.of("records"), setting, inside)
    shelf = objects.make_objects(
        streams.of("objects"),
        setting,
        happened.groups,
        events=happened.happenings.events,
        group_events=happened.group_events,
        recorded=inside[0][0],
    )
    say("what partners report")
    partners = partners_year(
        streams,
        setting,
        planted,
        groups=happened.groups,
        exploited=happened.exploited,
        shelf=shelf,
    )
    return Story(
        setting=setting,
        planted=planted,
        groups=happened.groups,
        happenings=happened.happenings,
        group_events=happened.group_events,
        exploited=happened.exploited,
        judged=judged,
        records=records,
        shelf=shelf,
        partners=partners,
    )


def _happen(streams: Streams, setting: Setting, rates: Floats) -> _Happened:
    """Everyday crime, repeats near by, sweeps, sprees and groups, in that order."""
    areas, middle = setting.place.areas, setting.period.days // 2
    crowd = make_crowd(streams.of("crowd"), setting.people, middle_day=middle, areas=areas)
    daily = make_everyday(streams.of("everyday"), setting, crowd, rates)
    number = daily.events.height
    parts = [
        daily,
        make_near_repeats(streams.of("near repeats"), setting, crowd, daily),
        custody.make_sweeps(streams.of("sweeps"), setting, crowd, events=number),
        custody.make_sprees(streams.of("sprees"), setting, crowd, events=number),
    ]
    groups = plant(streams.of("groups"), setting, events=number)
    left, occasions, exploited = record(streams.of("group records"), setting, crowd, groups)
    before = sum(part.events.height for part in parts)
    return _Happened(
        happenings=gather([*parts, left]),
        groups=groups,
        group_events=occasions.with_columns(pl.col("event") + before),
        exploited=exploited,
    )
