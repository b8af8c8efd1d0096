"""Every read of this room; each begins with `visible_to(user)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from frith import reference as reference_lists
from frith_web.core.models import User
from frith_web.objective.models import (
    Commitment,
    Crosswalk,
    MeasureDefinition,
    Plan,
    Priority,
    Target,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityShown:
    """A priority with what was promised under it and how it is measured."""

    priority: Priority
    commitments: list[Commitment]
    measures: list[MeasureDefinition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How one priority carries on."""

    crosswalk: Crosswalk
    earlier: Priority
    later: Priority | None
    from_plan: Plan
    to_plan: Plan | None


def plans(*, user: User) -> list[Plan]:
    """Every plan the reader may see, the newest first."""
    return list(Plan.objects.visible_to(user))


def own_plans(*, user: User) -> Any:
    """Plans that the reader's partner keeps, for forms that write."""
    found = Plan.objects.visible_to(user, act="manage")
    return found.filter(protection__owner=user.partner_id)


def plan(*, user: User, reference: UUID) -> Plan | None:
    """One plan."""
    return Plan.objects.visible_to(user).filter(reference=reference).first()


def priority(*, user: User, reference: UUID) -> Priority | None:
    """One priority."""
    return Priority.objects.visible_to(user).filter(reference=reference).first()


def priorities(*, user: User) -> list[tuple[Plan, Priority]]:
    """Every priority with its plan, the newest plan first."""
    found = {one.pk: one for one in plans(user=user)}
    held = Priority.objects.visible_to(user).filter(plan__in=found)
    pairs = [(found[one.plan_id], one) for one in held]
    return sorted(pairs, key=lambda pair: (-pair[0].starts_on.toordinal(), pair[1].order))


def priorities_of(plan: Plan, *, user: User) -> list[PriorityShown]:
    """The priorities of a plan in their order, each with commitments and measures in force."""
    held = list(Priority.objects.visible_to(user).filter(plan=plan))
    under = Commitment.objects.visible_to(user).filter(priority__in=[one.pk for one in held])
    promised = list(under.select_related("lead"))
    open_now = MeasureDefinition.objects.visible_to(user).filter(ends_on=None)
    measured = list(open_now.filter(priority__in=[one.pk for one in held]))
    return [
        PriorityShown(
            priority=one,
            commitments=[promise for promise in promised if promise.priority_id == one.pk],
            measures=[measure for measure in measured if measure.priority_id == one.pk],
        )
        for one in held
    ]


def crosswalk(*, user: User) -> list[Step]:
    """How priorities carry on, as far as the reader may see both ends."""
    of = {one.pk: (held, one) for held, one in priorities(user=user)}
    found = [
        Step(
            crosswalk=one,
            earlier=of[one.earlier_id][1],
            from_plan=of[one.earlier_id][0],
            later=of[one.later_id][1] if one.later_id else None,
            to_plan=of[one.later_id][0] if one.later_id else None,
        )
        for one in Crosswalk.objects.visible_to(user)
        if one.earlier_id in of and (one.later_id is None or one.later_id in of)
    ]
    return sorted(found, key=lambda step: (step.from_plan.starts_on, step.earlier.order))


def measures(*, user: User) -> list[MeasureDefinition]:
    """The definitions in force, by name."""
    return list(MeasureDefinition.objects.visible_to(user).filter(ends_on=None))


def definitions_of(key: str, *, user: User) -> list[MeasureDefinition]:
    """Every definition of one measure, the newest first."""
    found = MeasureDefinition.objects.visible_to(user).filter(key=key)
    return list(found.order_by("-starts_on"))


def targets_of(definitions: list[MeasureDefinition], *, user: User) -> list[Target]:
    """The targets set under any of these definitions, by day."""
    found = Target.objects.visible_to(user).filter(measure__in=[one.pk for one in definitions])
    return list(found)


def adoptable(*, user: User) -> list[tuple[str, str]]:
    """Shipped measures that are not adopted yet: key and name."""
    held = {one.key for one in measures(user=user)}
    rows = reference_lists.load("measures").rows
    return [(str(row["key"]), str(row["name"])) for row in rows if str(row["key"]) not in held]
