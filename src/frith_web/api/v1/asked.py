"""What every operation asks of a request before it answers, and how each may end."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema
from ninja.errors import ValidationError

PROBLEMS = (401, 404, 422, 429, 503)


def refuse_strange(request: HttpRequest, filters: type[Schema] | None = None) -> None:
    """A filter that is misspelt would narrow nothing, and answer with everything."""
    known = set(filters.model_fields) if filters else set()
    strange = [
        {"loc": ("query", name), "type": "unknown"} for name in request.GET if name not in known
    ]
    if strange:
        raise ValidationError(strange)
