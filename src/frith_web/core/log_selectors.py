"""Every read of the audit log by people. What is shown is noted: reading the log leaves a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.utils import timezone

from frith_web.core import registry
from frith_web.core.models import AuditEntry, LogRoot, RoleHeld, User
from frith_web.core.models.dated import in_force, today
from frith_web.core.models.standing import standing
from frith_web.core.purposes import Purpose
from frith_web.core.reading import current_reading

KIND = "core.audit_entry"
PAGE = 50
READ = "core.audit:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a search of the log asks for; blank asks for all."""

    actor: str = ""
    kind: str = ""
    act: str = ""
    record_kind: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    """Entries with a smaller number: the page after the one that ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of entries, newest first, and the number after which older ones go on."""

    entries: Sequence[AuditEntry]
    older: int | None


def entries_for(user: User) -> QuerySet[AuditEntry]:
    """Entries a reader may see: all to who audits, else those of their own partner's people."""
    roles = [role for role in standing(user).roles if READ in role.permissions]
    if any(Purpose.AUDIT in role.purposes for role in roles):
        return AuditEntry.objects.all()
    if roles and user.partner_id:
        return AuditEntry.objects.filter(actor_partner=str(user.partner))
    return AuditEntry.objects.none()


def search(*, user: User, wanted: Wanted) -> Page:
    """The newest entries that fit, a page of them."""
    found = _fitting(entries_for(user), wanted)
    if wanted.before is not None:
        found = found.filter(n__lt=wanted.before)
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    current_reading().note_count(KIND)  # that nothing fits is an answer too
    current_reading().note(KIND, [row.n for row in shown])
    return Page(entries=shown, older=shown[-1].n if len(rows) > PAGE else None)


def entry(*, user: User, n: int) -> AuditEntry | None:
    """One entry, or None where there is none for this reader."""
    found = entries_for(user).filter(n=n).first()
    if found is not None:
        current_reading().note(KIND, [found.n])
    return found


def about(*, kind: str, reference: str) -> list[AuditEntry]:
    """Every entry that lists a record, oldest first: for the person it is about, and for s.62."""
    found = list(_fitting(AuditEntry.objects.all(), Wanted(record_kind=kind, reference=reference)))
    found.reverse()
    current_reading().note(KIND, [row.n for row in found])
    return found


def is_there(*, user: User, kind: str, reference: str) -> bool:
    """True where a record of that kind is there for this reader; to have asked is noted.

    No record, a hidden one and no such kind are one answer.
    """
    current_reading().note_count(KIND)
    try:
        found = registry.kind_of(kind).model.objects.visible_to(user)
        return bool(found.filter(reference=UUID(reference)).exists())
    except (LookupError, ValueError):
        return False


def newest_root_over(n: int) -> LogRoot | None:
    """The newest signed root that covers an entry, or None where none does yet."""
    return LogRoot.objects.filter(tree_size__gte=n).last()


def log_readers() -> QuerySet[User]:
    """Who holds a role today that reads the log, with an open account."""
    held = RoleHeld.objects.filter(in_force(today()), role__permissions__permission=READ)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name")


def roles_by_account() -> dict[int, frozenset[str]]:
    """Which roles each account holds today."""
    held: dict[int, set[str]] = {}
    for user_id, key in RoleHeld.objects.filter(in_force(today())).values_list(
        "user_id", "role__key"
    ):
        held.setdefault(user_id, set()).add(key)
    return {user_id: frozenset(keys) for user_id, keys in held.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose an account is, in small letters, to compare with what records bear."""

    full_name: str
    family_name: str
    email: str


def holders() -> dict[int, Holder]:
    """Whose each account is; not of demonstrations, which are nobody's."""
    rows = User.objects.filter(is_demonstration=False).values_list("pk", "full_name", "email")
    return {
        pk: Holder(
            full_name=" ".join(name.lower().split()),
            family_name=(name.lower().split() or [""])[-1],
            email=email.lower(),
        )
        for pk, name, email in rows
    }


def tasks(*, user: User, since: datetime) -> set[tuple[int, str, str]]:
    """Records on which somebody had work, as the log itself says: (account, kind, reference).

    They did more than look at it, or said under which case, meeting or operation they looked.
    """
    rows = entries_for(user).filter(at__gte=since, actor_id__isnull=False)
    worked = rows.exclude(kind__in=["consultation", "disclosure"]) | rows.filter(
        purpose__contains=": "
    )
    return {
        (account, kind, reference)
        for account, records in worked.values_list("actor_id", "records").iterator()
        if account is not None
        for kind, references in records.items()
        for reference in references
    }


def last_looked() -> AuditEntry | None:
    """When the list of unusual access was last looked at by its reviewer."""
    return AuditEntry.objects.filter(act="core.unusual_access.looked").order_by("-n").first()


def consultations(*, user: User, since: datetime) -> QuerySet[AuditEntry, Any]:
    """What was looked at and taken away from a moment on, as (account, name, moment, records)."""
    return (
        entries_for(user)
        .filter(at__gte=since, kind__in=["consultation", "disclosure"], actor_id__isnull=False)
        .order_by("n")
        .values_list("actor_id", "actor_name", "at", "records")
    )


def _fitting(entries: QuerySet[AuditEntry], wanted: Wanted) -> QuerySet[AuditEntry]:
    given = {
        "actor_name__icontains": wanted.actor,
        "kind": wanted.kind,
        "act__icontains": wanted.act,
        "at__gte": _start(wanted.since),
        "at__lt": _start(wanted.until + timedelta(days=1)) if wanted.until else None,
    }
    entries = entries.filter(**{name: value for name, value in given.items() if value})
    if wanted.record_kind and wanted.reference:
        entries = _listing(entries, wanted.record_kind, wanted.reference)
    return entries.order_by("-n")


def _start(day: date | None) -> datetime | None:
    """The first moment of a day by the site's clock."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def _listing(entries: QuerySet[AuditEntry], kind: str, reference: str) -> QuerySet[AuditEntry]:
    """Entries whose records list this one: by index on PostgreSQL, by looking on SQLite."""
    if connection.vendor == "postgresql":
        return entries.filter(records__contains={kind: [reference]})
    listed = Func(
        F("records"),
        Value(f'$."{kind}"'),
        template="(SELECT value FROM json_each(%(expressions)s))",
    )
    return entries.filter(
        Func(
            Value(reference),
            listed,
            template="(%(expressions)s)",
            arg_joiner=" IN ",
            output_field=BooleanField(),
        )
    )
