"""Forms of retention and of the registers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from frith import reference
from frith.reference.regimes import Regime
from frith_web.core import law, registry
from frith_web.core.models import (
    Agreement,
    Choice,
    Decision,
    HoldSort,
    Identity,
    Reach,
    RequestSort,
)
from frith_web.core.models.partners import KEY
from frith_web.core.purposes import Purpose
from frith_web.core.terms_shown import REGIMES

DAY = "For example, 21/11/2026"


def day(label: str, *, required: bool = True, hint: str = DAY) -> forms.DateField:
    """A day as somebody writes it."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={
            "required": "Enter a day as in 21/11/2026",
            "invalid": "Enter the day as in 21/11/2026",
        },
    )


def words(label: str, *, required: bool = True, hint: str = "", rows: int = 4) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"{label}: write something"},
    )


def line(label: str, *, required: bool = True, hint: str = "", most: int = 200) -> forms.CharField:
    """One line."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=most,
        error_messages={"required": f"{label}: write something"},
    )


def years(label: str) -> forms.IntegerField:
    """A number of years, or nothing."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=150,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"invalid": "Enter whole years"},
    )


def one_of(label: str, choices: Iterable[tuple[str, str]], **more: Any) -> forms.ChoiceField:
    """A choice from a list that opens."""
    return forms.ChoiceField(label=label, choices=[("", "Choose"), *choices], **more)


def _kinds() -> list[tuple[str, str]]:
    return [(one.kind, one.name.capitalize()) for one in registry.kinds()]


def _regimes() -> list[tuple[str, str]]:
    return [(one.value, REGIMES[one.value]) for one in (Regime.UK_GDPR, Regime.LAW_ENFORCEMENT)]


class ScheduleForm(forms.Form):
    """How long one group of records is kept."""

    group = forms.CharField(
        label="Key of the group",
        help_text="group_1 to group_4 of police records, or one of your own, as in case-files",
        max_length=64,
        validators=[],
    )
    name = line("Name")
    kinds = forms.MultipleChoiceField(
        label="Kinds of record that belong in it",
        help_text="Kinds that no schedule of yours names stay in the group that their room states",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    clear_years = years("Clear years before the first review (optional)")
    minimum_years = years("Shortest time in years (optional)")
    review_every_years = years("Years between later reviews (optional)")
    keep_to_age = years("Age of the person to which it is kept (optional)")
    authority = line("Law, code or policy that it follows", most=300)
    verified_by = line(
        "Who checked it against its source (optional)",
        required=False,
        hint="Without a name it is shown as to be verified locally",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = _kinds()  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """What is decided about a record that is due."""

    choice = forms.ChoiceField(
        label="What do you decide?", choices=Choice.choices, widget=forms.RadioSelect
    )
    keep_until = day("Keep it until", required=False, hint="Only where you keep it")
    refer_to = line("Refer it to", required=False, hint="Only where you refer it")
    why = words("Why", hint="It is deleted with the record, and never copied into the log")


class RegroupForm(forms.Form):
    """Another group for one record."""

    group = one_of("Group", [])
    why = line("Why it belongs there", most=300)

    def __init__(self, *args: Any, groups: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", "Choose"), *groups]  # type: ignore[attr-defined]


class FindRecordForm(forms.Form):
    """One record by its kind and reference."""

    kind = one_of("Kind of record", [])
    record = forms.UUIDField(
        label="Reference",
        help_text="As its page's address shows it",
        error_messages={"invalid": "Enter the whole reference", "required": "Enter the reference"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choose"), *_kinds()]  # type: ignore[attr-defined]


class SwitchForm(forms.Form):
    """Why disposal is turned on or off."""

    why = line("Why", most=300, hint="For example, the board's decision and its date")


class DisposeForm(forms.Form):
    """The last question before something goes for good."""

    sure = forms.BooleanField(
        label="I have read what goes. It cannot be brought back.",
        error_messages={"required": "Confirm that you have read what goes"},
    )


class HoldForm(forms.Form):
    """A stop on disposal."""

    sort = one_of("What for", HoldSort.choices)
    title = line("Name of the inquiry, case or procedure", hint="A reference, not a person's name")
    why = words("Why, and who asked")
    reach = one_of("What it covers", Reach.choices)
    kind = one_of(
        "Kind of record", [], help_text="Of the record, the person, the batch or the kind"
    )
    records = forms.CharField(
        label="References, one to a line (not for a whole kind)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = day("Until (optional)", required=False, hint="Without a day it holds until lifted")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choose"), *_kinds()]  # type: ignore[attr-defined]

    def clean_records(self) -> list[UUID]:
        """Each line as a reference."""
        try:
            return [UUID(one.strip()) for one in self.cleaned_data["records"].split()]
        except ValueError:
            raise forms.ValidationError("Enter whole references, one to a line") from None


class WhyForm(forms.Form):
    """A reason, and no more."""

    why = words("Why", rows=3)


class EndForm(WhyForm):
    """The last day of something in a register."""

    field_order = ("last_day", "why")
    last_day = day("Last day on which it holds")


class FlowForm(forms.Form):
    """One flow of personal data."""

    key = forms.CharField(
        label="Key", help_text="As data sets name it, for example f-01", validators=[KEY]
    )
    title = line("Title", most=300)
    gateway = one_of("Legal gateway", [])
    regime = one_of("Held under", [])
    purpose = one_of("Purpose", Purpose.choices)
    agreement = forms.ModelChoiceField(
        label="Sharing agreement (optional)", queryset=Agreement.objects.none(), required=False
    )
    what = words("Which data, about whom, how often")
    ends_on = day("Last day (optional)", required=False)
    review_on = day("To be looked at again on (optional)", required=False)

    def __init__(self, *args: Any, agreements: QuerySet[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = reference.load("legal_gateways").rows
        self.fields["gateway"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *(
                (
                    str(one["key"]),
                    f"{one['name']} ({one['law']})"
                    + ("" if one["verified_by"] else f", {law.UNVERIFIED}"),
                )
                for one in rows
            ),
        ]
        self.fields["regime"].choices = [("", "Choose"), *_regimes()]  # type: ignore[attr-defined]
        self.fields["agreement"].queryset = agreements  # type: ignore[attr-defined]


class AgreementForm(forms.Form):
    """One sharing agreement."""

    key = forms.CharField(label="Key", help_text="For example, county-2026", validators=[KEY])
    title = line("Title", most=300)
    purposes = forms.MultipleChoiceField(
        label="Purposes for which it permits sharing",
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one purpose"},
    )
    ends_on = day("Last day (optional)", required=False)
    review_on = day("To be looked at again on (optional)", required=False)


class SignForm(forms.Form):
    """Who signed for the partner."""

    signed_by = line("Name and office of who signed")


class RightsForm(forms.Form):
    """A request or complaint as it came."""

    sort = one_of("What they ask for", RequestSort.choices)
    regime = one_of("Held under", [])
    requester = line("Name of the person")
    contact = line("How to reach them (optional)", required=False, most=300)
    asked = words("What they asked, in their words")
    received_on = day("Received on")
    identity = one_of("Identity", [(one.value, one.label) for one in Identity][:2])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regime"].choices = [("", "Choose"), *_regimes()]  # type: ignore[attr-defined]


class IdentityForm(forms.Form):
    """How sure it is who asks."""

    identity = one_of("Identity", Identity.choices)
    how = line("How it was checked, or why proof is asked for", most=300)


class PeopleSearchForm(forms.Form):
    """Words to find a person's records by."""

    words = line("Name, date of birth, phone or reference number")


class PeopleForm(forms.Form):
    """Which of the records found are about the requester."""

    people = forms.MultipleChoiceField(
        label="Which of these are the person?", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, found: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = list(found)  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    """Whether the person is told of one record."""

    told = forms.ChoiceField(
        label="Is the person told of it?",
        choices=[("yes", "Yes"), ("no", "No, it is withheld")],
        widget=forms.RadioSelect,
    )
    exemption = one_of("Exemption, where it is withheld", [], required=False)
    why = words("Why it applies to this record", required=False)

    def __init__(self, *args: Any, under: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exemption"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((key, one.words) for key, one in law.exemptions(under).items()),
        ]


class OutcomeForm(forms.Form):
    """What was answered."""

    outcome = words("What was answered, and how it was sent")


class FoiForm(forms.Form):
    """A request for information as it came."""

    requester = line("Name of who asks")
    contact = line("How to reach them (optional)", required=False, most=300)
    asked = words("What they asked, in their words")
    received_on = day("Received on")


class ConsultForm(forms.Form):
    """What the police said."""

    consulted = line("Whom of the police you asked", required=False, hint="Leave blank if nobody")
    on = day("When")
    said = words("What they said; or why nobody needed to ask them")


class WeighForm(forms.Form):
    """Which exemptions are relied on."""

    exemptions = forms.MultipleChoiceField(
        label="Exemptions relied on", widget=forms.CheckboxSelectMultiple, required=False
    )
    public_interest = words("How the public interest was weighed", required=False)
    neither_confirm_nor_deny = forms.BooleanField(
        label="Neither confirm nor deny that it is held", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exemptions"].choices = [  # type: ignore[attr-defined]
            (key, one.words) for key, one in law.exemptions("foi").items()
        ]


class FoiAnswerForm(OutcomeForm):
    """When and how a request was answered."""

    field_order = ("on", "outcome")
    on = day("Answered on")


class DecisionForm(forms.Form):
    """A decision for the log."""

    title = line("Title")
    decision = words("What was decided")
    rationale = words("Why")
    dissent = words("Who disagreed, and why (optional)", required=False)
    taken_by = line("Who decided", hint="A meeting, board or office-holder", most=300)
    taken_at = forms.DateTimeField(
        label="When",
        help_text="For example, 21/11/2026 14:30",
        input_formats=["%d/%m/%Y %H:%M"],
        widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M"),
        error_messages={
            "invalid": "Enter day and time as in 21/11/2026 14:30",
            "required": "Enter day and time as in 21/11/2026 14:30",
        },
    )
    supersedes = forms.ModelChoiceField(
        label="Supersedes (optional)", queryset=Decision.objects.none(), required=False
    )

    def __init__(self, *args: Any, earlier: QuerySet[Decision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supersedes"].queryset = earlier  # type: ignore[attr-defined]
