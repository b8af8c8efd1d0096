"""Rows of a data set's tables become records that are not saved yet, a stretch at a time.

What is there already is asked of the database for each stretch, in the transaction that will add
it: so a stretch that was done before adds nothing, whichever process does it again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from frith_web.core.models import Protection, User
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
from frith_web.pole.services.unseen import unseen, unseen_of

BETWEEN = " / "
"""What `frith.tables` puts between the parts of a key of several columns."""
OBJECTS = "objects"
"""The source of every object: their table names none."""
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
LINK = ("recorded_object_id", "nominal_id", "event_id", "from_date", "to_date")
Row = Mapping[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Where rows go: the batch, who brings them, on which terms by source."""

    batch: Batch
    by: User
    protection: Protection
    by_source: Mapping[str, Protection]
    sources: Mapping[str, Mapping[str, frozenset[str]]]
    """Of nominals and events of this data set: identifier to the sources that use it."""

    def terms(self, source: str) -> Protection:
        """The terms on which a source's rows wait to be seen."""
        return unseen(self.by_source.get(source, self.protection))

    def owner(self, source: str) -> int:
        """Whose a source's rows are."""
        return self.by_source.get(source, self.protection).owner_id

    def owners(self) -> frozenset[int]:
        """Whose records these are."""
        return frozenset(one.owner_id for one in (self.protection, *self.by_source.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """A record at one end of a role or link."""

    pk: int
    source: str
    terms: int


class _Ends:
    """Records by the identifier that other tables use, which does not say its source."""

    def __init__(self, model: type[Any], keys: Iterable[str | None], *, table: str, into: Into):
        self._sources = into.sources.get(table, {})
        self._by_key: dict[str, list[_End]] = {}
        wanted = {one for one in keys if one}
        told = wanted & self._sources.keys()
        sources = frozenset().union(*(self._sources[one] for one in told))
        # Of these owners alone: another partner's system may use the same identifiers. Two
        # questions, because only the first can be answered from the index to the end.
        held = model.objects.filter(owner__in=into.owners())
        self._look(held.filter(source__in=sources, source_id__in=told), into)
        if wanted - told:
            self._look(held.filter(source_id__in=wanted - told), into)

    def _look(self, found: Any, into: Into) -> None:
        values = ("source_id", "pk", "source", "protection_id", "owner_id")
        for key, pk, source, held_on, owner in found.values_list(*values).iterator():
            if owner == into.owner(source):
                one = _End(pk=pk, source=source, terms=held_on)
                self._by_key.setdefault(key, []).append(one)

    def of(self, key: str | None, *, near: str = "") -> _End | None:
        """The record of this identifier: of this data set's sources, else of any of its owners.

        Where several sources use it, that of the source `near`; None where that does not tell: a
        role on the wrong person is worse than one that is missing.
        """
        there = self._by_key.get(key or "", [])
        sources = self._sources.get(key or "")
        if sources:
            there = [one for one in there if one.source in sources]
        if len(there) > 1:
            there = [one for one in there if one.source == near]
        return there[0] if len(there) == 1 else None


def nominals(rows: Rows, into: Into) -> list[Nominal]:
    """People as recorded."""
    return _new(Nominal, map(_nominal, rows), into)


def objects(rows: Rows, into: Into) -> list[RecordedObject]:
    """Phones, vehicles, accounts and the rest."""
    return _new(RecordedObject, map(_object, rows), into)


def locations(rows: Rows, into: Into) -> list[Location]:
    """The places of events."""
    return _new(Location, _places(rows), into)


def events(rows: Rows, into: Into) -> list[Event]:
    """Events, whose places were saved before."""
    points = {(row["source"], point) for row in rows if (point := _point(row))}
    places = {(source, key): pk for source, key, pk in _there(Location, points, into)}
    return _new(Event, (_event(row, places) for row in rows), into)


def roles(rows: Rows, into: Into) -> list[EventRole]:
    """Who was recorded as what in which event; where both ends are known."""
    of_events = _Ends(Event, (row["event_id"] for row in rows), table="events", into=into)
    of_people = _Ends(Nominal, (row["nominal_id"] for row in rows), table="nominals", into=into)
    wanted: dict[tuple[int, int, str], int] = {}
    for row in rows:
        event = of_events.of(row["event_id"])
        nominal = of_people.of(row["nominal_id"], near=event.source if event else "")
        event = event or of_events.of(row["event_id"], near=nominal.source if nominal else "")
        if event and nominal:
            wanted[event.pk, nominal.pk, row["role"]] = event.terms
    there = EventRole.objects.filter(event__in={event for event, _, _ in wanted})
    for known in there.values_list("event_id", "nominal_id", "role").iterator():
        wanted.pop(known, None)
    held = unseen_of(wanted.values())
    return [
        EventRole(
            protection=held[on],
            created_by=into.by,
            event_id=event,
            nominal_id=nominal,
            role=role,
            batch=into.batch,
        )
        for (event, nominal, role), on in wanted.items()
    ]


def object_links(rows: Rows, into: Into) -> list[ObjectLink]:
    """With whom or in which event an object was recorded; where the ends are known."""
    things = _Ends(RecordedObject, (row["object_id"] for row in rows), table="objects", into=into)
    people = _Ends(Nominal, (row["nominal_id"] for row in rows), table="nominals", into=into)
    of_events = _Ends(Event, (row["event_id"] for row in rows), table="events", into=into)
    wanted: dict[tuple[Any, ...], int] = {}
    for row in rows:
        thing = things.of(row["object_id"])
        nominal, event = people.of(row["nominal_id"]), of_events.of(row["event_id"])
        if thing is not None and (nominal or event):
            key = (
                thing.pk,
                nominal.pk if nominal else None,
                event.pk if event else None,
                row["from_date"],
                row["to_date"],
            )
            wanted[key] = (nominal or event or thing).terms
    there = ObjectLink.objects.filter(recorded_object__in={key[0] for key in wanted})
    for known in there.values_list(*LINK).iterator():
        wanted.pop(known, None)
    held = unseen_of(wanted.values())
    return [
        ObjectLink(
            protection=held[on],
            created_by=into.by,
            batch=into.batch,
            **dict(zip(LINK, key, strict=True)),
        )
        for key, on in wanted.items()
    ]


def equality(rows: Rows, into: Into) -> list[EqualityRecord]:
    """Ethnicity and nationality of nominals, apart."""
    known = into.sources.get("nominals", {})
    told = [(_parted(row["record_id"], known), row) for row in rows if row["table"] == "nominals"]
    people = _Ends(Nominal, (key for (key, _), _ in told), table="nominals", into=into)
    wanted: dict[tuple[int, str], tuple[int, str]] = {}
    for (key, source), row in told:
        nominal = people.of(key, near=source)
        if nominal:
            said = (nominal.terms, row["value"] or "")
            wanted.setdefault((nominal.pk, row["attribute"]), said)
    there = EqualityRecord.objects.filter(nominal__in={nominal for nominal, _ in wanted})
    for held_before in there.values_list("nominal_id", "attribute").iterator():
        wanted.pop(held_before, None)
    held = unseen_of(on for on, _ in wanted.values())
    return [
        EqualityRecord(
            protection=held[on],
            created_by=into.by,
            nominal_id=nominal,
            attribute=attribute,
            value=value,
        )
        for (nominal, attribute), (on, value) in wanted.items()
    ]


def _parted(record_id: str, known: Mapping[str, frozenset[str]]) -> tuple[str, str]:
    """Identifier and source of a nominal, which one column holds together: `n1 / council`."""
    parts = record_id.split(BETWEEN)
    for at in range(1, len(parts)):
        key, source = BETWEEN.join(parts[:at]), BETWEEN.join(parts[at:])
        if source in known.get(key, ()):
            return key, source
    return record_id, ""


def _new(model: type[Any], rows: Iterable[Row], into: Into) -> list[Any]:
    """Records for rows that are not there yet, by source and the source's own identifier."""
    wanted: dict[tuple[str, str], Row] = {}
    for row in rows:
        wanted.setdefault((row["source"], row["source_id"]), row)
    for source, key, _ in _there(model, wanted, into):
        wanted.pop((source, key), None)
    held = {source: into.terms(source) for source in {source for source, _ in wanted}}
    return [
        model(protection=held[row["source"]], created_by=into.by, batch=into.batch, **row)
        for row in wanted.values()
    ]


def _there(
    model: type[Any], keys: Collection[tuple[str, str]], into: Into
) -> Iterable[tuple[str, str, int]]:
    """What is there already of these, by source and identifier; and perhaps a few more.

    Of a source's own owner: the same source and identifier of another partner is another record.
    """
    found = model.objects.filter(
        owner__in=into.owners(),
        source__in={source for source, _ in keys},
        source_id__in={key for _, key in keys},
    )
    values = ("owner_id", "source", "source_id", "pk")
    for owner, source, key, pk in found.values_list(*values).iterator():
        if owner == into.owner(source):
            yield source, key, pk


def _text(row: Row, names: Iterable[str]) -> dict[str, str]:
    return {name: row.get(name) or "" for name in names}


def _nominal(row: Row) -> dict[str, Any]:
    return {"source": row["source"], "source_id": row["nominal_id"], **_text(row, NOMINAL)}


def _object(row: Row) -> dict[str, Any]:
    return {
        "source": OBJECTS,
        "source_id": row["object_id"],
        "sort": row["kind"],
        "identifier": row["identifier"],
    }


def _point(row: Row) -> str:
    if row["longitude"] is None or row["latitude"] is None:
        return ""
    return f"{row['longitude']:.6f},{row['latitude']:.6f}"


def _places(rows: Rows) -> Iterable[dict[str, Any]]:
    for row in rows:
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


def _event(row: Row, places: Mapping[tuple[str, str], int]) -> dict[str, Any]:
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


Make = Callable[[Rows, Into], list[Any]]
STEPS: Mapping[str, tuple[tuple[str, type[Any], Make], ...]] = {
    "nominals": (("nominals", Nominal, nominals),),
    "events": (("locations", Location, locations), ("events", Event, events)),
    "objects": (("objects", RecordedObject, objects),),
    "roles": (("roles", EventRole, roles),),
    "object_links": (("object_links", ObjectLink, object_links),),
    "equality_monitoring": (("equality_records", EqualityRecord, equality),),
}
"""Each table, in the order in which one needs the other, and what its rows become."""
