"""Keeping uploaded files: by their SHA-256, outside the web root, and for a fortnight."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import time
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core.models import EntryKind, Upload, User, opened
from frith_web.core.services.audit import append
from frith_web.core.services.protections import Terms, terms
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
    `BadInput` in plain words where the gate refuses the file; nothing of it is kept then.
    """
    if by.partner is None:
        raise BadInput("your account works for no partner, so nobody would own the file")
    name = str(file.name or "")
    with _aside() as folder:
        held = folder / "arriving"
        digest = _write(held, file.chunks(PIECE))
        taken = gate.check(held, name=name, takes=takes)
        _put(held, digest)
    with transaction.atomic():
        upload = _note(by=by, taken=taken, digest=digest, place=place, given=dict(given or {}))
        then(upload)
    return upload


def _note(*, by: User, taken: gate.Taken, digest: str, place: str, given: dict[str, Any]) -> Upload:
    assert by.partner is not None
    regime = Regime.LAW_ENFORCEMENT if by.partner.is_competent_authority else Regime.UK_GDPR
    with opened("a file that has just come is seen by nobody yet"):
        upload = Upload.objects.create(
            protection=terms(of=Terms(owner=by.partner, regime=regime)),
            created_by=by,
            name=taken.name,
            sort=taken.sort,
            sha256=digest,
            size=taken.size,
            place=place,
            given=given,
        )
    append(
        kind=EntryKind.COLLECTION,
        act="core.upload.take",
        actor=by,
        records={Upload.kind: [upload.reference]},
        detail={"sha256": digest, "size": taken.size, "place": place},
    )
    return upload


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
    """The files of an upload, checked again one by one, in a folder that goes with the block."""
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
