"""The collections of the API: who may read each, how it is narrowed, and its records as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frith.reference.regimes import Marking
from frith_web.api.v1 import reads, shapes
from frith_web.core.models import ProtectedRecord, User
from frith_web.objective import models as objective
from frith_web.pole import models as pole

PLAN = ("objective.plan:read",)
BATCH = ("batch_id", pole.Batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One kind of record as the API serves it."""

    name: str
    """Its address and, in the plural, its name."""
    one: str
    words: str
    model: type[ProtectedRecord]
    permissions: tuple[str, ...]
    """All of them are needed."""
    filters: type[shapes.Paging]
    find: Callable[..., Any]
    shape: type[shapes.Record]
    links: Mapping[str, tuple[str, type[ProtectedRecord]]] = field(default_factory=dict)
    """References to other records: name to the field that holds the row's number, and whose."""
    values: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Values that are no field of the record."""
    every: Mapping[str, Any] = field(default_factory=dict)
    """The filters that leave nothing out, where their defaults do."""


COLLECTIONS = (
    Collection(
        name="nominals",
        one="nominal",
        words="People as recorded. Each is one record in one system; one person may have several.",
        model=pole.Nominal,
        permissions=("pole.nominal:read", "pole.nominal:export"),
        filters=shapes.NominalFilters,
        find=reads.nominals,
        shape=shapes.Nominal,
        links={"batch": BATCH},
    ),
    Collection(
        name="events",
        one="event",
        words="Recorded offences, incidents, stops and referrals.",
        model=pole.Event,
        permissions=("pole.event:read", "pole.event:export"),
        filters=shapes.EventFilters,
        find=reads.events,
        shape=shapes.Event,
        links={"batch": BATCH, "location": ("location_id", pole.Location)},
    ),
    Collection(
        name="roles",
        one="role",
        words="What nominals were recorded as in events. Roles coexist: a suspect may be a victim.",
        model=pole.EventRole,
        permissions=("pole.role:read", "pole.event:export", "pole.nominal:export"),
        filters=shapes.RoleFilters,
        find=reads.roles,
        shape=shapes.Role,
        links={"event": ("event_id", pole.Event), "nominal": ("nominal_id", pole.Nominal)},
    ),
    Collection(
        name="objects",
        one="object",
        words="Phones, vehicles, accounts, handles and adverts. Sharing one proves nothing.",
        model=pole.RecordedObject,
        permissions=("pole.object:read", "pole.object:export"),
        filters=shapes.ObjectFilters,
        find=reads.objects,
        shape=shapes.RecordedObject,
        links={"batch": BATCH},
    ),
    Collection(
        name="object-links",
        one="object link",
        words="With whom or in which event an object was recorded.",
        model=pole.ObjectLink,
        permissions=("pole.object-link:read", "pole.object:export"),
        filters=shapes.LinkFilters,
        find=reads.links,
        shape=shapes.ObjectLink,
        links={
            "object": ("recorded_object_id", pole.RecordedObject),
            "nominal": ("nominal_id", pole.Nominal),
            "event": ("event_id", pole.Event),
        },
    ),
    Collection(
        name="locations",
        one="location",
        words="Places as recorded. A point may have been moved to a street or area before it came.",
        model=pole.Location,
        permissions=("pole.location:read", "pole.location:export"),
        filters=shapes.LocationFilters,
        find=reads.locations,
        shape=shapes.Location,
        links={"batch": BATCH},
    ),
    Collection(
        name="batches",
        one="batch",
        words="What was imported, in one go each.",
        model=pole.Batch,
        permissions=("pole.batch:read",),
        filters=shapes.Paging,
        find=reads.batches,
        shape=shapes.Batch,
        values={"state": lambda one: one.state},
    ),
    Collection(
        name="plans",
        one="plan",
        words="Plans and strategies of the partnership.",
        model=objective.Plan,
        permissions=PLAN,
        filters=shapes.Paging,
        find=reads.plans,
        shape=shapes.Plan,
    ),
    Collection(
        name="priorities",
        one="priority",
        words="Priorities of plans.",
        model=objective.Priority,
        permissions=PLAN,
        filters=shapes.PriorityFilters,
        find=reads.priorities,
        shape=shapes.Priority,
        links={"plan": ("plan_id", objective.Plan)},
    ),
    Collection(
        name="commitments",
        one="commitment",
        words="What was promised under priorities.",
        model=objective.Commitment,
        permissions=PLAN,
        filters=shapes.CommitmentFilters,
        find=reads.commitments,
        shape=shapes.Commitment,
        links={"priority": ("priority_id", objective.Priority)},
        values={"lead": lambda one: one.lead.key},
    ),
    Collection(
        name="measures",
        one="measure",
        words="Definitions of measures.",
        model=objective.MeasureDefinition,
        permissions=PLAN,
        filters=shapes.MeasureFilters,
        find=reads.measures,
        shape=shapes.Measure,
        every={"in_force": False},
        links={"priority": ("priority_id", objective.Priority)},
    ),
    Collection(
        name="targets",
        one="target",
        words="What measures should reach, and by when.",
        model=objective.Target,
        permissions=PLAN,
        filters=shapes.TargetFilters,
        find=reads.targets,
        shape=shapes.Target,
        links={"measure": ("measure_id", objective.MeasureDefinition)},
    ),
)


def as_json(
    collection: Collection, records: Sequence[ProtectedRecord], *, user: User
) -> list[dict[str, Any]]:
    """Records as the API answers them; a reference that the reader may not see is null."""
    known = {
        name: reads.references(model, (getattr(one, column) for one in records), user=user)
        for name, (column, model) in collection.links.items()
    }
    return [_one(collection, record, known) for record in records]


def _one(collection: Collection, record: Any, known: dict[str, Any]) -> dict[str, Any]:
    special = {"terms", *collection.links, *collection.values}
    plain = {name for name in collection.shape.model_fields if name not in special}
    held = record.protection
    return {
        **{name: getattr(record, name) for name in plain},
        **{name: of(record) for name, of in collection.values.items()},
        **{
            name: known[name].get(getattr(record, column))
            for name, (column, _) in collection.links.items()
        },
        "terms": {
            "owner": held.owner.key,
            "regime": held.regime,
            "marking": held.marking,
            "conditions": held.conditions,
        },
    }


def page_of(collection: Collection, *, user: User, asked: shapes.Paging) -> dict[str, Any]:
    """One stretch of a collection, in the order of references, which says nothing of the rest."""
    found = collection.find(user, asked).select_related("protection__owner").order_by("reference")
    if asked.after is not None:
        found = found.filter(reference__gt=asked.after)
    records = list(found[: asked.limit])
    held = {one.protection_id: one.protection for one in records}.values()
    sensitive = any(one.marking == Marking.OFFICIAL_SENSITIVE.value for one in held)
    return {
        "marking": (Marking.OFFICIAL_SENSITIVE if sensitive else Marking.OFFICIAL).value,
        "conditions": sorted({key for one in held for key in one.conditions}),
        "records": as_json(collection, records, user=user),
        "next": records[-1].reference if len(records) == asked.limit else None,
    }
