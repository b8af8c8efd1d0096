"""Whatever records are moved to whatever terms: who may not read a person learns of no part of it.

After any sequence of moves no reader is shown a role, link or equality record of a person, event or
object that they may not read: by the gate, by counts, by the pages' own questions, and, on
PostgreSQL, by row security alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import GatedQuerySet, Protection, User, opened
from frith_web.core.models.standing import standing, visible_protections
from frith_web.core.purposes import Purpose
from frith_web.core.services.protections import Share, both, move, terms, terms_of
from frith_web.pole import selectors
from frith_web.pole.models import (
    EqualityRecord,
    Event,
    EventRole,
    Nominal,
    ObjectLink,
    RecordedObject,
)

RANDOM = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LABELS = ("amber", "birch")
HANGING = (EventRole, ObjectLink, EqualityRecord)
ENDS = ("event", "nominal", "recorded_object")


@dataclass(frozen=True)
class Wanted:
    """Terms to move to, before there is a database."""

    marking: Marking
    labels: frozenset[str]
    restricted: bool
    sealed_to: frozenset[int] | None
    shared: frozenset[Purpose]


@dataclass
class World:
    readers: list[User]
    movers: dict[str, User]
    owners: dict[str, Any]
    labels: dict[str, Any]
    agreement: Any
    records: list[Any]

    def terms(self, wanted: Wanted, *, owner: str) -> Protection:
        other = self.owners["council" if owner == "police" else "police"]
        readers = wanted.sealed_to
        return world.held(
            self.owners[owner],
            marking=wanted.marking,
            compartments=[self.labels[one] for one in sorted(wanted.labels)],
            restricted=wanted.restricted,
            sealed_to=None if readers is None else [self.readers[n] for n in sorted(readers)],
            shares=[
                Share(partner=other, agreement=self.agreement, purpose=one)
                for one in sorted(wanted.shared)
            ],
        )


wanted_terms = st.builds(
    Wanted,
    marking=st.sampled_from(list(Marking)),
    labels=st.frozensets(st.sampled_from(LABELS)),
    restricted=st.booleans(),
    sealed_to=st.none() | st.none() | st.frozensets(st.integers(0, 4), max_size=3),
    shared=st.frozensets(st.sampled_from([Purpose.DISRUPTION, Purpose.GOVERNANCE])),
)
OPEN = Wanted(Marking.OFFICIAL, frozenset(), False, None, frozenset({Purpose.DISRUPTION}))
moves = st.lists(st.tuples(st.integers(0, 20), wanted_terms), min_size=1, max_size=6)


def build() -> World:
    """Two partners, five readers, and people, events and things of both that hang together."""
    owners = {key: world.partner(key) for key in ("police", "council")}
    labels = {key: world.compartment(key, owner=owners["police"]) for key in LABELS}
    agreement = world.agreement("both", *owners.values())
    given = (
        ("police", ("analyst",), ("amber", "birch"), True),
        ("police", ("information-governance",), ("amber",), False),
        ("council", ("analyst", "information-governance"), ("birch",), True),
        ("council", ("partner-lead",), (), False),
        ("police", ("administrator",), ("amber", "birch"), True),
    )
    readers = []
    for number, (partner, roles, inside, vetted) in enumerate(given):
        user = world.person(f"r{number}", of=owners[partner], roles=roles)
        for label in inside:
            world.admit(user, to=labels[label])
        if vetted:
            world.vet(user)
        readers.append(user)
    movers = {key: world.person(f"{key}-mover", of=one) for key, one in owners.items()}
    made = World(readers, movers, owners, labels, agreement, [])
    made.records = _records(made)
    return made


def _records(of: World) -> list[Any]:
    people, events, things, hanging = [], [], [], []
    by = of.movers
    for owner in ("police", "council"):
        held = of.terms(OPEN, owner=owner)
        person = world.nominal(held, by=by[owner])
        given = {"protection": held, "created_by": by[owner], "batch_id": person.batch_id}
        row = {**given, "source": "test", "source_id": f"{owner}-1"}
        with transaction.atomic(), opened("test"):
            event = Event.objects.create(**row, sort="crime", occurred_from="2025-03-04")
            thing = RecordedObject.objects.create(**row, sort="phone", identifier="07700 900000")
        people.append(person)
        events.append(event)
        things.append(thing)
    for owner, n, m in (("police", 0, 0), ("council", 1, 1), ("police", 1, 0), ("council", 0, 1)):
        held = of.terms(OPEN, owner=owner)
        given = {"protection": held, "created_by": by[owner], "batch_id": people[n].batch_id}
        with transaction.atomic(), opened("test"):
            hanging += [
                EventRole.objects.create(
                    **given, event=events[m], nominal=people[n], role="suspect"
                ),
                ObjectLink.objects.create(**given, recorded_object=things[m], nominal=people[n]),
                ObjectLink.objects.create(**given, recorded_object=things[n], event=events[m]),
            ]
    for n, owner in enumerate(("police", "council")):
        held = of.terms(OPEN, owner=owner)
        with transaction.atomic(), opened("test"):
            hanging.append(
                EqualityRecord.objects.create(
                    protection=held,
                    created_by=by[owner],
                    nominal=people[n],
                    attribute="ethnicity",
                    value="as recorded",
                )
            )
    return [*people, *events, *things, *hanging]


def carry_out(of: World, steps: list[tuple[int, Wanted]], *, among: int | None = None) -> None:
    for number, wanted in steps:
        with transaction.atomic(), opened("test"):
            found = of.records[number % (among or len(of.records))]
            one = type(found).objects.select_related("protection__owner").get(pk=found.pk)
            owner = one.protection.owner.key
            to = of.terms(wanted, owner=owner)
        move(records=[one], to=to, by=of.movers[owner], reason="test")


def check_nobody_learns_of_it(of: World) -> None:
    for reader in of.readers:
        user = User.objects.get(pk=reader.pk)
        with world.reading_as(user):
            check_gate(user)
            check_questions(user)


def check_gate(user: User) -> None:
    """Rows, counts and whether there are any, of what hangs on records."""
    seen = {
        name: set(model.objects.visible_to(user).values_list("pk", flat=True))
        for name, model in (("event", Event), ("nominal", Nominal))
    }
    seen["recorded_object"] = set(
        RecordedObject.objects.visible_to(user).values_list("pk", flat=True)
    )
    for model in HANGING:
        shown = list(model.objects.visible_to(user))
        assert model.objects.visible_to(user).count() == len(shown)
        assert model.objects.visible_to(user).exists() == bool(shown)
        for one in shown:
            for name in ENDS:
                end = getattr(one, f"{name}_id", None)
                assert end is None or end in seen[name], (model, name)


def check_questions(user: User) -> None:
    """What the pages ask: who was in an event, what was with a person, how complete it is."""
    people = {one.pk for one in Nominal.objects.visible_to(user)}
    events = {one.pk for one in Event.objects.visible_to(user)}
    for event in Event.objects.visible_to(user):
        assert {part.nominal.pk for part in selectors.parts_in(event, user=user)} <= people
    for person in Nominal.objects.visible_to(user):
        assert {part.event.pk for part in selectors.parts_of(person, user=user)} <= events
    for thing in RecordedObject.objects.visible_to(user):
        assert {one.pk for one in selectors.nominals_with(thing, user=user)} <= people
    for row in selectors.completeness(user=user):
        assert row.recorded <= row.nominals <= len(people)


def _everything(rows: GatedQuerySet, user: User, *, act: str = "read") -> GatedQuerySet:
    found = rows.all()
    found._passed = True
    return found


@contextmanager
def gate_taken_out() -> Iterator[None]:
    kept = GatedQuerySet.visible_to
    GatedQuerySet.visible_to = _everything  # type: ignore[method-assign]
    try:
        yield
    finally:
        GatedQuerySet.visible_to = kept  # type: ignore[method-assign]


def _in_a_world(check: Callable[[World], None]) -> None:
    with transaction.atomic():
        check(build())
        transaction.set_rollback(True)


@pytest.mark.django_db
@RANDOM
@given(moves)
def test_no_move_tells_of_what_is_hidden(steps: list[tuple[int, Wanted]]) -> None:
    def check(of: World) -> None:
        carry_out(of, steps)
        check_nobody_learns_of_it(of)

    _in_a_world(check)


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="row-level security: runs in `make postgres`"
)
@RANDOM
@given(moves)
def test_row_security_alone_tells_no_more(steps: list[tuple[int, Wanted]]) -> None:
    def check(of: World) -> None:
        carry_out(of, steps)
        with gate_taken_out():
            check_nobody_learns_of_it(of)

    _in_a_world(check)


@pytest.mark.django_db
@RANDOM
@given(moves)
def test_what_hangs_on_a_record_is_held_as_strictly_by_its_owner(
    steps: list[tuple[int, Wanted]],
) -> None:
    """Moves of people, events and things alone: their owner's roles and links follow them."""

    def check(of: World) -> None:
        carry_out(of, steps, among=6)
        for reader in of.readers:
            reached = _reached(reader)
            with transaction.atomic(), opened("test"):
                for model in HANGING:
                    for one in model.objects.select_related("protection"):
                        for end in _ends(one):
                            same = end.protection.owner_id == one.protection.owner_id
                            if same and one.protection_id in reached:
                                assert end.protection_id in reached

    _in_a_world(check)


def _reached(user: User) -> set[int]:
    of = standing(User.objects.get(pk=user.pk))
    return set(
        Protection.objects.filter(pk__in=visible_protections(of, "pole.nominal:read")).values_list(
            "pk", flat=True
        )
    )


def _ends(one: Any) -> list[Any]:
    return [end for name in ENDS if (end := getattr(one, name, None)) is not None]


@pytest.mark.django_db
@RANDOM
@given(wanted_terms, wanted_terms)
def test_terms_held_by_both_open_to_nobody_whom_either_keeps_out(
    first: Wanted, second: Wanted
) -> None:
    def check(of: World) -> None:
        one, other = (of.terms(wanted, owner="police") for wanted in (first, second))
        held = terms(of=both(terms_of(one), terms_of(other)))
        again = terms(of=both(terms_of(held), terms_of(other)))
        assert again == held  # once is enough
        for reader in of.readers:
            reached = _reached(reader)
            if held.pk in reached:
                assert {one.pk, other.pk} <= reached

    _in_a_world(check)


@pytest.mark.django_db
def test_the_world_is_not_empty() -> None:
    """Before any move, readers see what hangs together; or agreement would be on nothing."""

    def check(of: World) -> None:
        user = User.objects.get(pk=of.readers[0].pk)
        with world.reading_as(user):
            assert EventRole.objects.visible_to(user).count() == 4
            assert ObjectLink.objects.visible_to(user).count() == 8
        both_roles = User.objects.get(pk=of.readers[2].pk)
        with world.reading_as(both_roles):
            assert EqualityRecord.objects.visible_to(both_roles).count() == 1

    _in_a_world(check)
