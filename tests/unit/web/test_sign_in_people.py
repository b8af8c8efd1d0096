"""Who still needs an account: confirmed twice a year, closed at once, work handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from authenticators import give_app
from frith_web.core import handover
from frith_web.core.models import AuditEntry, Partner, Role, RoleHeld, SignedIn, User
from frith_web.core.services import leavers, recertification

BACKEND = "frith_web.core.authentication.Accounts"
WHY = {"why": "grades reports"}


@pytest.fixture
def colleague(analyst: User) -> User:
    """Somebody of the analyst's partner; the analyst leads it."""
    partner = Partner.objects.create(key="the-town", name="The town", body="council")
    User.objects.update(partner=partner)
    analyst.refresh_from_db()
    RoleHeld.objects.create(
        user=analyst, role=Role.objects.get(key="partner-lead"), reason="leads it"
    )
    return User.objects.create(username="b.khan", full_name="Bea Khan", partner=partner)


@pytest.fixture
def lead(colleague: User, analyst: User) -> Client:
    return signed_in(analyst)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    session["confirmed_at"] = timezone.now().timestamp()
    session.save()
    return client


def test_a_new_account_works_for_six_months(analyst: User) -> None:
    assert analyst.certified_until == timezone.localdate() + timedelta(days=183)


def test_the_lead_confirms_and_the_log_says_so(lead: Client, colleague: User) -> None:
    User.objects.filter(pk=colleague.pk).update(certified_until="2026-01-01")
    assert "Suspended" in lead.get("/people").content.decode()
    assert lead.post("/people/b.khan", WHY)["Location"] == "/people"
    colleague.refresh_from_db()
    assert colleague.certified_until == timezone.localdate() + timedelta(days=183)
    row = AuditEntry.objects.get(act="account certified")
    assert row.detail["account"] == "b.khan"
    assert row.detail["why"] == "grades reports"


def test_nobody_confirms_or_closes_their_own(lead: Client, analyst: User) -> None:
    assert lead.get("/people/analyst").status_code == 404
    assert lead.get("/people/analyst/close").status_code == 404
    with pytest.raises(recertification.OwnAccount):
        recertification.certify(account=analyst, by=analyst, why="me")
    with pytest.raises(recertification.OwnAccount):
        leavers.close_account(account=analyst, colleague=analyst, by=analyst, why="me")


def test_another_partner_s_people_are_not_there(lead: Client) -> None:
    other = Partner.objects.create(key="the-force", name="The force", body="police")
    User.objects.create(username="c.diaz", full_name="C", partner=other)
    assert "c.diaz" not in lead.get("/people").content.decode()
    for page in ("", "/close"):
        assert lead.get(f"/people/c.diaz{page}").status_code == 404
    assert lead.post("/people/c.diaz/new-factor").status_code == 404


def test_without_the_permission_there_is_no_such_page(colleague: User) -> None:
    client = signed_in(colleague)
    for page in ("/people", "/people/analyst", "/people/analyst/close"):
        assert client.get(page).status_code == 404, page


@pytest.fixture
def actions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Two open actions, as a room would hold and declare them."""
    held = {"A1": "b.khan", "A2": "b.khan", "A3": "somebody else"}

    def move(*, leaver: User, colleague: User, by: User) -> int:
        mine = [key for key, who in held.items() if who == leaver.username]
        held.update(dict.fromkeys(mine, colleague.username))
        return len(mine)

    def count(user: User) -> int:
        return list(held.values()).count(user.username)

    monkeypatch.setattr(handover, "_WORK", {})
    monkeypatch.setattr(handover, "_WAYS_IN", {})
    handover.declare("actions", words="Open actions", count=count, move=move)
    return held


def test_a_leaver_is_out_at_once_and_the_work_has_a_name(
    lead: Client, colleague: User, analyst: User, actions: dict[str, str]
) -> None:
    tokens = ["t1"]
    handover.declare_way_in("tokens", lambda user: len([tokens.pop() for _ in list(tokens)]))
    give_app(colleague)
    theirs = signed_in(colleague)
    assert theirs.get("/").status_code == 200
    page = lead.get("/people/b.khan/close").content.decode()
    assert "Open actions: 2" in page
    answer = lead.post(
        "/people/b.khan/close", {"colleague": analyst.pk, "why": "left"}, follow=True
    )
    assert "Handed over: 2 pieces of work" in answer.content.decode()
    assert theirs.get("/").status_code == 302
    assert actions == {"A1": "analyst", "A2": "analyst", "A3": "somebody else"}
    assert tokens == []
    assert not Authenticator.objects.filter(user=colleague).exists()
    assert not SignedIn.objects.filter(user=colleague).exists()
    colleague.refresh_from_db()
    assert not colleague.is_active
    assert not colleague.has_usable_password()
    row = AuditEntry.objects.get(act="account closed")
    assert row.detail["handed_over"] == {"actions": 2}
    assert lead.get("/people/b.khan").status_code == 404


def test_the_work_goes_to_an_open_account_of_the_same_partner(
    lead: Client, colleague: User, analyst: User
) -> None:
    elsewhere = User.objects.create(username="c.diaz", full_name="C")
    for wrong in (elsewhere, colleague):
        answer = lead.post("/people/b.khan/close", {"colleague": wrong.pk, "why": "left"})
        assert answer.status_code == 200
        with pytest.raises(leavers.NoColleague):
            leavers.close_account(account=colleague, colleague=wrong, by=analyst, why="x")
    colleague.refresh_from_db()
    assert colleague.is_active


def test_when_handing_over_fails_the_account_stays_open(
    lead: Client, colleague: User, analyst: User, actions: dict[str, str]
) -> None:
    def fail(*, leaver: User, colleague: User, by: User) -> int:
        raise RuntimeError

    handover.declare("zones", words="Zones", count=lambda user: 0, move=fail)
    with pytest.raises(RuntimeError):
        leavers.close_account(account=colleague, colleague=analyst, by=analyst, why="left")
    colleague.refresh_from_db()
    assert colleague.is_active


def test_closing_asks_again_who_one_is(colleague: User, analyst: User) -> None:
    client = Client()
    client.force_login(analyst, backend=BACKEND)
    assert client.get("/people/b.khan/close")["Location"].startswith("/account/confirm")


def test_after_a_lost_phone_the_next_sign_in_sets_up_anew(lead: Client, colleague: User) -> None:
    give_app(colleague)
    theirs = signed_in(colleague)
    theirs.get("/")
    lead.post("/people/b.khan/new-factor")
    assert not Authenticator.objects.filter(user=colleague).exists()
    assert theirs.get("/").status_code == 302
    assert AuditEntry.objects.get(act="second factors taken away").detail["account"] == "b.khan"


def test_one_s_own_account_says_partner_and_roles_in_plain_english(lead: Client) -> None:
    page = lead.get("/account").content.decode()
    for words in ("The town", "Partner lead", "Confirm who of their partner", "Your people"):
        assert words in page
