"""Two hundred rounds of SIGKILL: nothing acknowledged is lost, and no piece is done twice.

Run it once on each database:

    pytest tests/prove/test_site_kill.py
    python tools/with_postgres.py pytest tests/prove/test_site_kill.py
"""

from __future__ import annotations

from pathlib import Path

from killed_site import after_killing


def test_nothing_is_lost_in_two_hundred_rounds(tmp_path: Path) -> None:
    found = after_killing(tmp_path, rounds=200)
    assert found["killed"] == 400
    assert found["acknowledged"] > 200
    assert found["jobs taken up again"] > 20
