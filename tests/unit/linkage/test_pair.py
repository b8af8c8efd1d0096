"""Two records beside each other: the words and weights of each fact, and no sum of them."""

from __future__ import annotations

import dataclasses

import pytest

from frith.linkage import Evidence, Stands, explain_pair
from frith.linkage.agreement import COMPARISONS

ONE = {
    "given_names": "Liz",
    "family_name": "Smith",
    "date_of_birth": "1980-05-06",
    "phone": "01632 960001",
    "postcode": "QX1 1AA",
}
OTHER = {**ONE, "given_names": "Elizabeth", "date_of_birth": "1980-06-05", "postcode": "QX9 9ZZ"}


def told(one: dict[str, str], other: dict[str, str]) -> dict[str, Evidence]:
    return {fact.name: fact for fact in explain_pair(one, other)}


def test_what_agrees_is_said_in_words_and_what_differs_is_named() -> None:
    facts = told(ONE, OTHER)
    assert facts["given"].said == "nickname Liz/Elizabeth"
    assert facts["family"].said == "same surname"
    assert facts["birth"].said == "day and month of birth swapped"
    assert facts["phone"].said == "same phone"
    assert (facts["home"].stands, facts["home"].words) == (Stands.DIFFERS, "address")
    assert facts["email"].stands is Stands.UNKNOWN


def test_every_comparison_is_told_once_in_its_order() -> None:
    assert [fact.name for fact in explain_pair(ONE, OTHER)] == [one.name for one in COMPARISONS]


def test_a_weight_is_the_ratio_of_the_stated_shares() -> None:
    # m 0.06 and u 0.002 of the level "nickname", as `agreement` states them.
    assert told(ONE, OTHER)["given"].times == pytest.approx(0.06 / 0.002, rel=0.01)
    assert told(ONE, OTHER)["email"].times is None


def test_a_difference_speaks_against() -> None:
    facts = told(ONE, {**ONE, "family_name": "Okonkwo", "date_of_birth": "2001-12-24"})
    for name in ("family", "birth"):
        assert facts[name].stands is Stands.DIFFERS
        times = facts[name].times
        assert times is not None
        assert times < 1


def test_how_rare_a_name_is_is_not_read_from_two_records() -> None:
    assert "rare" not in told({"family_name": "Xq"}, {"family_name": "Xq"})["family"].said


def test_the_order_of_the_two_changes_no_weight() -> None:
    there = [(fact.stands, fact.times) for fact in explain_pair(ONE, OTHER)]
    back = [(fact.stands, fact.times) for fact in explain_pair(OTHER, ONE)]
    assert there == back


def test_records_that_hold_nothing_say_nothing() -> None:
    assert {fact.stands for fact in explain_pair({}, {})} == {Stands.UNKNOWN}


def test_nothing_is_read_of_equality_monitoring_or_of_what_is_not_a_nominals() -> None:
    assert explain_pair({**ONE, "ethnicity": "A"}, OTHER) == explain_pair(
        {**ONE, "ethnicity": "B"}, OTHER
    )


def test_there_is_no_score_of_the_pair() -> None:
    assert {field.name for field in dataclasses.fields(Evidence)} == {
        *("name", "words", "stands", "said", "times")
    }
