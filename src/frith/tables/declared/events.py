"""What happened, as recorded: events, their outcomes, and the objects tied to them."""

from frith.tables.declare import (
    Personal,
    Table,
    boolean,
    code,
    day,
    integer,
    moment,
    number,
    text,
)

THEMES = (
    "acquisitive",
    "drugs",
    "cse",
    "cce",
    "modern_slavery",
    "sex_market",
    "begging",
    "domestic_servitude",
    "benefit_fraud",
    "fraud",
    "firearms",
    "violence",
    "other",
)
DATE_PRECISIONS = ("month", "day", "minute")
POINT_PRECISIONS = ("exact", "snapped", "area")

EVENTS = Table(
    name="events",
    meaning="One recorded offence, incident, stop, piece of intelligence or referral.",
    key=("event_id",),
    caveat=(
        "A recorded offence is not an offence committed: it is what was reported or found, and "
        "written down. Low counts of hidden crime mean few reports, not little crime."
    ),
    columns=(
        text("event_id", "Identifier of the event.", required=True),
        text("source", "The system or publisher it comes from.", required=True),
        text(
            "kind",
            "What sort of record it is.",
            required=True,
            values=("crime", "incident", "stop", "intelligence", "referral"),
        ),
        code("offence_code", "Home Office offence code, such as 92A or 105/08."),
        text("crime_type", "Crime type in the wording of police.uk."),
        text("theme", "The issue it belongs to.", values=THEMES),
        moment(
            "occurred_from",
            "When it happened, or the earliest it can have happened: month, day or minute.",
            required=True,
        ),
        moment("occurred_to", "The latest it can have happened."),
        text(
            "date_precision",
            "How precise `occurred_from` is.",
            values=DATE_PRECISIONS,
            derived=True,
            caveat="A month has no days: methods that need days refuse it.",
        ),
        code("area", "Code of the area it lies in."),
        text("area_vintage", "Vintage of that code; the data set's own where blank."),
        number("longitude", "Longitude, degrees east, WGS 84.", lo=-180, hi=180),
        number("latitude", "Latitude, degrees north, WGS 84.", lo=-90, hi=90),
        text(
            "point_precision",
            "exact; snapped to a shared map point; or the middle of an area.",
            values=POINT_PRECISIONS,
            caveat="police.uk points are snapped to one that stands for eight or more addresses.",
        ),
        text("occasion_ref", "Reference that ties events which were one happening."),
        text("arrest_ref", "Arrest or custody reference."),
        text("premises_type", "Type of premises."),
        text("retailer", "Retailer, for theft from shops."),
        boolean(
            "police_led",
            "True where found by police activity rather than reported.",
            caveat="Rises with effort: neither a rise nor a fall is success or failure.",
        ),
        number("loss_gbp", "Loss in pounds sterling.", lo=0),
        integer("source_row", "Row of its source file.", derived=True),
        text("source_file", "Name of its source file.", derived=True),
    ),
)

OUTCOMES = Table(
    name="outcomes",
    meaning="What became of an event.",
    caveat="One event may have several outcomes over time; many have none yet.",
    columns=(
        text("event_id", "The event.", required=True),
        text("outcome", "The outcome, in the publisher's wording.", required=True),
        moment("decided_on", "When it was decided: month or day."),
    ),
)

OBJECTS = Table(
    name="objects",
    meaning="A phone, vehicle, account, address, online handle or advert.",
    key=("object_id",),
    person_level=True,
    columns=(
        text("object_id", "Identifier of the object.", required=True),
        text(
            "kind",
            "What it is.",
            required=True,
            values=("phone", "vehicle", "account", "address", "handle", "advert"),
        ),
        text(
            "identifier",
            "Number, registration, address or handle.",
            required=True,
            personal=Personal.PERSONAL,
        ),
    ),
)

OBJECT_LINKS = Table(
    name="object_links",
    meaning="That an object was tied to a nominal or an event, and when.",
    person_level=True,
    columns=(
        text("object_id", "The object.", required=True),
        text("nominal_id", "The nominal."),
        text("event_id", "The event."),
        day("from_date", "From this day."),
        day("to_date", "To this day."),
    ),
)
