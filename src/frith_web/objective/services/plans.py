"""Writing plans: their priorities, what was promised under each, and how one carries on."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from frith.errors import BadInput
from frith.reference.regimes import Marking, Regime
from frith_web.core.models import Agreement, EntryKind, Partner, ProtectedRecord, Protection, User
from frith_web.core.models.dated import in_force, today
from frith_web.core.permissions import check_may
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import append
from frith_web.core.services.protections import Share, Terms, terms
from frith_web.objective.models import Commitment, Continuation, Crosswalk, Plan, Priority

MANAGE = "objective.plan:manage"


def plan_terms(*, owner: Partner, agreement: Agreement | None, regime: Regime) -> Protection:
    """Terms of a plan: its owner's, shared with every other signatory for all that is agreed.

    Without an agreement, or with one that the owner has not signed, the owner's people alone.
    """
    shares: list[Share] = []
    if agreement is not None:
        signed = agreement.signatures.filter(in_force(today())).select_related("partner")
        others = {one.partner for one in signed} - {owner}
        shares = [
            Share(partner=partner, agreement=agreement, purpose=Purpose(purpose))
            for partner in sorted(others, key=lambda one: one.pk)
            for purpose in agreement.purposes
        ]
    return terms(of=Terms(owner=owner, regime=regime, marking=Marking.OFFICIAL, shares=shares))


@transaction.atomic
def open_plan(
    *,
    by: User,
    protection: Protection,
    title: str,
    starts_on: date,
    ends_on: date | None = None,
    agreed_on: date | None = None,
    source: str = "",
) -> Plan:
    """A new plan with its years. Raises `BadInput` where it would end before it starts."""
    check_owner(by=by, protection=protection)
    if ends_on is not None and ends_on < starts_on:
        raise BadInput("a plan ends after it starts", mend="Check both days.")
    made = Plan.objects.create(
        protection=protection,
        created_by=by,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        agreed_on=agreed_on,
        source=source,
    )
    note(made, by=by, act="objective.plan.open")
    return made


@transaction.atomic
def add_priority(
    *, by: User, plan: Plan, title: str, aim: str = "", order: int = 0, cross_cutting: bool = False
) -> Priority:
    """A priority of a plan, held on the plan's terms."""
    check_owner(by=by, protection=plan.protection)
    made = Priority.objects.create(
        protection=plan.protection,
        created_by=by,
        plan=plan,
        title=title,
        aim=aim,
        order=order,
        is_cross_cutting=cross_cutting,
    )
    note(made, by=by, act="objective.priority.add")
    return made


@transaction.atomic
def promise(
    *, by: User, priority: Priority, text: str, lead: Partner, due_on: date | None = None
) -> Commitment:
    """What is promised under a priority, who leads, by when."""
    check_owner(by=by, protection=priority.protection)
    made = Commitment.objects.create(
        protection=priority.protection,
        created_by=by,
        priority=priority,
        text=text,
        lead=lead,
        due_on=due_on,
    )
    note(made, by=by, act="objective.commitment.add")
    return made


@transaction.atomic
def carry_on(
    *,
    by: User,
    earlier: Priority,
    later: Priority | None,
    continuation: Continuation,
    note_words: str = "",
) -> Crosswalk:
    """How an earlier priority carries on in a later one, or that it ended.

    Raises `BadInput` where it is said to carry on nowhere, to end somewhere, or within one plan,
    and where the same pair was written before.
    """
    check_owner(by=by, protection=earlier.protection)
    if (later is None) != (continuation == Continuation.ENDED):
        raise BadInput("what carries on says where; what ended names no later priority")
    if later is not None and later.plan_id == earlier.plan_id:
        raise BadInput("a crosswalk leads from one plan to another, not within one")
    if Crosswalk.objects.visible_to(by).filter(earlier=earlier, later=later).exists():
        raise BadInput("this pair is in the crosswalk already")
    made = Crosswalk.objects.create(
        protection=earlier.protection,
        created_by=by,
        earlier=earlier,
        later=later,
        continuation=continuation,
        note=note_words,
    )
    note(made, by=by, act="objective.crosswalk.add")
    return made


def check_owner(*, by: User, protection: Protection) -> None:
    """Only the owner's people write. Raises `Refused`, or `BadInput` for another partner's plan."""
    check_may(by, MANAGE)
    if by.partner_id != protection.owner_id:
        raise BadInput(
            f"this plan is kept by {protection.owner}", mend="Ask them to write the change."
        )


def note(made: ProtectedRecord, *, by: User, act: str) -> None:
    """The row of a record that was written."""
    append(
        kind=EntryKind.ALTERATION,
        act=act,
        actor=by,
        records={made.kind: [made.reference]},
        detail={"version": made.version},
    )
