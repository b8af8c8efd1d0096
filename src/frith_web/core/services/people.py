"""Writing who works for whom: accounts opened for a partner, vetting, places in teams."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction

from frith.errors import BadInput
from frith_web.core.models import EntryKind, Partner, Team, TeamMember, User, Vetting
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.services.accounts import open_account
from frith_web.core.services.audit import append

MANAGE = "core.account:manage"


@transaction.atomic
def open_for(
    *, partner: Partner, username: str, full_name: str, email: str, by: User
) -> tuple[User, str]:
    """An account for a person of a partner, and the password to hand them, which is kept nowhere.

    At the first sign-in they set a password of their own and a second factor. Raises
    `ValidationError` where the name is taken.
    """
    check_may(by, MANAGE)
    password = secrets.token_urlsafe(12)
    made = open_account(
        username=username, full_name=full_name, email=email, password=password, is_first=True
    )
    made.partner = partner
    made.save(update_fields=["partner"])
    _note("core.account.open", by=by, account=made.username, partner=partner.key)
    return made, password


@transaction.atomic
def record_vetting(
    *, account: User, level: str, starts_on: date, ends_on: date, confirmed_by: str, by: User
) -> Vetting:
    """Vetting as its owner confirmed it, until the day it expires.

    Raises `BadInput` where it would expire before it begins, or is of whoever writes it.
    """
    check_may(by, MANAGE)
    _not_oneself(account, by=by)
    if ends_on < starts_on:
        raise BadInput("vetting expires after it begins", mend="Check both days.")
    made = Vetting.objects.create(
        user=account, level=level, starts_on=starts_on, ends_on=ends_on, confirmed_by=confirmed_by
    )
    _note("core.vetting.record", by=by, account=account.username, until=ends_on.isoformat())
    return made


@transaction.atomic
def join_team(*, account: User, team: Team, by: User) -> TeamMember:
    """A place in a team. Raises `BadInput` for another partner's team, or where they are in it."""
    check_may(by, MANAGE)
    if team.partner_id != account.partner_id:
        raise BadInput(f"{team} is another partner's team")
    if TeamMember.objects.in_force().filter(user=account, team=team).exists():
        raise BadInput(f"{account} is in {team} already")
    made = TeamMember.objects.create(user=account, team=team)
    _note("core.team.join", by=by, account=account.username, team=team.pk)
    return made


@transaction.atomic
def leave_team(*, member: TeamMember, by: User) -> None:
    """The place ends today."""
    check_may(by, MANAGE)
    member.ends_on = max(today(), member.starts_on)
    member.save(update_fields=["ends_on"])
    _note("core.team.leave", by=by, account=member.user.username, team=member.team_id)


def _not_oneself(account: User, *, by: User) -> None:
    if account.pk == by.pk:
        raise BadInput("nobody records their own vetting", mend="Ask another administrator.")


def _note(act: str, *, by: User, **detail: object) -> None:
    append(kind=EntryKind.ADMINISTRATION, act=act, actor=by, detail=detail)
