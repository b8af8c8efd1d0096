"""The backend that signs people in, by user name or email address."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from frith_web.core.models import User
from frith_web.core.policies import can_sign_in, is_overdue


class Accounts(BaseBackend):
    """Accounts with a password. An unknown account takes as long to refuse as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The account, or None: never why."""
        if not username or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except (User.DoesNotExist, User.MultipleObjectsReturned):
            make_password(password)
            return None
        if not user.has_usable_password():
            make_password(password)  # else single sign-on accounts would answer sooner
            return None
        right = user.check_password(password)
        return user if right and can_sign_in(user, request=request) else None

    def get_user(self, user_id: int) -> User | None:
        """The account of a session, while it is open and not suspended."""
        open_ones = User.objects.select_related("partner").filter(is_active=True)
        user = open_ones.filter(pk=user_id).first()
        return None if user is None or is_overdue(user) else user


def account_key(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """One name for one account, so that capitals or an email address buy no further guesses.

    A name that belongs to no account is kept as a hash: it is often a password typed in the
    wrong box.
    """
    given = (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("username")
    name = str(given or "").strip().lower()
    try:
        return User.objects.get_by_natural_key(name).username
    except (User.DoesNotExist, User.MultipleObjectsReturned):
        return f"unknown:{sha256(name.encode()).hexdigest()[:32]}"
