"""A thousand random ways to tamper with the log before the last root handed outside: all seen.

Each round takes the log as its database's administrator could, guards lifted, and edits a value,
flips one bit, deletes, inserts, swaps, renumbers or cuts rows, or rewrites everything that follows
and signs the roots again. What is compared is the log that stands afterwards: a round that changed
nothing is drawn again. Both verifiers must see each one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit_log import alone, as_file, columns, dump, lift, restore, write
from frith_web.core import guards
from frith_web.core.canonical import GENESIS
from frith_web.core.merkle import Frontier
from frith_web.core.models import User
from frith_web.core.services.audit_roots import hand_over, letter, sign_root
from frith_web.core.services.audit_statements import Statement, read_letters
from frith_web.core.services.audit_verify import as_text, verify

ROUNDS = 1000
ENTRIES = 60
COVERED = 50
"""Entries under the last root that was handed outside."""
N, PREVIOUS, HASH = 0, 11, 12
Rows = list[list[Any]]
Held = dict[str, Rows]


def other_text(value: str, draw: random.Random) -> str:
    """The same text with one bit of it flipped, one letter changed, dropped or doubled."""
    if not value:
        return draw.choice(["x", " ", "0"])
    place = draw.randrange(len(value))
    before, letter_, after = value[:place], value[place], value[place + 1 :]
    flipped = chr(ord(letter_) ^ (1 << draw.randrange(7)))
    return before + draw.choice([flipped, "", letter_ * 2, draw.choice("0aZ é\t\"'{}")]) + after


def other(value: Any, draw: random.Random) -> Any:
    """Another value of the same kind, or none."""
    if isinstance(value, int):
        return draw.choice([value + 1, value - 1, value ^ (1 << draw.randrange(20)), None])
    if value is None:
        return draw.randrange(100)
    return other_text(value, draw)


def edit(held: Held, draw: random.Random) -> None:
    row = held[guards.ENTRY][draw.randrange(COVERED)]
    column = draw.randrange(len(row))
    row[column] = other(row[column], draw)


def delete(held: Held, draw: random.Random) -> None:
    start = draw.randrange(COVERED)
    del held[guards.ENTRY][start : start + draw.choice([1, 1, 2, 5])]


def swap(held: Held, draw: random.Random) -> None:
    rows = held[guards.ENTRY]
    a, b = draw.randrange(COVERED), draw.randrange(len(rows))
    rows[a], rows[b] = rows[a][:1] + rows[b][1:], rows[b][:1] + rows[a][1:]


def insert(held: Held, draw: random.Random) -> None:
    """A forged row in the middle; those after it move up by one, as they were hashed or not."""
    rows = held[guards.ENTRY]
    place = draw.randrange(COVERED)
    forged = [*rows[place]]
    for row in rows[place:]:
        row[N] += 1
    rows.insert(place, forged)


def cut(held: Held, draw: random.Random) -> None:
    """The end cut off, with head and roots made to fit."""
    keep = draw.randrange(1, COVERED)
    del held[guards.ENTRY][keep:]
    fit(held, drop_roots=True)


def rewrite(held: Held, draw: random.Random) -> None:
    """Anything above, then every later hash, the head and the roots made anew with the key."""
    draw.choice([edit_content, delete, swap, insert])(held, draw)
    previous = GENESIS
    for n, row in enumerate(held[guards.ENTRY], start=1):
        row[N], row[PREVIOUS] = n, previous.hex()
        previous = sha256(previous + as_text((*row[:PREVIOUS], 1)).encode()).digest()
        row[HASH] = previous.hex()
    fit(held, drop_roots=False)


def edit_content(held: Held, draw: random.Random) -> None:
    row = held[guards.ENTRY][draw.randrange(COVERED)]
    column = columns(guards.ENTRY).index(draw.choice(["act", "purpose", "actor_name", "recipient"]))
    row[column] = other_text(row[column], draw)


def fit(held: Held, *, drop_roots: bool) -> None:
    """Head and roots that go with the rows, signed with a key as good as ours."""
    rows = held[guards.ENTRY]
    held[guards.HEAD] = [[1, len(rows), rows[-1][HASH]]]
    names = columns(guards.ROOT)
    kept = [] if drop_roots else held[guards.ROOT]
    held[guards.ROOT] = [root for root in kept if root[names.index("tree_size")] <= len(rows)]
    key = Ed25519PrivateKey.generate()
    for root in held[guards.ROOT]:
        said = dict(zip(names, root, strict=True))
        tree = Frontier()
        tree.extend([bytes.fromhex(row[HASH]) for row in rows[: said["tree_size"]]])
        said["root"] = tree.root().hex()
        said["public_key"] = key.public_key().public_bytes_raw().hex()
        at = said["signed_at"]
        at = f"{at[:10]}T{at[11:]}{'' if '.' in at else '.000000'}Z"
        statement = Statement(
            size=said["tree_size"], root=said["root"], signed_at=at, key=said["public_key"]
        )
        said["signature"] = key.sign(statement.signed_text().encode()).hex()
        root[:] = [said[name] for name in names]


TAMPERINGS: list[Callable[[Held, random.Random], None]] = [
    edit,
    edit,
    edit,
    delete,
    swap,
    insert,
    cut,
    rewrite,
]


def copied(held: Held) -> Held:
    return {table: [[*row] for row in rows] for table, rows in held.items()}


@pytest.fixture
def whole(analyst: User) -> tuple[Held, str]:
    """Sixty rows, roots over thirty and fifty; the second was handed outside."""
    write(30, actor=analyst)
    sign_root()
    write(COVERED - 30, actor=analyst, start=30)
    root = sign_root()
    outside = letter(root)
    hand_over(root=root, to="the DPO", actor=None)
    write(ENTRIES - COVERED - 1, actor=analyst, start=COVERED)
    return dump(), outside


def test_every_tampering_before_the_last_root_outside_is_seen(
    whole: tuple[Held, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, text = whole
    assert (len(held[guards.ENTRY]), len(held[guards.ROOT])) == (ENTRIES, 2)
    other_verifier = alone()
    monkeypatch.setattr(other_verifier, "is_signed", cache(other_verifier.is_signed))
    (tmp_path / "copy.txt").write_text(text, "utf-8")
    copies = other_verifier.read_letters(tmp_path / "copy.txt")
    outside = read_letters(text, where="copy")
    lift()
    draw = random.Random(20261121)
    done: Counter[str] = Counter()
    missed: list[tuple[str, int]] = []
    while done.total() < ROUNDS:
        tamper = draw.choice(TAMPERINGS)
        changed = copied(held)
        tamper(changed, draw)
        if changed == held:
            continue
        done[tamper.__name__] += 1
        path = as_file(changed, tmp_path / "log.sqlite3")
        seen_alone = not other_verifier.check_log(path, copies)[1]
        if not seen_alone or not seen_here(changed, outside):
            missed.append((tamper.__name__, done.total()))
    assert not missed, f"{len(missed)} of {ROUNDS} were not seen: {missed[:5]}"
    assert min(done.values()) > 50, done


def seen_here(changed: Held, outside: list[Statement]) -> bool:
    """What the site itself says; a table that cannot even hold the tampering has refused it."""
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic():
            restore(changed)
    except DatabaseError:
        return True
    return bool(verify(outside=outside).faults)
