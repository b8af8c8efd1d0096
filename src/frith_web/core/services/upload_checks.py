"""What a file goes through before it is kept: the scanner, the gate, and losing its metadata."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.db import transaction

from frith.errors import BadInput
from frith_web.core.models import EntryKind, User
from frith_web.core.services.audit import append
from frith_web.core.uploads import gate, metadata
from frith_web.core.uploads.scanner import ScannerAway, scanner_of


class Scan(Enum):
    """What the virus scanner said; what it refused goes no further."""

    NONE = "no scanner is set"
    CLEAN = "it found nothing"
    AWAY = "it did not answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A file that may be kept: where it lies aside, what it is, and its SHA-256."""

    path: Path
    sort: str
    digest: str
    size: int


def scanned(path: Path, *, name: str, by: User, place: str, arrived: str) -> Scan:
    """What the scanner says of a file. Raises `BadInput` where it found something, and logs it."""
    scanner = scanner_of(settings.SCANNER)
    if scanner is None:
        return Scan.NONE
    try:
        scanner.check(path)
    except ScannerAway:
        return Scan.AWAY
    except BadInput as error:
        with transaction.atomic():
            append(
                kind=EntryKind.ADMINISTRATION,
                act="core.upload.infected",
                actor=by,
                detail={"sha256": arrived, "place": place},
            )
        raise BadInput(error.what, where=name, mend=error.mend) from None
    return Scan.CLEAN


def made_ready(path: Path, *, name: str, takes: Collection[str]) -> Ready:
    """A scanned file through the gate and without its metadata, beside where it lies."""
    taken = gate.check(path, name=name, takes=takes)
    bare = path.with_name("bare")
    inside = set(takes) - {"zip"}
    if not metadata.strip(
        path, bare, sort=taken.sort, sort_of=lambda one: gate.promised(one, inside)
    ):
        bare = path
    with bare.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Ready(path=bare, sort=taken.sort, digest=digest, size=bare.stat().st_size)
