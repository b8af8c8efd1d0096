"""Opening accounts."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from frith_web.core.models import DEMONSTRATION_PREFIX, User

DEMONSTRATION_ACCOUNTS = {
    f"{DEMONSTRATION_PREFIX}analyst": "Demonstration analyst",
    f"{DEMONSTRATION_PREFIX}board": "Demonstration board member",
}


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
    """The demonstration accounts with new passwords, by user name; old ones stop working."""
    passwords: dict[str, str] = {}
    for username, full_name in DEMONSTRATION_ACCOUNTS.items():
        user, _ = User.objects.get_or_create(
            username=username, defaults={"full_name": full_name, "is_demonstration": True}
        )
        passwords[username] = secrets.token_urlsafe(12)
        user.set_password(passwords[username])
        user.save()
    return passwords
