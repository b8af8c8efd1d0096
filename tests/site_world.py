"""A small partnership for tests of who may see what: partners, people, terms, records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import transaction

from frith.reference.regimes import Regime
from frith_web.core.models import (
    Admission,
    Agreement,
    Compartment,
    Partner,
    Protection,
    Role,
    RoleHeld,
    Signature,
    User,
    Vetting,
    opened,
)
from frith_web.core.purposes import Purpose
from frith_web.core.reading import reading
from frith_web.core.services.protections import Terms, terms
from frith_web.core.services.roles import install_roles
from frith_web.pole.models import Batch, Nominal

if TYPE_CHECKING:
    from frith_web.core.reading import Reading

LONG_AGO = date(2020, 1, 1)
_NUMBERS = count(1)


def partner(key: str, **more: Any) -> Partner:
    """A partner since long ago."""
    given = {"name": key.title(), "body": "council", "starts_on": LONG_AGO, **more}
    return Partner.objects.create(key=key, **given)


def person(username: str, *, of: Partner | None, roles: tuple[str, ...] = ()) -> User:
    """An account of a partner that holds roles since long ago."""
    if not Role.objects.exists():
        install_roles()
    user = User.objects.create(username=username, full_name=username.title(), partner=of)
    for key in roles:
        held = Role.objects.get(key=key)
        RoleHeld.objects.create(user=user, role=held, reason="test", starts_on=LONG_AGO)
    return user


def agreement(key: str, *signed_by: Partner, ends_on: date | None = None) -> Agreement:
    """An agreement for every purpose, signed long ago."""
    made = Agreement.objects.create(
        key=key,
        title=key.title(),
        purposes=[one.value for one in Purpose],
        starts_on=LONG_AGO,
        ends_on=ends_on,
    )
    for one in signed_by:
        Signature.objects.create(
            agreement=made, partner=one, signed_by="A signatory", starts_on=LONG_AGO
        )
    return made


def compartment(key: str, *, owner: Partner) -> Compartment:
    """A need-to-know label."""
    return Compartment.objects.create(
        key=key, name=key.title(), owner=owner, reason="test", starts_on=LONG_AGO
    )


def admit(user: User, *, to: Compartment, until: date | None = None) -> None:
    """Let a person into a compartment."""
    Admission.objects.create(
        compartment=to, user=user, reason="test", starts_on=LONG_AGO, ends_on=until
    )


def vet(user: User, *, until: date | None = None) -> None:
    """Vet a person."""
    Vetting.objects.create(
        user=user, level="NPPV 2", confirmed_by="test", starts_on=LONG_AGO, ends_on=until
    )


def yesterday() -> date:
    """The day before today."""
    return date.today() - timedelta(days=1)


def held(owner: Partner, **more: Any) -> Protection:
    """Terms of an owner; synthetic unless said otherwise."""
    return terms(of=Terms(owner=owner, regime=Regime.SYNTHETIC, **more))


def nominal(protection: Protection, *, by: User, **more: Any) -> Nominal:
    """A made-up nominal held on terms."""
    number = next(_NUMBERS)
    with transaction.atomic(), opened("test"):
        batch = Batch.objects.create(
            protection=protection, created_by=by, title="Test", digest=str(number)
        )
        given = {"given_names": "Made", "family_name": f"Up{number}", **more}
        return Nominal.objects.create(
            protection=protection,
            created_by=by,
            source="test",
            source_id=str(number),
            batch=batch,
            **given,
        )


@contextmanager
def reading_as(user: User) -> Iterator[Reading]:
    """A reading in which a test may look; the database knows who it is."""
    from frith_web.core.database import reader
    from frith_web.core.models.standing import narrowing

    less = narrowing(user)
    only = {"permissions": less.permissions, "purposes": less.purposes} if less else {}
    with reading(actor=user, act="test.read") as found, reader(user.pk, **only):
        yield found
