"""The audit log: rows verified a second, and what one page's row adds to its answer.

    python benchmarks/audit.py [--rows 300000] [--pages 300]

Verification is timed for the site's own command and for the stand-alone verifier, over rows that
list ten records each, signatures and tree included; the best of three, by the clock and by the
processor's time, which other work on the machine does not stretch. The overhead is that of one
page for a signed-in reader, with and without a record on it, on a SQLite database in a file, with
`synchronous=FULL`: each row is on the disk before its page leaves. Beside it, an `INSERT` of one
row by the sqlite3 module alone, in the same file: what any log that survives a crash has to pay.
Needs no network; the target is 100,000 rows a second and 10 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORDS = 10
ACT = "pole:nominal"


def set_up(folder: Path) -> None:
    """A site with an empty log in a folder."""
    os.environ.update(FRITH_WEB_DATA=str(folder), DJANGO_SETTINGS_MODULE="frith_web.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    call_command("migrate", verbosity=0, interactive=False)


def fill(rows: int) -> None:
    """So many rows of consultation, hashed as `append` does, put in at once."""
    from django.db import connection, transaction

    from frith_web.core import guards
    from frith_web.core.canonical import GENESIS, canonical, row_hash, row_text

    previous, made = GENESIS, []
    for n in range(1, rows + 1):
        row = {
            "kind": "consultation",
            "actor_id": 1 + n % 40,
            "actor_name": "Ann Analyst",
            "actor_partner": "Police",
            "act": ACT,
            "records": canonical({"pole.nominal": [f"N-{n + k}" for k in range(RECORDS)]}),
            "purpose": "",
            "recipient": "",
            "detail": '{"method":"GET","status":200}',
        }
        found = row_hash(previous, row_text(n=n, at="2026-11-21T10:00:00.123456Z", **row))
        at = "2026-11-21 10:00:00.123456"
        made.append((n, at, *row.values(), previous.hex(), found.hex()))
        previous = found
    names = (
        "n, at, kind, actor_id, actor_name, actor_partner, act, records, purpose, recipient, "
        "detail, previous_hash, hash"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        guards.lift(cursor.execute, vendor=connection.vendor)
        marks = ", ".join(["%s"] * 13)
        cursor.executemany(f"INSERT INTO {guards.ENTRY} ({names}) VALUES ({marks})", made)
        cursor.execute(f"UPDATE {guards.HEAD} SET n = %s, hash = %s", [rows, previous.hex()])
        guards.install(cursor.execute, vendor=connection.vendor)


def best(run: Callable[[], object], times: int = 3) -> tuple[float, float]:
    """The quickest of several runs: seconds by the clock, seconds of the processor."""
    taken = []
    for _ in range(times):
        start, busy = time.perf_counter(), time.process_time()
        run()
        taken.append((time.perf_counter() - start, time.process_time() - busy))
    return min(one for one, _ in taken), min(one for _, one in taken)


def stand_alone() -> Any:
    """The verifier that knows no frith."""
    path = Path(__file__).resolve().parent.parent / "tools" / "verify_log.py"
    spec = importlib.util.spec_from_file_location("verify_log", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def verification(rows: int, database: Path) -> None:
    """Rows a second of both verifiers."""
    from frith_web.core.services.audit_roots import sign_root
    from frith_web.core.services.audit_verify import verify

    fill(rows)
    _, signing = best(sign_root, times=1)
    verdict = verify()
    assert not verdict.faults, verdict.line
    alone = stand_alone()
    line, whole = alone.check_log(database, [])
    assert whole, line
    print(f"signing the first root over {rows:,} rows: {signing:.2f} s")
    for name, run in (
        ("frith-web verify-log", verify),
        ("tools/verify_log.py", lambda: alone.check_log(database, [])),
    ):
        clock, busy = best(run)
        print(f"{name}: {rows / clock:,.0f} rows a second ({rows / busy:,.0f} by the processor)")


def overhead(pages: int, database: Path) -> None:
    """Milliseconds of a page with and without a row, taken in turn."""
    from django.http import HttpResponse
    from django.test import RequestFactory

    from frith_web.core.consultation import Consultation
    from frith_web.core.models import AuditEntry, User
    from frith_web.core.reading import current_reading

    user = User.objects.create(username="analyst", full_name="Ann Analyst")
    request = RequestFactory().get("/")
    request.user = user
    answer = HttpResponse("a page")

    def quiet(_: Any) -> Any:
        return answer

    def showing(_: Any) -> Any:
        current_reading().note("pole.nominal", [f"N-{k}" for k in range(25)])
        return answer

    before = AuditEntry.objects.count()
    bare, logged = Consultation(quiet), Consultation(showing)
    taken: dict[str, list[float]] = {"without": [], "with": [], "sqlite3 alone": []}
    busy: dict[str, list[float]] = {name: [] for name in taken}
    beside = sqlite3.connect(database.with_name("beside.sqlite3"), isolation_level=None)
    beside.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(x)")

    def insert(_: Any) -> None:
        beside.execute("INSERT INTO t VALUES (?)", ["x" * 600])

    for _ in range(pages):
        for name, run in (("without", bare), ("with", logged), ("sqlite3 alone", insert)):
            start, worked = time.perf_counter(), time.process_time()
            run(request)
            taken[name].append(1000 * (time.perf_counter() - start))
            busy[name].append(1000 * (time.process_time() - worked))
    assert AuditEntry.objects.count() == before + pages
    for name, values in taken.items():
        cuts, worked = statistics.quantiles(values, n=20), statistics.quantiles(busy[name], n=20)
        print(
            f"{name}: median {statistics.median(values):.2f} ms, 95th percentile {cuts[18]:.2f} "
            f"(of the processor {worked[9]:.2f} and {worked[18]:.2f})"
        )


def main() -> None:
    """Both figures, in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--pages", type=int, default=300)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        verification(given.rows, Path(folder) / "site.sqlite3")
        overhead(given.pages, Path(folder) / "site.sqlite3")


if __name__ == "__main__":
    main()
