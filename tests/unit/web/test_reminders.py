"""Reminders before something ends: 28, 7 and 1 days before, each once, to whom it concerns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith_web.core import reminding
from frith_web.core.models import (
    Agreement,
    ApiToken,
    Job,
    LocalNumber,
    Notification,
    NumberSort,
    Partner,
    Reminder,
    Signature,
    User,
    Vetting,
)
from frith_web.core.models.local_numbers import CHECKED_FOR
from frith_web.core.services import job_runs, jobs, notifications, recertification, reminders

TODAY = date.today()


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def council(site: Settings) -> Partner:
    return world.partner("council")


@pytest.fixture
def lead(council: Partner) -> User:
    return world.person("lead", of=council, roles=("partner-lead",))


@pytest.fixture
def analyst(council: Partner, lead: User) -> User:
    return world.person("analyst", of=council, roles=("analyst",))


def remind(on: date = TODAY) -> dict[str, list[str]]:
    """What was sent on a day, by whom it reached."""
    before = set(Notification.objects.values_list("pk", flat=True))
    for one in reminders.due(on).values():
        reminders.send(one)
    told: dict[str, list[str]] = {}
    for one in Notification.objects.exclude(pk__in=before):
        told.setdefault(one.to.username, []).append(one.text)
    return told


def test_an_account_is_reminded_of_three_times_and_no_more(analyst: User, lead: User) -> None:
    ends = in_days(40)
    User.objects.filter(pk=analyst.pk).update(certified_until=ends)
    sent = {left: remind(ends - timedelta(days=left)) for left in range(40, -3, -1)}
    assert {left for left, told in sent.items() if told} == {28, 7, 1}
    assert set(sent[28]) == {"analyst", "lead"}
    said = f"{ends:%-d %B %Y}: "
    assert all(text.startswith(said) for texts in sent[7].values() for text in texts)
    assert "Analyst" in sent[1]["lead"][0]
    assert Reminder.objects.count() == 3
    assert remind(ends) == {}, "twice on one day is once"


def test_days_that_were_missed_make_one_reminder(analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(certified_until=in_days(5))
    assert len(remind()["analyst"]) == 1
    assert Reminder.objects.get().days == 7
    assert remind() == {}
    assert len(remind(in_days(5))["analyst"]) == 1, "on its last day it is not too late"
    assert remind(in_days(6)) == {}


def test_whoever_is_confirmed_is_reminded_no_more_and_next_time_anew(
    analyst: User, lead: User
) -> None:
    User.objects.filter(pk=analyst.pk).update(certified_until=in_days(20))
    assert remind()
    recertification.certify(account=analyst, by=lead, why="Still here")
    assert remind(in_days(14)) == {}
    analyst.refresh_from_db()
    assert remind(analyst.certified_until - timedelta(days=28))


def test_closed_and_demonstration_accounts_are_not(council: Partner, lead: User) -> None:
    closed = world.person("gone", of=council)
    User.objects.filter(pk=closed.pk).update(is_active=False, certified_until=in_days(7))
    User.objects.create(
        username="demo-x",
        full_name="X",
        is_demonstration=True,
        partner=council,
        certified_until=in_days(7),
    )
    assert remind() == {}


def test_vetting_that_is_renewed_is_not_reminded_of(analyst: User, lead: User) -> None:
    world.vet(analyst, until=in_days(7))
    assert set(remind()) == {"analyst", "lead"}
    Reminder.objects.all().delete()
    world.vet(analyst, until=in_days(400))
    assert remind() == {}
    Vetting.objects.all().delete()
    world.vet(analyst)
    assert remind() == {}


def test_agreements_reach_every_signatory_s_registrar_and_lead(
    council: Partner, lead: User
) -> None:
    police, health = world.partner("police"), world.partner("health")
    for key, of in (("gov-c", council), ("gov-p", police), ("gov-h", health)):
        world.person(key, of=of, roles=("information-governance", "partner-lead"))
    made = world.agreement("isa", council, police, ends_on=in_days(28))
    told = remind()
    assert set(told) == {"lead", "gov-c", "gov-p"}
    assert all(len(texts) == 1 for texts in told.values()), "two roles, one notification"
    assert "“Isa” ends" in told["gov-p"][0]
    Agreement.objects.filter(pk=made.pk).update(review_on=in_days(7), ends_on=None)
    assert "looked at again" in remind()["gov-c"][0]
    Signature.objects.filter(partner=police).update(ends_on=in_days(1))
    assert set(remind()) == {"gov-p"}


def test_tokens_reach_their_account_its_lead_and_the_issuer(
    analyst: User, lead: User, council: Partner
) -> None:
    admin = world.person("admin", of=council, roles=("administrator",))
    given: dict[str, Any] = {
        "user": analyst,
        "partner": council,
        "purpose": "planning",
        "issued_by": admin,
        "ends_on": in_days(7),
    }
    ApiToken.objects.create(title="Dashboard", **given)
    ApiToken.objects.create(title="Ended", revoked_at=timezone.now(), **given)
    told = remind()
    assert set(told) == {"analyst", "lead", "admin"}
    assert [len(texts) for texts in told.values()] == [1, 1, 1]
    assert "Dashboard" in told["analyst"][0]
    assert Notification.objects.get(to=analyst).link == "/account/tokens"


def test_a_number_is_to_be_rung_before_it_stops_counting_as_checked(
    analyst: User, lead: User, council: Partner
) -> None:
    held = LocalNumber.objects.create(
        sort=NumberSort.CHILD,
        number="01234 567890",
        owner=council,
        starts_on=in_days(-200),
        checked_on=in_days(7) - CHECKED_FOR,
        written_by=analyst,
    )
    assert held.checked_until == in_days(7)
    told = remind()
    assert set(told) == {"analyst", "lead"}
    LocalNumber.objects.update(checked_on=TODAY)
    Reminder.objects.all().delete()
    assert remind() == {}


def test_nobody_to_tell_is_not_a_reminder_that_was_sent(council: Partner) -> None:
    world.agreement("isa", council, ends_on=in_days(7))
    assert remind() == {}
    assert not Reminder.objects.exists()
    world.person("late", of=council, roles=("partner-lead",))
    assert set(remind()) == {"late"}


def test_the_job_sends_each_once_even_where_it_is_killed(
    analyst: User, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As if the process died."""

    ends = in_days(7)
    User.objects.filter(pk__in=[analyst.pk, lead.pk]).update(certified_until=ends)
    job = jobs.enqueue("core.remind", by=None)
    real, sent = reminders.send, []

    def dies(one: reminders.Due) -> bool:
        if sent:
            real(one)
            raise Killed
        sent.append(one)
        return real(one)

    monkeypatch.setattr(reminders, "send", dies)
    claimed = job_runs.claim(worker="a")
    assert claimed is not None
    with pytest.raises(Killed):
        job_runs.run(claimed, worker="a")
    monkeypatch.setattr(reminders, "send", real)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    again = job_runs.claim(worker="b")
    assert again is not None
    job_runs.run(again, worker="b")
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"sent": 2})
    assert Notification.objects.filter(kind="ends-account", to=analyst).count() == 1
    assert Notification.objects.filter(kind="ends-account", to=lead).count() == 2


def test_everybody_chooses_whether_to_be_told(analyst: User) -> None:
    kind = reminding.notice_of("account")
    notifications.choose(by=analyst, choices={kind: (False, False)})
    User.objects.filter(pk=analyst.pk).update(certified_until=in_days(7))
    assert set(remind()) == {"lead"}
    page = Client()
    page.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    shown = page.get("/notifications/choices").content.decode()
    assert all(source.words in shown for source in reminding.sources())


def test_notes_of_old_reminders_go_after_a_year(analyst: User) -> None:
    old, new = in_days(-400), in_days(-300)
    for day in (old, new):
        Reminder.objects.create(source="account", subject="1", ends_on=day, days=1)
    assert reminders.clear_old() == 1
    assert Reminder.objects.get().ends_on == new
