"""Person ids stay; merges and splits are written down so that each can be undone."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from frith.linkage.stable import carry_over, held_by_undo, name_persons
from frith.tables import TABLES, current_persons, empty_frame, undo

NOW = datetime(2026, 1, 5)
EMPTY = empty_frame(TABLES["identity_history"])


def clusters(**label: int) -> pl.DataFrame:
    return pl.DataFrame({"nominal_id": list(label), "label": list(label.values())})


def named(frame: pl.DataFrame, history: pl.DataFrame = EMPTY):
    before = dict(current_persons(history).select("nominal_id", "person_id").iter_rows())
    found = name_persons(frame, history=history, before=before, decided_by="test", now=NOW)
    return dict(zip(frame["nominal_id"], found.person, strict=True)), found.history


def test_the_same_clusters_change_nothing() -> None:
    first, history = named(clusters(a=0, b=0, c=1))
    again, grown = named(clusters(c=7, b=3, a=3), history)
    assert again == first
    assert grown.equals(history)


def test_a_new_record_joins_an_existing_person() -> None:
    first, history = named(clusters(b=0, c=1))
    later, grown = named(clusters(a=0, b=0, c=1), history)
    assert later["a"] == later["b"] == first["b"]
    assert grown.tail(1)["kind"].item() == "assign"


def test_a_merge_keeps_the_larger_person_and_can_be_undone() -> None:
    first, history = named(clusters(a=0, b=1, c=1))
    later, grown = named(clusters(a=0, b=0, c=0), history)
    assert set(later.values()) == {first["b"]}
    change = grown.tail(1).row(0, named=True)
    assert (change["kind"], change["nominal_id"]) == ("merge", "a")
    back = undo(grown, change["change_id"], decided_by="PC Ash", changed_at=NOW, reason="wrong")
    assert dict(current_persons(back).select("nominal_id", "person_id").iter_rows()) == first


def test_a_split_leaves_the_id_with_most_of_the_records() -> None:
    first, history = named(clusters(a=0, b=0, c=0))
    later, grown = named(clusters(a=1, b=0, c=0), history)
    assert later["b"] == later["c"] == first["a"]
    assert later["a"] != first["a"]
    assert grown.tail(1)["kind"].item() == "split"


def test_changes_of_later_runs_have_names_of_their_own() -> None:
    _, history = named(clusters(a=0, b=1))
    _, history = named(clusters(a=0, b=0), history)
    _, history = named(clusters(a=0, b=1), history)
    _, history = named(clusters(a=0, b=0), history)
    ids = history.unique("change_id")["change_id"].to_list()
    assert len(ids) == 4
    current_persons(history)


def test_history_may_begin_from_a_persons_file() -> None:
    persons = pl.DataFrame({"nominal_id": ["b", "a"], "person_id": ["P-1", "P-1"]})
    history = carry_over(persons, decided_by="test", now=NOW)
    later, _ = named(clusters(a=0, b=0, c=0), history)
    assert set(later.values()) == {"P-1"}


def test_an_undone_merge_holds_apart_and_an_undone_split_together() -> None:
    _, history = named(clusters(a=0, b=1, c=1))
    _, merged = named(clusters(a=0, b=0, c=0), history)
    change = merged.tail(1)["change_id"].item()
    back = undo(merged, change, decided_by="PC Ash", changed_at=NOW, reason="two people")
    before = dict(current_persons(back).select("nominal_id", "person_id").iter_rows())
    together, apart = held_by_undo(back, before)
    assert together == []
    assert set(apart) == {("a", "b"), ("a", "c")}

    _, history = named(clusters(a=0, b=0, c=0))
    _, parted = named(clusters(a=1, b=0, c=0), history)
    change = parted.tail(1)["change_id"].item()
    back = undo(parted, change, decided_by="PC Ash", changed_at=NOW, reason="one person")
    before = dict(current_persons(back).select("nominal_id", "person_id").iter_rows())
    together, apart = held_by_undo(back, before)
    assert set(together) == {("a", "b"), ("a", "c")}
    assert apart == []
