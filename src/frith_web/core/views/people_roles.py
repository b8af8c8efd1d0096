"""Administration of people: accounts, roles, vetting, teams; and what each role may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frith.errors import BadInput
from frith_web.core import structure_selectors as selectors
from frith_web.core.form_page import form_page
from frith_web.core.forms import LeaverForm
from frith_web.core.models import User
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may, declared_permissions, may, requires
from frith_web.core.policies import is_overdue
from frith_web.core.purposes import Purpose
from frith_web.core.services import leavers
from frith_web.core.services import people as writing
from frith_web.core.services import roles as giving
from frith_web.core.services.accounts import FIRST_PASSWORD_DAYS, give_first_password
from frith_web.core.structure_forms import AccountForm, JoinForm, RoleForm, VettingForm, WhyForm
from frith_web.core.submissions import sent_once
from frith_web.core.views.confirming import confirmed

MANAGE, GIVE = writing.MANAGE, "core.role:give"
SEE_HOLDERS = (GIVE, MANAGE, "core.audit:read")
PAGES = ["GET", "HEAD", "POST"]
BACK = ("core:accounts", "Accounts")


@requires(MANAGE, GIVE)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account, of every partner."""
    rows = [{"account": one, "overdue": is_overdue(one)} for one in selectors.accounts()]
    return render(
        request, "core/accounts.html", {"rows": rows, "manages": may(request.user, MANAGE)}
    )


@requires(MANAGE, GIVE)
@require_safe
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One account: partner, roles, vetting, teams."""
    found = _account(username)
    context = {
        "person": found,
        "overdue": is_overdue(found),
        "roles": selectors.roles_of(found),
        "vetting": selectors.vetting_of(found),
        "places": selectors.places_of(found),
        "today": today(),
        "own": found.pk == check_may(request.user, _either(request)).pk,
        "gives": may(request.user, GIVE),
        "manages": may(request.user, MANAGE),
    }
    return render(request, "core/person.html", context)


@requires(MANAGE)
@require_http_methods(PAGES)
def new_account(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown once, and kept nowhere.

    Not `sent_once`: that would keep where the answer led, and this answer holds the password. The
    same form sent again finds the user name taken.
    """
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = writing.open_for(
                by=check_may(request.user, MANAGE), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error("username", " ".join(error.messages))
        else:
            context = {"person": made, "password": password, "days": FIRST_PASSWORD_DAYS}
            return render(request, "core/account_opened.html", context)
    return form_page(
        request,
        form,
        title="A new account",
        said="They sign in with the password that you will be shown, choose their own, and set a "
        "second factor up. Without a role they see nothing.",
        button="Open it",
        back=BACK,
    )


@requires(MANAGE)
@confirmed
@require_http_methods(PAGES)
def password(request: HttpRequest, username: str) -> HttpResponse:
    """A new first password for somebody who has forgotten theirs; shown once, and kept nowhere."""
    found = _account(username)
    by = check_may(request.user, MANAGE)
    if not found.is_active or found.is_demonstration or found.pk == by.pk:
        raise Http404
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = give_first_password(account=found, by=by, **form.cleaned_data)
        context = {"person": found, "password": given, "days": FIRST_PASSWORD_DAYS, "again": True}
        return render(request, "core/account_opened.html", context)
    return form_page(
        request,
        form,
        title=f"Give {found} a new first password",
        said="Their password stops working, and they are signed out everywhere. Their second "
        "factor stays. Make sure that it is they who ask.",
        button="Give it",
        back=("core:person", str(found), username),
        warning=True,
    )


@requires(GIVE)
@sent_once
@require_http_methods(PAGES)
def give_role(request: HttpRequest, username: str) -> HttpResponse:
    """Give somebody a role."""
    found = _account(username)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            giving.give_role(to=found, by=check_may(request.user, GIVE), **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found} holds the role from now on.")
            return redirect("core:person", username)
    return form_page(
        request,
        form,
        title=f"Give {found} a role",
        button="Give it",
        back=("core:person", str(found), username),
    )


@requires(GIVE)
@sent_once
@require_http_methods(PAGES)
def end_role(request: HttpRequest, username: str, held: int) -> HttpResponse:
    """Take a role away."""
    found = _account(username)
    one = selectors.roles_of(found).filter(pk=held).first()
    if one is None:
        raise Http404
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        giving.end_role(held=one, by=check_may(request.user, GIVE), **form.cleaned_data)
        messages.success(request, f"{found} holds the role “{one.role}” no more.")
        return redirect("core:person", username)
    return form_page(
        request,
        form,
        title=f"Take the role “{one.role}” from {found}",
        said="It ends at once, and with it everything that only this role let them see.",
        button="Take it away",
        back=("core:person", str(found), username),
        warning=True,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def vetting(request: HttpRequest, username: str) -> HttpResponse:
    """Record vetting as its owner confirmed it."""
    found = _account(username)
    form = VettingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.record_vetting(
                account=found, by=check_may(request.user, MANAGE), **form.cleaned_data
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("core:person", username)
    return form_page(
        request,
        form,
        title=f"Record {found}'s vetting",
        button="Record it",
        back=("core:person", str(found), username),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def join(request: HttpRequest, username: str) -> HttpResponse:
    """Put somebody in a team of their partner."""
    found = _account(username)
    form = JoinForm(request.POST or None, account=found)
    if request.method == "POST" and form.is_valid():
        try:
            writing.join_team(
                account=found, by=check_may(request.user, MANAGE), **form.cleaned_data
            )
        except BadInput as error:
            form.add_error("team", str(error))
        else:
            return redirect("core:person", username)
    return form_page(
        request,
        form,
        title=f"Put {found} in a team",
        button="Put them in",
        back=("core:person", str(found), username),
    )


@requires(MANAGE)
@require_POST
def leave(request: HttpRequest, username: str, member: int) -> HttpResponse:
    """End somebody's place in a team."""
    place = selectors.places_of(_account(username)).filter(pk=member).first()
    if place is None:
        raise Http404
    writing.leave_team(member=place, by=check_may(request.user, MANAGE))
    return redirect("core:person", username)


@requires(MANAGE)
@confirmed
@sent_once
@require_http_methods(PAGES)
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account and hand its work to a colleague of the same partner."""
    found = _account(username)
    by = check_may(request.user, MANAGE)
    if not found.is_active or found.pk == by.pk:
        raise Http404
    form = LeaverForm(request.POST or None, colleagues=selectors.colleagues_of(found))
    if request.method == "POST" and form.is_valid():
        leavers.close_account(account=found, by=by, **form.cleaned_data)
        messages.success(request, f"{found}'s account is closed and signed out everywhere.")
        return redirect("core:person", username)
    return form_page(
        request,
        form,
        title=f"Close {found}'s account",
        said="It stops working at once. Their open work passes to a colleague of the same partner.",
        button="Close it",
        back=("core:person", str(found), username),
        warning=True,
    )


@requires()
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role, in plain English."""
    return render(request, "core/roles.html", {"roles": selectors.roles()})


@requires()
@require_safe
def role(request: HttpRequest, key: str) -> HttpResponse:
    """One role: what it may do, for what, and who holds it."""
    found = selectors.role(key)
    if found is None:
        raise Http404
    words = declared_permissions()
    named = any(may(request.user, one) for one in SEE_HOLDERS)
    context: dict[str, Any] = {
        "role": found,
        "may": sorted(
            words[one.permission].words
            for one in found.permissions.all()
            if one.permission in words
        ),
        "purposes": [Purpose(one).label for one in found.purposes],
        "holders": selectors.holders_of(found) if named else None,
        "links": may(request.user, GIVE) or may(request.user, MANAGE),
    }
    return render(request, "core/role.html", context)


def _account(username: str) -> User:
    found = selectors.account(username)
    if found is None:
        raise Http404
    return found


def _either(request: HttpRequest) -> str:
    return MANAGE if may(request.user, MANAGE) else GIVE
