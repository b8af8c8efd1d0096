"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import forms as auth
from django.db.models import QuerySet

from frith_web.core.models import User

_SIGN_IN: dict[str, Any] = {
    "invalid_login": "The user name or password is not right",
    "inactive": "The user name or password is not right",
}
_PASSWORD_CHANGE: dict[str, Any] = {
    **auth.PasswordChangeForm.error_messages,
    "password_incorrect": "The old password is not right",  # nosec B105
    "password_mismatch": "The two new passwords are not the same",  # nosec B105
}

_FIRST_PASSWORD: dict[str, Any] = {
    **auth.SetPasswordForm.error_messages,
    "password_mismatch": "The two passwords are not the same",  # nosec B105
}


class SignInForm(auth.AuthenticationForm):
    """User name or email address, and password."""

    username = forms.CharField(
        label="User name or email address",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": "Enter your user name or email address"},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )
    error_messages = _SIGN_IN


class PasswordChangeForm(auth.PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = _PASSWORD_CHANGE
    old_password = forms.CharField(
        label="Old password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your old password"},
    )
    new_password1 = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Three random words make a good one.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a new password"},
    )
    new_password2 = forms.CharField(
        label="New password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the new password again"},
    )


class FirstPasswordForm(auth.SetPasswordForm):
    """A password of one's own, twice, in place of the one that was handed over."""

    error_messages = _FIRST_PASSWORD
    new_password1 = forms.CharField(
        label="Your own password",
        help_text="At least 12 characters. Three random words make a good one.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password of your own"},
    )
    new_password2 = forms.CharField(
        label="The same again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the password again"},
    )


class CodeForm(forms.Form):
    """Six digits of an authenticator app, or a recovery code. Spaces and dashes do no harm."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={"required": "Enter the code", "max_length": "That code is too long"},
    )


class AppCodeForm(CodeForm):
    """The first code that a new authenticator app shows."""

    code = forms.CharField(
        label="Code that the app shows",
        help_text="Six digits, for example 482 913",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={"required": "Enter the code that the app shows"},
    )


class PasskeyForm(forms.Form):
    """A new passkey: what its owner calls it, and what the browser made."""

    name = forms.CharField(
        label="What to call this passkey",
        help_text="So that you know it again, for example “work phone”",
        max_length=60,
        error_messages={"required": "Enter a name for the passkey"},
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "Your browser made no passkey. Scripts must be switched on",
            "invalid": "Your browser made no passkey. Try again",
        },
    )


class ConfirmForm(forms.Form):
    """The password again, or a code where the account has no password."""

    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )


class CertifyForm(forms.Form):
    """Why a person still needs their account."""

    why = forms.CharField(
        label="What do they need it for?",
        help_text="One line, for example “grades reports on the intelligence desk”",
        max_length=300,
        error_messages={"required": "Enter what they need the account for"},
    )


class LeaverForm(forms.Form):
    """Who takes over what a leaver leaves behind."""

    colleague = forms.ModelChoiceField(
        label="Who takes over their open work?",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
        error_messages={"required": "Choose who takes over their open work"},
    )
    why = forms.CharField(
        label="Why is the account closed?",
        max_length=300,
        error_messages={"required": "Enter why the account is closed"},
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues  # type: ignore[attr-defined]
