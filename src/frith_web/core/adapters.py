"""Where allauth, the engine of signing in, asks us: its adapters, and a stage of our own.

A session belongs to somebody only after the last stage: until the second factor is proved there is
no signed-in user, half or whole, whom a page could forget to refuse.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import Login
from allauth.account.stages import LoginStage
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from frith_web.core.models import User
from frith_web.core.policies import can_sign_in, is_overdue, needs_second_factor
from frith_web.core.sealing import seal, unseal
from frith_web.core.selectors import has_second_factor
from frith_web.core.services import accounts, signing_in, single_sign_on

BACKEND = "frith_web.core.authentication.Accounts"
PURPOSE = "second factors"
PROVED = "proved"
"""In a sign-in's state: how its second factor was proved before the stage."""
GROWN = "grown"
"""In a sign-in's state: it goes on with a session whose holder may do more than when it began."""


class FirstPasswordStage(LoginStage):
    """Before anything else: a password of one's own, in place of the one that was handed over.

    Only for who came by password: a passkey or a partner's provider proved more than it.
    """

    key = "first_password"
    urlname = "core:first-password"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Nothing where the password is one's own; else the page that asks for it."""
        user = self.login.user
        if not isinstance(user, User):
            return redirect("core:sign-in"), False
        by_password = PROVED not in self.login.state and not _from_provider(self.login)
        if user.first_password_until is None or not by_password:
            return None, True
        try:
            accounts.use_first_password(user=user)
        except accounts.FirstPasswordOver:
            return redirect("core:first-password-over"), False
        return redirect("core:first-password"), True


def _from_provider(login: Login) -> bool:
    return isinstance((login.signal_kwargs or {}).get("sociallogin"), SocialLogin)


class SecondFactorStage(LoginStage):
    """Between the password and the session: a second factor, or setting one up."""

    key = "second_factor"
    urlname = "core:second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Nothing where it is proved or not asked; else the page that asks."""
        user = self.login.user
        if not isinstance(user, User):
            return redirect("core:sign-in"), False
        if not needs_second_factor(user, request=self.request):
            self.login.state[PROVED] = "demonstration"
        elif single_sign_on.proved_two_factors(self.login.signal_kwargs):
            self.login.state[PROVED] = "single sign-on"
        if PROVED in self.login.state:
            self._hand_on()
            return None, True
        page = "core:second-factor" if has_second_factor(user) else "core:set-up"
        return redirect(page), True

    def exit(self) -> HttpResponse:
        """On to the session, for which something must have been proved."""
        if PROVED not in self.login.state:
            return redirect("core:sign-in")
        self._hand_on()
        return super().exit()

    def _hand_on(self) -> None:
        self.request.proved_by = str(self.login.state[PROVED])


class AccountAdapter(DefaultAccountAdapter):
    """How an account signs in: refused where closed, then the stage, then a session."""

    def get_login_stages(self) -> list[str]:
        """Two stages, and none of allauth's own."""
        return [
            f"{one.__module__}.{one.__name__}" for one in (FirstPasswordStage, SecondFactorStage)
        ]

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **_: Any
    ) -> HttpResponse | None:
        """A page where the account may not sign in; its password was right, so it may know why."""
        if not isinstance(user, User) or not can_sign_in(user, request=request):
            return redirect("core:sign-in")
        # What waits for its second factor waits in a session that nobody else can have planted.
        request.session.cycle_key()
        return redirect("core:suspended") if is_overdue(user) else None

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """A new session, under a new key, noted as a device of this account."""
        if not isinstance(user, User) or self.pre_login(request, user) is not None:
            raise ImmediateHttpResponse(redirect("core:sign-in"))
        how = getattr(request, "proved_by", "")
        if not how:
            raise ImmediateHttpResponse(redirect("core:sign-in"))
        signing_in.begin_session(request, user=user, backend=BACKEND, how=how)

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, *, redirect_url: str | None, **_: Any
    ) -> HttpResponse:
        """On to the page that was asked for, if it is ours."""
        del user
        wanted = redirect_url or ""
        safe = url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(wanted) if safe else redirect(settings.LOGIN_REDIRECT_URL)

    def is_open_for_signup(self, *_: Any) -> bool:
        """Never: accounts are opened by a person for a person."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """How factors are kept: secrets sealed, passkeys bound to this host."""

    def encrypt(self, text: str) -> str:
        """Sealed with a key of this site."""
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return unseal(encrypted_text, purpose=PURPOSE)

    def get_totp_issuer(self) -> str:
        """The name an authenticator app shows."""
        return str(settings.PARTNERSHIP)

    def _get_site_name(self) -> str:
        return str(settings.PARTNERSHIP)

    def can_delete_authenticator(self, *_: Any) -> bool:
        """Never by way of allauth's own pages, which are not routed."""
        return False


class PartnerServer(OpenIDConnectOAuth2Adapter):
    """The partner's identity provider, which sends people back to our address."""

    def get_callback_url(self, request: HttpRequest, *_: Any) -> str:
        """Where it sends people back to."""
        return str(request.build_absolute_uri(reverse("core:partner-return")))


class PartnerAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: only accounts that exist, and no word of the provider's is kept."""

    def is_open_for_signup(self, *_: Any) -> bool:
        """Never: accounts are opened by a person for a person."""
        return False

    def get_provider(self, *given: Any, **named: Any) -> Any:
        """The provider that is set, which sends people back to us and not to allauth."""
        found = super().get_provider(*given, **named)
        found.oauth2_adapter_class = PartnerServer
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account that the provider means; stop where there is none."""
        if not single_sign_on.recognise(request, sociallogin):
            raise ImmediateHttpResponse(redirect("core:partner-unknown"))

    def on_authentication_error(self, *_: Any, **__: Any) -> None:
        """Our page, and never allauth's."""
        raise ImmediateHttpResponse(redirect("core:partner-failed"))


def pending(request: HttpRequest) -> tuple[SecondFactorStage, User] | None:
    """The sign-in of this session that waits for its second factor, and whose it is."""
    from allauth.account.stages import LoginStageController

    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if not isinstance(stage, SecondFactorStage) or not isinstance(stage.login.user, User):
        return None
    return stage, stage.login.user


def waiting_for_password(request: HttpRequest) -> tuple[FirstPasswordStage, User] | None:
    """The sign-in of this session that waits for a password of one's own, and whose it is."""
    from allauth.account.stages import LoginStageController

    stage = LoginStageController.enter(request, FirstPasswordStage.key)
    if not isinstance(stage, FirstPasswordStage) or not isinstance(stage.login.user, User):
        return None
    return stage, stage.login.user


def new_login(
    user: User, *, redirect_url: str = "", proved: str = "", grown: bool = False
) -> Login:
    """A sign-in that begins; `grown` where a session ended because its holder may do more now."""
    state: dict[str, Any] = {PROVED: proved} if proved else {}
    if grown:
        state[GROWN] = True
    return Login(user=user, redirect_url=redirect_url or None, state=state)
