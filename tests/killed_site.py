"""What the long and the short test of killing share: running it, and what must hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from support import ROOT

NONE = (
    "acknowledged and missing",
    "acts without their row",
    "acts twice",
    "jobs not done",
    "pieces missing",
    "pieces twice",
)


def after_killing(folder: Path, *, rounds: int) -> dict[str, Any]:
    """Kill so often, on a database of its own; what was found, after what must hold was held."""
    environment = dict(os.environ)
    address = environment.get("FRITH_WEB_DATABASE_URL", "")
    database = f"killed_{uuid4().hex}"
    if address:
        _sql(address, f'CREATE DATABASE "{database}"')
        environment["FRITH_WEB_DATABASE_URL"] = f"{address.rsplit('/', 1)[0]}/{database}"
    try:
        done = subprocess.run(
            [
                *(sys.executable, str(ROOT / "tests" / "killing.py")),
                *("--rounds", str(rounds), "--folder", str(folder / "killed")),
            ],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60 + 20 * rounds,
            check=False,
        )
    finally:
        if address:
            _sql(address, f'DROP DATABASE "{database}" WITH (FORCE)')
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert {name: found[name] for name in NONE} == dict.fromkeys(NONE, 0)
    assert found["faults of the log"] == []
    assert found["integrity"] == "ok"
    return found


def _sql(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
