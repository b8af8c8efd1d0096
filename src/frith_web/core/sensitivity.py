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
    LOCK_OUT = "thirty days after the last failed sign-in"
    STRUCTURE = "as long as the site is installed"


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

OF_PACKAGES: dict[str, dict[str, Declared]] = {
    "auth.Permission": dict.fromkeys(("id", "name", "content_type", "codename"), _PLAIN),
    "auth.Group": dict.fromkeys(("id", "name", "permissions"), _PLAIN),
    "contenttypes.ContentType": dict.fromkeys(("id", "app_label", "model"), _PLAIN),
    "sessions.Session": dict.fromkeys(
        ("session_key", "session_data", "expire_date"),
        declared(Personal.YES, Retention.SESSION, marking=Marking.OFFICIAL_SENSITIVE),
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
    nested = vars(model).get("Sensitivity")
    return {
        name: value for name, value in vars(nested or object).items() if isinstance(value, Declared)
    }
