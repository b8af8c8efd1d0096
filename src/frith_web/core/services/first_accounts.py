"""Accounts that the installation itself opens, before anybody can open one on a page."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from frith.errors import BadInput
from frith_web.core.models import EntryKind, Partner, Role, User
from frith_web.core.services.accounts import give_first_password, open_account
from frith_web.core.services.audit import append
from frith_web.core.services.roles import give_role

BY_SET_UP = "the set-up of this site"


@transaction.atomic
def open_first_account(
    *,
    username: str,
    full_name: str,
    email: str,
    password: str,
    partner: str,
    partner_name: str = "",
    roles: Sequence[str] = (),
) -> User:
    """An account with its partner and roles, or nothing of it.

    The password is a first one: its holder sets their own before anything else. `partner` is a
    short name; with `partner_name`, one that the site does not know is opened.
    Raises `BadInput` for a partner or role that is not there, `ValidationError` as
    `open_account` does.
    """
    works_for = _partner(partner, name=partner_name) if partner else None
    made = open_account(
        username=username, full_name=full_name, email=email, password=password, is_first=True
    )
    made.partner = works_for
    made.save(update_fields=["partner"])
    for key in roles:
        role = Role.objects.filter(key=key).first()
        if role is None:
            there = ", ".join(Role.objects.values_list("key", flat=True))
            raise BadInput(f"there is no role {key}", mend=f"There are {there}.")
        give_role(role=role, to=made, by=None, reason=BY_SET_UP)
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.account.open",
        actor=None,
        actor_name=BY_SET_UP,
        detail={"account": made.username, "partner": partner},
    )
    return made


@transaction.atomic
def renew_first_password(*, username: str, reason: str) -> str:
    """A new first password, where no administrator can give one. Raises `BadInput`."""
    account = User.objects.filter(username=username.strip().lower()).first()
    if account is None:
        raise BadInput(f"there is no account {username}")
    return give_first_password(account=account, by=None, reason=reason)


def _partner(key: str, *, name: str) -> Partner:
    found = Partner.objects.filter(key=key).first()
    if found is not None:
        return found
    if not name:
        raise BadInput(f"there is no partner {key}", mend="Open it with --partner-name.")
    made = Partner(key=key, name=name, body="other")
    made.full_clean()
    made.save()
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.partner.open",
        actor=None,
        actor_name=BY_SET_UP,
        detail={"partner": key},
    )
    return made
