"""A filled site's database goes back to its first release and forward again, and keeps its rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from killed_site import run_sql
from support import ROOT


def test_a_filled_site_goes_back_and_forward_and_keeps_every_value(tmp_path: Path) -> None:
    environment = dict(os.environ)
    address = environment.get("FRITH_WEB_DATABASE_URL", "")
    database = f"migrated_{uuid4().hex}"
    if address:
        run_sql(address, f'CREATE DATABASE "{database}"')
        environment["FRITH_WEB_DATABASE_URL"] = f"{address.rsplit('/', 1)[0]}/{database}"
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "migrating.py"), "--folder", str(tmp_path)],
            env={**environment, "PYTHONPATH": str(ROOT / "tests")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    finally:
        if address:
            run_sql(address, f'DROP DATABASE "{database}" WITH (FORCE)')
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["columns"] > 300
    assert [move["to"] for move in found["moves"]][-1] == "newest"
    assert {move["to"]: move["changed"] for move in found["moves"] if move["changed"]} == {}
    assert found["faults of the log"] == []
