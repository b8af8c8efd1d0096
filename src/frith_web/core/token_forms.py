"""The form that issues an API token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from frith_web.core.models import User
from frith_web.core.models.dated import today
from frith_web.core.permissions import declared_permissions
from frith_web.core.purposes import Purpose
from frith_web.core.services.tokens import offered_permissions

LASTS = {30: "30 days", 90: "90 days", 182: "Six months", 365: "A year"}


class TokenForm(forms.Form):
    """For whom a token acts, for what, with which permissions, until when."""

    account = forms.CharField(
        label="User name of the account it acts for",
        max_length=64,
        help_text="It never does more than this account may. Its owner collects it; you do not "
        "see it.",
    )
    title = forms.CharField(label="Which system uses it, and for what", max_length=200)
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=Purpose.choices,
        help_text="What is shared for another purpose stays closed to it.",
    )
    permissions = forms.MultipleChoiceField(
        label="What it may do", widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label="How long it works", coerce=int, choices=list(LASTS.items()), initial=90
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = declared_permissions()
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (name, words[name].words) for name in offered_permissions()
        ]

    def clean_account(self) -> User:
        """The open account of that name."""
        name = self.cleaned_data["account"].strip().lower()
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError("There is no open account of that user name")
        return found

    def ends_on(self) -> date:
        """Its last day."""
        return today() + timedelta(days=self.cleaned_data["days"])
