"""Named persons' decisions: refused without a name, refused where they contradict each other."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from frith.errors import BadInput
from frith.linkage import LINK_DECISIONS, judgements
from frith.tables import empty_frame

KNOWN = set("abcd")


def decided(*rows: tuple[str, str, str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(left, right, said, by, date(2026, 1, day), None) for left, right, said, by, day in rows],
        schema=empty_frame(LINK_DECISIONS).schema,
        orient="row",
    )


def test_each_judgement_is_kept_in_order_of_identifier() -> None:
    found = judgements(
        decided(
            ("b", "a", "same", "PC Ash", 1),
            ("c", "a", "different", "PC Ash", 1),
            ("c", "d", "unsure", "PC Ash", 1),
            ("b", "d", "not judged", "PC Ash", 1),
        ),
        known=KNOWN,
    )
    assert found.same == (("a", "b"),)
    assert found.different == (("a", "c"),)
    assert found.unsure == (("c", "d"),)


@pytest.mark.parametrize("nobody", ["", "  "])
def test_a_decision_without_a_name_is_refused(nobody: str) -> None:
    with pytest.raises(BadInput, match="names nobody"):
        judgements(decided(("a", "b", "same", nobody, 1)), known=KNOWN)


def test_contradiction_along_a_chain_names_every_decision() -> None:
    frame = decided(
        ("a", "b", "same", "PC Ash", 1),
        ("c", "b", "same", "DC Elm", 2),
        ("a", "c", "different", "Sgt Oak", 3),
    )
    with pytest.raises(BadInput) as caught:
        judgements(frame, known=KNOWN)
    message = caught.value.line()
    for name in ("PC Ash", "DC Elm", "Sgt Oak"):
        assert name in message


def test_the_latest_decision_on_a_pair_counts() -> None:
    frame = decided(("a", "b", "same", "PC Ash", 1), ("b", "a", "different", "DC Elm", 2))
    assert judgements(frame, known=KNOWN).different == (("a", "b"),)
    assert judgements(frame.reverse(), known=KNOWN).different == (("a", "b"),)


def test_two_of_one_day_that_disagree_are_refused() -> None:
    frame = decided(("a", "b", "same", "PC Ash", 1), ("b", "a", "different", "DC Elm", 1))
    with pytest.raises(BadInput, match=r"PC Ash.*DC Elm"):
        judgements(frame, known=KNOWN)


def test_a_decision_on_an_absent_nominal_is_passed_over_and_said() -> None:
    found = judgements(decided(("a", "zz", "same", "PC Ash", 1)), known=KNOWN)
    assert found.same == ()
    assert found.flags[0].code == "decision_without_nominal"


def test_a_record_is_not_compared_with_itself() -> None:
    with pytest.raises(BadInput, match="itself"):
        judgements(decided(("a", "a", "same", "PC Ash", 1)), known=KNOWN)
