"""Freedom of information: the clock, exemptions, asking the police, the draft answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from frith.errors import BadInput
from frith_web.core import law
from frith_web.core.models import EntryKind, FoiRequest, User
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append

MANAGE = "core.foi:manage"
APPEAL = (
    "If you are not content with this answer, you may ask us to review it, and after that complain "
    "to the Information Commissioner."
)


@transaction.atomic
def open_request(
    *, by: User, requester: str, asked: str, received_on: date, contact: str = ""
) -> FoiRequest:
    """Write a request into the register of the officer's own partner.

    Raises `BadInput` where it says nothing, names nobody (the Act asks for a name), or came in the
    future.
    """
    check_may(by, MANAGE)
    assert by.partner_id is not None
    if not requester.strip() or not asked.strip():
        raise BadInput("write down who asks, and for what")
    if received_on > today():
        raise BadInput("a request came today or earlier")
    made = FoiRequest.objects.create(
        partner_id=by.partner_id,
        requester=requester,
        contact=contact,
        asked=asked,
        received_on=received_on,
        opened_by=by,
    )
    _note(made, by, "core.foi.open", due=due_on(made).isoformat())
    return made


def due_on(one: FoiRequest) -> date:
    """The last day to answer on."""
    return law.last_day(law.clock("foi", on=one.received_on), start=one.received_on)


@transaction.atomic
def consult_police(
    *, request: FoiRequest, by: User, on: date, consulted: str, said: str
) -> FoiRequest:
    """Write down whom of the police was asked and what they said; or why nobody was.

    Raises `BadInput` where nothing is said, or for a request that is another's or answered.
    """
    held = _open(request, by)
    if not said.strip():
        raise BadInput("write down what the police said, or why nobody needed to ask them")
    if on > today():
        raise BadInput("the police were asked today or earlier")
    held.consulted_on, held.consulted, held.consultation = on, consulted, said
    held.save(update_fields=["consulted_on", "consulted", "consultation"])
    _note(held, by, "core.foi.consult", asked_police=bool(consulted.strip()))
    return held


@transaction.atomic
def weigh(
    *,
    request: FoiRequest,
    by: User,
    exemptions: Sequence[str],
    public_interest: str,
    neither_confirm_nor_deny: bool,
) -> FoiRequest:
    """Which exemptions are relied on, and how the public interest was weighed.

    Raises `BadInput` for one that is not listed, for a qualified one without the weighing, and for
    neither confirming nor denying under an exemption that does not allow it.
    """
    held = _open(request, by)
    listed = law.exemptions("foi")
    strange = set(exemptions) - set(listed)
    if strange:
        raise BadInput(f"no such exemption: {', '.join(sorted(strange))}")
    relied = [listed[key] for key in exemptions]
    if any(one.qualified for one in relied) and not public_interest.strip():
        raise BadInput("a qualified exemption is weighed against the public interest: say how")
    if neither_confirm_nor_deny and not any(one.silent for one in relied):
        raise BadInput("none of these exemptions allows neither confirming nor denying")
    held.exemptions = sorted(exemptions)
    held.public_interest = public_interest
    held.neither_confirm_nor_deny = neither_confirm_nor_deny
    held.save(update_fields=["exemptions", "public_interest", "neither_confirm_nor_deny"])
    _note(
        held,
        by,
        "core.foi.weigh",
        exemptions=held.exemptions,
        neither_confirm_nor_deny=neither_confirm_nor_deny,
    )
    return held


@transaction.atomic
def answer(*, request: FoiRequest, by: User, on: date, outcome: str) -> FoiRequest:
    """Write down that the request is answered, and how. The row of the log is a disclosure.

    Raises `BadInput` where nothing is said, the day is not between receipt and today, or an
    exemption that touches policing is relied on and the step of asking the police is missing.
    """
    held = _open(request, by)
    if not outcome.strip():
        raise BadInput("say how it was answered")
    if not held.received_on <= on <= today():
        raise BadInput("it was answered between the day it came and today")
    listed = law.exemptions("foi")
    if any(listed[key].police for key in held.exemptions) and held.consulted_on is None:
        raise BadInput(
            "an exemption that touches policing is relied on, and the police were not asked",
            mend="Write down what they said, or why nobody needed to ask them.",
        )
    held.answered_on, held.answered_by, held.outcome = on, by, outcome
    held.save(update_fields=["answered_on", "answered_by", "outcome"])
    append(
        kind=EntryKind.DISCLOSURE,
        act="core.foi.answer",
        actor=by,
        recipient=f"whoever made request {held.reference}",
        detail={
            "request": str(held.reference),
            "exemptions": held.exemptions,
            "late": on > due_on(held),
        },
    )
    return held


def draft(one: FoiRequest) -> str:
    """A letter to begin from; whoever sends it makes it right."""
    listed = law.exemptions("foi")
    relied = [listed[key] for key in one.exemptions]
    lines = [
        f"Request {one.reference}, received {one.received_on:%-d %B %Y}",
        "",
        "Thank you for your request under the Freedom of Information Act 2000. You asked:",
        "",
        one.asked,
        "",
    ]
    if one.neither_confirm_nor_deny:
        silent = [each for each in relied if each.silent]
        lines += [
            f"{one.partner} neither confirms nor denies that it holds information of the kind you "
            "asked for. The duty to say whether it is held does not apply because of:",
            *(f"- {each.law}: {each.name.lower()}." for each in silent),
            "",
            "Saying whether such information is held would itself tell what the exemption "
            "protects. This answer is given alike whether or not anything is held, and nothing "
            "should be concluded from it.",
        ]
    elif relied:
        lines += [
            "Some or all of it is withheld because of:",
            *(f"- {each.law}: {each.name.lower()}. {each.says}" for each in relied),
        ]
    else:
        lines.append("The information you asked for is enclosed.")
    if one.public_interest.strip() and any(each.qualified for each in relied):
        lines += ["", "How the public interest was weighed:", "", one.public_interest]
    return "\n".join([*lines, "", APPEAL])


def _open(request: FoiRequest, by: User) -> FoiRequest:
    check_may(by, MANAGE)
    held = FoiRequest.objects.select_for_update().get(pk=request.pk)
    if held.partner_id != by.partner_id:
        raise BadInput("only the authority that was asked answers")
    if held.answered_on is not None:
        raise BadInput("this request is answered")
    return held


def _note(one: FoiRequest, by: User, act: str, **detail: object) -> None:
    append(
        kind=EntryKind.ADMINISTRATION,
        act=act,
        actor=by,
        detail={"request": str(one.reference), **detail},
    )
