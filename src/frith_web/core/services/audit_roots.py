"""Signing the log's root, and handing it outside, where no administrator of ours reaches it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from frith.errors import Mendable
from frith_web.core.canonical import GENESIS, moment
from frith_web.core.guards import ENTRY
from frith_web.core.merkle import Frontier, consistency, inclusion, leaf
from frith_web.core.models import AuditEntry, AuditHead, EntryKind, LogRoot, User
from frith_web.core.services.audit import append
from frith_web.core.services.audit_statements import Statement, as_letter, of_root
from frith_web.core.services.audit_verify import Checked, walk

KEY_FILE = "log_key"
PROVED = tuple(field.attname for field in AuditEntry._meta.concrete_fields)


def sign_root() -> LogRoot:
    """The newest root, signed now where entries have come since the last one.

    Only rows that hold together are signed. A root changes nothing and shows nothing: handing it
    over is what is logged. Raises `Mendable` for an empty or broken log.
    """
    last = LogRoot.objects.last()
    head = AuditHead.objects.get(pk=1)
    if last is not None and last.tree_size == head.n:
        return last
    if head.n == 0:
        raise Mendable("the log has no entries yet", mend="Sign in once, then try again.")
    checked = _grown(last, until=head.n)
    key = _key()
    statement = Statement(
        size=checked.n,
        root=checked.frontier.root().hex(),
        key=key.public_key().public_bytes_raw().hex(),
    )
    root = LogRoot(
        n_from=last.n_to + 1 if last else 1,
        n_to=statement.size,
        tree_size=statement.size,
        root=statement.root,
        frontier=[peak.hex() for peak in checked.frontier.peaks],
        signed_at=timezone.now(),
        public_key=statement.key,
    )
    root.signature = key.sign(of_root(root).signed_text().encode()).hex()
    with transaction.atomic():
        root.save(force_insert=True)
    return root


@transaction.atomic
def hand_over(*, root: LogRoot, to: str, actor: User | None) -> LogRoot:
    """Note that a root left the site, and to whom; the log holds it too."""
    kept = LogRoot.objects.select_for_update().get(pk=root.pk)
    if kept.handed_at is None:
        kept.handed_to, kept.handed_at = to, timezone.now()
        kept.save(update_fields=["handed_to", "handed_at"])
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.log_root.hand_over",
        actor=actor,
        recipient=to,
        detail={"entries": kept.tree_size, "root": kept.root},
    )
    return kept


def letter(root: LogRoot) -> str:
    """A root as text, with the proof that it only adds to the last one that was handed outside."""
    before = LogRoot.objects.filter(handed_at__isnull=False, tree_size__lt=root.tree_size).last()
    if before is None:
        return as_letter(of_root(root))
    proof = consistency(leaves(root.tree_size), before.tree_size)
    return as_letter(of_root(root), before=of_root(before), proof=proof)


def leaves(size: int) -> list[bytes]:
    """The first so many entries as leaves of the tree."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT hash FROM {ENTRY} WHERE n <= %s ORDER BY n",  # noqa: S608
            [size],
        )
        return [leaf(bytes.fromhex(one)) for (one,) in cursor]


def _grown(last: LogRoot | None, *, until: int) -> Checked:
    """The tree of the last root, grown by the rows that came since, each checked on the way."""
    frontier = Frontier()
    before = GENESIS
    if last is not None:
        peaks = [bytes.fromhex(peak) for peak in last.frontier]
        frontier = Frontier(size=last.tree_size, peaks=peaks)
        before = bytes.fromhex(AuditEntry.objects.get(n=last.n_to).hash)
    checked = Checked(n=frontier.size, last=before, frontier=frontier)
    if last is not None and frontier.root().hex() != last.root:
        checked.blame(f"root over {last.tree_size:,}: its parts do not give it.")
    walk(checked, until=until)
    if checked.faults or checked.n != until:
        reason = checked.faults[0] if checked.faults else f"entry {until:,} is missing."
        raise Mendable(
            f"the log is broken, so it is not signed: {reason}",
            mend="Run frith-web verify-log, and keep the database as it is.",
        )
    return checked


def _key() -> Ed25519PrivateKey:
    """The key of this installation, made the first time, readable by this user alone."""
    path = Path(settings.DATA) / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.private_bytes_raw().hex() + "\n")
    return key


def entry_proof(entry: AuditEntry, root: LogRoot) -> dict[str, Any]:
    """One entry and the hashes that lead to a root: for who keeps that root outside."""
    return {
        "entry": {
            **{name: getattr(entry, name) for name in PROVED},
            "at": moment(entry.at),
        },
        "size": root.tree_size,
        "root": root.root,
        "proof": [one.hex() for one in inclusion(leaves(root.tree_size), entry.n - 1)],
    }
