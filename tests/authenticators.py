"""What a person carries: an authenticator app, and a passkey made of software, for tests."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

if TYPE_CHECKING:
    from frith_web.core.models import User

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def code_now(secret: str) -> str:
    """The six digits an app with this secret shows now."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30))


def give_app(user: User) -> str:
    """An authenticator app for this account, as if set up long ago; its secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def forget_steps(user: User) -> None:
    """Let the code of this half minute be used once more, so that no test has to wait for one."""
    from allauth.mfa.models import Authenticator

    for app in Authenticator.objects.filter(user=user, type="totp"):
        app.data.pop("used_step", None)
        app.save()


class Passkey:
    """A passkey that answers as a browser would; `verified` is whether it checked its owner."""

    def __init__(self, *, origin: str, verified: bool = True) -> None:
        self.origin = origin
        self.flags = PRESENT | (VERIFIED if verified else 0)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.ident = token_bytes(32)
        self.owner = ""

    def make(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()).digest(),
            self.flags | ATTESTED,
            0,
            AttestedCredentialData.create(b"\0" * 16, self.ident, public),
        )
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(made)})
        response = {
            "clientDataJSON": self._client_data("webauthn.create", asked["challenge"]),
            "attestationObject": _text(attestation),
        }
        return self._answer(response, extensions={"credProps": {"rk": True}})

    def use(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        asked = options["publicKey"]
        made = bytes(
            AuthenticatorData.create(sha256(asked["rpId"].encode()).digest(), self.flags, 1)
        )
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signed = made + sha256(_bytes(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": _text(made),
            "signature": _text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.owner,
        }
        return self._answer(response, extensions={})

    def _client_data(self, kind: str, challenge: str) -> str:
        held = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return _text(json.dumps(held).encode())

    def _answer(self, response: dict[str, str], *, extensions: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": _text(self.ident),
                "rawId": _text(self.ident),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
            }
        )


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    from fido2.utils import websafe_decode

    return websafe_decode(text)
