"""Every page is reached from some role's menu; nobody's menu leads to a closed door."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from pytest_django import Settings

import site_demo
from frith_web.core.models import User

HREF = re.compile(r'<(?:a|form|link|img|script)\b[^>]*?\b(?:href|action|src)="([^"]*)"')
MOST = 400
"""Pages walked for one role; a walk that is longer has run into a calendar of its own making."""
ELSEWHERE = {
    "core:sign-in": "before signing in",
    "core:passkey": "sent by a script of the sign-in page",
    "core:passkey-options": "asked by a script of the sign-in page",
    "core:partner": "where a partner's provider is set",
    "core:partner-return": "the provider leads back to it",
    "core:partner-unknown": "the provider leads back to it",
    "core:partner-failed": "the provider leads back to it",
    "core:suspended": "signing in leads to it",
    "core:first-password": "signing in leads to it",
    "core:first-password-over": "signing in leads to it",
    "core:second-factor": "signing in leads to it",
    "core:set-up": "signing in leads to it",
    "core:set-up-app": "signing in leads to it",
    "core:set-up-picture": "signing in leads to it",
    "core:set-up-passkey": "signing in leads to it",
    "core:set-up-options": "signing in leads to it",
    "core:set-up-codes": "signing in leads to it",
    "core:signed-out": "signing out leads to it",
    "core:confirm": "asked before what protects an account is changed",
    "core:session": "asked by a script",
    "core:stay": "sent by a script or its form",
    "core:draft": "sent by a script",
    "core:draft-forget": "the form that gives kept words back",
}
"""Routes that no menu leads to, and what does."""
BEHIND = {
    "core:account-close": "behind a question who one is",
    "core:person-password": "behind a question who one is",
    "core:people-close": "behind a question who one is",
    "core:factor-app": "behind a question who one is",
    "core:factor-picture": "behind a question who one is",
    "core:factor-passkey": "behind a question who one is",
    "core:factor-options": "behind a question who one is",
    "core:factor-codes": "behind a question who one is",
}
ONCE_THERE = {
    "core:account-token": "a token",
    "core:account-token-end": "a token",
    "core:tokens-revoke": "a token",
    "core:audit-proof": "a signed root of the log",
    "core:audit-unusual-looked": "a named reviewer",
    "core:device-end": "a second device",
    "core:factor-remove": "a second factor",
    "core:people-new-factor": "a colleague's second factor",
    "core:job": "a job",
    "core:job-cancel": "a job",
    "core:job-retry": "a job",
    "core:job-state": "a job",
    "core:notification-open": "a notification",
    "core:notifications-read": "a notification",
    "core:agreement-sign": "an agreement of one's own",
    "core:retention-sweep": "SQLite, whose file can be written anew",
    "core:decision": "a decision",
    "core:flow": "a flow",
    "core:flow-end": "a flow",
    "core:foi-answer": "a request for information",
    "core:foi-consult": "a request for information",
    "core:foi-request": "a request for information",
    "core:foi-weigh": "a request for information",
    "core:retention-certificate": "a certificate of disposal",
    "core:retention-dispose": "a review",
    "core:retention-hold-lift": "a hold",
    "core:retention-review": "a review",
    "core:rights-acknowledge": "a request of somebody's about their data",
    "core:rights-answer": "a request of somebody's about their data",
    "core:rights-extend": "a request of somebody's about their data",
    "core:rights-finding": "a request of somebody's about their data",
    "core:rights-identity": "a request of somebody's about their data",
    "core:rights-people": "a request of somebody's about their data",
    "core:rights-request": "a request of somebody's about their data",
    "core:rights-uphold": "a request of somebody's about their data",
    "pole:upload": "an upload",
    "pole:upload-confirm": "an upload",
    "pole:upload-put-away": "an upload",
    "pole:upload-refused": "an upload",
}
"""Routes that a link leads to once there is one; the demonstration begins without."""


def walk(user: User) -> tuple[set[str], list[str]]:
    """The routes that links lead to from home, and the addresses that answered with an error."""
    client = Client(raise_request_exception=True)
    client.force_login(user, backend="frith_web.core.authentication.Accounts")
    waiting, seen, reached, broken = ["/"], {"/"}, set(), []
    each: dict[str, int] = {}
    while waiting and len(seen) < MOST * 4:
        address = waiting.pop(0)
        path = urlsplit(address).path
        try:
            match = resolve(path)
        except Resolver404:
            if not path.startswith("/static/"):
                broken.append(f"{address}: no such route")
            continue
        reached.add(match.view_name)
        # Three of a kind are like the rest: fifty nominals need not all be opened.
        each[match.view_name] = each.get(match.view_name, 0) + 1
        if each[match.view_name] > 3:
            continue
        answer = client.get(address)
        if answer.status_code in {301, 302}:
            target = urlsplit(answer["Location"]).path
            answer = client.get(answer["Location"])
            reached.add(resolve(target).view_name)
        if answer.status_code == 405:
            continue
        if answer.status_code >= 400:
            broken.append(f"{address}: {answer.status_code}")
            continue
        if answer.streaming or "html" not in answer["Content-Type"]:
            continue
        for link in HREF.findall(answer.content.decode()):
            found = unescape(link)
            parts = urlsplit(found)
            if parts.scheme or parts.netloc or found.startswith("#"):
                continue
            whole = found if found.startswith("/") else f"{path}{found}"
            if parts.query and not parts.path:
                whole = f"{path}?{parts.query}"
            if whole.split("#")[0] not in seen:
                seen.add(whole.split("#")[0])
                waiting.append(whole.split("#")[0])
    return reached, broken


@pytest.fixture
def folk(site: Settings, tmp_path: Path) -> dict[str, User]:
    site.DEMONSTRATION = True
    site.ALLOWED_HOSTS = ["testserver", "localhost"]
    site_demo.publish(Path(site.DATA))
    return site_demo.load(tmp_path / "tiny")


def test_every_route_is_reached_and_no_link_is_broken(
    folk: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frith_web.core.middleware.can_sign_in", lambda *_, **__: True)
    reached: set[str] = set()
    for role, user in folk.items():
        found, broken = walk(user)
        assert not broken, f"{role}: {broken}"
        reached |= found
    every = {
        f"{space}:{name}"
        for space, (_, resolver) in get_resolver("frith_web.urls").namespace_dict.items()
        if space != "api"
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    unreached = every - reached - set(ELSEWHERE) - set(BEHIND) - set(ONCE_THERE)
    assert not unreached, f"no menu leads to {sorted(unreached)}"
    excused = (set(ELSEWHERE) | set(BEHIND) | set(ONCE_THERE)) - every
    assert not excused, f"excused, and gone: {sorted(excused)}"
