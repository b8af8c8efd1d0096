"""No typed word is lost: a form that arrives too late is kept, and given back after signing in.

Every form carries a number signed for the person it was drawn for, so that what arrives without a
session still belongs to somebody, and to nobody else. See `services/drafts.py` for what is never
kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import get_random_string

from frith_web.core.models import User
from frith_web.core.services import drafts

FIELD = "_submission"
SALT = "frith.form"


def form_number(request: HttpRequest) -> str:
    """The number that the forms of this page carry; empty where nobody is signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return ""
    return signing.dumps([user.pk, get_random_string(16)], salt=SALT)


def drawn_for(request: HttpRequest) -> int | None:
    """For whom the form that was sent was drawn; None where it does not say, or lies."""
    try:
        pk, _ = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=drafts.KEPT_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(pk)


def writer(request: HttpRequest) -> User | None:
    """Who typed what was sent: whoever the form was drawn for, or whose session has just ended."""
    from frith_web.core.authentication import Accounts

    pk = drawn_for(request)
    was = getattr(request, "was", None)
    return Accounts().get_user(pk) if pk is not None else was


def keep_unsent(request: HttpRequest) -> bool:
    """Keep a form that cannot be taken now; False where nothing is or may be kept."""
    who = writer(request)
    return who is not None and drafts.keep(
        user=who, place=request.get_full_path(), typed=request.POST
    )


def give_back(
    form: forms.BaseForm, *, request: HttpRequest, sent_to: str = ""
) -> drafts.Kept | None:
    """Fill an empty form with what this person typed into it before; what was kept, or None.

    Call it for a form that is shown for the first time, and show `core/given_back.html` above it.
    `sent_to` is the form's `action`, where that is another address than the page's.
    """
    user = request.user
    if form.is_bound or not isinstance(user, User):
        return None
    kept = drafts.kept(user=user, place=sent_to or request.get_full_path())
    if kept is None:
        return None
    for name, field in form.fields.items():
        if not isinstance(field, forms.FileField):
            typed = field.widget.value_from_datadict(kept.typed, {}, form.add_prefix(name))
            form.initial[name] = typed
            field.initial = typed
    return kept


class GivesBack:
    """For form views: the form comes back as it was typed."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """The form, filled with what was kept."""
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        self.given_back = give_back(form, request=self.request)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With `given_back`, for the notice above the form."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"given_back": getattr(self, "given_back", None)}


class KeptForms:
    """Keeps a form that comes without a session; forgets it when the same form has been sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = request.user
        sent = request.method == "POST" and isinstance(response, HttpResponseRedirect)
        if sent and isinstance(user, User) and FIELD in request.POST:
            drafts.forget(user=user, place=request.get_full_path())
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: Any
    ) -> HttpResponse | None:
        """Before the page that asks to sign in: keep what was sent, and lead back to its form."""
        closed = getattr(view, "login_required", True)
        if request.method != "POST" or not closed or request.user.is_authenticated:
            return None
        if not keep_unsent(request):
            return None
        request.session["kept"] = True
        return redirect_to_login(form_page(request))


def form_page(request: HttpRequest) -> str:
    """The page that held the form: some forms are sent to an address that shows none."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path:
        return came.path + (f"?{came.query}" if came.query else "")
    return request.get_full_path()
