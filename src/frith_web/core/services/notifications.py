"""Telling people that something waits for them: on the site, and by an email that says no more.

A notification is a consequence of an act that stands in the log, so it has no row there itself; a
person's choice of what to be told has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core import notices
from frith_web.core.models import EntryKind, Notification, NotificationChoice, User
from frith_web.core.services.audit import append

LONGEST = 300
KEPT_READ, KEPT_UNREAD = timedelta(days=90), timedelta(days=365)
MAIL = "core.mail_notice"
SUBJECT = "Something waits for you"
BODY = "Something waits for you on the partnership's site. Sign in as usual to see it.\n"


@transaction.atomic
def notify(*, to: User, kind: str, text: str, link: str) -> Notification | None:
    """Tell a person, as they chose to be told; None where they do not want this kind on the site.

    `text` holds no record's content, and `link` is an address of this site. Raises `LookupError`
    for a kind that no room declares.
    """
    if kind not in notices.kinds():
        raise LookupError(f"{kind}: no room declares this kind of notification")
    if not link.startswith("/") or link.startswith("//"):
        raise BadInput("a notification leads to an address of this site")
    choice = choice_of(to, kind)
    if choice.by_email and to.email:
        from frith_web.core.services.jobs import enqueue

        # One an hour at most: the email says only that something waits.
        enqueue(
            MAIL,
            by=None,
            arguments={"to": to.pk},
            key=f"{to.pk}:{timezone.now():%Y-%m-%dT%H}",
        )
    if not choice.on_site:
        return None
    return Notification.objects.create(to=to, kind=kind, text=text[:LONGEST], link=link)


def choice_of(user: User, kind: str) -> NotificationChoice:
    """What a person chose for a kind; on the site alone where they chose nothing."""
    found = NotificationChoice.objects.filter(user=user, kind=kind).first()
    return found or NotificationChoice(user=user, kind=kind)


@transaction.atomic
def mark_read(*, notification: Notification, by: User) -> Notification:
    """Its reader has opened it. Raises `BadInput` where it is somebody else's."""
    if notification.to_id != by.pk:
        raise BadInput("this notification is somebody else's")
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
    return notification


@transaction.atomic
def mark_all_read(*, by: User) -> int:
    """Everything that waited is read; how many that was."""
    waiting = Notification.objects.filter(to=by, read_at__isnull=True)
    return waiting.update(read_at=timezone.now())


@transaction.atomic
def choose(*, by: User, choices: Mapping[str, tuple[bool, bool]]) -> None:
    """Set, for each kind, whether one is told on the site and by email."""
    for kind, (on_site, by_email) in choices.items():
        if kind not in notices.kinds():
            raise LookupError(f"{kind}: no room declares this kind of notification")
        # An email says only that something waits, so what is mailed waits on the site.
        wanted = {"on_site": on_site or by_email, "by_email": by_email}
        NotificationChoice.objects.update_or_create(user=by, kind=kind, defaults=wanted)
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.notifications.choose",
        actor=by,
        detail={kind: list(chosen) for kind, chosen in choices.items()},
    )


def send_notice(*, to: User) -> None:
    """One email without content, where its reader still has something unread."""
    if to.is_active and to.email and Notification.objects.filter(to=to, read_at=None).exists():
        send_mail(SUBJECT, BODY, settings.DEFAULT_FROM_EMAIL, [to.email])


@transaction.atomic
def clear_old() -> int:
    """Delete what was read long ago or never will be; how many."""
    now = timezone.now()
    gone = Notification.objects.filter(read_at__lt=now - KEPT_READ)
    old = Notification.objects.filter(made_at__lt=now - KEPT_UNREAD)
    return gone.delete()[0] + old.delete()[0]
