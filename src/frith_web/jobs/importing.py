"""What the jobs do that bring data sets in: check, then stretch by stretch, each once."""

from __future__ import annotations

from uuid import UUID, uuid4

from frith_web.core.models import Upload, User
from frith_web.core.permissions import Refused
from frith_web.core.services.job_runs import Cancelled, NotYet, Run
from frith_web.core.upload_selectors import upload_of
from frith_web.pole.services import bringing_in, imports
from frith_web.pole.services.unseen import AnotherImport, alone


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


def receive_dataset(run: Run) -> None:
    """Check what a system sent and, where nothing stands against it, bring it in."""
    check_dataset(run)
    bringing_in.check_ready(_upload(run))
    import_dataset(run)


def import_dataset(run: Run) -> None:
    """Bring a checked upload in, stretch by stretch; it is seen when the last one is in."""
    upload, by = _upload(run), run.asker()
    try:
        with alone():
            _bring_in(run, upload, by)
    except AnotherImport:
        run.say("Waiting until another import has ended")
        raise NotYet from None


def _bring_in(run: Run, upload: Upload, by: User) -> None:
    coming = bringing_in.read(upload=upload, by=by, say=run.say)
    batch = _begun(run, coming)

    def bring(key: str) -> None:
        of, piece = key.split(" ", 1)
        if of == str(batch):  # else of a batch that was begun before, and undone
            imports.bring(coming=coming, batch=batch, piece=piece)

    def finish(key: str) -> None:
        if key == str(batch):
            made = bringing_in.finish(coming=coming, batch=batch, upload=upload)
            run.answer(
                reference=run.arguments["upload"],
                added=sum(made.added.values()),
                refused=made.refused,
            )

    try:
        keys = [f"{batch} {piece}" for piece in imports.pieces(coming)]
        run.each("Bringing the rows in", keys, bring, between=imports.breathe)
        run.each("Showing them to their readers", [str(batch)], finish)
    except (Cancelled, Refused):
        imports.undo_unseen(by=by)
        raise


def _begun(run: Run, coming: imports.Coming) -> UUID:
    """The batch that this job's last attempt left off in, else a new one."""
    held = imports.coming_in(str(run.job.result.get("batch", "")))
    imports.undo_unseen(by=run.asker(), but=held)
    if held is not None:
        return held
    new = uuid4()

    def begin(key: str) -> None:
        if key == str(new):
            imports.begin(coming=coming, reference=new)
            run.answer(batch=key)

    run.each("Beginning", [str(new)], begin)
    return new


def _upload(run: Run) -> Upload:
    found = upload_of(run.asker(), UUID(run.arguments["upload"]), place=bringing_in.PLACE)
    if found is None:
        raise LookupError("the upload of a job is not there for whoever asked")
    return found
