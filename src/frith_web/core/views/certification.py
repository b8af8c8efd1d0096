"""Who of a partner still needs an account: certify, close, start a lost phone anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frith_web.core import handover
from frith_web.core.forms import CertifyForm, LeaverForm
from frith_web.core.kept_forms import give_back
from frith_web.core.models import User
from frith_web.core.permissions import requires
from frith_web.core.policies import is_overdue
from frith_web.core.selectors import accounts_of_partner, has_second_factor
from frith_web.core.services import leavers, recertification, second_factor
from frith_web.core.submissions import sent_once
from frith_web.core.views.confirming import confirmed

CERTIFY = "core.account:certify"
PAGES = ["GET", "HEAD", "POST"]


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _account(request: HttpRequest, username: str) -> User:
    """An open account of the reader's partner that is not the reader's own; else not found."""
    reader = _reader(request)
    found = accounts_of_partner(reader).filter(username=username).exclude(pk=reader.pk).first()
    if found is None:
        raise Http404
    return found


@requires(CERTIFY)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The partner's accounts and the day until which each is certified."""
    reader = _reader(request)
    rows = [
        {"account": one, "overdue": is_overdue(one), "own": one.pk == reader.pk}
        for one in accounts_of_partner(reader)
    ]
    return render(request, "core/people.html", {"people": rows, "partner": reader.partner})


@requires(CERTIFY)
@sent_once
@require_http_methods(PAGES)
def certify(request: HttpRequest, username: str) -> HttpResponse:
    """Confirm that a person still needs the account."""
    account = _account(request, username)
    form = CertifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recertification.certify(account=account, by=_reader(request), why=form.cleaned_data["why"])
        messages.success(request, f"{account.full_name} is certified for another six months.")
        return redirect("core:people")
    context = {"form": form, "account": account, "overdue": is_overdue(account)}
    context |= {"has_factor": has_second_factor(account)}
    context |= {"given_back": give_back(form, request=request)}
    return render(request, "core/people_certify.html", context)


@requires(CERTIFY)
@confirmed
@sent_once
@require_http_methods(PAGES)
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Close a leaver's account and hand its work over."""
    account = _account(request, username)
    colleagues = accounts_of_partner(_reader(request)).exclude(pk=account.pk)
    form = LeaverForm(request.POST or None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        moved = leavers.close_account(
            account=account,
            colleague=form.cleaned_data["colleague"],
            by=_reader(request),
            why=form.cleaned_data["why"],
        )
        pieces = sum(moved.values())
        messages.success(
            request,
            f"{account.full_name}'s account is closed and signed out everywhere. "
            f"Handed over: {pieces} {'piece' if pieces == 1 else 'pieces'} of work.",
        )
        return redirect("core:people")
    work = [{"words": kind.words, "count": kind.count(account)} for kind in handover.work()]
    context = {"form": form, "account": account, "work": work}
    context |= {"given_back": give_back(form, request=request)}
    return render(request, "core/people_close.html", context)


@requires(CERTIFY)
@confirmed
@require_POST
def new_factor(request: HttpRequest, username: str) -> HttpResponse:
    """After a lost phone: the next sign-in sets new second factors up."""
    account = _account(request, username)
    second_factor.reset(user=account, by=_reader(request))
    messages.success(
        request,
        f"{account.full_name} is signed out and sets a second factor up at the next sign-in.",
    )
    return redirect("core:people")
