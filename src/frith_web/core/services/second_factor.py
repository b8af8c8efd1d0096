"""Second factors: authenticator app, passkeys and recovery codes, kept in allauth's tables."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from frith_web.core.models import EntryKind, User
from frith_web.core.sealing import Unsealable
from frith_web.core.services import audit, sessions

APP = Authenticator.Type.TOTP
PASSKEY = Authenticator.Type.WEBAUTHN
CODES = Authenticator.Type.RECOVERY_CODES
PENDING_SECRET = "second_factor.secret"  # noqa: S105  # nosec B105
MOST_PASSKEYS = 10


class LastFactor(Exception):
    """An account keeps at least one authenticator app or passkey."""


def new_secret(request: HttpRequest, *, renew: bool) -> str:
    """The secret that an app is being set up with; it waits in the session until proved."""
    secret = None if renew else request.session.get(PENDING_SECRET)
    if not isinstance(secret, str):
        secret = request.session[PENDING_SECRET] = generate_totp_secret()
    return secret


def app_address(user: User, *, secret: str) -> str:
    """The address in the square code, as authenticator apps understand it."""
    return str(get_adapter().build_totp_url(user, secret))


@transaction.atomic
def add_app(*, user: User, secret: str, code: str) -> Authenticator | None:
    """Add, or replace, the authenticator app; None where the code is not the one it shows."""
    step = _step_of(secret, code, after=0)
    if step is None:
        return None
    Authenticator.objects.filter(user=user, type=APP).delete()
    added = TOTP.activate(user, secret).instance
    added.data["used_step"] = step
    added.save(update_fields=["data"])
    _changed("authenticator app added", user=user, by=user)
    return added


def passkey_options(user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge waits in the session."""
    return webauthn.begin_registration(user, passwordless=True)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, Any]) -> Authenticator:
    """Add a passkey. Raises `ValidationError` where the browser's answer does not hold."""
    if Authenticator.objects.filter(user=user, type=PASSKEY).count() >= MOST_PASSKEYS:
        raise ValidationError(f"You have {MOST_PASSKEYS} passkeys. Remove one first")
    webauthn.parse_registration_response(credential)
    made = webauthn.complete_registration(credential)
    if not made.is_user_verified():
        raise ValidationError("Your device did not check that it is you")
    added = webauthn.WebAuthn.add(user, name, credential).instance
    _changed("passkey added", user=user, by=user)
    return added


def sign_in_options(user: User | None = None) -> dict[str, Any]:
    """What the browser needs to sign in with a passkey; of one account, or of whoever holds it."""
    return webauthn.begin_authentication(user)


def passkey_owner(credential: dict[str, Any], *, user: User | None = None) -> User:
    """Whose passkey answered. Raises `ValidationError` where the answer does not hold."""
    webauthn.parse_authentication_response(credential)
    owner = user or webauthn.extract_user_from_response(credential)
    if not isinstance(owner, User):
        raise ValidationError("That passkey does not belong to this account")
    used = webauthn.complete_authentication(owner, credential)
    used.record_usage()
    return owner


@transaction.atomic
def code_is_right(*, user: User, code: str) -> str:
    """What the code proved: `totp` or `recovery_codes`; empty where it is wrong or used before.

    After the site's secret key was changed no code is right: what they were made from is sealed.
    """
    with suppress(Unsealable):
        return _what_it_proves(user, code)
    return ""


def _what_it_proves(user: User, code: str) -> str:
    factors = Authenticator.objects.select_for_update().filter(user=user)
    app = factors.filter(type=APP).first()
    if app is not None:
        secret = get_adapter().decrypt(app.data["secret"])
        step = _step_of(secret, code, after=int(app.data.get("used_step", 0)))
        if step is not None:
            app.data["used_step"] = step
            app.save(update_fields=["data"])
            app.record_usage()
            return str(APP)
    codes = factors.filter(type=CODES).first()
    if codes is not None and RecoveryCodes(codes).validate_code(code):
        codes.refresh_from_db()
        codes.record_usage()
        return str(CODES)
    return ""


@transaction.atomic
def new_recovery_codes(*, user: User) -> list[str]:
    """Ten fresh recovery codes; the old ones stop working."""
    Authenticator.objects.filter(user=user, type=CODES).delete()
    codes = list(RecoveryCodes.activate(user).get_unused_codes())
    _changed("recovery codes made", user=user, by=user)
    return codes


def ensure_recovery_codes(*, user: User) -> list[str]:
    """The recovery codes that are left; ten where the account has none yet."""
    return list(RecoveryCodes.activate(user).get_unused_codes())


@transaction.atomic
def remove(*, user: User, factor: int) -> Authenticator | None:
    """Remove an app or a passkey. Raises `LastFactor` where it is the only one."""
    held = Authenticator.objects.select_for_update().filter(user=user, type__in=(APP, PASSKEY))
    wanted = held.filter(pk=factor).first()
    if wanted is None:
        return None
    if held.count() == 1:
        raise LastFactor
    removed = "authenticator app removed" if wanted.type == APP else "passkey removed"
    wanted.delete()
    _changed(removed, user=user, by=user)
    return wanted


@transaction.atomic
def reset(*, user: User, by: User) -> None:
    """Take every factor away, after a lost phone: the next sign-in sets new ones up."""
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user=user)
    _changed("second factors taken away", user=user, by=by)


def _changed(act: str, *, user: User, by: User) -> None:
    """What opens an account has changed: new session keys, and a row in the log."""
    sessions.rotate_all(user=user)
    audit.append(kind=EntryKind.ACCESS, act=act, actor=by, detail={"account": user.username})


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The half minute in which the code is right; one that was used already is wrong.

    Kept with the factor and not in a cache, so that two processes agree and a restart forgets
    nothing (RFC 6238, section 5.2).
    """
    for step in yield_hotp_counters_from_time():
        right = format_hotp_value(hotp_value(secret, step))
        if compare_user_code(actual=code, expected=right) and step > after:
            return step
    return None
