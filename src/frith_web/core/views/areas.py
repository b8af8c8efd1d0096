"""Administration of areas."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith_web.core import structure_selectors as selectors
from frith_web.core.form_page import form_page
from frith_web.core.permissions import check_may, requires
from frith_web.core.services import partners as writing
from frith_web.core.structure_forms import AreaForm, EndForm
from frith_web.core.submissions import sent_once

MANAGE = writing.MANAGE
PAGES = ["GET", "HEAD", "POST"]
BACK = ("core:areas", "Areas")


@requires(MANAGE)
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """Every area, and in which vintage its code is."""
    return render(request, "core/areas.html", {"areas": selectors.areas()})


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_area(request: HttpRequest) -> HttpResponse:
    """Open an area."""
    form = AreaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.open_area(by=check_may(request.user, MANAGE), **form.cleaned_data)
        except BadInput as error:
            form.add_error("code", str(error))
        else:
            return redirect("core:areas")
    return form_page(request, form, title="A new area", button="Open it", back=BACK)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def end_area(request: HttpRequest, area: int) -> HttpResponse:
    """End an area."""
    found = selectors.areas().filter(pk=area).first()
    if found is None:
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.end_area(by=check_may(request.user, MANAGE), area=found, **form.cleaned_data)
        except BadInput as error:
            form.add_error("ends_on", str(error))
        else:
            return redirect("core:areas")
    title = f"End {found} ({found.code})"
    return form_page(request, form, title=title, button="End it", back=BACK, warning=True)
