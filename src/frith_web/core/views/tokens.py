"""API tokens: an administrator issues one, its account collects it, either ends it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frith.errors import BadInput
from frith_web.core import selectors
from frith_web.core.models import User
from frith_web.core.permissions import check_may, declared_permissions, requires
from frith_web.core.purposes import Purpose
from frith_web.core.services import tokens as services
from frith_web.core.submissions import sent_once
from frith_web.core.token_forms import TokenForm
from frith_web.core.views.confirming import confirmed

PAGES = ["GET", "HEAD", "POST"]


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@requires(services.MANAGE)
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token: whose, what for, until when. Never the token itself."""
    context = {"tokens": selectors.tokens(), "words": declared_permissions()}
    return render(request, "core/tokens.html", context)


@requires(services.MANAGE)
@confirmed
@sent_once
@require_http_methods(PAGES)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a token for somebody else's account."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.issue(
                by=check_may(request.user, services.MANAGE),
                account=given["account"],
                title=given["title"],
                purpose=Purpose(given["purpose"]),
                permissions=given["permissions"],
                ends_on=form.ends_on(),
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Issued. {made.user} collects it under Your account.")
            return redirect("core:tokens")
    return render(request, "core/tokens_issue.html", {"form": form})


@requires(services.MANAGE)
@require_POST
def revoke(request: HttpRequest, reference: UUID) -> HttpResponse:
    """End anybody's token."""
    token = get_object_or_404(selectors.tokens(), reference=reference)
    services.revoke(token=token, by=check_may(request.user, services.MANAGE))
    messages.success(request, "The token is revoked. It stopped working at once.")
    return redirect("core:tokens")


@requires()
@require_safe
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that act for the reader."""
    context = {"tokens": selectors.tokens_of(_own(request))}
    return render(request, "core/account_tokens.html", context)


@confirmed
@require_http_methods(PAGES)
def collect(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a token to its owner, once."""
    token = get_object_or_404(selectors.tokens_of(_own(request)), reference=reference)
    text = ""
    if request.method == "POST":
        try:
            text = services.collect(token=token, by=_own(request))
        except BadInput as error:
            messages.error(request, str(error))
            return redirect("core:account-tokens")
    return render(request, "core/account_token.html", {"token": token, "text": text})


@requires()
@require_POST
def end_own(request: HttpRequest, reference: UUID) -> HttpResponse:
    """End a token that acts for the reader."""
    token = get_object_or_404(selectors.tokens_of(_own(request)), reference=reference)
    services.revoke(token=token, by=_own(request))
    messages.success(request, "The token is revoked. It stopped working at once.")
    return redirect("core:account-tokens")
