"""How a model declares, for every field, marking, retention and whether it is personal data.

    class User(models.Model):
        class Sensitivity:
            username = declared(Personal.YES, Retention.ACCOUNT)

A rules test fails where a field has no declaration or a declaration has no field. Models of
packages that we use declare here, in `OF_PACKAGES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import models

from frith.reference.regimes import Marking


class Personal(StrEnum):
    """Whether a field says something of a living person."""

    NO = "no"
    YES = "yes"  # names, addresses, anything that leads to one person
    SPECIAL = "special"  # special-category or criminal-offence data


class Retention(StrEnum):
    """How long a value is kept; its words are what a reader of the register sees."""

    ACCOUNT = "while the account is open, and after it as long as the records it signed"
    SESSION = "until the session ends, twelve hours at most"
    DRAFT = "fourteen days, or until the form is sent"
    LOCK_OUT = "thirty days after the last failed sign-in"
    JOB = "ninety days after the job has ended"
    NOTICE = "ninety days after it was read, a year at most"
    UPLOAD = "the file fourteen days; that it came, as its controller's schedule says"
    STRUCTURE = "as long as the site is installed"
    LOG = "as long as the partnership's schedule keeps its log"
    RECORD = "as its controller's schedule says for the record's group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is declared of one field."""

    personal: Personal
    retention: Retention
    marking: Marking


def declared(
    personal: Personal, retention: Retention, *, marking: Marking = Marking.OFFICIAL
) -> Declared:
    """The declaration of one field."""
    return Declared(personal=personal, retention=retention, marking=marking)


_PLAIN = declared(Personal.NO, Retention.STRUCTURE)
_ATTEMPT = declared(Personal.YES, Retention.LOCK_OUT, marking=Marking.OFFICIAL_SENSITIVE)
_ATTEMPT_FIELDS = dict.fromkeys(
    ("id", "user_agent", "ip_address", "username", "http_accept", "path_info", "attempt_time"),
    _ATTEMPT,
)

_FACTOR = declared(Personal.YES, Retention.ACCOUNT, marking=Marking.OFFICIAL_SENSITIVE)

OF_PACKAGES: dict[str, dict[str, Declared]] = {
    "auth.Permission": dict.fromkeys(("id", "name", "content_type", "codename"), _PLAIN),
    "auth.Group": dict.fromkeys(("id", "name", "permissions"), _PLAIN),
    "contenttypes.ContentType": dict.fromkeys(("id", "app_label", "model"), _PLAIN),
    "sessions.Session": dict.fromkeys(
        ("session_key", "session_data", "expire_date"),
        declared(Personal.YES, Retention.SESSION, marking=Marking.OFFICIAL_SENSITIVE),
    ),
    "mfa.Authenticator": dict.fromkeys(
        ("id", "user", "type", "data", "created_at", "last_used_at"), _FACTOR
    ),
    "account.EmailAddress": dict.fromkeys(("id", "user", "email", "verified", "primary"), _FACTOR),
    "account.EmailConfirmation": dict.fromkeys(
        ("id", "email_address", "created", "sent", "key"), _FACTOR
    ),
    "socialaccount.SocialApp": dict.fromkeys(
        ("id", "provider", "provider_id", "name", "client_id", "secret", "key", "settings"), _PLAIN
    ),
    "socialaccount.SocialAccount": dict.fromkeys(
        ("id", "user", "provider", "uid", "last_login", "date_joined", "extra_data"), _FACTOR
    ),
    "socialaccount.SocialToken": dict.fromkeys(
        ("id", "app", "account", "token", "token_secret", "expires_at"), _FACTOR
    ),
    "axes.AccessAttempt": _ATTEMPT_FIELDS
    | dict.fromkeys(("get_data", "post_data", "failures_since_start"), _ATTEMPT),
    "axes.AccessLog": _ATTEMPT_FIELDS | dict.fromkeys(("logout_time", "session_hash"), _ATTEMPT),
    "axes.AccessFailureLog": _ATTEMPT_FIELDS | {"locked_out": _ATTEMPT},
    "axes.AccessAttemptExpiration": dict.fromkeys(("access_attempt", "expires_at"), _ATTEMPT),
}
"""Models of packages we use, by label."""


def declarations(model: type[models.Model]) -> dict[str, Declared]:
    """What a model declares, by field; empty where it declares nothing."""
    if model._meta.label in OF_PACKAGES:
        return OF_PACKAGES[model._meta.label]
    nested = vars(model).get("Sensitivity", object)
    return {
        name: value
        for one in reversed(nested.__mro__)
        for name, value in vars(one).items()
        if isinstance(value, Declared)
    }
