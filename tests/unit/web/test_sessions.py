"""Sessions end when they should, everywhere at once where asked, and say so before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from authenticators import code_now, forget_steps, give_app
from frith_web.core.models import SignedIn, User
from frith_web.core.services import sessions

PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/605.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0"


def idle(**since: float) -> None:
    SignedIn.objects.update(seen_at=timezone.now() - timedelta(**since))


def begun(**since: float) -> None:
    SignedIn.objects.update(started_at=timezone.now() - timedelta(**since))


def test_a_session_ends_after_a_quarter_of_an_hour_of_nothing(reader: Client) -> None:
    reader.get("/")
    idle(minutes=14, seconds=50)
    assert reader.get("/").status_code == 200
    idle(minutes=15, seconds=1)
    answer = reader.get("/profile/")
    assert answer["Location"] == "/sign-in?next=/profile/"
    said = reader.get(answer["Location"]).content.decode()
    assert "because nothing happened for 15 minutes" in said
    assert "because nothing happened" not in reader.get("/sign-in").content.decode()
    assert not SignedIn.objects.exists()


def test_how_long_nothing_may_happen_is_set(reader: Client, site: Settings) -> None:
    site.SESSION_IDLE_S = 300
    reader.get("/")
    idle(minutes=5, seconds=1)
    assert reader.get("/").status_code == 302


def test_a_session_ends_after_twelve_hours_however_busy(reader: Client) -> None:
    reader.get("/")
    begun(hours=11, minutes=59)
    assert reader.get("/").status_code == 200
    begun(hours=12, seconds=1)
    assert reader.get("/").status_code == 302
    assert "twelve hours had passed" in reader.get("/sign-in").content.decode()


def test_a_page_is_a_sign_of_life_and_asking_how_long_is_none(reader: Client) -> None:
    reader.get("/")
    idle(minutes=10)
    assert 290 <= reader.get("/session").json()["seconds"] <= 300
    assert 290 <= reader.get("/session").json()["seconds"] <= 300
    reader.get("/")
    assert reader.get("/session").json()["seconds"] > 890


def test_staying_is_a_sign_of_life(reader: Client) -> None:
    reader.get("/")
    idle(minutes=14)
    assert reader.post("/session/stay").json()["seconds"] > 890
    begun(hours=11, minutes=59)
    answer = reader.post("/session/stay").json()
    assert answer["final"] is True
    assert answer["seconds"] <= 60


def test_every_page_says_when_without_scripts(reader: Client) -> None:
    page = reader.get("/").content.decode()
    until = timezone.localtime(timezone.now() + timedelta(minutes=15))
    around = [(until + timedelta(minutes=n)).strftime("%H:%M") for n in (-1, 0)]
    assert any(f"you are signed out at {one}." in page for one in around)
    assert 'data-warn-seconds="120"' in page
    assert "<dialog" in page


def test_a_page_before_signing_in_says_nothing_of_it(site: Settings) -> None:
    assert "data-session-seconds" not in Client().get("/sign-in").content.decode()


def test_signing_out_everywhere_ends_every_device_at_once(analyst: User) -> None:
    clients = [Client(), Client(), Client()]
    for client in clients:
        client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
        assert client.get("/").status_code == 200
    assert clients[0].get("/account/devices").content.decode().count("Since ") == 3
    assert clients[0].post("/account/devices/end")["Location"] == "/signed-out"
    assert [client.get("/").status_code for client in clients] == [302, 302, 302]


def test_one_device_is_signed_out_and_told_so(analyst: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
        client.get("/")
    device = there.session["device"]
    here.post(f"/account/devices/{device}/end")
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert "signed out on this device" in there.get("/sign-in").content.decode()


def test_nobody_signs_another_person_s_device_out(reader: Client, site: Settings) -> None:
    other = User.objects.create(username="b.khan", full_name="B")
    theirs = Client()
    theirs.force_login(other, backend="frith_web.core.authentication.Accounts")
    theirs.get("/")
    reader.post(f"/account/devices/{theirs.session['device']}/end")
    assert theirs.get("/").status_code == 200


def test_a_session_key_is_new_when_rights_change(reader: Client, analyst: User) -> None:
    reader.get("/")
    before = reader.session.session_key
    sessions.rotate_all(user=analyst)
    assert reader.get("/").status_code == 200
    after = reader.session.session_key
    assert after != before
    reader.get("/")
    assert reader.session.session_key == after


def test_changing_the_password_leaves_this_device_alone(analyst: User) -> None:
    secret = give_app(analyst)
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/sign-in", {"username": "analyst", "password": PASSWORD})
        client.post("/sign-in/code", {"code": code_now(secret)})
        forget_steps(analyst)
    new = "staple battery horse correct"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    here.post("/password", form)
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert SignedIn.objects.count() == 1


def test_nothing_of_the_session_before_signing_in_stays(analyst: User) -> None:
    secret, client = give_app(analyst), Client()
    client.post("/sign-in", {"username": "analyst", "password": PASSWORD})
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.post("/sign-in/code", {"code": code_now(secret)})
    assert "planted" not in client.session
    assert "account_login" not in client.session


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone or iPad"),
        (EDGE, "Edge on Windows"),
        ("curl/8", "A browser that does not say what it is"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(agent: str, words: str) -> None:
    assert sessions.device_words(agent) == words


def test_a_quiet_page_writes_nothing(reader: Client) -> None:
    reader.get("/")
    seen = SignedIn.objects.get().seen_at
    reader.get("/")
    assert SignedIn.objects.get().seen_at == seen


def test_abandoned_devices_are_forgotten_after_twelve_hours(reader: Client, analyst: User) -> None:
    reader.get("/")
    begun(hours=13)
    sessions.begin(user=analyst, user_agent=FIREFOX)
    assert [device.device for device in SignedIn.objects.all()] == ["Firefox on Linux"]
