"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import forms as auth

_SIGN_IN: dict[str, Any] = {
    "invalid_login": "The user name or password is not right",
    "inactive": "The user name or password is not right",
}
_PASSWORD_CHANGE: dict[str, Any] = {
    **auth.PasswordChangeForm.error_messages,
    "password_incorrect": "The old password is not right",  # nosec B105
    "password_mismatch": "The two new passwords are not the same",  # nosec B105
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
