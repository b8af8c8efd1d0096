"""Twice a year somebody confirms who still needs an account; who is not confirmed is suspended."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from frith_web.core.models import EntryKind, User
from frith_web.core.models.accounts import CERTIFIED_FOR
from frith_web.core.services import audit


class OwnAccount(Exception):
    """Nobody certifies or closes their own account."""


@transaction.atomic
def certify(*, account: User, by: User, why: str) -> date:
    """Confirm that a person still needs the account, and why; until when it is now certified."""
    if account.pk == by.pk:
        raise OwnAccount
    account.certified_until = timezone.localdate() + CERTIFIED_FOR
    account.save(update_fields=["certified_until"])
    audit.append(
        kind=EntryKind.ADMINISTRATION,
        act="account certified",
        actor=by,
        detail={
            "account": account.username,
            "until": account.certified_until.isoformat(),
            "why": why,
        },
    )
    return account.certified_until
