"""What the state of an account allows. A check raises with its reason; its twin says yes or no."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from frith_web.core.address import from_this_machine
from frith_web.core.models import User
from frith_web.core.models.dated import today


class SignInRefused(Exception):
    """This account may not sign in here and now; the reason is the message."""


def check_can_sign_in(user: User, *, request: HttpRequest | None) -> None:
    """Raise `SignInRefused` where the account is closed, or is a demonstration away from home."""
    if not user.is_active:
        raise SignInRefused("This account is closed.")
    if not user.is_demonstration:
        return
    if not settings.DEMONSTRATION:
        raise SignInRefused("Demonstration accounts work under `frith-web demo` only.")
    if request is None or not from_this_machine(request):
        raise SignInRefused("Demonstration accounts work at this machine only.")


def can_sign_in(user: User, *, request: HttpRequest | None) -> bool:
    """True where `check_can_sign_in` finds nothing."""
    try:
        check_can_sign_in(user, request=request)
    except SignInRefused:
        return False
    return True


def is_overdue(user: User) -> bool:
    """True where nobody confirmed in time that this account is still needed: it is suspended."""
    return not user.is_demonstration and user.certified_until < today()


def needs_second_factor(user: User, *, request: HttpRequest | None) -> bool:
    """True for every account but a demonstration's at home."""
    return not (user.is_demonstration and can_sign_in(user, request=request))
