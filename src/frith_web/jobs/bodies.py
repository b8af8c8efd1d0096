"""What each kind of work does: a recipe of stages that call services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from frith_web.core.job_bodies import Body
from frith_web.core.models import User
from frith_web.core.services import (
    audit_roots,
    backup,
    deletion,
    jobs,
    notifications,
    reminders,
    retention_daily,
    sweeping,
    uploads,
)
from frith_web.core.services.job_runs import Run
from frith_web.jobs import importing
from frith_web.pole.services import bringing_in, imports

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sign_root(run: Run) -> None:
    """Sign the root of the log."""

    def sign() -> None:
        run.answer(entries=audit_roots.sign_root().tree_size)

    run.once("Signing the log", sign)


def clear(run: Run) -> None:
    """Delete what has been kept long enough, and overwrite what disposal freed."""
    stages = {
        "files": uploads.clear_old,
        "notifications": notifications.clear_old,
        "jobs": jobs.clear_old,
        "reminders": reminders.clear_old,
        "drafts": sweeping.clear_drafts,
        "sent_forms": sweeping.clear_submissions,
        "sessions": sweeping.clear_sessions,
        "leavings": sweeping.clear_leavings,
    }
    run.each("Clearing away", stages, lambda key: run.answer(**{key: stages[key]()}))
    run.outside(
        "Taking out what imports left behind",
        imports.clear_unseen,
        lambda batches: run.answer(batches=batches),
    )
    run.outside(
        "Overwriting what was freed",
        deletion.sweep_what_waits,
        lambda swept: run.answer(swept=swept),
    )


def look_for_due(run: Run) -> None:
    """List what falls due for review, and tell its owners. It disposes of nothing."""
    daily = retention_daily
    look = _counted(run, "due {}", daily.look_at)
    run.each("Looking for what is due", daily.to_look_at(), look)
    again = _counted(run, "closed {}", daily.look_again_at)
    run.each("Looking again at what was", daily.to_look_at_again(), again)

    def tell(partner: str) -> None:
        new, closed = (int(run.job.result.get(f"{one} {partner}", 0)) for one in ("due", "closed"))
        daily.tell(partner, new=new, closed=closed)

    run.each("Telling the owners", daily.partners(), tell)


def remind(run: Run) -> None:
    """Remind people of what ends in 28, 7 and 1 days."""
    due = reminders.due()
    send = _counted(run, "sent", lambda key: int(key in due and reminders.send(due[key])))
    run.each("Reminding", due, send)


def _counted(run: Run, name: str, do: Callable[[str], int]) -> Callable[[str], None]:
    """Does one piece, and adds what it came to to the result, for each partner where named so."""

    def one(key: str) -> None:
        of = name.format(key.partition("/")[0])
        run.answer(**{of: int(run.job.result.get(of, 0)) + do(key)})

    return one


def mail_notice(run: Run) -> None:
    """Tell one person by email that something waits."""
    person = User.objects.get(pk=run.arguments["to"])
    run.once("Sending", lambda: notifications.send_notice(to=person))


def back_up(run: Run) -> None:
    """Write the daily backup, where a folder and a key for it are set."""
    run.outside("Writing the backup", backup.daily, lambda file: run.answer(file=file))


IMPORT = "pole.batch:import"
BODIES = (
    Body(name="core.sign_root", words="Sign the root of the log", run=sign_root, every=HOUR),
    Body(name="core.clear", words="Clear away what was kept long enough", run=clear, every=DAY),
    Body(
        name="core.look_for_due", words="List what is due for review", run=look_for_due, every=DAY
    ),
    Body(name="core.remind", words="Remind of what is about to end", run=remind, every=DAY),
    Body(name="core.back_up", words="Write the daily backup", run=back_up, every=DAY),
    Body(name=notifications.MAIL, words="Send an email", run=mail_notice),
    Body(
        name=bringing_in.CHECK,
        words="Check a data set",
        run=importing.check_dataset,
        permission=IMPORT,
        page="pole:upload",
    ),
    Body(
        name=bringing_in.RECEIVE,
        words="Check and bring in what a system sent",
        run=importing.receive_dataset,
        permission=IMPORT,
        page="pole:upload",
    ),
    Body(
        name=bringing_in.IMPORT,
        words="Bring in a data set",
        run=importing.import_dataset,
        permission=IMPORT,
        page="pole:upload",
    ),
)
