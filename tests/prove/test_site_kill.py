"""Two hundred rounds of SIGKILL: nothing acknowledged is lost, and nothing is done twice.

Run it once on each database:

    pytest tests/prove/test_site_kill.py
    python tools/with_postgres.py pytest tests/prove/test_site_kill.py
"""

from __future__ import annotations

from pathlib import Path

from killed_site import after_killing, after_killing_an_import


def test_nothing_is_lost_in_two_hundred_rounds(tmp_path: Path) -> None:
    found = after_killing(tmp_path, rounds=200)
    assert found["killed"] == 400
    assert found["acknowledged"] > 200
    assert found["jobs taken up again"] > 20


def test_an_import_that_is_killed_a_hundred_times_brings_every_row_in_once(tmp_path: Path) -> None:
    found = after_killing_an_import(tmp_path, rows=60_000, kills=100)
    assert found["killed"] > 30
    assert found["attempts"] > 10
