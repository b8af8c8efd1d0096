"""Every number of a group can be made again from the occasions listed for it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from frith.networks import Gates, find_groups
from unit.networks.world import build


@pytest.fixture(scope="module")
def found():
    world = build(60_000, seed=2)
    return find_groups(world.events, world.roles, seed=1)


def occasions_of(found, people: set[str]) -> pl.DataFrame:
    """From the occasions table alone: tested occasions with two or more of these people."""
    rows = found.tables["occasions"].filter(pl.col("stratum").is_not_null())
    present = pl.col("persons").list.eval(pl.element().is_in(sorted(people))).list.sum()
    return rows.filter(present >= 2)


def rates(found) -> tuple[dict[int, float], dict[int, dict[str, int]]]:
    """r_s and d_is, from the occasions table alone."""
    rows = found.tables["occasions"].filter(pl.col("stratum").is_not_null())
    size = rows.with_columns(k=pl.col("persons").list.len().cast(pl.Float64))
    rate = size.group_by("stratum").agg(
        r=(pl.col("k") * (pl.col("k") - 1)).sum() / pl.col("k").sum() ** 2
    )
    days: dict[int, dict[str, int]] = {}
    for stratum, people in rows.select("stratum", "persons").iter_rows():
        for person in people:
            held = days.setdefault(stratum, {})
            held[person] = held.get(person, 0) + 1
    return dict(rate.iter_rows()), days


def test_each_groups_row_recomputes_from_the_listed_occasions(found):
    rate, days = rates(found)
    for row in found.tables["groups"].iter_rows(named=True):
        members = found.tables["members"].filter(pl.col("group_id") == row["group_id"])
        people = set(members["person_id"])
        held = occasions_of(found, people)
        assert row["occasions"] == held.height
        assert (row["first"], row["last"]) == (held["first"].min(), held["last"].max())
        assert row["months"] == held["first"].dt.strftime("%Y-%m").n_unique()
        assert row["areas"] == held["area"].unique().sort().to_list()
        expected = sum(
            rate[s] * days[s].get(a, 0) * days[s].get(b, 0)
            for s in rate
            for a, b in combinations(sorted(people), 2)
        )
        assert row["expected"] == pytest.approx(expected)
        assert row["n_core"] + row["n_associates"] == len(people)
        assert f"{len(people)} people" in row["sentence"]
        assert f"on {held.height} occasions" in row["sentence"]


def test_the_chance_table_adds_up_to_the_expected_number(found):
    total = found.tables["chance"].group_by("group_id").agg(pl.col("expected").sum())
    joined = found.tables["groups"].join(total, on="group_id", suffix="_sum")
    assert joined["expected"].to_numpy() == pytest.approx(joined["expected_sum"].to_numpy())


def test_the_grid_holds_exactly_the_groups_occasions_and_people(found):
    grid = found.tables["grid"]
    for (group,), rows in grid.group_by("group_id"):
        people = set(
            found.tables["members"].filter(pl.col("group_id") == group)["person_id"].to_list()
        )
        held = occasions_of(found, people)
        expected = {
            (o, p) for o, who in held.select("occasion_id", "persons").iter_rows() for p in who
        }
        expected = {(o, p) for o, p in expected if p in people}
        assert set(rows.select("occasion_id", "person_id").iter_rows()) == expected


def test_each_members_count_and_expected_recompute(found):
    rate, days = rates(found)
    members = found.tables["members"]
    for row in members.iter_rows(named=True):
        same = members.filter(pl.col("group_id") == row["group_id"])
        core = set(same.filter(pl.col("tier") == "core")["person_id"]) - {row["person_id"]}
        person = row["person_id"]
        held = found.tables["occasions"].filter(
            pl.col("stratum").is_not_null() & pl.col("persons").list.contains(person)
        )
        assert row["k"] == sum(bool(core & set(who)) for who in held["persons"])
        expected = sum(
            rate[s] * days[s].get(person, 0) * days[s].get(other, 0) for s in rate for other in core
        )
        assert row["expected"] == pytest.approx(expected, abs=1e-9)


def test_each_pair_recomputes(found):
    rate, days = rates(found)
    for row in found.tables["pairs"].head(200).iter_rows(named=True):
        held = occasions_of(found, {row["person_l"], row["person_r"]})
        assert row["n"] == held.height
        assert row["occasions"] == held["occasion_id"].sort().to_list()
        expected = sum(
            rate[s] * days[s].get(row["person_l"], 0) * days[s].get(row["person_r"], 0)
            for s in rate
        )
        assert row["expected"] == pytest.approx(expected)
        met = stats.poisson.sf(0, expected)
        assert row["p"] == pytest.approx(stats.poisson.sf(row["n"] - 1, expected) / met, rel=1e-6)
        assert row["days"] == held["first"].dt.date().n_unique()


def test_group_p_and_stability_recompute_from_the_splits(found):
    splits, seeds = found.tables["splits"], found.parameters["seeds"]
    for row in found.tables["groups"].iter_rows(named=True):
        mine = splits.filter(pl.col("group_id") == row["group_id"])
        for s in mine.iter_rows(named=True):
            assert s["p"] == pytest.approx(stats.poisson.sf(s["occasions"] - 1, s["expected"]))
        q = np.sort(np.concatenate([mine["q"].to_numpy(), np.ones(2 * seeds - mine.height)]))
        by_splits = min(1.0, q[int(np.ceil(0.15 * 2 * seeds)) - 1] / 0.15 / 0.5)
        assert row["q"] <= by_splits * (1 + 1e-9)
        confirmed = (mine["q"] <= found.parameters["q"] * 0.5 * 0.15).sum()
        assert row["stability"] == pytest.approx(confirmed / (2 * seeds))


def test_members_carry_no_score(found):
    assert not {
        name for name in found.tables["members"].columns if "score" in name or "rank" in name
    }


def test_gates_are_applied_after_the_statistics_and_shown(found):
    world = build(60_000, seed=2)
    strict = find_groups(world.events, world.roles, seed=1, gates=Gates(min_size=6))
    assert strict.tables["groups"].height == found.tables["groups"].height
    below = strict.as_answer()["below_gates"]
    assert below
    assert all("people, 6 needed" in row["gate"] for row in below)
    assert strict.value == len(strict.as_answer()["groups"])
