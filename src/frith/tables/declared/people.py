"""People as recorded, the roles they had, and the lists they are on."""

from frith.tables.declare import Column, Kind, Personal, Table, code, day, partial_date, text

_P = Personal.PERSONAL

NOMINALS = Table(
    name="nominals",
    meaning="One record of a person in one system. Who that person is, is a judgement made later.",
    key=("nominal_id", "source"),
    person_level=True,
    caveat="A record is not a person: one person may have many, and a name may be wrong.",
    columns=(
        text("nominal_id", "The record's identifier in its own system.", required=True),
        text("source", "The system the record comes from.", required=True),
        text("given_names", "Given names, as recorded.", personal=_P),
        text("family_name", "Family name, as recorded.", personal=_P),
        text("aliases", "Other names, separated by semicolons.", personal=_P),
        partial_date(
            "date_of_birth",
            "Date of birth as precise as recorded: YYYY-MM-DD, YYYY-MM or YYYY.",
            personal=_P,
            caveat="1 January often means that only the year was known.",
        ),
        text("sex", "Sex as recorded, used for linking only.", personal=_P),
        text("phone", "Telephone number.", personal=_P),
        text("email", "Email address.", personal=_P),
        text("address", "Address as one line.", personal=_P),
        text("address_id", "Identifier of the address, such as its UPRN.", personal=_P),
        code("postcode", "Postcode.", personal=_P),
        text("police_id", "Police national or local person identifier.", personal=_P),
    ),
)

ROLES = Table(
    name="roles",
    meaning="What a nominal was in an event, as recorded. Roles coexist: suspects may be victims.",
    key=("event_id", "nominal_id", "role"),
    person_level=True,
    caveat="A suspect is somebody recorded as one; it says nothing of guilt.",
    columns=(
        text("event_id", "The event.", required=True),
        text("nominal_id", "The nominal.", required=True),
        text(
            "role",
            "The role on that date.",
            required=True,
            values=(
                "suspect",
                "charged",
                "convicted",
                "victim",
                "possible_victim",
                "witness",
                "subject",
            ),
        ),
    ),
)

EQUALITY_MONITORING = Table(
    name="equality_monitoring",
    meaning="Ethnicity and nationality, split off on reading and closed to every method.",
    person_level=True,
    caveat="Read for completeness only; no method may use it.",
    columns=(
        text("record_id", "The record the value was split from.", required=True),
        text("table", "The table the value was split from.", required=True),
        text("attribute", "The column the value stood in.", required=True),
        Column(
            name="value",
            kind=Kind.TEXT,
            meaning="The value as recorded.",
            personal=Personal.EQUALITY,
        ),
    ),
)

LISTS = Table(
    name="lists",
    meaning="Who is on which partner's list of possible victims, under a pseudonym.",
    key=("person_id", "list"),
    person_level=True,
    caveat="One definition, one period, one area: lists that differ in these do not overlap.",
    columns=(
        text("person_id", "Pseudonym of the person, the same in every list.", required=True),
        text("list", "The list.", required=True),
        day("date", "When the person came onto the list."),
        code("area", "Area code."),
    ),
)
