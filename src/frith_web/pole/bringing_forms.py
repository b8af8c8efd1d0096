"""What is asked of whoever brings a data set in."""

from __future__ import annotations

from typing import Any

from django import forms

from frith_web.core.models import Flow, User
from frith_web.core.models.dated import in_force, today

NONE = [("", "The zip says it itself")]


class BringInForm(forms.Form):
    """A file and, where it is a single one, what it is and under which flow it comes."""

    file = forms.FileField(
        label="The file",
        help_text="A zip of one data set's folder, with its dataset.toml; or one CSV or Excel "
        "file. 100 MB at most.",
        widget=forms.FileInput(attrs={"accept": ".zip,.csv,.xlsx"}),
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty. Choose it again",
            "max_length": "The file's name is too long. Give it a short name",
        },
    )
    table = forms.ChoiceField(
        label="What a single file holds", required=False, help_text="Not asked of a zip"
    )
    flow = forms.ModelChoiceField(
        label="Under which registered flow a single file comes",
        queryset=Flow.objects.none(),
        required=False,
        empty_label=NONE[0][1],
    )
    share = forms.BooleanField(
        label="Share it with the partners that signed the flow's agreement", required=False
    )

    def __init__(self, *args: Any, reader: User, tables: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(name, name.replace("_", " ").capitalize()) for name in tables]
        self.fields["table"].choices = [*NONE, *words]  # type: ignore[attr-defined]
        self.fields["flow"].queryset = Flow.objects.filter(  # type: ignore[attr-defined]
            in_force(today()), controller=reader.partner_id
        )
