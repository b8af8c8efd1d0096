"""Reads for administration: who works for whom, who holds what, who is inside what."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from frith_web.core import first_run
from frith_web.core.first_run import HowFar, Step
from frith_web.core.models import (
    Admission,
    Area,
    Compartment,
    OriginatorConsent,
    Partner,
    Protection,
    Role,
    RoleHeld,
    Team,
    TeamMember,
    User,
    Vetting,
)
from frith_web.core.models.dated import today
from frith_web.core.models.local_numbers import LocalNumber, NumberSort
from frith_web.core.models.standing import standing, visible_protections


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberShown:
    """A sort of number and what is held of it."""

    sort: NumberSort
    held: LocalNumber | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of the first-run list and how far it is."""

    step: Step
    how_far: HowFar


def partners() -> QuerySet[Partner]:
    """Every partner, those that ended too."""
    return Partner.objects.select_related("succeeded_by").order_by("name")


def partner(key: str) -> Partner | None:
    """The partner of that short name."""
    return Partner.objects.filter(key=key).select_related("succeeded_by").first()


def teams_of(partner: Partner) -> QuerySet[Team]:
    """A partner's teams today."""
    return Team.objects.in_force().filter(partner=partner)


def areas() -> QuerySet[Area]:
    """Every area, those that ended too."""
    return Area.objects.select_related("partner").order_by("name", "vintage", "-starts_on")


def accounts() -> QuerySet[User]:
    """Every account, the open ones first."""
    return User.objects.select_related("partner").order_by("-is_active", "full_name")


def account(username: str) -> User | None:
    """The account of that user name."""
    return User.objects.filter(username=username).select_related("partner").first()


def colleagues_of(account: User) -> QuerySet[User]:
    """Who of the same partner could take over."""
    found = User.objects.filter(partner=account.partner_id, is_active=True)
    return found.exclude(pk=account.pk).order_by("full_name")


def roles_of(account: User) -> QuerySet[RoleHeld]:
    """The roles a person holds today or will hold."""
    held = RoleHeld.objects.filter(user=account).select_related("role", "given_by")
    return held.exclude(ends_on__lt=today()).order_by("role__order")


def vetting_of(account: User) -> QuerySet[Vetting]:
    """A person's vetting, the newest first."""
    return Vetting.objects.filter(user=account).order_by("-starts_on")


def places_of(account: User) -> QuerySet[TeamMember]:
    """The teams a person is in today."""
    return TeamMember.objects.in_force().filter(user=account).select_related("team__partner")


def roles() -> QuerySet[Role]:
    """Every role, in order."""
    return Role.objects.prefetch_related("permissions")


def role(key: str) -> Role | None:
    """The role of that short name."""
    return roles().filter(key=key).first()


def holders_of(role: Role) -> QuerySet[RoleHeld]:
    """Who holds a role today, with an open account."""
    held = RoleHeld.objects.in_force().filter(role=role, user__is_active=True)
    return held.select_related("user__partner", "given_by").order_by("user__full_name")


def compartments() -> QuerySet[Compartment]:
    """Every compartment."""
    return Compartment.objects.select_related("owner").order_by("name")


def compartment(key: str) -> Compartment | None:
    """The compartment of that short name."""
    return compartments().filter(key=key).first()


def admissions_to(compartment: Compartment) -> QuerySet[Admission]:
    """Who is inside today."""
    inside = Admission.objects.in_force().filter(compartment=compartment)
    return inside.select_related("user__partner", "admitted_by").order_by("user__full_name")


def numbers() -> list[NumberShown]:
    """Every sort of local number, with what is held."""
    held = {one.sort: one for one in LocalNumber.objects.in_force().select_related("owner")}
    return [NumberShown(sort=sort, held=held.get(sort.value)) for sort in NumberSort]


def first_run_list() -> list[StepShown]:
    """Every step of the first-run list, and how far it is."""
    return [StepShown(step=one, how_far=one.look()) for one in first_run.steps()]


def consents_of(user: User) -> QuerySet[OriginatorConsent]:
    """What the reader's partner answered about its records, the newest first."""
    found = OriginatorConsent.objects.filter(protection__owner=user.partner_id)
    return found.select_related("recipient", "given_by", "protection__owner")


def asked_terms_of(user: User) -> list[Protection]:
    """Terms of the reader's partner that let nothing be shared further without it.

    Only those that the reader's own roles, compartments and vetting reach: whoever is outside a
    compartment learns nothing of it here.
    """
    reached = visible_protections(standing(user), "core.consent:give")
    found = Protection.objects.filter(owner=user.partner_id, pk__in=reached)
    return [one for one in found.order_by("pk") if "no_further_sharing" in one.conditions]
