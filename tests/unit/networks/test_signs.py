"""Signs of exploitation: each from the record that shows it, for members alone, never counted."""

from __future__ import annotations

import polars as pl

from frith.networks import signs as said
from frith.networks.ages import ADULT, POSSIBLY, UNDER_18
from frith.networks.signs import SIGN_SCHEMA, SIGNS, signs

MEMBERS = pl.DataFrame(
    {"group_id": ["G1"] * 7 + ["G2"], "person_id": [*"abcdefg", "a"]},
)
AGES = MEMBERS.with_columns(
    age=pl.Series([UNDER_18, POSSIBLY, ADULT, ADULT, ADULT, ADULT, ADULT, ADULT])
)
EVENTS = pl.DataFrame(
    [
        ("ref", "referral", "cce", None),
        ("tip", "intelligence", "cce", None),
        ("hit", "crime", "violence", None),
        ("beg", "incident", "begging", "street"),
        ("flat", "crime", "drugs", "dwelling"),
        ("road", "crime", "drugs", "street"),
        ("claim", "crime", "benefit_fraud", None),
    ],
    schema=["event_id", "kind", "theme", "premises_type"],
    orient="row",
)
RECORDED = pl.DataFrame(
    [
        ("ref", "a", "subject"),
        ("tip", "g", "subject"),
        ("hit", "c", "victim"),
        ("hit", "g", "suspect"),
        ("beg", "d", "suspect"),
        ("beg", "g", "witness"),
        ("flat", "e", "charged"),
        ("road", "g", "suspect"),
        ("claim", "f", "suspect"),
        ("claim", "nobody listed", "suspect"),
    ],
    schema=["event_id", "person", "role"],
    orient="row",
)


def found(**given) -> dict[tuple[str, str], set[str]]:
    frame = signs(MEMBERS, given.get("ages", AGES), recorded=RECORDED, events=EVENTS)
    shown: dict[tuple[str, str], set[str]] = {}
    for group, person, sign in frame.iter_rows():
        shown.setdefault((group, person), set()).add(sign)
    return shown


def test_each_sign_comes_from_its_own_kind_of_record():
    assert found() == {
        ("G1", "a"): {said.YOUNG, said.REFERRED},
        ("G1", "b"): {said.PERHAPS_YOUNG},
        ("G1", "c"): {said.HURT},
        ("G1", "d"): {said.BEGGING},
        ("G1", "e"): {said.FOUND_INSIDE},
        ("G1", "f"): {said.CLAIMING},
        ("G2", "a"): {said.REFERRED},
    }


def test_an_offender_in_intelligence_or_a_fight_shows_no_sign_by_that():
    assert ("G1", "g") not in found()


def test_without_what_it_reads_it_says_nothing_and_invents_nothing():
    bare = EVENTS.select("event_id")
    frame = signs(MEMBERS, AGES.clear(), recorded=RECORDED, events=bare)
    assert frame.is_empty()
    assert frame.schema == SIGN_SCHEMA


def test_a_sign_is_words_and_no_number():
    frame = signs(MEMBERS, AGES, recorded=RECORDED, events=EVENTS)
    assert frame.schema == SIGN_SCHEMA
    assert set(frame["sign"]) <= set(SIGNS)
