"""For views that write: sent twice is done once, and nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from frith_web.core.kept_forms import FIELD, drawn_for
from frith_web.core.models import User
from frith_web.core.services import submissions

View = Callable[..., HttpResponseBase]


def sent_once(view: View) -> View:
    """A view whose form, sent twice, is done once; the second answers with the first's result.

    The number that every form carries says which form it is. What was typed counts too: whoever
    goes back, changes a word and sends again means it. The view and the note of it share one
    transaction.
    """

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if request.method != "POST" or not isinstance(user, User) or drawn_for(request) != user.pk:
            return view(request, *args, **kwargs)
        return submissions.once(
            user=user,
            number=request.POST[FIELD],
            place=request.get_full_path(),
            typed=_typed(request),
            send=lambda: view(request, *args, **kwargs),
        )

    return once


def _typed(request: HttpRequest) -> bytes:
    """What was typed and which files were chosen, without the tokens that differ each time."""
    given = request.POST.copy()
    for name in ("csrfmiddlewaretoken", FIELD):
        given.pop(name, None)
    files = [
        f"{name}:{one.name}:{one.size}"
        for name in sorted(request.FILES)
        for one in request.FILES.getlist(name)
    ]
    return "\0".join([given.urlencode(), *files]).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of which the record and the form say different things."""

    label: str
    stored: str
    typed: str


class VersionedForm(forms.Form):
    """A form that knows which version of a record it was drawn from.

    Give it `initial={"version": record.version, …}`. When it comes back, call `check_version`
    inside the transaction that writes, with the record locked.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=True)
    differences: tuple[Difference, ...] = ()

    def check_version(self, current: int, *, stored: Mapping[str, Any]) -> bool:
        """True where nobody wrote in between. Else the form shows both, and is sent anew.

        `stored` is the record as it stands now, by field, as a form would hold it. What was typed
        stays typed; sending again is then a decision.
        """
        if self.cleaned_data.get("version") == current:
            return True
        self.differences = tuple(
            Difference(
                label=str(field.label or name.replace("_", " ").capitalize()),
                stored=self._words(name, stored.get(name)),
                typed=self._words(name, self.cleaned_data.get(name)),
            )
            for name, field in self.fields.items()
            if name != "version"
            and self._words(name, stored.get(name))
            != self._words(name, self.cleaned_data.get(name))
        )
        typed = copy(self.data)
        typed[self.add_prefix("version")] = str(current)  # type: ignore[index]
        self.data = typed
        self.add_error(
            None, "Somebody changed this while you were writing. Compare, then send again"
        )
        return False

    def differences_shown(self) -> SafeString:
        """Both versions side by side; nothing where they agree."""
        shown = render_to_string("core/changed_meanwhile.html", {"form": self})
        return SafeString(shown)  # nosec B703

    def _words(self, name: str, value: Any) -> str:
        """A value as its reader knows it: the words of a choice, not its key."""
        choices = dict(getattr(self.fields[name], "choices", None) or ())
        values = value if isinstance(value, list | tuple | set) else [value]
        said = [str(choices.get(one, "" if one is None else one)) for one in values]
        return ", ".join(said)
