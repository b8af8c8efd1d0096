"""Uploaded files that mention what disposal erases: found by their content, and deleted.

Only files that the record's own partner brought: what another partner brought about the same person
is that partner's. A file that is not yet settled is in use, and so disposal waits for it.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO

from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core.erasing import Going
from frith_web.core.models import Upload, opened
from frith_web.core.services.uploads import forget_file, stored

PIECE = 1 << 20
OVERLAP = 4096
"""Longer than any value; a value may lie across two pieces."""
DEEPEST = 3
"""A zip of workbooks of parts; the gate lets nothing deeper in."""
ERASED = "erased"
LOOKS = "whether a file mentions what is erased, whoever may read it"


def count_uploads(going: Going) -> int:
    """How many uploads mention what goes, in their file or beside it."""
    return len(_found(going))


def erase_uploads(going: Going) -> int:
    """Delete the files once the transaction stands, and what is written beside them now."""
    found = _found(going)
    with opened(LOOKS):
        for one in found:
            if str(one.reference) not in going.records.get(Upload.kind, frozenset()):
                Upload.objects.filter(pk=one.pk).update(
                    name=ERASED if going.mentioned_in(one.name) else one.name,
                    given={},
                    findings={},
                    cleared_at=one.cleared_at or timezone.now(),
                    version=one.version + 1,
                )
    for digest in {name for one in found for name in (one.sha256, one.answer_sha256) if name}:
        transaction.on_commit(partial(forget_file, digest))
    return len(found)


def unsettled_uploads(going: Going) -> str:
    """A file that somebody still means to bring in may not go from under them."""
    waiting = (one for one in _found(going) if one.settled_at is None and one.cleared_at is None)
    if any(str(one.reference) not in going.records.get(Upload.kind, ()) for one in waiting):
        return "A file that was brought and not yet settled mentions it: bring it in or put it away"
    with opened(LOOKS):
        held = Upload.objects.filter(
            protection__owner=going.owner_id, held_at__isnull=False, cleared_at__isnull=True
        )
        if held.exists():
            return "A file waits for the virus scanner, and nobody can say yet what it mentions"
    return ""


def _found(going: Going) -> list[Upload]:
    """The owner's uploads that go, or that mention what goes."""
    own = going.records.get(Upload.kind, frozenset())
    needles = _needles(going)
    with opened(LOOKS):
        uploads = list(Upload.objects.filter(protection__owner=going.owner_id))
    return [
        one
        for one in uploads
        if str(one.reference) in own
        or going.mentioned_in(f"{one.name}\n{json.dumps([one.given, one.findings])}")
        or (one.cleared_at is None and one.held_at is None and _file_mentions(one, needles))
    ]


def _file_mentions(upload: Upload, needles: re.Pattern[bytes] | None) -> bool:
    if needles is None:
        return False
    for digest in (upload.sha256, upload.answer_sha256):
        try:
            path = stored(digest)
        except BadInput:
            continue
        with path.open("rb") as file:
            if any(needles.search(piece) for piece in _pieces(file)):
                return True
    return False


def _pieces(file: IO[bytes], *, deep: int = DEEPEST) -> Iterator[bytes]:
    """A file's bytes and those of the files in it, in pieces that overlap by a longest value."""
    start = file.read(4)
    file.seek(0)
    if deep and start == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(file) as archive:
                for member in archive.infolist():
                    yield member.filename.encode()
                    with archive.open(member) as inner:
                        yield from _pieces(io.BytesIO(inner.read()), deep=deep - 1)
            return
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            file.seek(0)  # no archive after all: its bytes as they lie
    held = b""
    while piece := file.read(PIECE):
        yield held + piece
        held = (held + piece)[-OVERLAP:]


def _needles(going: Going) -> re.Pattern[bytes] | None:
    """Every way in which a file of a kind that comes in could write one of the values down."""
    references = (one for many in going.records.values() for one in many)
    words = {form for one in (*references, *going.values) for form in _forms(one)}
    if not words:
        return None
    longest = sorted(words, key=len, reverse=True)
    return re.compile(b"|".join(re.escape(one) for one in longest))


def _forms(value: str) -> Iterator[bytes]:
    quoted = io.StringIO()
    csv.writer(quoted).writerow([value])
    texts: Iterable[str] = (
        value,
        quoted.getvalue().strip("\r\n").strip('"'),
        html.escape(value),
        html.escape(value, quote=False),
        json.dumps(value)[1:-1],
    )
    for text in texts:
        yield text.encode()
        try:
            yield text.encode("cp1252")
        except UnicodeEncodeError:
            continue
