"""Every read of this room."""

from __future__ import annotations

from django.db import DatabaseError, connection

from frith_web.core.models import User


def database_answers() -> bool:
    """True where the database answers a question that needs its tables."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False


def has_demonstration_accounts() -> bool:
    """True where this database was made by `frith-web demo`."""
    return User.objects.filter(is_demonstration=True).exists()


def has_real_accounts() -> bool:
    """True where this database has an account that is no demonstration's."""
    return User.objects.filter(is_demonstration=False).exists()
