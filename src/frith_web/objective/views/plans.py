"""Plans, their priorities and commitments, and how one plan carries on another."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core.form_page import form_page
from frith_web.core.models import User
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.submissions import sent_once
from frith_web.core.terms_shown import terms_lines
from frith_web.objective import forms, selectors
from frith_web.objective.models import Continuation, Plan
from frith_web.objective.services import plans as writing

READ, MANAGE = "objective.plan:read", "objective.plan:manage"
PAGES = ["GET", "HEAD", "POST"]


@requires(READ)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan and its years."""
    user = check_may(request.user, READ)
    context = {"plans": selectors.plans(user=user), "manages": may(user, MANAGE)}
    return render(request, "objective/plans.html", context)


@requires(READ)
@require_safe
def plan(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One plan: priorities, commitments, measures."""
    user = check_may(request.user, READ)
    found = _plan(user, reference)
    context = {
        "plan": found,
        "priorities": selectors.priorities_of(found, user=user),
        "manages": _keeps(user, found),
        "terms": terms_lines(found.protection),
        "marking": found.protection.marking,
    }
    return render(request, "objective/plan.html", context)


@requires(READ)
@require_safe
def crosswalk(request: HttpRequest) -> HttpResponse:
    """How each priority carries on in the next plan."""
    user = check_may(request.user, READ)
    context = {"steps": selectors.crosswalk(user=user), "manages": may(user, MANAGE)}
    return render(request, "objective/crosswalk.html", context)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_plan(request: HttpRequest) -> HttpResponse:
    """Write a new plan."""
    user = check_may(request.user, MANAGE)
    form = forms.PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        if user.partner is None:
            raise Http404
        protection = writing.plan_terms(
            owner=user.partner,
            agreement=given.pop("agreement"),
            regime=Regime.SYNTHETIC if settings.DEMONSTRATION else Regime.OPEN,
        )
        made = writing.open_plan(by=user, protection=protection, **given)
        messages.success(request, f"{made.title} is written.")
        return redirect("objective:plan", made.reference)
    return form_page(
        request,
        form,
        title="Write a new plan",
        button="Write it",
        back=("objective:plans", "Plans"),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_priority(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Add a priority to a plan."""
    user = check_may(request.user, MANAGE)
    found = _kept(user, reference)
    form = forms.PriorityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        writing.add_priority(by=user, plan=found, **form.cleaned_data)
        return redirect("objective:plan", found.reference)
    return form_page(
        request,
        form,
        title="Add a priority",
        button="Add it",
        back=("objective:plan", found.title, found.reference),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_commitment(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Add what is promised under a priority."""
    user = check_may(request.user, MANAGE)
    found = selectors.priority(user=user, reference=reference)
    if found is None or found.protection.owner_id != user.partner_id:
        raise Http404
    form = forms.CommitmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        writing.promise(by=user, priority=found, **form.cleaned_data)
        messages.success(request, "The commitment is written.")
        return redirect("objective:plans")
    return form_page(
        request,
        form,
        title=f"What is promised under “{found.title}”",
        button="Write it",
        back=("objective:plans", "Plans"),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_step(request: HttpRequest) -> HttpResponse:
    """Say how an earlier priority carries on."""
    user = check_may(request.user, MANAGE)
    pairs = selectors.priorities(user=user)
    form = forms.CarryOnForm(request.POST or None, choices=forms.named(pairs))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        of = {str(one.reference): one for _, one in pairs}
        try:
            writing.carry_on(
                by=user,
                earlier=of[given["earlier"]],
                later=of.get(given["later"]),
                continuation=Continuation(given["continuation"]),
                note_words=given["note"],
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("objective:crosswalk")
    return form_page(
        request,
        form,
        title="How a priority carries on",
        button="Write it",
        back=("objective:crosswalk", "From one plan to the next"),
    )


def _plan(user: User, reference: UUID) -> Plan:
    found = selectors.plan(user=user, reference=reference)
    if found is None:
        raise Http404
    return found


def _keeps(user: User, found: Plan) -> bool:
    return may(user, MANAGE) and found.protection.owner_id == user.partner_id


def _kept(user: User, reference: UUID) -> Plan:
    found = _plan(user, reference)
    if not _keeps(user, found):
        raise Http404
    return found
