"""Every read of notifications: each person reads their own."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from frith_web.core.models import Notification, User

SHOWN = 100


def notifications_of(user: User) -> QuerySet[Notification]:
    """What a person was told, the newest first."""
    return Notification.objects.filter(to=user)[:SHOWN]


def notification_of(user: User, reference: UUID) -> Notification | None:
    """One of a person's own; None where it is not theirs."""
    return Notification.objects.filter(to=user, reference=reference).first()


def unread_count(user: User) -> int:
    """How many a person has not opened."""
    return Notification.objects.filter(to=user, read_at__isnull=True).count()
