"""What a page asks of the database: so many questions, however many records stand on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import site_world as world
from frith_web.core.models import AuditEntry, User, opened
from frith_web.core.models.standing import Standing, standing, visible_protections
from frith_web.pole.models import Batch, Event, EventRole, Location, Nominal, RecordedObject
from frith_web.ui import components

FEW, MANY = 3, 60
LISTS = ("people-recorded", "events", "objects", "locations")
LIST_COSTS = 10
"""Session, account, device, standing, count, rows, notifications; the log's head, its row, the
head again."""
RECORD_COSTS = 14
"""As a list, with the record, its shares, its labels, its roles and their other ends."""


@pytest.fixture
def fill(analyst: User) -> Callable[[int], dict[str, Any]]:
    """So many of each kind of record, every one in every list; the first nominal in every event."""

    def filled(count: int) -> dict[str, Any]:
        terms = world.held(analyst.partner)
        made: dict[str, Any] = {}
        with transaction.atomic(), opened("test"):
            shared = {"protection": terms, "created_by": analyst}
            batch = Batch.objects.create(title="T", digest="x", **shared)
            shared |= {"batch": batch}
            for n in range(count):
                row = {**shared, "source": "test", "source_id": str(n)}
                place = Location.objects.create(label=f"Place {n}", **row)
                RecordedObject.objects.create(sort="phone", identifier=f"0163296{n:04}", **row)
                nominal = Nominal.objects.create(family_name=f"Name {n:03}", **row)
                event = Event.objects.create(
                    sort="crime", occurred_from=f"2025-06-{n % 28 + 1:02}", location=place, **row
                )
                made.setdefault("nominal", nominal)
                made.setdefault("event", event)
                for one, other in ((event, made["nominal"]), (made["event"], nominal)):
                    EventRole.objects.get_or_create(
                        event=one, nominal=other, role="suspect", defaults=shared
                    )
        return made

    return filled


def questions(client: Client, path: str) -> int:
    """How many questions a page asks, once the reader's session stands.

    Not counted: PostgreSQL is told who reads, and a test's own transaction is marked.
    """
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    said = [one["sql"] for one in asked.captured_queries]
    return len([one for one in said if "set_config" not in one and "SAVEPOINT" not in one])


def test_lists_ask_the_same_however_many_records_fit(
    reader: Client, fill: Callable[[int], dict[str, Any]]
) -> None:
    fill(MANY)
    for name in LISTS:
        assert questions(reader, f"/{name}/") <= LIST_COSTS, name
        assert questions(reader, f"/{name}/?words=nothing-like-it") <= LIST_COSTS, name


@pytest.mark.parametrize("count", [FEW, MANY])
def test_record_pages_ask_the_same_however_much_goes_with_them(
    reader: Client, fill: Callable[[int], dict[str, Any]], count: int
) -> None:
    made = fill(count)
    for name, one in (("people-recorded", made["nominal"]), ("events", made["event"])):
        page = reader.get(f"/{name}/{one.reference}").content.decode()
        assert (
            page.count('href="/events/' if name == "people-recorded" else 'href="/people-') >= count
        )
        assert questions(reader, f"/{name}/{one.reference}") <= RECORD_COSTS, name


def test_a_lists_row_of_the_log_names_the_records_of_its_page_and_no_other(
    reader: Client, fill: Callable[[int], dict[str, Any]]
) -> None:
    fill(MANY)
    reader.get("/people-recorded/?page=2")
    row = AuditEntry.objects.filter(act="pole:nominals").latest("n")
    with transaction.atomic(), opened("test"):
        shown = Nominal.objects.order_by("family_name")[50:MANY]
        assert row.records == {"pole.nominal": [str(one.reference) for one in shown]}
    assert row.detail["counts"] == {"pole.nominal": 1}


def test_a_standing_is_one_question_and_its_terms_are_put_together_once(analyst: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        first = standing(User.objects.get(pk=analyst.pk))
    assert len(asked.captured_queries) == 2, "the account, and what it brings"
    again = standing(User.objects.get(pk=analyst.pk))
    assert first == again
    one, other = (visible_protections(of, "pole.nominal:read") for of in (first, again))
    assert one.sql is other.sql
    assert (
        visible_protections(Standing(user_id=0, partner_id=None, on=first.on), "any").params == ()
    )


def test_what_is_kept_of_the_frame_tells_safe_words_from_plain_ones() -> None:
    plain = components.render("skip-link", {"href": "#a", "text": "<b>"})
    assert "&lt;b&gt;" in plain
    assert components.render("skip-link", {"href": "#a", "html": "<b>"}) == plain
    safe = components.render("skip-link", {"href": "#a", "html": components.SafeString("<b>")})
    assert "<b>" in safe
    assert components.render("skip-link", {"href": "#a", "text": "<b>"}) is plain
