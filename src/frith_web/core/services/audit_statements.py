"""A signed root as text: what is handed outside, printed and mailed, and read back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from frith.errors import BadInput
from frith_web.core.canonical import moment
from frith_web.core.models import LogRoot

TITLE = "frith log root"
HEX_KEY, HEX_SIGNATURE = 64, 128
LINE = re.compile(r"^[>\s]*([a-z][a-z0-9 ]*?)\s*:\s*(\S.*?)\s*$")
"""One line, whether or not a mail programme has quoted it."""
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a root says: so many entries have this root; who signed it and when."""

    size: int
    root: str
    signed_at: str = ""
    key: str = ""
    signature: str = ""

    def signed_text(self) -> str:
        """The words that are signed."""
        return (
            f"{TITLE}\nentries: {self.size}\nroot: {self.root}\n"
            f"signed at: {self.signed_at}\nkey: {self.key}\n"
        )


def of_root(root: LogRoot) -> Statement:
    """The statement of a root that is kept here."""
    return Statement(
        size=root.tree_size,
        root=root.root,
        signed_at=moment(root.signed_at),
        key=root.public_key,
        signature=root.signature,
    )


def is_signed(statement: Statement) -> bool:
    """True where the signature is that of the statement's own key (Ed25519, RFC 8032)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(statement.key))
        key.verify(bytes.fromhex(statement.signature), statement.signed_text().encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def as_letter(
    statement: Statement, *, before: Statement | None = None, proof: Sequence[bytes] = ()
) -> str:
    """The statement with its signature, and the proof that it only adds to the one before."""
    half = HEX_SIGNATURE // 2
    lines = [
        statement.signed_text().rstrip("\n"),
        f"signature 1: {statement.signature[:half]}",
        f"signature 2: {statement.signature[half:]}",
    ]
    if before is not None:
        lines += [f"begins with entries: {before.size}", f"whose root is: {before.root}"]
        lines += [f"proof {number}: {one.hex()}" for number, one in enumerate(proof, start=1)]
    return "\n".join(lines) + "\n"


def read_letter_file(path: Path) -> list[Statement]:
    """Every statement in a file. Raises `BadInput` where it cannot be read."""
    try:
        return read_letters(path.read_text("utf-8"), where=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"this file cannot be read ({error})", where=str(path)) from None


def read_letters(text: str, *, where: str) -> list[Statement]:
    """Every statement in a text. Raises `BadInput` where there is none, or one cannot be read."""
    found = [_statement(dict(one), where) for one in _letters(text)]
    if not found:
        raise BadInput(
            "there is no log root in it",
            where=where,
            mend=f"It should hold the text that begins with {TITLE!r}.",
        )
    return found


def _letters(text: str) -> Iterator[list[tuple[str, str]]]:
    for part in text.split(TITLE)[1:]:
        yield [match.groups() for line in part.splitlines() if (match := LINE.match(line))]  # type: ignore[misc]


def _statement(values: dict[str, str], where: str) -> Statement:
    size, root = values.get("entries", ""), values.get("root", "").lower()
    if not size.replace(",", "").isdecimal() or not HASH.fullmatch(root):
        raise BadInput("a log root lacks its number of entries or its 64 characters", where=where)
    return Statement(
        size=int(size.replace(",", "")),
        root=root,
        signed_at=values.get("signed at", ""),
        key=values.get("key", "").lower(),
        signature=(values.get("signature 1", "") + values.get("signature 2", "")).lower(),
    )
