"""What the API takes and answers: filters of each collection, and a record of each kind as JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from frith_web.core.purposes import Purpose
from frith_web.objective.models import DirectionPolicy, MeasureSort
from frith_web.pole.models import EventSort, ObjectSort, RoleSort
from frith_web.pole.services.imports import TABLES

Table = StrEnum("Table", list(TABLES))  # type: ignore[misc]
MOST = 500
DEFAULT = 100
ABSENT: Any = None
"""What a filter is where it is left out. Its type says nothing of that, because `null` in an
address would be a word like any other."""
Words = Annotated[
    str, Field(max_length=100, pattern=r"^[^\x00]*$", description="Every word must be found.")
]
Key = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Day = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class Paging(Schema):
    """Which stretch of a collection. Records come in the order of their references."""

    after: UUID = Field(ABSENT, description="The `next` of the page before.")
    limit: int = Field(DEFAULT, ge=1, le=MOST, description="At most so many records.")


class NominalFilters(Paging):
    """Nominals by name, other name, phone, postcode or identifier."""

    words: Words = ""
    source: Key = ""


class EventFilters(Paging):
    """Events by crime type, retailer or reference, kind, theme, area, source and day."""

    words: Words = ""
    source: Key = ""
    sort: EventSort = Field(ABSENT)
    theme: Key = ""
    area: Key = ""
    since: Day = Field(ABSENT, description="Began, or may have begun, on this day or later.")
    until: Day = Field(ABSENT, description="Began, or may have begun, on this day or before.")


class ObjectFilters(Paging):
    """Objects by identifier and kind."""

    words: Words = ""
    sort: ObjectSort = Field(ABSENT)


class LocationFilters(Paging):
    """Locations by label, postcode or area."""

    words: Words = ""


class RoleFilters(Paging):
    """Roles by event, nominal and kind of role."""

    event: UUID = Field(ABSENT)
    nominal: UUID = Field(ABSENT)
    role: RoleSort = Field(ABSENT)


class LinkFilters(Paging):
    """Links of objects by what stands at their ends."""

    object: UUID = Field(ABSENT)
    nominal: UUID = Field(ABSENT)
    event: UUID = Field(ABSENT)


class PriorityFilters(Paging):
    """Priorities and what hangs on them, by plan."""

    plan: UUID = Field(ABSENT)


class CommitmentFilters(Paging):
    """Commitments by priority."""

    priority: UUID = Field(ABSENT)


class MeasureFilters(Paging):
    """Definitions of measures by key; those in force, unless all are asked for."""

    key: Key = ""
    in_force: bool = Field(True, description="False: earlier definitions too.")


class TargetFilters(Paging):
    """Targets by measure."""

    measure: UUID = Field(ABSENT)


class Terms(Schema):
    """The terms a record is held on, as far as they bind whoever has a copy."""

    owner: str = Field(description="The controller's key.")
    regime: str
    marking: str
    conditions: list[str] = Field(description="Keys of handling conditions; they travel along.")


class Record(Schema):
    """What every record has."""

    reference: UUID
    version: int
    terms: Terms


class Recorded(Record):
    """What every record from somebody's system has, as it stood there."""

    source: str
    source_id: str
    batch: UUID | None = Field(description="The import batch; null where it may not be shown.")


class Nominal(Recorded):
    """A person as one system recorded them; every part may be wrong or missing."""

    given_names: str
    family_name: str
    aliases: str
    date_of_birth: str = Field(description="As precise as recorded: YYYY, YYYY-MM or YYYY-MM-DD.")
    sex: str
    phone: str
    email: str
    address: str
    postcode: str
    police_id: str


class Event(Recorded):
    """Something recorded as having happened. A recorded offence is not an offence committed."""

    sort: EventSort
    offence_code: str
    crime_type: str
    theme: str
    occurred_from: str = Field(description="YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM, as recorded.")
    occurred_to: str
    location: UUID | None
    area: str
    area_vintage: str
    occasion_ref: str
    arrest_ref: str
    premises_type: str
    retailer: str
    police_led: bool | None = Field(description="Found by police activity; null: not recorded.")
    loss_gbp: Decimal | None


class Role(Record):
    """What a nominal was recorded as in an event; shown where both may be read."""

    event: UUID
    nominal: UUID
    role: RoleSort


class RecordedObject(Recorded):
    """A thing that can be told from others by its identifier."""

    sort: ObjectSort
    identifier: str


class ObjectLink(Record):
    """That an object was recorded with a nominal or in an event; shown where all may be read."""

    object: UUID
    nominal: UUID | None
    event: UUID | None
    from_date: date | None
    to_date: date | None


class Location(Recorded):
    """A place as recorded, with how far to trust its point."""

    label: str
    address_id: str
    postcode: str
    area: str
    area_vintage: str
    longitude: float | None
    latitude: float | None
    point_precision: str
    premises_type: str


class BatchState(StrEnum):
    """Whether all of a batch is in."""

    COMING_IN = "coming-in"
    COMPLETE = "complete"
    UNDONE = "undone"


class Batch(Record):
    """What came in one go, under one registered flow."""

    title: str
    digest: str = Field(description="SHA-256 over the files; empty until all of it is in.")
    state: BatchState
    accepted: int
    refused: int


class Plan(Record):
    """A plan or strategy with its years."""

    title: str
    starts_on: date
    ends_on: date | None
    agreed_on: date | None
    source: str


class Priority(Record):
    """One priority of a plan."""

    plan: UUID | None
    title: str
    aim: str
    order: int
    is_cross_cutting: bool


class Commitment(Record):
    """What was promised under a priority, who leads, by when."""

    priority: UUID | None
    text: str
    lead: str = Field(description="The leading partner's key.")
    due_on: date | None
    starts_on: date
    ends_on: date | None


class Measure(Record):
    """One definition of a measure, as it held from one day to another."""

    key: str
    name: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    direction: DirectionPolicy
    sort: MeasureSort
    caveat: str
    source: str
    priority: UUID | None
    starts_on: date
    ends_on: date | None


class Target(Record):
    """What a measure should reach, by when, and why."""

    measure: UUID | None
    value: Decimal
    by_date: date
    rationale: str


class Page(Schema):
    """A stretch of a collection; each collection's own answer names its records."""

    marking: str = Field(description="The strictest marking of what is on the page.")
    conditions: list[str] = Field(description="Every handling condition of what is on the page.")
    next: UUID | None = Field(description="Pass it as `after`; null where nothing follows.")


class Misread(Schema):
    """A part of the request that was not understood."""

    name: str
    message: str


class Error(Schema):
    """What went wrong."""

    code: str
    message: str
    contact: str | None = Field(None, description="Whom to ask about a record not shown.")
    fields: list[Misread] | None = None


class Problem(Schema):
    """The one shape of every error."""

    error: Error


class Myself(Schema):
    """For whom the token acts, and what it may do today."""

    account: str
    partner: str
    purpose: Purpose
    permissions: list[str] = Field(description="Today: what the token names and the account holds.")
    ends_on: date


class Sent(Schema):
    """What is said beside a file. A zip of a data set says itself which tables it holds."""

    table: Table = Field(ABSENT, description="Of a single file: what it holds.")
    flow: Key = Field("", description="Of a single file: the key of its registered flow.")
    share: bool = Field(
        False, description="Share with the partners that signed the flow's agreement."
    )


class ImportState(StrEnum):
    """How far an import is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class ImportAsked(Schema):
    """That a file was taken in, and where to ask how far it is."""

    reference: UUID
    address: str = Field(description="Where to ask how far it is; also in `Location`.")


class Stage(Schema):
    """One stage of an import, as counted work."""

    name: str
    done: int
    total: int


class RefusalReason(Schema):
    """Why rows were refused; never their own words, which are in the file of refused rows."""

    column: str
    reason: str
    rows: int


class ImportedTable(Schema):
    """One table of what was sent, as the check found it."""

    table: str
    rows: int
    accepted: int
    there: int | None = Field(description="Rows that are here already; null where not told.")
    refused: int
    reasons: list[RefusalReason] = Field(description="The first twenty.")


class Import(Schema):
    """How far an import is, and what came of it."""

    reference: UUID
    state: ImportState
    reason: str = Field(description="Why it failed or was refused; else empty.")
    percent: int
    stages: list[Stage]
    tables: list[ImportedTable] = Field(description="Empty until the file is checked.")
    added: int | None = Field(description="Records that are new; null until all are in.")
    refused: int = Field(description="Rows that stayed outside.")
    refused_rows: str | None = Field(description="Where to fetch them; null where there are none.")
    batch: UUID | None = Field(description="The batch; its records are seen once all are in.")
