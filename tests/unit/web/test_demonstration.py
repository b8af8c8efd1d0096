"""Demonstration accounts work under `frith-web demo`, at this machine, and nowhere else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from pytest_django import Settings

from frith_web.core.address import client_address, from_this_machine
from frith_web.core.models import User
from frith_web.core.services.accounts import renew_demonstration_accounts
from frith_web.core.services.roles import shipped_roles

HOME = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}
AWAY = [
    {"REMOTE_ADDR": "192.0.2.9"},
    {"HTTP_HOST": "testserver"},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_FORWARDED": "for=127.0.0.1"},
]


@pytest.fixture
def passwords(site: Settings) -> dict[str, str]:
    site.DEMONSTRATION = True
    return renew_demonstration_accounts()


def sign_in(passwords: dict[str, str], **where: str) -> Client:
    client = Client(**where)
    name = "demo-analyst"
    client.post("/sign-in", {"username": name, "password": passwords[name]})
    return client


def test_somebody_in_every_role_signs_in_at_home(passwords: dict[str, str]) -> None:
    assert set(passwords) == {f"demo-{role.key}" for role in shipped_roles()}
    assert sign_in(passwords, **HOME).get("/").status_code == 200


@pytest.mark.parametrize("where", AWAY, ids=lambda where: next(iter(where)))
def test_not_from_elsewhere(passwords: dict[str, str], where: dict[str, str]) -> None:
    assert sign_in(passwords, **{**HOME, **where}).get("/").status_code == 302


def test_not_where_the_site_is_no_demonstration(passwords: dict[str, str], site: Settings) -> None:
    site.DEMONSTRATION = False
    assert sign_in(passwords, **HOME).get("/").status_code == 302


def test_a_session_ends_where_the_site_is_no_demonstration(
    passwords: dict[str, str], site: Settings
) -> None:
    client = sign_in(passwords, **HOME)
    site.DEMONSTRATION = False
    assert client.get("/").status_code == 403
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("where", AWAY, ids=lambda where: next(iter(where)))
def test_a_session_carried_elsewhere_ends(passwords: dict[str, str], where: dict[str, str]) -> None:
    client = sign_in(passwords, **HOME)
    assert client.get("/", **where).status_code == 403


def test_every_start_gives_new_passwords(passwords: dict[str, str]) -> None:
    again = renew_demonstration_accounts()
    assert not set(again.values()) & set(passwords.values())
    assert sign_in(passwords, **HOME).get("/").status_code == 302
    assert User.objects.count() == len(passwords)


@pytest.mark.parametrize(("name", "demonstration"), [("demo-x", False), ("real", True)])
def test_the_database_keeps_the_names_apart(site: Settings, name: str, demonstration: bool) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username=name, full_name="X", is_demonstration=demonstration)


def test_every_page_says_that_it_is_made_up(passwords: dict[str, str]) -> None:
    client = sign_in(passwords, **HOME)
    for path in ("/", "/profile/", "/password", "/signed-out", "/nothing"):
        page = client.get(path, HTTP_ACCEPT="text/html").content.decode()
        assert page.count("SYNTHETIC DATA") >= 2, path


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_by_any_of_its_names(site: Settings, host: str) -> None:
    site.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_HOST=host)
    assert from_this_machine(request)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", "192.0.2.1"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(
    site: Settings, proxies: int, forwarded: str, address: str
) -> None:
    site.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address
