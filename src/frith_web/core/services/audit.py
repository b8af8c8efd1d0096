"""Writing the audit log: an act's row in its own transaction, a reading's row after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import time
from hashlib import sha256
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from frith_web.core import asking
from frith_web.core.canonical import canonical, check, moment, row_hash, row_text
from frith_web.core.models import AuditEntry, AuditHead, AuditPolicy, EntryKind, User
from frith_web.core.reading import Reading

CHUNK = 1000
"""References on one row; a batch of more stands on consecutive rows that name the whole."""
NOBODY = "the site itself"
STRANGER = "a stranger"
Records = Mapping[str, Iterable[object]]
_WRITER = Lock()


class OutsideTransaction(RuntimeError):
    """A row of the log without a transaction would stand where its act may not: our fault."""


class LogUnwritable(RuntimeError):
    """The log has no head: nothing can be written, so nothing may be shown or done."""


class PurposeMissing(Exception):
    """This act asks for a purpose and none was given."""


def append(
    *,
    kind: EntryKind,
    act: str,
    actor: User | None,
    records: Records | None = None,
    purpose: str = "",
    recipient: str = "",
    detail: Mapping[str, Any] | None = None,
    actor_name: str = "",
) -> AuditEntry:
    """Add one act to the log, inside the transaction of the act itself; the first of its rows.

    Whoever appends holds the log until their transaction ends, so append last. `detail` holds
    references and settings, never content. `actor_name` is for who has no account.

    Raises `OutsideTransaction` outside `transaction.atomic()`, and `canonical.NotCanonical` for
    values that have no one way to be written.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{act}: append to the log inside transaction.atomic()")
    given = dict(detail or {})
    check(given)
    batches = list(_batches(records or {}, given))
    heads = AuditHead.objects.select_for_update().filter(pk=1).values_list("n", "hash")
    head = next(iter(heads), None)
    if head is None:
        raise LogUnwritable("the log's head is missing; frith-web verify-log says what is left")
    shared = {
        "kind": EntryKind(kind).value,
        "act": act,
        "actor_id": actor.pk if actor else None,
        "actor_name": actor.full_name if actor else actor_name or NOBODY,
        "actor_partner": str(actor.partner) if actor and actor.partner_id else "",
        "purpose": purpose,
        "recipient": recipient,
    }
    check(shared)
    rows = []
    for batch in batches:
        rows.append(_add({**shared, **batch}, after=head))
        head = rows[-1].n, rows[-1].hash
    return rows[0]


def record_reading(ledger: Reading, *, detail: Mapping[str, Any] | None = None) -> None:
    """Write what a reader was shown since the last time, in a short transaction of its own."""
    if not ledger.has_something_to_write():
        return
    counts = {"counts": dict(sorted(ledger.counts.items()))} if ledger.counts else {}
    with _in_turn(), transaction.atomic():
        append(
            kind=EntryKind.DISCLOSURE if ledger.is_export else EntryKind.CONSULTATION,
            act=ledger.act,
            actor=ledger.actor,
            records=ledger.references(),
            purpose=ledger.purpose,
            recipient=ledger.recipient,
            detail={**(detail or {}), **counts},
        )
    ledger.clear()


@contextmanager
def _in_turn() -> Iterator[None]:
    """Threads of this process come to SQLite's one writer one by one, first come, first served.

    SQLite lets those who wait sleep and try again, and who comes anew may slip in before them.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _WRITER:
        yield


def policy_in_force() -> AuditPolicy:
    """The newest policy; before anybody set one, purposes are asked."""
    return AuditPolicy.objects.first() or AuditPolicy()


def purpose_required(act: str) -> bool:
    """True where this act is a search or an export and the policy asks for its purpose."""
    asks = asking.asked_of(act)
    if asks is None:
        return False
    policy = policy_in_force()
    return {
        asking.Asks.SEARCH: policy.purpose_for_searches,
        asking.Asks.EXPORT: policy.purpose_for_exports,
    }[asks]


def state_purpose(ledger: Reading, *, purpose: str) -> None:
    """Set down why the reader asks. Raises `PurposeMissing` where the policy wants a purpose."""
    if not purpose.strip() and purpose_required(ledger.act):
        raise PurposeMissing(f"{ledger.act} asks for a purpose")
    ledger.purpose = purpose.strip()


@transaction.atomic
def set_policy(
    *,
    actor: User,
    purpose_for_searches: bool,
    purpose_for_exports: bool,
    office_opens: time,
    office_closes: time,
    reviewer: User | None = None,
) -> AuditPolicy:
    """A new policy from now on; the old one stays, with its date.

    `reviewer` looks at the list of unusual access.
    """
    values: dict[str, Any] = {
        "purpose_for_searches": purpose_for_searches,
        "purpose_for_exports": purpose_for_exports,
        "office_opens": office_opens,
        "office_closes": office_closes,
        "reviewer_id": reviewer.pk if reviewer else None,
    }
    policy = AuditPolicy.objects.create(set_by_id=actor.pk, **values)
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.audit_policy.set",
        actor=actor,
        detail={
            name: value.isoformat() if isinstance(value, time) else value
            for name, value in values.items()
        },
    )
    return policy


def _batches(records: Records, detail: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The records and detail of each row: one, or as many as a big batch needs."""
    listed = {kind: list(dict.fromkeys(map(str, of))) for kind, of in records.items()}
    check(listed)
    flat = [(kind, one) for kind, of in sorted(listed.items()) for one in of]
    if len(flat) <= CHUNK:
        yield {"records": {kind: of for kind, of in listed.items() if of}, "detail": detail}
        return
    whole = sha256(canonical(listed).encode()).hexdigest()
    parts = -(-len(flat) // CHUNK)
    for part in range(parts):
        held: dict[str, list[str]] = {}
        for kind, one in flat[part * CHUNK : (part + 1) * CHUNK]:
            held.setdefault(kind, []).append(one)
        batch = {"count": len(flat), "digest": whole, "part": part + 1, "parts": parts}
        yield {"records": held, "detail": {**detail, "batch": batch}}


def _add(row: dict[str, Any], *, after: tuple[int, str]) -> AuditEntry:
    """One row behind the one of this number and hash, and the head moved to it."""
    n, previous = after
    entry = AuditEntry(n=n + 1, at=timezone.now(), previous_hash=previous, **row)
    text = row_text(
        **{**row, "records": canonical(row["records"]), "detail": canonical(row["detail"])},
        n=entry.n,
        at=moment(entry.at),
    )
    entry.hash = row_hash(bytes.fromhex(previous), text).hex()
    entry.save(force_insert=True)
    if AuditHead.objects.filter(pk=1).update(n=entry.n, hash=entry.hash) != 1:
        raise LogUnwritable("the log's head is gone")
    return entry
