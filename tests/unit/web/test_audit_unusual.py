"""The list of unusual access: what is planted is listed, what is ordinary is not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from frith_web.core import subjects
from frith_web.core.services.audit_unusual import Row, UnusualAccess, unusual_access

UNTIL = date(2026, 11, 20)
DAYS, HISTORY = 28, 182
SINCE = UNTIL - timedelta(days=DAYS - 1)
LONDON = ZoneInfo("Europe/London")


def working_days(start: date, end: date) -> list[date]:
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in span if day.weekday() < 5]


def days_of(
    account: int, rng: np.random.Generator, *, rate: float = 12, start: date | None = None
) -> list[Row]:
    """A reader's ordinary half year: an act of so many records at eleven on each working day."""
    begin = start or SINCE - timedelta(days=HISTORY)
    return [
        row(account, day, records=int(rng.poisson(rate)), mark=f"{account}-{day}")
        for day in working_days(begin, UNTIL)
    ]


def row(account: int, day: date, *, records: int, mark: str, hour: int = 11) -> Row:
    at = datetime.combine(day, time(hour), tzinfo=LONDON)
    seen = {"pole.nominal": [f"N-{mark}-{k}" for k in range(records)]}
    return account, f"Reader {account}", at, seen


def listed(rows: list[Row], *, roles: dict[int, frozenset[str]] | None = None) -> UnusualAccess:
    return unusual_access(
        sorted(rows, key=lambda one: one[2]),
        until=UNTIL,
        days=DAYS,
        history_days=HISTORY,
        opens=time(7),
        closes=time(20),
        roles=roles if roles is not None else {n: frozenset({"analyst"}) for n in range(20)},
    )


@pytest.fixture
def ordinary() -> list[Row]:
    rng = np.random.default_rng(7)
    return [one for account in range(8) for one in days_of(account, rng)]


def whats(found: UnusualAccess) -> set[tuple[int, str]]:
    return {(one.account, one.what) for one in found.notices}


def test_ordinary_readers_are_not_listed(ordinary: list[Row]) -> None:
    found = listed(ordinary)
    assert (found.notices, found.readers) == ((), 8)
    assert (found.since, found.until) == (SINCE, UNTIL)


def test_more_than_their_own_earlier_days(ordinary: list[Row]) -> None:
    busy = [row(3, day, records=20, mark=f"more-{day}") for day in working_days(SINCE, UNTIL)]
    found = listed(ordinary + busy)
    assert whats(found) == {
        (3, "Saw more records a day than on their own earlier days"),
        (3, "Saw more records than peers of the same role"),
    }


def test_more_than_peers_from_the_first_day_on(ordinary: list[Row]) -> None:
    rng = np.random.default_rng(8)
    found = listed(ordinary + days_of(9, rng, rate=150))
    assert whats(found) == {(9, "Saw more records than peers of the same role")}


def test_peers_hold_a_role_in_common(ordinary: list[Row]) -> None:
    rng = np.random.default_rng(8)
    roles = {n: frozenset({"analyst"}) for n in range(8)} | {9: frozenset({"auditor"})}
    found = listed(ordinary + days_of(9, rng, rate=150), roles=roles)
    assert not found.notices
    assert "1 readers have fewer than 5 peers of a role in common" in found.cannot_tell


def test_a_newcomer_is_not_compared_with_days_they_do_not_have(ordinary: list[Row]) -> None:
    rng = np.random.default_rng(9)
    found = listed(ordinary + days_of(9, rng, start=SINCE - timedelta(days=7)))
    assert not found.notices
    assert "1 readers have fewer than 28 earlier days to compare with" in found.cannot_tell


def test_out_of_hours(ordinary: list[Row]) -> None:
    late = [
        row(2, day, records=1, mark=f"late-{day}", hour=23)
        for day in working_days(SINCE, UNTIL)[:8]
    ]
    found = listed(ordinary + late)
    assert whats(found) == {(2, "Read out of office hours more than before")}
    assert "8 of 28 acts, 0 of" in found.notices[0].figures


def test_who_always_works_at_night_is_not_listed_for_it() -> None:
    rng = np.random.default_rng(7)
    rows = [
        (account, name, at.replace(hour=22), seen)
        for account in range(8)
        for account, name, at, seen in days_of(account, rng)
    ]
    assert not listed(rows).notices


def test_summer_time_is_the_site_s_clock() -> None:
    at = datetime(2026, 7, 1, 6, 30, tzinfo=ZoneInfo("UTC"))  # half past seven in London
    found = unusual_access(
        [(1, "Reader 1", at, {"pole.nominal": ["N-1"]})],
        until=date(2026, 7, 1),
        days=1,
        history_days=7,
        opens=time(7),
        closes=time(20),
        roles={},
    )
    assert not found.notices


def test_one_record_on_many_days(ordinary: list[Row]) -> None:
    often = [row(4, day, records=1, mark="same") for day in working_days(SINCE, UNTIL)[:5]]
    (notice,) = listed(ordinary + often).notices
    assert (notice.account, notice.figures) == (4, "pole.nominal N-same-0 on 5 days")
    assert not listed(ordinary + often[:4]).notices


def test_one_family_and_one_s_own_where_rooms_know_them(
    ordinary: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "_FAMILY_NAMES", {})
    monkeypatch.setattr(subjects, "_OWN_PEOPLE", {})
    subjects.declare(
        "pole.nominal",
        family_names=lambda seen: {one: "Example" for one in seen if "kin" in one},
        own_people=lambda: {"N-self-0": 5, "N-other-0": 6},
    )
    more = [
        row(1, UNTIL, records=8, mark="kin"),
        row(5, UNTIL, records=1, mark="self"),
        row(5, UNTIL, records=1, mark="other"),
    ]
    found = listed(ordinary + more)
    assert {(one.account, one.what, one.figures) for one in found.notices} == {
        (1, "Saw many records of one family name", "8 records of kind pole.nominal"),
        (5, "Saw their own record", "pole.nominal N-self-0"),
        (5, "Saw the record of a colleague", "pole.nominal N-other-0"),
    }
    assert not any("Example" in one.figures for one in found.notices)
    assert not any("no room tells" in one for one in found.cannot_tell)


def test_quiet_readers_are_listed_about_as_seldom_as_promised() -> None:
    """Two hundred readers in whom nothing changed: the list of volume stays all but empty."""
    rng = np.random.default_rng(20261121)
    rows = [one for account in range(200) for one in days_of(account, rng, rate=rng.uniform(2, 30))]
    found = listed(rows, roles={n: frozenset({"analyst"}) for n in range(200)})
    volume = [one for one in found.notices if "own earlier days" in one.what]
    assert len(volume) <= 2
    assert len(found.notices) <= 4


def test_an_empty_log_lists_nobody() -> None:
    found = listed([])
    assert (found.notices, found.readers) == ((), 0)
