"""What a search asks: the words, the kind of record, and what it is for."""

from __future__ import annotations

from typing import Any

from django import forms

from frith_web.core import registry
from frith_web.core.log_forms import AsksPurpose
from frith_web.core.models import User
from frith_web.products.search_selectors import searched_kinds

ACT = "products:search"
SHORTEST = 2


class SearchForm(AsksPurpose):
    """One box for everything, and which kind of record where one is enough."""

    field_order = ("words", "kind", "purpose", "under")

    words = forms.CharField(
        label="Search for",
        max_length=100,
        min_length=SHORTEST,
        help_text="A name, date of birth, phone, plate, postcode, reference or any words. All of "
        "them must be found. Close spellings of names come last.",
        error_messages={"required": "Enter what to search for"},
    )
    kind = forms.ChoiceField(label="Kind of record", required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, act=ACT, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Every kind"),
            *((one.kind, one.name.capitalize()) for one in searched_kinds(reader)),
        ]

    def only(self) -> registry.Kind | None:
        """The one kind that was asked for; None for every kind."""
        name = self.cleaned_data["kind"]
        return registry.kind_of(name) if name else None
