"""Whom of a partner to tell: who holds a permission today, through a role, with an open account."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from frith_web.core.models import RoleHeld, User
from frith_web.core.models.dated import today


def officers(partner_id: int | None, permission: str) -> QuerySet[User]:
    """The open, unsuspended accounts of a partner that hold a permission today, by name."""
    held = RoleHeld.objects.in_force().filter(role__permissions__permission=permission)
    works = Q(is_demonstration=True) | Q(certified_until__gte=today())
    return User.objects.filter(
        works, is_active=True, partner=partner_id, pk__in=held.values("user")
    ).order_by("full_name", "pk")
