"""People's requests and complaints about their data: clock, search, what is told, the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core import law, registry
from frith_web.core.models import (
    EntryKind,
    Finding,
    Identity,
    ProtectionShare,
    RequestSort,
    RightsRequest,
    User,
    opened,
)
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.registry import Kind
from frith_web.core.services.audit import append

MANAGE = "core.rights:manage"
REGIMES = (Regime.UK_GDPR, Regime.LAW_ENFORCEMENT)
RIGHTS = {
    Regime.UK_GDPR.value: "UK GDPR and Part 2 of the Data Protection Act 2018",
    Regime.LAW_ENFORCEMENT.value: "Part 3 of the Data Protection Act 2018 (law enforcement)",
}
NOT_BY_PART_3 = {RequestSort.OBJECTION}
"""Part 3 of the Data Protection Act 2018 gives no right to object; to be verified locally."""
COMPLAIN = (
    "If you are not content with this answer, you may complain to us, and to the Information "
    "Commissioner, and you may ask a court."
)
PERSON_FOR_LOG = "the person of request {reference}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record that a request found, and what was decided about it, if anything was."""

    kind: Kind
    record: Any
    of_another_controller: bool
    finding: Finding | None

    @property
    def told(self) -> dict[str, str]:
        """What the person is told of it: label to words, blanks left out."""
        said = self.kind.extract(self.record) if self.kind.extract else {}
        return {label: str(value) for label, value in said.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What there is about the people of a request."""

    found: Sequence[Found]
    elsewhere: int
    """Records held on terms that need another officer; counted, never shown."""
    elsewhere_undecided: int
    """Those of them about which no officer decided yet."""

    @property
    def undecided(self) -> int:
        """How many of those found nobody decided about yet."""
        return sum(one.finding is None for one in self.found)


@transaction.atomic
def open_request(
    *,
    by: User,
    sort: RequestSort,
    regime: Regime,
    requester: str,
    asked: str,
    received_on: date,
    contact: str = "",
    identity: Identity = Identity.KNOWN,
) -> RightsRequest:
    """Write a request into the register of the officer's own partner.

    Raises `BadInput` where it names nobody or says nothing, came in the future, is under a regime
    that the partner does not process by, or asks for what that regime does not give.
    """
    check_may(by, MANAGE)
    assert by.partner is not None
    if not requester.strip() or not asked.strip():
        raise BadInput("write down who asks, and for what")
    if received_on > today():
        raise BadInput("a request came today or earlier")
    if regime not in REGIMES:
        raise BadInput("a request is under UK GDPR or Part 3")
    if regime is Regime.LAW_ENFORCEMENT and not by.partner.is_competent_authority:
        raise BadInput(f"{by.partner} is not written down as a competent authority")
    if regime is Regime.LAW_ENFORCEMENT and sort in NOT_BY_PART_3:
        raise BadInput(
            "Part 3 gives no right to object (to be verified locally)",
            mend="Ask whether they want erasure, restriction or to complain.",
        )
    made = RightsRequest.objects.create(
        partner=by.partner,
        sort=sort,
        regime=regime.value,
        requester=requester,
        contact=contact,
        asked=asked,
        received_on=received_on,
        identity=identity,
        opened_by=by,
    )
    due = due_on(made)
    _note(made, by, "core.rights.open", sort=str(sort), due=due.isoformat() if due else None)
    return made


def clock_of(one: RightsRequest) -> law.Clock:
    """The clock that runs for a request."""
    if one.sort == RequestSort.COMPLAINT:
        return law.clock("complaint", on=one.received_on)
    return law.clock("rights", regime=one.regime, on=one.received_on)


def due_on(one: RightsRequest) -> date | None:
    """The last day to answer on (to acknowledge, for a complaint); None while identity is awaited.

    It runs from receipt, or from the proof of identity where that was asked for.
    """
    if one.sort == RequestSort.COMPLAINT:
        return law.last_day(clock_of(one), start=one.received_on)
    if one.identity == Identity.ASKED:
        return None
    start = max(one.received_on, one.identity_on or one.received_on)
    return law.last_day(clock_of(one), start=start, extended=one.extended_on is not None)


@transaction.atomic
def check_identity(
    *, request: RightsRequest, by: User, identity: Identity, how: str
) -> RightsRequest:
    """Ask for proof of identity, which stops the clock, or write down how it was given.

    Raises `BadInput` where it does not say how or why, or the request is another's or answered.
    """
    held = _open(request, by)
    if not how.strip():
        raise BadInput("say how the identity was checked, or why proof is asked for")
    held.identity, held.identity_how = identity, how
    held.identity_on = today() if identity == Identity.CONFIRMED else None
    held.save(update_fields=["identity", "identity_how", "identity_on"])
    _note(held, by, "core.rights.identity", identity=str(identity))
    return held


@transaction.atomic
def extend(*, request: RightsRequest, by: User, why: str) -> RightsRequest:
    """Take the further time that the law gives, and say why; the person is told within the first.

    Raises `BadInput` where the clock allows none, the first period is over, it was extended
    before, or no reason is given.
    """
    held = _open(request, by)
    due = due_on(held)
    if not why.strip():
        raise BadInput("say why more time is needed: the person is told")
    if held.extended_on is not None:
        raise BadInput("this request was extended already")
    if held.sort == RequestSort.COMPLAINT or not clock_of(held).extend_months:
        raise BadInput("the law listed for this request gives no further time")
    if due is not None and today() > due:
        raise BadInput("the first period is over; it can be extended within it only")
    held.extended_on, held.extended_why = today(), why
    held.save(update_fields=["extended_on", "extended_why"])
    _note(held, by, "core.rights.extend")
    return held


@transaction.atomic
def acknowledge(*, request: RightsRequest, by: User) -> RightsRequest:
    """Write down that the person was told today that their request or complaint arrived."""
    held = _open(request, by)
    if held.acknowledged_on is not None:
        raise BadInput("this was acknowledged already")
    held.acknowledged_on = today()
    held.save(update_fields=["acknowledged_on"])
    _note(held, by, "core.rights.acknowledge")
    return held


@transaction.atomic
def name_people(*, request: RightsRequest, by: User, people: Sequence[UUID]) -> RightsRequest:
    """Which records of people are about the requester, as the officer judged.

    Raises `BadInput` for one that the officer does not see.
    """
    held = _open(request, by)
    wanted = list(dict.fromkeys(people))
    for one in wanted:
        if not any(
            kind.model.objects.visible_to(by).filter(reference=one).exists()
            for kind in kinds_of_people()
        ):
            raise BadInput("you see no person by one of these references")
    held.people = [str(one) for one in wanted]
    held.save(update_fields=["people"])
    held.findings.all().delete()  # they were about whom it was thought to be
    _note(held, by, "core.rights.people", people=len(wanted))
    return held


def kinds_of_people() -> list[Kind]:
    """Kinds whose records are about people and can be searched for by words."""
    return [kind for kind in registry.kinds() if kind.about is not None and kind.searched]


@transaction.atomic
def search(*, request: RightsRequest, by: User) -> Search:
    """Every record about the people of a request that its partner holds.

    What the officer may read is shown, and noted in the open reading; what is held on other terms
    is counted. A record of another controller that was shared says so: ask that partner.
    """
    check_may(by, MANAGE)
    found: list[Found] = []
    elsewhere: set[tuple[str, UUID]] = set()
    findings = {(one.kind, one.record): one for one in request.findings.all()}
    for kind in registry.kinds():
        if kind.about is None:
            continue
        seen = _about(kind, kind.model.objects.visible_to(by), request)
        with opened("what an officer may not read is counted for the person, and not shown"):
            held = _about(kind, kind.model.objects.all(), request)
        elsewhere |= {(kind.kind, one) for pk, one in held.items() if pk not in seen}
        rows = (
            kind.model.objects.visible_to(by).filter(pk__in=list(seen)).order_by("created_at", "pk")
        )
        found += [
            Found(
                kind=kind,
                record=one,
                of_another_controller=one.protection.owner_id != request.partner_id,
                finding=findings.get((kind.kind, one.reference)),
            )
            for one in rows.select_related("protection__owner")
        ]
    return Search(
        found=found,
        elsewhere=len(elsewhere),
        elsewhere_undecided=len(elsewhere - set(findings)),
    )


def _about(kind: Kind, among: Any, request: RightsRequest) -> dict[int, UUID]:
    """A kind's records about the request's people that its partner holds: number to reference."""
    assert kind.about is not None
    given = ProtectionShare.objects.filter(partner=request.partner_id).values("protection")
    held = among.filter(Q(protection__owner=request.partner_id) | Q(protection__in=given))
    return {one.pk: one.reference for person in request.people for one in kind.about(held, person)}


@transaction.atomic
def decide_about(
    *,
    request: RightsRequest,
    kind: str,
    record: UUID,
    by: User,
    told: bool,
    exemption: str = "",
    why: str = "",
) -> Finding:
    """Tell the person of a record, or withhold it under one exemption with reasons.

    Raises `BadInput` where the officer does not see the record or it is not of this request, the
    exemption is not one of the request's regime, or the reasons are missing.
    """
    held = _open(request, by)
    found = [
        one
        for one in search(request=held, by=by).found
        if (one.kind.kind, one.record.reference) == (kind, record)
    ]
    if not found:
        raise BadInput("this request found no such record that you may see")
    if not told:
        if exemption not in law.exemptions(held.regime):
            raise BadInput("choose the exemption under which it is withheld")
        if not why.strip():
            raise BadInput("say why the exemption applies to this record")
    made, _ = Finding.objects.update_or_create(
        request=held,
        kind=kind,
        record=record,
        defaults={
            "told": told,
            "exemption": "" if told else exemption,
            "why": "" if told else why,
            "by": by,
        },
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.rights.decide",
        actor=by,
        records={kind: [record]},
        detail={
            "request": str(held.reference),
            "told": told,
            "exemption": made.exemption,
        },
    )
    return made


@transaction.atomic
def answer(*, request: RightsRequest, by: User, outcome: str) -> RightsRequest:
    """Write down that the request is answered today. What was told of is disclosed to the person.

    The answer's text is not kept, or it would outlive the records in it; its digest is, and the
    log lists the records. Raises `BadInput` where nothing is said, identity is awaited, or an
    access request has records that wait for a decision, or nobody was looked for and the outcome
    does not say that nothing is held.
    """
    held = _open(request, by)
    if not outcome.strip():
        raise BadInput("say what was answered")
    if held.identity == Identity.ASKED:
        raise BadInput("proof of identity is awaited")
    found = search(request=held, by=by)
    if held.sort == RequestSort.ACCESS:
        if not held.people and not found.found and "nothing" not in outcome.lower():
            raise BadInput(
                "nobody was looked for",
                mend="Find the person first, or say in the outcome that nothing is held.",
            )
        if found.undecided:
            raise BadInput(f"{found.undecided} of the records found wait for a decision")
        if found.elsewhere_undecided:
            raise BadInput(
                f"{found.elsewhere_undecided} records wait for an officer who may read them"
            )
    text = draft(held, found)
    held.answered_on, held.answered_by, held.outcome = today(), by, outcome
    held.answer_digest = sha256(text.encode()).hexdigest()
    held.save(update_fields=["answered_on", "answered_by", "outcome", "answer_digest"])
    told: dict[str, list[str]] = {}
    for one in held.findings.filter(told=True):  # by whichever officer
        told.setdefault(one.kind, []).append(str(one.record))
    due = due_on(held)
    append(
        kind=EntryKind.DISCLOSURE,
        act="core.rights.answer",
        actor=by,
        records=told,
        recipient=PERSON_FOR_LOG.format(reference=held.reference),
        detail={
            "request": str(held.reference),
            "sort": held.sort,
            "withheld": held.findings.filter(told=False).count(),
            "digest": held.answer_digest,
            "late": bool(due and today() > due),
        },
    )
    return held


def draft(one: RightsRequest, found: Search) -> str:
    """A letter to begin from, by the request's regime; whoever sends it makes it right.

    Where an exemption allows that even the withholding stays unsaid, it is left out.
    """
    asked = RequestSort(one.sort).label.split(":")[0].lower()
    lines = [
        f"Request {one.reference}, received {one.received_on:%-d %B %Y}",
        "",
        f"You asked us about {asked} under {RIGHTS[one.regime]}.",
        "",
    ]
    told = [each for each in found.found if each.finding is not None and each.finding.told]
    if one.sort == RequestSort.ACCESS:
        lines.append("This is what we hold about you and may tell you of:" if told else NOTHING)
        for each in told:
            lines += ["", f"{each.kind.name.capitalize()}, from {each.record.protection.owner}"]
            lines += [f"- {label}: {words}" for label, words in each.told.items()]
    listed = law.exemptions(one.regime)
    withheld = {
        each.finding.exemption
        for each in found.found
        if each.finding is not None and not each.finding.told
    }
    said = [listed[key] for key in sorted(withheld) if not listed[key].silent]
    if said:
        lines += ["", "Some of it is withheld:"]
        lines += [f"- {each.law}: {each.name.lower()}. {each.says}" for each in said]
    return "\n".join([*lines, "", COMPLAIN])


NOTHING = "We hold nothing about you that we are required to tell you of."
"""The same words whether there is nothing, or nothing that may be told."""


def _open(request: RightsRequest, by: User) -> RightsRequest:
    check_may(by, MANAGE)
    held = RightsRequest.objects.select_for_update().get(pk=request.pk)
    if held.partner_id != by.partner_id:
        raise BadInput("only the controller that was asked answers")
    if held.answered_on is not None:
        raise BadInput("this request is answered")
    return held


def _note(one: RightsRequest, by: User, act: str, **detail: object) -> None:
    append(
        kind=EntryKind.ADMINISTRATION,
        act=act,
        actor=by,
        detail={"request": str(one.reference), **detail},
    )
