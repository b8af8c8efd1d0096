"""Killing a site in the middle of its work, and looking at what is left.

    python tests/killing.py --rounds 200 --folder FOLDER

Each round begins a writer and a worker, waits until they have said something between once and
thirty times, and kills both with SIGKILL. The writer says of each act that it was acknowledged,
through a pipe that survives it; the worker does jobs of many pieces, each of which leaves a
notification by its own name. At the end: everything acknowledged is there, each piece was done
once, the log verifies, and the database is whole.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

PIECES = 12
PATIENCE_S = 20.0
PAUSE_S = 0.02
"""Between acts, so that the worker gets its turn to write."""
LEASE = timedelta(milliseconds=150)
"""Short, so that the next round's worker takes over what the last one held."""


def writer(round_number: int, acknowledged: int) -> None:
    """Write until killed: an act and its row of the log in one transaction, then say so."""
    from django.db import transaction

    from frith_web.core.models import EntryKind, Notification, User
    from frith_web.core.services.audit import append
    from frith_web.core.services.jobs import enqueue

    user = User.objects.get(username="writer")
    for n in range(1_000_000):
        name = f"{round_number}.{n}"
        with transaction.atomic():
            Notification.objects.create(to=user, kind="job-ended", text=f"act {name}", link="/")
            append(kind=EntryKind.ALTERATION, act="test.act", actor=user, detail={"name": name})
        os.write(acknowledged, f"act {name}\n".encode())
        time.sleep(PAUSE_S)
        if n % 8 == 0:
            job = enqueue("test.pieces", by=user, key=name)
            os.write(acknowledged, f"job {job.reference}\n".encode())


def declare_pieces(begun: int) -> None:
    """A job whose every piece leaves one notification, by its own name."""
    from frith_web.core import job_bodies
    from frith_web.core.models import EntryKind, Notification
    from frith_web.core.services.audit import append
    from frith_web.core.services.job_runs import Run

    def pieces(run: Run) -> None:
        def piece(key: str) -> None:
            os.write(begun, b"begun\n")
            name = f"piece {run.job.reference} {key}"
            Notification.objects.create(to=run.asker(), kind="job-ended", text=name, link="/")
            append(kind=EntryKind.ALTERATION, act="test.piece", actor=run.asker())

        run.each("Pieces", map(str, range(PIECES)), piece)

    job_bodies.declare(job_bodies.Body(name="test.pieces", words="Pieces", run=pieces))


def worker() -> None:
    """Do jobs until killed."""
    from frith_web.jobs.worker import Worker

    Worker(lease=LEASE).work()


def child(run: object, *given: object) -> int:
    """A process of its own, whose database connection is its own too."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        run(*given)  # type: ignore[operator]
    finally:
        os._exit(1)


def one_round(number: int, pipe: tuple[int, int], *, rng: random.Random) -> tuple[int, bytes]:
    """Begin, listen a while, kill; how many were alive to be killed, and what they said."""
    reading, writing = pipe
    pids = [child(writer, number, writing), child(worker)]
    said, wanted, until = b"", rng.randint(1, 30), time.monotonic() + PATIENCE_S
    while said.count(b"\n") < wanted and time.monotonic() < until:
        said += heard(reading)
        time.sleep(0.001)
    killed = 0
    for pid in rng.sample(pids, 2):
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status)
    return killed, said + heard(reading)


def heard(reading: int) -> bytes:
    """What stands in the pipe; it holds less than a round can say."""
    try:
        return os.read(reading, 1 << 20)
    except BlockingIOError:
        return b""


def finish() -> None:
    """Let a worker that nobody kills do what is left."""
    from frith_web.core.models import Job
    from frith_web.jobs.worker import Worker

    until = time.monotonic() + 600
    while Job.objects.filter(state__in=["waiting", "running"]).exists():
        assert time.monotonic() < until, "jobs are left"
        time.sleep(LEASE.total_seconds() * 2)
        Worker(lease=timedelta(seconds=60)).work(once=True)


def examined(said: list[str]) -> dict[str, object]:
    """What is left, beside what was acknowledged."""
    from django.db import connection

    from frith_web.core.models import AuditEntry, Job, Notification
    from frith_web.core.services.audit_verify import verify

    texts = Counter(Notification.objects.values_list("text", flat=True))
    acts = {line for line in said if line.startswith("act ")}
    jobs = {line.split()[1] for line in said if line.startswith("job ")}
    logged = Counter(
        one["name"]
        for one in AuditEntry.objects.filter(act="test.act").values_list("detail", flat=True)
    )
    there = {
        str(one)
        for one in Job.objects.filter(name="test.pieces").values_list("reference", flat=True)
    }
    wanted = {f"piece {reference} {n}" for reference in there for n in range(PIECES)}
    pieces = Counter({text: count for text, count in texts.items() if text.startswith("piece ")})
    whole = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            whole = cursor.fetchone()[0]
    verdict = verify()
    states = Job.objects.filter(name="test.pieces").values_list("state", "attempt")
    return {
        "database": connection.vendor,
        "acknowledged": len(acts) + len(jobs),
        "acknowledged and missing": len(acts - set(texts)) + len(jobs - there),
        "acts without their row": len(
            {f"act {name}" for name in logged} ^ {one for one in texts if one.startswith("act ")}
        ),
        "acts twice": sum(count > 1 for count in logged.values()),
        "jobs": len(there),
        "jobs not done": sum(state != "done" for state, _ in states),
        "jobs taken up again": sum(attempt > 1 for _, attempt in states),
        "pieces": len(pieces),
        "pieces missing": len(wanted - set(pieces)),
        "pieces twice": sum(count > 1 for count in pieces.values()),
        "entries of the log": verdict.entries,
        "faults of the log": list(verdict.faults),
        "integrity": whole,
    }


def main() -> int:
    """Kill, finish, examine; prints what was found as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
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

    from frith_web.core.models import User

    settings.LOGGING_CONFIG = None
    call_command("migrate", verbosity=0)
    User.objects.create(username="writer", full_name="A writer")
    # More attempts than anybody's jobs have: here the killer does not stop.
    from frith_web.core.services import job_runs

    job_runs.MOST_ATTEMPTS = 10_000
    rng = random.Random(given.seed)
    pipe = os.pipe()
    os.set_blocking(pipe[0], False)
    declare_pieces(pipe[1])
    said, killed = b"", 0
    for number in range(given.rounds):
        more, words = one_round(number, pipe, rng=rng)
        killed, said = killed + more, said + words
    finish()
    found = examined(said.decode().splitlines())
    sys.stdout.write(json.dumps({"rounds": given.rounds, "killed": killed, **found}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
