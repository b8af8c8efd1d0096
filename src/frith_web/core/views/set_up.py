"""Setting a second factor up: at the first sign-in, before there is a session, or later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import qrcode  # type: ignore[import-untyped]
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from frith_web.core.adapters import PROVED, SecondFactorStage, pending
from frith_web.core.forms import AppCodeForm, PasskeyForm
from frith_web.core.models import User
from frith_web.core.selectors import has_second_factor
from frith_web.core.services import second_factor, signing_in
from frith_web.core.views.confirming import confirmed
from frith_web.core.views.errors import locked_out

READY = "second_factor.ready"
PAGES = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose factor is set up, and the sign-in that waits for it, if one does."""

    user: User
    stage: SecondFactorStage | None

    def page(self, name: str) -> str:
        """The address of a step: one set at the first sign-in, one in the account."""
        return reverse(f"core:set-up-{name}" if self.stage else f"core:factor-{name}")


View = Callable[..., HttpResponseBase]


def first_time(view: Callable[[HttpRequest, Owner], HttpResponse]) -> View:
    """A step of the first sign-in: the password is proved, and there is no factor yet."""

    @login_not_required
    @wraps(view)
    def stepped(request: HttpRequest) -> HttpResponse:
        waiting = pending(request)
        if waiting is None:
            return redirect("core:sign-in")
        stage, user = waiting
        if has_second_factor(user) and READY not in request.session:
            return redirect("core:second-factor")
        return view(request, Owner(user=user, stage=stage))

    return stepped


def in_account(view: Callable[[HttpRequest, Owner], HttpResponse]) -> View:
    """The same step for somebody signed in, who proved a moment ago who they are."""

    @confirmed
    @wraps(view)
    def stepped(request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)
        return view(request, Owner(user=request.user, stage=None))

    return stepped


@first_time
@require_GET
def set_up(request: HttpRequest, owner: Owner) -> HttpResponse:
    """Which second factor it shall be."""
    del owner
    return render(request, "core/sign_in_set_up.html")


def _app(request: HttpRequest, owner: Owner) -> HttpResponse:
    form = AppCodeForm(request.POST or None)
    secret = second_factor.new_secret(request, renew=request.method != "POST")
    if signing_in.is_locked(request, username=owner.user.username):
        return locked_out(request, None, None)
    if request.method == "POST" and form.is_valid():
        added = second_factor.add_app(
            user=owner.user, secret=secret, code=form.cleaned_data["code"]
        )
        if added is not None:
            del request.session[second_factor.PENDING_SECRET]
            return _added(request, owner)
        form.add_error("code", "That is not the code the app shows now. Check the phone's clock")
    context = {"form": form, "secret": _in_fours(secret), "first": owner.stage is not None}
    context["picture"] = owner.page("picture")
    return render(request, "core/sign_in_set_up_app.html", context)


def _picture(request: HttpRequest, owner: Owner) -> HttpResponse:
    """The square code as a picture of its own: the page's policy allows none inside it."""
    secret = second_factor.new_secret(request, renew=False)
    drawn = qrcode.make(
        second_factor.app_address(owner.user, secret=secret), image_factory=SvgPathImage
    )
    return HttpResponse(drawn.to_string(), content_type="image/svg+xml")


def _passkey(request: HttpRequest, owner: Owner) -> HttpResponse:
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            second_factor.add_passkey(
                user=owner.user,
                name=form.cleaned_data["name"],
                credential=form.cleaned_data["credential"],
            )
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
            form.add_error(None, "Your browser's passkey could not be used. Try again")
        else:
            return _added(request, owner)
    context = {"form": form, "options": owner.page("options"), "first": owner.stage is not None}
    return render(request, "core/sign_in_set_up_passkey.html", context)


def _options(request: HttpRequest, owner: Owner) -> HttpResponse:
    del request
    return JsonResponse(second_factor.passkey_options(owner.user))


def _codes(request: HttpRequest, owner: Owner) -> HttpResponse:
    """The recovery codes, shown once."""
    if request.method == "POST":
        return _finished(request, owner)
    if owner.stage is None:
        codes = second_factor.new_recovery_codes(user=owner.user)
    else:
        codes = second_factor.ensure_recovery_codes(user=owner.user)
    context = {"codes": [_in_fives(code) for code in codes], "first": owner.stage is not None}
    return render(request, "core/sign_in_recovery_codes.html", context)


def _added(request: HttpRequest, owner: Owner) -> HttpResponse:
    if owner.stage is None:
        messages.success(request, "Added. It works from your next sign-in.")
        return redirect("core:factors")
    request.session[READY] = True
    return redirect("core:set-up-codes")


def _finished(request: HttpRequest, owner: Owner) -> HttpResponse:
    if owner.stage is None:
        return redirect("core:factors")
    if READY not in request.session:
        return redirect("core:set-up")
    owner.stage.login.state[PROVED] = "set up"
    return owner.stage.exit()


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _in_fives(code: str) -> str:
    return f"{code[:5]} {code[5:]}"


set_up_app = first_time(require_http_methods(PAGES)(_app))
set_up_picture = first_time(require_GET(_picture))
set_up_passkey = first_time(require_http_methods(PAGES)(_passkey))
set_up_options = first_time(require_GET(_options))
set_up_codes = first_time(require_http_methods(PAGES)(_codes))
factor_app = in_account(require_http_methods(PAGES)(_app))
factor_picture = in_account(require_GET(_picture))
factor_passkey = in_account(require_http_methods(PAGES)(_passkey))
factor_options = in_account(require_GET(_options))
factor_codes = in_account(require_http_methods(PAGES)(_codes))
