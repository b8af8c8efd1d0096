"""Who is reading, why, and what they were shown: open round every request, job and command.

    with reading(actor=user, act="pole:nominal") as ledger:
        ledger.note("pole.nominal", ["N-17"])

Whatever fetches protected records notes them in the open reading; with none open it raises, so
that a record cannot be shown without being written down. The reading itself writes nothing:
`core.consultation` and `services.audit.record_reading` do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frith_web.core.models import User


class UnloggedRead(RuntimeError):
    """Protected records were asked for with no reading open: a fault of ours, and shown as one."""


@dataclass(slots=True)
class Reading:
    """What one reader consults in one act. Not yet written are `records` and `counts`."""

    actor: User | None
    act: str
    purpose: str = ""
    recipient: str = ""
    """Who receives an export; where set, the row is a disclosure."""
    is_export: bool = False
    records: dict[str, dict[str, None]] = field(default_factory=dict)
    """Record kind to references, in the order they were shown, each once."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many figures were asked of each kind; a count is an answer too."""

    def note(self, kind: str, references: Iterable[object]) -> None:
        """Records of a kind were fetched for this reader."""
        held = self.records.setdefault(kind, {})
        held.update(dict.fromkeys(map(str, references)))
        if not held:
            del self.records[kind]

    def note_count(self, kind: str) -> None:
        """A figure about records of a kind was fetched: a count, a sum, whether any exist."""
        self.counts[kind] += 1

    def export_to(self, recipient: str) -> None:
        """What is answered leaves the site for this recipient: its row is a disclosure."""
        self.is_export = True
        self.recipient = recipient

    def has_something_to_write(self) -> bool:
        """True where records were fetched, figures asked, or an export made."""
        return bool(self.records or self.counts or self.is_export)

    def references(self) -> dict[str, list[str]]:
        """The records so far, as a row of the log lists them."""
        return {kind: list(held) for kind, held in self.records.items()}

    def clear(self) -> None:
        """Begin a new page of the ledger: what stood there is written."""
        self.records = {}
        self.counts = Counter()
        self.is_export = False


_OPEN: ContextVar[Reading | None] = ContextVar("frith_reading", default=None)


@contextmanager
def reading(*, actor: User | None, act: str, purpose: str = "") -> Iterator[Reading]:
    """Open a reading; it closes with the block. One inside another is a ledger of its own."""
    ledger = Reading(actor=actor, act=act, purpose=purpose)
    with resumed(ledger):
        yield ledger


@contextmanager
def resumed(ledger: Reading) -> Iterator[Reading]:
    """Open a reading again, for an answer that is sent in pieces."""
    token = _OPEN.set(ledger)
    try:
        yield ledger
    finally:
        _OPEN.reset(token)


def current_reading() -> Reading:
    """The open reading. Raises `UnloggedRead` where none is open."""
    ledger = _OPEN.get()
    if ledger is None:
        raise UnloggedRead("protected records are read inside `reading(...)` only")
    return ledger
