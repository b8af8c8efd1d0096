"""Writing partners, their teams and areas: opened, changed, ended; never removed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from frith.errors import BadInput
from frith_web.core.models import Area, EntryKind, Partner, Team, User
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append

MANAGE = "core.partner:manage"


@transaction.atomic
def open_partner(
    *,
    by: User,
    key: str,
    name: str,
    body: str,
    contact: str,
    starts_on: date,
    is_competent_authority: bool,
    is_police: bool,
) -> Partner:
    """A new partner. Raises `BadInput` where the short name is taken."""
    check_may(by, MANAGE)
    if Partner.objects.filter(key=key).exists():
        raise BadInput(f"the short name {key} is taken", mend="Choose another; it never changes.")
    made = Partner.objects.create(
        key=key,
        name=name,
        body=body,
        contact=contact,
        starts_on=starts_on,
        is_competent_authority=is_competent_authority,
        is_police=is_police,
    )
    _note("core.partner.open", by=by, partner=made.key)
    return made


@transaction.atomic
def change_partner(
    *,
    by: User,
    partner: Partner,
    name: str,
    body: str,
    contact: str,
    is_competent_authority: bool,
    is_police: bool,
) -> Partner:
    """Other words for the same organisation; a new organisation is a successor, not a change."""
    check_may(by, MANAGE)
    values = {
        "name": name,
        "body": body,
        "contact": contact,
        "is_competent_authority": is_competent_authority,
        "is_police": is_police,
    }
    changed = sorted(key for key, value in values.items() if getattr(partner, key) != value)
    for key, value in values.items():
        setattr(partner, key, value)
    partner.save(update_fields=list(values))
    _note("core.partner.change", by=by, partner=partner.key, changed=changed)
    return partner


@transaction.atomic
def end_partner(
    *, by: User, partner: Partner, ends_on: date, successor: Partner | None, reason: str
) -> Partner:
    """The partner's last day, and who comes after it.

    Its people read nothing from the day after. Raises `BadInput` where the day is before its
    first, it would succeed itself, or it is the writer's own.
    """
    check_may(by, MANAGE)
    if partner.pk == by.partner_id:
        raise BadInput(
            "you would lock yourself out", mend="Somebody of another partner ends this one."
        )
    if ends_on < partner.starts_on:
        raise BadInput(f"{partner} begins on {partner.starts_on:%-d %B %Y}, after that day")
    if successor is not None and successor.pk == partner.pk:
        raise BadInput(f"{partner} cannot come after itself")
    partner.ends_on = ends_on
    partner.succeeded_by = successor
    partner.save(update_fields=["ends_on", "succeeded_by"])
    _note(
        "core.partner.end",
        by=by,
        partner=partner.key,
        on=ends_on.isoformat(),
        successor=successor.key if successor else "",
        reason=reason,
    )
    return partner


@transaction.atomic
def open_team(*, by: User, partner: Partner, name: str) -> Team:
    """A team, for work that outlives a person. Raises `BadInput` where the name is taken."""
    check_may(by, MANAGE)
    if Team.objects.in_force().filter(partner=partner, name__iexact=name).exists():
        raise BadInput(f"{partner} has a team of that name")
    made = Team.objects.create(partner=partner, name=name)
    _note("core.team.open", by=by, team=made.pk)
    return made


@transaction.atomic
def open_area(
    *, by: User, code: str, name: str, vintage: str, starts_on: date, partner: Partner | None
) -> Area:
    """An area by its code in one vintage. Raises `BadInput` where it is there from that day."""
    check_may(by, MANAGE)
    if Area.objects.in_force(starts_on).filter(code=code, vintage=vintage).exists():
        raise BadInput(f"{code} of {vintage} is there already")
    made = Area.objects.create(
        code=code, name=name, vintage=vintage, starts_on=starts_on, partner=partner
    )
    _note("core.area.open", by=by, area=f"{code} {vintage}")
    return made


@transaction.atomic
def end_area(*, by: User, area: Area, ends_on: date, reason: str) -> Area:
    """The last day on which an area counts. Raises `BadInput` where it is before its first."""
    check_may(by, MANAGE)
    if ends_on < area.starts_on:
        raise BadInput(f"{area} begins on {area.starts_on:%-d %B %Y}, after that day")
    area.ends_on = ends_on
    area.save(update_fields=["ends_on"])
    _note("core.area.end", by=by, area=f"{area.code} {area.vintage}", reason=reason)
    return area


def _note(act: str, *, by: User, **detail: object) -> None:
    append(kind=EntryKind.ADMINISTRATION, act=act, actor=by, detail=detail)
