"""Every read of this room; each begins with `visible_to(user)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from frith_web.core.models import User
from frith_web.core.permissions import may
from frith_web.pole.models import (
    EqualityRecord,
    Event,
    EventRole,
    Location,
    Nominal,
    ObjectLink,
    RecordedObject,
)
from frith_web.pole.policies import Age, age_on

PAGE = 50
MOST_BESIDE = 20
"""Records offered to compare one with; no more are shown than somebody will look at."""


class Pages(Paginator):
    """Pages of a list of records."""

    def page(self, number: Any) -> Page[Any]:
        """As Django's, its rows found by `between`."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        found: Any = self.object_list
        return Page(found.between(start, stop), number, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; blanks narrow nothing."""

    words: str = ""
    source: str = ""
    sort: str = ""
    theme: str = ""
    area: str = ""
    order: str = ""
    """A key of the list's orders, after a minus where it is the other way round."""


NOMINAL_ORDERS = {
    "name": ("family_name", "given_names"),
    "born": ("date_of_birth",),
    "postcode": ("postcode",),
    "source": ("source",),
}
EVENT_ORDERS = {
    "event": ("crime_type", "sort"),
    "when": ("occurred_from",),
    "area": ("area",),
    "source": ("source",),
}
OBJECT_ORDERS = {"identifier": ("identifier",), "kind": ("sort", "identifier")}
LOCATION_ORDERS = {
    "location": ("label",),
    "area": ("area",),
    "point": ("point_precision",),
    "source": ("source",),
}


def _in_order(found: Any, orders: Mapping[str, tuple[str, ...]], asked: str) -> Any:
    """In the order asked for where the list has it; the record's number settles what is equal."""
    fields = orders.get(asked.removeprefix("-"))
    if fields is None:
        return found
    turned = "-" if asked.startswith("-") else ""
    return found.order_by(*(f"{turned}{field}" for field in fields), f"{turned}pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a nominal was in an event, and how old on that day."""

    role: EventRole
    event: Event
    nominal: Nominal
    age: Age | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How complete an equality field is in one source."""

    source: str
    attribute: str
    nominals: int
    recorded: int

    @property
    def attribute_words(self) -> str:
        """The field as a page says it."""
        return self.attribute.replace("_", " ").capitalize()

    @property
    def share(self) -> float:
        """Recorded over all nominals of the source that the reader may see."""
        return self.recorded / self.nominals if self.nominals else 0.0


def nominals(*, user: User, filters: Filters, page: int) -> Page[Nominal]:
    """Nominals whose name, other names, phone or identifier holds every word."""
    return Pages(find_nominals(user=user, filters=filters), PAGE).get_page(page)


def find_nominals(*, user: User, filters: Filters, act: str = "read") -> Any:
    """All of them, on which the reader may do `act`."""
    found = Nominal.objects.visible_to(user, act=act)
    for word in filters.words.split():
        found = found.filter(
            Q(given_names__icontains=word)
            | Q(family_name__icontains=word)
            | Q(aliases__icontains=word)
            | Q(phone__icontains=word)
            | Q(postcode__icontains=word)
            | Q(source_id__iexact=word)
            | Q(police_id__iexact=word)
        )
    if filters.source:
        found = found.filter(source=filters.source)
    return _in_order(found, NOMINAL_ORDERS, filters.order)


def events(*, user: User, filters: Filters, page: int) -> Page[Event]:
    """Events, the newest first."""
    return Pages(find_events(user=user, filters=filters), PAGE).get_page(page)


def find_events(*, user: User, filters: Filters, act: str = "read") -> Any:
    """All of them, on which the reader may do `act`."""
    found = Event.objects.visible_to(user, act=act)
    for word in filters.words.split():
        found = found.filter(
            Q(crime_type__icontains=word)
            | Q(retailer__icontains=word)
            | Q(source_id__iexact=word)
            | Q(occasion_ref__iexact=word)
            | Q(arrest_ref__iexact=word)
        )
    narrowed = {"source": filters.source, "sort": filters.sort, "theme": filters.theme}
    found = found.filter(**{name: value for name, value in narrowed.items() if value})
    if filters.area:
        found = found.filter(area__iexact=filters.area)
    return _in_order(found, EVENT_ORDERS, filters.order)


def objects(*, user: User, filters: Filters, page: int) -> Page[RecordedObject]:
    """Objects by kind and identifier."""
    return Pages(find_objects(user=user, filters=filters), PAGE).get_page(page)


def find_objects(*, user: User, filters: Filters, act: str = "read") -> Any:
    """All of them, on which the reader may do `act`."""
    found = RecordedObject.objects.visible_to(user, act=act)
    for word in filters.words.split():
        found = found.filter(Q(identifier__icontains=word) | Q(source_id__iexact=word))
    if filters.sort:
        found = found.filter(sort=filters.sort)
    return _in_order(found, OBJECT_ORDERS, filters.order)


def locations(*, user: User, filters: Filters, page: int) -> Page[Location]:
    """Locations by label, postcode or area."""
    return Pages(find_locations(user=user, filters=filters), PAGE).get_page(page)


def find_locations(*, user: User, filters: Filters, act: str = "read") -> Any:
    """All of them, on which the reader may do `act`."""
    found = Location.objects.visible_to(user, act=act)
    for word in filters.words.split():
        found = found.filter(
            Q(label__icontains=word) | Q(postcode__icontains=word) | Q(area__iexact=word)
        )
    return _in_order(found, LOCATION_ORDERS, filters.order)


def nominals_beside(nominal: Nominal, *, user: User, filters: Filters) -> list[Nominal]:
    """Other nominals to compare with: those that fit, else those that share a way to tell people.

    A search as one would make it by hand; it ranks nobody and proposes nothing.
    """
    found = find_nominals(user=user, filters=filters).exclude(pk=nominal.pk)
    if not (filters.words or filters.source):
        shared = Q(pk__in=[])
        for name in ("family_name", "phone", "email", "police_id"):
            if value := getattr(nominal, name):
                shared |= Q(**{f"{name}__iexact": value})
        found = found.filter(shared)
    return list(found[:MOST_BESIDE])


def one(model: type[Any], *, user: User, reference: UUID) -> Any | None:
    """The record of that reference, where this reader may see it."""
    found = model.objects.visible_to(user).select_related("protection__owner")
    return found.filter(reference=reference).first()


def parts_of(nominal: Nominal, *, user: User) -> list[Part]:
    """The events a nominal was in, the newest first: those of which the reader may see all.

    `nominal` is one that the reader was found to see.
    """
    roles = list(EventRole.objects.visible_to(user).filter(nominal=nominal))
    events = Event.objects.visible_to(user).filter(pk__in={one.event_id for one in roles})
    return _parts(roles, events=events, nominals=[nominal])


def parts_in(event: Event, *, user: User) -> list[Part]:
    """Who was in an event that the reader was found to see: the nominals that they may see."""
    roles = list(EventRole.objects.visible_to(user).filter(event=event))
    nominals = Nominal.objects.visible_to(user).filter(pk__in={one.nominal_id for one in roles})
    return _parts(roles, events=[event], nominals=nominals)


def _parts(
    roles: Iterable[EventRole], *, events: Iterable[Event], nominals: Iterable[Nominal]
) -> list[Part]:
    event_of = {one.pk: one for one in events}
    nominal_of = {one.pk: one for one in nominals}
    found = [
        Part(
            role=role,
            event=event_of[role.event_id],
            nominal=nominal_of[role.nominal_id],
            age=age_on(
                nominal_of[role.nominal_id].date_of_birth, event_of[role.event_id].occurred_from
            ),
        )
        for role in roles
        if role.event_id in event_of and role.nominal_id in nominal_of
    ]
    return sorted(found, key=lambda part: part.event.occurred_from, reverse=True)


def objects_with(nominal: Nominal, *, user: User) -> list[RecordedObject]:
    """The objects recorded with a nominal, as far as the reader may see both the link and them."""
    links = ObjectLink.objects.visible_to(user).filter(nominal=nominal)
    wanted = {link.recorded_object_id for link in links}
    return list(RecordedObject.objects.visible_to(user).filter(pk__in=wanted))


def nominals_with(thing: RecordedObject, *, user: User) -> list[Nominal]:
    """The nominals recorded with an object, as far as the reader may see both."""
    links = ObjectLink.objects.visible_to(user).filter(recorded_object=thing)
    wanted = {link.nominal_id for link in links if link.nominal_id}
    return list(Nominal.objects.visible_to(user).filter(pk__in=wanted))


def events_at(location: Location, *, user: User) -> list[Event]:
    """The events recorded at a location, the newest first."""
    return list(Event.objects.visible_to(user).filter(location=location)[:PAGE])


def completeness(*, user: User) -> list[Completeness]:
    """How complete equality monitoring is, by source: counts alone, and no method reads more."""
    everybody = dict(
        Nominal.objects.visible_to(user)
        .order_by()
        .values_list("source")
        .annotate(n=Count("pk"))
        .order_by("source")
    )
    found = (
        EqualityRecord.objects.visible_to(user)
        .filter(nominal__in=Nominal.objects.visible_to(user))
        .exclude(value="")
        .order_by()
        .values_list("nominal__source", "attribute")
        .annotate(n=Count("pk"))
        .order_by("nominal__source", "attribute")
    )
    return [
        Completeness(
            source=source, attribute=attribute, nominals=everybody.get(source, 0), recorded=n
        )
        for source, attribute, n in found
    ]


def placed_events(*, user: User, filters: Filters, most: int) -> tuple[list[Event], bool]:
    """The newest events that fit and bear a location; whether there are more than `most`."""
    if not may(user, "pole.event:read"):
        return [], False
    found = find_events(user=user, filters=filters).exclude(location=None)
    held = list(found[: most + 1])
    return held[:most], len(held) > most


def locations_of(events: Iterable[Event], *, user: User) -> dict[int, Location]:
    """The locations of events that have a point and that the reader may see, by number."""
    wanted = {one.location_id for one in events if one.location_id is not None}
    found = Location.objects.visible_to(user).filter(pk__in=wanted)
    return {one.pk: one for one in found.exclude(longitude=None).exclude(latitude=None)}
