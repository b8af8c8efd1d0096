"""An import dies in the middle and goes on; and while it comes in, others write."""

from __future__ import annotations

from pathlib import Path

from killed_site import after_killing_an_import


def test_a_killed_import_brings_every_row_in_once(tmp_path: Path) -> None:
    found = after_killing_an_import(tmp_path, rows=2500, kills=4)
    assert found["killed"] >= 1


def test_others_write_while_an_import_comes_in(tmp_path: Path) -> None:
    """On SQLite one process writes at a time: the others get their turn between the stretches."""
    found = after_killing_an_import(tmp_path, rows=4000, kills=0)
    assert found["killed"] == 0
    # As one transaction, nobody could write from its first row to its last.
    assert found["longest wait"] < found["seconds"] / 2
    assert found["acts beside it"] >= 8
