"""Terms on which records are held: made once, found again, and records moved between them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction

from frith.errors import BadInput
from frith.reference.regimes import Marking, Regime
from frith_web.core.handling import handling_conditions
from frith_web.core.models import (
    Agreement,
    Compartment,
    EntryKind,
    Partner,
    ProtectedRecord,
    Protection,
    ProtectionCompartment,
    ProtectionReader,
    ProtectionShare,
    User,
    WhenHidden,
)
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import append


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """With whom, under what, for what."""

    partner: Partner
    agreement: Agreement
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What terms say. Defaults are the most careful that still let the owner's people read."""

    owner: Partner
    regime: Regime
    marking: Marking = Marking.OFFICIAL_SENSITIVE
    descriptors: Sequence[str] = ()
    conditions: Sequence[str] = ()
    restricted: bool = False
    sealed_to: Sequence[User] | None = None
    """Named readers; None where the terms are not sealed. Sealed to nobody is allowed."""
    compartments: Sequence[Compartment] = ()
    shares: Sequence[Share] = ()
    when_hidden: WhenHidden = field(default=WhenHidden.SILENT)

    def canonical(self) -> str:
        """The same text for the same terms, whatever the order they were given in."""
        return json.dumps(
            {
                "owner": self.owner.pk,
                "regime": self.regime.value,
                "marking": self.marking.value,
                "descriptors": sorted(self.descriptors),
                "conditions": sorted(self.conditions),
                "restricted": self.restricted,
                "sealed_to": None
                if self.sealed_to is None
                else sorted(one.pk for one in self.sealed_to),
                "compartments": sorted(one.pk for one in self.compartments),
                "shares": sorted(
                    (one.partner.pk, one.agreement.pk, one.purpose.value) for one in self.shares
                ),
                "when_hidden": str(self.when_hidden),
            },
            sort_keys=True,
        )


@transaction.atomic
def terms(*, of: Terms) -> Protection:
    """The one row of these terms, made where there is none.

    Raises `BadInput` where a share's agreement does not permit its purpose, or where the owner
    shares with itself.
    """
    _check_shares(of)
    _check_conditions(of)
    digest = sha256(of.canonical().encode()).hexdigest()
    found, made = Protection.objects.get_or_create(
        digest=digest,
        defaults={
            "owner": of.owner,
            "regime": of.regime.value,
            "marking": of.marking.value,
            "descriptors": sorted(of.descriptors),
            "conditions": sorted(of.conditions),
            "restricted": of.restricted,
            "sealed": of.sealed_to is not None,
            "when_hidden": of.when_hidden,
        },
    )
    if made:
        ProtectionCompartment.objects.bulk_create(
            ProtectionCompartment(protection=found, compartment=one) for one in of.compartments
        )
        ProtectionReader.objects.bulk_create(
            ProtectionReader(protection=found, user=one) for one in of.sealed_to or ()
        )
        ProtectionShare.objects.bulk_create(
            ProtectionShare(
                protection=found,
                partner=one.partner,
                agreement=one.agreement,
                purpose=one.purpose.value,
            )
            for one in of.shares
        )
    return found


def _check_conditions(of: Terms) -> None:
    strange = set(of.conditions) - set(handling_conditions())
    if strange:
        raise BadInput(f"no such handling condition: {', '.join(sorted(strange))}")
    if "recipients_only" in of.conditions and of.sealed_to is None:
        raise BadInput(
            "named recipients only, and nobody is named", mend="Seal the terms to named readers."
        )


def _check_shares(of: Terms) -> None:
    for share in of.shares:
        if share.partner == of.owner:
            raise BadInput(f"{of.owner} cannot share with itself")
        if share.purpose.value not in share.agreement.purposes:
            raise BadInput(
                f"{share.agreement} does not permit sharing for: {share.purpose.label}",
                mend="Share for a purpose that it names, or amend the agreement first.",
            )


@transaction.atomic
def move(*, records: Iterable[ProtectedRecord], to: Protection, by: User, reason: str) -> int:
    """Hold records on other terms from now on. The caller fetched them through the gate.

    Only the owner's people change terms: a partner with whom a record was shared does not pass it
    on. Raises `BadInput` otherwise, or where no reason is given.
    """
    if not reason.strip():
        raise BadInput("say why the terms change")
    moved = list(records)
    for record in moved:
        if by.partner_id not in {record.protection.owner_id} or to.owner_id != by.partner_id:
            raise BadInput("only the partner that owns a record can change who may read it")
        record.protection = to
        record.version += 1
        record.save(update_fields=["protection", "version"])
    if moved:
        append(
            kind=EntryKind.DISCLOSURE
            if ProtectionShare.objects.filter(protection=to)
            else EntryKind.ALTERATION,
            act="core.protection.move",
            actor=by,
            records=_by_kind(moved),
            detail={"protection": to.pk, "reason": reason},
        )
    return len(moved)


def _by_kind(records: Iterable[ProtectedRecord]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        found.setdefault(record.kind, []).append(str(record.reference))
    return found
