"""Records that are still coming in: held on terms that show them to nobody, until all are there.

Half a data set misleads: an event without its roles, a suspect whose part as a victim is yet to
come. So each record first bears terms sealed to no one, which name the terms it is meant for. One
import at a time: whatever is unseen while another begins is a leftover of one that died.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from frith.reference.regimes import Marking, Regime
from frith_web.core.database import on_postgresql
from frith_web.core.models import Protection
from frith_web.core.services.protections import Terms, terms

MEANT_FOR = "coming-in:"
"""The descriptor of unseen terms, before the number of the terms that follow."""
LOCK_FILE = "importing.lock"
LOCK = 0x6672697468  # any number that nothing else of this database locks


class AnotherImport(Exception):
    """Somebody else's data set is coming in; this one waits."""


def unseen(protection: Protection) -> Protection:
    """The terms on which a record waits until it may be held on `protection`."""
    if meant_for(protection) is not None:
        return protection
    return terms(
        of=Terms(
            owner=protection.owner,
            regime=Regime(protection.regime),
            marking=Marking(protection.marking),
            descriptors=[f"{MEANT_FOR}{protection.pk}"],
            sealed_to=(),
        )
    )


def meant_for(protection: Protection) -> int | None:
    """The number of the terms that a record on these is meant for; None where they are no such."""
    for one in protection.descriptors:
        if protection.sealed and one.startswith(MEANT_FOR):
            return int(one.removeprefix(MEANT_FOR))
    return None


def unseen_terms() -> Mapping[int, int]:
    """Every set of unseen terms, by number, to the number of the terms that follow."""
    found = {one.pk: meant_for(one) for one in Protection.objects.filter(sealed=True)}
    return {pk: to for pk, to in found.items() if to is not None}


def unseen_of(numbers: Iterable[int]) -> dict[int, Protection]:
    """The unseen terms for each of these terms, by number."""
    found = Protection.objects.select_related("owner").in_bulk(set(numbers))
    return {pk: unseen(one) for pk, one in found.items()}


@contextmanager
def alone() -> Iterator[None]:
    """Within, no other import runs on this database. A killed process holds nothing any more.

    Raises `AnotherImport` where one does.
    """
    with _on_postgresql() if on_postgresql() else _on_this_host():
        yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (held,) = cursor.fetchone() or (False,)
    if not held:
        raise AnotherImport
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _on_this_host() -> Iterator[None]:
    """SQLite is one file on one host, and so is its lock."""
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherImport from None
        yield
