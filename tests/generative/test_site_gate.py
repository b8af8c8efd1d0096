"""No path returns what a plain statement of the rules denies, and none denies what it allows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from django.db import connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import GatedQuerySet, User, WhenHidden
from frith_web.core.models.standing import Narrowing, narrow
from frith_web.core.purposes import Purpose
from frith_web.core.services.protections import Share
from frith_web.pole.models import Nominal

PARTNERS = ("council", "police", "housing")
ROLES = ("analyst", "information-governance", "partner-lead", "board-member", "administrator")
SERVES = {
    "analyst": {"disruption", "safeguarding", "planning"},
    "information-governance": {"governance"},
    "partner-lead": {"disruption", "safeguarding", "planning"},
}
"""Roles that read nominals, and the purposes they serve; as `roles.toml` says, said again here."""
LABELS = ("amber", "birch", "cedar")
RANDOM = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Person:
    partner: str
    roles: frozenset[str]
    labels: frozenset[str]
    lapsed_labels: frozenset[str]
    vetted: str  # "no", "yes", "lapsed"
    active: bool
    only: tuple[frozenset[str], frozenset[str]] | None = None
    """What a token narrows them to: permissions and purposes; None where they signed in."""


@dataclass(frozen=True)
class Record:
    owner: str
    marking: Marking
    labels: frozenset[str]
    restricted: bool
    sealed_to: frozenset[int] | None
    shares: frozenset[tuple[str, str, Purpose]] = field(default_factory=frozenset)


people = st.builds(
    Person,
    partner=st.sampled_from(PARTNERS),
    roles=st.frozensets(st.sampled_from(ROLES), max_size=2),
    labels=st.frozensets(st.sampled_from(LABELS)),
    lapsed_labels=st.frozensets(st.sampled_from(LABELS), max_size=1),
    vetted=st.sampled_from(("no", "yes", "lapsed")),
    active=st.sampled_from((True, True, True, False)),
    only=st.none()
    | st.tuples(
        st.frozensets(st.sampled_from(("pole.nominal:read", "pole.event:read"))),
        st.frozensets(
            st.sampled_from(("disruption", "governance", "scrutiny", "planning")), max_size=2
        ),
    ),
)
records = st.builds(
    Record,
    owner=st.sampled_from(PARTNERS),
    marking=st.sampled_from(list(Marking)),
    labels=st.frozensets(st.sampled_from(LABELS), max_size=2),
    restricted=st.booleans(),
    sealed_to=st.none() | st.frozensets(st.integers(0, 3), max_size=2),
    shares=st.frozensets(
        st.tuples(
            st.sampled_from(PARTNERS),
            st.sampled_from(("signed", "half", "ended")),
            st.sampled_from([Purpose.DISRUPTION, Purpose.GOVERNANCE, Purpose.SCRUTINY]),
        ),
        max_size=3,
    ),
)


def allowed(who: int, person: Person, record: Record) -> bool:
    """The rules, as plainly as they can be said."""
    serves = {role: SERVES[role] for role in person.roles & set(SERVES)}
    if person.only is not None:
        permissions, purposes = person.only
        if "pole.nominal:read" not in permissions:
            return False
        serves = {role: served & purposes for role, served in serves.items() if served & purposes}
    if not person.active or not serves:
        return False
    if not record.labels <= person.labels - person.lapsed_labels:
        return False
    if record.restricted and person.vetted != "yes":
        return False
    if record.sealed_to is not None and who not in record.sealed_to:
        return False
    if record.owner == person.partner:
        return True
    return any(
        to == person.partner and under == "signed" and purpose.value in served
        for served in serves.values()
        for to, under, purpose in record.shares
    )


def build(folk: list[Person], papers: list[Record]) -> tuple[list[User], dict[int, Nominal]]:
    """The world in the database."""
    partners = {key: world.partner(key) for key in PARTNERS}
    labels = {key: world.compartment(key, owner=partners["police"]) for key in LABELS}
    agreements = {
        "signed": world.agreement("signed", *partners.values()),
        "ended": world.agreement("ended", *partners.values(), ends_on=world.yesterday()),
    }
    users = []
    for number, one in enumerate(folk):
        user = world.person(f"p{number}", of=partners[one.partner], roles=tuple(one.roles))
        for label in one.labels - one.lapsed_labels:
            world.admit(user, to=labels[label])
        for label in one.lapsed_labels:
            world.admit(user, to=labels[label], until=world.yesterday())
        if one.vetted != "no":
            world.vet(user, until=world.yesterday() if one.vetted == "lapsed" else None)
        User.objects.filter(pk=user.pk).update(is_active=one.active)
        found = User.objects.get(pk=user.pk)
        if one.only is not None:
            narrow(found, to=Narrowing(permissions=one.only[0], purposes=one.only[1]))
        users.append(found)
    maker = world.person("maker", of=partners["police"])
    half = {key: world.agreement(f"half-{key}", one) for key, one in partners.items()}
    made: dict[int, Nominal] = {}
    for number, one in enumerate(papers):
        shares = [
            Share(
                partner=partners[to],
                agreement=half[to] if under == "half" else agreements[under],
                purpose=purpose,
            )
            for to, under, purpose in sorted(one.shares)
            if to != one.owner
        ]
        terms = world.held(
            partners[one.owner],
            marking=one.marking,
            compartments=[labels[key] for key in sorted(one.labels)],
            restricted=one.restricted,
            sealed_to=None
            if one.sealed_to is None
            else [users[i] for i in sorted(one.sealed_to) if i < len(users)],
            shares=shares,
            when_hidden=WhenHidden.SILENT,
        )
        made[number] = world.nominal(terms, by=maker, family_name=f"R{number}")
    return users, made


def compare(folk: list[Person], papers: list[Record]) -> None:
    users, made = build(folk, papers)
    for who, (user, person) in enumerate(zip(users, folk, strict=True)):
        expected = {
            str(made[number].reference)
            for number, record in enumerate(papers)
            if allowed(who, person, record)
        }
        with world.reading_as(user) as ledger:
            seen = Nominal.objects.visible_to(user)
            assert {str(one.reference) for one in seen} == expected
            assert Nominal.objects.visible_to(user).count() == len(expected)
            assert Nominal.objects.visible_to(user).exists() == bool(expected)
            facets = Nominal.objects.visible_to(user).values("family_name").order_by("family_name")
            assert sum(one["n"] for one in facets.annotate(n=models.Count("pk"))) == len(expected)
            assert set(ledger.records.get("pole.nominal", {})) == expected


@pytest.mark.django_db
@RANDOM
@given(st.lists(people, min_size=1, max_size=4), st.lists(records, min_size=1, max_size=6))
def test_the_gate_answers_as_the_rules_say(folk: list[Person], papers: list[Record]) -> None:
    with transaction.atomic():
        compare(folk, papers)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="row-level security: runs in `make postgres`"
)
@RANDOM
@given(st.lists(people, min_size=1, max_size=4), st.lists(records, min_size=1, max_size=6))
def test_row_security_alone_answers_as_the_rules_say(
    folk: list[Person], papers: list[Record]
) -> None:
    """With the gate taken out, PostgreSQL itself says the same."""
    kept = GatedQuerySet.visible_to
    GatedQuerySet.visible_to = _everything
    try:
        with transaction.atomic():
            compare(folk, papers)
            transaction.set_rollback(True)
    finally:
        GatedQuerySet.visible_to = kept


def _everything(rows: GatedQuerySet, user: User, *, act: str = "read") -> GatedQuerySet:
    found = rows.all()
    found._passed = True
    return found


@pytest.mark.django_db
def test_a_share_for_another_purpose_is_closed_to_a_token() -> None:
    """The same person reads it when signed in."""
    reads = frozenset({"pole.nominal:read"})
    shared = frozenset({("council", "signed", Purpose.DISRUPTION)})
    record = Record("police", Marking.OFFICIAL, frozenset(), False, None, shared)
    signed_in = Person("council", frozenset({"analyst"}), frozenset(), frozenset(), "no", True)
    fitting = replace(signed_in, only=(reads, frozenset({"disruption"})))
    other = replace(signed_in, only=(reads, frozenset({"planning"})))
    assert [allowed(0, one, record) for one in (signed_in, fitting, other)] == [True, True, False]
    compare([signed_in, fitting, other], [record])


@pytest.mark.django_db
def test_the_world_is_not_empty() -> None:
    """The oracle says yes somewhere, so that agreement is not agreement on nothing."""
    person = Person("council", frozenset({"analyst"}), frozenset(), frozenset(), "no", True)
    record = Record("council", Marking.OFFICIAL, frozenset(), False, None)
    assert allowed(0, person, record)
    compare([person], [record])
    assert date.today() > world.LONG_AGO
