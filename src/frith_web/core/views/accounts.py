"""Signing in and out, and changing one's password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET

from frith_web.core.forms import PasswordChangeForm, SignInForm


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth.LoginView):
    """The sign-in page; someone already signed in goes home."""

    template_name = "core/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(auth.LogoutView):
    """Ends the session; by POST only, so that no link can do it to somebody."""

    http_method_names = ("post", "options")


@require_GET
@login_not_required
def signed_out(request: HttpRequest) -> HttpResponse:
    """What to do next on a shared computer."""
    return render(request, "core/signed_out.html")


class ChangePassword(auth.PasswordChangeView):
    """A new password; other sessions of the account end with the old one."""

    template_name = "core/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("products:home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:  # type: ignore[override]
        """Say that it was done, on the next page."""
        response = super().form_valid(form)
        messages.success(self.request, "Your password is changed. Other devices are signed out.")
        return response
