"""Killing an import in the middle, again and again, while somebody else writes; and what is left.

    python tests/killing_imports.py --rows 20000 --kills 10 --folder FOLDER

A data set is brought in by a worker of its own process. While it comes in, another process writes
acts with their rows of the log and says how long each took. The worker is killed with SIGKILL so
often, after a while that chance says, and the next one goes on. At the end every row is there once
and is seen, whatever was killed when; and without a kill, the longest wait of the other writer.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

LEASE = timedelta(milliseconds=300)
PATIENCE_S = 300.0
PAUSE_S = 0.05
SPREAD_S = 1.0
"""A worker is killed within so long of its beginning."""


def worker() -> None:
    """Do jobs until killed."""
    from frith_web.core.services import job_runs
    from frith_web.jobs.worker import Worker

    job_runs.MOST_ATTEMPTS = 10_000
    job_runs.WAIT = timedelta(milliseconds=50)
    Worker(lease=LEASE).work()


def writer(waits: int) -> None:
    """Write until killed, and say of each act how long it took."""
    from django.db import transaction

    from frith_web.core.models import EntryKind, Notification, User
    from frith_web.core.services.audit import append

    user = User.objects.get(username="writer")
    while True:
        began = time.monotonic()
        with transaction.atomic():
            Notification.objects.create(to=user, kind="job-ended", text="act", link="/")
            append(kind=EntryKind.ALTERATION, act="test.act", actor=user)
        os.write(waits, f"{time.monotonic() - began:.4f}\n".encode())
        time.sleep(PAUSE_S)


def asked(folder: Path, rows: int) -> None:
    """Somebody asks for the import of so many nominals and events, each with its role."""
    import site_world as world
    from frith_web.core.models import User
    from frith_web.pole.services import bringing_in

    world.person("writer", of=None)
    ann = world.person("ann", of=world.partner("council"), roles=("analyst",))
    data = folder / "set"
    data.mkdir()
    about = 'name = "Many"\narea = "E08000099"\narea_name = "X"\narea_vintage = "lsoa21"\n'
    tables = ("nominals", "events", "roles")
    regimes = "".join(f'[files.{one}]\nregime = "synthetic"\n' for one in tables)
    (data / "dataset.toml").write_text(about + regimes, "utf-8")
    lines = {
        "nominals": ("nominal_id,source,family_name", "n{0},made up,Maple{0}"),
        "events": ("event_id,source,kind,occurred_from", "e{0},made up,crime,2025-01-01"),
        "roles": ("event_id,nominal_id,role", "e{0},n{0},suspect"),
    }
    for table, (head, line) in lines.items():
        text = "\n".join([head, *(line.format(n) for n in range(rows)), ""])
        (data / f"{table}.csv").write_text(text, "utf-8")
    upload = _taken(data, ann)
    by = User.objects.get(pk=ann.pk)
    with world.reading_as(by):
        found = bringing_in.look(upload=upload, by=by)
        bringing_in.keep(found=found, upload=upload, by=by)
        upload.findings = dict(found.findings)
        bringing_in.confirm(upload=upload, by=by)


def _taken(data: Path, by: object) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    import hostile_files
    import site_world as world
    from frith_web.pole.services import bringing_in

    parts = [(path.name, path.read_bytes()) for path in sorted(data.iterdir())]
    file = SimpleUploadedFile("set.zip", hostile_files.zipped(*parts))
    with world.reading_as(by):  # type: ignore[arg-type]
        return bringing_in.bring(file=file, by=by, table="", flow=None, share=False)  # type: ignore[arg-type]


def child(run: object, *given: object) -> int:
    """A process of its own, whose database connection is its own too.

    This process reads no table itself: the threads that do it would not survive the fork.
    """
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        run(*given)  # type: ignore[operator]
        os._exit(0)
    finally:
        os._exit(1)


def killed(pid: int) -> bool:
    """Kill a process; True where it was alive to be killed."""
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def bring_in(*, kills: int, rng: random.Random) -> int:
    """Workers, one after another, until the import has ended; how many were killed."""
    from frith_web.core.models import Job

    deaths, until = 0, time.monotonic() + PATIENCE_S
    pid = child(worker)
    began, life = time.monotonic(), rng.uniform(0.05, SPREAD_S)
    while not Job.objects.filter(name="pole.import_dataset", state__in=["done", "failed"]).exists():
        assert time.monotonic() < until, "the import does not end"
        if deaths < kills and time.monotonic() - began > life:
            deaths += killed(pid)
            pid = child(worker)
            began, life = time.monotonic(), rng.uniform(0.05, SPREAD_S)
        time.sleep(0.02)
    killed(pid)
    return deaths


def examined() -> dict[str, object]:
    """What is left of the import."""
    from django.db import connection, transaction

    from frith_web.core.models import AuditEntry, Job, opened
    from frith_web.core.services.audit_verify import verify
    from frith_web.pole.models import Batch, Event, EventRole, Nominal
    from frith_web.pole.services.unseen import unseen_terms

    job = Job.objects.get(name="pole.import_dataset")
    with transaction.atomic(), opened("a test looks at everything"):
        waits = list(unseen_terms())
        kinds = (Nominal, Event, EventRole)
        there = {one.__name__: one.objects.count() for one in kinds}
        hidden = sum(one.objects.filter(protection__in=waits).count() for one in kinds)
        states = [(one.state, one.accepted) for one in Batch.objects.order_by("pk")]
    return {
        "database": connection.vendor,
        "state": job.state,
        "reason": job.reason,
        "attempts": job.attempt,
        "added": job.result.get("added"),
        "there": there,
        "unseen": hidden,
        "batches": states,
        "imports in the log": AuditEntry.objects.filter(act="pole.import").count(),
        "faults of the log": list(verify().faults),
    }


def main() -> int:
    """Bring in, kill, write beside it, examine; prints what was found as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    os.environ["FRITH_WEB_DATA"] = str(given.folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "frith_web.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.LOGGING_CONFIG = None
    call_command("migrate", verbosity=0)
    assert os.waitpid(child(asked, given.folder, given.rows), 0)[1] == 0, "it was not asked for"
    pipe = os.pipe()
    beside = child(writer, pipe[1])
    began = time.monotonic()
    deaths = bring_in(kills=given.kills, rng=random.Random(given.seed))
    took = time.monotonic() - began
    killed(beside)
    os.set_blocking(pipe[0], False)
    waits = sorted(float(one) for one in os.read(pipe[0], 1 << 20).decode().splitlines())
    found = {
        "rows": given.rows * 3,
        "killed": deaths,
        "seconds": round(took, 1),
        "acts beside it": len(waits),
        "longest wait": waits[-1] if waits else None,
        "wait of 95 in 100": waits[int(0.95 * len(waits))] if waits else None,
    }
    sys.stdout.write(json.dumps({**found, **examined()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
