"""Administration of compartments: what each is for, and who is inside."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith_web.core import structure_selectors as selectors
from frith_web.core.form_page import form_page
from frith_web.core.models import Compartment
from frith_web.core.permissions import check_may, requires
from frith_web.core.services import compartments as writing
from frith_web.core.structure_forms import AdmitForm, CompartmentForm, WhyForm
from frith_web.core.submissions import sent_once

MANAGE = writing.MANAGE
PAGES = ["GET", "HEAD", "POST"]


@requires(MANAGE)
@require_safe
def compartments(request: HttpRequest) -> HttpResponse:
    """Every need-to-know label."""
    return render(request, "core/compartments.html", {"compartments": selectors.compartments()})


@requires(MANAGE)
@require_safe
def compartment(request: HttpRequest, key: str) -> HttpResponse:
    """One compartment and who is inside today."""
    found = _compartment(key)
    context = {"compartment": found, "inside": selectors.admissions_to(found)}
    return render(request, "core/compartment.html", context)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_compartment(request: HttpRequest) -> HttpResponse:
    """Open a compartment."""
    form = CompartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = writing.open_compartment(by=check_may(request.user, MANAGE), **form.cleaned_data)
        except BadInput as error:
            form.add_error("key", str(error))
        else:
            return redirect("core:compartment", made.key)
    return form_page(
        request,
        form,
        title="A new compartment",
        said="A record that bears it is read only by those inside, whatever else they may.",
        button="Open it",
        back=("core:compartments", "Compartments"),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def admit(request: HttpRequest, key: str) -> HttpResponse:
    """Let somebody in."""
    found = _compartment(key)
    by = check_may(request.user, MANAGE)
    form = AdmitForm(request.POST or None, to=found, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            writing.admit(by=by, to=found, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("core:compartment", key)
    return form_page(
        request,
        form,
        title=f"Let somebody into {found}",
        button="Let them in",
        back=("core:compartment", found.name, key),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def put_out(request: HttpRequest, key: str, admission: int) -> HttpResponse:
    """End somebody's place inside."""
    found = _compartment(key)
    one = selectors.admissions_to(found).filter(pk=admission).first()
    if one is None:
        raise Http404
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        writing.put_out(by=check_may(request.user, MANAGE), admission=one, **form.cleaned_data)
        return redirect("core:compartment", key)
    return form_page(
        request,
        form,
        title=f"Put {one.user} out of {found}",
        button="Put them out",
        back=("core:compartment", found.name, key),
        warning=True,
    )


def _compartment(key: str) -> Compartment:
    found = selectors.compartment(key)
    if found is None:
        raise Http404
    return found
