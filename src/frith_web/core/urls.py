"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from frith_web.core.views import accounts, health

app_name = "core"

urlpatterns = [
    path("sign-in", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out", accounts.SignOut.as_view(), name="sign-out"),
    path("signed-out", accounts.signed_out, name="signed-out"),
    path("password", accounts.ChangePassword.as_view(), name="password"),
    path("health", health.health, name="health"),
]
