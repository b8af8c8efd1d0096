"""No typed word is lost: forms that come too late are kept for their writer, and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from frith_web.core.models import Draft, Partner, Role, RoleHeld, SignedIn, User
from frith_web.core.services import drafts

PASSWORD = "correct horse battery"
BACKEND = "frith_web.core.authentication.Accounts"
PAGE = "/people/b.khan"
WORDS = "Grades reports, knows the żółw estate"


@pytest.fixture
def people(analyst: User) -> tuple[User, User]:
    """The analyst, who leads a partner, and a colleague of the same partner."""
    partner = Partner.objects.create(key="the-town", name="The town", body="council")
    User.objects.update(partner=partner)
    analyst.refresh_from_db()
    RoleHeld.objects.create(
        user=analyst, role=Role.objects.get(key="partner-lead"), reason="leads it"
    )
    colleague = User.objects.create(username="b.khan", full_name="Bea Khan", partner=partner)
    return analyst, colleague


@pytest.fixture
def lead(people: tuple[User, User]) -> Client:
    """A browser with checks of tokens, signed in as the partner's lead."""
    return signed_in(people[0])


def signed_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend=BACKEND)
    return client


def form_of(client: Client, page: str = PAGE) -> dict[str, str]:
    """The hidden fields of the page's own form, as a browser would send them."""
    main = client.get(page).content.decode().split("<main")[1].split("</main>")[0]
    form = re.split(r"<form", main)[1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def typed_on(client: Client, page: str = PAGE) -> str:
    field = re.search(r'<input[^>]*name="why"[^>]*>', client.get(page).content.decode())
    assert field is not None
    found = re.search(r'value="([^"]*)"', field[0])
    return found[1] if found else ""


def back_again(client: Client, user: User) -> None:
    client.force_login(user, backend=BACKEND)


def test_a_form_sent_after_the_session_ended_comes_back(
    lead: Client, people: tuple[User, User]
) -> None:
    fields = form_of(lead)
    SignedIn.objects.update(seen_at=timezone.now() - timedelta(minutes=16))
    answer = lead.post(PAGE, {**fields, "why": WORDS})
    assert answer["Location"] == f"/sign-in?next={PAGE}"
    said = lead.get(answer["Location"]).content.decode()
    assert "What you typed is kept" in said
    back_again(lead, people[0])
    assert typed_on(lead) == WORDS
    assert "We kept what you typed on" in lead.get(PAGE).content.decode()


def test_a_form_sent_after_signing_out_elsewhere_comes_back(
    lead: Client, people: tuple[User, User]
) -> None:
    fields = form_of(lead)
    lead.cookies["frith-session"] = "gone"
    assert lead.post(PAGE, {**fields, "why": WORDS}).status_code == 302
    back_again(lead, people[0])
    assert typed_on(lead) == WORDS


def test_a_form_with_a_stale_token_comes_back(lead: Client, people: tuple[User, User]) -> None:
    fields = form_of(lead)
    answer = lead.post(PAGE, {**fields, "csrfmiddlewaretoken": "x" * 64, "why": WORDS})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "What you typed is kept" in page
    assert f'href="{PAGE}"' in page
    assert typed_on(lead) == WORDS


def test_whoever_signs_in_next_does_not_find_it(lead: Client, people: tuple[User, User]) -> None:
    lead_of_all, colleague = people
    fields = form_of(lead)
    RoleHeld.objects.create(
        user=colleague, role=Role.objects.get(key="partner-lead"), reason="leads it too"
    )
    User.objects.create(username="c.diaz", full_name="C", partner=colleague.partner)
    lead.cookies["frith-session"] = "gone"
    lead.post("/people/c.diaz", {**fields, "why": WORDS})
    other = signed_in(colleague)
    assert typed_on(other, "/people/c.diaz") == ""
    back_again(lead, lead_of_all)
    assert typed_on(lead, "/people/c.diaz") == WORDS


def test_a_form_drawn_for_one_and_sent_under_another_is_kept_for_the_first(
    lead: Client, people: tuple[User, User]
) -> None:
    fields = form_of(lead)
    back_again(lead, people[1])
    lead.post(PAGE, {**fields, "csrfmiddlewaretoken": "x" * 64, "why": WORDS})
    assert [draft.user for draft in Draft.objects.all()] == [people[0]]


def test_a_number_that_was_tampered_with_keeps_nothing(lead: Client) -> None:
    fields = form_of(lead)
    stranger = Client()
    stranger.post(PAGE, {**fields, "_submission": fields["_submission"] + "x", "why": WORDS})
    stranger.post(PAGE, {"why": WORDS})
    assert not Draft.objects.exists()


def test_sending_it_deletes_it(lead: Client, people: tuple[User, User]) -> None:
    drafts.keep(user=people[0], place=PAGE, typed=QueryDict("why=old+words"))
    answer = lead.post(PAGE, {**form_of(lead), "why": WORDS})
    assert answer["Location"] == "/people"
    assert not Draft.objects.exists()


def test_a_form_sent_with_a_fault_stays_kept(lead: Client, people: tuple[User, User]) -> None:
    drafts.keep(user=people[0], place=PAGE, typed=QueryDict("why=old+words"))
    assert lead.post(PAGE, {**form_of(lead), "why": ""}).status_code == 200
    assert Draft.objects.count() == 1


def test_it_is_thrown_away_on_request(lead: Client, people: tuple[User, User]) -> None:
    drafts.keep(user=people[0], place=PAGE, typed=QueryDict("why=old+words"))
    fields = form_of(lead)
    assert lead.post("/draft/forget", {**fields, "_place": PAGE})["Location"] == PAGE
    assert typed_on(lead) == ""
    assert (
        lead.post("/draft/forget", {**fields, "_place": "//evil.example"})["Location"] == "/account"
    )


def test_the_script_s_drafts_are_kept_and_are_a_sign_of_life(
    lead: Client, people: tuple[User, User]
) -> None:
    fields = form_of(lead)
    SignedIn.objects.update(seen_at=timezone.now() - timedelta(minutes=14))
    answer: Any = lead.post("/draft", {**fields, "_place": PAGE, "why": WORDS}).json()
    assert answer["kept"] is True
    assert answer["seconds"] > 890
    assert typed_on(lead) == WORDS
    assert (
        lead.post("/draft", {**fields, "_place": "https://x/", "why": "y"}).json()["kept"] is False
    )


@pytest.mark.parametrize(
    "name", ["password", "old_password", "new_password1", "code", "credential", "recovery_code"]
)
def test_passwords_and_codes_are_never_kept(analyst: User, name: str) -> None:
    typed = QueryDict(f"{name}=hunter2&why=words")
    assert not drafts.keep(user=analyst, place="/x", typed=typed)
    assert not Draft.objects.exists()


def test_what_is_kept_cannot_be_read_in_the_database(analyst: User) -> None:
    drafts.keep(user=analyst, place="/people/b.khan", typed=QueryDict("why=words+of+mine"))
    row = Draft.objects.get()
    assert "words" not in row.sealed
    assert "khan" not in f"{row.place}{row.sealed}"


def test_a_row_moved_to_another_person_gives_nothing(people: tuple[User, User]) -> None:
    drafts.keep(user=people[0], place=PAGE, typed=QueryDict("why=words"))
    Draft.objects.update(user=people[1])
    assert drafts.kept(user=people[1], place=PAGE) is None


def test_it_is_kept_for_fourteen_days(analyst: User) -> None:
    drafts.keep(user=analyst, place="/x", typed=QueryDict("a=1"))
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=13, hours=23))
    assert drafts.kept(user=analyst, place="/x") is not None
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=14, seconds=1))
    assert drafts.kept(user=analyst, place="/x") is None
    drafts.keep(user=analyst, place="/y", typed=QueryDict("a=1"))
    assert Draft.objects.count() == 1


def test_several_values_of_one_name_are_all_kept(analyst: User) -> None:
    drafts.keep(user=analyst, place="/x", typed=QueryDict("a=1&a=2&b="))
    kept = drafts.kept(user=analyst, place="/x")
    assert kept is not None
    assert kept.typed.getlist("a") == ["1", "2"]


def test_nothing_typed_is_nothing_to_keep(analyst: User) -> None:
    assert not drafts.keep(user=analyst, place="/x", typed=QueryDict("a=&csrfmiddlewaretoken=t"))
    assert not drafts.keep(user=analyst, place="/x", typed=QueryDict(f"a={'x' * 600_000}"))


def test_two_hundred_cut_connections_lose_nothing(lead: Client, people: tuple[User, User]) -> None:
    """UX target: no draft lost in 200 cut connections, whichever way the session went."""
    fields = form_of(lead)
    lost = 0
    for n in range(200):
        said = f"{WORDS} {n}"
        if n % 2:
            SignedIn.objects.update(seen_at=timezone.now() - timedelta(minutes=16))
        else:
            lead.cookies["frith-session"] = "gone"
        lead.post(PAGE, {**fields, "why": said})
        kept = drafts.kept(user=people[0], place=PAGE)
        lost += kept is None or kept.typed["why"] != said
        back_again(lead, people[0])
        fields = form_of(lead)
    assert lost == 0
