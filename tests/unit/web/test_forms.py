"""Django's fields become GOV.UK components, with their errors and hints tied to them."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html

from frith_web.ui import fields
from frith_web.ui.templatetags.ui import error_summary

CHOICES = [("a", "First"), ("b", "Second")]


class Everything(forms.Form):
    """One field of each kind we draw."""

    name = forms.CharField(help_text="As on the letter.")
    email = forms.EmailField(required=False)
    number = forms.IntegerField(required=False)
    story = forms.CharField(widget=forms.Textarea(attrs={"rows": 8}))
    secret = forms.CharField(widget=forms.PasswordInput)
    one = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, initial="b")
    many = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    pick = forms.ChoiceField(choices=CHOICES, initial="b")
    agree = forms.BooleanField(label="I agree")
    kept = forms.CharField(widget=forms.HiddenInput, required=False)


KINDS = {
    "name": "input",
    "email": "input",
    "number": "input",
    "story": "textarea",
    "secret": "password-input",
    "one": "radios",
    "many": "checkboxes",
    "pick": "select",
    "agree": "checkboxes",
}


@pytest.mark.parametrize(("field", "component"), KINDS.items())
def test_each_kind_of_field_has_its_component(field: str, component: str) -> None:
    name, options = fields.as_component(Everything()[field])
    assert name == component
    assert options["name"] == field


def test_a_form_draws_every_field_and_no_markup_of_django_s() -> None:
    page = str(Everything())
    for name in (*KINDS, "kept"):
        assert f'name="{name}"' in page
    assert page.count("govuk-form-group") >= len(KINDS)
    assert "<p>" not in page
    assert "helptext" not in page


def test_a_field_with_hint_and_error() -> None:
    form = Everything({"name": ""})
    expected = """
    <div class="govuk-form-group govuk-form-group--error">
      <label class="govuk-label govuk-label--s" for="id_name">Name</label>
      <div id="id_name-hint" class="govuk-hint">As on the letter.</div>
      <p id="id_name-error" class="govuk-error-message">
        <span class="govuk-visually-hidden">Error:</span> This field is required.</p>
      <input class="govuk-input govuk-input--error" id="id_name" name="name" type="text"
        value="" aria-describedby="id_name-hint id_name-error">
    </div>"""
    assert parse_html(form["name"].as_field_group()) == parse_html(expected)


def test_what_was_chosen_stays_chosen() -> None:
    form = Everything({"one": "a", "many": ["b"], "pick": "a", "agree": "on", "name": "<b>"})
    page = str(form)
    assert 'id="id_one" name="one" type="radio" value="a" checked' in page
    assert 'id="id_many-2" name="many" type="checkbox" value="b" checked' in page
    assert '<option value="a" selected>' in page
    assert 'name="agree" type="checkbox" value="on" checked' in page
    assert 'value="&lt;b&gt;"' in page


def test_a_password_is_never_written_back() -> None:
    assert "hunter2" not in str(Everything({"secret": "hunter2"}))


def test_the_error_summary_links_to_each_field_that_needs_mending() -> None:
    form = Everything({"name": "x", "story": "y", "secret": "z", "pick": "a"})
    form.full_clean()
    form.add_error(None, "Not both at once")
    page = str(error_summary(form))
    for target in ("#id_name", "#id_one", "#id_many", "#id_agree"):
        assert f'href="{target}"' in page
    ids = str(form)
    for target in ("id_name", "id_one", "id_many", "id_agree"):
        assert f'id="{target}"' in ids


def test_a_form_without_faults_has_no_summary() -> None:
    assert error_summary(Everything()) == ""


def test_a_widget_without_a_component_is_our_fault_and_says_so() -> None:
    class Strange(forms.Form):
        when = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match=r"SplitDateTimeWidget has no GOV\.UK component yet"):
        str(Strange())
