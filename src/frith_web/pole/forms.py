"""What a reader may narrow a list to. Blank fields narrow nothing."""

from __future__ import annotations

from django import forms

from frith import reference
from frith_web.pole.models import EventSort, ObjectSort
from frith_web.pole.selectors import Filters

ANY = [("", "Any")]


def _themes() -> list[tuple[str, str]]:
    rows = reference.load("themes").rows
    return ANY + [(str(row["key"]), str(row["name"])) for row in rows]


def theme_name(key: str) -> str:
    """What a theme is called; a key that is in no list, as it is."""
    return dict(_themes()).get(key, key) if key else ""


class Narrow(forms.Form):
    """The search box of a list."""

    words = forms.CharField(
        label="Search", max_length=100, required=False, help_text="Every word must be found."
    )

    def filters(self) -> Filters:
        """What was asked; nothing where the form does not hold."""
        return Filters(**self.cleaned_data) if self.is_valid() else Filters()


class NarrowNominals(Narrow):
    """Nominals: by name, other name, phone, postcode or identifier."""

    source = forms.CharField(label="Source system", max_length=100, required=False)


class NarrowEvents(Narrow):
    """Events: by crime type, retailer or reference."""

    sort = forms.ChoiceField(
        label="Kind of event", required=False, choices=[*ANY, *EventSort.choices]
    )
    theme = forms.ChoiceField(label="Theme", required=False, choices=_themes)
    area = forms.CharField(label="Area code", max_length=32, required=False)
    source = forms.CharField(label="Source system", max_length=100, required=False)


class NarrowObjects(Narrow):
    """Objects: by identifier."""

    sort = forms.ChoiceField(
        label="Kind of object", required=False, choices=[*ANY, *ObjectSort.choices]
    )
