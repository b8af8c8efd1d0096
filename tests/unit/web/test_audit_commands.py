"""`frith-web log-root` and `frith-web verify-log`, on a database of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ADD = (
    "from django.db import transaction\n"
    "from frith_web.core.models import EntryKind\n"
    "from frith_web.core.services.audit import append\n"
    "for n in range(7):\n"
    "    with transaction.atomic():\n"
    "        append(kind=EntryKind.ACCESS, act=f'core.test{n}', actor=None)\n"
)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRITH_WEB")}
    return subprocess.run(
        [sys.executable, "-c", "from frith_web.cli import main; main()", *arguments],
        env={**kept, "FRITH_WEB_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    for arguments in (("migrate", "--verbosity", "0"), ("shell", "--no-imports", "-c", ADD)):
        answer = run(data, *arguments)
        assert answer.returncode == 0, answer.stderr
    return data


def test_a_root_is_written_and_a_broken_log_is_named_with_its_place(folder: Path) -> None:
    out = folder / "root.txt"
    answer = run(folder, "log-root", "--out", str(out), "--to", "The DPO")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == out.read_text("utf-8")
    assert answer.stdout.startswith("frith log root\nentries: 7\n")
    whole = run(folder, "verify-log", "--roots", str(out))
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout == "The log is whole: 8 entries, 1 signed roots, 1 outside.\n"
    with sqlite3.connect(folder / "site.sqlite3") as database:
        database.execute("DROP TRIGGER core_auditentry_no_update")
        database.execute("UPDATE core_auditentry SET act = 'core.other' WHERE n = 3")
    broken = run(folder, "verify-log", "--roots", str(out))
    assert broken.returncode == 1
    assert broken.stdout.count("\n") == 1
    assert "entry 3: its content is not what was written." in broken.stdout
    missing = run(folder, "verify-log", "--roots", str(folder / "nothing"))
    assert missing.returncode == 2
    assert missing.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["verify-log", "log-root"])
def test_help_has_an_example(tmp_path: Path, command: str) -> None:
    answer = run(tmp_path, command, "--help")
    assert f"frith-web {command}" in answer.stdout.split("Example:")[1]
