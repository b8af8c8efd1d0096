"""Who may do what. Permissions are named by the rooms; roles hold them; everything else is denied.

A check raises with its reason for the log; the reader is answered as if the page were not there,
so that "forbidden" and "not found" look the same. Its twin says yes or no, for menus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from frith.reference.regimes import Marking
from frith_web.core.models import User
from frith_web.core.models.standing import REACHES, standing

View = Callable[..., HttpResponseBase]


class Refused(Http404):
    """This account may not do this; answered as if the page were not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One thing that a role may be given."""

    name: str
    words: str
    """What it lets a person do, in plain English, as the role's page says it."""


_DECLARED: dict[str, Permission] = {}


def declare(name: str, words: str) -> None:
    """Name a permission, from the room's `apps.py`. Declaring it gives it to nobody."""
    _DECLARED[name] = Permission(name=name, words=words)


def declared_permissions() -> dict[str, Permission]:
    """Every permission there is, by name."""
    return dict(sorted(_DECLARED.items()))


def check_may(user: object, permission: str) -> User:
    """The account, where some role that it holds today grants the permission; else `Refused`."""
    if permission not in _DECLARED:
        raise LookupError(f"{permission}: no room declares it")
    if not isinstance(user, User):
        raise Refused("nobody is signed in")
    if not standing(user).holds(permission):
        raise Refused(f"{user.username} holds no role with {permission}")
    return user


def may(user: object, permission: str) -> bool:
    """True where `check_may` finds nothing."""
    try:
        check_may(user, permission)
    except Refused:
        return False
    return True


def reaches(user: object, permission: str, marking: Marking) -> bool:
    """True where one role held today both grants the permission and reaches the marking."""
    return isinstance(user, User) and any(
        permission in role.permissions and marking.value in REACHES[role.ceiling]
        for role in standing(user).roles
    )


def requires(*permissions: str) -> Callable[[View], View]:
    """A view for those who hold one of the permissions; it carries their names for the matrix.

    Use it on every view; `requires()` without a name is for whoever is signed in.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permissions and not any(may(request.user, one) for one in permissions):
                raise Refused(f"{request.user} holds none of {', '.join(permissions)}")
            return view(request, *args, **kwargs)

        checked.required_permissions = permissions  # type: ignore[attr-defined]
        return checked

    return decorate
