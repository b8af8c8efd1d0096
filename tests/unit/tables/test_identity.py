"""Who is who is a pure function of the history, and every change can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from frith.errors import BadInput, UnknownName
from frith.tables import TABLES, current_persons, empty_frame, undo

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC).replace(tzinfo=None)
EMPTY = empty_frame(TABLES["identity_history"])


def _change(
    history: pl.DataFrame, change_id: str, kind: str, **moves: tuple[str | None, str]
) -> pl.DataFrame:
    rows = [
        {
            "change_id": change_id,
            "changed_at": NOW,
            "kind": kind,
            "nominal_id": nominal,
            "from_person_id": before,
            "to_person_id": after,
            "decided_by": "A. Analyst",
            "reason": "same date of birth and address",
        }
        for nominal, (before, after) in moves.items()
    ]
    return pl.concat([history, pl.DataFrame(rows, schema=history.schema)])


def _undo(history: pl.DataFrame, change_id: str) -> pl.DataFrame:
    return undo(
        history, change_id, decided_by="B. Reviewer", changed_at=NOW, reason="wrong address"
    )


def _persons(history: pl.DataFrame) -> dict[str, str]:
    return dict(current_persons(history).select("nominal_id", "person_id").iter_rows())


@pytest.fixture
def history() -> pl.DataFrame:
    start = _change(EMPTY, "c1", "assign", N1=(None, "P1"), N2=(None, "P2"), N3=(None, "P3"))
    merged = _change(start, "c2", "merge", N2=("P2", "P1"))
    return _change(merged, "c3", "merge", N3=("P3", "P1"))


def test_persons_are_what_the_rows_leave_in_order(history: pl.DataFrame) -> None:
    persons = current_persons(history)
    assert persons.columns == list(TABLES["persons"].names)
    assert _persons(history) == {"N1": "P1", "N2": "P1", "N3": "P1"}
    assert current_persons(EMPTY).height == 0


def test_an_undo_adds_rows_and_removes_none(history: pl.DataFrame) -> None:
    after = _undo(history, "c2")
    assert_frame_equal(after.head(history.height), history)
    assert _persons(after) == {"N1": "P1", "N2": "P2", "N3": "P1"}
    row = after.row(-1, named=True)
    assert (row["kind"], row["undoes"], row["decided_by"]) == ("undo", "c2", "B. Reviewer")


def test_a_later_change_to_the_same_nominals_is_undone_first(history: pl.DataFrame) -> None:
    with pytest.raises(BadInput, match=r"later change 'c2' moved N2\. Undo 'c2' first"):
        _undo(history, "c1")
    cleared = _undo(_undo(_undo(history, "c2"), "c3"), "c1")
    assert _persons(cleared) == {}


def test_an_undo_can_be_undone_and_done_again(history: pl.DataFrame) -> None:
    once = _undo(history, "c2")
    with pytest.raises(BadInput, match="undone already"):
        _undo(once, "c2")
    back = _undo(once, "c2~undo1")
    assert _persons(back) == _persons(history)
    again = _undo(back, "c2")
    assert again["change_id"][-1] == "c2~undo2"
    assert _persons(again) == _persons(once)


def test_a_change_after_an_undo_stands_in_the_way_of_redoing_it(history: pl.DataFrame) -> None:
    moved = _change(_undo(history, "c2"), "c4", "assign", N2=("P2", "P9"))
    with pytest.raises(BadInput, match="later change 'c4'"):
        _undo(moved, "c2~undo1")


def test_an_undo_needs_a_name_a_reason_and_a_change(history: pl.DataFrame) -> None:
    with pytest.raises(UnknownName, match="no change 'c9'"):
        _undo(history, "c9")
    for who, why in (("", "x"), ("x", " ")):
        with pytest.raises(BadInput, match="who decided it and why"):
            undo(history, "c2", decided_by=who, changed_at=NOW, reason=why)


@pytest.mark.parametrize(
    ("kind", "moves", "says"),
    [
        ("merge", {"N2": ("P7", "P1")}, "takes nominal 'N2' from 'P7', but it was 'P1'"),
        ("assign", {"N1": (None, "P5")}, "from None, but it was 'P1'"),
        ("split", {"N1": ("P1", None)}, "without a person"),
    ],
)
def test_a_history_that_does_not_follow_is_refused(
    history: pl.DataFrame, kind: str, moves: Any, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        current_persons(_change(history, "c4", kind, **moves))


def test_rows_of_one_change_stand_together_and_once(history: pl.DataFrame) -> None:
    with pytest.raises(BadInput, match="do not stand together"):
        current_persons(_change(history, "c1", "merge", N4=(None, "P1")))
    twice = _change(
        _change(history, "c4", "split", N2=("P1", "P2")), "c4", "split", N2=("P2", "P1")
    )
    with pytest.raises(BadInput, match="moves nominal 'N2' twice"):
        current_persons(twice)


Moves = st.lists(
    st.dictionaries(
        st.sampled_from(["N1", "N2", "N3", "N4"]), st.sampled_from(["P1", "P2", "P3"]), min_size=1
    ),
    max_size=6,
)


def _history_of(steps: list[dict[str, str]]) -> pl.DataFrame:
    history, state = EMPTY, dict[str, str]()
    for i, step in enumerate(steps):
        moves = {nominal: (state.get(nominal), person) for nominal, person in step.items()}
        history = _change(history, f"c{i}", "assign", **moves)
        state |= step
    return history


@settings(deadline=None)
@given(first=Moves, then=Moves)
def test_undoing_in_reverse_returns_the_start(
    first: list[dict[str, str]], then: list[dict[str, str]]
) -> None:
    start = _history_of(first)
    history = _history_of(first + then)
    for i in reversed(range(len(first), len(first) + len(then))):
        history = _undo(history, f"c{i}")
    assert _persons(history) == _persons(start)


@settings(deadline=None)
@given(steps=Moves, data=st.data())
def test_any_undo_that_is_allowed_puts_back_exactly_what_the_change_moved(
    steps: list[dict[str, str]], data: st.DataObject
) -> None:
    history = _history_of(steps)
    for _ in range(data.draw(st.integers(0, 6))):
        names = history["change_id"].unique(maintain_order=True).to_list()
        if not names:
            return
        target = data.draw(st.sampled_from(names))
        before = _persons(history)
        rows = history.filter(pl.col("change_id") == target)
        try:
            history = _undo(history, target)
        except BadInput:
            assert _persons(history) == before
            continue
        expected = dict(before)
        for nominal, was in rows.select("nominal_id", "from_person_id").iter_rows():
            if was is None:
                del expected[nominal]
            else:
                expected[nominal] = was
        assert _persons(history) == expected
