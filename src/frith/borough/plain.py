"""The plain generator: no names, no words, only who was recorded with whom, by laws written down.

The laws are those by which group-finding methods are compared, so that figures compare: activity
Pareto(1.8) + 0.2, at most 60; an area for every 1,500 persons; half as many persons as events; one
to six suspects an event (.80, .14, .04, .012, .005, .003), drawn by activity within the event's
area, a tenth of them from anywhere; two years; one custody sweep of 20 to 60 for every 50,000
events; a victim on 60% of events, drawn at random; and, unless left out, one group for every 2,000
events: 3 to 12 members of one area, 6 to 24 events over at least 120 days, each with two, three or
four members (.6, .3, .1) drawn by Dirichlet(1.5) weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from frith.borough.activity import CO_SUSPECTS, TRAVEL_SHARE, pareto_activity
from frith.borough.draws import Floats, Ints, Pools, pick, within
from frith.borough.groups.planting import (
    EVENTS_PER_GROUP,
    LEAST_SPAN_DAYS,
    TOGETHER,
    WEIGHT_SHAPE,
)
from frith.errors import BadInput

PERSONS_PER_AREA = 1_500
EVENTS_PER_PERSON = 2
DAYS = 730
START = date(2024, 1, 1)
EVENTS_PER_SWEEP = 50_000
SWEEP_SIZE = (20, 60)
VICTIM_SHARE = 0.60
MEMBERS = (3, 12)
GROUP_EVENTS = (6, 24)
LEAST_EVENTS, MOST_EVENTS = 2_000, 12_000_000
EVERYDAY, SWEEP = -1, -2
MOST_REDRAWS = 100


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Events as arrays: `origin` is a group's number, -1 for everyday, -2 for a sweep.

    `suspect_event` and `suspect` are the roles, no pair twice; `victim_event`, `victim` likewise.
    `member_group`, `member` and `member_weight` say who is in which planted group.
    """

    persons: int
    areas: int
    activity: Floats
    area: Ints
    day: Ints
    origin: Ints
    suspect_event: Ints
    suspect: Ints
    victim_event: Ints
    victim: Ints
    member_group: Ints
    member: Ints
    member_weight: Floats

    @property
    def groups(self) -> int:
        """How many groups were planted."""
        return int(self.member_group.max(initial=-1)) + 1


@dataclass(frozen=True, kw_only=True)
class _Planted:
    """Events and members of the groups, before they are put among the others."""

    area: Ints
    day: Ints
    group: Ints
    event: Ints  # of each suspect
    suspect: Ints
    member_group: Ints
    member: Ints
    weight: Floats


def generate(rng: np.random.Generator, *, events: int, groups: bool = True) -> Plain:
    """Exactly `events` events by the laws above; without `groups`, data in which none is planted.

    `events`: 2,000 to 12,000,000. Events of groups and sweeps are among them. Events come in order
    of time. Each event's area is drawn evenly, which the laws leave open. Raises BadInput.
    """
    if not LEAST_EVENTS <= events <= MOST_EVENTS:
        raise BadInput(
            f"{events:,} events cannot be made",
            where="events",
            mend=f"Ask for {LEAST_EVENTS:,} to {MOST_EVENTS:,}.",
        )
    persons = events // EVENTS_PER_PERSON
    areas = max(1, round(persons / PERSONS_PER_AREA))
    home = (np.arange(persons) * areas // persons).astype(np.int64)
    activity = pareto_activity(rng, persons)
    pools = Pools.of(home, activity, groups=areas)
    planted = _plant(rng, home, areas=areas, number=events // EVENTS_PER_GROUP if groups else 0)
    swept = _sweeps(rng, pools, number=events // EVENTS_PER_SWEEP)
    n_planted, n_swept = planted.day.size, len(swept)
    n_daily = events - n_planted - n_swept
    area = np.concatenate([rng.integers(0, areas, n_daily + n_swept), planted.area])
    day = np.concatenate([rng.integers(0, DAYS, n_daily + n_swept), planted.day])
    daily_event, daily_suspect = _suspects(rng, pools, area[:n_daily])
    event = np.concatenate(
        [
            daily_event,
            n_daily + np.repeat(np.arange(n_swept), [one.size for one in swept]),
            n_daily + n_swept + planted.event,
        ]
    )
    suspect = np.concatenate([daily_suspect, *swept, planted.suspect])
    origin = np.concatenate([np.full(n_daily, EVERYDAY), np.full(n_swept, SWEEP), planted.group])
    victim_event = np.flatnonzero(rng.random(events) < VICTIM_SHARE)
    order = np.argsort(day, kind="stable")
    place = np.empty(events, dtype=np.int64)
    place[order] = np.arange(events)
    return Plain(
        persons=persons,
        areas=areas,
        activity=activity,
        area=area[order],
        day=day[order],
        origin=origin[order],
        suspect_event=place[event],
        suspect=suspect,
        victim_event=place[victim_event],
        victim=rng.integers(0, persons, victim_event.size),
        member_group=planted.member_group,
        member=planted.member,
        member_weight=planted.weight,
    )


def _suspects(rng: np.random.Generator, pools: Pools, area: Ints) -> tuple[Ints, Ints]:
    """Event and person of every suspect; one drawn twice for an event is drawn again."""
    number = 1 + pick(rng, CO_SUSPECTS, size=area.size)
    event = np.repeat(np.arange(area.size), number)
    person = _draw(rng, pools, area[event])
    several = np.flatnonzero(np.repeat(number, number) > 1)
    for _ in range(MOST_REDRAWS):
        again = several[_repeats(event[several], person[several])]
        if not again.size:
            break
        person[again] = _draw(rng, pools, area[event[again]])
    return event, person


def _draw(rng: np.random.Generator, pools: Pools, area: Ints) -> Ints:
    """By activity within the area; a tenth by activity from anywhere."""
    drawn = pools.draw(rng, area)
    away = np.flatnonzero(rng.random(area.size) < TRAVEL_SHARE)
    drawn[away] = pools.draw_any(rng, size=away.size)
    return drawn


def _repeats(event: Ints, person: Ints) -> Ints:
    """Places of the second and later of equal pairs."""
    order = np.lexsort((person, event))
    same = (event[order][1:] == event[order][:-1]) & (person[order][1:] == person[order][:-1])
    return order[1:][same]


def _sweeps(rng: np.random.Generator, pools: Pools, *, number: int) -> list[Ints]:
    """20 to 60 different people for each sweep, drawn by activity from anywhere."""
    sizes = rng.integers(SWEEP_SIZE[0], SWEEP_SIZE[1] + 1, number)
    swept = []
    for size in sizes.tolist():
        drawn = np.zeros(0, dtype=np.int64)
        while (first := np.unique(drawn, return_index=True)[1]).size < size:
            drawn = np.concatenate([drawn, pools.draw_any(rng, size=2 * size)])
        swept.append(drawn[np.sort(first)[:size]])  # in the order drawn, as one by one
    return swept


def _plant(rng: np.random.Generator, home: Ints, *, areas: int, number: int) -> _Planted:
    """Groups, their events, and who of them is on each; nobody is in two groups of one area."""
    size = rng.integers(MEMBERS[0], MEMBERS[1] + 1, number)
    group_area = rng.integers(0, areas, number)
    member = _members(rng, home, group_area, size, areas=areas)
    member_group = np.repeat(np.arange(number), size)
    weight = rng.gamma(WEIGHT_SHAPE, 1.0, member.size)
    total = np.bincount(member_group, weight, minlength=number)
    events = rng.integers(GROUP_EVENTS[0], GROUP_EVENTS[1] + 1, number)
    group = np.repeat(np.arange(number), events)
    event, suspect = _present(rng, group, size=size, member=member, weight=weight)
    return _Planted(
        area=group_area[group],
        day=_days(rng, events),
        group=group,
        event=event,
        suspect=suspect,
        member_group=member_group,
        member=member,
        weight=weight / total[member_group],
    )


def _members(
    rng: np.random.Generator, home: Ints, group_area: Ints, size: Ints, *, areas: int
) -> Ints:
    """Different residents of each group's area, group after group."""
    starts = np.searchsorted(home, np.arange(areas + 1))
    needed = np.bincount(group_area, size, minlength=areas).astype(np.int64)
    member = np.empty(int(size.sum()), dtype=np.int64)
    offset = np.cumsum(size) - size
    for area in np.flatnonzero(needed).tolist():
        residents = np.arange(starts[area], starts[area + 1])
        drawn = rng.choice(residents, size=int(needed[area]), replace=False)
        here = np.flatnonzero(group_area == area)
        rows = np.concatenate([np.arange(offset[g], offset[g] + size[g]) for g in here])
        member[rows] = drawn
    return member


def _days(rng: np.random.Generator, events: Ints) -> Ints:
    """Days of each group's events; the first and last are at least 120 days apart."""
    span = rng.integers(LEAST_SPAN_DAYS, DAYS, events.size)
    first = (rng.random(events.size) * (DAYS - span)).astype(np.int64)
    at = within(events)
    along = rng.random(at.size)
    along[at == 0], along[at == 1] = 0.0, 1.0
    days: Ints = np.repeat(first, events) + np.round(along * np.repeat(span, events)).astype(
        np.int64
    )
    return days


def _present(
    rng: np.random.Generator, group: Ints, *, size: Ints, member: Ints, weight: Floats
) -> tuple[Ints, Ints]:
    """Two, three or four members for each event, by weight, no repeats (Efraimidis & Spirakis)."""
    offset = np.cumsum(size) - size
    together = np.minimum(2 + pick(rng, TOGETHER, size=group.size), size[group])
    each = size[group]
    event = np.repeat(np.arange(group.size), each)
    row = offset[group][event] + within(each)
    key = -np.log(rng.random(row.size)) / weight[row]
    order = np.lexsort((key, event))
    chosen = order[within(each) < together[event]]
    return event[chosen], member[row[chosen]]


def tables(plain: Plain) -> dict[str, pl.DataFrame]:
    """The declared tables `nominals`, `events` and `roles`, with identifiers and nothing else."""
    start = np.datetime64(START, "us")
    moment = start + plain.day.astype("timedelta64[D]").astype("timedelta64[us]")
    events = pl.DataFrame({"n": np.arange(plain.area.size), "area": plain.area, "at": moment})
    roles = pl.DataFrame(
        {
            "event": np.concatenate([plain.suspect_event, plain.victim_event]),
            "person": np.concatenate([plain.suspect, plain.victim]),
        }
    ).with_columns(
        role=pl.when(pl.int_range(pl.len()) < plain.suspect.size)
        .then(pl.lit("suspect"))
        .otherwise(pl.lit("victim"))
    )
    return {
        "nominals": pl.DataFrame({"n": np.arange(plain.persons)}).select(
            nominal_id=name("P", "n"), source=pl.lit("police")
        ),
        "events": events.select(
            event_id=name("E", "n"),
            source=pl.lit("police"),
            kind=pl.lit("crime"),
            occurred_from=pl.col("at"),
            area=pl.format("E9901{}", (pl.col("area") + 1).cast(pl.String).str.zfill(4)),
        ),
        "roles": roles.sort("event", "role", "person").select(
            event_id=name("E", "event"), nominal_id=name("P", "person"), role="role"
        ),
    }


def truth(plain: Plain) -> dict[str, pl.DataFrame]:
    """`truth/`: the planted members, the events of groups, and the sweeps."""
    number = pl.DataFrame({"n": np.arange(plain.origin.size), "group": plain.origin})
    member = pl.DataFrame(
        {"group": plain.member_group, "person": plain.member, "weight": plain.member_weight}
    )
    return {
        "members": member.select(
            group_id=name("G", "group"), nominal_id=name("P", "person"), weight="weight"
        ),
        "occasions": number.filter(pl.col("group") >= 0).select(
            group_id=name("G", "group"), event_id=name("E", "n")
        ),
        "sweeps": number.filter(pl.col("group") == SWEEP).select(event_id=name("E", "n")),
    }


def name(prefix: str, column: str) -> pl.Expr:
    """`E0000001` for row 0: short enough that Polars holds it in place."""
    return pl.format(f"{prefix}{{}}", (pl.col(column) + 1).cast(pl.String).str.zfill(8))
