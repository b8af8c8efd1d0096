"""Terms on which records are held: made once, found again, and records moved between them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
    opened,
)
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import append
from frith_web.core.services.linked import links_to


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


def terms_of(held: Protection) -> Terms:
    """What a row of terms says."""
    readers = [one.user for one in held.readers.select_related("user")]
    return Terms(
        owner=held.owner,
        regime=Regime(held.regime),
        marking=Marking(held.marking),
        descriptors=held.descriptors,
        conditions=held.conditions,
        restricted=held.restricted,
        sealed_to=readers if held.sealed else None,
        compartments=[one.compartment for one in held.labels.select_related("compartment")],
        shares=[
            Share(partner=one.partner, agreement=one.agreement, purpose=Purpose(one.purpose))
            for one in held.shares.select_related("partner", "agreement")
        ],
        when_hidden=WhenHidden(held.when_hidden),
    )


def both(one: Terms, other: Terms) -> Terms:
    """Terms on which nobody reads who is kept out by either; of the owner and regime of `one`.

    Raises `BadInput` for terms of two owners: neither sets the other's.
    """
    if one.owner != other.owner:
        raise BadInput("terms of two owners cannot be held together")
    shares = {_key(share): share for share in one.shares}
    kept = [shares[key] for key in map(_key, other.shares) if key in shares]
    compartments = {label.pk: label for label in (*one.compartments, *other.compartments)}
    silent = WhenHidden.SILENT in {one.when_hidden, other.when_hidden}
    return replace(
        one,
        marking=max(one.marking, other.marking, key=list(Marking).index),
        descriptors=sorted({*one.descriptors, *other.descriptors}),
        conditions=sorted({*one.conditions, *other.conditions}),
        restricted=one.restricted or other.restricted,
        sealed_to=_named_by_both(one.sealed_to, other.sealed_to),
        compartments=list(compartments.values()),
        shares=kept,
        when_hidden=WhenHidden.SILENT if silent else WhenHidden.CONTACT,
    )


def _key(share: Share) -> tuple[int, int, str]:
    return share.partner.pk, share.agreement.pk, share.purpose.value


def _named_by_both(
    one: Sequence[User] | None, other: Sequence[User] | None
) -> Sequence[User] | None:
    if one is None or other is None:
        return other if one is None else one
    theirs = {reader.pk for reader in other}
    return [reader for reader in one if reader.pk in theirs]


@transaction.atomic
def move(*, records: Iterable[ProtectedRecord], to: Protection, by: User, reason: str) -> int:
    """Hold records on other terms from now on. The caller fetched them through the gate.

    What hangs on them (roles, links, equality records) follows in the same transaction, to terms
    that are no looser than its own and no looser than theirs; so a move back opens nothing else
    again, until somebody moves that too. What hangs on them and is another partner's stays on its
    terms: the gate shows it to nobody who may not read what it hangs on.

    Only the owner's people change terms: a partner with whom a record was shared does not pass it
    on. Raises `BadInput` otherwise, or where no reason is given.
    """
    if not reason.strip():
        raise BadInput("say why the terms change")
    moved = list(records)
    if any({by.partner_id} != {one.protection.owner_id, to.owner_id} for one in moved):
        raise BadInput("only the partner that owns a record can change who may read it")
    with opened("a record may be moved out of sight of whoever moves it"):
        for record in moved:
            _put(record, on=to)
    followed = _follow(moved, to=to)
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
    if followed:
        append(
            kind=EntryKind.ALTERATION,
            act="core.protection.follow",
            actor=by,
            records=_by_kind(followed),
            detail={"after": to.pk, "reason": reason},
        )
    return len(moved)


def _follow(moved: Sequence[ProtectedRecord], *, to: Protection) -> list[ProtectedRecord]:
    """Move what hangs on these records to terms no looser than theirs; what that was."""
    beside = {(one.kind, one.pk) for one in moved}
    stricter: dict[int, Protection] = {}
    followed: list[ProtectedRecord] = []
    with opened("what tells of a record follows it to stricter terms, whoever may see it"):
        for one in _hanging_on(moved):
            if (one.kind, one.pk) in beside or one.protection.owner_id != to.owner_id:
                continue
            beside.add((one.kind, one.pk))
            before = one.protection_id
            if before not in stricter:
                stricter[before] = _held_by_both(one.protection, to)
            if stricter[before].pk != before:
                _put(one, on=stricter[before])
                followed.append(one)
    return followed


def _put(record: ProtectedRecord, *, on: Protection) -> None:
    record.protection = on
    record.version += 1
    record.save(update_fields=["protection", "version"])


def _hanging_on(records: Sequence[ProtectedRecord]) -> Iterator[ProtectedRecord]:
    """What hangs on records, what hangs on that, and so on, the near before the far."""
    waiting: dict[type[ProtectedRecord], set[int]] = {}
    for record in records:
        waiting.setdefault(type(record), set()).add(record.pk)
    while waiting:
        model, keys = waiting.popitem()
        for other, link in links_to(model):
            if link.name not in getattr(other, "hangs_on", ()):
                continue
            found = other.objects.filter(**{f"{link.name}__in": keys})
            for one in found.select_related("protection"):
                waiting.setdefault(other, set()).add(one.pk)
                yield one


def _held_by_both(one: Protection, other: Protection) -> Protection:
    said = terms_of(one)
    wanted = both(said, terms_of(other))
    return one if said.canonical() == wanted.canonical() else terms(of=wanted)


def _by_kind(records: Iterable[ProtectedRecord]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        found.setdefault(record.kind, []).append(str(record.reference))
    return found
