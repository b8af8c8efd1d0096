"""Every read of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from frith_web.core.models import ApiToken, RoleHeld, SignedIn, User
from frith_web.core.sealing import Unsealable


def database_answers() -> bool:
    """True where the database answers a question that needs its tables."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False


def has_demonstration_accounts() -> bool:
    """True where this database was made by `frith-web demo`."""
    return User.objects.filter(is_demonstration=True).exists()


def has_real_accounts() -> bool:
    """True where this database has an account that is no demonstration's."""
    return User.objects.filter(is_demonstration=False).exists()


def has_administrator() -> bool:
    """True where somebody with an open account of a partner holds the administrator's role."""
    held = RoleHeld.objects.in_force().filter(role__key="administrator", user__is_active=True)
    return held.exclude(user__partner=None).exists()


def has_second_factor(user: User) -> bool:
    """True where the account holds an authenticator app or a passkey."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def has_app(user: User) -> bool:
    """True where the account holds an authenticator app."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def has_passkey(user: User) -> bool:
    """True where the account holds a passkey."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A second factor as its owner sees it."""

    id: int
    is_app: bool
    name: str
    added_at: datetime
    used_at: datetime | None


def factors_of(user: User) -> list[Factor]:
    """An account's authenticator app and passkeys, oldest first."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return [
        Factor(
            id=one.pk,
            is_app=one.type == Authenticator.Type.TOTP,
            name=one.data.get("name") or "Authenticator app",
            added_at=one.created_at,
            used_at=one.last_used_at,
        )
        for one in Authenticator.objects.filter(user=user, type__in=kinds).order_by("created_at")
    ]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes an account has not used."""
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    try:
        return len(held.wrap().get_unused_codes()) if held else 0
    except Unsealable:
        return 0


def device_of(user: User, device: str) -> SignedIn | None:
    """A device on which this account is signed in; None where it was signed out."""
    try:
        return SignedIn.objects.filter(user=user, pk=UUID(device)).first()
    except ValueError:
        return None


def devices_of(user: User) -> QuerySet[SignedIn]:
    """Where an account is signed in, the last used first."""
    return SignedIn.objects.filter(user=user)


def accounts_of_partner(reader: User) -> QuerySet[User]:
    """The open accounts of the reader's own partner, the first to run out first."""
    if reader.partner_id is None:
        return User.objects.none()
    return User.objects.filter(partner=reader.partner_id, is_active=True).order_by(
        "certified_until", "full_name"
    )


def tokens() -> QuerySet[ApiToken]:
    """Every API token, the newest first."""
    return ApiToken.objects.select_related("user", "issued_by")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The API tokens that act for an account."""
    return tokens().filter(user=user)
