"""People who could live there: exact numbers, fitting ages, twins, homes of their own."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.borough import households as h
from frith.borough.draws import Streams
from frith.borough.period import Period
from frith.borough.setting import set_stage


@pytest.fixture(scope="module")
def setting():
    from datetime import date

    period = Period(start=date(2023, 10, 1), months=36)
    return set_stage(Streams(2), people=30_000, period=period)


def test_residents_are_exactly_as_many_as_asked(setting):
    assert setting.people.residents == 30_000
    assert setting.households.home.size == 30_000


def test_household_sizes_are_like_the_census(setting):
    size = np.bincount(setting.households.home)
    assert size.mean() == pytest.approx(2.40, abs=0.12)  # England and Wales, 2021: 2.36
    assert (size == 1).mean() == pytest.approx(0.31, abs=0.03)  # 30%
    assert size.max() <= 9


def test_ages_are_like_a_population(setting):
    age = setting.people.age_on(setting.period.days)[:30_000]
    assert age.min() >= -0.01
    assert age.max() < 100
    assert (age < 18).mean() == pytest.approx(0.22, abs=0.03)
    assert (age >= 65).mean() == pytest.approx(0.19, abs=0.05)


def test_children_are_younger_than_the_head_by_a_generation(setting):
    people, homes = setting.people, setting.households
    head = np.flatnonzero(homes.relation == h.HEAD)[homes.home]
    child = homes.relation == h.CHILD
    gap = (people.birth_day[:30_000][child] - people.birth_day[head][child]) / h.YEAR
    assert gap.min() > 15.9


def test_twins_share_birth_and_home(setting):
    people = setting.people
    twin = np.flatnonzero(people.twin >= 0)
    assert twin.size > 20
    other = people.twin[twin]
    assert (people.birth_day[twin] == people.birth_day[other]).all()
    assert (people.home[twin] == people.home[other]).all()
    assert (people.twin[other] == twin).all()


def test_every_household_has_an_address_of_its_own(setting):
    people = setting.people
    address_of_home = {}
    for home, address in zip(people.home[:30_000], people.address[:30_000], strict=True):
        assert address_of_home.setdefault(home, address) == address
    assert len(set(address_of_home.values())) == len(address_of_home)
    areas = setting.streets.address_area[people.address[:30_000]]
    assert (areas == people.area[:30_000]).all()


def test_those_who_moved_have_an_earlier_address(setting):
    people = setting.people
    moved = people.moved_on >= 0
    assert ((people.earlier_address >= 0) == moved).all()
    assert moved[:30_000].mean() == pytest.approx(1 - 0.91**3, abs=0.02)


def test_telephones_are_each_somebodys_own(setting):
    mobile = [number for number in setting.people.mobile.tolist() if number]
    assert len(set(mobile)) == len(mobile)
    drama = [number for number in mobile if number.startswith("07700")]
    assert len(drama) == 800  # the last 200 are kept for telephones that groups share


def test_surnames_changed_differ_from_the_present_one(setting):
    people = setting.people
    changed = people.earlier_family != ""
    assert 0.01 < changed.mean() < 0.08
    assert (people.earlier_family[changed] != people.family[changed]).all()
    assert (people.sex[changed] == 0).all()


def test_truth_lists_everybody_once(made):
    people = made.truth("people")
    assert people["person_id"].is_unique().all()
    outsiders = people.filter(~pl.col("resident"))
    assert (outsiders["address_id"] == "elsewhere").all()
    assert outsiders.height == pytest.approx(0.02 * made.summary.people, abs=6)


def test_no_birthday_is_shared_by_a_crowd() -> None:
    # Ages cut off at an edge would give hundreds of people one day of birth.
    from frith.borough.draws import ages_within

    rng = np.random.default_rng(1)
    ages = ages_within(rng, rng.normal(20, 10, 5000), 18, 66)
    assert ages.min() >= 18
    assert ages.max() <= 66
    assert np.unique(ages, return_counts=True)[1].max() == 1
