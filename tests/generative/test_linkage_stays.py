"""Who is who does not hang on order, names of records or time: simulated data, every case drawn.

Rows shuffled, identifiers dealt anew, records added, judgements made and taken back: the persons
stay who they were.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.borough.build import build
from frith.linkage import LINK_DECISIONS, Linkage, link
from frith.tables import current_persons, empty_frame, undo

NOW = datetime(2026, 1, 5)
LATER = datetime(2026, 7, 5)
SEEDS = range(4)
RECORDS = 600
"""Few enough that training looks at every pair and so owes nothing to the identifiers."""


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Synthetic nominals, several of most people, with who each truly is."""
    folder: Path = tmp_path_factory.mktemp("borough")
    build(folder, people=4_000, seed=77)
    truth = pl.read_parquet(folder / "truth" / "persons.parquet")
    nominals = pl.read_parquet(folder / "nominals.parquet")
    return nominals.join(truth.select("nominal_id", truth="person_id"), on="nominal_id")


def drawn(borough: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Nominals of people drawn at random, about `RECORDS`."""
    several = borough.filter(pl.len().over("truth") > 1)
    people = several["truth"].unique().sort().shuffle(seed)
    picked = several.join(people.head(RECORDS // 3).to_frame(), on="truth", how="semi")
    return picked.drop("truth").sort("nominal_id")


def persons(found: Linkage) -> dict[str, str]:
    return dict(found.tables["persons"].select("nominal_id", "person_id").iter_rows())


def groups(person: dict[str, str]) -> set[frozenset[str]]:
    """Which records stand together, whatever their person is called."""
    together = defaultdict(set)
    for nominal, name in person.items():
        together[name].add(nominal)
    return {frozenset(one) for one in together.values()}


def state(history: pl.DataFrame) -> dict[str, str]:
    return dict(current_persons(history).select("nominal_id", "person_id").iter_rows())


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_and_identifiers_shuffled_give_the_same_persons(borough, seed: int) -> None:
    frame = drawn(borough, seed)
    rng = np.random.default_rng(seed)
    fresh = pl.Series("nominal_id", [f"x{n:05d}" for n in rng.permutation(frame.height)])
    called = dict(zip(fresh, frame["nominal_id"], strict=True))
    one = link(frame, now=NOW)
    two = link(frame.with_columns(fresh).sample(fraction=1, shuffle=True, seed=seed), now=NOW)
    assert 1 < one.persons < one.records
    back = {called[nominal]: person for nominal, person in persons(two).items()}
    assert groups(back) == groups(persons(one))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_run_with_the_same_data_changes_nothing(borough, seed: int) -> None:
    frame = drawn(borough, seed)
    one = link(frame, now=NOW)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed + 50)
    two = link(shuffled, now=LATER, history=one.tables["history"])
    for name in ("persons", "pairs", "review", "history"):
        assert two.tables[name].equals(one.tables[name]), name


@pytest.mark.parametrize("seed", SEEDS)
def test_records_added_leave_the_ids_of_others_alone(borough, seed: int) -> None:
    frame = drawn(borough, seed)
    early = frame.sample(fraction=0.7, seed=seed)
    one = link(early, now=NOW)
    two = link(frame, now=LATER, history=one.tables["history"])
    before, after = persons(one), persons(two)
    held = defaultdict(set)
    for nominal, person in after.items():
        held[person].add(nominal)
    untouched = [
        group
        for group in groups(before)
        if len({after[nominal] for nominal in group}) == 1
        and held[after[next(iter(group))]] & before.keys() == group
    ]
    assert len(untouched) > 0.9 * one.persons
    for group in untouched:
        for nominal in group:
            assert after[nominal] == before[nominal]
    assert state(two.tables["history"]) == after


@pytest.mark.parametrize("seed", SEEDS)
def test_a_merge_or_split_that_is_undone_leaves_the_persons_as_they_were(borough, seed) -> None:
    lone = borough.filter(pl.len().over("truth") == 1).drop("truth")
    frame = pl.concat([drawn(borough, seed), lone.sort("nominal_id").sample(9, seed=seed)])
    rng = np.random.default_rng(seed)
    one = link(frame, now=NOW)
    person = persons(one)
    names = sorted(person)
    alone = [name for name in sorted(lone["nominal_id"]) if frozenset({name}) in groups(person)]
    several = sorted(min(group) for group in groups(person) if len(group) == 2)
    chosen = several[rng.integers(len(several))]
    [partner] = [name for name in names if person[name] == person[chosen] and name != chosen]
    for judgement, pair, kind in (
        ("same", tuple(alone[:2]), "merge"),
        ("different", (chosen, partner), "split"),
    ):
        said = pl.DataFrame(
            [(*pair, judgement, "PC Ash", date(2026, 2, 1), "seen")],
            schema=empty_frame(LINK_DECISIONS).schema,
            orient="row",
        )
        judged = link(frame, now=LATER, history=one.tables["history"], decisions=said)
        grown = judged.tables["history"]
        new = grown.filter(
            pl.col("change_id").is_in(one.tables["history"]["change_id"].implode()).not_()
        )
        assert new["kind"].unique().to_list() == [kind]
        back = grown
        for change in new["change_id"].unique(maintain_order=True):
            back = undo(back, change, decided_by="PC Ash", changed_at=LATER, reason="wrong")
        assert state(back) == person
        again = link(frame, now=LATER, history=back)
        assert persons(again) == person
        assert again.tables["history"].equals(back)
