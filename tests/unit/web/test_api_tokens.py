"""API tokens: two people make one, it is shown once, and it ends at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput
from frith_web.core.models import ApiToken, AuditEntry, RoleHeld, User
from frith_web.core.models.dated import today
from frith_web.core.models.standing import standing
from frith_web.core.permissions import Refused
from frith_web.core.purposes import Purpose
from frith_web.core.services import leavers, tokens
from site_tokens import READS_NOMINALS, issued, token_for


@pytest.fixture
def admin(site: Settings) -> User:
    return world.person("admin", of=world.partner("council"), roles=("administrator",))


@pytest.fixture
def ann(admin: User) -> User:
    return world.person("ann", of=admin.partner, roles=("analyst",))


def works(text: str) -> bool:
    try:
        tokens.token_of(text, request=None)
    except tokens.TokenRefused:
        return False
    return True


def test_the_token_itself_stands_nowhere(admin: User, ann: User) -> None:
    text = token_for(ann, by=admin)
    row = ApiToken.objects.get()
    held = " ".join(str(value) for value in vars(row).values())
    secret = text.split("_", 2)[2]
    assert len(secret) == 43  # 32 random bytes, 256 bits, in base64
    assert secret not in held
    assert text not in " ".join(str(one.detail) for one in AuditEntry.objects.all())
    assert works(text)
    assert not works(text[:-1] + ("a" if text[-1] != "a" else "b"))
    assert not works("")
    assert not works("frith_0123456789abcdef_" + "x" * 43)


def test_it_is_shown_once_and_to_its_owner(admin: User, ann: User) -> None:
    made = issued(ann, by=admin)
    with pytest.raises(ApiToken.DoesNotExist):
        tokens.collect(token=made, by=admin)
    tokens.collect(token=made, by=ann)
    with pytest.raises(BadInput, match="collected before"):
        tokens.collect(token=made, by=ann)


def test_nobody_issues_to_themselves_or_without_the_right(admin: User, ann: User) -> None:
    with pytest.raises(BadInput, match="themselves"):
        issued(admin, by=admin, permissions=("objective.plan:read",), purpose="administration")
    with pytest.raises(Refused):
        issued(admin, by=ann)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"permissions": ("pole.equality:read",)}, "holds no role"),
        ({"permissions": ("core.audit:read",)}, "never given"),
        ({"permissions": ()}, "what it may do"),
        ({"title": " "}, "which system"),
        ({"purpose": "governance"}, "holds no role that serves this purpose"),
        ({"days": 400}, "within a year"),
        ({"days": -1}, "within a year"),
    ],
)
def test_a_token_is_never_more_than_its_account(
    admin: User, ann: User, more: dict[str, object], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        issued(ann, by=admin, **more)  # type: ignore[arg-type]
    assert not ApiToken.objects.exists()


def test_its_account_brings_only_what_the_token_names(admin: User, ann: User) -> None:
    text = token_for(ann, by=admin)
    user = tokens.token_of(text, request=None).user
    assert standing(user).permissions() == set(READS_NOMINALS)
    assert {one for role in standing(user).roles for one in role.purposes} == {"disruption"}
    assert standing(ann).holds("pole.event:read")
    tomorrow = standing(user, on=today() + timedelta(days=1))
    assert tomorrow.permissions() == set(READS_NOMINALS)


def test_a_role_that_ends_takes_the_token_along(admin: User, ann: User) -> None:
    text = token_for(ann, by=admin)
    RoleHeld.objects.filter(user=ann).update(ends_on=world.yesterday())
    assert not standing(tokens.token_of(text, request=None).user).permissions()


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now()},
        {"ends_on": world.yesterday()},
    ],
)
def test_an_ended_token_does_not_work(admin: User, ann: User, change: dict[str, object]) -> None:
    text = token_for(ann, by=admin)
    ApiToken.objects.update(**change)
    assert not works(text)


def test_it_ends_with_its_account_its_partner_and_its_certificate(admin: User, ann: User) -> None:
    text = token_for(ann, by=admin)
    for change in (
        {"is_active": False},
        {"certified_until": world.yesterday()},
        {"partner": world.partner("police")},
    ):
        before = User.objects.get(pk=ann.pk)
        User.objects.filter(pk=ann.pk).update(**change)
        assert not works(text), change
        before.save()
        assert works(text)


def test_closing_an_account_ends_its_tokens_in_the_same_act(admin: User, ann: User) -> None:
    text = token_for(ann, by=admin)
    bea = world.person("bea", of=ann.partner)
    leavers.close_account(account=ann, colleague=bea, by=admin, why="left")
    assert not works(text)
    assert ApiToken.objects.get().revoked_at is not None
    assert AuditEntry.objects.latest("n").detail["ended"]["API tokens"] == 1


def test_owner_and_manager_revoke_and_others_do_not(admin: User, ann: User) -> None:
    text = token_for(ann, by=admin)
    bea = world.person("bea", of=ann.partner, roles=("analyst",))
    with pytest.raises(Refused):
        tokens.revoke(token=ApiToken.objects.get(), by=bea)
    assert works(text)
    tokens.revoke(token=ApiToken.objects.get(), by=ann)
    assert not works(text)
    rows = AuditEntry.objects.count()
    tokens.revoke(token=ApiToken.objects.get(), by=admin)
    assert AuditEntry.objects.count() == rows


def test_requests_are_counted_by_the_minute(
    admin: User, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 3)
    token_for(ann, by=admin)
    token = ApiToken.objects.get()
    now = timezone.now()
    for second in range(3):
        tokens.count_request(token, now=now + timedelta(seconds=second))
    with pytest.raises(tokens.TooMany):
        tokens.count_request(token, now=now + timedelta(seconds=59))
    tokens.count_request(token, now=now + timedelta(seconds=61))
    assert ApiToken.objects.get().minute_used == 1


def signed_in(user: User, *, confirmed: bool = True) -> Client:
    client = Client()
    client.force_login(user, backend="frith_web.core.authentication.Accounts")
    if confirmed:
        session = client.session
        session[_confirmed_key()] = timezone.now().timestamp()
        session.save()
    return client


def _confirmed_key() -> str:
    from frith_web.core.services import signing_in

    return signing_in.CONFIRMED


def test_the_pages_issue_collect_and_revoke(admin: User, ann: User) -> None:
    manager, owner = signed_in(admin), signed_in(ann)
    form = {
        "account": "ann",
        "title": "Case system",
        "purpose": Purpose.DISRUPTION.value,
        "permissions": list(READS_NOMINALS),
        "days": "90",
    }
    assert b"Issue a token" in manager.get("/tokens/").content
    assert manager.get("/tokens/issue").status_code == 200
    wrong = manager.post("/tokens/issue", {**form, "purpose": "governance"})
    assert b"holds no role" in wrong.content
    assert b"no open account" in manager.post("/tokens/issue", {**form, "account": "x1"}).content
    assert manager.post("/tokens/issue", form).status_code == 302
    made = ApiToken.objects.get()
    assert b"Waits to be collected" in owner.get("/account/tokens").content
    page = f"/account/tokens/{made.reference}"
    assert manager.get(page).status_code == 404
    assert b"Show it once" in owner.get(page).content
    shown = owner.post(page).content.decode()
    text = tokens.re.search(r"frith_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", shown)
    assert text is not None
    assert works(text[0])
    assert owner.post(page).status_code == 302  # not twice
    assert b"Never used" in manager.get("/tokens/").content
    assert text[0] not in manager.get("/tokens/").content.decode()
    assert manager.post(f"/tokens/{made.reference}/revoke").status_code == 302
    assert not works(text[0])
    assert owner.post(f"{page}/end").status_code == 302


def test_collecting_asks_first_who_it_is(admin: User, ann: User) -> None:
    made = issued(ann, by=admin)
    answer = signed_in(ann, confirmed=False).get(f"/account/tokens/{made.reference}")
    assert answer["Location"].startswith("/account/confirm")


def test_pages_of_tokens_are_for_who_manages_them(ann: User) -> None:
    assert signed_in(ann).get("/tokens/").status_code == 404
    assert signed_in(ann).get("/tokens/issue").status_code == 404
