"""A running session is judged by what its holder may do now, and asks again where that grew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import site_tokens
import site_world as world
from authenticators import code_now, forget_steps, give_app
from frith_web.core.models import (
    Admission,
    AuditEntry,
    Draft,
    Role,
    RoleHeld,
    SignedIn,
    User,
    Vetting,
)
from frith_web.core.services import compartments, leavers, partners, people, roles, sessions

BACKEND = "frith_web.core.authentication.Accounts"
PASSWORD = "correct horse battery"
Change = Callable[[User, User], object]


@pytest.fixture
def admin(analyst: User) -> User:
    return world.person("admin", of=analyst.partner, roles=("administrator",))


@pytest.fixture
def secret(analyst: User) -> str:
    return give_app(analyst)


@pytest.fixture
def client(analyst: User, secret: str) -> Client:
    """The analyst's browser, signed in with password and code."""
    found = Client()
    found.post("/sign-in", {"username": "analyst", "password": PASSWORD})
    found.post("/sign-in/code", {"code": code_now(secret)})
    assert found.get("/people-recorded/").status_code == 200
    forget_steps(analyst)
    return found


def role(key: str) -> Role:
    return Role.objects.get(key=key)


def _gain_role(user: User, admin: User) -> None:
    roles.give_role(role=role("information-governance"), to=user, by=admin, reason="test")


def _gain_compartment(user: User, admin: User) -> None:
    made = compartments.open_compartment(
        by=admin, key="heron", name="Heron", owner=user.partner, reason="test"
    )
    compartments.admit(by=admin, to=made, account=user, reason="test")


def _gain_vetting(user: User, admin: User) -> None:
    day = timezone.localdate()
    people.record_vetting(
        account=user,
        level="NPPV 2",
        starts_on=day,
        ends_on=day + timedelta(days=9),
        confirmed_by="the force",
        by=admin,
    )


def _gain_agreement(user: User, admin: User) -> None:
    del admin
    world.agreement("new", user.partner)


def _gain_ceiling(user: User, admin: User) -> None:
    del admin
    Role.objects.filter(key="analyst").update(purposes=["disruption", "governance"])


GAINS: dict[str, Change] = {
    "a role": _gain_role,
    "a compartment": _gain_compartment,
    "vetting": _gain_vetting,
    "an agreement": _gain_agreement,
    "a wider role": _gain_ceiling,
}


@pytest.mark.parametrize("what", GAINS)
def test_more_rights_ask_for_the_second_factor_and_no_password(
    client: Client, analyst: User, admin: User, secret: str, what: str
) -> None:
    before = client.session.session_key
    GAINS[what](analyst, admin)
    answer = client.get("/people-recorded/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/people-recorded/")
    assert not SignedIn.objects.filter(user=analyst).exists()
    assert client.get(answer["Location"])["Location"] == "/sign-in/code"
    assert "has grown since you signed in" in client.get("/sign-in/code").content.decode()
    assert client.get("/people-recorded/").status_code == 302
    wrong = client.post("/sign-in/code", {"code": "000000"})
    assert "not right" in wrong.content.decode()
    answer = client.post("/sign-in/code", {"code": code_now(secret)})
    assert answer["Location"] == "/people-recorded/"
    assert client.get("/people-recorded/").status_code == 200
    assert client.session.session_key != before
    assert AuditEntry.objects.filter(act="asked again", actor_id=analyst.pk).count() == 1


def test_every_running_session_is_asked(analyst: User, admin: User, client: Client) -> None:
    other = Client()
    other.force_login(analyst, backend=BACKEND)
    assert other.get("/").status_code == 200
    _gain_role(analyst, admin)
    assert (client.get("/").status_code, other.get("/").status_code) == (302, 302)


def test_what_was_being_sent_is_kept(client: Client, analyst: User, admin: User) -> None:
    world.person("lee", of=analyst.partner)
    RoleHeld.objects.create(user=analyst, role=role("partner-lead"), reason="test")
    other = Client()
    other.force_login(analyst, backend=BACKEND)
    page = "/people/lee"
    assert other.get(page).status_code == 200
    _gain_vetting(analyst, admin)
    answer = other.post(page, {"why": "Grades reports at night"}, headers={"Referer": page})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")
    assert Draft.objects.filter(user=analyst).exists()
    assert not AuditEntry.objects.filter(act="account certified").exists()


def test_the_second_factor_alone_goes_on_for_a_quarter_of_an_hour(
    client: Client, analyst: User, admin: User
) -> None:
    _gain_role(analyst, admin)
    client.get("/")
    session = client.session
    pk, since = session["rights_grew"]
    session["rights_grew"] = [pk, since - 15 * 60 - 1]
    session.save()
    assert client.get("/sign-in").status_code == 200
    assert client.get("/sign-in/code")["Location"] == "/sign-in"


def test_the_way_on_is_offered_once(client: Client, analyst: User, admin: User) -> None:
    _gain_role(analyst, admin)
    client.get("/")
    assert client.get("/sign-in").status_code == 302
    assert "rights_grew" not in client.session


def test_without_a_factor_of_ours_one_signs_in_anew(analyst: User, admin: User) -> None:
    """As whoever is signed in by a partner's provider."""
    client = Client()
    client.force_login(analyst, backend=BACKEND)
    client.get("/")
    _gain_role(analyst, admin)
    answer = client.get("/")
    assert "Sign in anew" in client.get(answer["Location"]).content.decode()
    assert client.get("/").status_code == 302


def test_a_suspended_or_closed_account_goes_no_further(
    client: Client, analyst: User, admin: User
) -> None:
    _gain_role(analyst, admin)
    answer = client.get("/")
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert client.get(answer["Location"])["Location"] == "/sign-in"


def _lose_role(user: User, admin: User) -> None:
    held = RoleHeld.objects.get(user=user)
    roles.end_role(held=held, by=admin, reason="test")


@pytest.mark.parametrize("how", ["ended", "its last day was yesterday"])
def test_a_role_that_is_gone_is_gone_at_the_next_request(
    client: Client, analyst: User, admin: User, how: str
) -> None:
    before = client.session.session_key
    if how == "ended":
        _lose_role(analyst, admin)
    else:
        RoleHeld.objects.filter(user=analyst).update(
            starts_on=world.LONG_AGO, ends_on=world.yesterday()
        )
    assert client.get("/people-recorded/").status_code == 404
    assert client.get("/").status_code == 200  # still signed in, under a new key
    assert client.session.session_key != before


def nominals_seen(client: Client) -> int:
    page = client.get("/people-recorded/").content.decode()
    return page.count("Sealed Example")


def test_each_loss_hides_its_records_at_the_next_request(
    client: Client, analyst: User, admin: User, secret: str
) -> None:
    """Compartment, vetting and the partner's agreement, each its own record."""
    police = world.partner("police")
    council = analyst.partner
    assert council is not None
    maker = world.person("maker", of=police)
    label = world.compartment("heron", owner=council)
    world.admit(analyst, to=label)
    world.vet(analyst)
    shared = world.agreement("shared", council, police)
    from frith_web.core.purposes import Purpose
    from frith_web.core.services.protections import Share

    share = Share(partner=council, agreement=shared, purpose=Purpose.DISRUPTION)
    for terms in (
        world.held(council, compartments=[label]),
        world.held(council, restricted=True),
        world.held(police, shares=[share]),
    ):
        world.nominal(terms, by=maker, given_names="Sealed", family_name="Example")
    client.get("/")
    client.get("/sign-in?next=/")
    client.post("/sign-in/code", {"code": code_now(secret)})
    assert nominals_seen(client) == 3
    (inside,) = Admission.objects.filter(user=analyst)
    compartments.put_out(by=admin, admission=inside, reason="test")
    assert nominals_seen(client) == 2
    Vetting.objects.filter(user=analyst).update(ends_on=world.yesterday())
    assert nominals_seen(client) == 1
    shared.ends_on = world.yesterday()
    shared.save()
    assert nominals_seen(client) == 0


def test_a_partner_that_ends_takes_its_people_s_sight_at_once(
    client: Client, analyst: User
) -> None:
    other = world.person("other-admin", of=world.partner("police"), roles=("administrator",))
    assert analyst.partner is not None
    partners.end_partner(
        by=other,
        partner=analyst.partner,
        ends_on=world.yesterday(),
        successor=None,
        reason="test",
    )
    assert client.get("/people-recorded/").status_code == 404


def test_suspension_and_leaving_end_the_session(client: Client, analyst: User, admin: User) -> None:
    User.objects.filter(pk=analyst.pk).update(certified_until=world.yesterday())
    assert client.get("/").status_code == 302
    User.objects.filter(pk=analyst.pk).update(certified_until=timezone.localdate())
    colleague = world.person("lee", of=analyst.partner)
    analyst.refresh_from_db()
    leavers.close_account(account=analyst, colleague=colleague, by=admin, why="left")
    assert client.get("/").status_code == 302
    assert not SignedIn.objects.filter(user=analyst).exists()


def test_moving_to_another_partner_is_more_and_less(client: Client, analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(partner=world.partner("police"))
    assert client.get("/").status_code == 302


def test_a_token_reaches_no_further_than_its_account_now(analyst: User, admin: User) -> None:
    sent = site_tokens.sent_with(site_tokens.token_for(analyst, by=admin))
    maker = world.person("maker", of=analyst.partner)
    assert analyst.partner is not None
    world.nominal(world.held(analyst.partner), by=maker)
    assert len(Client().get("/api/v1/nominals", **sent).json()["records"]) == 1
    _gain_role(analyst, admin)
    assert len(Client().get("/api/v1/nominals", **sent).json()["records"]) == 1
    roles.end_role(
        held=RoleHeld.objects.get(user=analyst, role__key="analyst"), by=admin, reason="test"
    )
    assert Client().get("/api/v1/nominals", **sent).status_code == 404


def test_nothing_changed_asks_nothing_and_writes_nothing(client: Client, analyst: User) -> None:
    held = SignedIn.objects.get(user=analyst)
    assert client.get("/").status_code == 200
    after = SignedIn.objects.get(user=analyst)
    assert (after.brings, after.rotate) == (held.brings, False)
    assert held.brings == sessions.brings(User.objects.get(pk=analyst.pk))


def test_a_session_from_before_is_given_what_its_holder_brings(
    client: Client, analyst: User
) -> None:
    SignedIn.objects.update(brings="")
    assert client.get("/").status_code == 200
    assert SignedIn.objects.get(user=analyst).brings


RIGHTS = st.fixed_dictionaries(
    {
        "partner": st.sampled_from([None, 1, 2]),
        "vetted": st.booleans(),
        "compartments": st.lists(st.integers(1, 3), unique=True),
        "agreements": st.lists(st.integers(1, 3), unique=True),
        "roles": st.lists(
            st.tuples(
                st.lists(st.sampled_from(["O", "OS"]), unique=True, min_size=1),
                st.lists(st.sampled_from("abc"), unique=True),
                st.lists(st.sampled_from("xyz"), unique=True),
            ),
            max_size=2,
        ),
    }
)


def _may(of: dict[str, object]) -> set[object]:
    """Each single right, said again apart from the code: one by one, and no set algebra."""
    found: set[object] = {("vetted", of["vetted"])} if of["vetted"] else set()
    found.update(("partner", one) for one in [of["partner"]] if one)
    for name in ("compartments", "agreements"):
        found.update((name, one) for one in of[name])  # type: ignore[attr-defined]
    for markings, purposes, permissions in of["roles"]:  # type: ignore[attr-defined]
        for marking in markings:
            for purpose in purposes:
                for permission in permissions:
                    found.add((permission, marking, purpose))
    return found


@given(RIGHTS, RIGHTS)
def test_any_single_right_more_is_growth(before: dict[str, object], now: dict[str, object]) -> None:
    import json

    grew = sessions.has_grown(before=json.dumps(before), now=json.dumps(now))
    assert grew == any(one not in _may(before) for one in _may(now))
