"""Opening accounts, and what follows a changed password."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from frith_web.core.models import DEMONSTRATION_PREFIX, EntryKind, User
from frith_web.core.services import audit, sessions
from frith_web.core.services.roles import shipped_roles


@transaction.atomic
def open_account(*, username: str, full_name: str, email: str, password: str) -> User:
    """A new account. Raises `ValidationError` where a name is taken or the password is weak."""
    user = User(username=username, full_name=full_name, email=email)
    user.clean()
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user


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
    """After a new password: sign every other device out, and note it in the log."""
    sessions.end_all(user=user, but=UUID(here) if here else None)
    audit.append(
        kind=EntryKind.ACCESS, act="password changed", actor=user, detail={"account": user.username}
    )
