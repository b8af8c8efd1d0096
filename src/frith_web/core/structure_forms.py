"""Forms of administration: partners, areas, people, roles, compartments, local numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from frith import reference
from frith_web.core.day_field import AS_TYPED, DayField
from frith_web.core.models import Compartment, Partner, Role, Team, User
from frith_web.core.models.accounts import ACCOUNT_NAME
from frith_web.core.models.dated import in_force, today
from frith_web.core.models.partners import KEY

OTHER = ("other", "Another kind of organisation")


def _bodies() -> list[tuple[str, str]]:
    rows = reference.load("partner_bodies").rows
    return [*((str(row["key"]), str(row["name"])) for row in rows), OTHER]


def _open_partners() -> QuerySet[Partner]:
    return Partner.objects.filter(in_force(today()))


def _set(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    form.fields[name].queryset = rows  # type: ignore[attr-defined]


def _today() -> str:
    return f"{today():{AS_TYPED}}"


class WhyForm(forms.Form):
    """Why something is ended."""

    reason = forms.CharField(label="Why?", max_length=300, error_messages={"required": "Enter why"})


class PartnerWordsForm(forms.Form):
    """What is said of a partner, and may be said otherwise later."""

    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Enter the partner's name"}
    )
    body = forms.ChoiceField(
        label="What kind of organisation it is",
        choices=_bodies,
        help_text="From the reference list of partner bodies",
    )
    contact = forms.CharField(
        label="Whom to contact",
        help_text="Shown to a reader who may not see a record of theirs. A post, not a person",
        max_length=200,
        error_messages={"required": "Enter whom to contact"},
    )
    is_police = forms.BooleanField(label="It is a police force", required=False)
    is_competent_authority = forms.BooleanField(
        label="It processes for law enforcement (Part 3 of the Data Protection Act 2018)",
        required=False,
    )


class PartnerForm(PartnerWordsForm):
    """A new partner."""

    field_order = ("name", "key")
    key = forms.CharField(
        label="Short name",
        help_text="Small letters, numbers and hyphens. It never changes",
        max_length=64,
        validators=[KEY],
        error_messages={"required": "Enter a short name"},
    )
    starts_on = DayField(label="First day", initial=_today)


class PartnerEndForm(WhyForm):
    """A partner's last day and who comes after it."""

    field_order = ("ends_on", "successor", "reason")
    ends_on = DayField(label="Last day")
    successor = forms.ModelChoiceField(
        label="Who comes after it",
        queryset=Partner.objects.none(),
        required=False,
        empty_label="Nobody",
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "successor", _open_partners().exclude(pk=partner.pk))


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(
        label="Name of the team", max_length=200, error_messages={"required": "Enter its name"}
    )


class AreaForm(forms.Form):
    """A new area."""

    code = forms.CharField(
        label="Code",
        help_text="For example, E08000018",
        max_length=32,
        validators=[RegexValidator(r"^[A-Za-z0-9]+\Z", "Use letters and numbers only")],
        error_messages={"required": "Enter the code"},
    )
    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Enter the name"}
    )
    vintage = forms.ChoiceField(
        label="Whose words the code is in",
        choices=lambda: [
            (str(row["key"]), str(row["name"])) for row in reference.load("area_vintages").rows
        ],
    )
    partner = forms.ModelChoiceField(
        label="Whose area it is",
        queryset=Partner.objects.none(),
        required=False,
        empty_label="The whole partnership's",
    )
    starts_on = DayField(label="First day", initial=_today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "partner", _open_partners())


class EndForm(WhyForm):
    """The last day of something, and why."""

    field_order = ("ends_on", "reason")
    ends_on = DayField(label="Last day", initial=_today)


class AccountForm(forms.Form):
    """A new account."""

    full_name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Enter the person's name"}
    )
    username = forms.CharField(
        label="User name",
        help_text="Small letters, numbers, or any of . - _",
        max_length=64,
        validators=[ACCOUNT_NAME],
        error_messages={"required": "Enter a user name"},
    )
    email = forms.EmailField(
        label="Email address",
        required=False,
        error_messages={"invalid": "Enter an email address such as name@example.org"},
    )
    partner = forms.ModelChoiceField(
        label="Whom they work for",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose whom they work for"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "partner", _open_partners())


class RoleForm(WhyForm):
    """Which role a person is given, why, and until when."""

    field_order = ("role", "reason", "until")
    role = forms.ModelChoiceField(
        label="Role",
        queryset=Role.objects.none(),
        empty_label="Choose a role",
        error_messages={"required": "Choose a role"},
    )
    reason = forms.CharField(
        label="Why do they need it?",
        max_length=300,
        error_messages={"required": "Enter why they need it"},
    )
    until = DayField(label="Until, where it is for a time", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "role", Role.objects.all())


class VettingForm(forms.Form):
    """Vetting as its owner confirmed it."""

    level = forms.CharField(
        label="Level",
        help_text="For example, NPPV 2 or SC",
        max_length=64,
        error_messages={"required": "Enter the level"},
    )
    starts_on = DayField(label="Given on")
    ends_on = DayField(label="Expires on")
    confirmed_by = forms.CharField(
        label="Who confirmed it",
        help_text="The vetting unit that was asked",
        max_length=200,
        error_messages={"required": "Enter who confirmed it"},
    )


class JoinForm(forms.Form):
    """Which team of their partner's a person joins."""

    team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.none(),
        empty_label="Choose a team",
        error_messages={"required": "Choose a team"},
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "team", Team.objects.in_force().filter(partner=account.partner_id))


class CompartmentForm(forms.Form):
    """A new need-to-know label."""

    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Enter its name"}
    )
    key = forms.CharField(
        label="Short name",
        help_text="Small letters, numbers and hyphens. It never changes",
        max_length=64,
        validators=[KEY],
        error_messages={"required": "Enter a short name"},
    )
    owner = forms.ModelChoiceField(
        label="Whose it is",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose whose it is"},
    )
    reason = forms.CharField(
        label="Why is it needed?",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why it is needed"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "owner", _open_partners())


class AdmitForm(forms.Form):
    """Whom to let in, why, until when."""

    account = forms.ModelChoiceField(
        label="Who",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose a person"},
    )
    reason = forms.CharField(
        label="Why do they need to know?",
        max_length=300,
        error_messages={"required": "Enter why they need to know"},
    )
    until = DayField(label="Until, where it is for a time", required=False)

    def __init__(self, *args: Any, to: Compartment, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = to.admissions.filter(in_force(today())).values("user")
        people = User.objects.filter(is_active=True).exclude(partner=None).exclude(pk=by.pk)
        _set(self, "account", people.exclude(pk__in=inside).order_by("full_name"))


class NumberForm(forms.Form):
    """A local number, and who answers for it."""

    number = forms.CharField(
        label="Number", max_length=60, error_messages={"required": "Enter the number"}
    )
    hours = forms.CharField(
        label="When it is answered",
        help_text="For example, Monday to Friday, 9am to 5pm",
        max_length=200,
        required=False,
    )
    owner = forms.ModelChoiceField(
        label="Who answers for its being right",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose who answers for it"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "owner", _open_partners())


class ConsentForm(forms.Form):
    """What was asked of an owner, and the answer."""

    terms = forms.ChoiceField(
        label="Records on which terms", error_messages={"required": "Choose the terms"}
    )
    recipient = forms.ModelChoiceField(
        label="Who asked to receive a copy",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose who asked"},
    )
    agreed = forms.ChoiceField(
        label="Your answer",
        choices=[("yes", "They may have it"), ("no", "They may not")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your answer"},
    )
    words = forms.CharField(
        label="What was agreed or refused, and why",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what was agreed or refused, and why"},
    )

    def __init__(self, *args: Any, terms: list[tuple[str, str]], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].choices = [("", "Choose"), *terms]  # type: ignore[attr-defined]
        _set(self, "recipient", _open_partners().exclude(pk=by.partner_id or 0))
