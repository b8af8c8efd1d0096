"""Signing in: password, passkey or a partner's account; then the second factor."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frith_web.core.adapters import (
    GROWN,
    PROVED,
    FirstPasswordStage,
    PartnerServer,
    SecondFactorStage,
    new_login,
    pending,
    waiting_for_password,
)
from frith_web.core.authentication import account_key
from frith_web.core.forms import CodeForm, FirstPasswordForm, SignInForm
from frith_web.core.models import User
from frith_web.core.selectors import has_app, has_passkey, has_second_factor
from frith_web.core.services import accounts, second_factor, signing_in
from frith_web.core.session_limits import ENDED, whose_grew
from frith_web.core.views.errors import locked_out


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth.LoginView):
    """The sign-in page; someone already signed in goes home."""

    template_name = "core/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; or on to the second factor alone, where a session's rights have grown."""
        grown = whose_grew(request)
        if grown is not None:
            wanted = self.get_redirect_url()
            return perform_login(request, new_login(grown, redirect_url=wanted, grown=True))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is tried where account or address is locked already."""
        if signing_in.is_locked(request, username=request.POST.get("username", "")):
            return locked_out(request, None, None)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Say no more than that it was not right; the log holds what was tried."""
        if form.non_field_errors():
            signing_in.note_refusal(
                self.request, account=account_key(self.request), what="password"
            )
        return super().form_invalid(form)

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """The password was right: on to the second factor."""
        user = form.get_user()
        wanted = self.get_redirect_url()
        return perform_login(self.request, new_login(user, redirect_url=wanted))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With why the last session ended, and the other ways of signing in."""
        held = self.request.session
        return super().get_context_data(**kwargs) | {
            "ended": held.pop(ENDED, ""),
            "kept": held.pop("kept", False),
            "idle_minutes": settings.SESSION_IDLE_S // 60,
            "partner_sign_in": settings.OIDC.get("name", ""),
        }


@login_not_required
@require_GET
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What a browser needs to sign in with a passkey: for whoever holds it, or for who waits."""
    waiting = pending(request)
    options = second_factor.sign_in_options(waiting[1] if waiting else None)
    return JsonResponse(options)


@login_not_required
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey: what the device holds, and that it knows its owner: two factors."""
    waiting = pending(request)
    name = waiting[1].username if waiting else signing_in.passkey_name(request)
    if signing_in.is_locked(request, username=name):
        return locked_out(request, None, None)
    try:
        credential = json.loads(request.POST.get("credential", ""))
        owner = second_factor.passkey_owner(credential, user=waiting[1] if waiting else None)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        signing_in.note_wrong(request, username=name, what="passkey")
        return render(request, "core/sign_in_passkey_refused.html")
    if waiting:
        waiting[0].login.state[PROVED] = "passkey"
        return waiting[0].exit()
    wanted = request.POST.get("next", "")
    return perform_login(request, new_login(owner, redirect_url=wanted, proved="passkey"))


@login_not_required
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, before anything else: the first one was known to somebody else."""
    waiting = waiting_for_password(request)
    return redirect("core:sign-in") if waiting is None else _ask_password(request, *waiting)


@require_http_methods(["GET", "HEAD", "POST"])
def _ask_password(request: HttpRequest, stage: FirstPasswordStage, user: User) -> HttpResponse:
    form = FirstPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.set_own_password(user=user, password=form.cleaned_data["new_password1"])
        except accounts.FirstPasswordOver:
            return redirect("core:first-password-over")
        except ValidationError as error:
            form.add_error("new_password1", " ".join(error.messages))
        else:
            return stage.exit()
    return render(request, "core/sign_in_first_password.html", {"form": form, "account": user})


@require_GET
@login_not_required
def first_password_over(request: HttpRequest) -> HttpResponse:
    """Why a first password that was right does not sign in."""
    context = {"days": accounts.FIRST_PASSWORD_DAYS}
    return render(request, "core/sign_in_first_password_over.html", context)


@login_not_required
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app, a passkey, or a recovery code."""
    waiting = pending(request)
    if waiting is None:
        return redirect("core:sign-in")
    if not has_second_factor(waiting[1]):
        return redirect("core:set-up")
    return _ask_code(request, *waiting)


@require_http_methods(["GET", "HEAD", "POST"])
def _ask_code(request: HttpRequest, stage: SecondFactorStage, user: User) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if signing_in.is_locked(request, username=user.username):
        return locked_out(request, None, None)
    if request.method == "POST" and form.is_valid():
        if second_factor.code_is_right(user=user, code=form.cleaned_data["code"]):
            stage.login.state[PROVED] = "code"
            return stage.exit()
        signing_in.note_wrong(request, username=user.username, what="code")
        form.add_error("code", "That code is not right, or was used before")
    context = {"form": form, "has_app": has_app(user), "has_passkey": has_passkey(user)}
    context |= {"grown": GROWN in stage.login.state}
    return render(request, "core/sign_in_second_factor.html", context)


@require_GET
@login_not_required
def suspended(request: HttpRequest) -> HttpResponse:
    """Why an account whose password was right does not sign in."""
    return render(request, "core/sign_in_suspended.html")


def _partner(request: HttpRequest) -> PartnerServer:
    if not settings.OIDC:
        raise Http404
    return PartnerServer(request, settings.OIDC["provider_id"])


@require_GET
@login_not_required
def partner(request: HttpRequest) -> HttpResponse:
    """To the partner's identity provider."""
    adapter = _partner(request)
    asked = QueryDict(mutable=True)
    if request.GET.get("next"):
        asked["next"] = request.GET["next"]
    request.GET = asked  # type: ignore[assignment]
    return OAuth2LoginView.adapter_view(adapter)(request)


@require_GET
@login_not_required
def partner_return(request: HttpRequest) -> HttpResponse:
    """Back from the partner's identity provider."""
    return OAuth2CallbackView.adapter_view(_partner(request))(request)


@require_GET
@login_not_required
def partner_unknown(request: HttpRequest) -> HttpResponse:
    """The provider knows this person, and we do not."""
    return render(
        request, "core/sign_in_partner_unknown.html", {"partner": settings.OIDC.get("name")}
    )


@require_GET
@login_not_required
def partner_failed(request: HttpRequest) -> HttpResponse:
    """The provider did not answer as it should, or the person turned back."""
    return render(
        request, "core/sign_in_partner_failed.html", {"partner": settings.OIDC.get("name")}
    )


class SignOut(auth.LogoutView):
    """Ends the session; by POST only, so that no link can do it to somebody."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign this device out."""
        signing_in.end_session(request)
        return super().post(request, *args, **kwargs)


@require_GET
@login_not_required
def signed_out(request: HttpRequest) -> HttpResponse:
    """What to do next on a shared computer."""
    return render(request, "core/signed_out.html")
