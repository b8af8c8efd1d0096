"""Single sign-on, against a small stand-in for a partner's identity provider."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pydantic import SecretStr
from pytest_django import Settings

from authenticators import code_now, give_app
from frith_web import settings as module
from frith_web.core.models import User

CLIENT, SECRET = "frith-at-the-town", "made-up-and-only-for-this-test-of-ours"


@dataclass
class Provider:
    """What the stand-in says of the person who signs in, and what it was asked."""

    claims: dict[str, Any] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def configuration(self) -> dict[str, str]:
        names = ("authorization", "token", "userinfo")
        ends = {f"{name}_endpoint": f"{self.address}/{name}" for name in names}
        return {**ends, "issuer": self.address, "jwks_uri": f"{self.address}/keys"}

    def tokens(self, form: dict[str, list[str]]) -> dict[str, Any] | None:
        """Tokens for a code, if whoever asks knows the secret and proves the challenge (PKCE)."""
        verifier = form.get("code_verifier", [""])[0]
        proof = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        right = self.challenges.pop(form["code"][0], None) == proof
        if not right or form.get("client_secret") != [SECRET]:
            return None
        now = int(time.time())
        held = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        token = jwt.encode(held, "x" * 32, algorithm="HS256")
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider(site: Settings) -> Iterator[Provider]:
    """The stand-in, running, and a site that is set to use it."""
    held = Provider(claims={"sub": "p-1", "email": "ann@example.org", "email_verified": True})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"sub": held.claims["sub"], "name": "Ann", "email": held.claims.get("email")}
            checked = held.claims.get("email_verified")
            config = self.path.startswith("/.well-known/")
            self._say(held.configuration() if config else {**known, "email_verified": checked})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._say(held.tokens(parse_qs(self.rfile.read(length).decode())))

        def _say(self, what: object) -> None:
            self.send_response(200 if what else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    site.OIDC = {
        "provider_id": "partner",
        "name": "the town council",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": held.address, "oauth_pkce_enabled": True},
    }
    site.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [site.OIDC]}}
    yield held
    server.shutdown()
    server.server_close()


def go(provider: Provider, client: Client, next_page: str = "/profile/") -> Any:
    """To the provider and back, as a browser would."""
    there = client.get(f"/sign-in/partner?next={next_page}")
    assert there["Location"].startswith(f"{provider.address}/authorization?")
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()
    }
    assert asked["redirect_uri"] == "http://testserver/sign-in/partner/return"
    assert asked["code_challenge_method"] == "S256"
    provider.challenges["c"] = asked["code_challenge"]
    return client.get("/sign-in/partner/return", {"code": "c", "state": asked["state"]})


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_two_factors_at_the_provider_are_enough(provider: Provider, analyst: User) -> None:
    provider.claims["amr"] = ["pwd", "mfa"]
    client = Client()
    assert go(provider, client)["Location"] == "/profile/"
    assert inside(client)


def test_one_factor_at_the_provider_wants_ours(provider: Provider, analyst: User) -> None:
    secret, client = give_app(analyst), Client()
    assert go(provider, client)["Location"] == "/sign-in/code"
    assert not inside(client)
    assert client.post("/sign-in/code", {"code": code_now(secret)})["Location"] == "/profile/"
    assert inside(client)


def test_a_class_the_installation_names_counts_as_two(
    provider: Provider, analyst: User, site: Settings
) -> None:
    provider.claims["acr"] = "urn:town:two"
    assert go(provider, Client())["Location"] == "/sign-in/set-up"
    site.OIDC_TWO_FACTOR_ACR = ("urn:town:two",)
    assert go(provider, Client())["Location"] == "/profile/"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
    ],
    ids=["unknown", "unchecked", "a word and no truth", "none"],
)
def test_only_accounts_that_exist_and_no_self_registration(
    provider: Provider, analyst: User, claims: dict[str, Any]
) -> None:
    provider.claims |= {"amr": ["mfa"], **claims}
    client = Client()
    assert go(provider, client)["Location"] == "/sign-in/partner/unknown"
    assert "no account for you" in client.get("/sign-in/partner/unknown").content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert not inside(client)


def test_addresses_are_trusted_where_the_installation_says_so(
    provider: Provider, analyst: User, site: Settings
) -> None:
    provider.claims |= {"amr": ["mfa"], "email_verified": None}
    site.OIDC_TRUSTS_EMAIL = True
    assert go(provider, Client())["Location"] == "/profile/"


def test_once_linked_it_is_the_number_that_counts(provider: Provider, analyst: User) -> None:
    provider.claims["amr"] = ["mfa"]
    go(provider, Client())
    provider.claims["email"] = "married@example.org"
    assert go(provider, Client())["Location"] == "/profile/"
    provider.claims |= {"sub": "p-2", "email": "ann@example.org"}
    assert go(provider, Client())["Location"] == "/sign-in/partner/unknown"


@pytest.mark.parametrize("change", [{"is_active": False}, {"certified_until": "2026-01-01"}])
def test_closed_and_suspended_accounts_stay_out(
    provider: Provider, analyst: User, change: dict[str, Any]
) -> None:
    provider.claims["amr"] = ["mfa"]
    go(provider, Client())
    User.objects.update(**change)
    client = Client()
    assert go(provider, client)["Location"].startswith("/sign-in")
    assert not inside(client)


def test_nothing_the_provider_says_is_kept(provider: Provider, analyst: User) -> None:
    provider.claims["amr"] = ["mfa"]
    go(provider, Client())
    go(provider, Client())
    linked = SocialAccount.objects.get()
    assert (linked.uid, linked.extra_data) == ("p-1", {})
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()


def test_an_answer_nobody_asked_for_is_refused(provider: Provider, analyst: User) -> None:
    client = Client()
    for answer in ({"code": "c", "state": "x"}, {"error": "access_denied"}, {}):
        back = client.get("/sign-in/partner/return", answer)
        assert back["Location"] == "/sign-in/partner/failed"
    assert "did not answer as expected" in client.get("/sign-in/partner/failed").content.decode()


def test_an_answer_cannot_be_used_in_another_browser(provider: Provider, analyst: User) -> None:
    provider.claims["amr"] = ["mfa"]
    there = Client().get("/sign-in/partner")["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    back = Client().get("/sign-in/partner/return", {"code": "c", "state": state})
    assert back["Location"] == "/sign-in/partner/failed"


def test_a_token_for_somebody_else_is_refused(provider: Provider, analyst: User) -> None:
    for wrong in ({"aud": "another"}, {"iss": "http://evil.example"}, {"exp": 1}):
        provider.claims = {
            "sub": "p-1",
            "email": "ann@example.org",
            "email_verified": True,
            **wrong,
        }
        assert go(provider, Client())["Location"] == "/sign-in/partner/failed", wrong


def test_no_parameter_turns_signing_in_into_linking(provider: Provider, analyst: User) -> None:
    there = Client().get("/sign-in/partner?process=connect&scope=everything")
    assert "everything" not in there["Location"]


def test_it_leads_to_no_other_site(provider: Provider, analyst: User) -> None:
    provider.claims["amr"] = ["mfa"]
    assert go(provider, Client(), next_page="https://evil.example/")["Location"] == "/"


def test_the_sign_in_page_offers_it_where_it_is_set(provider: Provider, site: Settings) -> None:
    assert "Sign in with the town council" in Client().get("/sign-in").content.decode()
    site.OIDC = {}
    assert "the town council" not in Client().get("/sign-in").content.decode()
    assert Client().get("/sign-in/partner").status_code == 404


def readings(**given: Any) -> module.Readings:
    whole = {
        "oidc_server": "https://login.example",
        "oidc_client_id": "x",
        "oidc_client_secret": SecretStr("y"),
    }
    return module.Readings(**{**whole, **given})


def test_settings_are_whole_or_absent() -> None:
    assert module._single_sign_on(module.Readings()) == {}
    assert module._single_sign_on(readings())["settings"]["oauth_pkce_enabled"] is True
    with pytest.raises(ImproperlyConfigured, match="FRITH_WEB_OIDC_CLIENT_SECRET"):
        module._single_sign_on(readings(oidc_client_secret=None))
    with pytest.raises(ImproperlyConfigured, match="write https://"):
        module._single_sign_on(readings(oidc_server="http://login.example"))
