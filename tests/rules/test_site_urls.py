"""Every address refuses an anonymous reader unless it is listed here with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

OPEN = {
    "core:sign-in": "nobody is signed in before signing in",
    "core:signed-out": "shown after the session has ended; says nothing of anybody",
    "core:health": "for the machine that watches the site; tells a stranger no version",
}
ARGUMENTS = {"products:profile-file": {"name": "profile.pdf"}}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def routes(patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from routes(one.url_patterns, inner)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield ":".join((*spaces, one.name))


ALL = list(routes(get_resolver("frith_web.urls").url_patterns))


def test_the_list_of_open_pages_is_of_pages_that_exist() -> None:
    assert set(OPEN) <= set(ALL)
    assert len(ALL) == len(set(ALL))
    assert len(ALL) >= 9


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ALL)
def test_a_stranger_is_sent_to_sign_in(site: Settings, name: str, method: str) -> None:
    address = reverse(name, kwargs=ARGUMENTS.get(name, {}))
    answer = getattr(Client(), method)(address)
    if name in OPEN:
        assert answer.status_code in {200, 405}, name
    else:
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in"), name
        assert answer.content == b""


def test_a_route_that_forgets_is_closed(site: Settings) -> None:
    """The rule is the middleware's, not each view's: taking it away opens pages."""
    site.MIDDLEWARE = [name for name in site.MIDDLEWARE if "LoginRequired" not in name]
    assert Client().get("/").status_code != 302
