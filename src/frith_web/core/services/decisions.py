"""The log of decisions: added to, never edited; a later decision supersedes an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith.reference.regimes import Marking
from frith_web.core.models import Decision, EntryKind, User
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append
from frith_web.core.services.disclosures import Label, as_csv

RECORD = "core.decision:record"
COLUMNS = (
    "reference",
    "taken",
    "taken by",
    "title",
    "decision",
    "rationale",
    "dissent",
    "supersedes",
    "recorded by",
    "recorded",
)


@transaction.atomic
def record_decision(
    *,
    by: User,
    title: str,
    decision: str,
    rationale: str,
    taken_by: str,
    taken_at: datetime,
    dissent: str = "",
    supersedes: Decision | None = None,
) -> Decision:
    """Write a decision into the log of the officer's own partner.

    Raises `BadInput` where the decision, its reasons or who took it are missing, it was taken in
    the future, or what it supersedes is another partner's or superseded already.
    """
    check_may(by, RECORD)
    assert by.partner_id is not None
    for said, what in ((title, "title"), (decision, "decision"), (rationale, "reasons")):
        if not said.strip():
            raise BadInput(f"the {what} cannot be empty")
    if not taken_by.strip():
        raise BadInput("say who decided")
    if taken_at > timezone.now():
        raise BadInput("a decision was taken before it is written down")
    if supersedes is not None:
        _check_superseded(supersedes, by=by, taken_at=taken_at)
    made = Decision.objects.create(
        partner_id=by.partner_id,
        title=title,
        decision=decision,
        rationale=rationale,
        dissent=dissent,
        taken_at=taken_at,
        taken_by=taken_by,
        supersedes=supersedes,
        recorded_by=by,
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.decision.record",
        actor=by,
        detail={
            "decision": str(made.reference),
            "supersedes": str(supersedes.reference) if supersedes else None,
        },
    )
    return made


def _check_superseded(earlier: Decision, *, by: User, taken_at: datetime) -> None:
    held = Decision.objects.select_for_update().get(pk=earlier.pk)
    if held.partner_id != by.partner_id:
        raise BadInput("only your partner's own decisions can be superseded here")
    if Decision.objects.filter(supersedes=held).exists():
        raise BadInput("that decision is superseded already", mend="Supersede the later one.")
    if taken_at < held.taken_at:
        raise BadInput("a decision supersedes one that was taken before it")


def decisions_file(*, decisions: Iterable[Decision], by: User, recipient: str) -> str:
    """The log of decisions as CSV, labelled as every copy is."""
    label = Label(
        marking=Marking.OFFICIAL_SENSITIVE,
        conditions=(),
        owners=tuple(sorted({str(one.partner) for one in decisions})),
        author=f"{by.full_name}, {by.partner}",
        recipient=recipient,
        filters="",
        made_at=timezone.localtime(),
    )
    return as_csv(label=label, head=COLUMNS, rows=map(_row, decisions))


def _row(one: Decision) -> list[object]:
    return [
        one.reference,
        f"{timezone.localtime(one.taken_at):%Y-%m-%d %H:%M}",
        one.taken_by,
        one.title,
        one.decision,
        one.rationale,
        one.dissent,
        one.supersedes.reference if one.supersedes else "",
        one.recorded_by.full_name,
        f"{timezone.localtime(one.recorded_at):%Y-%m-%d %H:%M}",
    ]
