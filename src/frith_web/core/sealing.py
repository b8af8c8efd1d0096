"""Sealing short texts before they are stored: secrets of authenticator apps, kept drafts."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unsealable(Exception):
    """The text was sealed with another key, or was changed since."""


def seal(text: str, *, purpose: str) -> str:
    """The text, encrypted and signed with a key of its own for each purpose."""
    return _keys(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed. Raises `Unsealable` where key or text is not the one it was."""
    try:
        return _keys(purpose).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError):
        raise Unsealable(purpose) from None


def _keys(purpose: str) -> MultiFernet:
    """The key of the site's secret, and those of the secrets it had before."""
    secrets = [str(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(_derived(secret, purpose)) for secret in secrets])


def _derived(secret: str, purpose: str) -> bytes:
    # The site's secret is random already, so no slow derivation is called for (RFC 5869).
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"frith {purpose}".encode())
    return urlsafe_b64encode(kdf.derive(secret.encode()))
