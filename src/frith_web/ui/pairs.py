"""What a named person may decide about two records side by side, and why."""

from __future__ import annotations

from django import forms

JUDGEMENTS = [
    ("same", "The same person"),
    ("different", "Not the same person"),
    ("unsure", "Cannot tell from these records"),
]


class PairDecision(forms.Form):
    """The form of a review pair: no answer is chosen beforehand, and each needs a reason."""

    judgement = forms.ChoiceField(
        label="Are these two records of one person?",
        choices=JUDGEMENTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you saw in the records or know from elsewhere, and how you know it.",
        error_messages={"required": "Enter why you decide so"},
    )
