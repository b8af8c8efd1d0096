"""Single sign-on: which account a partner's identity provider means, and what it says it proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest

from frith_web.core.models import User
from frith_web.core.policies import can_sign_in

PROVED = "proved_two_factors"


def recognise(request: HttpRequest, social: SocialLogin) -> bool:
    """Fill in the account that the provider means; False where none may be signed in so.

    A person is linked the first time by an email address that the provider has checked, to an
    account that was opened before; from then on by the provider's own number for them.
    """
    claims = _claims(social)
    if request.user.is_authenticated:
        logout(request)
    social.state[PROVED] = _says_two_factors(claims["id_token"])
    number, provider = social.account.uid, social.account.provider
    user = (
        social.user
        if social.is_existing
        else _by_address({**claims["id_token"], **claims["userinfo"]})
    )
    if (
        not isinstance(user, User)
        or user.is_demonstration
        or not can_sign_in(user, request=request)
    ):
        return False
    social.account = _linked(user=user, provider=provider, number=number)
    social.user = user
    return True


def proved_two_factors(signal_kwargs: Mapping[str, Any] | None) -> bool:
    """True where a sign-in came from the provider, which says that it asked for two factors."""
    social = (signal_kwargs or {}).get("sociallogin")
    return isinstance(social, SocialLogin) and social.state.get(PROVED) is True


@transaction.atomic
def unlink(*, user: User) -> None:
    """The provider no longer signs this person in."""
    SocialAccount.objects.filter(user=user).delete()


@transaction.atomic
def _linked(*, user: User, provider: str, number: str) -> SocialAccount:
    """The link of an account; without what the provider told of the person, which nobody needs."""
    linked, _ = SocialAccount.objects.update_or_create(
        provider=provider, uid=number, user=user, defaults={"extra_data": {}}
    )
    return linked


def _claims(social: SocialLogin) -> dict[str, dict[str, Any]]:
    held = social.account.extra_data or {}
    return {name: dict(held.get(name) or {}) for name in ("id_token", "userinfo")}


def _by_address(claims: Mapping[str, Any]) -> User | None:
    """The account with the provider's email address, where the provider says that it checked it."""
    checked = claims.get("email_verified") is True or settings.OIDC_TRUSTS_EMAIL
    address = str(claims.get("email") or "").strip()
    if not checked or not address:
        return None
    found = User.objects.filter(email__iexact=address).first()
    return None if found and SocialAccount.objects.filter(user=found).exists() else found


def _says_two_factors(id_token: Mapping[str, Any]) -> bool:
    """`amr` holds `mfa` (RFC 8176), or `acr` is one that the installation names."""
    methods = id_token.get("amr")
    return "mfa" in (methods if isinstance(methods, list) else []) or (
        str(id_token.get("acr")) in settings.OIDC_TWO_FACTOR_ACR
    )
