"""When a record is due: its schedule, the last relevant contact, and what a reviewer decided.

The clear period begins again with every new contact: a record about the same person, or one that
rests on this one, that the same partner holds. Every function looks past the gate; the service that
calls has opened it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from frith_web.core import law, registry
from frith_web.core.models import (
    Choice,
    Grouping,
    ProtectedRecord,
    Review,
    ReviewDecision,
    Schedule,
)
from frith_web.core.models.dated import today
from frith_web.core.services.linked import (
    about_person,
    day_of,
    held_by,
    latest,
    links_to,
    people_of,
)

BORN = "date_of_birth"
"""The field of a person's record, as the library's table of nominals names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a record is to be looked at, and the first day on which it could go."""

    schedule: Schedule
    contact_on: date
    review_on: date
    disposable_on: date | None
    """None where nobody can say: an age is asked for and no date of birth is recorded."""

    def is_due(self, on: date) -> bool:
        """True where the record is to be looked at on that day."""
        return self.review_on <= on


@dataclass(slots=True, kw_only=True)
class Periods:
    """Works out what is due for one partner; remembers what it has looked up meanwhile."""

    partner_id: int
    on: date = field(default_factory=today)
    _schedules: list[Schedule] | None = None
    _contacts: dict[str, date | None] = field(default_factory=dict)

    def due(self, record: ProtectedRecord) -> Due | None:
        """When this record is due; None where its partner has no schedule for its group."""
        schedule = self.schedule_of(record)
        if schedule is None:
            return None
        contact = self.contact_on(record)
        lasts = schedule.clear_years or schedule.minimum_years or 0
        first = lasts or schedule.review_every_years
        review = law.years_after(contact, first) if first else None
        disposable: date | None = law.years_after(contact, lasts)
        if schedule.keep_to_age:
            disposable = self._reaches_age(record, schedule.keep_to_age)
            days = [one for one in (review, disposable) if one is not None]
            review = min(days, default=None)
        kept = self._kept_until(record)
        days = [one for one in (review, kept) if one is not None]
        return Due(
            schedule=schedule,
            contact_on=contact,
            review_on=max(days, default=date.max),
            disposable_on=disposable,
        )

    def schedules(self) -> list[Schedule]:
        """The partner's schedules in force, the newest of each group."""
        if self._schedules is None:
            found = Schedule.objects.filter(partner=self.partner_id).in_force(self.on)
            newest = {one.group: one for one in found.order_by("starts_on", "pk")}
            self._schedules = list(newest.values())
        return self._schedules

    def schedule_of(self, record: ProtectedRecord) -> Schedule | None:
        """The partner's schedule for this record: its own group's, else its kind's."""
        own = Grouping.objects.filter(kind=record.kind, record=record.reference).first()
        if own is not None:
            return next((one for one in self.schedules() if one.group == own.group), None)
        named = [one for one in self.schedules() if record.kind in one.kinds]
        if named:
            return named[0]
        group = registry.kind_of(record.kind).retention_group
        return next((one for one in self.schedules() if one.group == group), None)

    def contact_on(self, record: ProtectedRecord) -> date:
        """The last relevant contact: the latest of its own day and of what came after."""
        own = day_of(getattr(record, registry.kind_of(record.kind).clock))
        days = [own or day_of(record.created_at)]
        days += [self._last_about(str(one.reference)) for one in people_of(record)]
        for model, link in links_to(type(record)):
            if issubclass(model, ProtectedRecord):
                rows = held_by(model, self.partner_id).filter(**{link.name: record.pk})
                days.append(latest(rows, clock=registry.kind_of(model.kind).clock))
        return max(one for one in days if one is not None)

    def _last_about(self, person: str) -> date | None:
        """The latest day of any record about a person that this partner holds."""
        if person not in self._contacts:
            days = [
                latest(
                    about_person(kind, person, among=held_by(kind.model, self.partner_id)),
                    clock=kind.clock,
                )
                for kind in registry.kinds()
                if kind.about is not None
            ]
            self._contacts[person] = max(filter(None, days), default=None)
        return self._contacts[person]

    def _reaches_age(self, record: ProtectedRecord, age: int) -> date | None:
        births = [day_of(getattr(one, BORN, None)) for one in people_of(record)]
        if not births or None in births:
            return None
        return law.years_after(max(one for one in births if one is not None), age)

    def _kept_until(self, record: ProtectedRecord) -> date | None:
        last = ReviewDecision.objects.filter(
            review__kind=record.kind, review__record=record.reference
        ).first()
        return last.keep_until if last is not None and last.choice == Choice.KEEP else None


def last_decision(review: Review) -> ReviewDecision | None:
    """What was last decided about a review, if anything was."""
    return review.decisions.first()
