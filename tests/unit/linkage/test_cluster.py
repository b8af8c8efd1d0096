"""Clusters: joined, split on sure facts, judgements and looseness; the weakest link of each."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.linkage.cluster import (
    JUDGED_APART,
    TOO_LOOSE,
    TWICE_IN_SOURCE,
    Facts,
    births_conflict,
    cluster,
    numbers_conflict,
    one_edit,
)
from frith.linkage.decide import BIRTHS_DIFFER, NUMBERS_DIFFER, SureFacts


def edges(*rows: tuple[int, int, float]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={"uid_l": pl.Int64, "uid_r": pl.Int64, "probability": pl.Float64},
        orient="row",
    )


def facts(records: int, **said: object) -> Facts:
    blank = [None] * records
    texts = {"birth": blank, "police_id": blank, "unique_source": blank} | said
    return Facts(
        **{
            name: pl.Series(value, dtype=pl.String) if isinstance(value, list) else value
            for name, value in texts.items()
        }
    )


def groups(label: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(label == one).tolist()) for one in set(label.tolist())}


def test_connected_records_are_one_person_and_lone_ones_their_own() -> None:
    found = cluster(edges((0, 1, 0.99), (1, 2, 0.98)), together=(), facts=facts(4))
    assert groups(found.label) == {frozenset({0, 1, 2}), frozenset({3})}
    assert found.split == []
    assert found.p_min[3] == 1.0


def test_the_weakest_link_is_on_the_way_to_the_core() -> None:
    found = cluster(
        edges((0, 1, 0.999), (0, 2, 0.998), (1, 2, 0.997), (2, 3, 0.96), (1, 3, 0.951)),
        together=(),
        facts=facts(4),
    )
    assert found.p_min[3] == pytest.approx(0.96)
    assert found.p_min[[0, 1, 2]].min() >= 0.998


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"birth": ["19800304", None, "19910807"]}, BIRTHS_DIFFER),
        ({"police_id": ["A1001", None, "B2772"]}, NUMBERS_DIFFER),
        ({"unique_source": ["housing", None, "housing"]}, TWICE_IN_SOURCE),
        ({"apart": frozenset({(0, 2)})}, JUDGED_APART),
    ],
)
def test_a_conflict_takes_the_weaker_link_away_and_says_why(said, reason) -> None:
    found = cluster(edges((0, 1, 0.99), (1, 2, 0.97)), together=(), facts=facts(3, **said))
    assert groups(found.label) == {frozenset({0, 1}), frozenset({2})}
    assert found.split == [((0, 1, 2), reason)]


def test_facts_that_are_not_sure_take_nothing_apart() -> None:
    said = facts(3, birth=["19800304", None, "19910807"], sure=SureFacts(birth=False))
    assert cluster(edges((0, 1, 0.99), (1, 2, 0.97)), together=(), facts=said).split == []


def test_a_long_chain_is_too_loose() -> None:
    chain = [(n, n + 1, 0.99) for n in range(6)]
    found = cluster(edges(*chain), together=(), facts=facts(7))
    assert found.split
    assert found.split[0][1] == TOO_LOOSE
    assert max(len(group) for group in groups(found.label)) <= 4


def test_what_a_named_person_joined_stays_joined_whatever_the_facts() -> None:
    said = facts(2, birth=["19800304", "19910807"])
    found = cluster(edges(), together={(0, 1)}, facts=said)
    assert groups(found.label) == {frozenset({0, 1})}


def test_a_slip_between_two_dates_explains_both() -> None:
    assert births_conflict(["19800304", "19820304"]) is False
    assert births_conflict(["19800304", "19800403"]) is False
    assert births_conflict(["19810304", "19800305"]) is True
    assert births_conflict(["19810304", "19800305", "19800304"]) is False


def test_police_numbers_one_slip_apart_are_no_conflict() -> None:
    assert numbers_conflict(["123456", "123465", None]) is False
    assert numbers_conflict(["123456", "654321"]) is True


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("abc", "abc", True),
        ("abc", "acb", True),
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("bc", "abc", True),
        ("abc", "bca", False),
        ("abcd", "ab", False),
        ("abcd", "badc", False),
    ],
)
def test_one_edit(one: str, two: str, same: bool) -> None:
    assert one_edit(one, two) is same
    assert one_edit(two, one) is same
