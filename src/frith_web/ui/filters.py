"""What a list is narrowed to, shown beside it: each choice as a tag that can be taken away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.forms import BaseForm, BoundField

from frith_web.ui.sorting import ORDER


def kept(form: BaseForm) -> dict[str, str]:
    """What was asked, by field, blanks left out: what a link to the same list carries on."""
    return {
        field.name: str(form.data[field.name])
        for field in form.visible_fields()
        if form.data.get(field.name)
    }


def filter_options(form: BaseForm, *, address: str, order: str = "") -> dict[str, Any]:
    """The filter beside a list, its chosen values as links to the list without them."""
    chosen = kept(form)
    ordered = {ORDER: order} if order else {}

    def without(name: str) -> str:
        rest = {**{key: value for key, value in chosen.items() if key != name}, **ordered}
        return f"{address}?{urlencode(rest)}" if rest else address

    tags = [
        {
            "heading": {"text": form[name].label},
            "items": [{"text": _said(form[name], value), "href": without(name)}],
        }
        for name, value in chosen.items()
    ]
    return {
        "heading": {"text": "Filter"},
        "submit": {"text": "Apply filters"},
        "optionsHtml": form,
        "selectedFilters": {
            "heading": {"text": "Selected filters"},
            "clearLink": {"text": "Clear filters", "href": address},
            "categories": tags,
        }
        if tags
        else None,
    }


def _said(field: BoundField, value: str) -> str:
    """A value as the form says it: the words of a choice, or what was typed."""
    return str(dict(getattr(field.field, "choices", ())).get(value, value))
