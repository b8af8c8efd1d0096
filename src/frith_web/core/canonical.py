"""One row of the audit log as bytes, and its hash: the one way to write it, so that all agree.

A row is JSON with its keys in order, no blanks, characters as themselves (UTF-8). Only what JSON
writes in one way is let in: text, whole numbers, true, false, null, lists and mappings; a fraction
has many spellings, and two databases would choose different ones.

    hash of row n = SHA-256(hash of row n-1, 32 bytes ‖ row n as JSON)

Before the first row stand 32 zero bytes. `tools/verify_log.py` says the same without frith.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

GENESIS = bytes(32)


class NotCanonical(ValueError):
    """A value that has no one way to be written: a fraction, a NUL, half a character."""


class CanonicalEncoder(json.JSONEncoder):
    """What the log's JSON columns are written with."""

    def __init__(self, **_: Any) -> None:
        super().__init__(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> str:
    """A checked value as JSON."""
    return CanonicalEncoder().encode(value)


def check(value: Any) -> None:
    """Raise `NotCanonical` for what cannot be written in one way on both databases."""
    match value:
        case None | bool() | int():
            return
        case str():
            if "\0" in value or (not value.isprintable() and _has_half_character(value)):
                raise NotCanonical(f"text that no database keeps as it is: {value!r}")
        case list() | tuple():
            for one in value:
                check(one)
        case dict():
            for name, one in value.items():
                if not isinstance(name, str):
                    raise NotCanonical(f"a name that is not text: {name!r}")
                check(name)
                check(one)
        case _:
            raise NotCanonical(f"{type(value).__name__} has no one way to be written: {value!r}")


def _has_half_character(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def moment(at: datetime) -> str:
    """A moment to the microsecond, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row_text(
    *,
    n: int,
    at: str,
    kind: str,
    actor_id: int | None,
    actor_name: str,
    actor_partner: str,
    act: str,
    records: str,
    purpose: str,
    recipient: str,
    detail: str,
) -> str:
    """A row as JSON. `at` is a `moment`; `records` and `detail` are JSON already.

    Put together by hand, because verification lives on it: as quick again as a JSON encoder.
    """
    q = encode_basestring
    who = "null" if actor_id is None else actor_id
    return (
        f'{{"act":{q(act)},"actor_id":{who},"actor_name":{q(actor_name)}'
        f',"actor_partner":{q(actor_partner)},"at":"{at}","detail":{detail},"kind":{q(kind)}'
        f',"n":{n},"purpose":{q(purpose)},"recipient":{q(recipient)},"records":{records}}}'
    )


def row_hash(previous: bytes, text: str) -> bytes:
    """The hash that binds a row to the one before it."""
    return sha256(previous + text.encode()).digest()
