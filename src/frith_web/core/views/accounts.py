"""A person's own account: name, roles, password, second factors, devices, kept forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST, require_safe

from frith_web.core.forms import PasswordChangeForm
from frith_web.core.models import User
from frith_web.core.models.standing import standing
from frith_web.core.permissions import declared_permissions, may, requires
from frith_web.core.selectors import devices_of, factors_of, recovery_codes_left
from frith_web.core.services import accounts, drafts, second_factor, sessions, signing_in
from frith_web.core.session_limits import Ends
from frith_web.core.views.confirming import confirmed
from frith_web.core.views.errors import locked_out


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@requires()
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Name, partner, roles in plain English, and what to do about them."""
    user = _own(request)
    held = standing(user)
    words = declared_permissions()
    roles = [
        {
            "name": role.name,
            "may": [words[name].words for name in sorted(role.permissions) if name in words],
        }
        for role in held.roles
    ]
    context = {"account": user, "roles": roles, "factors": factors_of(user)}
    context["certifies"] = may(user, "core.account:certify")
    return render(request, "core/account.html", context)


class ChangePassword(auth.PasswordChangeView):
    """A new password; other sessions of the account end with the old one."""

    template_name = "core/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("products:home")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Guessing the old password on an open computer locks, as it does at sign-in."""
        if signing_in.is_locked(request, username=_own(request).username):
            return locked_out(request, None, None)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:  # type: ignore[override]
        """A wrong old password counts."""
        if form.has_error("old_password", "password_incorrect"):
            name = _own(self.request).username
            signing_in.note_wrong(self.request, username=name, what="old password")
        return super().form_invalid(form)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:  # type: ignore[override]
        """Say that it was done, on the next page."""
        response = super().form_valid(form)
        user = _own(self.request)
        accounts.note_password_change(user=user, here=self.request.session.get(signing_in.DEVICE))
        messages.success(self.request, "Your password is changed. Other devices are signed out.")
        return response


@requires()
@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """The account's second factors."""
    user = _own(request)
    context = {"factors": factors_of(user), "codes_left": recovery_codes_left(user)}
    return render(request, "core/account_factors.html", context)


@confirmed
@require_POST
def remove_factor(request: HttpRequest, factor: int) -> HttpResponse:
    """Remove an authenticator app or a passkey, unless it is the last."""
    try:
        gone = second_factor.remove(user=_own(request), factor=factor)
    except second_factor.LastFactor:
        messages.error(request, "This is your only second factor. Add another one first.")
    else:
        if gone is not None:
            messages.success(request, "Removed.")
    return redirect("core:factors")


@requires()
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in."""
    here = request.session.get(signing_in.DEVICE)
    held: list[dict[str, Any]] = [
        {"device": one, "here": str(one.pk) == here} for one in devices_of(_own(request))
    ]
    return render(request, "core/account_devices.html", {"devices": held})


@requires()
@require_POST
def end_device(request: HttpRequest, device: UUID) -> HttpResponse:
    """Sign one device out."""
    if sessions.end(user=_own(request), device=device):
        messages.success(request, "That device is signed out.")
    return redirect("core:devices")


@requires()
@require_POST
def end_devices(request: HttpRequest) -> HttpResponse:
    """Sign every device out, this one too."""
    sessions.end_all(user=_own(request))
    signing_in.end_session(request)
    return redirect("core:signed-out")


@requires()
@require_safe
def session_left(request: HttpRequest) -> HttpResponse:
    """How many seconds this session has left; asking is no sign of life."""
    return JsonResponse(_left(request))


@requires()
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """A sign of life: the session lasts on."""
    return JsonResponse(_left(request))


def _left(request: HttpRequest) -> dict[str, object]:
    ends: Ends = request.session_ends  # type: ignore[attr-defined]
    return {"seconds": ends.seconds, "final": ends.is_final}


@requires()
@require_POST
def keep_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed; the page's script sends it while somebody types."""
    place = request.POST.get("_place", "")
    kept = place.startswith("/") and drafts.keep(
        user=_own(request), place=place, typed=request.POST
    )
    return JsonResponse({"kept": kept, **_left(request)})


@requires()
@require_POST
def forget_draft(request: HttpRequest) -> HttpResponse:
    """Throw away what was kept, and show the form empty."""
    place = request.POST.get("_place", "")
    drafts.forget(user=_own(request), place=place)
    return redirect(
        place if place.startswith("/") and not place.startswith("//") else "core:account"
    )
