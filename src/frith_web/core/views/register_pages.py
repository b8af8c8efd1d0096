"""How pages of registers are put together: a list, one entry, a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from frith.errors import BadInput
from frith_web.core import registry
from frith_web.core.kept_forms import give_back
from frith_web.core.models import User
from frith_web.core.permissions import may

PAGES = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that is shown to who may follow it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a list: its cells, the first of which leads somewhere."""

    cells: Sequence[object]
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page: a heading and paragraphs, points or a letter."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    rows: Sequence[Row] = ()
    head: Sequence[str] = ()
    letter: str = ""


def reader_of(request: HttpRequest) -> User:
    """Who is signed in; `@requires` has looked already."""
    assert isinstance(request.user, User)
    return request.user


def kind_words(kind: str) -> str:
    """The name of a kind of record, as a cell or heading says it."""
    return registry.kind_of(kind).name.capitalize()


def to_retention() -> Link:
    """Back to what is due."""
    return Link(text="Retention", href=reverse("core:retention"))


def links(request: HttpRequest, *wanted: tuple[str, str, str]) -> list[Link]:
    """Links of (permission, URL name, text) that the reader may follow."""
    return [
        Link(text=text, href=reverse(name))
        for permission, name, text in wanted
        if may(request.user, permission)
    ]


def listing(
    request: HttpRequest,
    *,
    title: str,
    said: Sequence[str],
    head: Sequence[str],
    rows: Iterable[Row],
    actions: Sequence[Link] = (),
    empty: str,
) -> HttpResponse:
    """A list of a register."""
    context = {
        "title": title,
        "said": said,
        "head": head,
        "rows": list(rows),
        "actions": actions,
        "empty": empty,
    }
    return render(request, "core/register.html", context)


def one_page(
    request: HttpRequest,
    *,
    title: str,
    lines: Mapping[str, object],
    parts: Sequence[Part] = (),
    actions: Sequence[Link] = (),
    back: Link,
) -> HttpResponse:
    """One entry of a register; blank lines are left out."""
    shown = [
        {"key": {"text": key}, "value": {"text": str(value)}}
        for key, value in lines.items()
        if value not in (None, "")
    ]
    context = {"title": title, "lines": shown, "parts": parts, "actions": actions, "back": back}
    return render(request, "core/register_page.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page that asks something: its words, and where it leads."""

    title: str
    button: str
    back: Link
    done: str
    to: str
    said: Sequence[str] = ()
    parts: Sequence[Part] = field(default=())
    warning: bool = False


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    asked: Asked,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """A page with a form; what the service refuses is said above it."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except BadInput as error:
            form.add_error(None, error.line()[:1].upper() + error.line()[1:])
        else:
            messages.success(request, asked.done)
            return redirect(asked.to)
    context = {"form": form, "asked": asked, "parts": asked.parts}
    context |= {"given_back": give_back(form, request=request)}
    return render(request, "core/register_form.html", context)


def step_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    to: str,
    act: Callable[[dict[str, Any]], object],
    parts: Sequence[Part] = (),
) -> HttpResponse:
    """One step of a request that somebody made; it leads back to the request."""
    asked = Asked(
        title=title,
        button=button,
        parts=parts,
        back=Link(text="Request", href=to),
        done="It is kept.",
        to=to,
    )
    return form_page(request, form, asked=asked, act=act)
