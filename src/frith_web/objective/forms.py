"""Forms of this room: plans, priorities, commitments, the crosswalk, definitions and targets."""

from __future__ import annotations

from typing import Any

from django import forms

from frith_web.core.day_field import DayField
from frith_web.core.models import Agreement, Partner
from frith_web.core.models.dated import in_force, today
from frith_web.objective.models import Continuation, DirectionPolicy, MeasureDefinition, Priority


class PlanForm(forms.Form):
    """A plan and its years."""

    title = forms.CharField(label="Title", max_length=200)
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day", required=False)
    agreed_on = DayField(label="Agreed on", required=False)
    source = forms.CharField(
        label="Where it was agreed and published", max_length=300, required=False
    )
    agreement = forms.ModelChoiceField(
        label="Shared with the signatories of",
        queryset=Agreement.objects.none(),
        required=False,
        empty_label="Nobody: our own people only",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = Agreement.objects.filter(in_force(today()))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day is before the first")
        return given


class PriorityForm(forms.Form):
    """One priority."""

    title = forms.CharField(label="Priority", max_length=200)
    aim = forms.CharField(label="Aim", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    order = forms.IntegerField(label="Place in the plan", min_value=0, max_value=99, initial=1)
    cross_cutting = forms.BooleanField(label="It runs across the others", required=False)


class CommitmentForm(forms.Form):
    """What is promised."""

    text = forms.CharField(label="What is promised", widget=forms.Textarea(attrs={"rows": 3}))
    lead = forms.ModelChoiceField(
        label="Who leads", queryset=Partner.objects.none(), empty_label="Choose a partner"
    )
    due_on = DayField(label="By when", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = Partner.objects.filter(in_force(today()))  # type: ignore[attr-defined]


class CarryOnForm(forms.Form):
    """How an earlier priority carries on."""

    earlier = forms.ChoiceField(label="Earlier priority")
    later = forms.ChoiceField(label="Later priority", required=False)
    continuation = forms.ChoiceField(label="It", choices=Continuation.choices)
    note = forms.CharField(label="Note", required=False, max_length=500)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["earlier"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
        self.fields["later"].choices = [("", "None: it ended"), *choices]  # type: ignore[attr-defined]


class AdoptForm(forms.Form):
    """Which shipped definition to take, under which priority."""

    measure = forms.ChoiceField(label="Measure")
    priority = forms.ChoiceField(label="Under which priority")
    starts_on = DayField(label="From")

    def __init__(
        self,
        *args: Any,
        measures: list[tuple[str, str]],
        priorities: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [("", "Choose"), *measures]  # type: ignore[attr-defined]
        self.fields["priority"].choices = [("", "Choose"), *priorities]  # type: ignore[attr-defined]


class RedefineForm(forms.Form):
    """The changed words of a definition, and the day from which they hold."""

    name = forms.CharField(label="Name", max_length=200)
    definition = forms.CharField(label="Definition", widget=forms.Textarea(attrs={"rows": 4}))
    numerator = forms.CharField(label="What is counted", widget=forms.Textarea(attrs={"rows": 2}))
    denominator = forms.CharField(
        label="Out of what", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    unit = forms.CharField(label="Unit", max_length=64, required=False)
    direction = forms.ChoiceField(label="What a rise means", choices=DirectionPolicy.choices)
    caveat = forms.CharField(
        label="What it cannot tell", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.CharField(label="Source", max_length=300)
    starts_on = DayField(label="Holds from")


class TargetForm(forms.Form):
    """What a measure should reach."""

    value = forms.DecimalField(label="Target", max_digits=16, decimal_places=4)
    by_date = DayField(label="By when")
    rationale = forms.CharField(label="How it was chosen", widget=forms.Textarea(attrs={"rows": 3}))


def named(pairs: list[tuple[Any, Priority]]) -> list[tuple[str, str]]:
    """Priorities as choices: reference, and title with its plan."""
    return [(str(one.reference), f"{one.title} ({plan})") for plan, one in pairs]


def held(measure: MeasureDefinition) -> dict[str, Any]:
    """A definition as a form's first values."""
    names = ("name", "definition", "numerator", "denominator", "unit", "direction", "caveat")
    return {name: getattr(measure, name) for name in (*names, "source")}
