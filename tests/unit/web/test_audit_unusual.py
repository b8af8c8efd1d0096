"""The list of unusual access: what is planted is listed, what is ordinary is not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from frith_web.core import subjects
from frith_web.core.log_selectors import Holder
from frith_web.core.services.audit_unusual import Row, UnusualAccess, unusual_access
from frith_web.core.subjects import Bears
from frith_web.core.unusual_rules import rules_on

UNTIL = date(2026, 11, 27)
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


@pytest.fixture(autouse=True)
def nobody_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room tells what records bear, unless a test says so."""
    monkeypatch.setattr(subjects, "_PEOPLE", {})


def listed(
    rows: list[Row], *, roles: dict[int, frozenset[str]] | None = None, **more: Any
) -> UnusualAccess:
    return unusual_access(
        sorted(rows, key=lambda one: one[2]),
        until=UNTIL,
        days=DAYS,
        history_days=HISTORY,
        opens=time(7),
        closes=time(20),
        roles=roles if roles is not None else {n: frozenset({"analyst"}) for n in range(20)},
        **more,
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
        row(2, day, records=1, mark=f"late-{day}", hour=21)
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


def test_with_a_task_it_is_work(ordinary: list[Row]) -> None:
    often = [row(4, day, records=1, mark="same") for day in working_days(SINCE, UNTIL)[:5]]
    task = {(4, "pole.nominal", "N-same-0")}
    assert not listed(ordinary + often, tasks=task).notices
    assert listed(ordinary + often, tasks={(5, "pole.nominal", "N-same-0")}).notices


def test_in_the_night(ordinary: list[Row]) -> None:
    late = [
        row(2, day, records=1, mark=f"late-{day}", hour=2) for day in working_days(SINCE, UNTIL)[:8]
    ]
    assert whats(listed(ordinary + late)) == {
        (2, "Read out of office hours more than before"),
        (2, "Read in the night more than before"),
    }


BEARS = {
    "N-self-0": Bears(full_name="fay example", family_name="example", address="1 here qx1 1aa"),
    "N-home-0": Bears(full_name="gus other", family_name="other", address="1 here qx1 1aa"),
    "N-kin-0": Bears(full_name="hal example", family_name="example"),
    "N-mail-0": Bears(full_name="someone", family_name="someone", email="bo@example.org"),
    "N-far-0": Bears(full_name="ida different", family_name="different", address="2 there"),
}
HOLDERS = {
    5: Holder(full_name="fay example", family_name="example", email=""),
    6: Holder(full_name="bo khan", family_name="khan", email="bo@example.org"),
}


def knows(bears: dict[str, Bears], *, share: float) -> None:
    """A room that tells what these records bear."""
    subjects.declare(
        "pole.nominal",
        subjects.People(
            of=lambda seen: {one: bears[one] for one in seen if one in bears},
            named=lambda names, emails: {
                reference: one
                for reference, one in bears.items()
                if one.full_name in names or one.email in emails
            },
            share=lambda names: dict.fromkeys(names, share),
        ),
    )


def of_reader(found: UnusualAccess, account: int) -> set[tuple[str, str]]:
    return {(one.what, one.figures) for one in found.notices if one.account == account}


def seen_by(account: int, *marks: str) -> list[Row]:
    return [row(account, UNTIL, records=1, mark=mark) for mark in marks]


def test_one_s_own_home_family_and_colleagues(ordinary: list[Row]) -> None:
    knows(BEARS, share=0.0001)
    rows = ordinary + seen_by(5, "self", "home", "kin", "mail", "far") + seen_by(6, "mail", "far")
    found = listed(rows, holders=HOLDERS)
    assert of_reader(found, 5) == {
        (
            "Opened a record in their own name, or with their own email address",
            "pole.nominal N-self-0",
        ),
        (
            "Opened records at the address of a record in their own name",
            "1 records of kind pole.nominal",
        ),
        (
            "Opened records that bear their own family name",
            "1 of 5 records of kind pole.nominal; 0.01% of all of them bear it",
        ),
        ("Opened the record of a colleague", "pole.nominal N-mail-0"),
    }
    assert {figures for _, figures in of_reader(found, 6)} == {"pole.nominal N-mail-0"}
    text = " ".join(f"{one.what} {one.figures}" for one in found.notices).lower()
    assert not any(word in text for word in ("fay", "example", "qx1", "bo@"))
    assert not any("no room tells" in one for one in found.cannot_tell)


def test_their_home_is_known_though_they_never_opened_their_own(ordinary: list[Row]) -> None:
    knows(BEARS, share=0.0001)
    found = listed(ordinary + seen_by(5, "home"), holders=HOLDERS)
    assert [what for what, _ in of_reader(found, 5)] == [
        "Opened records at the address of a record in their own name"
    ]


@pytest.mark.parametrize(
    ("share", "kin", "is_listed"), [(0.1, 1, False), (0.1, 9, True), (0.0001, 1, True)]
)
def test_a_common_name_is_listed_only_where_chance_does_not_explain_it(
    ordinary: list[Row], share: float, kin: int, is_listed: bool
) -> None:
    bears = {
        f"N-kin-{n}": Bears(full_name=f"x{n} example", family_name="example") for n in range(kin)
    }
    bears |= {f"N-far-{n}": Bears(full_name=f"y{n} z", family_name=f"z{n}") for n in range(10)}
    knows(bears, share=share)
    rows = [row(5, UNTIL, records=kin, mark="kin"), row(5, UNTIL, records=10, mark="far")]
    what = {one for one, _ in of_reader(listed(ordinary + rows, holders=HOLDERS), 5)}
    assert ("Opened records that bear their own family name" in what) == is_listed


def test_many_of_one_family_name(ordinary: list[Row]) -> None:
    bears = {f"N-kin-{n}": Bears(family_name="stranger") for n in range(8)}
    knows(bears, share=0.01)
    (notice,) = listed([*ordinary, row(1, UNTIL, records=8, mark="kin")]).notices
    assert (notice.what, notice.figures) == (
        "Saw many records of one family name",
        "8 records of kind pole.nominal",
    )
    fewer = listed([*ordinary, row(1, UNTIL, records=7, mark="kin")])
    assert not fewer.notices


def test_rules_are_dated_data_with_their_source() -> None:
    assert rules_on(date(2020, 1, 1)) == {}
    rules = rules_on(UNTIL + timedelta(days=1))
    assert set(rules) >= {"own_record", "own_family_name", "own_address", "colleague", "night"}
    assert all(one.says and one.source for one in rules.values())
    assert rules["one_record"]["days"] == 5


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
