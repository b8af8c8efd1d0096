"""A page that is one form: the same frame for each, so that a room writes only the form."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from frith_web.core.kept_forms import give_back


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    button: str,
    back: tuple[Any, ...],
    said: str = "",
    warning: bool = False,
) -> HttpResponse:
    """The form with its heading; 422 where it came back with errors.

    `back` is a URL name, the words of the link, and the URL's arguments.
    """
    name, text, *given = back
    context = {
        "form": form,
        "title": title,
        "said": said,
        "button": button,
        "button_classes": "govuk-button--warning" if warning else "",
        "back": {"href": reverse(name, args=given), "text": text},
        "given_back": give_back(form, request=request),
    }
    return render(request, "core/form.html", context, status=422 if form.is_bound else 200)
