"""Opening compartments and letting people in; each with a reason and, where given, an end."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from frith.errors import BadInput
from frith_web.core.models import Admission, Compartment, EntryKind, Partner, User
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append

MANAGE = "core.compartment:manage"


@transaction.atomic
def open_compartment(*, by: User, key: str, name: str, owner: Partner, reason: str) -> Compartment:
    """A new need-to-know label. Raises `BadInput` where its short name is taken."""
    check_may(by, MANAGE)
    if Compartment.objects.filter(key=key).exists():
        raise BadInput(f"the short name {key} is taken", mend="Choose another; it never changes.")
    made = Compartment.objects.create(key=key, name=name, owner=owner, reason=reason)
    _note("core.compartment.open", by=by, compartment=made.key)
    return made


@transaction.atomic
def admit(
    *, by: User, to: Compartment, account: User, reason: str, until: date | None = None
) -> Admission:
    """Let a person in. Raises `BadInput` for oneself, for who is in, and for a day gone by."""
    check_may(by, MANAGE)
    if account.pk == by.pk:
        raise BadInput("nobody lets themselves in", mend="Ask another administrator.")
    if Admission.objects.in_force().filter(compartment=to, user=account).exists():
        raise BadInput(f"{account} is inside already")
    if until is not None and until < today():
        raise BadInput("that day has gone by", mend="Choose today or a later day, or none.")
    made = Admission.objects.create(
        compartment=to, user=account, admitted_by=by, reason=reason, ends_on=until
    )
    _note(
        "core.compartment.admit",
        by=by,
        compartment=to.key,
        account=account.pk,
        until=until.isoformat() if until else None,
        reason=reason,
    )
    return made


@transaction.atomic
def put_out(*, by: User, admission: Admission, reason: str) -> None:
    """End a person's place from today: the last day was yesterday, or it never was."""
    check_may(by, MANAGE)
    _note(
        "core.compartment.put_out",
        by=by,
        compartment=admission.compartment.key,
        account=admission.user_id,
        reason=reason,
    )
    if admission.starts_on >= today():
        admission.delete()
        return
    admission.ends_on = today() - timedelta(days=1)
    admission.save(update_fields=["ends_on"])


def _note(act: str, *, by: User, **detail: object) -> None:
    append(kind=EntryKind.ADMINISTRATION, act=act, actor=by, detail=detail)
