"""One run of the groups method, taken apart by group for the cards."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import polars as pl

from frith.charts.sketches import AreaGround, area_ground
from frith.networks import Groups
from frith.networks.inputs import recorded_roles
from frith.profile.material import Material
from frith.profile.words import day
from frith.reference import PROJECTABLE_ROLES, load
from frith.tables.dataset import Dataset

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CRIME = "crime"
PLAIN_FROM = 0.001
"""Smaller chances are written with a power of ten."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A run, its data set, and the words and tables that cards are made of."""

    found: Groups
    dataset: Dataset
    on: date
    persons: pl.DataFrame | None = None

    @cached_property
    def material(self) -> Material:
        """The data set as sections see it: names and outlines of areas, sources."""
        return Material(dataset=self.dataset, on=self.on, seed=self.found.seed or 0)

    @cached_property
    def groups(self) -> Mapping[str, dict[str, object]]:
        """Each group's row."""
        rows = self.found.tables["groups"].iter_rows(named=True)
        return {str(row["group_id"]): row for row in rows}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Groups by the place where they met most, then by number: an order that ranks nobody."""
        return tuple(sorted(self.groups, key=lambda name: (self.place_of(name), name)))

    @cached_property
    def _parts(self) -> Mapping[str, Mapping[str, pl.DataFrame]]:
        return {
            name: {
                str(key[0]): part
                for key, part in frame.partition_by("group_id", as_dict=True).items()
            }
            for name, frame in self.found.tables.items()
            if "group_id" in frame.columns and name != "groups"
        }

    def part(self, table: str, group: str) -> pl.DataFrame:
        """The rows of one group in a table of the run."""
        empty = self.found.tables[table].clear()
        return self._parts[table].get(group, empty)

    # people ---------------------------------------------------------------------------------

    def labels(self, group: str) -> dict[str, str]:
        """person → A, B, C … in order of their identifiers, which means nothing."""
        people = self.part("members", group)["person_id"].unique().sort()
        return dict(zip(people, letters(), strict=False))

    # occasions ------------------------------------------------------------------------------

    @cached_property
    def period(self) -> tuple[date, date]:
        """First and last day of the occasions read."""
        held = self.found.tables["occasions"]["first"]
        return _as_day(held.min()), _as_day(held.max())

    @cached_property
    def occasions(self) -> Mapping[str, dict[str, object]]:
        """Every occasion's row, by its identifier."""
        rows = self.found.tables["occasions"].iter_rows(named=True)
        return {str(row["occasion_id"]): row for row in rows}

    @cached_property
    def recorded_as(self) -> Mapping[str, tuple[str, str]]:
        """event → what it was recorded as, and how precise its date is."""
        events = self.dataset.tables["events"].select(
            "event_id",
            pl.coalesce("crime_type", "kind").fill_null("not stated"),
            pl.col("date_precision").fill_null("day"),
        )
        return {event: (kind, precision) for event, kind, precision in events.iter_rows()}

    @cached_property
    def suspected_at(self) -> Mapping[str, frozenset[str]]:
        """event → everybody recorded there as a suspect, for the events that were dropped."""
        dropped = self.found.tables["dropped"]["id"].unique()
        rows = (
            recorded_roles(self.dataset.tables["roles"], self.persons)
            .filter(pl.col("role").is_in(sorted(PROJECTABLE_ROLES)))
            .filter(pl.col("event_id").is_in(dropped.implode()))
            .group_by("event_id")
            .agg("person")
        )
        return {event: frozenset(people) for event, people in rows.iter_rows()}

    # places ---------------------------------------------------------------------------------

    @cached_property
    def ground(self) -> AreaGround | None:
        """The outlines of the data set's own areas, drawn once."""
        own = self.material.own_outlines
        return area_ground({"type": "FeatureCollection", "features": list(own)}) if own else None

    @cached_property
    def crimes(self) -> frozenset[str]:
        """Events recorded as crime, rather than as a stop, a report or a referral."""
        events = self.dataset.tables["events"].filter(pl.col("kind") == CRIME)
        return frozenset(events["event_id"])

    def crime_occasions(self, group: str) -> int:
        """How many of a group's occasions hold a recorded crime."""
        return sum(
            any(event in self.crimes for event in self.events_of(occasion))
            for occasion in self.part("timeline", group)["occasion_id"]
        )

    def events_of(self, occasion: str) -> list[str]:
        """The events of an occasion."""
        return list(self.occasions[occasion]["event_ids"])  # type: ignore[call-overload]

    def place_of(self, group: str) -> str:
        """The name of the area in which the group met most often."""
        areas = self.part("timeline", group)["area"].drop_nulls()
        if areas.is_empty():
            return "place not recorded"
        return self.material.name_of(str(areas.mode().sort()[0]))

    # words ----------------------------------------------------------------------------------

    @cached_property
    def _themes(self) -> Mapping[str, str]:
        return {str(row["key"]): str(row["name"]) for row in load("themes").rows}

    def theme_of(self, group: str) -> str:
        """The group's commonest theme in words."""
        theme = self.groups[group]["theme"]
        return self._themes.get(str(theme), "no theme recorded") if theme else "no theme recorded"

    def people_of(self, group: str) -> int:
        """How many people, core and associates."""
        row = self.groups[group]
        return int(str(row["n_core"])) + int(str(row["n_associates"]))

    def title_of(self, group: str) -> str:
        """A card's title; it holds no judgement."""
        occasions = self.groups[group]["occasions"]
        return (
            f"{group}: {self.people_of(group)} people on {occasions} occasions, "
            f"{self.theme_of(group).lower()}, {self.place_of(group)}"
        )


def letters() -> Iterator[str]:
    """A to Z, then AA, AB …"""
    for length in itertools.count(1):
        for made in itertools.product(string.ascii_uppercase, repeat=length):
            yield "".join(made)


def chance(p: object) -> str:
    """A probability: 0.012, or 4.4 × 10⁻¹¹; a dash where there is none."""
    if p is None:
        return "–"
    value = float(str(p))
    if value >= PLAIN_FROM or value == 0:
        return f"{value:.3f}"
    number, power = f"{value:.1e}".split("e")
    return f"{number} × 10{str(int(power)).translate(SUPERSCRIPT)}"


def moment(value: object) -> str:
    """A day as "21 November 2026"."""
    return day(_as_day(value))


def listed_letters(people: Sequence[str], labels: Mapping[str, str]) -> str:
    """People by their letters, in order."""
    return ", ".join(sorted((labels[one] for one in people), key=lambda s: (len(s), s)))


def _as_day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise TypeError(f"{value!r} is no day")
