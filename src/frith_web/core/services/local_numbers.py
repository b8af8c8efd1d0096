"""Writing local numbers: a new number replaces the old, which stays with its days."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from frith_web.core.models import EntryKind, Partner, User
from frith_web.core.models.dated import today
from frith_web.core.models.local_numbers import LocalNumber, NumberSort
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append

MANAGE = "core.settings:manage"


@transaction.atomic
def set_number(
    *, by: User, sort: NumberSort, number: str, hours: str, owner: Partner
) -> LocalNumber:
    """The number from today, checked today. The same number again is a check, and no more."""
    check_may(by, MANAGE)
    held = LocalNumber.objects.in_force().filter(sort=sort).first()
    same = held is not None and (held.number, held.hours, held.owner_id) == (
        number,
        hours,
        owner.pk,
    )
    if held is not None and same:
        held.checked_on = today()
        held.save(update_fields=["checked_on"])
        _note("core.local_number.check", by=by, sort=sort)
        return held
    for earlier in LocalNumber.objects.in_force().filter(sort=sort):
        if earlier.starts_on >= today():
            earlier.delete()
        else:
            earlier.ends_on = today() - timedelta(days=1)
            earlier.save(update_fields=["ends_on"])
    made = LocalNumber.objects.create(
        sort=sort, number=number, hours=hours, owner=owner, written_by=by
    )
    _note("core.local_number.set", by=by, sort=sort)
    return made


def _note(act: str, *, by: User, sort: NumberSort) -> None:
    append(kind=EntryKind.ADMINISTRATION, act=act, actor=by, detail={"number": str(sort)})
