"""The registers of flows, agreements and signatures: by what right data pass from whom to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from frith import reference
from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core.models import Agreement, EntryKind, Flow, Signature, User
from frith_web.core.models.dated import today
from frith_web.core.models.partners import KEY
from frith_web.core.permissions import check_may
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import append

MANAGE, AGREEMENTS = "core.flow:manage", "core.agreement:manage"
REGIMES = {Regime.UK_GDPR, Regime.LAW_ENFORCEMENT}
"""Those under which personal data flow; what is open or synthetic needs no flow."""


@transaction.atomic
def write_flow(
    *,
    by: User,
    key: str,
    title: str,
    gateway: str,
    regime: Regime,
    purpose: Purpose,
    what: str,
    agreement: Agreement | None = None,
    ends_on: date | None = None,
    review_on: date | None = None,
) -> Flow:
    """Write a flow into the register, with the officer's own partner as its controller.

    Raises `BadInput` where the key is taken, the gateway is not listed, the agreement does not
    permit the purpose or is not signed by the partner, or law enforcement is claimed by a partner
    that is no competent authority.
    """
    check_may(by, MANAGE)
    assert by.partner is not None
    _check_key(key, taken=Flow.objects.filter(key__iexact=key).exists())
    if gateway not in reference.load("legal_gateways").keys:
        raise BadInput(f"there is no legal gateway {gateway}")
    if regime not in REGIMES:
        raise BadInput("a flow of personal data is under UK GDPR or Part 3")
    if regime is Regime.LAW_ENFORCEMENT and not by.partner.is_competent_authority:
        raise BadInput(
            f"{by.partner} is not written down as a competent authority",
            mend="Choose UK GDPR, or have the partner's entry corrected first.",
        )
    if agreement is not None:
        _check_agreement(agreement, purpose=purpose, by=by)
    if ends_on is not None and ends_on < today():
        raise BadInput("the flow's last day is today or later")
    made = Flow.objects.create(
        key=key,
        title=title,
        controller=by.partner,
        gateway=gateway,
        regime=regime.value,
        agreement=agreement,
        purpose=purpose.value,
        what=what,
        ends_on=ends_on,
        review_on=review_on,
    )
    _note(by, "core.flow.write", flow=key, gateway=gateway, regime=regime.value)
    return made


@transaction.atomic
def end_flow(*, flow: Flow, by: User, last_day: date, why: str) -> Flow:
    """The last day on which the flow is lawful. What comes after it by this flow is refused.

    Raises `BadInput` for another partner's flow, a day that has passed, or no reason.
    """
    check_may(by, MANAGE)
    held = Flow.objects.select_for_update().get(pk=flow.pk)
    if held.controller_id != by.partner_id:
        raise BadInput("only the controller ends a flow")
    _check_end(last_day, starts_on=held.starts_on, why=why)
    held.ends_on = last_day
    held.save(update_fields=["ends_on"])
    _note(by, "core.flow.end", flow=held.key, last_day=last_day.isoformat(), why=why)
    return held


@transaction.atomic
def write_agreement(
    *,
    by: User,
    key: str,
    title: str,
    purposes: Sequence[Purpose],
    ends_on: date | None = None,
    review_on: date | None = None,
) -> Agreement:
    """Write a sharing agreement into the register. It shares nothing until partners have signed.

    Raises `BadInput` where the key is taken, no purpose is named, or its last day has passed.
    """
    check_may(by, AGREEMENTS)
    _check_key(key, taken=Agreement.objects.filter(key__iexact=key).exists())
    if not purposes:
        raise BadInput("name at least one purpose for which it permits sharing")
    if ends_on is not None and ends_on < today():
        raise BadInput("the agreement's last day is today or later")
    made = Agreement.objects.create(
        key=key,
        title=title,
        purposes=[one.value for one in purposes],
        ends_on=ends_on,
        review_on=review_on,
    )
    _note(by, "core.agreement.write", agreement=key, purposes=made.purposes)
    return made


@transaction.atomic
def sign(*, agreement: Agreement, by: User, signed_by: str) -> Signature:
    """Write down that somebody signed for the officer's own partner, from today.

    Raises `BadInput` where the agreement has ended, nobody is named, or it is signed already.
    """
    check_may(by, AGREEMENTS)
    assert by.partner_id is not None
    held = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if not signed_by.strip():
        raise BadInput("say who signed")
    if held.ends_on is not None and held.ends_on < today():
        raise BadInput("this agreement has ended")
    ours = Signature.objects.filter(agreement=held, partner=by.partner_id)
    if ours.in_force().exists() or ours.filter(starts_on=today()).exists():
        raise BadInput("your partner has signed already")
    made = Signature.objects.create(agreement=held, partner_id=by.partner_id, signed_by=signed_by)
    _note(by, "core.agreement.sign", agreement=held.key, signature=made.pk)
    return made


@transaction.atomic
def withdraw(*, signature: Signature, by: User, last_day: date, why: str) -> Signature:
    """The last day of the own partner's signature; with it end the shares that rest on it.

    Raises `BadInput` for another partner's signature, a day that has passed, or no reason.
    """
    check_may(by, AGREEMENTS)
    held = Signature.objects.select_for_update().get(pk=signature.pk)
    if held.partner_id != by.partner_id:
        raise BadInput("only the partner that signed withdraws its signature")
    _check_end(last_day, starts_on=held.starts_on, why=why)
    held.ends_on = last_day
    held.save(update_fields=["ends_on"])
    _note(
        by,
        "core.agreement.withdraw",
        agreement=held.agreement.key,
        signature=held.pk,
        last_day=last_day.isoformat(),
        why=why,
    )
    return held


def _check_key(key: str, *, taken: bool) -> None:
    try:
        KEY(key)
    except ValidationError as error:
        raise BadInput(str(error.message)) from None
    if taken:
        raise BadInput(f"the key {key} is taken")


def _check_agreement(agreement: Agreement, *, purpose: Purpose, by: User) -> None:
    if purpose.value not in agreement.purposes:
        raise BadInput(f"{agreement} does not permit sharing for: {purpose.label}")
    signed = Signature.objects.filter(agreement=agreement, partner=by.partner_id)
    if not signed.in_force().exists():
        raise BadInput(f"{by.partner} has not signed {agreement}")


def _check_end(last_day: date, *, starts_on: date, why: str) -> None:
    if last_day < max(today(), starts_on):
        raise BadInput("the last day is today or later: what was lawful yesterday stays so")
    if not why.strip():
        raise BadInput("say why it ends")


def _note(by: User, act: str, **detail: object) -> None:
    append(kind=EntryKind.ADMINISTRATION, act=act, actor=by, detail=detail)
