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

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

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
    nothing = Standing(user_id=user.pk or 0, partner_id=None, on=on)
    if user.pk is None or not user.is_active or user.partner_id is None:
        return nothing
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        day = connection.ops.adapt_datefield_value(on)
        cursor.execute(BROUGHT, {"user": user.pk, "partner": user.partner_id, "on": day})
        for what, *values in cursor.fetchall():
            found[what].append(tuple(values))
    if not found["partner"]:
        return nothing
    permissions: dict[int, set[str]] = defaultdict(set)
    for role, name, *_ in found["permission"]:
        permissions[role].add(name)
    return Standing(
        user_id=user.pk,
        partner_id=user.partner_id,
        on=on,
        roles=tuple(
            HeldRole(
                key=key,
                name=name,
                ceiling=ceiling,
                purposes=frozenset(json.loads(purposes)),
                permissions=frozenset(permissions[role]),
            )
            for role, key, name, ceiling, purposes, _ in sorted(
                found["role"], key=lambda role: (role[-1], role[0])
            )
        ),
        compartments=frozenset(one for one, *_ in found["compartment"]),
        vetted=bool(found["vetting"]),
        agreements=frozenset(one for one, *_ in found["agreement"]),
    )


def _brought() -> str:
    """One question for all that a person brings: every page asks it."""

    def holds(*tables: str) -> str:
        return " AND ".join(
            f"{one}.starts_on <= %(on)s AND ({one}.ends_on IS NULL OR {one}.ends_on >= %(on)s)"
            for one in tables
        )

    blank = "'', '', '', '', 0"
    theirs = f"FROM core_roleheld h WHERE {holds('h')} AND h.user_id = %(user)s"
    held = f"(SELECT h.role_id {theirs})"
    parts = (
        f"'partner', p.id, {blank} FROM core_partner p WHERE {holds('p')} AND p.id = %(partner)s",
        "'role', r.id, r.key, r.name, r.ceiling, CAST(r.purposes AS text), r.\"order\" "
        f"FROM core_role r WHERE r.id IN {held}",
        "'permission', q.role_id, q.permission, '', '', '', 0 "
        f"FROM core_rolepermission q WHERE q.role_id IN {held}",
        f"'agreement', s.agreement_id, {blank} FROM core_signature s "
        f"JOIN core_agreement a ON a.id = s.agreement_id WHERE {holds('s', 'a')} "
        "AND s.partner_id = %(partner)s",
        f"'compartment', i.compartment_id, {blank} FROM core_admission i "
        f"JOIN core_compartment c ON c.id = i.compartment_id WHERE {holds('i', 'c')} "
        "AND i.user_id = %(user)s",
        f"'vetting', v.id, {blank} FROM core_vetting v WHERE {holds('v')} AND v.user_id = %(user)s",
    )
    return " UNION ALL ".join(f"SELECT {part}" for part in parts)


BROUGHT = _brought()
"""Kind of thing, its number, and of a role its key, name, ceiling, purposes and order."""


def visible_protections(of: Standing, permission: str) -> Any:
    """The terms under which a person may exercise a permission, as a query of their ids."""
    granting = frozenset(
        (role.ceiling, role.purposes) for role in of.roles if permission in role.permissions
    )
    sql, values = _reached_sql(
        Reach(
            user_id=of.user_id,
            partner_id=of.partner_id,
            on=of.on,
            roles=granting,
            compartments=of.compartments,
            agreements=of.agreements,
            restricted=bool(of.vetted and of.agreements),
        )
    )
    return RawSQL(sql, values)  # noqa: S611  # nosec B611


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the predicate asks about a person who may exercise some permission."""

    user_id: int
    partner_id: int | None
    on: date
    roles: frozenset[tuple[str, frozenset[str]]]
    """Ceiling and purposes of each role that grants the permission."""
    compartments: frozenset[int]
    agreements: frozenset[int]
    restricted: bool


@lru_cache(maxsize=1024)
def _reached_sql(of: Reach) -> tuple[str, tuple[Any, ...]]:
    """The query of the terms within a reach, and its values.

    Kept for the next page of the same person: it says the rule and names the person, and holds
    nothing of what the database answers. Putting it together costs more than asking it.
    """
    try:
        sql, values = _within(of).query.sql_with_params()
    except EmptyResultSet:
        return "SELECT id FROM core_protection WHERE 1 = 0", ()
    return sql, tuple(values)


def _within(of: Reach) -> models.QuerySet[Any, Any]:
    from frith_web.core.models.protection import Protection, ProtectionCompartment, ProtectionReader

    if not of.roles or of.partner_id is None:
        return Protection.objects.none().values("pk")
    reached = models.Q(pk__in=[])
    for ceiling, purposes in sorted(of.roles, key=lambda role: (role[0], sorted(role[1]))):
        reached |= _reached(of, ceiling=ceiling, purposes=purposes)
    here = models.OuterRef("pk")
    outside = ProtectionCompartment.objects.filter(protection=here).exclude(
        compartment__in=of.compartments
    )
    named = ProtectionReader.objects.filter(protection=here, user=of.user_id)
    found = Protection.objects.filter(reached, ~models.Exists(outside)).filter(
        models.Q(sealed=False) | models.Exists(named)
    )
    if not of.restricted:
        found = found.filter(restricted=False)
    return found.values("pk")


def _reached(of: Reach, *, ceiling: str, purposes: frozenset[str]) -> models.Q:
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
        purpose__in=purposes,
    )
    own_or_shared = models.Q(owner=of.partner_id) | models.Q(models.Exists(shared))
    return models.Q(marking__in=REACHES[ceiling]) & own_or_shared
