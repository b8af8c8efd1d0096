"""Checking the log: that no row was changed, taken away, added or moved, and what the roots say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, connection

from frith_web.core.canonical import GENESIS, canonical, moment, row_text
from frith_web.core.guards import ENTRY
from frith_web.core.merkle import Frontier
from frith_web.core.models import AuditHead, LogRoot
from frith_web.core.services.audit_statements import Statement, is_signed, of_root

Row = tuple[Any, ...]
"""n, at, kind, actor id, name and partner, act, records, purpose, recipient, detail, JSON that is
valid, previous hash, hash: as they lie in the database, `at`, `records` and `detail` as text."""
COLUMNS = (
    "n, {at}, kind, actor_id, actor_name, actor_partner, act, {records}, purpose, recipient, "
    "{detail}, {valid}, previous_hash, hash"
)
BLOCK = 4096
MOST = 20
"""Faults that are listed; a log with more is broken from end to end."""
SECONDS, MICROSECONDS = 19, 26
"""Lengths of a moment as SQLite keeps it, with and without a fraction."""


class Unreadable(ValueError):
    """A row that is not the shape of a row."""


@dataclass(slots=True)
class Checked:
    """How far a check has come, and what it found."""

    n: int = 0
    last: bytes = GENESIS
    """Hash of the last row, as it is kept."""
    frontier: Frontier = field(default_factory=Frontier)
    roots: dict[int, str] = field(default_factory=dict)
    """Root over the first so many rows, for the sizes that were asked for."""
    faults: list[str] = field(default_factory=list)

    def blame(self, words: str) -> None:
        """Note a fault, up to `MOST` of them."""
        if len(self.faults) < MOST:
            self.faults.append(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a verification found."""

    entries: int
    roots: int
    outside: int
    faults: tuple[str, ...]

    @property
    def line(self) -> str:
        """One line for a person."""
        size = f"{self.entries:,} entries, {self.roots:,} signed roots, {self.outside:,} outside"
        if not self.faults:
            return f"The log is whole: {size}."
        more = f" And {len(self.faults) - 1} more." if len(self.faults) > 1 else ""
        return f"The log is broken ({size}): {self.faults[0]}{more}"


def verify(*, outside: Sequence[Statement] = ()) -> Verdict:
    """Check every row, the head, every root, and the copies of roots that were kept outside."""
    roots = list(LogRoot.objects.all())
    checked = Checked()
    sizes = {root.tree_size for root in roots} | {one.size for one in outside}
    walk(checked, stops=sizes)
    _against_head(checked)
    _against_roots(checked, roots)
    _against_outside(checked, outside)
    return Verdict(
        entries=checked.n, roots=len(roots), outside=len(outside), faults=tuple(checked.faults)
    )


def walk(checked: Checked, *, stops: Iterable[int] = (), until: int | None = None) -> None:
    """Check rows from where `checked` stands, to the end or `until`, taking roots at `stops`."""
    waiting = sorted({stop for stop in stops if stop > checked.n}, reverse=True)
    hashes: list[bytes] = []
    for row in _rows(checked, until=until):
        hashes.append(_check_row(checked, row))
        at_stop = bool(waiting) and checked.n >= waiting[-1]
        if at_stop or len(hashes) == BLOCK:
            checked.frontier.extend(hashes)
            hashes = []
        while waiting and checked.n >= waiting[-1]:
            stop = waiting.pop()
            if checked.frontier.size == stop:
                checked.roots[stop] = checked.frontier.root().hex()
    checked.frontier.extend(hashes)


def _rows(checked: Checked, *, until: int | None) -> Iterator[Row]:
    """Rows after `checked.n` in order of number, as they lie there."""
    shapes = {
        "sqlite": {
            "at": "CAST(at AS text)",
            "records": "CAST(records AS text)",
            "detail": "CAST(detail AS text)",
            "valid": "json_valid(records) AND json_valid(detail)",
        },
        "postgresql": {"at": "at", "records": "records", "detail": "detail", "valid": "true"},
    }
    shape = COLUMNS.format(**shapes[connection.vendor])
    asked = f"SELECT {shape} FROM {ENTRY} WHERE n > %s"  # noqa: S608 - our own names only
    values: list[int] = [checked.n]
    if until is not None:
        asked += " AND n <= %s"
        values.append(until)
    try:
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"{asked} ORDER BY n", values)
            yield from cursor
    except DatabaseError as error:
        checked.blame(f"after entry {checked.n:,} the table cannot be read ({error}).")


def _check_row(checked: Checked, row: Row) -> bytes:
    """Check one row against the row before it; its hash by its content."""
    n, *_, previous, kept = row
    if n != checked.n + 1:
        checked.blame(f"entry {checked.n + 1:,}: missing; entry {n} follows {checked.n:,}.")
    try:
        found = sha256(checked.last + as_text(row).encode()).digest()
        if previous != checked.last.hex():
            checked.blame(f"entry {n:,}: does not follow from the entry before it.")
        elif found.hex() != kept:
            checked.blame(f"entry {n:,}: its content is not what was written.")
        checked.last = bytes.fromhex(kept)
    except (TypeError, ValueError):
        checked.blame(f"entry {n}: it does not have the shape of an entry.")
        found = checked.last = GENESIS
    checked.n = n if isinstance(n, int) else checked.n + 1
    return found


def as_text(row: Row) -> str:
    """A row as it was hashed. Raises `Unreadable` where it is no row."""
    n, at, kind, who, name, partner, act, records, purpose, recipient, detail, valid = row[:12]
    if type(n) is not int or not (who is None or type(who) is int):
        raise Unreadable(n)
    if isinstance(at, datetime):  # PostgreSQL, which keeps values and not their spelling
        at, records, detail = moment(at), _again(records), _again(detail)
    elif not valid or at[10] != " " or not _is_spelt_once(at):
        raise Unreadable(n)
    else:
        at = f"{at[:10]}T{at[11:]}{'' if len(at) == MICROSECONDS else '.000000'}Z"
    return row_text(
        n=n,
        at=at,
        kind=kind,
        actor_id=who,
        actor_name=name,
        actor_partner=partner,
        act=act,
        records=records,
        purpose=purpose,
        recipient=recipient,
        detail=detail,
    )


def _is_spelt_once(at: str) -> bool:
    """True where a moment is written the one way SQLite is given it."""
    return len(at) == SECONDS or (len(at) == MICROSECONDS and not at.endswith(".000000"))


def _again(value: Any) -> str:
    return canonical(json.loads(value) if isinstance(value, str) else value)


def _against_head(checked: Checked) -> None:
    """The head names the last row; rows that came while we read are checked too."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        checked.blame("the log's head is missing.")
        return
    if head.n > checked.n:
        walk(checked, until=head.n)
    if head.n != checked.n:
        checked.blame(f"the head says {head.n:,} entries; the last one there is {checked.n:,}.")
    elif head.hash != checked.last.hex():
        checked.blame(f"the head's hash is not that of entry {checked.n:,}.")


def _against_roots(checked: Checked, roots: Sequence[LogRoot]) -> None:
    covered = 0
    for root in roots:
        statement = of_root(root)
        if root.n_from != covered + 1:
            checked.blame(f"root over {root.tree_size:,}: it follows no root over {covered:,}.")
        covered = root.n_to
        if not is_signed(statement):
            checked.blame(f"root over {root.tree_size:,}: its signature is not right.")
        _against(checked, statement, "root")


def _against_outside(checked: Checked, outside: Sequence[Statement]) -> None:
    for one in outside:
        if one.signature and not is_signed(one):
            checked.blame(f"copy over {one.size:,}: its signature is not right.")
        _against(checked, one, "copy")


def _against(checked: Checked, statement: Statement, what: str) -> None:
    """A signed root against the rows that are there."""
    size = statement.size
    if size > checked.n:
        gone = size - checked.n
        checked.blame(f"{what} over {size:,}: {gone:,} entries at the end are gone.")
    elif checked.roots.get(size) != statement.root:
        checked.blame(f"{what} over {size:,}: the entries before it are not those it was made of.")
