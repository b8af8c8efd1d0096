"""Each kind of failure has a page in the layout, in plain words, without inside knowledge."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from frith_web import urls as site_urls
from frith_web.core.selectors import database_answers
from frith_web.core.views import health

handler400 = site_urls.handler400
handler403 = site_urls.handler403
handler404 = site_urls.handler404
handler500 = site_urls.handler500


def _forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("the secret reason")


def _broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret traceback")


urlpatterns = [
    path("forbidden", _forbidden),
    path("broken", _broken),
    *site_urls.urlpatterns,
]


@pytest.fixture
def failing(site: Settings, reader: Client) -> Client:
    site.ROOT_URLCONF = __name__
    reader.raise_request_exception = False
    return reader


@pytest.mark.parametrize(
    ("where", "status", "words"),
    [
        ("/forbidden", 403, "You do not have access to this page"),
        ("/broken", 500, "Sorry, there is a fault with this site"),
        ("/no-such-page", 404, "Page not found"),
    ],
)
def test_what_went_wrong_is_said_plainly(
    failing: Client, where: str, status: int, words: str
) -> None:
    answer = failing.get(where)
    page = answer.content.decode()
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-xl">{words}</h1>' in page
    assert "secret" not in page
    assert "frith-marking--foot" in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_strange_host_gets_400(failing: Client) -> None:
    answer = failing.get("/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "We could not read that request" in answer.content.decode()


def test_health_for_machines_and_people(site: Settings, reader: Client) -> None:
    plain = Client().get("/health", REMOTE_ADDR="192.0.2.1")
    assert json.loads(plain.content) == {"status": "ok", "database": "ok"}
    inside = json.loads(reader.get("/health").content)
    assert inside["version"]
    page = Client().get("/health", HTTP_ACCEPT="text/html,*/*;q=0.8").content.decode()
    assert "<h1" in page
    assert "Working" in page


def test_health_without_a_database_is_503(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database_answers", lambda: False)
    answer = Client().get("/health", REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {"status": "fault", "database": "fault"}
    page = Client().get("/health", HTTP_ACCEPT="text/html")
    assert page.status_code == 503
    assert "Not working" in page.content.decode()


def test_a_database_that_does_not_answer_is_noticed(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("disk I/O error")

    assert database_answers()
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        assert not database_answers()
