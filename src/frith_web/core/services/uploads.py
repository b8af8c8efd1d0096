"""Keeping uploaded files: by their SHA-256, outside the web root, and for a fortnight.

A file is scanned before anything reads it, then goes through the gate, then loses what it says of
whoever made it. Where the scanner does not answer it is held, unread, until it does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from time import time
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core.models import EntryKind, Upload, User, opened
from frith_web.core.no_room import is_no_room, not_kept
from frith_web.core.services.audit import append
from frith_web.core.services.job_runs import NotYet
from frith_web.core.services.protections import Terms, terms
from frith_web.core.services.upload_checks import Ready, Scan, made_ready, scanned
from frith_web.core.uploads import gate

FOLDER = "uploads"
KEPT_FOR = timedelta(days=14)
ORPHANED_FOR = timedelta(days=1)
PIECE = 1 << 20


def take(
    *,
    file: UploadedFile,
    by: User,
    place: str,
    takes: Collection[str],
    given: Mapping[str, str | bool] | None = None,
    then: Callable[[Upload], object] = lambda _: None,
) -> Upload:
    """Take an uploaded file in through the gate, for whoever brought it alone.

    `then` stands in the transaction of its row, such as asking for the job that reads it. Raises
    `BadInput` in plain words where the scanner or the gate refuses the file, or there is no room
    for it; nothing of it is kept then.
    """
    if by.partner is None:
        raise BadInput("your account works for no partner, so nobody would own the file")
    name = str(file.name or "")
    try:
        return _taken(file, name=name, by=by, place=place, takes=takes, given=given, then=then)
    except (OSError, OperationalError) as error:
        if is_no_room(error):
            raise not_kept(name) from None
        raise


def _taken(
    file: UploadedFile,
    *,
    name: str,
    by: User,
    place: str,
    takes: Collection[str],
    given: Mapping[str, str | bool] | None,
    then: Callable[[Upload], object],
) -> Upload:
    with _aside() as folder:
        held = folder / "arriving"
        arrived = _write(held, file.chunks(PIECE))
        size = held.stat().st_size
        gate.check_outside(name=name, size=size, takes=takes)
        scan = scanned(held, name=name, by=by, place=place, arrived=arrived)
        ready = made_ready(held, name=name, takes=takes) if scan is not Scan.AWAY else None
        kept = ready or Ready(path=held, sort="", digest=arrived, size=size)
        _put(kept.path, kept.digest)
    try:
        with transaction.atomic():
            upload = _note(
                by=by,
                name=name,
                kept=kept,
                place=place,
                given=dict(given or {}),
                arrived=arrived,
                scan=scan,
            )
            then(upload)
    except BaseException:
        # Where the database does not answer either, the daily clearing takes a file without a row.
        with suppress(DatabaseError):
            forget_file(kept.digest)
        raise
    return upload


def _note(
    *,
    by: User,
    name: str,
    kept: Ready,
    place: str,
    given: dict[str, Any],
    arrived: str,
    scan: Scan,
) -> Upload:
    assert by.partner is not None
    regime = Regime.LAW_ENFORCEMENT if by.partner.is_competent_authority else Regime.UK_GDPR
    now = timezone.now()
    with opened("a file that has just come is seen by nobody yet"):
        upload = Upload.objects.create(
            protection=terms(of=Terms(owner=by.partner, regime=regime)),
            created_by=by,
            name=name,
            sort=kept.sort,
            sha256=kept.digest,
            arrived_sha256=arrived,
            size=kept.size,
            place=place,
            given=given,
            scanned_at=now if scan is Scan.CLEAN else None,
            held_at=now if scan is Scan.AWAY else None,
        )
    append(
        kind=EntryKind.COLLECTION,
        act="core.upload.take",
        actor=by,
        records={Upload.kind: [upload.reference]},
        detail={
            "sha256": kept.digest,
            "arrived": arrived,
            "size": kept.size,
            "place": place,
            "held": scan is Scan.AWAY,
        },
    )
    return upload


def _let_in(upload: Upload, *, takes: Collection[str]) -> None:
    """Ask the scanner again about a file that is held; then treat it as any file that comes.

    Raises `NotYet` where the scanner still does not answer, `BadInput` where it or the gate refuses
    the file, which is then put away.
    """
    by, name, place = upload.created_by, upload.name, upload.place
    with _aside() as folder:
        held = folder / "held"
        copyfile(stored(upload.sha256), held)
        try:
            scan = scanned(held, name=name, by=by, place=place, arrived=upload.sha256)
            if scan is Scan.AWAY:
                raise NotYet("the virus scanner does not answer")
            kept = made_ready(held, name=name, takes=takes)
        except BadInput:
            _refuse_held(upload, by=by)
            raise
        _put(kept.path, kept.digest)
    values = {
        "sha256": kept.digest,
        "size": kept.size,
        "sort": kept.sort,
        "scanned_at": timezone.now() if scan is Scan.CLEAN else None,
        "held_at": None,
    }
    with transaction.atomic():
        _save(upload, by=by, act="core.upload.let-in", values=values)
    for field, value in values.items():
        setattr(upload, field, value)


@transaction.atomic
def _refuse_held(upload: Upload, *, by: User) -> None:
    """Put away a held file that may not come in; its bytes go with the next clearing at latest."""
    now = timezone.now()
    values = {"settled_at": now, "cleared_at": now, "held_at": None}
    _save(upload, by=by, act="core.upload.refuse", values=values)
    transaction.on_commit(lambda: forget_file(upload.sha256))


def forget_file(digest: str) -> None:
    """Delete a file that no upload keeps any more; one that another came with stays."""
    with transaction.atomic(), opened("whether a file is still kept, whoever may read it"):
        live = Upload.objects.filter(cleared_at__isnull=True)
        kept = live.filter(Q(sha256=digest) | Q(answer_sha256=digest)).exists()
    if digest and not kept:
        _path(digest).unlink(missing_ok=True)


def keep_answer(path: Path) -> str:
    """Keep a file that goes back to whoever brought the upload; its SHA-256."""
    with _aside() as folder, path.open("rb") as source:
        held = folder / "answer"
        digest = _write(held, iter(lambda: source.read(PIECE), b""))
        _put(held, digest)
    return digest


@transaction.atomic
def keep_findings(*, upload: Upload, by: User, findings: Mapping[str, Any], answer: str) -> None:
    """What a check found in a file, and the SHA-256 of the file that goes back."""
    values = {"findings": dict(findings), "answer_sha256": answer}
    _save(upload, by=by, act="core.upload.check", values=values)


@transaction.atomic
def settle(*, upload: Upload, by: User) -> None:
    """The file was brought in, or put away: nothing more is done with it."""
    _save(upload, by=by, act="core.upload.settle", values={"settled_at": timezone.now()})


@transaction.atomic
def clear_old() -> int:
    """Delete the files behind uploads that are a fortnight old; how many uploads that was.

    A file that no upload names goes with them: its upload was never written down.
    """
    with opened("files are deleted whoever may read them"):
        old = list(
            Upload.objects.select_for_update().filter(
                created_at__lt=timezone.now() - KEPT_FOR, cleared_at__isnull=True
            )
        )
        for upload in old:
            upload.cleared_at = timezone.now()
            upload.save(update_fields=["cleared_at"])
        live = Upload.objects.filter(cleared_at__isnull=True)
        kept = {one for pair in live.values_list("sha256", "answer_sha256") for one in pair}
    if old:
        append(
            kind=EntryKind.ERASURE,
            act="core.upload.clear",
            actor=None,
            records={Upload.kind: [one.reference for one in old]},
        )
    transaction.on_commit(lambda: _delete_but(kept))
    return len(old)


def stored(digest: str) -> Path:
    """Where a file of that SHA-256 is kept. Raises `BadInput` where it was cleared away."""
    path = _path(digest)
    if not digest or not path.is_file():
        raise BadInput(
            "the file is no longer kept", mend=f"Files are kept {KEPT_FOR.days} days: bring it anew"
        )
    return path


@contextmanager
def unpacked(upload: Upload, *, takes: Collection[str]) -> Iterator[Path]:
    """The files of an upload, checked again one by one, in a folder that goes with the block.

    Raises `NotYet` while the file is held for a virus scanner that does not answer.
    """
    if upload.held_at is not None:
        _let_in(upload, takes=takes)
    with _aside() as folder:
        into = folder / "files"
        path = stored(upload.sha256)
        gate.unpack(path, name=upload.name, sort=upload.sort, takes=takes, into=into)
        yield into


def _save(upload: Upload, *, by: User, act: str, values: dict[str, Any]) -> None:
    with opened("whoever brought a file may see what becomes of it"):
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        for name, value in values.items():
            setattr(held, name, value)
        held.version += 1
        held.save(update_fields=[*values, "version"])
    append(
        kind=EntryKind.ALTERATION,
        act=act,
        actor=by,
        records={Upload.kind: [upload.reference]},
    )


def _root() -> Path:
    root = Path(settings.DATA) / FOLDER
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _path(digest: str) -> Path:
    return _root() / digest[:2] / digest


@contextmanager
def _aside() -> Iterator[Path]:
    """A folder beside the kept files, so that a file moves into place in one step."""
    folder = Path(mkdtemp(prefix=".arriving-", dir=_root()))
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def _write(path: Path, pieces: Iterator[bytes]) -> str:
    digest = sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        for piece in pieces:
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _put(held: Path, digest: str) -> None:
    target = _path(digest)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(held, target)


def _delete_but(kept: Collection[str]) -> None:
    """Delete every file that is not kept and is not of today: one may be on its way in."""
    yesterday = time() - ORPHANED_FOR.total_seconds()
    for path in _root().glob("[0-9a-f][0-9a-f]/*"):
        if path.name not in kept and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)
    for path in _root().glob(".arriving-*"):
        if path.stat().st_mtime < yesterday:
            rmtree(path, ignore_errors=True)
