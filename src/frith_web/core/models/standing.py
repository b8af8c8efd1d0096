"""What a person brings to the question of what they may read, and the answer: the one predicate.

    read(record) = some role that the person holds today
                     grants the permission
                     and reaches the record's marking
                     and the record is the partner's own, or shared with the partner under an
                         agreement in force that both signed, for a purpose the role serves
                   and the person is inside every compartment the record bears
                   and, where restricted, is vetted today and of a partner that signed something
                   and, where sealed, is named

Everything that is not granted is denied. The same predicate stands in SQL for PostgreSQL's
row-level security (`services/row_security.sql`); a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

from frith.reference.regimes import Marking
from frith_web.core.models.dated import in_force, today

if TYPE_CHECKING:
    from frith_web.core.models.accounts import User

REACHES = {
    Marking.OFFICIAL.value: (Marking.OFFICIAL.value,),
    Marking.OFFICIAL_SENSITIVE.value: (Marking.OFFICIAL.value, Marking.OFFICIAL_SENSITIVE.value),
}
"""The markings a ceiling reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """One role as held today."""

    key: str
    name: str
    ceiling: str
    purposes: frozenset[str]
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What somebody acts under that brings less than their whole standing: an API token."""

    permissions: frozenset[str]
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person on one day: partner, roles, compartments, vetting and what the partner signed."""

    user_id: int
    partner_id: int | None
    on: date
    roles: tuple[HeldRole, ...] = ()
    compartments: frozenset[int] = frozenset()
    vetted: bool = False
    agreements: frozenset[int] = frozenset()

    def holds(self, permission: str) -> bool:
        """True where some role held today grants the permission."""
        return any(permission in role.permissions for role in self.roles)

    def permissions(self) -> frozenset[str]:
        """Everything that some role held today grants."""
        return frozenset().union(*(role.permissions for role in self.roles))

    def narrowed(self, to: Narrowing) -> Standing:
        """What is left of it: roles that serve one of the purposes, with the permissions in both.

        Never more than there was: a permission or purpose that no role brings stays away.
        """
        left = (
            replace(
                role,
                purposes=role.purposes & to.purposes,
                permissions=role.permissions & to.permissions,
            )
            for role in self.roles
        )
        return replace(self, roles=tuple(role for role in left if role.purposes))


def narrow(user: User, *, to: Narrowing) -> User:
    """This account object brings only so much from now on, whatever the day; the same object."""
    user._narrowing = to  # type: ignore[attr-defined]
    user._standing = None  # type: ignore[attr-defined]
    return user


def narrowing(user: User) -> Narrowing | None:
    """To what this account object was narrowed; None where it brings its whole standing."""
    return getattr(user, "_narrowing", None)


def standing(user: User, *, on: date | None = None) -> Standing:
    """What a person brings on a day. A closed account, or one without a partner, brings nothing.

    Kept on the account object for the day, and so for one request: the next request reads anew.
    """
    on = on or today()
    kept = getattr(user, "_standing", None)
    if isinstance(kept, Standing) and kept.on == on:
        return kept
    found = _read_standing(user, on)
    less = narrowing(user)
    if less is not None:
        found = found.narrowed(less)
    user._standing = found  # type: ignore[attr-defined]
    return found


def _read_standing(user: User, on: date) -> Standing:
    from frith_web.core.models.access import Admission, RoleHeld, Vetting
    from frith_web.core.models.partners import Partner, Signature

    nothing = Standing(user_id=user.pk or 0, partner_id=None, on=on)
    if user.pk is None or not user.is_active or user.partner_id is None:
        return nothing
    if not Partner.objects.filter(in_force(on), pk=user.partner_id).exists():
        return nothing
    held = RoleHeld.objects.filter(in_force(on), user=user).select_related("role")
    roles = {one.role for one in held.prefetch_related("role__permissions")}
    signed = Signature.objects.filter(
        in_force(on), in_force(on, prefix="agreement__"), partner=user.partner_id
    )
    inside = Admission.objects.filter(in_force(on), in_force(on, prefix="compartment__"), user=user)
    return Standing(
        user_id=user.pk,
        partner_id=user.partner_id,
        on=on,
        roles=tuple(
            HeldRole(
                key=role.key,
                name=role.name,
                ceiling=role.ceiling,
                purposes=frozenset(role.purposes),
                permissions=frozenset(one.permission for one in role.permissions.all()),
            )
            for role in sorted(roles, key=lambda role: role.order)
        ),
        compartments=frozenset(inside.values_list("compartment_id", flat=True)),
        vetted=Vetting.objects.filter(in_force(on), user=user).exists(),
        agreements=frozenset(signed.values_list("agreement_id", flat=True)),
    )


def visible_protections(of: Standing, permission: str) -> models.QuerySet[Any, Any]:
    """The terms under which a person may exercise a permission, as a query of their ids."""
    from frith_web.core.models.protection import Protection, ProtectionCompartment, ProtectionReader

    granting = [role for role in of.roles if permission in role.permissions]
    if not granting or of.partner_id is None:
        return Protection.objects.none().values("pk")
    reached = models.Q(pk__in=[])
    for role in granting:
        reached |= _reached(of, role)
    here = models.OuterRef("pk")
    outside = ProtectionCompartment.objects.filter(protection=here).exclude(
        compartment__in=of.compartments
    )
    named = ProtectionReader.objects.filter(protection=here, user=of.user_id)
    found = Protection.objects.filter(reached, ~models.Exists(outside)).filter(
        models.Q(sealed=False) | models.Exists(named)
    )
    if not (of.vetted and of.agreements):
        found = found.filter(restricted=False)
    return found.values("pk")


def _reached(of: Standing, role: HeldRole) -> models.Q:
    """Terms whose marking a role reaches: the partner's own, or shared for a purpose it serves."""
    from frith_web.core.models.partners import Signature
    from frith_web.core.models.protection import ProtectionShare

    owner_signed = Signature.objects.filter(
        in_force(of.on),
        agreement=models.OuterRef("agreement"),
        partner=models.OuterRef("protection__owner"),
    )
    shared = ProtectionShare.objects.filter(
        models.Exists(owner_signed),
        protection=models.OuterRef("pk"),
        partner=of.partner_id,
        agreement__in=of.agreements,
        purpose__in=role.purposes,
    )
    own_or_shared = models.Q(owner=of.partner_id) | models.Q(models.Exists(shared))
    return models.Q(marking__in=REACHES[role.ceiling]) & own_or_shared
