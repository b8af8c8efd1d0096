"""Forms about the audit log: searching it, drawing from it, asking for a purpose, its policy."""

from __future__ import annotations

from typing import Any

from django import forms

from frith_web.core.log_selectors import is_there, log_readers
from frith_web.core.models import EntryKind, User
from frith_web.core.models.standing import standing
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import purpose_required

RECORD_KIND = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*"
TIME = "%H:%M"


class AsksPurpose(forms.Form):
    """What a search or export asks: for what, and under which case, meeting or operation.

    Chosen from the purposes that the reader's roles serve; the reference is short and takes no
    names, because it stays in the log. Asks nothing where the policy does not.
    """

    purpose = forms.ChoiceField(
        label="What do you need this for?", error_messages={"required": "Choose what it is for"}
    )
    under = forms.RegexField(
        r"^[A-Za-z0-9 /.-]*\Z",
        label="Case, meeting or operation (optional)",
        help_text="A reference, not a name: it stays in the log",
        max_length=40,
        required=False,
    )

    def __init__(self, *args: Any, reader: User, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = purpose_required(act)
        served = {one for role in standing(reader).roles for one in role.purposes}
        choices = [one for one in Purpose.choices if one[0] in served]
        self.fields["purpose"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
        if not asked:
            del self.fields["purpose"], self.fields["under"]

    def stated_purpose(self) -> str:
        """The purpose as the log keeps it; blank where none was asked."""
        parts = (self.cleaned_data.get(name, "") for name in ("purpose", "under"))
        return ": ".join(part.strip() for part in parts if part.strip())


class LogSearchForm(forms.Form):
    """Who, what kind, which act, which record, when."""

    actor = forms.CharField(label="Name of who acted", required=False, max_length=200)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Any kind"), *EntryKind.choices]
    )
    act = forms.CharField(label="Act", required=False, max_length=120)
    record_kind = forms.RegexField(
        rf"^{RECORD_KIND}\Z",
        label="Kind of record",
        help_text="For example, pole.nominal",
        required=False,
    )
    reference = forms.CharField(label="Reference of the record", required=False, max_length=200)
    since = forms.DateField(
        label="From",
        required=False,
        help_text="For example, 21/11/2026",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Enter the first day as in 21/11/2026"},
    )
    until = forms.DateField(
        label="To",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Enter the last day as in 21/11/2026"},
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A record is its kind and its reference, both or neither."""
        given = super().clean() or {}
        if bool(given.get("record_kind")) != bool(given.get("reference")):
            self.add_error("reference", "Give the kind of record and its reference, or neither")
        return given


class ExtractForm(AsksPurpose):
    """Which record everything is drawn about, and who receives it where it leaves the site."""

    field_order = ("record_kind", "reference", "recipient", "purpose", "under")
    record_kind = forms.RegexField(
        rf"^{RECORD_KIND}\Z",
        label="Kind of record",
        help_text="For example, pole.nominal",
        error_messages={"required": "Enter the kind of record"},
    )
    reference = forms.CharField(
        label="Reference of the record",
        max_length=200,
        error_messages={"required": "Enter the reference of the record"},
    )
    recipient = forms.CharField(
        label="Who receives it",
        help_text="For example, the person, or the Information Commissioner",
        max_length=200,
        error_messages={"required": "Enter who receives it"},
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        self.reader = reader

    def clean(self) -> dict[str, Any]:
        """The record is one that the reader may see; else it is as if it were not there."""
        given = super().clean() or {}
        kind, reference = given.get("record_kind"), given.get("reference")
        if kind and reference and not is_there(user=self.reader, kind=kind, reference=reference):
            self.add_error("reference", "There is no such record")
        return given


class PolicyForm(forms.Form):
    """What the partnership settled about its log."""

    purpose_for_searches = forms.BooleanField(label="Ask for a purpose at searches", required=False)
    purpose_for_exports = forms.BooleanField(label="Ask for a purpose at exports", required=False)
    office_opens = forms.TimeField(
        label="The office day begins",
        help_text="For example, 07:00",
        widget=forms.TimeInput(format=TIME),
        error_messages={"required": "Enter when the day begins", "invalid": "Enter it as in 07:00"},
    )
    office_closes = forms.TimeField(
        label="The office day ends",
        widget=forms.TimeInput(format=TIME),
        error_messages={"required": "Enter when the day ends", "invalid": "Enter it as in 20:00"},
    )

    reviewer = forms.ModelChoiceField(
        label="Who looks at the list of unusual access",
        help_text="Somebody who may read the log, and is told of the list",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = log_readers()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day begins before it ends."""
        given = super().clean() or {}
        opens, closes = given.get("office_opens"), given.get("office_closes")
        if opens and closes and opens >= closes:
            self.add_error("office_closes", "The day ends after it begins")
        return given
