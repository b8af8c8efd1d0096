"""When records are due, what restarts the clock, what a reviewer may decide, and the switch."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core import law
from frith_web.core.models import (
    AuditEntry,
    Choice,
    HoldSort,
    Protection,
    Reach,
    Review,
    RightsRequest,
    Schedule,
    User,
    opened,
)
from frith_web.core.permissions import Refused
from frith_web.core.purposes import Purpose
from frith_web.core.services import deletion, holds, retention
from frith_web.core.services.clear_periods import Periods
from frith_web.core.services.holds import Covers
from frith_web.core.services.protections import Share
from frith_web.pole.models import Batch, Event, EventRole, Nominal

TODAY = date.today()


def years_ago(years: float) -> datetime:
    return timezone.now() - timedelta(days=365.25 * years)


def age(record: Any, years: float) -> Any:
    """Make a record as old as that."""
    with transaction.atomic(), opened("test"):
        type(record).objects.filter(pk=record.pk).update(created_at=years_ago(years))
        return type(record).objects.select_related("protection").get(pk=record.pk)


def event(protection: Protection, *, by: User, with_: Nominal, years: float, key: str) -> Event:
    """An event of an age with a nominal in it."""
    with transaction.atomic(), opened("test"):
        made = Event.objects.create(
            protection=protection,
            created_by=by,
            source="test",
            source_id=key,
            batch=with_.batch,
            sort="crime",
            occurred_from="2019-01",
            created_at=years_ago(years),
        )
        EventRole.objects.create(
            protection=protection,
            created_by=by,
            event=made,
            nominal=with_,
            role="suspect",
            batch=with_.batch,
            created_at=years_ago(years),
        )
        return made


class World:
    """A council with an officer of information governance, schedules and terms."""

    def __init__(self) -> None:
        self.council = world.partner("council")
        self.police = world.partner("police", is_police=True)
        self.officer = world.person("gov", of=self.council, roles=("information-governance",))
        self.terms = world.held(self.council)
        self.schedule("group_4", minimum_years=6)
        self.schedule("group_3", clear_years=6, review_every_years=5)

    def schedule(self, group: str, **lasts: Any) -> Schedule:
        return retention.set_schedule(
            by=self.officer, group=group, name=group, authority="Council policy 4", **lasts
        )

    def nominal(self, years: float, **more: Any) -> Nominal:
        made = world.nominal(self.terms, by=self.officer, **more)
        age(made.batch, years)
        found: Nominal = age(made, years)
        return found

    def look(self) -> list[Review]:
        retention.look_for_due(by=self.officer)
        return list(Review.objects.filter(closed_at__isnull=True))

    def review_of(self, record: Any) -> Review:
        return next(one for one in self.look() if one.record == record.reference)

    def is_due(self, record: Any) -> bool:
        return any(one.record == record.reference for one in self.look())

    def decide(self, review: Review, choice: Choice, **more: Any) -> Any:
        given = {"why": "Nothing since", **more}
        with world.reading_as(self.officer):
            return retention.decide(review=review, choice=choice, by=self.officer, **given)


@pytest.fixture
def ours(site: Settings) -> World:
    return World()


def test_a_record_is_due_after_its_years_and_not_before(ours: World) -> None:
    old, new = ours.nominal(6.1), ours.nominal(5.9)
    assert ours.is_due(old)
    assert not ours.is_due(new)


def test_a_partner_without_a_schedule_has_nothing_due(ours: World) -> None:
    theirs = world.held(ours.police)
    officer = world.person("pgov", of=ours.police, roles=("information-governance",))
    age(world.nominal(theirs, by=officer), 80)
    assert retention.look_for_due(by=officer).due == 0
    assert not Review.objects.exists()


def test_new_contact_about_the_same_person_starts_the_period_again(ours: World) -> None:
    old = ours.nominal(9)
    assert ours.is_due(old)
    event(ours.terms, by=ours.officer, with_=old, years=2, key="e1")
    assert not ours.is_due(old), "the open review is closed, and none is opened"
    again = Periods(partner_id=ours.council.pk)
    with transaction.atomic(), opened("test"):
        due = again.due(old)
    assert due is not None
    assert due.review_on == law.years_after(years_ago(2).date(), 6)


def test_contact_of_another_partner_counts_only_where_it_was_shared(ours: World) -> None:
    old = ours.nominal(9)
    officer = world.person("pol", of=ours.police)
    event(world.held(ours.police), by=officer, with_=old, years=1, key="secret")
    assert ours.is_due(old), "a date that moves would tell that the police hold something"
    signed = world.agreement("signed", ours.council, ours.police)
    share = Share(partner=ours.council, agreement=signed, purpose=Purpose.GOVERNANCE)
    event(world.held(ours.police, shares=[share]), by=officer, with_=old, years=1, key="shared")
    assert not ours.is_due(old)


@pytest.mark.parametrize(
    ("born", "due", "disposable"),
    [
        ("1920-05-01", True, True),
        ("1990", True, False),
        ("", True, False),
    ],
)
def test_group_one_is_reviewed_every_ten_years_and_kept_to_age_hundred(
    ours: World, born: str, due: bool, disposable: bool
) -> None:
    ours.schedule("group_1", keep_to_age=100, review_every_years=10)
    one = ours.nominal(11, date_of_birth=born)
    retention.regroup(record=one, group="group_1", by=ours.officer, why="Under arrangements")
    assert ours.is_due(one) == due
    review = ours.review_of(one)
    if disposable:
        ours.decide(review, Choice.DISPOSE)
    else:
        with pytest.raises(BadInput, match=r"kept until|no date of birth"):
            ours.decide(review, Choice.DISPOSE)


def test_age_hundred_is_the_last_day_that_the_recorded_birth_can_mean(ours: World) -> None:
    ours.schedule("group_1", keep_to_age=100, review_every_years=10)
    one = ours.nominal(1, date_of_birth=f"{TODAY.year - 100}")
    retention.regroup(record=one, group="group_1", by=ours.officer, why="Under arrangements")
    with transaction.atomic(), opened("test"):
        due = Periods(partner_id=ours.council.pk).due(one)
    assert due is not None
    assert due.disposable_on == date(TODAY.year, 12, 31)


def test_keeping_needs_a_day_and_a_reason_and_comes_back_on_that_day(ours: World) -> None:
    old = ours.nominal(7)
    review = ours.review_of(old)
    for wrong in ({"keep_until": None}, {"keep_until": TODAY}, {"why": " "}):
        with pytest.raises(BadInput):
            ours.decide(review, Choice.KEEP, **{"keep_until": TODAY + timedelta(9), **wrong})
    ours.decide(review, Choice.KEEP, keep_until=TODAY + timedelta(days=9))
    assert not ours.is_due(old)
    later = Periods(partner_id=ours.council.pk, on=TODAY + timedelta(days=9))
    with transaction.atomic(), opened("test"):
        due = later.due(old)
    assert due is not None
    assert due.is_due(later.on)
    assert not due.is_due(TODAY)


def test_a_kept_record_comes_back_at_the_latest_when_the_schedule_says(ours: World) -> None:
    held = ours.nominal(7)
    made = event(ours.terms, by=ours.officer, with_=held, years=7, key="e")
    review = ours.review_of(made)
    with pytest.raises(BadInput, match="every 5 years"):
        ours.decide(review, Choice.KEEP, keep_until=law.years_after(TODAY, 6))


def test_nobody_decides_for_another_partner_or_without_the_permission(ours: World) -> None:
    review = ours.review_of(ours.nominal(7))
    other = world.person("pgov", of=ours.police, roles=("information-governance",))
    analyst = world.person("ana", of=ours.council, roles=("analyst",))
    with world.reading_as(other), pytest.raises(BadInput, match="only the partner that owns"):
        retention.decide(review=review, choice=Choice.REFER, by=other, why="x", refer_to="y")
    with pytest.raises(Refused):
        retention.decide(review=review, choice=Choice.REFER, by=analyst, why="x", refer_to="y")


def test_a_record_on_terms_that_need_another_officer_is_not_decided_by_this_one(
    ours: World,
) -> None:
    sealed = world.held(ours.council, sealed_to=[])
    hidden = age(world.nominal(sealed, by=ours.officer), 9)
    review = ours.review_of(hidden)
    with pytest.raises(BadInput, match="another officer"):
        ours.decide(review, Choice.REFER, refer_to="the lead")


def test_a_decision_leaves_its_row_without_the_words(ours: World) -> None:
    old = ours.nominal(7)
    ours.decide(ours.review_of(old), Choice.REFER, refer_to="the lead", why="Mentions Zaphod")
    row = AuditEntry.objects.filter(act="core.retention.decide").first()
    assert row is not None
    assert row.records == {"pole.nominal": [str(old.reference)]}
    assert "Zaphod" not in str(row.detail)


def test_disposal_is_off_until_the_named_officer_turns_it_on(ours: World) -> None:
    old = ours.nominal(7)
    review = ours.review_of(old)
    ours.decide(review, Choice.DISPOSE)
    with world.reading_as(ours.officer), pytest.raises(BadInput, match="disposal is off"):
        deletion.dispose(review=review, by=ours.officer)
    analyst = world.person("ana", of=ours.council, roles=("analyst",))
    with pytest.raises(Refused):
        retention.set_switch(on=True, by=analyst, why="x")
    retention.set_switch(on=True, by=ours.officer, why="Board agreed")
    assert AuditEntry.objects.filter(act="core.retention.switch").exists()
    with world.reading_as(ours.officer):
        deletion.dispose(review=review, by=ours.officer)
    retention.set_switch(on=False, by=ours.officer, why="Paused")
    assert not retention.disposal_is_on(ours.council.pk)
    assert not retention.disposal_is_on(ours.police.pk)


def hold(ours: World, *covers: Covers, until: date | None = None) -> Any:
    with world.reading_as(ours.officer):
        return holds.place(
            by=ours.officer,
            sort=HoldSort.INQUIRY,
            title="Inquiry 7",
            why="The chair asked",
            covers=covers,
            until=until,
        )


REACHES = ("record", "person", "batch", "kind")


@pytest.mark.parametrize("reach", REACHES)
def test_a_hold_beats_every_disposal_and_is_never_due(ours: World, reach: str) -> None:
    old = ours.nominal(7)
    review = ours.review_of(old)
    ours.decide(review, Choice.DISPOSE)
    retention.set_switch(on=True, by=ours.officer, why="Board agreed")
    with transaction.atomic(), opened("test"):
        batch = Batch.objects.get(pk=old.batch_id)
    covers = {
        "record": Covers(reach=Reach.RECORD, kind="pole.nominal", record=old.reference),
        "person": Covers(reach=Reach.PERSON, kind="pole.nominal", record=old.reference),
        "batch": Covers(reach=Reach.BATCH, kind="pole.batch", record=batch.reference),
        "kind": Covers(reach=Reach.KIND, kind="pole.nominal"),
    }[reach]
    placed = hold(ours, covers)
    second = hold(ours, covers, until=TODAY + timedelta(days=1))
    with world.reading_as(ours.officer), pytest.raises(BadInput, match="hold"):
        deletion.dispose(review=review, by=ours.officer)
    assert not ours.is_due(old)
    with pytest.raises(BadInput, match="why"):
        holds.lift(hold=placed, by=ours.officer, why="")
    holds.lift(hold=placed, by=ours.officer, why="Reported")
    assert not ours.is_due(old), "one of two that overlap still holds"
    holds.lift(hold=second, by=ours.officer, why="Reported")
    assert ours.is_due(old)
    with pytest.raises(BadInput, match="already"):
        holds.lift(hold=second, by=ours.officer, why="Twice")


def test_a_hold_over_a_person_reaches_every_record_about_them(ours: World) -> None:
    old = ours.nominal(9)
    made = event(ours.terms, by=ours.officer, with_=old, years=9, key="e")
    hold(ours, Covers(reach=Reach.PERSON, kind="pole.nominal", record=old.reference))
    with transaction.atomic(), opened("test"):
        role = EventRole.objects.select_related("protection").get(event=made)
        assert holds.holds_over(role)
        assert not holds.holds_over(Batch.objects.get(pk=old.batch_id))


def test_a_hold_that_has_run_out_holds_no_more(ours: World) -> None:
    old = ours.nominal(9)
    made = hold(ours, Covers(reach=Reach.KIND, kind="pole.nominal"), until=TODAY)
    assert not ours.is_due(old)
    type(made).objects.filter(pk=made.pk).update(until=TODAY - timedelta(days=1))
    assert ours.is_due(old)


def test_a_hold_names_what_its_officer_sees_and_owns(ours: World) -> None:
    theirs = world.nominal(world.held(ours.police), by=ours.officer)
    for wrong in (
        Covers(reach=Reach.RECORD, kind="pole.nominal", record=theirs.reference),
        Covers(reach=Reach.RECORD, kind="pole.nominal"),
        Covers(reach=Reach.KIND, kind="pole.unicorn"),
    ):
        with pytest.raises(BadInput):
            hold(ours, wrong)


def test_a_schedule_replaces_the_one_before_and_both_stay(ours: World) -> None:
    ours.schedule("group_4", minimum_years=7)
    newest = Periods(partner_id=ours.council.pk).schedules()
    assert {one.group: one.minimum_years for one in newest}["group_4"] == 7
    assert Schedule.objects.filter(group="group_4").count() == 2
    with pytest.raises(BadInput, match="how long"):
        ours.schedule("group_4")


def test_an_upheld_request_for_erasure_brings_a_record_here_before_its_time(ours: World) -> None:
    young = ours.nominal(0.1)
    asked = RightsRequest.objects.create(
        partner=ours.council,
        sort="erasure",
        regime=Regime.UK_GDPR.value,
        requester="Somebody",
        asked="Erase it",
        received_on=TODAY,
        identity="known",
        opened_by=ours.officer,
    )
    review = retention.open_for_request(request=asked, record=young, by=ours.officer)
    ours.look()
    review.refresh_from_db()
    assert review.closed_at is None
    ours.decide(review, Choice.DISPOSE)
    retention.set_switch(on=True, by=ours.officer, why="Board agreed")
    with world.reading_as(ours.officer):
        made = deletion.dispose(review=review, by=ours.officer)
    assert str(asked.reference) in made.authority
