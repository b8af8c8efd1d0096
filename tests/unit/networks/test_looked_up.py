"""What records of people add once the groups stand: children and households, in words only."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from frith.networks.ages import ADULT, POSSIBLY, UNDER_18, UNKNOWN, ages
from frith.networks.gates import Gates, gated
from frith.networks.households import ONE_ADDRESS, ONE_NAME, households

FIRST = datetime(2024, 6, 1)


def nominals(**columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def aged(
    births: list[str | None], *, persons: dict[str, str] | None = None, first: datetime = FIRST
) -> str:
    """The word for one person with these records."""
    ids = [f"n{i}" for i in range(len(births))]
    link = None
    if persons is None:
        link = pl.DataFrame({"nominal_id": ids, "person_id": ["p"] * len(ids)})
    members = pl.DataFrame({"group_id": ["G"], "person_id": ["p"]})
    grid = members.with_columns(first=pl.lit(first), occasion_id=pl.lit("o"))
    found = ages(members, grid, nominals(nominal_id=ids, date_of_birth=births), persons=link)
    return found["age"].item()


@pytest.mark.parametrize(
    ("births", "word"),
    [
        (["2006-06-02"], UNDER_18),
        (["2006-06-01"], ADULT),
        (["2006-06"], POSSIBLY),
        (["2006-07"], UNDER_18),
        (["2006"], POSSIBLY),
        (["2007"], UNDER_18),
        (["2005"], ADULT),
        (["2006-01-01"], POSSIBLY),  # 1 January: often no more than the year was known
        (["1980-02-03", "2010-02-03"], POSSIBLY),
        (["2010-02-03", "2011-02-03"], UNDER_18),
        ([None], UNKNOWN),
        (["", "not known"], UNKNOWN),
        ([None, "2010-02-03"], UNDER_18),
    ],
)
def test_age_in_words_errs_towards_a_child(births, word):
    assert aged(births) == word


def test_age_is_that_on_the_first_occasion():
    assert aged(["2006-06-02"], first=datetime(2024, 6, 2)) == ADULT


MEMBERS = pl.DataFrame({"group_id": ["G"] * 3, "person_id": ["a", "b", "c"]})


def together(members: pl.DataFrame = MEMBERS, **columns: list[str | None]) -> str | None:
    return households(members, nominals(**columns))["household"].item()


def test_one_address_written_differently_is_one():
    said = together(
        nominal_id=["a", "b", "c"],
        address=["1 High St., Town", "1 HIGH ST TOWN", "1 high st town"],
    )
    assert said == ONE_ADDRESS


def test_an_address_that_one_of_them_lacks_is_not_all():
    assert together(nominal_id=["a", "b", "c"], address_id=["1", "1", None]) is None


def test_family_name_and_address_are_both_said():
    said = together(
        nominal_id=["a", "b", "c"],
        address_id=["1", "1", "1"],
        family_name=["O'Neil", "Oneil", "O NEIL"],
    )
    assert said == f"{ONE_ADDRESS}; {ONE_NAME}"


def test_any_record_of_a_person_counts():
    link = pl.DataFrame({"nominal_id": ["a1", "a2", "b"], "person_id": ["a", "a", "b"]})
    people = pl.DataFrame({"group_id": ["G", "G"], "person_id": ["a", "b"]})
    records = nominals(nominal_id=["a1", "a2", "b"], address_id=["1", "2", "2"])
    assert households(people, records, persons=link)["household"].item() == ONE_ADDRESS


def test_a_household_is_a_candidate_unless_left_out_on_request():
    groups = pl.DataFrame(
        {
            "theme": ["drugs"],
            "n_core": [3],
            "n_associates": [0],
            "occasions": [5],
            "months": [4],
            "household": [ONE_ADDRESS],
        }
    )
    assert gated(groups, Gates())["status"].item() == "candidate"
    strict = Gates(exclude_household_only=True)
    left_out = gated(groups, strict)
    assert (left_out["status"].item(), left_out["gate"].item()) == ("below gates", ONE_ADDRESS)
    assert "household" in strict.described()
    free = gated(groups.with_columns(household=pl.lit(None, dtype=pl.String)), strict)
    assert free["status"].item() == "candidate"
