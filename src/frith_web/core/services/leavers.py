"""Closing an account: it stops working at once, and its open work passes to a named colleague."""

from __future__ import annotations

from django.db import transaction

from frith_web.core import handover
from frith_web.core.models import EntryKind, User
from frith_web.core.services import audit, second_factor, single_sign_on
from frith_web.core.services.recertification import OwnAccount


class NoColleague(Exception):
    """Whoever takes over has an open account of the same partner, and is not the leaver."""


@transaction.atomic
def close_account(*, account: User, colleague: User, by: User, why: str) -> dict[str, int]:
    """Close a leaver's account; how many pieces of each kind of work were handed over.

    Sessions, second factors, single sign-on and every declared way in end in the same
    transaction. The account's row stays, because the log and records bear its name.
    """
    if account.pk == by.pk:
        raise OwnAccount
    if colleague.pk == account.pk or not colleague.is_active:
        raise NoColleague
    if colleague.partner_id != account.partner_id:
        raise NoColleague
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    second_factor.reset(user=account, by=by)
    single_sign_on.unlink(user=account)
    ended = {name: end(account) for name, end in handover.ways_in().items()}
    moved = {
        kind.name: kind.move(leaver=account, colleague=colleague, by=by) for kind in handover.work()
    }
    audit.append(
        kind=EntryKind.ADMINISTRATION,
        act="account closed",
        actor=by,
        detail={
            "account": account.username,
            "colleague": colleague.username,
            "why": why,
            "handed_over": moved,
            "ended": ended,
        },
    )
    return moved
