"""Opening accounts, first passwords, and what follows a changed password."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core.models import DEMONSTRATION_PREFIX, EntryKind, User
from frith_web.core.permissions import check_may
from frith_web.core.services import audit, sessions
from frith_web.core.services.roles import shipped_roles

MANAGE = "core.account:manage"
FIRST_PASSWORD_DAYS = 7
"""How long a password that somebody else chose waits for its holder (OWASP ASVS 5.0, V6.4.1)."""
ONCE_USED = timedelta(hours=1)
"""How long it lasts from its first use: to finish what was begun, and no second time."""


class FirstPasswordOver(Exception):
    """Nobody set a password of their own in time: somebody must hand out a new first one."""


@transaction.atomic
def open_account(
    *, username: str, full_name: str, email: str, password: str, is_first: bool = False
) -> User:
    """A new account. Raises `ValidationError` where a name is taken or the password is weak.

    `is_first`: somebody else chose the password, so its holder sets their own before anything else.
    """
    user = User(username=username, full_name=full_name, email=email)
    user.clean()
    validate_password(password, user)
    user.set_password(password)
    if is_first:
        user.first_password_until = timezone.now() + timedelta(days=FIRST_PASSWORD_DAYS)
    user.full_clean()
    user.save()
    return user


@transaction.atomic
def give_first_password(*, account: User, by: User | None, reason: str) -> str:
    """A new first password to hand over, kept nowhere; the account is signed out everywhere.

    `by` is None for the installation's own command alone. Raises `BadInput` for one's own account,
    a closed one or a demonstration's, or where no reason is given.
    """
    if by is not None:
        check_may(by, MANAGE)
        if by.pk == account.pk:
            raise BadInput("nobody resets their own password", mend="Change it on your account.")
    if not account.is_active or account.is_demonstration:
        raise BadInput(f"{account} has no open account of their own")
    if not reason.strip():
        raise BadInput("say why they need a new password")
    password = secrets.token_urlsafe(12)
    account.set_password(password)
    account.first_password_until = timezone.now() + timedelta(days=FIRST_PASSWORD_DAYS)
    account.save(update_fields=["password", "first_password_until"])
    sessions.end_all(user=account)
    audit.append(
        kind=EntryKind.ADMINISTRATION,
        act="first password given",
        actor=by,
        detail={"account": account.username, "reason": reason},
    )
    return password


@transaction.atomic
def use_first_password(*, user: User) -> None:
    """Somebody signs in with a first password: it lasts an hour from now, at most.

    Raises `FirstPasswordOver` where it has ended.
    """
    now = timezone.now()
    if user.first_password_until is None or user.first_password_until <= now:
        raise FirstPasswordOver
    if user.first_password_until <= now + ONCE_USED:
        return
    user.first_password_until = now + ONCE_USED
    user.save(update_fields=["first_password_until"])
    audit.append(
        kind=EntryKind.ACCESS,
        act="first password used",
        actor=user,
        detail={"account": user.username},
    )


@transaction.atomic
def set_own_password(*, user: User, password: str) -> None:
    """The holder's own password in place of the first, which stops working.

    Raises `FirstPasswordOver` where that has ended, `ValidationError` where the new one is weak or
    is the first one again.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.first_password_until is None or held.first_password_until <= timezone.now():
        raise FirstPasswordOver
    validate_password(password, held)
    if held.check_password(password):
        raise ValidationError("Choose another password than the one you were given")
    held.set_password(password)
    held.save(update_fields=["password"])
    note_password_change(user=held, here=None)
    user.refresh_from_db()


@transaction.atomic
def renew_demonstration_accounts() -> dict[str, str]:
    """An account for every role with a new password, by user name; old ones stop working."""
    passwords: dict[str, str] = {}
    for role in shipped_roles():
        username = f"{DEMONSTRATION_PREFIX}{role.key}"
        full_name = f"Demonstration {role.name.lower()}"
        user, _ = User.objects.get_or_create(
            username=username, defaults={"full_name": full_name, "is_demonstration": True}
        )
        passwords[username] = secrets.token_urlsafe(12)
        user.set_password(passwords[username])
        user.save()
    return passwords


@transaction.atomic
def note_password_change(*, user: User, here: str | None) -> None:
    """After a password of one's own: every other device is signed out, and the log says so."""
    user.first_password_until = None
    user.save(update_fields=["first_password_until"])
    sessions.end_all(user=user, but=UUID(here) if here else None)
    audit.append(
        kind=EntryKind.ACCESS, act="password changed", actor=user, detail={"account": user.username}
    )
