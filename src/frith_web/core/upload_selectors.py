"""Every read of uploads; each begins with `visible_to(user)`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from frith_web.core.models import Upload, User


def uploads_of(user: User, *, place: str) -> list[Upload]:
    """What a reader brought to a page, the newest first."""
    found: Any = Upload.objects.visible_to(user).filter(place=place)
    return list(found[:50])


def upload_of(user: User, reference: UUID, *, place: str) -> Upload | None:
    """One upload; None where there is none for this reader."""
    found: Any = Upload.objects.visible_to(user).filter(place=place, reference=reference)
    return next(iter(found), None)
