"""A password that somebody else chose opens one page: the one that asks for one's own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import site_world as world
from authenticators import code_now, give_app
from frith.errors import BadInput
from frith_web.core.models import AuditEntry, SignedIn, User
from frith_web.core.permissions import Refused
from frith_web.core.services.accounts import give_first_password
from frith_web.core.services.first_accounts import open_first_account

BACKEND = "frith_web.core.authentication.Accounts"
OWN = "staple battery horse correct"
OWN_PAGE, OVER_PAGE = "/sign-in/own-password", "/sign-in/own-password/over"
SHOWN = re.compile(r"First password: <code>([^<]+)</code>")


@pytest.fixture
def admin(analyst: User) -> Client:
    """An administrator who proved a moment ago who they are."""
    user = world.person("admin", of=analyst.partner, roles=("administrator",))
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    session["confirmed_at"] = timezone.now().timestamp()
    session.save()
    return client


@pytest.fixture
def opened(admin: Client, analyst: User) -> str:
    """The first password of b.khan, whose account was opened on the page."""
    given = {"partner": analyst.partner_id, "username": "b.khan", "full_name": "Bo Khan"}
    page = admin.post("/accounts/new", {**given, "email": "bo@example.org"}).content.decode()
    return _shown(page)


def _shown(page: str) -> str:
    found = SHOWN.search(page)
    assert found is not None, page
    return found[1]


def enter(password: str, *, username: str = "b.khan", client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/sign-in", {"username": username, "password": password})
    return client


def choose(client: Client, password: str = OWN, *, again: str | None = None) -> object:
    form = {"new_password1": password, "new_password2": password if again is None else again}
    return client.post(OWN_PAGE, form)


def waits_at(client: Client, page: str) -> bool:
    """True where the sign-in stands at this page and no session is anybody's."""
    return client.get(page).status_code == 200 and "_auth_user_id" not in client.session


def test_a_first_password_leads_to_one_page_and_past_it_to_the_second_factor(opened: str) -> None:
    client = enter(opened)
    assert waits_at(client, OWN_PAGE)
    for page in ("/sign-in/code", "/sign-in/set-up", "/sign-in/set-up/app", "/", "/account"):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in"), page
    answer = choose(client)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/set-up")  # type: ignore[attr-defined]
    user = User.objects.get(username="b.khan")
    assert user.first_password_until is None
    assert user.check_password(OWN)
    assert "_auth_user_id" not in client.session
    assert AuditEntry.objects.filter(act="password changed", actor_id=user.pk).exists()
    assert "There is a problem" in _refused(opened)


def _refused(password: str) -> str:
    answer = Client().post("/sign-in", {"username": "b.khan", "password": password})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        (OWN, OWN + "x", "not the same"),
        ("short", "short", "too short"),
        ("", "", "Enter a password of your own"),
        ("bo@example.org", "bo@example.org", "too similar"),
    ],
)
def test_a_weak_or_mistyped_one_is_refused(
    opened: str, password: str, again: str, says: str
) -> None:
    client = enter(opened)
    page = choose(client, password, again=again).content.decode()  # type: ignore[attr-defined]
    assert says in page
    assert User.objects.get(username="b.khan").check_password(opened)


def test_the_first_one_again_is_refused(opened: str) -> None:
    client = enter(opened)
    page = choose(client, opened).content.decode()  # type: ignore[attr-defined]
    assert "Choose another password than the one you were given" in page
    assert User.objects.get(username="b.khan").first_password_until is not None


def test_it_ends_after_seven_days(opened: str) -> None:
    user = User.objects.get(username="b.khan")
    left = user.first_password_until - timezone.now()  # type: ignore[operator]
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    User.objects.update(first_password_until=timezone.now() - timedelta(seconds=1))
    answer = Client().post("/sign-in", {"username": "b.khan", "password": opened})
    assert answer["Location"] == OVER_PAGE
    assert "Your first password has ended" in answer.client.get(OVER_PAGE).content.decode()
    assert answer.client.get(OWN_PAGE)["Location"] == "/sign-in"


def test_once_used_it_lasts_an_hour(opened: str) -> None:
    enter(opened)
    user = User.objects.get(username="b.khan")
    first = user.first_password_until
    assert first is not None
    assert first <= timezone.now() + timedelta(hours=1)
    assert AuditEntry.objects.filter(act="first password used", actor_id=user.pk).count() == 1
    client = enter(opened)
    user.refresh_from_db()
    assert user.first_password_until == first  # a second try buys no second hour
    User.objects.update(first_password_until=timezone.now() - timedelta(seconds=1))
    assert choose(client)["Location"] == OVER_PAGE  # type: ignore[index]
    assert User.objects.get(username="b.khan").check_password(opened)


def test_a_reset_asks_for_one_s_own_and_then_for_the_factor_that_is_there(
    admin: Client, analyst: User
) -> None:
    secret = give_app(analyst)
    theirs = Client()
    theirs.force_login(analyst, backend=BACKEND)
    assert theirs.get("/").status_code == 200
    page = "/accounts/of/analyst/password"
    assert "second factor stays" in admin.get(page).content.decode()
    assert "Enter why" in admin.post(page, {"reason": ""}).content.decode()
    given = _shown(admin.post(page, {"reason": "Forgot it, known by voice"}).content.decode())
    assert theirs.get("/").status_code == 302
    assert not SignedIn.objects.filter(user=analyst).exists()
    row = AuditEntry.objects.get(act="first password given")
    assert row.detail == {"account": "analyst", "reason": "Forgot it, known by voice"}
    client = enter(given, username="analyst")
    assert choose(client)["Location"] == "/sign-in/code"  # type: ignore[index]
    client.post("/sign-in/code", {"code": code_now(secret)})
    assert "_auth_user_id" in client.session
    assert client.get("/").status_code == 200


def test_nobody_resets_their_own_and_nobody_without_the_right(admin: Client, analyst: User) -> None:
    assert admin.get("/accounts/of/admin/password").status_code == 404
    own = User.objects.get(username="admin")
    with pytest.raises(BadInput, match="their own"):
        give_first_password(account=own, by=own, reason="x")
    with pytest.raises(Refused):
        give_first_password(account=own, by=analyst, reason="x")
    with pytest.raises(BadInput, match="say why"):
        give_first_password(account=analyst, by=own, reason=" ")
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    analyst.refresh_from_db()
    with pytest.raises(BadInput, match="no open account"):
        give_first_password(account=analyst, by=own, reason="x")
    assert admin.get("/accounts/of/analyst/password").status_code == 404


def test_giving_one_asks_again_who_one_is(admin: Client, analyst: User) -> None:
    session = admin.session
    del session["confirmed_at"]
    session.save()
    answer = admin.get("/accounts/of/analyst/password")
    assert answer["Location"].startswith("/account/confirm")


def test_an_account_of_the_command_line_has_a_first_password_too(site: object) -> None:
    open_first_account(
        username="b.khan",
        full_name="Bo Khan",
        email="",
        password="three random words",
        partner="council",
        partner_name="The council",
        roles=("administrator",),
    )
    client = enter("three random words")
    assert waits_at(client, OWN_PAGE)


def test_changing_it_by_the_account_page_ends_it_too(opened: str) -> None:
    """Signed in by a partner's provider, which asks for no password of ours."""
    user = User.objects.get(username="b.khan")
    client = Client()
    client.force_login(user, backend=BACKEND)
    form = {"old_password": opened, "new_password1": OWN, "new_password2": OWN}
    assert client.post("/password", form).status_code == 302
    assert User.objects.get(pk=user.pk).first_password_until is None


def test_the_page_without_a_sign_in_leads_to_the_sign_in(site: object) -> None:
    assert Client().get(OWN_PAGE)["Location"] == "/sign-in"
