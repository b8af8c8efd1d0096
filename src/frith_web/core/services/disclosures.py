"""Whether a copy may leave, to whom, and what must stand on it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith.reference.regimes import Marking
from frith_web.core.handling import handling_conditions
from frith_web.core.models import EntryKind, OriginatorConsent, Partner, Protection, User
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append

NEVER = ("recipients_only", "meeting_only")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for a formula, full-width signs included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on a copy: the strictest marking, every condition, who made it and for whom."""

    marking: Marking
    conditions: tuple[str, ...]
    owners: tuple[str, ...]
    author: str
    recipient: str
    filters: str
    made_at: datetime


def label_for(
    *, protections: Iterable[Protection], by: User, recipient: Partner, filters: str
) -> Label:
    """The label of a copy of records held on these terms, for this recipient.

    Raises `BadInput` where a condition of any of them forbids the copy, and says which and whom to
    ask.
    """
    held = list(protections)
    for one in held:
        _check(one, by=by, recipient=recipient)
    sensitive = any(one.marking == Marking.OFFICIAL_SENSITIVE.value for one in held)
    return Label(
        marking=Marking.OFFICIAL_SENSITIVE if sensitive else Marking.OFFICIAL,
        conditions=tuple(sorted({key for one in held for key in one.conditions})),
        owners=tuple(sorted({str(one.owner) for one in held})),
        author=f"{by.full_name}, {by.partner}",
        recipient=str(recipient),
        filters=filters,
        made_at=timezone.localtime(),
    )


def may_be_copied(one: Protection, *, by: User, recipient: Partner) -> bool:
    """True where no handling condition of these terms forbids a copy for this recipient."""
    try:
        _check(one, by=by, recipient=recipient)
    except BadInput:
        return False
    return True


def _check(one: Protection, *, by: User, recipient: Partner) -> None:
    said = handling_conditions()
    ask = one.owner.contact or str(one.owner)
    for key in NEVER:
        if key in one.conditions:
            raise BadInput(f"some of these records may not be copied: {said[key]}", mend=ask)
    if "organisation_only" in one.conditions and recipient.pk != by.partner_id:
        raise BadInput(
            f"some of these records stay within {by.partner}",
            mend="Make the copy for your own organisation, or leave them out.",
        )
    if "no_further_sharing" in one.conditions and recipient.pk != one.owner_id:
        answer = one.consents.filter(recipient=recipient).first()
        if answer is None or not answer.agreed:
            raise BadInput(
                f"{one.owner} has not agreed that {recipient} receives some of these records",
                mend=f"Ask {ask}; their answer is written down under Consents.",
            )


@transaction.atomic
def answer_request(
    *, protection: Protection, recipient: Partner, agreed: bool, words: str, by: User
) -> OriginatorConsent:
    """Write down what the owner answered. Only somebody of the owner's, with words.

    Raises `BadInput` otherwise.
    """
    check_may(by, "core.consent:give")
    if by.partner_id != protection.owner_id:
        raise BadInput("only the owner of a record agrees to its disclosure")
    if not words.strip():
        raise BadInput("say what was agreed or refused, and why")
    made = OriginatorConsent.objects.create(
        protection=protection, recipient=recipient, agreed=agreed, words=words, given_by=by
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.consent.give",
        actor=by,
        recipient=str(recipient),
        detail={"protection": protection.pk, "agreed": agreed, "consent": made.pk},
    )
    return made


def as_csv(*, label: Label, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file whose first lines are its label; no cell is a formula, each can be told back.

    A cell that a spreadsheet would run is led by an apostrophe, and one that began with an
    apostrophe by two.
    """
    body = io.StringIO()
    writer = csv.writer(body, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    text = body.getvalue()
    lines = io.StringIO()
    top = csv.writer(lines, lineterminator="\r\n")
    top.writerows([f"# {name}", value] for name, value in _said(label, text).items())
    return lines.getvalue() + text


def safe_cell(value: object) -> str:
    """A value as text that no spreadsheet runs."""
    text = "" if value is None else str(value)
    led = text.lstrip(" \u3000").startswith(FORMULA) or text.startswith("'")
    return f"'{text}" if led else text


def _said(label: Label, body: str) -> Mapping[str, str]:
    said = handling_conditions()
    return {
        "Marking": label.marking.value,
        "Handling": " ".join(said[key] for key in label.conditions) or "None",
        "Owner": "; ".join(label.owners),
        "Made by": safe_cell(label.author),
        "For": safe_cell(label.recipient),
        "Made": f"{label.made_at:%Y-%m-%d %H:%M}",
        "Filters": safe_cell(label.filters or "None"),
        "SHA-256 of what follows": sha256(body.encode()).hexdigest(),
    }
