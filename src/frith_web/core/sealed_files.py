"""Sealing whole files: ChaCha20-Poly1305 in pieces, under a passphrase or to a public key.

    frith-backup 1
    {"kdf": "scrypt", …} or {"kem": "x25519", …}
    sealed pieces, each bound to its place, the last one marked as such

The construction is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015): a piece that is changed,
moved, left out or cut off is noticed before any byte of it is handed on.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from frith.errors import BadInput

MAGIC = b"frith-backup 1\n"
PIECE, TAG = 1 << 20, 16
LONGEST_HEADER = 4096
# RFC 7914 leaves the cost to the user; OWASP (Password Storage, 2024) asks for 2^17, 8, 1 or more.
SCRYPT = {"n": 1 << 17, "r": 8, "p": 1}
SHORTEST_PASSPHRASE = 14
PUBLIC, PRIVATE = "frith-backup-public", "frith-backup-private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a file is sealed under: a passphrase, or one public key (`seal`) and its other half."""

    passphrase: str = ""
    public: bytes = b""
    private: bytes = b""

    def check(self) -> None:
        """Raise `BadInput` for a passphrase that could be guessed."""
        if not self.public and len(self.passphrase) < SHORTEST_PASSPHRASE:
            raise BadInput(
                f"the passphrase is shorter than {SHORTEST_PASSPHRASE} characters",
                mend="Use four or more random words.",
            )

    def named(self) -> str:
        """Which key it is, for a log; says nothing of a passphrase."""
        return sha256(self.public).hexdigest()[:16] if self.public else "passphrase"


def new_pair() -> tuple[str, str]:
    """The text of a new private key and of its public half."""
    key = X25519PrivateKey.generate()
    return (
        f"{PRIVATE} {key.private_bytes_raw().hex()}\n",
        f"{PUBLIC} {key.public_key().public_bytes_raw().hex()}\n",
    )


def read_key(text: str) -> Lock:
    """A key file's text as a lock. Raises `BadInput` for anything else."""
    kind, _, digits = text.strip().partition(" ")
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        raw = b""
    if len(raw) == 32 and kind == PUBLIC:
        return Lock(public=raw)
    if len(raw) == 32 and kind == PRIVATE:
        public = X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
        return Lock(public=public, private=raw)
    raise BadInput("this is no key for backups", mend="frith-web backup-key makes one.")


class Sealer:
    """A file that seals what is written to it. Close it, or the file has no end and opens never."""

    def __init__(self, out: IO[bytes], *, lock: Lock) -> None:
        self.out = out
        header, secret = _begin(lock)
        line = json.dumps(header, sort_keys=True).encode() + b"\n"
        out.write(MAGIC + line)
        self.cipher = ChaCha20Poly1305(_derived(secret, line))
        self.held = bytearray()
        self.count = 0

    def write(self, piece: bytes) -> int:
        """Seal more."""
        self.held += piece
        while len(self.held) > PIECE:
            self._seal(bytes(self.held[:PIECE]), last=False)
            del self.held[:PIECE]
        return len(piece)

    def close(self) -> None:
        """Seal what is left, as the last piece."""
        self._seal(bytes(self.held), last=True)
        self.held.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self.out.write(self.cipher.encrypt(_nonce(self.count, last=last), piece, None))
        self.count += 1


class Opener:
    """A sealed file to read from. Raises `BadInput` where key or bytes are not the right ones."""

    def __init__(self, source: IO[bytes], *, lock: Lock) -> None:
        self.source = source
        if source.read(len(MAGIC)) != MAGIC:
            raise BadInput("this is no backup of frith")
        line = source.readline(LONGEST_HEADER)
        self.cipher = ChaCha20Poly1305(_derived(_secret(line, lock), line))
        self.held = b""
        self.count = 0
        self.next = source.read(PIECE + TAG)
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes, each shown to be genuine; all of them where none is given."""
        while (size < 0 or len(self.held) < size) and not self.ended:
            self._open()
        size = len(self.held) if size < 0 else size
        given, self.held = self.held[:size], self.held[size:]
        return given

    def _open(self) -> None:
        sealed, self.next = self.next, self.source.read(PIECE + TAG)
        last = not self.next
        try:
            self.held += self.cipher.decrypt(_nonce(self.count, last=last), sealed, None)
        except InvalidTag:
            raise BadInput(
                "the backup does not open: the key is another, or the file was changed or cut off",
                mend="Try the other key, or an earlier backup.",
            ) from None
        self.count += 1
        self.ended = last


def _begin(lock: Lock) -> tuple[dict[str, Any], bytes]:
    """The header of a new file and the secret that only the lock's holder finds again."""
    lock.check()
    if lock.public:
        passing = X25519PrivateKey.generate()
        shared = passing.exchange(X25519PublicKey.from_public_bytes(lock.public))
        return {
            "kem": "x25519",
            "passing": passing.public_key().public_bytes_raw().hex(),
            "to": lock.public.hex(),
        }, shared
    salt = os.urandom(16)
    return {"kdf": "scrypt", "salt": salt.hex(), **SCRYPT}, _stretched(lock.passphrase, salt)


def _secret(line: bytes, lock: Lock) -> bytes:
    try:
        header = json.loads(line)
        if header.get("kem") == "x25519":
            if not lock.private:
                raise BadInput("this backup opens with a private key", mend="Give --key.")
            passing = X25519PublicKey.from_public_bytes(bytes.fromhex(header["passing"]))
            return X25519PrivateKey.from_private_bytes(lock.private).exchange(passing)
        if header.get("kdf") != "scrypt" or {k: header[k] for k in SCRYPT} != SCRYPT:
            raise BadInput("this backup is sealed in a way that is not known here")
        if not lock.passphrase:
            raise BadInput("this backup opens with a passphrase")
        return _stretched(lock.passphrase, bytes.fromhex(header["salt"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput("the head of the backup cannot be read") from None


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **SCRYPT).derive(passphrase.encode())


def _derived(secret: bytes, line: bytes) -> bytes:
    """The file's key: bound to its whole head, so that no word of it can be changed."""
    salt = sha256(MAGIC + line).digest()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"frith backup").derive(secret)


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
