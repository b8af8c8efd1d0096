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
    found = _ran("killing.py", folder, "--rounds", str(rounds), limit_s=60 + 20 * rounds)
    assert {name: found[name] for name in NONE} == dict.fromkeys(NONE, 0)
    assert found["faults of the log"] == []
    assert found["integrity"] == "ok"
    return found


def after_killing_an_import(folder: Path, *, rows: int, kills: int) -> dict[str, Any]:
    """Bring so many rows of each table in, killing the worker so often; every row is there once."""
    given = ("--rows", str(rows), "--kills", str(kills))
    found = _ran("killing_imports.py", folder, *given, limit_s=420)
    assert (found["state"], found["reason"]) == ("done", "")
    assert found["there"] == {"Nominal": rows, "Event": rows, "EventRole": rows}
    assert (found["added"], found["unseen"]) == (3 * rows, 0)
    assert found["batches"][-1] == ["complete", 3 * rows]
    assert {state for state, _ in found["batches"][:-1]} <= {"undone"}
    assert found["imports in the log"] == 1
    assert found["faults of the log"] == []
    return found


def _ran(script: str, folder: Path, *given: str, limit_s: int) -> dict[str, Any]:
    """What a script found on a database of its own."""
    environment = dict(os.environ)
    address = environment.get("FRITH_WEB_DATABASE_URL", "")
    database = f"killed_{uuid4().hex}"
    if address:
        run_sql(address, f'CREATE DATABASE "{database}"')
        environment["FRITH_WEB_DATABASE_URL"] = f"{address.rsplit('/', 1)[0]}/{database}"
    try:
        done = subprocess.run(
            [
                *(sys.executable, str(ROOT / "tests" / script)),
                *(*given, "--folder", str(folder / "killed")),
            ],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    finally:
        if address:
            run_sql(address, f'DROP DATABASE "{database}" WITH (FORCE)')
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_sql(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
