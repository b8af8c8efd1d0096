"""What each kind of work does: a recipe of stages that call services."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from frith_web.core.job_bodies import Body
from frith_web.core.models import Upload, User
from frith_web.core.services import (
    audit_roots,
    backup,
    jobs,
    notifications,
    uploads,
)
from frith_web.core.services.job_runs import Run
from frith_web.core.upload_selectors import upload_of
from frith_web.pole.services import bringing_in

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sign_root(run: Run) -> None:
    """Sign the root of the log."""

    def sign() -> None:
        run.answer(entries=audit_roots.sign_root().tree_size)

    run.once("Signing the log", sign)


def clear(run: Run) -> None:
    """Delete what has been kept long enough: files, notifications, ended jobs."""
    stages = {
        "files": uploads.clear_old,
        "notifications": notifications.clear_old,
        "jobs": jobs.clear_old,
    }
    run.each("Clearing away", stages, lambda key: run.answer(**{key: stages[key]()}))


def mail_notice(run: Run) -> None:
    """Tell one person by email that something waits."""
    person = User.objects.get(pk=run.arguments["to"])
    run.once("Sending", lambda: notifications.send_notice(to=person))


def back_up(run: Run) -> None:
    """Write the daily backup, where a folder and a key for it are set."""
    run.outside("Writing the backup", backup.daily, lambda file: run.answer(file=file))


def check_dataset(run: Run) -> None:
    """See what an upload would add."""
    upload, by = _upload(run), run.asker()

    def note(found: bringing_in.Found) -> None:
        bringing_in.keep(found=found, upload=upload, by=by)
        run.answer(reference=run.arguments["upload"])

    run.outside(
        "Checking the file",
        lambda: bringing_in.look(upload=upload, by=by, say=run.say),
        note,
    )


def import_dataset(run: Run) -> None:
    """Bring a checked upload in, whole or not at all."""

    def bring() -> None:
        made = bringing_in.bring_in(upload=_upload(run), by=run.asker(), say=run.say)
        run.answer(
            reference=run.arguments["upload"],
            added=sum(made.added.values()),
            refused=made.refused,
        )

    run.once("Bringing the rows in", bring)


def _upload(run: Run) -> Upload:
    found = upload_of(run.asker(), UUID(run.arguments["upload"]), place=bringing_in.PLACE)
    if found is None:
        raise LookupError("the upload of a job is not there for whoever asked")
    return found


IMPORT = "pole.batch:import"
BODIES = (
    Body(name="core.sign_root", words="Sign the root of the log", run=sign_root, every=HOUR),
    Body(name="core.clear", words="Clear away what was kept long enough", run=clear, every=DAY),
    Body(name="core.back_up", words="Write the daily backup", run=back_up, every=DAY),
    Body(name=notifications.MAIL, words="Send an email", run=mail_notice),
    Body(
        name=bringing_in.CHECK,
        words="Check a data set",
        run=check_dataset,
        permission=IMPORT,
        page="pole:upload",
    ),
    Body(
        name=bringing_in.IMPORT,
        words="Bring in a data set",
        run=import_dataset,
        permission=IMPORT,
        page="pole:upload",
    ),
)
