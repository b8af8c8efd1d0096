"""The demonstration's partnership: made-up partners, agreements, and somebody in every role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from frith_web.core.models import (
    DEMONSTRATION_PREFIX,
    Admission,
    Agreement,
    Area,
    Compartment,
    Partner,
    Role,
    RoleHeld,
    Signature,
    Team,
    TeamMember,
    User,
    Vetting,
)
from frith_web.core.models.dated import today
from frith_web.core.purposes import Purpose

BEGAN = date(2022, 4, 1)
MADE_UP = "the demonstration"


@dataclass(frozen=True, slots=True, kw_only=True)
class _MadeUp:
    """A partner of the demonstration."""

    key: str
    name: str
    body: str
    contact: str
    part_3: bool = False
    police: bool = False


PARTNERS = (
    _MadeUp(
        key="council",
        name="Vorrinmere Council",
        body="council",
        contact="Community safety, 01632 960101",
    ),
    _MadeUp(
        key="police",
        name="Vorrinmere Police",
        body="police",
        contact="The intelligence desk, 01632 960102",
        part_3=True,
        police=True,
    ),
    _MadeUp(
        key="health",
        name="Vorrinmere Integrated Care Board",
        body="icb",
        contact="The safeguarding nurse, 01632 960103",
    ),
    _MadeUp(
        key="probation",
        name="Vorrinmere Probation",
        body="probation",
        contact="The duty officer, 01632 960104",
        part_3=True,
    ),
    _MadeUp(
        key="fire",
        name="Vorrinmere Fire and Rescue",
        body="fire",
        contact="Community fire safety, 01632 960105",
    ),
    _MadeUp(
        key="housing",
        name="Vorrinmere Homes",
        body="housing_provider",
        contact="The tenancy enforcement team, 01632 960106",
    ),
    _MadeUp(
        key="voluntary",
        name="Vorrinmere Voluntary Action",
        body="voluntary_action",
        contact="The partnership worker, 01632 960107",
    ),
)
WORKS_FOR = {
    "partner-submitter": "housing",
    "partner-lead": "housing",
    "intelligence-desk": "police",
    "analyst": "council",
    "lead-responsible-officer": "council",
    "tasking-chair": "police",
    "board-member": "council",
    "scrutiny-councillor": "council",
    "information-governance": "council",
    "administrator": "council",
    "auditor": "council",
}
VETTED = ("intelligence-desk", "analyst")
ADMITTED = ("intelligence-desk", "lead-responsible-officer")
PLAN, SHARING = "partnership-plan", "tackling-organised-crime"
COMPARTMENT = "operation-heron"


@transaction.atomic
def set_up_partnership(*, area: str, area_name: str, vintage: str) -> None:
    """Partners, area, agreements, compartment, and every account's partner and role; once."""
    partners = {one.key: _partner(one) for one in PARTNERS}
    Area.objects.get_or_create(
        code=area, vintage=vintage, defaults={"name": area_name, "starts_on": BEGAN}
    )
    everybody = list(partners.values())
    _agreement(PLAN, "Partnership plan and its measures", list(Purpose), everybody)
    _agreement(
        SHARING,
        "Tackling organised crime together",
        [Purpose.DISRUPTION, Purpose.SAFEGUARDING, Purpose.PLANNING, Purpose.GOVERNANCE],
        [partners[key] for key in ("council", "police", "probation", "housing")],
    )
    inside, _ = Compartment.objects.get_or_create(
        key=COMPARTMENT,
        defaults={
            "name": "Operation Heron (made up)",
            "owner": partners["police"],
            "reason": "Shows what a need-to-know label does.",
            "starts_on": BEGAN,
        },
    )
    team, _ = Team.objects.get_or_create(
        partner=partners["council"], name="Community safety", defaults={"starts_on": BEGAN}
    )
    for role in Role.objects.all():
        _person(role, works_for=partners[WORKS_FOR[role.key]], inside=inside)
    analyst = account("analyst")
    if not team.members.filter(user=analyst).exists():
        TeamMember.objects.create(team=team, user=analyst, starts_on=BEGAN)


def account(role: str) -> User:
    """The demonstration's account of a role."""
    return User.objects.get(username=f"{DEMONSTRATION_PREFIX}{role}")


def _partner(one: _MadeUp) -> Partner:
    found, _ = Partner.objects.get_or_create(
        key=one.key,
        defaults={
            "name": one.name,
            "body": one.body,
            "contact": one.contact,
            "is_competent_authority": one.part_3,
            "is_police": one.police,
            "starts_on": BEGAN,
        },
    )
    return found


def _agreement(key: str, title: str, purposes: list[Purpose], signed_by: list[Partner]) -> None:
    made, new = Agreement.objects.get_or_create(
        key=key,
        defaults={
            "title": f"{title} (made up)",
            "purposes": [one.value for one in purposes],
            "starts_on": BEGAN,
            "review_on": date(today().year + 1, 4, 1),
        },
    )
    if new:
        for one in signed_by:
            Signature.objects.create(
                agreement=made, partner=one, signed_by=MADE_UP.capitalize(), starts_on=BEGAN
            )


def _person(role: Role, *, works_for: Partner, inside: Compartment) -> None:
    user, new = User.objects.get_or_create(
        username=f"{DEMONSTRATION_PREFIX}{role.key}",
        defaults={"full_name": f"Demonstration {role.name.lower()}", "is_demonstration": True},
    )
    if not new and user.partner_id is not None:
        return
    user.partner = works_for
    user.save(update_fields=["partner"])
    RoleHeld.objects.create(user=user, role=role, reason=MADE_UP, starts_on=BEGAN)
    if role.key in VETTED:
        Vetting.objects.create(
            user=user, level="NPPV 2 (made up)", confirmed_by=MADE_UP, starts_on=BEGAN
        )
    if role.key in ADMITTED:
        Admission.objects.create(compartment=inside, user=user, reason=MADE_UP, starts_on=BEGAN)
