"""Certified deletion: what would go with a record, and removing it so that no trace is left.

One transaction removes the record, what rests on it, the copies the site keeps, and writes the
certificate and the row of the log. Neither holds a word of what was erased. It cannot be undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core import erasing, registry
from frith_web.core.canonical import canonical
from frith_web.core.models import (
    Certificate,
    Choice,
    EntryKind,
    ProtectedRecord,
    Review,
    ReviewDecision,
    User,
    opened,
)
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append
from frith_web.core.services.clear_periods import Periods, last_decision
from frith_web.core.services.holds import holds_over
from frith_web.core.services.linked import about_person, links_to
from frith_web.core.services.retention import (
    DECIDE,
    check_disposable,
    disposal_is_on,
    record_of,
)

SHORTEST = 4
"""Characters: a value shorter than this is in too many texts to say anything."""
ELSEWHERE = (
    "Copies that people took away, printed or sent: the log says who received them",
    "Backups, until they age out of their schedule",
    "On PostgreSQL, freed rows until the next vacuum and the write-ahead log until it is recycled",
    "The log itself, with the purposes and recipients that people typed: it is never changed",
)
"""What disposal does not reach, as the page that asks says it."""


@dataclass(slots=True, kw_only=True)
class Plan:
    """Exactly what goes with a record, what is only unlinked, and what stands in the way."""

    record: ProtectedRecord
    rows: dict[type[Any], dict[int, Any]] = field(default_factory=dict)
    unlinked: dict[tuple[type[Any], str], set[int]] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    """Registers that keep their words, and how many of their entries may mention what goes."""
    obstacles: list[str] = field(default_factory=list)

    def going(self) -> erasing.Going:
        """References and values of what goes."""
        values: set[str] = set()
        records: dict[str, frozenset[str]] = {}
        for model, rows in self.rows.items():
            if issubclass(model, ProtectedRecord):
                kind = registry.kind_of(model.kind)
                records[kind.kind] = frozenset(str(one.reference) for one in rows.values())
                said = (str(getattr(one, name)) for one in rows.values() for name in kind.erases)
                values.update(one for one in said if len(one) >= SHORTEST)
        return erasing.Going(
            records=records,
            values=frozenset(values),
            owner_id=self.record.protection.owner_id,
        )

    def removed(self) -> dict[str, int]:
        """How many rows of each sort go, in plain English."""
        counts: Counter[str] = Counter({_words(model): len(at) for model, at in self.rows.items()})
        counts.update(self.copies)
        return {words: many for words, many in sorted(counts.items()) if many}

    def cut(self) -> dict[str, int]:
        """How many rows stay and lose their link to what goes."""
        counts: Counter[str] = Counter()
        for (model, _), rows in self.unlinked.items():
            counts[_words(model)] += len(rows)
        return dict(sorted(counts.items()))


@transaction.atomic
def plan_of(*, review: Review, by: User) -> Plan | None:
    """What disposal of the record under review would remove; None where this person may not see it.

    Changes nothing. `obstacles` says why it could not be done now.
    """
    record = record_of(review, user=by)
    if record is None:
        return None
    with opened("what rests on a record is counted, whoever may read it; nothing is shown"):
        return _plan(record, review=review, by=by)


@transaction.atomic
def dispose(*, review: Review, by: User) -> Certificate:
    """Remove the record under review and every trace of it that the site keeps. No undo.

    Raises `Refused` without `core.retention:decide`; `BadInput` for another partner's review,
    where nobody decided to dispose, disposal is off, a hold reaches anything that would go, or
    something else stands in the way.
    """
    check_may(by, DECIDE)
    held = Review.objects.select_for_update().get(pk=review.pk)
    if held.owner_id != by.partner_id:
        raise BadInput("only the partner that owns a record disposes of it")
    decision = last_decision(held)
    if held.closed_at is not None or decision is None or decision.choice != Choice.DISPOSE:
        raise BadInput("nobody has decided to dispose of this record")
    if not disposal_is_on(held.owner_id):
        raise BadInput("disposal is off", mend="It waits until your named officer turns it on.")
    record = record_of(held, user=by)
    if record is None:
        raise BadInput("this record is held on terms that need another officer")
    with opened("disposal removes what rests on a record, whoever may read it"):
        plan = _plan(record, review=held, by=by)
        if plan.obstacles:
            raise BadInput("; ".join(plan.obstacles).lower())
        going = plan.going()
        _overwrite_what_is_freed()
        certificate = _certify(held, decision, plan=plan, by=by)
        for one in erasing.copies():
            one.erase(going)
        _remove(plan)
    append(
        kind=EntryKind.ERASURE,
        act="core.retention.dispose",
        actor=by,
        records={kind: sorted(many) for kind, many in going.records.items()},
        detail={
            "certificate": str(certificate.reference),
            "digest": certificate.digest,
            "removed": certificate.removed,
        },
    )
    transaction.on_commit(partial(sweep, by=by))
    return certificate


def digest_of(one: Certificate) -> str:
    """SHA-256 of a certificate as one text, to hold it against the log."""
    said = {
        "reference": str(one.reference),
        "owner": one.owner.key,
        "kind": one.kind,
        "record": str(one.record),
        "authority": one.authority,
        "contact_on": one.contact_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "decided_by": one.decided_by_id,
        "decided_at": one.decided_at.isoformat(),
        "disposed_by": one.disposed_by_id,
        "disposed_at": one.disposed_at.isoformat(),
        "removed": dict(sorted(one.removed.items())),
    }
    return sha256(canonical(said).encode()).hexdigest()


def sweep_what_waits() -> int:
    """As `sweep`, where a certificate says that freed pages were not overwritten yet."""
    waits = Certificate.objects.filter(swept_at__isnull=True).exists()
    return sweep(by=None) if waits else 0


def sweep(*, by: User | None) -> int:
    """Write SQLite's file anew, so that no freed page nor its log keeps erased bytes.

    Returns how many certificates are swept by it; none where another reader or writer is in the
    way, and then the next sweep takes them. PostgreSQL's own vacuum does this work; there it only
    notes nothing. Takes as long as copying the database.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        try:
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        except OperationalError:
            return 0
    if busy:
        return 0
    with transaction.atomic():
        swept = Certificate.objects.filter(swept_at__isnull=True).update(swept_at=timezone.now())
        if swept:
            append(
                kind=EntryKind.ADMINISTRATION,
                act="core.retention.sweep",
                actor=by,
                detail={"certificates": swept},
            )
    return swept


def _overwrite_what_is_freed() -> None:
    """SQLite: bytes that are freed from now on are overwritten with zeros."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _plan(record: ProtectedRecord, *, review: Review, by: User) -> Plan:
    plan = Plan(record=record)
    _gather(plan)
    going = plan.going()
    plan.copies = {one.words: one.count(going) for one in erasing.copies()}
    plan.obstacles += filter(None, (one.in_the_way(going) for one in erasing.copies()))
    counted = {one.words: one.count(going) for one in erasing.kept() if one.count is not None}
    plan.left = {words: many for words, many in counted.items() if many}
    try:
        check_disposable(review, record)
    except BadInput as error:
        plan.obstacles.append(error.what.capitalize())
    _check_what_rests(plan, review=review, by=by)
    return plan


def _gather(plan: Plan) -> None:
    """The record and everything that cannot stay without it, by following links backwards."""
    waiting: list[tuple[type[Any], dict[int, Any]]] = [
        (type(plan.record), {plan.record.pk: plan.record})
    ]
    while waiting:
        model, rows = waiting.pop()
        held = plan.rows.setdefault(model, {})
        fresh = {pk: one for pk, one in rows.items() if pk not in held}
        held.update(fresh)
        if not fresh:
            continue
        for other, link in links_to(model):
            found = other._default_manager.filter(**{f"{link.name}__in": list(fresh)})
            leaving, staying = _split(found, link, plan)
            if staying:
                plan.unlinked.setdefault((other, link.name), set()).update(staying)
            if leaving:
                waiting.append((other, leaving))


def _split(
    found: Iterable[Any], link: models.ForeignKey[Any, Any], plan: Plan
) -> tuple[dict[int, Any], set[int]]:
    """What goes because its link cannot be empty or it is about the person; what is unlinked."""
    leaving: dict[int, Any] = {}
    staying: set[int] = set()
    for one in found:
        if link.null and not _is_about(one, plan.record) and _can_stand_without(one, link.name):
            staying.add(one.pk)
        else:
            leaving[one.pk] = one
    return leaving, staying


def _is_about(row: Any, person: ProtectedRecord) -> bool:
    if not isinstance(row, ProtectedRecord):
        return False
    kind = registry.kind_of(row.kind)
    itself = kind.model.objects.filter(pk=row.pk)
    return any(True for _ in about_person(kind, str(person.reference), among=itself))


def _can_stand_without(row: Any, link: str) -> bool:
    held = getattr(row, f"{link}_id")
    setattr(row, f"{link}_id", None)
    try:
        row.validate_constraints()
    except ValidationError:
        return False
    finally:
        setattr(row, f"{link}_id", held)
    return True


def _check_what_rests(plan: Plan, *, review: Review, by: User) -> None:
    """Note what forbids that the rows which rest on the record go with it."""
    periods = Periods(partner_id=review.owner_id)
    said: dict[str, None] = {}
    for model, rows in plan.rows.items():
        if not issubclass(model, ProtectedRecord):
            continue
        seen = set(model.objects.visible_to(by).filter(pk__in=rows).values_list("pk", flat=True))
        for pk, one in rows.items():
            if one is not plan.record:
                said[_obstacle(one, seen=pk in seen, review=review, periods=periods)] = None
    plan.obstacles += [one for one in said if one]


def _obstacle(one: Any, *, seen: bool, review: Review, periods: Periods) -> str:
    """Why one row that rests on the record may not go; empty where it may."""
    name = registry.kind_of(one.kind).name
    if one.protection.owner_id != review.owner_id or not seen:
        return "Something rests on it that is not yours to see or to dispose of"
    if holds_over(one):
        return f"A hold covers a record that rests on it: {name}"
    if review.request_id is not None:
        return ""
    due = periods.due(one)
    if due is None:
        return f"No schedule covers a record that rests on it: {name}"
    if due.disposable_on is None or due.disposable_on > today() or not due.is_due(today()):
        return f"The time of a record that rests on it has not come: {name}"
    return ""


def _remove(plan: Plan) -> None:
    for (model, link), rows in plan.unlinked.items():
        left = rows - set(plan.rows.get(model, {}))
        model._default_manager.filter(pk__in=left).update(**{link: None})
    for model in _children_first(plan.rows):
        model._default_manager.filter(pk__in=list(plan.rows[model])).delete()


def _children_first(rows: Mapping[type[Any], Any]) -> list[type[Any]]:
    """Models so that each comes before those that it points at."""
    found: list[type[Any]] = []

    def visit(model: type[Any]) -> None:
        if model in found:
            return
        for other, _ in links_to(model):
            if other in rows and other is not model:
                visit(other)
        found.append(model)

    for model in sorted(rows, key=lambda one: one._meta.label):
        visit(model)
    return found


def _certify(review: Review, decision: ReviewDecision, *, plan: Plan, by: User) -> Certificate:
    schedule, request = review.schedule, review.request
    made = Certificate(
        owner_id=review.owner_id,
        kind=review.kind,
        record=review.record,
        schedule=schedule,
        authority=f"{schedule.name}: {schedule.authority}"[:300]
        if schedule
        else f"Upheld request for erasure {request.reference if request else ''}",
        contact_on=review.contact_on,
        due_on=review.due_on,
        decided_by=decision.by,
        decided_at=decision.at,
        disposed_by=by,
        disposed_at=timezone.now(),
        removed=plan.removed(),
    )
    made.digest = digest_of(made)
    made.save(force_insert=True)
    return made


def _words(model: type[Any]) -> str:
    """A model in the field's words, as the page and the certificate say it."""
    if issubclass(model, ProtectedRecord):
        return registry.kind_of(model.kind).name.capitalize()
    return str(model._meta.verbose_name).capitalize()
