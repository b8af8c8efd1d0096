"""Accounts: who can sign in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from frith_web.core.sensitivity import Personal, Retention, declared

DEMONSTRATION_PREFIX = "demo-"
CERTIFIED_FOR = timedelta(days=183)
"""Six months: so long an account works before somebody must confirm that it is still needed."""

ACCOUNT_NAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{1,63}\Z",
    "Use 2 to 64 small letters, numbers, or any of . - _",
)


def six_months_on() -> date:
    """The day until which a new account works without being confirmed."""
    return timezone.localdate() + CERTIFIED_FOR


class UserManager(BaseUserManager["User"]):
    """How accounts are looked up."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of that user name or email address, whatever its capitals."""
        name = (username or "").strip().lower()
        return self.get(models.Q(username=name) | models.Q(email__iexact=name))


class User(AbstractBaseUser):
    """A person's account. Nobody is above the rules: there is no superuser."""

    username = models.CharField(max_length=64, unique=True, validators=[ACCOUNT_NAME])
    email = models.EmailField(blank=True)
    full_name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    partner = models.ForeignKey(
        "core.Partner", null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    """The organisation they work for; an account without one sees no record."""

    certified_until = models.DateField(default=six_months_on)
    """The last day on which the account works, unless its partner's lead confirms it anew."""

    first_password_until = models.DateTimeField(null=True, blank=True)
    """Where somebody else chose the password: until when it opens the one page that asks for a
    password of the holder's own. Null once they have set it."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="one_account_per_email"
            ),
            models.CheckConstraint(
                condition=models.Q(is_demonstration=True, username__startswith=DEMONSTRATION_PREFIX)
                | (
                    models.Q(is_demonstration=False)
                    & ~models.Q(username__startswith=DEMONSTRATION_PREFIX)
                ),
                name="demonstration_accounts_are_named_so",
            ),
        ]

    class Sensitivity:
        id = declared(Personal.NO, Retention.ACCOUNT)
        username = declared(Personal.YES, Retention.ACCOUNT)
        email = declared(Personal.YES, Retention.ACCOUNT)
        full_name = declared(Personal.YES, Retention.ACCOUNT)
        password = declared(Personal.YES, Retention.ACCOUNT)
        last_login = declared(Personal.YES, Retention.ACCOUNT)
        is_active = declared(Personal.YES, Retention.ACCOUNT)
        is_demonstration = declared(Personal.NO, Retention.ACCOUNT)
        created_at = declared(Personal.YES, Retention.ACCOUNT)
        partner = declared(Personal.YES, Retention.ACCOUNT)
        certified_until = declared(Personal.YES, Retention.ACCOUNT)
        first_password_until = declared(Personal.NO, Retention.ACCOUNT)

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        """User names and email addresses are kept in small letters."""
        self.username = self.username.strip().lower()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """The name shown beside what this person did."""
        return self.full_name

    def get_short_name(self) -> str:
        """The same: we do not guess which part is the given name."""
        return self.full_name
