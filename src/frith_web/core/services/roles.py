"""Roles as the site ships them, and giving them to people."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from frith.errors import BadInput
from frith_web.core.models import EntryKind, Role, RoleHeld, RolePermission, User
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may, declared_permissions
from frith_web.core.services.audit import append

SHIPPED = Path(__file__).resolve().parent.parent / "roles.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedRole:
    """A role as `roles.toml` states it."""

    key: str
    name: str
    description: str
    ceiling: str
    purposes: list[str]
    permissions: list[str]


def shipped_roles() -> list[ShippedRole]:
    """The roles of `roles.toml`, in its order."""
    return [ShippedRole(**row) for row in tomllib.loads(SHIPPED.read_text("utf-8"))["role"]]


@transaction.atomic
def install_roles() -> None:
    """Make the database's roles those that are shipped; a permission nobody declares is a fault."""
    for order, role in enumerate(shipped_roles()):
        strange = set(role.permissions) - set(declared_permissions())
        if strange:
            raise LookupError(f"roles.toml, {role.key}: no room declares {sorted(strange)}")
        kept, _ = Role.objects.update_or_create(
            key=role.key,
            defaults={
                "name": role.name,
                "description": role.description,
                "ceiling": role.ceiling,
                "purposes": role.purposes,
                "order": order,
            },
        )
        kept.permissions.exclude(permission__in=role.permissions).delete()
        held = set(kept.permissions.values_list("permission", flat=True))
        RolePermission.objects.bulk_create(
            RolePermission(role=kept, permission=one) for one in role.permissions if one not in held
        )


@transaction.atomic
def give_role(
    *, role: Role, to: User, by: User | None, reason: str, until: date | None = None
) -> RoleHeld:
    """Give a person a role. `by` is None for the installation's own set-up alone.

    Raises `Refused` where `by` may not give roles, `BadInput` where they would give one to
    themselves or give no reason.
    """
    if by is not None:
        check_may(by, "core.role:give")
        if by.pk == to.pk:
            raise BadInput("nobody gives a role to themselves", mend="Ask another administrator.")
    if not reason.strip():
        raise BadInput("say why this person needs the role")
    if to.partner_id is None:
        raise BadInput(f"{to} works for no partner yet", mend="Name their partner first.")
    held = RoleHeld.objects.create(
        user=to, role=role, given_by=by, reason=reason, starts_on=today(), ends_on=until
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.role.give",
        actor=by,
        detail={"role": role.key, "to": to.pk, "until": until.isoformat() if until else None},
    )
    return held


@transaction.atomic
def end_role(*, held: RoleHeld, by: User, reason: str) -> None:
    """Take a role away from today: its last day was yesterday, or it never was."""
    check_may(by, "core.role:give")
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.role.end",
        actor=by,
        detail={"role": held.role.key, "from": held.user_id, "reason": reason},
    )
    if held.starts_on >= today():
        held.delete()
        return
    held.ends_on = date.fromordinal(today().toordinal() - 1)
    held.save(update_fields=["ends_on"])
