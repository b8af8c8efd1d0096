"""The plain generator keeps the laws it states."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
import pytest

from frith.borough import build_plain, plain
from frith.borough.draws import Streams
from frith.errors import BadInput
from frith.tables.load import read_folder


@pytest.fixture(scope="module")
def made():
    return plain.generate(Streams(7).of("plain"), events=120_000)


def test_numbers_are_as_the_laws_say(made):
    assert made.area.size == made.day.size == made.origin.size == 120_000
    assert made.persons == 60_000
    assert made.areas == 40
    assert made.groups == 60
    assert (made.origin == plain.SWEEP).sum() == 2


def test_activity_is_pareto_plus_a_fifth_at_most_sixty(made):
    assert made.activity.min() >= 0.2
    assert made.activity.max() <= 60
    for x in (0.5, 1.0, 3.0, 10.0):
        beyond = (made.activity > x + 0.2).mean()
        assert beyond == pytest.approx((1 + x) ** -1.8, abs=0.01)


def test_suspects_an_event_follow_their_chances(made):
    per_event = np.bincount(made.suspect_event, minlength=120_000)[made.origin == plain.EVERYDAY]
    shares = np.bincount(per_event, minlength=7)[1:7] / per_event.size
    for share, law in zip(shares, (0.80, 0.14, 0.04, 0.012, 0.005, 0.003), strict=True):
        assert share == pytest.approx(law, abs=4 * (law / per_event.size) ** 0.5)
    assert per_event.max() <= 6


def test_a_tenth_of_suspects_come_from_anywhere(made):
    everyday = made.origin[made.suspect_event] == plain.EVERYDAY
    home = made.suspect * made.areas // made.persons
    away = (home != made.area[made.suspect_event])[everyday].mean()
    assert away == pytest.approx(0.10 * (1 - 1 / made.areas), abs=0.005)


def test_nobody_is_twice_a_suspect_of_one_event(made):
    pairs = made.suspect_event * made.persons + made.suspect
    assert np.unique(pairs).size == pairs.size


def test_sweeps_hold_twenty_to_sixty(made):
    per_event = np.bincount(made.suspect_event, minlength=120_000)
    assert (per_event[made.origin == plain.SWEEP] >= 20).all()
    assert (per_event[made.origin == plain.SWEEP] <= 60).all()


def test_victims_on_three_events_in_five(made):
    assert made.victim_event.size / 120_000 == pytest.approx(0.60, abs=0.01)
    assert np.unique(made.victim_event).size == made.victim_event.size
    quarters = np.bincount(made.victim * 4 // made.persons, minlength=4) / made.victim.size
    assert quarters == pytest.approx([0.25] * 4, abs=0.01)


def test_groups_are_of_one_area_and_of_three_to_twelve(made):
    size = np.bincount(made.member_group)
    assert size.min() >= 3
    assert size.max() <= 12
    home = made.member * made.areas // made.persons
    for group in range(made.groups):
        assert np.unique(home[made.member_group == group]).size == 1
    assert np.unique(made.member).size == made.member.size
    total = np.bincount(made.member_group, made.member_weight)
    assert total == pytest.approx(np.ones(made.groups))


def test_group_events_number_six_to_twenty_four_over_120_days(made):
    ours = made.origin >= 0
    count = np.bincount(made.origin[ours], minlength=made.groups)
    assert count.min() >= 6
    assert count.max() <= 24
    for group in range(made.groups):
        days = made.day[made.origin == group]
        assert days.max() - days.min() >= 120


def test_two_three_or_four_members_are_on_each_group_event(made):
    ours = made.origin[made.suspect_event] >= 0
    per_event = np.bincount(made.suspect_event[ours])
    per_event = per_event[per_event > 0]
    shares = np.bincount(per_event, minlength=5)[2:5] / per_event.size
    size = np.bincount(made.member_group)
    assert shares[0] == pytest.approx(0.6, abs=0.06)
    assert shares[1:].sum() == pytest.approx(0.4, abs=0.06)
    assert size.min() < 4  # a group of three can bring three at most
    group = made.origin[made.suspect_event[ours]]
    pairs = set(zip(made.member_group.tolist(), made.member.tolist(), strict=True))
    assert set(zip(group.tolist(), made.suspect[ours].tolist(), strict=True)) <= pairs


def test_two_years_in_order_of_time(made):
    assert made.day.min() == 0
    assert made.day.max() == 729
    assert (np.diff(made.day) >= 0).all()


def test_without_groups_none_is_planted():
    null = plain.generate(Streams(7).of("plain"), events=60_000, groups=False)
    assert null.groups == 0
    assert null.member.size == 0
    assert (null.origin < 0).all()
    assert null.area.size == 60_000


def test_the_files_are_a_data_set_and_the_same_again(tmp_path):
    def digest(folder):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]

    first = build_plain(tmp_path / "a", events=20_000, seed=5)
    build_plain(tmp_path / "b", events=20_000, seed=5)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    loading = read_folder(tmp_path / "a")
    assert not loading.errors
    assert {name: report.refused for name, report in loading.reports.items()} == {
        "nominals": 0,
        "events": 0,
        "roles": 0,
    }
    assert loading.reports["events"].rows == first.events == 20_000
    assert (loading.tables["events"]["date_precision"] == "day").all()
    truth = pl.read_parquet(tmp_path / "a" / "truth" / "members.parquet")
    assert truth["nominal_id"].is_in(loading.tables["nominals"]["nominal_id"].to_list()).all()
    assert truth["group_id"].n_unique() == first.groups == 10


@pytest.mark.parametrize("events", [0, 1_999, 12_000_001])
def test_sizes_that_cannot_be_made_are_refused(events):
    with pytest.raises(BadInput, match="cannot be made"):
        plain.generate(np.random.default_rng(1), events=events)
