"""The registers: clocks by the law's own days, flows that block, requests complete, decisions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput, Mendable
from frith.reference.regimes import Regime
from frith.tables.dataset import FileNote
from frith_web.core import law
from frith_web.core.models import (
    Agreement,
    AuditEntry,
    Decision,
    Flow,
    FoiRequest,
    Identity,
    RequestSort,
    RightsRequest,
    User,
    opened,
)
from frith_web.core.permissions import Refused
from frith_web.core.purposes import Purpose
from frith_web.core.services import decisions, flows, foi, rights
from frith_web.core.services.protections import Share
from frith_web.pole.models import Event, EventRole
from frith_web.pole.services.flows import flow_for

TODAY = date.today()


@pytest.fixture
def officer(site: Settings) -> User:
    council = world.partner("council")
    return world.person("gov", of=council, roles=("information-governance",))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="frith_web.core.authentication.Accounts")
    return client


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 23), date(2026, 12, 21)),  # a Monday; no holiday between
        (date(2026, 12, 1), date(2026, 12, 31)),  # 25 December, and 28 for the 26th
        (date(2026, 3, 20), date(2026, 4, 21)),  # Good Friday and Easter Monday
        (date(2026, 11, 21), date(2026, 12, 18)),  # a Saturday: counted from the Monday
    ],
)
def test_twenty_working_days_skip_weekends_and_bank_holidays(received: date, due: date) -> None:
    assert law.last_day(law.clock("foi", on=received), start=received) == due


def easter(year: int) -> date:
    """Meeus, Jones and Butcher (1876), the Gregorian date of Easter Sunday."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def test_the_bank_holidays_are_those_that_the_calendar_gives() -> None:
    held = law.bank_holidays()
    for year in sorted({day.year for day in held}):
        mine = {day for day in held if day.year == year}
        assert len(mine) == 8
        assert all(day.weekday() < 5 for day in mine)
        assert {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)} <= mine
        mondays = [date(year, 5, n) for n in range(1, 32) if date(year, 5, n).weekday() == 0]
        august = [date(year, 8, n) for n in range(1, 32) if date(year, 8, n).weekday() == 0]
        assert {mondays[0], mondays[-1], august[-1]} <= mine
    with pytest.raises(BadInput, match="bank holidays of 2031"):
        law.is_working_day(date(2031, 1, 2))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 3), date(2026, 10, 5)),  # 3 October is a Saturday
        (date(2026, 8, 31), date(2026, 9, 30)),  # there is no 31 September
        (date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, Saturday, Sunday, substitute
    ],
)
def test_one_month_is_the_same_day_or_the_month_s_last_moved_to_a_working_day(
    received: date, due: date
) -> None:
    clock = law.clock("rights", regime="uk_gdpr", on=received)
    assert law.last_day(clock, start=received) == due


def test_clocks_are_dated_and_say_that_nobody_checked_them() -> None:
    before = law.clock("rights", regime="law_enforcement", on=date(2025, 1, 1))
    after = law.clock("rights", regime="law_enforcement", on=date(2026, 6, 1))
    assert (before.extend_months, after.extend_months) == (0, 2)
    assert law.UNVERIFIED in after.words
    with pytest.raises(BadInput, match="no clock"):
        law.clock("complaint", on=date(2020, 1, 1))


def asked(officer: User, **more: Any) -> RightsRequest:
    given = {
        "sort": RequestSort.ACCESS,
        "regime": Regime.UK_GDPR,
        "requester": "A Person",
        "asked": "All of it",
        "received_on": TODAY,
        **more,
    }
    return rights.open_request(by=officer, **given)


def test_the_clock_waits_for_proof_of_identity_and_can_be_extended_once(officer: User) -> None:
    one = asked(officer, identity=Identity.ASKED, received_on=TODAY - timedelta(days=20))
    assert rights.due_on(one) is None
    one = rights.check_identity(request=one, by=officer, identity=Identity.CONFIRMED, how="Seen")
    assert rights.due_on(one) == law.or_next_working_day(law.months_after(TODAY, 1))
    one = rights.extend(request=one, by=officer, why="Many records")
    assert rights.due_on(one) == law.or_next_working_day(law.months_after(TODAY, 3))
    with pytest.raises(BadInput, match="already"):
        rights.extend(request=one, by=officer, why="More")


def test_part_3_is_for_competent_authorities_and_gives_no_right_to_object(officer: User) -> None:
    with pytest.raises(BadInput, match="competent authority"):
        asked(officer, regime=Regime.LAW_ENFORCEMENT)
    police = world.partner("police", is_competent_authority=True)
    theirs = world.person("pgov", of=police, roles=("information-governance",))
    assert asked(theirs, regime=Regime.LAW_ENFORCEMENT).pk
    with pytest.raises(BadInput, match="no right to object"):
        asked(theirs, regime=Regime.LAW_ENFORCEMENT, sort=RequestSort.OBJECTION)


ROWS = st.lists(
    st.tuples(
        st.booleans(),  # about the requester
        st.sampled_from(("ours", "sealed", "theirs", "shared", "shared and sealed")),
    ),
    max_size=8,
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ROWS)
def test_a_request_finds_everything_that_its_controller_holds(
    drawn: list[tuple[bool, str]],
) -> None:
    with transaction.atomic():
        _compare(drawn)
        transaction.set_rollback(True)


def _compare(drawn: list[tuple[bool, str]]) -> None:
    council, police = world.partner("council"), world.partner("police")
    by = world.person("gov", of=council, roles=("information-governance",))
    signed = world.agreement("signed", council, police)
    share = Share(partner=council, agreement=signed, purpose=Purpose.GOVERNANCE)
    terms = {
        "ours": world.held(council),
        "sealed": world.held(council, sealed_to=[]),
        "theirs": world.held(police),
        "shared": world.held(police, shares=[share]),
        "shared and sealed": world.held(police, shares=[share], sealed_to=[]),
    }
    person = world.nominal(terms["ours"], by=by)
    other = world.nominal(terms["ours"], by=by)
    seen, hidden = {person.reference}, set()
    with transaction.atomic(), opened("test"):
        for number, (about, under) in enumerate(drawn):
            event = Event.objects.create(
                protection=terms["ours"],
                created_by=by,
                source="t",
                source_id=f"{number}",
                batch=person.batch,
                sort="crime",
                occurred_from="2020",
            )
            made = EventRole.objects.create(
                protection=terms[under],
                created_by=by,
                event=event,
                nominal=person if about else other,
                role="suspect",
                batch=person.batch,
            )
            if about and under in {"ours", "shared"}:
                seen.add(made.reference)
            elif about and under != "theirs":
                hidden.add(made.reference)
    one = asked(by)
    with world.reading_as(by) as ledger:
        rights.name_people(request=one, by=by, people=[person.reference])
        one.refresh_from_db()
        found = rights.search(request=one, by=by)
    assert {each.record.reference for each in found.found} == seen
    assert found.elsewhere == len(hidden)
    shown = {each for many in ledger.records.values() for each in many}
    assert not {str(each) for each in hidden} & shown, "what is counted is not shown"


def test_an_answer_waits_for_every_decision_and_is_a_disclosure(officer: User) -> None:
    terms = world.held(officer.partner)
    one = world.nominal(terms, by=officer, given_names="Zaphod", family_name="Quiet")
    other = world.nominal(terms, by=officer, given_names="Zaphod", family_name="Hidden")
    request = asked(officer)
    with world.reading_as(officer):
        rights.name_people(request=request, by=officer, people=[one.reference, other.reference])
        request.refresh_from_db()
        with pytest.raises(BadInput, match="2 of the records"):
            rights.answer(request=request, by=officer, outcome="Sent")
        about = {"request": request, "kind": "pole.nominal", "by": officer}
        rights.decide_about(record=one.reference, told=True, **about)
        for wrong in ({"exemption": "part3_inquiry", "why": "x"}, {"exemption": "gdpr_crime"}):
            with pytest.raises(BadInput):
                rights.decide_about(record=other.reference, told=False, **about, **wrong)
        rights.decide_about(
            record=other.reference, told=False, exemption="gdpr_crime", why="An inquiry", **about
        )
        text = rights.draft(request, rights.search(request=request, by=officer))
        assert "Quiet" in text
        assert "Hidden" not in text
        assert "withheld" not in text, "saying so would tell of the inquiry"
        rights.answer(request=request, by=officer, outcome="Sent by post")
    row = AuditEntry.objects.filter(kind="disclosure").first()
    assert row is not None
    assert row.records == {"pole.nominal": [str(one.reference)]}
    assert "A Person" not in row.recipient
    with pytest.raises(BadInput, match="answered"):
        rights.answer(request=request, by=officer, outcome="Again")


def test_an_answer_waits_for_the_officer_who_may_read_the_rest(officer: User) -> None:
    person = world.nominal(world.held(officer.partner), by=officer)
    cleared = world.person("chief", of=officer.partner, roles=("information-governance",))
    hidden = world.nominal(world.held(officer.partner, sealed_to=[cleared]), by=officer)
    request = asked(officer)
    with world.reading_as(cleared):
        rights.name_people(request=request, by=cleared, people=[person.reference, hidden.reference])
        request.refresh_from_db()
        about = {"request": request, "kind": "pole.nominal", "told": True}
        rights.decide_about(record=person.reference, by=cleared, **about)
    with world.reading_as(officer):
        assert rights.search(request=request, by=officer).elsewhere == 1
        with pytest.raises(BadInput, match="officer who may read"):
            rights.answer(request=request, by=officer, outcome="Sent")
    with world.reading_as(cleared):
        rights.decide_about(record=hidden.reference, by=cleared, **about)
    with world.reading_as(officer):
        rights.answer(request=request, by=officer, outcome="Sent")


def test_nobody_reaches_another_partner_s_registers(officer: User) -> None:
    request = asked(officer)
    theirs = world.person("pgov", of=world.partner("police"), roles=("information-governance",))
    client = client_of(theirs)
    assert client.get(f"/registers/requests/{request.reference}").status_code == 404
    assert b"A Person" not in client.get("/registers/requests").content
    with pytest.raises(BadInput, match="only the controller"):
        rights.acknowledge(request=request, by=theirs)
    analyst = world.person("ana", of=officer.partner, roles=("analyst",))
    with pytest.raises(Refused):
        asked(analyst)


def flow(officer: User, **more: Any) -> Flow:
    given = {
        "key": "f-01",
        "title": "Housing to the partnership",
        "gateway": "cda_115",
        "regime": Regime.UK_GDPR,
        "purpose": Purpose.DISRUPTION,
        "what": "Tenancies, monthly",
        **more,
    }
    return flows.write_flow(by=officer, **given)


def note(key: str | None) -> dict[str, FileNote]:
    return {
        "nominals.csv": FileNote(publisher="p", licence="own work", regime=Regime.UK_GDPR, flow=key)
    }


def test_a_flow_that_is_not_registered_or_has_ended_is_blocked(officer: User) -> None:
    council = officer.partner
    assert council is not None
    with pytest.raises(Mendable, match="not registered"):
        flow_for(files=note("f-01"), owner=council)
    made = flow(officer)
    assert flow_for(files=note("f-01"), owner=council) == made
    flows.end_flow(flow=made, by=officer, last_day=TODAY, why="Contract over")
    assert flow_for(files=note("f-01"), owner=council) == made, "its last day still counts"
    Flow.objects.filter(pk=made.pk).update(
        starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1)
    )
    with pytest.raises(Mendable, match="not in force"):
        flow_for(files=note("f-01"), owner=council)


@pytest.mark.parametrize(
    "wrong",
    [
        {"gateway": "nonsense"},
        {"regime": Regime.OPEN},
        {"regime": Regime.LAW_ENFORCEMENT},
        {"key": "Not a key"},
        {"ends_on": TODAY - timedelta(days=1)},
    ],
)
def test_a_flow_that_makes_no_sense_is_refused(officer: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        flow(officer, **wrong)


def test_agreements_are_signed_and_withdrawn_by_their_own_partner(officer: User) -> None:
    made = flows.write_agreement(
        by=officer, key="county", title="County", purposes=[Purpose.DISRUPTION]
    )
    with pytest.raises(BadInput, match="has not signed"):
        flow(officer, agreement=made)
    signature = flows.sign(agreement=made, by=officer, signed_by="The chief executive")
    assert flow(officer, agreement=made).agreement == made
    with pytest.raises(BadInput, match="already"):
        flows.sign(agreement=made, by=officer, signed_by="Twice")
    theirs = world.person("pgov", of=world.partner("police"), roles=("information-governance",))
    with pytest.raises(BadInput, match="only the partner that signed"):
        flows.withdraw(signature=signature, by=theirs, last_day=TODAY, why="x")
    flows.withdraw(signature=signature, by=officer, last_day=TODAY, why="Left")
    assert Agreement.objects.get().signatures.get().ends_on == TODAY


def test_policing_is_not_told_before_the_police_were_asked(officer: User) -> None:
    one = foi.open_request(by=officer, requester="J", asked="How many?", received_on=TODAY)
    steps: dict[str, Any] = {"request": one, "by": officer}
    with pytest.raises(BadInput, match="public interest"):
        foi.weigh(
            **steps,
            exemptions=["foi_law_enforcement"],
            public_interest="",
            neither_confirm_nor_deny=False,
        )
    with pytest.raises(BadInput, match="neither"):
        foi.weigh(
            **steps, exemptions=["foi_cost"], public_interest="", neither_confirm_nor_deny=True
        )
    one = foi.weigh(
        **steps,
        exemptions=["foi_law_enforcement"],
        public_interest="Weighed",
        neither_confirm_nor_deny=True,
    )
    assert "neither confirms nor denies" in foi.draft(one)
    with pytest.raises(BadInput, match="police were not asked"):
        foi.answer(**steps, on=TODAY, outcome="Refused")
    foi.consult_police(**steps, on=TODAY, consulted="FOI unit", said="Agreed")
    foi.answer(**steps, on=TODAY, outcome="Refused")
    assert FoiRequest.objects.get().answered_by == officer


def test_decisions_are_superseded_and_never_edited(officer: User) -> None:
    chair = world.person("chair", of=officer.partner, roles=("tasking-chair",))
    given: dict[str, Any] = {
        "by": chair,
        "title": "Close the site",
        "decision": "=Close it",
        "rationale": "Harm",
        "taken_by": "Tasking meeting",
        "taken_at": timezone.now() - timedelta(hours=1),
    }
    first = decisions.record_decision(**given, dissent="The landlord")
    second = decisions.record_decision(**given, supersedes=first)
    with pytest.raises(BadInput, match="superseded already"):
        decisions.record_decision(**given, supersedes=first)
    with pytest.raises(BadInput, match="before it is written"):
        decisions.record_decision(**{**given, "taken_at": timezone.now() + timedelta(hours=1)})
    client = client_of(officer)
    assert b"Superseded by" in client.get(f"/registers/decisions/{first.reference}").content
    answer = client.post("/registers/decisions/copy", {"purpose": "governance"})
    text = answer.content.decode()
    assert "'=Close it" in text, "no cell is a formula"
    assert "# Marking,OFFICIAL-SENSITIVE" in text
    row = AuditEntry.objects.first()
    assert row is not None
    assert row.kind == "disclosure"
    assert set(row.records["core.decision"]) == {str(first.reference), str(second.reference)}
    assert Decision.objects.count() == 2


def test_the_auditor_reads_registers_of_all_and_writes_none(officer: User) -> None:
    flow(officer)
    auditor = world.person("aud", of=world.partner("assurance"), roles=("auditor",))
    client = client_of(auditor)
    assert b"f-01" in client.get("/registers/flows").content
    assert client.get("/registers/flows/new").status_code == 404
    assert client.get("/registers/requests").status_code == 404


PAGES = sorted(
    {
        "retention/",
        "retention/look",
        "retention/group",
        "retention/schedules",
        "retention/schedules/set",
        "retention/switch",
        "retention/holds",
        "retention/holds/place",
        "retention/certificates",
        "retention/certificates/sweep",
        "registers/",
        "registers/flows",
        "registers/flows/new",
        "registers/agreements",
        "registers/agreements/new",
        "registers/requests",
        "registers/requests/new",
        "registers/information",
        "registers/information/new",
        "registers/decisions",
        "registers/decisions/copy",
    }
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_information_governance_and_for_nobody_else(
    officer: User, page: str
) -> None:
    assert client_of(officer).get(f"/{page}").status_code == 200
    stranger = world.person("adm", of=officer.partner, roles=("partner-submitter",))
    assert client_of(stranger).get(f"/{page}").status_code == 404


def test_no_module_of_law_is_without_its_source() -> None:
    for name in ("clocks.toml", "bank_holidays.toml", "exemptions.toml"):
        assert "general knowledge" in (Path(law.__file__).parent / name).read_text("utf-8")
