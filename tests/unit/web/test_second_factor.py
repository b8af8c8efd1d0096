"""The second factor: asked of everybody, set up before anything else, locked like a password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from authenticators import Passkey, code_now, forget_steps, give_app
from frith_web.core.models import AuditEntry, User
from frith_web.core.services import second_factor

PASSWORD = "correct horse battery"
HERE = "http://localhost"
CODE = "/sign-in/code"


def begun(**where: str) -> Client:
    """A browser in which the password was right."""
    client = Client(HTTP_HOST="localhost", **where)
    client.post("/sign-in", {"username": "analyst", "password": PASSWORD})
    return client


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def give_codes(user: User) -> list[str]:
    return second_factor.new_recovery_codes(user=user)


def set_app_up(client: Client) -> str:
    page = client.get("/sign-in/set-up/app").content.decode()
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    client.post("/sign-in/set-up/app", {"code": code_now(found[1])})
    return found[1]


def give_passkey(client: Client, passkey: Passkey, *, first: bool = True) -> Any:
    base = "/sign-in/set-up/passkey" if first else "/account/second-factor/passkey"
    options = client.get(f"{base}/options").json()
    return client.post(base, {"name": "work phone", "credential": passkey.make(options)})


def use_passkey(client: Client, passkey: Passkey, **more: str) -> Any:
    options = client.get("/sign-in/passkey/options").json()
    return client.post("/sign-in/passkey", {"credential": passkey.use(options), **more})


def test_the_password_alone_opens_nothing(analyst: User) -> None:
    for given in (False, True):
        if given:
            give_app(analyst)
        client = begun()
        for page in ("/", "/profile/", "/password", "/account", "/account/second-factor"):
            assert client.get(page)["Location"].startswith("/sign-in?next="), page


def test_the_first_sign_in_leads_through_setting_up(analyst: User) -> None:
    client = begun()
    secret = set_app_up(client)
    assert not inside(client)
    codes = client.get("/sign-in/set-up/recovery-codes").content.decode()
    assert len(re.findall(r"<code>\d{5} \d{5}</code>", codes)) == 10
    assert client.post("/sign-in/set-up/recovery-codes")["Location"] == "/"
    assert inside(client)
    assert secret.replace(" ", "") not in str(Authenticator.objects.get(type="totp").data)


def test_setting_up_cannot_be_skipped(analyst: User) -> None:
    client = begun()
    assert client.post("/sign-in/set-up/recovery-codes")["Location"] == "/sign-in/set-up"
    assert client.get(CODE)["Location"] == "/sign-in/set-up"
    assert client.post("/sign-in/set-up/app", {"code": "000000"}).status_code == 200
    assert not inside(client)


def test_who_has_a_factor_cannot_set_up_another_with_the_password_alone(analyst: User) -> None:
    give_app(analyst)
    client = begun()
    for page in ("", "/app", "/app/picture", "/passkey", "/passkey/options", "/recovery-codes"):
        assert client.get(f"/sign-in/set-up{page}")["Location"] == CODE, page


def test_the_code_of_the_app_signs_in_however_it_is_spaced(analyst: User) -> None:
    secret = give_app(analyst)
    client, code = begun(), code_now(secret)
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/"
    assert inside(client)


def test_a_code_works_once_in_whichever_process(analyst: User) -> None:
    code = code_now(give_app(analyst))
    assert begun().post(CODE, {"code": code}).status_code == 302
    again = begun()
    assert "was used before" in again.post(CODE, {"code": code}).content.decode()
    assert not inside(again)


def test_a_recovery_code_works_once(analyst: User) -> None:
    give_app(analyst)
    code = give_codes(analyst)[3]
    assert begun().post(CODE, {"code": code}).status_code == 302
    assert begun().post(CODE, {"code": code}).status_code == 200


def test_after_a_change_of_the_secret_key_no_code_is_right_and_nothing_breaks(
    analyst: User, site: Settings
) -> None:
    secret, codes = give_app(analyst), give_codes(analyst)
    before, site.SECRET_KEY = site.SECRET_KEY, "k" * 60
    for code in (code_now(secret), codes[0]):
        assert begun().post(CODE, {"code": code}).status_code == 200
    site.SECRET_KEY_FALLBACKS = [before]
    assert begun().post(CODE, {"code": codes[0]}).status_code == 302


@pytest.mark.parametrize("wrong", ["000000", "0000000000", "abc", "１２３４５６"])
def test_five_wrong_codes_lock_account_and_recovery_codes(analyst: User, wrong: str) -> None:
    secret, codes = give_app(analyst), give_codes(analyst)
    answers = [
        begun(REMOTE_ADDR=f"192.0.2.{n}").post(CODE, {"code": wrong}).status_code for n in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    client = Client(HTTP_HOST="localhost", REMOTE_ADDR="198.51.100.7")
    locked = client.post("/sign-in", {"username": "analyst", "password": PASSWORD})
    assert locked.status_code == 429
    assert (code_now(secret), codes) != ("", [])


def test_wrong_passwords_and_codes_count_together(analyst: User) -> None:
    secret = give_app(analyst)
    client = begun()
    for _ in range(3):
        client.post(CODE, {"code": "000000"})
    Client().post("/sign-in", {"username": "analyst", "password": "wrong"})
    assert client.post(CODE, {"code": "000000"}).status_code == 429
    assert client.post(CODE, {"code": code_now(secret)}).status_code == 429
    assert not inside(client)


def test_the_right_password_again_does_not_wipe_wrong_codes(analyst: User) -> None:
    give_app(analyst)
    statuses = [begun().post(CODE, {"code": "000000"}).status_code for _ in range(5)]
    assert statuses[-1] == 429


def test_a_wait_longer_than_a_quarter_of_an_hour_begins_anew(
    analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = give_app(analyst)
    client = begun()
    session = client.session
    session["account_login"]["initiated_at"] -= 901
    session.save()
    assert client.post(CODE, {"code": code_now(secret)})["Location"] == "/sign-in"


def test_an_account_closed_while_its_code_is_awaited_stays_out(analyst: User) -> None:
    secret = give_app(analyst)
    client = begun()
    User.objects.update(is_active=False)
    client.post(CODE, {"code": code_now(secret)})
    assert not inside(client)


def test_a_passkey_is_set_up_first_and_then_signs_in_alone(analyst: User) -> None:
    passkey, client = Passkey(origin=HERE), begun()
    assert give_passkey(client, passkey)["Location"] == "/sign-in/set-up/recovery-codes"
    client.post("/sign-in/set-up/recovery-codes")
    assert inside(client)
    fresh = Client(HTTP_HOST="localhost")
    assert use_passkey(fresh, passkey, next="/profile/")["Location"] == "/profile/"
    assert inside(fresh)


def test_a_passkey_serves_as_second_factor(analyst: User) -> None:
    passkey, client = Passkey(origin=HERE), begun()
    give_passkey(client, passkey)
    client = begun()
    assert client.get(CODE).content.decode().count("data-passkey=") == 1
    assert use_passkey(client, passkey)["Location"] == "/"
    assert inside(client)


@pytest.mark.parametrize(
    "passkey",
    [
        Passkey(origin="https://evil.example"),
        Passkey(origin=HERE, verified=False),
    ],
    ids=["another site", "nobody checked"],
)
def test_a_passkey_that_proves_too_little_is_not_made(analyst: User, passkey: Passkey) -> None:
    client = begun()
    assert give_passkey(client, passkey).status_code == 200
    assert not Authenticator.objects.exists()


def test_a_passkey_used_without_checking_its_owner_is_refused(analyst: User) -> None:
    passkey = Passkey(origin=HERE)
    give_passkey(begun(), passkey)
    passkey.flags = 0x01
    client = Client(HTTP_HOST="localhost")
    assert "not accepted" in use_passkey(client, passkey).content.decode()
    assert not inside(client)


def test_a_strangers_passkey_and_nonsense_are_refused_and_counted(analyst: User) -> None:
    stranger = Passkey(origin=HERE)
    stranger.owner = "MQ"
    client = Client(HTTP_HOST="localhost")
    answers = [use_passkey(client, stranger).status_code for _ in range(2)]
    for nonsense in ("", "{}", "[]"):
        answers.append(client.post("/sign-in/passkey", {"credential": nonsense}).status_code)
    assert answers == [200, 200, 200, 200, 429]


def test_wrong_passkeys_from_one_address_lock_nobody_elsewhere(analyst: User) -> None:
    passkey = Passkey(origin=HERE)
    give_passkey(begun(), passkey)
    knocking = Client(HTTP_HOST="localhost", REMOTE_ADDR="203.0.113.9")
    for _ in range(6):
        knocking.post("/sign-in/passkey", {"credential": "{}"})
    assert use_passkey(Client(HTTP_HOST="localhost"), passkey).status_code == 302


def test_an_answer_cannot_be_sent_twice(analyst: User) -> None:
    passkey = Passkey(origin=HERE)
    give_passkey(begun(), passkey)
    client = Client(HTTP_HOST="localhost")
    answer = passkey.use(client.get("/sign-in/passkey/options").json())
    assert client.post("/sign-in/passkey", {"credential": answer}).status_code == 302
    client.post("/sign-out")
    assert client.post("/sign-in/passkey", {"credential": answer}).status_code == 200


@pytest.fixture
def signed_in(analyst: User) -> Client:
    """A browser signed in with password and app a moment ago."""
    client = begun()
    client.post(CODE, {"code": code_now(give_app(analyst))})
    forget_steps(analyst)
    return client


def grow_old(client: Client) -> None:
    session = client.session
    session["confirmed_at"] -= 301
    session.save()


def test_changing_factors_asks_again_who_one_is(signed_in: Client, analyst: User) -> None:
    pages = ("app", "app/picture", "passkey", "passkey/options", "recovery-codes")
    for page in pages:
        assert signed_in.get(f"/account/second-factor/{page}").status_code == 200, page
    grow_old(signed_in)
    for page in pages:
        answer = signed_in.get(f"/account/second-factor/{page}")
        assert answer["Location"].startswith("/account/confirm?next="), page
    factor = Authenticator.objects.get(type="totp")
    assert (
        "/account/confirm"
        in signed_in.post(f"/account/second-factor/{factor.pk}/remove")["Location"]
    )
    wrong = signed_in.post("/account/confirm?next=/account/second-factor/app", {"password": "no"})
    assert "That password is not right" in wrong.content.decode()
    right = signed_in.post(
        "/account/confirm?next=/account/second-factor/app", {"password": PASSWORD}
    )
    assert right["Location"] == "/account/second-factor/app"
    assert signed_in.get("/account/second-factor/app").status_code == 200


def test_confirming_leads_to_no_other_site(signed_in: Client) -> None:
    away = signed_in.post("/account/confirm?next=//example.com/", {"password": PASSWORD})
    assert away["Location"] == "/"


def test_guessing_the_password_on_an_open_computer_locks(signed_in: Client) -> None:
    answers = [
        signed_in.post("/account/confirm", {"password": "wrong"}).status_code for _ in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]


def test_guessing_the_old_password_locks_too(signed_in: Client) -> None:
    new = "staple battery horse correct"
    form = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    answers = [signed_in.post("/password", form).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert signed_in.post("/password", {**form, "old_password": PASSWORD}).status_code == 429


def test_the_last_factor_stays(signed_in: Client, analyst: User) -> None:
    app = Authenticator.objects.get(type="totp")
    answer = signed_in.post(f"/account/second-factor/{app.pk}/remove", follow=True)
    assert "your only second factor" in answer.content.decode()
    give_passkey(signed_in, Passkey(origin=HERE), first=False)
    answer = signed_in.post(f"/account/second-factor/{app.pk}/remove", follow=True)
    assert "Removed." in answer.content.decode()
    assert [one.type for one in Authenticator.objects.all()] == ["webauthn"]
    acts = list(AuditEntry.objects.values_list("act", flat=True))
    assert {"passkey added", "authenticator app removed"} <= set(acts)


def test_nobody_removes_the_factor_of_another(signed_in: Client, analyst: User) -> None:
    other = User.objects.create(username="b.khan", full_name="B")
    give_app(other)
    theirs = Authenticator.objects.get(user=other)
    signed_in.post(f"/account/second-factor/{theirs.pk}/remove")
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_a_new_factor_gives_the_session_a_new_key(signed_in: Client) -> None:
    before = signed_in.session.session_key
    give_passkey(signed_in, Passkey(origin=HERE), first=False)
    signed_in.get("/")
    assert signed_in.session.session_key != before
    assert inside(signed_in)


def test_the_square_code_is_a_picture_of_its_own(signed_in: Client) -> None:
    signed_in.get("/account/second-factor/app")
    picture = signed_in.get("/account/second-factor/app/picture")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert "style=" not in picture.content.decode()


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "mfa_index", "mfa_authenticate", "socialaccount_signup"],
)
def test_none_of_the_engines_own_pages_is_routed(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_every_field_takes_pasting_and_names_what_it_wants(analyst: User) -> None:
    give_app(analyst)
    page = begun().get(CODE).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert "onpaste" not in page
    assert "maxlength" not in page


def test_a_demonstration_account_needs_none_at_home(site: Settings) -> None:
    from frith_web.core.services.accounts import renew_demonstration_accounts

    site.DEMONSTRATION = True
    name, password = next(iter(renew_demonstration_accounts().items()))
    client = Client(HTTP_HOST="localhost", REMOTE_ADDR="127.0.0.1")
    form = {"username": name, "password": password}
    assert client.post("/sign-in", form)["Location"] == "/"
