"""What a hidden record answers: nothing, or, where its owner's terms say so, whom to contact."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from frith_web.core.models import WhenHidden, opened


def contact_for(model: type[Any], *, reference: UUID) -> str:
    """Whom to ask about a record that the reader may not see; empty where it stays silent."""
    with transaction.atomic(), opened("an owner may answer with whom to contact, and no more"):
        found = (
            model.objects.filter(reference=reference, protection__when_hidden=WhenHidden.CONTACT)
            .values_list("protection__owner__contact", flat=True)
            .first()
        )
    return found or ""


def hidden_or_404(request: HttpRequest, model: type[Any], *, reference: UUID) -> HttpResponse:
    """The page that names whom to contact, else the same `Http404` as for a record not there."""
    contact = contact_for(model, reference=reference)
    if not contact:
        raise Http404
    return render(request, "core/hidden.html", {"contact": contact}, status=404)
