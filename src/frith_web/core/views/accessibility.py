"""The accessibility statement, open to whoever cannot get past the sign-in page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def statement(request: HttpRequest) -> HttpResponse:
    """What was tested, what nobody has tried yet, and whom to tell."""
    return render(request, "core/accessibility.html")
