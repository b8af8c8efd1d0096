"""Is the site well? JSON for machines, a page for people."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import frith
from frith_web.core.address import from_this_machine
from frith_web.core.selectors import database_answers


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, else 503. The version is for those inside only."""
    database = database_answers()
    state = {"status": "ok" if database else "fault", "database": "ok" if database else "fault"}
    inside = from_this_machine(request) or (database and request.user.is_authenticated)
    if inside:
        state["version"] = frith.__version__
    status = 200 if database else 503
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        context = {"state": state, "bare": not database}
        return render(request, "core/health.html", context, status=status)
    return JsonResponse(state, status=status)
