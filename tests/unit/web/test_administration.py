"""Setting the site up: partners, people, roles, compartments, local numbers, the first-run list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput
from frith_web.core.models import (
    AuditEntry,
    Compartment,
    LocalNumber,
    NumberSort,
    Partner,
    Role,
    RoleHeld,
    Team,
    User,
)
from frith_web.core.models.dated import today
from frith_web.core.permissions import Refused
from frith_web.core.services.compartments import admit
from frith_web.core.services.first_accounts import open_first_account
from frith_web.core.services.local_numbers import set_number
from frith_web.core.services.partners import end_partner
from frith_web.core.services.people import join_team, record_vetting
from frith_web.core.structure_selectors import first_run_list

BACKEND = "frith_web.core.authentication.Accounts"


@pytest.fixture
def administrator(site: Settings) -> User:
    return world.person("admin", of=world.partner("council"), roles=("administrator",))


@pytest.fixture
def browser(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator, backend=BACKEND)
    return client


def day(offset: int) -> str:
    return f"{today() + timedelta(days=offset):%d/%m/%Y}"


def test_a_partner_is_opened_changed_and_ended_with_its_successor(browser: Client) -> None:
    new = {"name": "Old Homes", "key": "homes", "body": "other", "contact": "The desk"}
    assert browser.post("/partners/new", {**new, "starts_on": day(-9)}).status_code == 302
    again = browser.post("/partners/new", {**new, "starts_on": day(-9)})
    assert (again.status_code, "taken" in again.content.decode()) == (422, True)
    words = {key: value for key, value in new.items() if key != "key"}
    browser.post("/partners/of/homes/change", {**words, "contact": "The new desk"})
    end = {"ends_on": day(0), "successor": Partner.objects.get(key="council").pk}
    assert browser.post("/partners/of/homes/end", end).status_code == 422, "without a reason"
    assert browser.post("/partners/of/homes/end", {**end, "reason": "merged"}).status_code == 302
    held = Partner.objects.get(key="homes")
    assert (held.contact, held.ends_on, str(held.succeeded_by)) == (
        "The new desk",
        today(),
        "Council",
    )
    page = browser.get("/partners/").content.decode()
    assert "then Council" in page
    acts = ["core.partner.open", "core.partner.change", "core.partner.end"]
    assert AuditEntry.objects.filter(act__in=acts).count() == 3


def test_nobody_ends_their_own_partner(administrator: User) -> None:
    with pytest.raises(BadInput, match="lock yourself out"):
        end_partner(
            by=administrator,
            partner=Partner.objects.get(key="council"),
            ends_on=today(),
            successor=None,
            reason="x",
        )


def test_an_account_is_opened_and_its_password_shown_once(browser: Client) -> None:
    given = {"full_name": "Amina Khan", "username": "a.khan", "email": ""}
    given |= {"partner": str(Partner.objects.get(key="council").pk)}
    page = browser.post("/accounts/new", given).content.decode()
    password = re.search(r"<code>([^<]+)</code>", page)
    assert password
    user = User.objects.get(username="a.khan")
    assert user.check_password(password.group(1))
    assert str(user.partner) == "Council"
    assert password.group(1) not in str(list(AuditEntry.objects.values()))
    assert browser.post("/accounts/new", given).status_code == 422


def test_a_role_is_given_for_a_reason_and_taken_away(browser: Client) -> None:
    other = world.person("other", of=Partner.objects.get(key="council"))
    role = Role.objects.get(key="analyst")
    address = "/accounts/of/other/role"
    assert browser.post(address, {"role": role.pk}).status_code == 422
    sent = {"role": role.pk, "reason": "new analyst", "until": day(30)}
    assert browser.post(address, sent).status_code == 302
    held = RoleHeld.objects.get(user=other)
    assert (held.reason, held.ends_on) == ("new analyst", today() + timedelta(days=30))
    assert "other" in browser.get("/roles/analyst").content.decode().lower()
    ended = browser.post(f"{address}/{held.pk}/end", {"reason": "left the team"})
    assert ended.status_code == 302
    assert not RoleHeld.objects.filter(user=other).exists()


def test_nobody_gives_a_role_to_themselves(browser: Client, administrator: User) -> None:
    role = Role.objects.get(key="analyst")
    page = browser.post("/accounts/of/admin/role", {"role": role.pk, "reason": "me"})
    assert page.status_code == 422
    assert "nobody gives a role to themselves" in page.content.decode()
    assert administrator.roles_held.count() == 1


def test_vetting_and_compartments_are_never_ones_own(administrator: User) -> None:
    with pytest.raises(BadInput, match="own vetting"):
        record_vetting(
            account=administrator,
            level="SC",
            starts_on=today(),
            ends_on=today(),
            confirmed_by="x",
            by=administrator,
        )
    label = world.compartment("amber", owner=Partner.objects.get(key="council"))
    with pytest.raises(BadInput, match="themselves"):
        admit(by=administrator, to=label, account=administrator, reason="x")


def test_somebody_is_let_into_a_compartment_and_put_out(browser: Client) -> None:
    council = Partner.objects.get(key="council")
    other = world.person("other", of=council)
    new = {"name": "Heron", "key": "heron", "owner": council.pk, "reason": "an operation"}
    assert browser.post("/compartments/new", new).status_code == 302
    sent = {"account": other.pk, "reason": "leads it"}
    assert browser.post("/compartments/of/heron/admit", sent).status_code == 302
    inside = Compartment.objects.get(key="heron").admissions.get()
    assert "leads it" in browser.get("/compartments/of/heron").content.decode()
    browser.post(f"/compartments/of/heron/inside/{inside.pk}/end", {"reason": "moved"})
    assert not Compartment.objects.get(key="heron").admissions.exists()


def test_only_those_who_may(site: Settings) -> None:
    analyst = world.person("ann", of=world.partner("council"), roles=("analyst",))
    team = Team.objects.create(partner=analyst.partner, name="A")
    with pytest.raises(Refused):
        join_team(account=analyst, team=team, by=analyst)
    client = Client()
    client.force_login(analyst, backend=BACKEND)
    for path in ("/partners/", "/accounts/", "/compartments/", "/settings/", "/areas/"):
        assert client.get(path).status_code == 404
    page = client.get("/roles/administrator").content.decode()
    assert "Whoever runs this site" in page


def test_a_team_of_another_partner_is_refused(administrator: User) -> None:
    other = Team.objects.create(partner=world.partner("police"), name="B")
    with pytest.raises(BadInput, match="another partner"):
        join_team(account=administrator, team=other, by=administrator)


def test_a_number_nobody_checked_says_so_in_words(browser: Client, administrator: User) -> None:
    council = Partner.objects.get(key="council")
    given = {"by": administrator, "sort": NumberSort.CHILD, "hours": "", "owner": council}
    made = set_number(number="01632 960110", **given)
    LocalNumber.objects.filter(pk=made.pk).update(checked_on=today() - timedelta(days=90))
    assert "Checked on" in browser.get("/settings/numbers").content.decode()
    LocalNumber.objects.filter(pk=made.pk).update(checked_on=today() - timedelta(days=91))
    page = browser.get("/settings/numbers").content.decode()
    assert "Nobody has checked it since" in page
    assert set_number(number="01632 960110", **given).pk == made.pk, "a check is no new number"
    assert not LocalNumber.objects.get(pk=made.pk).is_stale
    LocalNumber.objects.filter(pk=made.pk).update(starts_on=today() - timedelta(days=5))
    newer = set_number(number="01632 960111", **given)
    assert LocalNumber.objects.in_force().get() == newer
    assert LocalNumber.objects.count() == 2


def test_the_first_run_list_is_read_from_the_data(browser: Client) -> None:
    said = {one.step.key: one.how_far for one in first_run_list()}
    assert {key: str(one.state) for key, one in said.items()} == {
        "partners": "Incomplete",
        "roles": "Incomplete",
        "areas": "Not yet started",
        "agreements": "Not yet started",
        "retention": "Not yet started",
        "numbers": "Not yet started",
        "log-root": "Not yet started",
        "backup": "Not yet started",
        "scanner": "Not yet started",
    }
    sent = {"code": "E99000001", "name": "Here", "vintage": "lsoa21", "starts_on": day(0)}
    assert browser.post("/areas/new", sent).status_code == 302
    sent = {"number": "999", "owner": Partner.objects.get(key="council").pk}
    assert browser.post("/settings/numbers/emergency", sent).status_code == 302
    page = browser.get("/settings/set-up").content.decode()
    assert "Started by Admin, incomplete" in page
    assert "1 of 9 steps are done" in page


def test_a_partner_of_ours_complete_is_done(administrator: User) -> None:
    Partner.objects.update(contact="The desk")
    world.partner("police", is_police=True, contact="The desk")
    world.agreement("sharing", *Partner.objects.all())
    done = {one.step.key for one in first_run_list() if str(one.how_far.state) == "Completed"}
    assert done == {"partners", "agreements"}


def test_the_first_account_comes_with_partner_and_role_or_not_at_all(site: Settings) -> None:
    given = {"full_name": "B", "email": "", "password": "three random words"}
    with pytest.raises(BadInput, match="there is no partner"):
        open_first_account(username="b.one", partner="council", **given)
    with pytest.raises(BadInput, match="there is no role"):
        open_first_account(
            username="b.one", partner="council", partner_name="C", roles=["boss"], **given
        )
    assert not Partner.objects.exists()
    assert not User.objects.exists()
    made = open_first_account(
        username="b.one", partner="council", partner_name="C", roles=["administrator"], **given
    )
    assert str(made.partner) == "C"
    assert made.roles_held.get().role.key == "administrator"
