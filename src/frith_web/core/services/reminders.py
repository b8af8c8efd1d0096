"""Reminding people before something ends: what is due today, and sending each reminder once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from frith_web.core import reminding
from frith_web.core.models import Reminder
from frith_web.core.models.dated import today
from frith_web.core.reminding import DAYS, Ending
from frith_web.core.services.notifications import notify

KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One reminder that is due and was not sent."""

    source: str
    ending: Ending
    days: int


def due(on: date | None = None) -> dict[str, Due]:
    """What is to be sent on a day, by a key of its own.

    Where days were missed, only the latest reminder of an ending is due: nobody needs to hear
    "in 28 days" and "in 7 days" at once. What ended already is not reminded of.
    """
    on = on or today()
    found = {}
    for source in reminding.sources():
        sent = set(
            Reminder.objects.filter(source=source.name, ends_on__gte=on).values_list(
                "subject", "ends_on", "days"
            )
        )
        for ending in source.endings(on, on + timedelta(days=max(DAYS))):
            days = min(one for one in DAYS if ending.ends_on - on <= timedelta(days=one))
            if ending.told and (ending.subject, ending.ends_on, days) not in sent:
                key = f"{source.name}:{ending.subject}:{ending.ends_on}:{days}"
                found[key] = Due(source=source.name, ending=ending, days=days)
    return found


@transaction.atomic
def send(one: Due) -> bool:
    """Tell everybody it names; False where that was done before."""
    _, made = Reminder.objects.get_or_create(
        source=one.source, subject=one.ending.subject, ends_on=one.ending.ends_on, days=one.days
    )
    if not made:
        return False
    for told in one.ending.told:
        notify(
            to=told.to,
            kind=reminding.notice_of(one.source),
            text=f"{one.ending.ends_on:%-d %B %Y}: {told.text}",
            link=told.link,
        )
    return True


@transaction.atomic
def clear_old() -> int:
    """Delete the notes of reminders of what ended long ago; how many."""
    return Reminder.objects.filter(ends_on__lt=today() - KEPT_FOR).delete()[0]
