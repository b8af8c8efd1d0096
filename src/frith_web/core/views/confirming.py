"""Proving again who one is, before what protects the account is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods

from frith_web.core.forms import CodeForm, ConfirmForm
from frith_web.core.models import User
from frith_web.core.permissions import requires
from frith_web.core.services import second_factor, signing_in
from frith_web.core.views.errors import locked_out

LASTS = timedelta(minutes=5)
View = Callable[..., HttpResponseBase]


def confirmed(view: View) -> View:
    """A view for those who proved in the last five minutes who they are; others are asked first."""

    @requires()
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        since = timezone.now().timestamp() - request.session.get(signing_in.CONFIRMED, 0)
        if since > LASTS.total_seconds():
            back = request.get_full_path() if request.method == "GET" else reverse("core:factors")
            return HttpResponseRedirect(f"{reverse('core:confirm')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return checked


@requires()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password again; a code, where the account is signed in by a partner's provider."""
    user = request.user
    assert isinstance(user, User)
    if signing_in.is_locked(request, username=user.username):
        return locked_out(request, None, None)
    by_password = user.has_usable_password()
    form = (ConfirmForm if by_password else CodeForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _right(user, form.cleaned_data, by_password=by_password):
            signing_in.confirm(request)
            request.session.cycle_key()
            return HttpResponseRedirect(_back(request))
        field = "password" if by_password else "code"
        signing_in.note_wrong(request, username=user.username, what=field)
        form.add_error(field, f"That {field} is not right")
    return render(request, "core/sign_in_confirm.html", {"form": form, "by_password": by_password})


def _right(user: User, given: dict[str, str], *, by_password: bool) -> bool:
    if by_password:
        return user.check_password(given["password"])
    return bool(second_factor.code_is_right(user=user, code=given["code"]))


def _back(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
