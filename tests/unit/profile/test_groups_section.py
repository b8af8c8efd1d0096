"""The profile's groups: counted, masked, nobody listed; missing names what it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from frith.profile.document import _fit
from frith.profile.material import Material
from frith.profile.needs import unmet
from frith.profile.sections import groups
from frith.reference.regimes import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame
from unit.networks.test_beside import crew_world

HELD = ("events", "roles", "nominals", "persons")


def whole(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    empty = empty_frame(TABLES[name])
    return pl.concat(
        [empty, frame.cast({c: empty.schema[c] for c in frame.columns})], how="diagonal"
    )


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """A crew of three on twelve occasions, with a possible victim beside it; records as persons."""
    world = crew_world(also=[("child", "possible_victim")], theme="drugs")
    people = world.roles["nominal_id"].unique().sort()
    ids = pl.DataFrame({"nominal_id": people})
    tables = {
        "events": world.events.select("event_id", "occurred_from", "area", "theme"),
        "roles": world.roles,
        "nominals": ids.with_columns(source=pl.lit("police")),
        "persons": ids.with_columns(person_id="nominal_id"),
    }
    notes = {name: FileNote(publisher="p", regime=Regime.SYNTHETIC) for name in tables}
    about = About(name="d", area="E99", area_name="Somewhere", area_vintage="other", files=notes)
    return Dataset(
        folder=Path(),
        about=about,
        tables={name: whole(name, frame) for name, frame in tables.items()},
        reports={},
    )


@pytest.fixture(scope="module")
def content(dataset):
    material = Material(dataset=dataset, on=date(2026, 11, 21), seed=1)
    return _fit("groups", "Groups", groups.build(material), material).content


def text_of(content) -> str:
    return " ".join([repr(content.blocks), *(table.frame.write_json() for table in content.tables)])


def test_small_counts_are_masked_and_the_headline_too(content):
    assert not content.refused
    themes = next(t for t in content.tables if t.name == "groups-by-theme")
    assert themes.masked
    # One group of one theme: who knows the total would know it, so the theme is not shown.
    assert themes.frame.select("theme", "groups").rows() == [("All themes", "[c]")]
    assert content.headlines[0].startswith("1 to 4 candidate groups")
    beside = next(t for t in content.tables if t.name == "groups-beside")
    assert beside.frame["n"][0] == "[c]"


def test_nobody_and_no_group_is_listed(content, dataset):
    said = text_of(content)
    for person in ("K1", "K2", "K3", "child"):
        assert not re.search(rf"\b{person}\b", said)
    assert "G0001" not in said


def test_where_a_masked_count_could_be_narrowed_only_the_whole_is_shown(dataset, monkeypatch):
    monkeypatch.setattr(groups, "withheld", lambda _: True)
    material = Material(dataset=dataset, on=date(2026, 11, 21), seed=1)
    themes = groups.build(material).figures[0].table.frame
    assert themes["theme"].to_list() == ["All themes"]


def test_exploitation_stands_first(content):
    assert "possible victim" in repr(content.blocks[0])


def test_the_run_hands_on_no_exact_count(content):
    assert content.results[0].flags == ()
    assert content.results[0].sentence == ""


def without(dataset: Dataset, **changed: pl.DataFrame | None) -> Dataset:
    tables = {**dataset.tables, **changed}
    return replace(dataset, tables={k: v for k, v in tables.items() if v is not None})


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({"roles": None}, "roles"),
        ({"nominals": None}, "nominals"),
    ],
)
def test_what_is_lacking_is_named(dataset, changed, lacking):
    reasons = unmet(groups.SECTION.needs, without(dataset, **changed))
    assert [need.table for need, _ in reasons] == [lacking]


def test_victims_alone_and_events_without_areas_do_not_do(dataset):
    roles = dataset.tables["roles"].with_columns(role=pl.lit("victim"))
    events = dataset.tables["events"].with_columns(area=pl.lit(None, dtype=pl.String))
    reasons = unmet(groups.SECTION.needs, without(dataset, roles=roles, events=events))
    assert {need.table for need, _ in reasons} == {"roles", "events"}


def test_places_too_coarse_are_said_and_no_group_is_looked_for(dataset):
    events = dataset.tables["events"].with_columns(area=pl.lit("X"))
    material = Material(dataset=without(dataset, events=events), on=date(2026, 11, 21), seed=1)
    refused = groups.build(material)
    assert refused.refused
    assert "no places" in repr(refused.blocks)


def test_open_data_has_the_section_missing_with_its_needs(make: Callable[..., Dataset]) -> None:
    reasons = unmet(groups.SECTION.needs, make())
    assert {need.table for need, _ in reasons} >= {"roles", "nominals"}
    assert all(need.why and need.holder for need, _ in reasons)
