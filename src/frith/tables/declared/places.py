"""Places and what is counted in them."""

from frith.tables.declare import Table, code, day, integer, month, number, text

DEPRIVATION_DOMAINS = (
    "imd",
    "income",
    "employment",
    "education",
    "health",
    "crime",
    "housing",
    "environment",
    "idaci",
    "idaopi",
)

_CENTROID = "Population-weighted centroid where known, degrees, WGS 84."
_NOT_GEOMETRIC = "Where most residents live, not the middle of the outline."

_VINTAGE = text("area_vintage", "Vintage of that code; the data set's own where blank.")

AREAS = Table(
    name="areas",
    meaning="Area outlines, as GeoJSON in EPSG:4326; a feature's properties are these columns.",
    key=("code", "vintage"),
    caveat=(
        "Generalised outlines: a point near an edge may fall on the wrong side. One file may hold "
        "several geographies, told apart by `vintage`; a method uses one of them at a time."
    ),
    columns=(
        code("code", "Area code.", required=True),
        text("name", "Area name.", required=True),
        text("vintage", "Vintage of the code; the data set's own where blank."),
        number("centroid_longitude", _CENTROID, lo=-180, hi=180, caveat=_NOT_GEOMETRIC),
        number("centroid_latitude", _CENTROID, lo=-90, hi=90, caveat=_NOT_GEOMETRIC),
    ),
)

POPULATION = Table(
    name="population",
    meaning="How many residents, households, premises or others an area holds.",
    key=("code", "denominator", "as_of"),
    caveat="Residents mislead in town centres, where most people present live elsewhere.",
    columns=(
        code("code", "Area code.", required=True),
        number("n", "How many.", required=True, lo=0),
        text("denominator", "Of what: residents, households, premises, workday.", required=True),
        text("as_of", "The date or census they were counted at."),
        _VINTAGE,
    ),
)

DEPRIVATION = Table(
    name="deprivation",
    meaning="An area's place in the English Indices of Deprivation.",
    key=("code", "edition", "domain"),
    caveat=(
        "Rank 1 is the most deprived. Ranks are relative, editions do not compare, an area is not "
        "a person, and the whole index contains crime."
    ),
    columns=(
        code("code", "Area code.", required=True),
        text("edition", "Edition of the indices.", required=True, values=("2019", "2025")),
        text("domain", "The whole index or one domain.", required=True, values=DEPRIVATION_DOMAINS),
        integer("decile", "Tenth of England; 1 is the most deprived.", required=True, lo=1, hi=10),
        integer("rank", "Rank in England; 1 is the most deprived.", lo=1),
        number("score", "Score, in the domain's own unit."),
        _VINTAGE,
    ),
)

LOOKUPS = Table(
    name="lookups",
    meaning="How area codes of one vintage become codes of another, or of a larger geography.",
    key=("from_code", "from_vintage", "to_code", "to_vintage"),
    columns=(
        code("from_code", "Code converted from.", required=True),
        text("from_vintage", "Its vintage.", required=True),
        code("to_code", "Code converted to.", required=True),
        text("to_vintage", "Its vintage.", required=True),
        number(
            "share",
            "Share of the first area that lies in the second; blank is unknown, 1 is all of it.",
            lo=0,
            hi=1,
        ),
    ),
)

COUNTS = Table(
    name="counts",
    meaning="Events already counted by area, month and type, for those who hold no events.",
    key=("code", "month", "crime_type"),
    columns=(
        code("code", "Area code.", required=True),
        month("month", "Month, YYYY-MM.", required=True),
        text("crime_type", "Crime type in the wording of police.uk.", required=True),
        integer("n", "How many.", required=True, lo=0),
        _VINTAGE,
        text("name", "The area's name, for areas that are compared and not drawn."),
    ),
)

WEIGHTS = Table(
    name="weights",
    meaning="Harm weights, in days, by offence group or code.",
    key=("key", "statistic", "edition"),
    caveat="An index leaves out what police activity finds: pin the edition and say so.",
    columns=(
        text("key", "Offence group, code or crime type.", required=True),
        number("days", "Weight in days of imprisonment.", required=True, lo=0),
        text("statistic", "How offences in a group were summarised.", values=("median", "mean")),
        text("edition", "Edition of the index.", required=True),
        text("source", "Publisher and address.", required=True),
    ),
)

STREETS = Table(
    name="streets",
    meaning="Street centre lines, as line GeoJSON in EPSG:4326, for density along a network.",
    columns=(text("name", "Street name.", required=True),),
)

PLACES = Table(
    name="places",
    meaning="Named places, as point GeoJSON in EPSG:4326, for labels on a map.",
    columns=(text("name", "Place name.", required=True), day("as_of", "When it was so named.")),
)
