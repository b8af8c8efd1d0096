"""What planted groups leave in the records: events, roles, and the possible victims among them."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough.activity import Crowd
from frith.borough.crime import CODE_THEMES
from frith.borough.draws import Floats, Ints, Texts, kept_or_none, pick, within
from frith.borough.groups.planting import Group
from frith.borough.happenings import POLICE, Happenings, events_frame, gather, roles_frame
from frith.borough.setting import Setting

LINKED_SHARE = 0.2
LINKED = (2, 3)
"""A fifth of occasions leave two or three crime numbers, tied by an occasion reference."""
FOUND_LAG_DAYS = (5, 90)
FOUND_KINDS = {"council": "referral", POLICE: "crime"}
EXPLOITATION_CODE = "106"


def record(
    rng: np.random.Generator, setting: Setting, crowd: Crowd, groups: list[Group]
) -> tuple[Happenings, pl.DataFrame, pl.DataFrame]:
    """Events and roles of every group; `truth/occasions` and `truth/exploited`.

    `occasions` names, for each event row (`event`), its group, occasion and members present.
    """
    parts, occasions, exploited = [], [], []
    offset = 0
    for group in groups:
        events, occasion = _events(rng, setting, group)
        roles = [_member_roles(group, occasion)]
        seen = _exploited_roles(rng, group, occasion)
        roles.append(seen)
        roles.append(
            _victim_roles(
                rng, setting, crowd, group, area=events["area"].to_numpy(), occasion=occasion
            )
        )
        found, whom = _found_later(rng, setting, group)
        parts.append(gather([Happenings(events, pl.concat(roles)), found]))
        occasions.append(_occasions_truth(group, occasion, offset))
        exploited.append(_exploited_truth(group, seen, whom))
        offset += parts[-1].events.height
    return gather(parts), pl.concat(occasions), pl.concat(exploited)


def _events(rng: np.random.Generator, setting: Setting, group: Group) -> tuple[pl.DataFrame, Ints]:
    """A group's events, and which occasion each belongs to."""
    theme, n = group.theme, group.days.size
    linked = np.where(rng.random(n) < LINKED_SHARE, rng.integers(LINKED[0], LINKED[1] + 1, n), 1)
    occasion = np.repeat(np.arange(n), linked)
    size = occasion.size
    area, point, retailer = _where(rng, setting, group)
    offence = pick(rng, [one.share for one in theme.offences], size=size)
    code = np.array([one.code for one in theme.offences], dtype=object)[offence]
    kind = np.array([one.kind for one in theme.offences], dtype=object)[offence]
    intelligence = kind == "intelligence"
    source = np.array([one.source for one in theme.offences], dtype=object)[offence]
    no_point = intelligence | (source != POLICE)
    ref = np.array([f"{group.group_id}-OCC{k + 1:02d}" for k in range(n)], dtype=object)
    several = linked[occasion] > 1
    events = events_frame(
        size,
        kind=kind,
        offence_code=code,
        crime_type=np.array([one.crime_type for one in theme.offences], dtype=object)[offence],
        theme=np.array([CODE_THEMES.get(c or "", theme.theme) for c in code.tolist()], object),
        day=group.days[occasion],
        minute=np.minimum(rng.integers(600, 1410, n)[occasion] + within(linked) * 9, 1439),
        area=area[occasion],
        x=np.where(no_point, np.nan, point[occasion, 0]),
        y=np.where(no_point, np.nan, point[occasion, 1]),
        occasion_ref=kept_or_none(ref[occasion], several),
        premises_type=theme.premises_type or None,
        retailer=retailer[occasion],
        police_led=rng.random(size) < theme.led,
        loss_gbp=_losses(rng, group, size, first=within(linked) == 0),
        source=source,
        origin="group",
        origin_ref=group.group_id,
    ).with_columns(pl.col("x", "y").fill_nan(None))
    return events, occasion


def _where(rng: np.random.Generator, setting: Setting, group: Group) -> tuple[Ints, Floats, Texts]:
    """Area, point and retailer of each occasion: fixed sites, premises, or addresses near home."""
    theme, n = group.theme, group.days.size
    near = setting.place.patch(group.area, size=min(4, setting.place.areas))
    away = rng.random(n) < theme.away
    area = np.where(away, rng.integers(0, setting.place.areas, n), rng.choice(near, n))
    point, _ = setting.address_points(rng, area)
    retailer = np.full(n, None, dtype=object)
    if theme.premises:
        if theme.away > 0.5:  # those who travel go where the premises are
            building = setting.premises.by_kind[theme.premises].draw_any(rng, size=n)
        else:
            building = setting.premises.by_kind[theme.premises].draw(rng, area)
        found = building >= 0
        area[found] = setting.premises.area[building[found]]
        point[found] = setting.premises.point[building[found]]
        if theme.key == "shoplifting":
            retailer[found] = setting.premises.retailer[building[found]]
    if theme.sites[1]:
        sites = int(rng.integers(theme.sites[0], theme.sites[1] + 1))
        site = rng.integers(0, min(sites, n), n)
        area, point = area[site], point[site]
        if theme.exploited and theme.exploited.at_home:
            tenant = int(group.exploited[0])
            home = site == 0
            area[home] = setting.people.area[tenant]
            point[home] = setting.streets.address_point[setting.people.address[tenant]]
    return area, point, retailer


def _losses(rng: np.random.Generator, group: Group, size: int, *, first: np.ndarray) -> Texts:
    """Pounds lost, on the first record of an occasion, where the theme has losses."""
    if group.theme.loss is None:
        return np.full(size, None, dtype=object)
    median, spread = group.theme.loss
    drawn = np.round(np.exp(rng.normal(np.log(median), spread, size)), 2)
    return kept_or_none(drawn, first)


def _member_roles(group: Group, occasion: Ints) -> pl.DataFrame:
    event, member = np.nonzero(group.present[occasion])
    return roles_frame(event, group.members[member], "suspect")


def _exploited_roles(rng: np.random.Generator, group: Group, occasion: Ints) -> pl.DataFrame:
    """Who of the exploited is recorded on each occasion, and as what."""
    rule = group.theme.exploited
    empty = roles_frame(np.zeros(0, np.int64), np.zeros(0, np.int64), "suspect")
    if rule is None or not group.exploited.size:
        return empty
    n = group.days.size
    who = rng.integers(0, group.exploited.size, n)
    seen = rng.random(n) < rule.seen
    suspect = rng.random(n) < rule.as_suspect
    parts = [empty]
    for chosen, role in ((seen & suspect, "suspect"), (seen & ~suspect, rule.role)):
        event = np.flatnonzero(chosen[occasion])
        parts.append(roles_frame(event, group.exploited[who[occasion[event]]], role))
    return pl.concat(parts)


def _victim_roles(
    rng: np.random.Generator,
    setting: Setting,
    crowd: Crowd,
    group: Group,
    *,
    area: Ints,
    occasion: Ints,
) -> pl.DataFrame:
    """Ordinary victims: for fraud people of 60 and over, else whoever lives there."""
    n = group.days.size
    chosen = np.flatnonzero((rng.random(n) < group.theme.victims)[occasion])
    victim = crowd.draw_victims(rng, area[chosen])
    if group.theme.theme == "fraud":
        years = setting.people.age_on(setting.period.days // 2)
        old = np.flatnonzero((years >= 60) & (np.arange(years.size) < setting.people.residents))
        victim = rng.choice(old, chosen.size)
    ours = np.isin(victim, np.concatenate([group.members, group.exploited]))
    return roles_frame(chosen[~ours], victim[~ours], "victim")


def _found_later(
    rng: np.random.Generator, setting: Setting, group: Group
) -> tuple[Happenings, Ints]:
    """Some of the exploited are one day recognised: a record that says possible victim."""
    rule = group.theme.exploited
    share = rule.found if rule else 0.0
    whom = group.exploited[rng.random(group.exploited.size) < share]
    n = whom.size
    lag = rng.integers(FOUND_LAG_DAYS[0], FOUND_LAG_DAYS[1], n)
    start = group.days[rng.integers(0, group.days.size, n)]
    source = group.theme.found_by
    events = events_frame(
        n,
        kind=FOUND_KINDS[source],
        offence_code=EXPLOITATION_CODE if source == POLICE else None,
        crime_type="Violence and sexual offences" if source == POLICE else None,
        theme="cse" if group.theme.theme == "cse" else "modern_slavery",
        day=np.minimum(start + lag, setting.period.days - 1),
        area=np.full(n, group.area),
        police_led=rng.random(n) < 0.5,
        source=source,
        origin="group",
        origin_ref=group.group_id,
    )
    return Happenings(events, roles_frame(np.arange(n), whom, "possible_victim")), whom


def _occasions_truth(group: Group, occasion: Ints, offset: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "event": np.arange(occasion.size) + offset,
            "group_id": [group.group_id] * occasion.size,
            "occasion": occasion + 1,
            "members_present": group.present.sum(axis=1)[occasion],
        }
    )


def _exploited_truth(group: Group, seen: pl.DataFrame, whom: Ints) -> pl.DataFrame:
    """Every exploited person, how often recorded as a suspect, and whether ever recognised."""
    suspect = seen.filter(pl.col("role") == "suspect")["person"].to_numpy()
    victim = seen.filter(pl.col("role") != "suspect")["person"].to_numpy()
    people = group.exploited
    return pl.DataFrame(
        {
            "group_id": [group.group_id] * people.size,
            "theme": [group.theme.theme] * people.size,
            "person": people,
            "records_as_suspect": [int((suspect == p).sum()) for p in people],
            "records_as_victim": [
                int((victim == p).sum()) + int((whom == p).sum()) for p in people
            ],
        },
        schema={
            "group_id": pl.String,
            "theme": pl.String,
            "person": pl.Int64,
            "records_as_suspect": pl.Int64,
            "records_as_victim": pl.Int64,
        },
    )


def groups_truth(groups: list[Group], setting: Setting) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`truth/groups` and `truth/members`."""
    rows = pl.DataFrame(
        {
            "group_id": [g.group_id for g in groups],
            "kind": [g.theme.key for g in groups],
            "theme": [g.theme.theme for g in groups],
            "label": [g.theme.label for g in groups],
            "home_area": [setting.place.codes[g.area] for g in groups],
            "members": [g.members.size for g in groups],
            "exploited": [g.exploited.size for g in groups],
            "occasions": [g.days.size for g in groups],
            "first_day": [setting.period.day(int(g.days[0])) for g in groups],
            "last_day": [setting.period.day(int(g.days[-1])) for g in groups],
        }
    )
    members = pl.DataFrame(
        {
            "group_id": [g.group_id for g in groups for _ in g.members],
            "person_id": [setting.people.person_id[p] for g in groups for p in g.members],
            "weight": np.concatenate([g.weights for g in groups]),
            "occasions": np.concatenate([g.present.sum(axis=0) for g in groups]),
        }
    )
    return rows, members
