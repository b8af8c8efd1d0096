"""Bringing a data set in, as recorded: whole or not at all; the same twice adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import models, transaction

from frith.results import file_hash
from frith.tables import load_dataset
from frith.tables.dataset import Dataset
from frith_web.core.models import EntryKind, Protection, User, opened
from frith_web.core.services.audit import append
from frith_web.pole.models import (
    Batch,
    EqualityRecord,
    Event,
    EventRole,
    Location,
    Nominal,
    ObjectLink,
    RecordedObject,
)
from frith_web.pole.services.flows import flow_for

TABLES = ("nominals", "events", "roles", "objects", "object_links", "equality_monitoring")
SIZE = 2000
NOMINAL = (
    "given_names",
    "family_name",
    "aliases",
    "date_of_birth",
    "sex",
    "phone",
    "email",
    "address",
    "address_id",
    "postcode",
    "police_id",
)
EVENT = (
    "offence_code",
    "crime_type",
    "theme",
    "area",
    "area_vintage",
    "occasion_ref",
    "arrest_ref",
    "premises_type",
    "retailer",
)
MOMENT = {"month": "%Y-%m", "day": "%Y-%m-%d"}
TO_THE_MINUTE = "%Y-%m-%dT%H:%M"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    batch: Batch
    added: Mapping[str, int]
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Into:
    """Where rows go: the batch, who brings them, on which terms by source."""

    batch: Batch
    by: User
    protection: Protection
    by_source: Mapping[str, Protection]

    def record(self, model: type[Any], *, source: str, **values: Any) -> Any:
        """A record of a source, not yet saved."""
        return model(
            protection=self.by_source.get(source, self.protection),
            created_by=self.by,
            source=source,
            batch=self.batch,
            **values,
        )


@transaction.atomic
def import_dataset(
    *,
    folder: Path,
    by: User,
    protection: Protection,
    by_source: Mapping[str, Protection] | None = None,
    say: Say = lambda _: None,
) -> Imported:
    """Bring the person-level tables of a data set in, on the given terms.

    `by_source` gives other terms to rows of a source system. Rows that the tables refuse are
    counted and stay outside; `frith check --rejects` hands them back. Raises `Mendable` where a
    file has no lawful flow, as `services.flows` says.
    """
    say("Reading the data set")
    dataset = load_dataset(folder, only=TABLES)
    flow = flow_for(files=dataset.about.files, owner=protection.owner)
    refused = sum(report.refused for report in dataset.reports.values())
    with opened("an import must see what is already there, whoever may read it"):
        batch = Batch.objects.create(
            protection=protection,
            created_by=by,
            title=dataset.about.name,
            flow=flow,
            digest=_digest(folder),
            refused=refused,
        )
        into = _Into(batch=batch, by=by, protection=protection, by_source=by_source or {})
        added = _everything(dataset, into, say)
        batch.accepted = sum(added.values())
        batch.save(update_fields=["accepted"])
    append(
        kind=EntryKind.COLLECTION,
        act="pole.import",
        actor=by,
        records={Batch.kind: [batch.reference]},
        detail={"added": added, "refused": refused, "flow": flow.key if flow else ""},
    )
    return Imported(batch=batch, added=added, refused=refused)


def _digest(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    named = "\n".join(f"{path.name} {file_hash(path)}" for path in files)
    return sha256(named.encode()).hexdigest()


def _everything(dataset: Dataset, into: _Into, say: Say) -> dict[str, int]:
    """Every table in the order in which one needs the other; how many records each added."""
    added: dict[str, int] = {}

    def keep(name: str, model: type[models.Model], rows: Iterable[Any]) -> None:
        made = model._default_manager.bulk_create(rows, batch_size=SIZE)
        added[name] = len(made)
        say(f"{name.replace('_', ' ').capitalize()}: {len(made):,} added")

    def rows(table: str) -> list[dict[str, Any]]:
        return dataset.tables[table].to_dicts() if dataset.has(table) else []

    keep("nominals", Nominal, _new(Nominal, map(_nominal, rows("nominals")), into))
    events = rows("events")
    keep("locations", Location, _new(Location, _locations(events), into))
    places = _numbers(Location)
    keep("events", Event, _new(Event, (_event(one, places) for one in events), into))
    keep("objects", RecordedObject, _new(RecordedObject, map(_object, rows("objects")), into))
    ends = _Ends(nominals=_loose(Nominal), events=_loose(Event), objects=_loose(RecordedObject))
    keep("roles", EventRole, _roles(rows("roles"), ends, into))
    keep("object_links", ObjectLink, _links(rows("object_links"), ends, into))
    keep("equality_records", EqualityRecord, _equality(rows("equality_monitoring"), ends, into))
    return added


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Records by the identifier that other tables use: number and terms."""

    nominals: Mapping[str, tuple[int, int]]
    events: Mapping[str, tuple[int, int]]
    objects: Mapping[str, tuple[int, int]]


def _numbers(model: type[Any]) -> dict[tuple[str, str], int]:
    found = model.objects.values_list("source", "source_id", "pk")
    return {(source, key): pk for source, key, pk in found.iterator()}


def _loose(model: type[Any]) -> dict[str, tuple[int, int]]:
    found = model.objects.values_list("source_id", "pk", "protection_id")
    return {key: (pk, terms) for key, pk, terms in found.iterator()}


def _new(model: type[Any], rows: Iterable[dict[str, Any]], into: _Into) -> list[Any]:
    """Records for rows that are not there yet, by source and the source's own identifier."""
    there = set(_numbers(model))
    made = []
    for row in rows:
        key = (row["source"], row["source_id"])
        if key not in there:
            there.add(key)
            made.append(into.record(model, **row))
    return made


def _text(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: row.get(name) or "" for name in names}


def _nominal(row: dict[str, Any]) -> dict[str, Any]:
    return {"source": row["source"], "source_id": row["nominal_id"], **_text(row, NOMINAL)}


def _point(row: Mapping[str, Any]) -> str:
    if row["longitude"] is None or row["latitude"] is None:
        return ""
    return f"{row['longitude']:.6f},{row['latitude']:.6f}"


def _locations(events: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in events:
        if _point(row):
            where = (row["premises_type"] or "point").capitalize()
            yield {
                "source": row["source"],
                "source_id": _point(row),
                "label": f"{where} in {row['area']}" if row["area"] else where,
                "longitude": row["longitude"],
                "latitude": row["latitude"],
                **_text(row, ("area", "area_vintage", "point_precision", "premises_type")),
            }


def _event(row: dict[str, Any], places: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    shape = MOMENT.get(row["date_precision"] or "", TO_THE_MINUTE)
    until = row["occurred_to"]
    return {
        "source": row["source"],
        "source_id": row["event_id"],
        "sort": row["kind"],
        "occurred_from": row["occurred_from"].strftime(shape),
        "occurred_to": until.strftime(shape) if until else "",
        "location_id": places.get((row["source"], _point(row))),
        "police_led": row["police_led"],
        "loss_gbp": row["loss_gbp"],
        **_text(row, EVENT),
    }


def _object(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": "objects",
        "source_id": row["object_id"],
        "sort": row["kind"],
        "identifier": row["identifier"],
    }


def _roles(rows: Iterable[dict[str, Any]], ends: _Ends, into: _Into) -> list[EventRole]:
    there = set(EventRole.objects.values_list("event_id", "nominal_id", "role"))
    made = []
    for row in rows:
        event, nominal = ends.events.get(row["event_id"]), ends.nominals.get(row["nominal_id"])
        if event and nominal and (event[0], nominal[0], row["role"]) not in there:
            there.add((event[0], nominal[0], row["role"]))
            made.append(
                EventRole(
                    protection_id=event[1],
                    created_by=into.by,
                    event_id=event[0],
                    nominal_id=nominal[0],
                    role=row["role"],
                    batch=into.batch,
                )
            )
    return made


def _links(rows: Iterable[dict[str, Any]], ends: _Ends, into: _Into) -> list[ObjectLink]:
    fields = ("recorded_object_id", "nominal_id", "event_id", "from_date", "to_date")
    there = set(ObjectLink.objects.values_list(*fields))
    made = []
    for row in rows:
        thing = ends.objects.get(row["object_id"])
        nominal, event = ends.nominals.get(row["nominal_id"]), ends.events.get(row["event_id"])
        if thing is None or not (nominal or event):
            continue
        values = dict(
            zip(
                fields,
                (
                    thing[0],
                    nominal[0] if nominal else None,
                    event[0] if event else None,
                    row["from_date"],
                    row["to_date"],
                ),
                strict=True,
            )
        )
        if tuple(values.values()) not in there:
            there.add(tuple(values.values()))
            terms = (nominal or event or thing)[1]
            made.append(
                ObjectLink(protection_id=terms, created_by=into.by, batch=into.batch, **values)
            )
    return made


def _equality(rows: Iterable[dict[str, Any]], ends: _Ends, into: _Into) -> list[EqualityRecord]:
    there = set(EqualityRecord.objects.values_list("nominal_id", "attribute"))
    made = []
    for row in rows:
        nominal = ends.nominals.get(row["record_id"]) if row["table"] == "nominals" else None
        if nominal and (nominal[0], row["attribute"]) not in there:
            there.add((nominal[0], row["attribute"]))
            made.append(
                EqualityRecord(
                    protection_id=nominal[1],
                    created_by=into.by,
                    nominal_id=nominal[0],
                    attribute=row["attribute"],
                    value=row["value"] or "",
                )
            )
    return made
