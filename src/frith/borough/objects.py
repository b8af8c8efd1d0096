"""Telephones, vehicles, addresses, adverts, accounts, handles, and what they are tied to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from frith.borough.draws import Floats, Ints, Texts, kept_or_none
from frith.borough.groups.planting import Group
from frith.borough.phones import group_mobiles
from frith.borough.setting import Setting

PLATE_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXY"
SHARED_LINK = 0.45
"""Chance that an occasion's records name a given object of the group."""
MEMBER_LINK = 0.55
LEAST_AT_SITE = 2
"""An address counts as shared from two events on."""
OWN_PHONE_SHARE = 0.12
OWN_VEHICLE_SHARE = 0.06
KINDS = ("phone", "vehicle", "advert", "account", "handle")


@dataclass
class Shelf:
    """Objects and links as they are put up; `person` and `event` are rows, -1 for none."""

    objects: list[tuple[str, str, str]] = field(default_factory=list)
    link_object: list[int] = field(default_factory=list)
    link_person: list[int] = field(default_factory=list)
    link_event: list[int] = field(default_factory=list)
    owner: list[str] = field(default_factory=list)

    def add(self, kind: str, identifier: str, *, owner: str) -> int:
        """A new object; its row."""
        self.objects.append((f"SYN-OBJ-{len(self.objects) + 1:06d}", kind, identifier))
        self.owner.append(owner)
        return len(self.objects) - 1

    def link(self, which: int, *, people: Ints | None = None, events: Ints | None = None) -> None:
        """Tie an object to people or to events."""
        for person in () if people is None else people.tolist():
            self._append(which, person, -1)
        for event in () if events is None else events.tolist():
            self._append(which, -1, event)

    def _append(self, which: int, person: int, event: int) -> None:
        self.link_object.append(which)
        self.link_person.append(person)
        self.link_event.append(event)


def make_objects(
    rng: np.random.Generator,
    setting: Setting,
    groups: list[Group],
    *,
    events: pl.DataFrame,
    group_events: pl.DataFrame,
    recorded: Ints,
) -> Shelf:
    """Objects that groups share, then ordinary people's own telephones, vehicles and addresses.

    `group_events` names the group of rows of `events`; `recorded` are people police know.
    """
    shelf = Shelf()
    by_group = {
        str(key[0]): frame["event"].to_numpy()
        for key, frame in group_events.group_by("group_id", maintain_order=True)
    }
    numbers = iter(group_mobiles(sum(g.theme.phones[1] for g in groups)))
    for group in groups:
        rows = by_group[group.group_id]
        _shared(rng, shelf, group, rows, numbers=numbers)
        if group.theme.sites[1]:
            _sites(shelf, setting, group, rows, points=events[rows].select("x", "y").to_numpy())
    _own(rng, shelf, setting, recorded)
    return shelf


def _shared(
    rng: np.random.Generator, shelf: Shelf, group: Group, events: Ints, *, numbers: Iterator[str]
) -> None:
    """One group's objects, tied to its events and its members."""
    theme = group.theme
    spans = (theme.phones, theme.vehicles, theme.adverts, theme.accounts, theme.handles)
    for kind, span in zip(KINDS, spans, strict=True):
        for _ in range(int(rng.integers(span[0], span[1] + 1))):
            name = next(numbers) if kind == "phone" else _identifier(rng, kind, len(shelf.objects))
            which = shelf.add(kind, name, owner=group.group_id)
            seen = events[rng.random(events.size) < SHARED_LINK]
            known = group.members[rng.random(group.members.size) < MEMBER_LINK]
            shelf.link(which, people=known, events=seen)
            if kind == "advert" and group.exploited.size:
                shelf.link(which, people=rng.choice(group.exploited, 1))


def _sites(shelf: Shelf, setting: Setting, group: Group, rows: Ints, *, points: Floats) -> None:
    """Addresses that serve a group's occasions, tied to the events there; a tenant to their own."""
    streets, people = setting.streets, setting.people
    for point in np.unique(points[~np.isnan(points[:, 0])], axis=0):
        here = rows[(points == point).all(axis=1)]
        at = np.flatnonzero((streets.address_point == point).all(axis=1))
        if here.size < LEAST_AT_SITE or not at.size:
            continue
        name = f"{streets.address_text[at[0]]}, {streets.address_postcode[at[0]]}"
        which = shelf.add("address", name, owner=group.group_id)
        tenants = group.exploited[people.address[group.exploited] == at[0]]
        shelf.link(which, people=tenants, events=here)


def _identifier(rng: np.random.Generator, kind: str, number: int) -> str:
    """An identifier that cannot be anybody's: plates that start QI are never issued."""
    if kind == "vehicle":
        return impossible_plate(rng)
    if kind == "account":
        return f"SYN-ACCOUNT-{number + 1:06d}"
    if kind == "handle":
        return f"@synthetic_{number + 1:06d}"
    return f"SYNTHETIC advert {number + 1:06d}"


def impossible_plate(rng: np.random.Generator) -> str:
    """A registration of today's form whose first letters, QI, the DVLA never issues."""
    letters = "".join(PLATE_LETTERS[k] for k in rng.integers(0, len(PLATE_LETTERS), 3))
    return f"QI{int(rng.integers(1, 76)):02d} {letters}"


def _own(rng: np.random.Generator, shelf: Shelf, setting: Setting, recorded: Ints) -> None:
    """Some recorded people's own telephones and vehicles; a household shares its vehicle."""
    people = setting.people
    phones = recorded[rng.random(recorded.size) < OWN_PHONE_SHARE]
    for person in phones[people.mobile[phones] != ""].tolist():
        which = shelf.add("phone", people.mobile[person], owner="own")
        shelf.link(which, people=np.array([person]))
    drivers = recorded[rng.random(recorded.size) < OWN_VEHICLE_SHARE]
    homes: dict[int, int] = {}
    for person in drivers.tolist():
        home = int(people.home[person])
        if home < 0 or home not in homes:
            name = _identifier(rng, "vehicle", 0)
            homes[home] = shelf.add("vehicle", name, owner="own")
        shelf.link(homes[home], people=np.array([person]))


def objects_tables(
    shelf: Shelf, *, nominal_of: Texts, event_ids: Texts
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The `objects` and `object_links` tables, and `truth/objects`; `nominal_of` is by person."""
    objects = pl.DataFrame(shelf.objects, schema=("object_id", "kind", "identifier"), orient="row")
    which = np.array(shelf.link_object)
    person, event = np.array(shelf.link_person), np.array(shelf.link_event)
    nominal = kept_or_none(nominal_of[np.maximum(person, 0)], person >= 0)
    named = kept_or_none(event_ids[np.maximum(event, 0)], event >= 0)
    links = pl.DataFrame(
        {
            "object_id": objects["object_id"].gather(which),
            "nominal_id": pl.Series(nominal.tolist(), dtype=pl.String),
            "event_id": pl.Series(named.tolist(), dtype=pl.String),
        }
    ).filter(pl.col("nominal_id").is_not_null() | pl.col("event_id").is_not_null())
    truth = objects.select("object_id", "kind").with_columns(owner=pl.Series(shelf.owner))
    return objects, links, truth
