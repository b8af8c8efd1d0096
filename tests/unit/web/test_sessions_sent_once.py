"""A form sent twice is done once; nobody overwrites what they have not seen."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from pytest_django import Settings

from frith_web.core.kept_forms import form_number
from frith_web.core.models import Submission, User
from frith_web.core.services import sessions
from frith_web.core.submissions import VersionedForm, sent_once

DONE: list[str] = []


@sent_once
def note(request: HttpRequest) -> HttpResponse:
    """Does something that must be done once, then leads on; or fails as it is told."""
    what = request.POST["what"]
    if what == "wrong":
        return HttpResponse("mend it")
    if what == "refused":
        sessions.begin(user=request.user, user_agent="a row that must stay")  # type: ignore[arg-type]
        raise PermissionDenied
    if what == "broken":
        sessions.begin(user=request.user, user_agent="a row that must go")  # type: ignore[arg-type]
        raise RuntimeError
    DONE.append(what)
    return HttpResponseRedirect(f"/done/{len(DONE)}")


@pytest.fixture
def number(analyst: User) -> str:
    DONE.clear()
    request = RequestFactory().get("/")
    request.user = analyst
    return form_number(request)


def send(user: User, number: str, what: str, path: str = "/note") -> HttpResponse:
    request = RequestFactory().post(path, {"_submission": number, "what": what})
    request.user = user
    return note(request)  # type: ignore[return-value]


def test_the_second_answers_with_the_first_s_result(analyst: User, number: str) -> None:
    answers = [send(analyst, number, "close it")["Location"] for _ in range(3)]
    assert answers == ["/done/1"] * 3
    assert DONE == ["close it"]


def test_a_changed_word_is_another_form(analyst: User, number: str) -> None:
    assert send(analyst, number, "first")["Location"] == "/done/1"
    assert send(analyst, number, "second")["Location"] == "/done/2"


def test_another_form_with_the_same_words_is_another_form(analyst: User, number: str) -> None:
    request = RequestFactory().get("/")
    request.user = analyst
    send(analyst, number, "same")
    assert send(analyst, form_number(request), "same")["Location"] == "/done/2"
    assert send(analyst, number, "same", path="/elsewhere")["Location"] == "/done/3"


def test_a_form_with_a_fault_may_be_sent_again(analyst: User, number: str) -> None:
    assert send(analyst, number, "wrong").content == b"mend it"
    assert not Submission.objects.exists()


def test_a_crash_leaves_neither_work_nor_note(analyst: User, number: str) -> None:
    from frith_web.core.models import SignedIn

    with pytest.raises(RuntimeError):
        send(analyst, number, "broken")
    assert not Submission.objects.exists()
    assert not SignedIn.objects.exists()


def test_what_was_written_about_a_refusal_stands(analyst: User, number: str) -> None:
    from frith_web.core.models import SignedIn

    with pytest.raises(PermissionDenied):
        send(analyst, number, "refused")
    assert SignedIn.objects.count() == 1


def test_a_number_of_somebody_else_protects_nothing_and_harms_nothing(
    analyst: User, number: str
) -> None:
    other = User.objects.create(username="b.khan", full_name="B")
    assert send(other, number, "x")["Location"] == "/done/1"
    assert send(analyst, number, "x")["Location"] == "/done/2"
    assert Submission.objects.get().user == analyst


def test_every_form_of_a_page_carries_its_number(reader: Client, site: Settings) -> None:
    page = reader.get("/password").content.decode()
    assert page.count('<form method="post"') == page.count('name="_submission"')
    assert page.count("csrfmiddlewaretoken") == page.count('name="_submission"')
    assert "_submission" not in Client().get("/sign-in").content.decode()


class Threat(VersionedForm):
    """A form over a record."""

    name = forms.CharField(label="Name of the group")
    kind = forms.ChoiceField(choices=[("ocg", "Group"), ("prio", "Priority individual")])


STORED = {"name": "The Northern group", "kind": "prio"}


def test_an_edit_of_what_stands_goes_through() -> None:
    form = Threat({"name": "x", "kind": "ocg", "version": "3"})
    assert form.is_valid()
    assert form.check_version(3, stored=STORED)
    assert not form.differences


def test_a_stale_edit_shows_both_and_keeps_what_was_typed() -> None:
    form = Threat({"name": "My <better> name", "kind": "ocg", "version": "3"})
    assert form.is_valid()
    assert not form.check_version(4, stored=STORED)
    assert [(one.label, one.stored, one.typed) for one in form.differences] == [
        ("Name of the group", "The Northern group", "My <better> name"),
        ("Kind", "Priority individual", "Group"),
    ]
    page = f"{form}{form.differences_shown()}"
    assert "My &lt;better&gt; name" in page
    assert "The Northern group" in page
    assert re.search(r'name="version" value="4"', page)
    again = Threat({"name": "My <better> name", "kind": "ocg", "version": "4"})
    assert again.is_valid()
    assert again.check_version(4, stored=STORED)


def test_a_form_without_its_version_is_not_taken() -> None:
    assert not Threat({"name": "x", "kind": "ocg"}).is_valid()
