"""Signing in, being locked out, signing out, and changing a password."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from authenticators import code_now, forget_steps, give_app
from frith_web.core.models import AuditEntry, User

PASSWORD = "correct horse battery"


def sign_in(username: str, password: str, *, address: str = "192.0.2.1") -> Any:
    return Client().post(
        "/sign-in", {"username": username, "password": password}, REMOTE_ADDR=address
    )


@pytest.mark.parametrize(
    "name", ["analyst", "ANALYST", " analyst ", "ann@example.org", "Ann@Example.org"]
)
def test_user_name_or_email_in_any_capitals_signs_in(analyst: User, name: str) -> None:
    answer = sign_in(name, PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/set-up")


@pytest.mark.parametrize(
    ("name", "password"), [("analyst", "wrong"), ("nobody", PASSWORD), ("", ""), ("analyst", "")]
)
def test_anything_else_does_not(analyst: User, name: str, password: str) -> None:
    answer = sign_in(name, password)
    assert answer.status_code == 200
    assert "_auth_user_id" not in answer.client.session
    assert b"There is a problem" in answer.content


def test_a_wrong_password_and_an_unknown_account_look_the_same(analyst: User) -> None:
    shown = [sign_in(name, "wrong").content.decode() for name in ("analyst", "nobodyy")]
    assert all("The user name or password is not right" in page for page in shown)


def test_a_closed_account_does_not_sign_in_and_its_sessions_end(analyst: User) -> None:
    client = Client()
    client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    assert client.get("/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/").status_code == 302
    assert sign_in("analyst", PASSWORD).status_code == 200


def test_five_wrong_passwords_lock_the_account_from_every_address(analyst: User) -> None:
    answers = [sign_in("analyst", "wrong", address=f"192.0.2.{n}").status_code for n in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in("analyst", PASSWORD, address="198.51.100.7")
    assert locked.status_code == 429
    assert "switched off here for 15 minutes" in locked.content.decode()


def test_capitals_and_the_email_address_buy_no_further_guesses(analyst: User) -> None:
    names = ["analyst", "ANALYST", "ann@example.org", "Ann@example.org", "Analyst"]
    for n, name in enumerate(names):
        sign_in(name, "wrong", address=f"192.0.2.{n}")
    assert sign_in("analyst", PASSWORD, address="198.51.100.7").status_code == 429


def test_a_name_that_is_nobody_s_is_locked_just_the_same(analyst: User) -> None:
    answers = [sign_in("nobody", "wrong", address=f"192.0.2.{n}").status_code for n in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


def test_one_command_lifts_a_lock(analyst: User) -> None:
    for n in range(5):
        sign_in("analyst", "wrong", address=f"192.0.2.{n}")
    call_command("axes_reset_username", "analyst", verbosity=0)
    assert sign_in("analyst", PASSWORD, address="198.51.100.7").status_code == 302


def test_five_wrong_passwords_lock_the_address_for_every_account(analyst: User) -> None:
    for n in range(5):
        sign_in(f"somebody{n}", "wrong")
    assert sign_in("analyst", PASSWORD).status_code == 429
    assert sign_in("analyst", PASSWORD, address="198.51.100.7").status_code == 302


def test_an_unknown_name_is_not_kept_for_it_may_be_a_password(analyst: User) -> None:
    sign_in("hunter2 in the wrong box", "wrong")
    attempt = AccessAttempt.objects.get()
    kept = f"{attempt.username} {attempt.post_data} {attempt.get_data}"
    assert "hunter2" not in kept


def test_a_wrong_password_is_not_kept(analyst: User) -> None:
    sign_in("analyst", "not quite the password")
    attempt = AccessAttempt.objects.get()
    assert attempt.username == "analyst"
    assert "not quite" not in f"{attempt.post_data}{attempt.get_data}"


def test_the_page_after_signing_in_is_never_on_another_site(analyst: User) -> None:
    secret = give_app(analyst)
    for wanted, reached in (("https://example.com/", "/"), ("/profile/", "/profile/")):
        client = Client()
        client.post("/sign-in", {"username": "analyst", "password": PASSWORD, "next": wanted})
        answer = client.post("/sign-in/code", {"code": code_now(secret)})
        assert answer["Location"] == reached
        forget_steps(analyst)


def test_the_session_key_changes_on_signing_in(analyst: User) -> None:
    client = Client()
    client.session.save()
    before = client.session.session_key
    secret = give_app(analyst)
    client.post("/sign-in", {"username": "analyst", "password": PASSWORD})
    waiting = client.session.session_key
    client.post("/sign-in/code", {"code": code_now(secret)})
    assert len({before, waiting, client.session.session_key}) == 3
    assert "_auth_user_id" in client.session


def test_signing_out_needs_a_post(analyst: User) -> None:
    client = Client()
    client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    assert client.get("/sign-out").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/sign-out")["Location"] == "/signed-out"
    assert client.get("/").status_code == 302


def test_a_form_without_its_token_is_refused_in_plain_words(site: Settings) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


def test_changing_the_password_ends_other_sessions(analyst: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    new = "staple battery horse correct"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = here.post("/password", form, follow=True)
    assert "Your password is changed" in answer.content.decode()
    assert elsewhere.get("/").status_code == 302
    assert sign_in("analyst", new).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        ("short", "short", "too short"),
        ("correct horse batteri", "another thing wholly", "not the same"),
        ("123456789012345", "123456789012345", "entirely numeric"),
        ("ann@example.org1", "ann@example.org1", "too similar"),
    ],
)
def test_a_weak_password_is_refused(analyst: User, new: str, again: str, why: str) -> None:
    client = Client()
    client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": again}
    answer = client.post("/password", form)
    assert answer.status_code == 200
    assert why in answer.content.decode()


def test_the_log_holds_signing_in_out_and_being_refused(analyst: User) -> None:
    secret = give_app(analyst)
    client = Client()
    client.post("/sign-in", {"username": "analyst", "password": "wrong"})
    client.post("/sign-in", {"username": "analyst", "password": PASSWORD})
    client.post("/sign-in/code", {"code": code_now(secret)})
    client.post("/sign-out")
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts[-3:] == ["sign-in refused", "signed in", "signed out"]
    assert all("wrong" not in str(row.detail) for row in AuditEntry.objects.all())


def test_the_log_holds_one_row_for_a_lock_and_none_for_knocking_on(analyst: User) -> None:
    for _ in range(9):
        sign_in("analyst", "wrong")
    acts = list(AuditEntry.objects.values_list("act", flat=True))
    assert acts.count("sign-in locked") == 1
    assert acts.count("sign-in refused") == 4


def test_an_account_without_a_password_is_refused_like_an_unknown_one(analyst: User) -> None:
    analyst.set_unusable_password()
    analyst.save()
    assert "The user name or password is not right" in sign_in("analyst", "x").content.decode()


def test_an_account_nobody_confirmed_is_told_so_after_its_password(analyst: User) -> None:
    User.objects.update(certified_until="2026-01-01")
    assert sign_in("analyst", PASSWORD)["Location"] == "/sign-in/suspended"
    assert "not right" in sign_in("analyst", "wrong").content.decode()


def test_being_unconfirmed_ends_sessions_at_the_next_request(reader: Client) -> None:
    assert reader.get("/").status_code == 200
    User.objects.update(certified_until="2026-01-01")
    assert reader.get("/").status_code == 302
