"""Notifications: each person's own, as they chose, and an email that says nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput
from frith_web.core.models import AuditEntry, Job, Notification, User
from frith_web.core.services import notifications
from frith_web.jobs.worker import Worker

KIND = "job-ended"


def tell(to: User, text: str = "A job ended") -> Notification | None:
    return notifications.notify(to=to, kind=KIND, text=text, link="/jobs/")


def test_one_is_listed_counted_and_opened(analyst: User, reader: Client) -> None:
    made = tell(analyst)
    assert made is not None
    page = reader.get("/notifications/").content.decode()
    assert "A job ended" in page
    assert 'moj-notification-badge">1<' in page
    answer = reader.post(f"/notifications/{made.reference}/open")
    assert answer["Location"] == "/jobs/"
    assert "moj-notification-badge" not in reader.get("/notifications/").content.decode()
    made.refresh_from_db()
    assert made.read_at is not None


def test_nobody_sees_or_opens_another_s(analyst: User, reader: Client) -> None:
    other = world.person("other", of=analyst.partner)
    made = tell(other, "For other eyes")
    assert made is not None
    assert "For other eyes" not in reader.get("/notifications/").content.decode()
    assert reader.post(f"/notifications/{made.reference}/open").status_code == 404
    with pytest.raises(BadInput):
        notifications.mark_read(notification=made, by=analyst)


def test_all_are_marked_read_at_once(analyst: User, reader: Client) -> None:
    other = world.person("other", of=analyst.partner)
    for person in (analyst, analyst, other):
        tell(person)
    assert reader.post("/notifications/read").status_code == 302
    assert Notification.objects.filter(read_at=None).get().to == other


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example", "jobs"])
def test_a_link_stays_on_this_site(analyst: User, link: str) -> None:
    with pytest.raises(BadInput):
        notifications.notify(to=analyst, kind=KIND, text="x", link=link)


def test_a_kind_that_no_room_declares_is_a_fault(analyst: User) -> None:
    with pytest.raises(LookupError):
        notifications.notify(to=analyst, kind="nothing", text="x", link="/")


def test_what_somebody_does_not_want_they_are_not_told(analyst: User, reader: Client) -> None:
    assert reader.post("/notifications/choices", {"x": "1"}).status_code == 302
    assert tell(analyst) is None
    assert AuditEntry.objects.filter(act="core.notifications.choose").count() == 1
    reader.post("/notifications/choices", {KIND: ["site"]})
    assert tell(analyst) is not None


def test_an_email_says_only_that_something_waits_and_once_an_hour(
    analyst: User, reader: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    reader.post("/notifications/choices", {KIND: ["email"]})
    tell(analyst, "Alder is done")
    tell(analyst, "Birch is done")
    assert Job.objects.filter(name=notifications.MAIL).count() == 1
    Worker().work(once=True)
    (sent,) = mail.outbox
    assert sent.to == [analyst.email]
    assert "Alder" not in sent.subject + str(sent.body)
    assert str(sent.body) == notifications.BODY


def test_nothing_is_mailed_of_what_was_read_meanwhile(analyst: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    notifications.choose(by=analyst, choices={KIND: (True, True)})
    tell(analyst)
    notifications.mark_all_read(by=analyst)
    Worker().work(once=True)
    assert mail.outbox == []


def test_old_ones_go(analyst: User) -> None:
    now = timezone.now()
    days = [(91, 400), (10, 400), (None, 366), (None, 300)]
    for read, made in days:
        Notification.objects.create(
            to=analyst,
            kind=KIND,
            text="x",
            link="/",
            made_at=now - timedelta(days=made),
            read_at=now - timedelta(days=read) if read else None,
        )
    assert notifications.clear_old() == 3
    assert Notification.objects.count() == 1
