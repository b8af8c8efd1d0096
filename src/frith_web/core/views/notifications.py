"""Pages of what waits for a person, and of what they want to be told."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frith_web.core import notices
from frith_web.core.models import User
from frith_web.core.notification_selectors import notification_of, notifications_of
from frith_web.core.permissions import requires
from frith_web.core.services import notifications as telling

ON_SITE, BY_EMAIL = "site", "email"
WAYS = [(ON_SITE, "On this site"), (BY_EMAIL, "By an email that says only that something waits")]


class ChoicesForm(forms.Form):
    """For each kind: on the site, by email, both or neither."""

    def __init__(self, *args: object, reader: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind, words in notices.kinds().items():
            choice = telling.choice_of(reader, kind)
            held = [(ON_SITE, choice.on_site), (BY_EMAIL, choice.by_email)]
            self.fields[kind] = forms.MultipleChoiceField(
                label=words,
                choices=WAYS,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[way for way, chosen in held if chosen],
            )

    def chosen(self) -> dict[str, tuple[bool, bool]]:
        """Each kind with whether it is told on the site and by email."""
        return {
            kind: (ON_SITE in ways, BY_EMAIL in ways) for kind, ways in self.cleaned_data.items()
        }


@requires()
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What the reader was told, the newest first."""
    held = notifications_of(_reader(request))
    return render(request, "core/notifications.html", {"notifications": held})


@requires()
@require_POST
def open_one(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Mark one as read and go where it leads."""
    found = notification_of(_reader(request), reference)
    if found is None:
        raise Http404
    return redirect(telling.mark_read(notification=found, by=_reader(request)).link)


@requires()
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    telling.mark_all_read(by=_reader(request))
    return redirect("core:notifications")


@requires()
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What the reader wants to be told, and how."""
    reader = _reader(request)
    form = ChoicesForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        telling.choose(by=reader, choices=form.chosen())
        messages.success(request, "Your choice is kept.")
        return redirect("core:notifications")
    context = {"form": form, "has_email": bool(reader.email)}
    return render(request, "core/notification_choices.html", context)


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
