"""Ten rounds of SIGKILL; the two hundred are `tests/prove/test_site_kill.py`."""

from __future__ import annotations

from pathlib import Path

from killed_site import after_killing


def test_nothing_is_lost_when_writers_and_workers_are_killed(tmp_path: Path) -> None:
    found = after_killing(tmp_path, rounds=10)
    assert found["killed"] == 20
    assert found["acknowledged"] > 5
