"""A day as people write it: the form field of every date."""

from __future__ import annotations

from typing import Any

from django import forms

AS_TYPED = "%d/%m/%Y"
UNDERSTOOD = (AS_TYPED, "%d %B %Y", "%d %b %Y", "%Y-%m-%d")


class DayField(forms.DateField):
    """A day, as in 21/11/2026 or 21 November 2026."""

    def __init__(self, **kwargs: Any) -> None:
        label = str(kwargs.get("label", "day")).lower()
        kwargs.setdefault("help_text", "For example, 21/11/2026")
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                format=AS_TYPED, attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}
            ),
        )
        wrong = f"Enter the {label} as in 21/11/2026"
        errors = {"required": wrong, "invalid": wrong, **kwargs.pop("error_messages", {})}
        super().__init__(input_formats=UNDERSTOOD, error_messages=errors, **kwargs)
