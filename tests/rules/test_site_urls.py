"""Every address refuses an anonymous reader unless it is listed here with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

OPEN = {
    "core:sign-in": "nobody is signed in before signing in",
    "core:passkey": "a passkey says itself who signs in",
    "core:passkey-options": "a challenge for whichever passkey the browser holds; names nobody",
    "core:first-password-over": "says whom to ask, and not whose account it is",
    "core:suspended": "says to whom to turn, and not whose account it is",
    "core:partner-unknown": "says that the provider's person has no account, and names nobody",
    "core:partner-failed": "says that the provider did not answer",
    "core:signed-out": "shown after the session has ended; says nothing of anybody",
    "core:accessibility": "for whoever cannot get past the sign-in page; names nobody",
    "core:health": "for the machine that watches the site; tells a stranger no version",
}
OPEN_WHERE_SET = {
    "core:partner": "leads to a partner's identity provider, where one is set; else not found",
    "core:partner-return": "leads back from it",
}
EXAMPLES = {int: 1, str: "example", UUID: UUID("00000000-0000-4000-8000-000000000000")}
"""What stands for an argument of a route, by what its converter makes of it."""
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def routes(
    patterns: list[URLPattern | URLResolver],
    spaces: tuple[str, ...] = (),
    given: dict[str, Any] | None = None,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route's name, with an example of each of its arguments."""
    for one in patterns:
        needed = {**(given or {}), **one.pattern.converters}
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from routes(one.url_patterns, inner, needed)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield ":".join((*spaces, one.name)), {name: example(to) for name, to in needed.items()}


def example(converter: Any) -> Any:
    """A value that the converter writes into an address."""
    return next(one for one in EXAMPLES.values() if re.fullmatch(converter.regex, str(one)))


FOUND = list(routes(get_resolver("frith_web.urls").url_patterns))
ARGUMENTS = dict(FOUND)
ALL = [name for name, _ in FOUND]


def test_the_list_of_open_pages_is_of_pages_that_exist() -> None:
    assert set(OPEN) | set(OPEN_WHERE_SET) <= set(ALL)
    assert len(ALL) == len(set(ALL))
    assert len(ALL) >= 9


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ALL)
def test_a_stranger_is_sent_to_sign_in(site: Settings, name: str, method: str) -> None:
    address = reverse(name, kwargs=ARGUMENTS[name])
    answer = getattr(Client(), method)(address)
    if name in OPEN:
        assert answer.status_code in {200, 405}, name
    elif name in OPEN_WHERE_SET:
        assert answer.status_code in {404, 405}, name
    elif name.startswith("api:"):
        assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer"), name
    else:
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in"), name
        assert answer.content == b""


def test_a_route_that_forgets_is_closed(site: Settings) -> None:
    """The rule is the middleware's, not each view's: taking it away opens pages."""
    site.MIDDLEWARE = [name for name in site.MIDDLEWARE if "LoginRequired" not in name]
    assert Client().get("/").status_code != 302
