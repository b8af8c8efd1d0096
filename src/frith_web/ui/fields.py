"""Django's form fields as GOV.UK components: one place that knows which widget is which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.html import format_html

from frith_web.ui import components

Options = dict[str, Any]

_ATTRIBUTES = ("autocomplete", "autocapitalize", "inputmode", "pattern")
_LISTED = {
    forms.CheckboxSelectMultiple: "checkboxes",  # first, because Django makes it a kind of radios
    forms.RadioSelect: "radios",
}
_TYPED = (forms.TextInput, forms.EmailInput, forms.NumberInput, forms.URLInput)


def as_component(field: BoundField) -> tuple[str, Options]:
    """The component of a field and its options. Raises `TypeError` for a widget that has none."""
    widget = field.field.widget
    options = _shared(field)
    for listed, name in _LISTED.items():
        if isinstance(widget, listed):
            return name, options | _choices(field, as_items=True)
    if isinstance(widget, forms.CheckboxInput):
        item = {"value": "on", "text": str(field.label), "checked": bool(field.value())}
        return "checkboxes", options | {"items": [item], "fieldset": None, "hint": None}
    if isinstance(widget, forms.Select):
        return "select", options | _choices(field, as_items=False)
    if isinstance(widget, forms.Textarea):
        return "textarea", options | {"value": field.value(), "rows": widget.attrs.get("rows")}
    if isinstance(widget, forms.FileInput):  # before the typed ones, of which Django makes it one
        accept = {"accept": widget.attrs["accept"]} if "accept" in widget.attrs else None
        return "file-upload", options | {"attributes": accept}
    if isinstance(widget, forms.PasswordInput):
        return "password-input", options
    if isinstance(widget, _TYPED):
        kind = None if widget.input_type == "text" else widget.input_type
        return "input", options | {"value": field.value(), "type": kind}
    raise TypeError(f"{type(widget).__name__} has no GOV.UK component yet")


def error_lines(form: BaseForm) -> list[Options]:
    """Every error as a line of the error summary, linked to its field."""
    lines: list[Options] = [
        {"text": text, "href": f"#{_first_visible(form)}"} for text in form.non_field_errors()
    ]
    for field in form.visible_fields():
        lines += [{"text": text, "href": f"#{field.auto_id}"} for text in field.errors]
    return lines


def _first_visible(form: BaseForm) -> str:
    return next((str(field.auto_id) for field in form.visible_fields()), "main-content")


def _shared(field: BoundField) -> Options:
    attrs = field.field.widget.attrs
    choice = isinstance(field.field.widget, tuple(_LISTED))
    options: Options = {
        "id": field.auto_id,
        "idPrefix": field.auto_id,
        "name": field.html_name,
        "hint": {"text": field.help_text} if field.help_text else None,
        "errorMessage": {"text": field.errors[0]} if field.errors else None,
        "classes": attrs.get("class"),
        **{name: attrs.get(name) for name in _ATTRIBUTES},
    }
    if choice:
        options["fieldset"] = {
            "legend": {"text": field.label, "classes": "govuk-fieldset__legend--s"}
        }
    else:
        options["label"] = {"text": field.label, "classes": "govuk-label--s"}
    return options


def _choices(field: BoundField, *, as_items: bool) -> Options:
    chosen = field.value()
    chosen = chosen if isinstance(chosen, list | tuple) else [chosen]
    marked = {str(one) for one in chosen if one is not None}
    items = [
        {
            "value": str(value),
            "text": str(text),
            ("checked" if as_items else "selected"): str(value) in marked,
        }
        for value, text in field.field.choices  # type: ignore[attr-defined]
    ]
    return {"items": items}


_SAID = {
    "showPasswordText": "show-password",
    "hidePasswordText": "hide-password",
    "showPasswordAriaLabelText": "show-password-aria-label",
    "hidePasswordAriaLabelText": "hide-password-aria-label",
    "passwordShownAnnouncementText": "password-shown-announcement",
    "passwordHiddenAnnouncementText": "password-hidden-announcement",
}


def password_as_input(options: Mapping[str, Any]) -> Options:
    """The options of the input inside a password input."""
    group = options.get("formGroup") or {}
    ident = options.get("id") or options.get("name")
    button = components.render(
        "button",
        {
            "type": "button",
            "classes": _spaced(
                "govuk-button--secondary govuk-password-input__toggle",
                "govuk-js-password-input-toggle",
                (options.get("button") or {}).get("classes"),
            ),
            "text": options.get("showPasswordText") or "Show",
            "attributes": {
                "aria-controls": ident,
                "aria-label": options.get("showPasswordAriaLabelText") or "Show password",
                "hidden": {"value": True, "optional": True},
            },
        },
    )
    said = {f"data-i18n.{name}": options[key] for key, name in _SAID.items() if options.get(key)}
    return {
        **options,
        "type": "password",
        "spellcheck": False,
        "autocapitalize": "none",
        "autocomplete": options.get("autocomplete") or "current-password",
        "classes": _spaced(
            "govuk-password-input__input govuk-js-password-input-input", options.get("classes")
        ),
        "inputWrapper": {"classes": "govuk-password-input__wrapper"},
        "formGroup": {
            "classes": _spaced("govuk-password-input", group.get("classes")),
            "attributes": {
                "data-module": "govuk-password-input",
                **said,
                **(group.get("attributes") or {}),
            },
            "beforeInput": group.get("beforeInput"),
            "afterInput": {
                "html": format_html("{}{}", button, components.content(group.get("afterInput")))
            },
        },
    }


def _spaced(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
