"""Who is who: persons, and the history that lets every merge and split be undone."""

from frith.tables.declare import Table, moment, number, text

PERSONS = Table(
    name="persons",
    meaning="Which person each nominal is believed to be.",
    key=("nominal_id",),
    person_level=True,
    caveat="A belief with a probability; a named person's decision outranks it.",
    columns=(
        text("nominal_id", "The nominal.", required=True),
        text("person_id", "The person; stable from run to run.", required=True),
        number(
            "p_min",
            "Probability of the weakest link that joins this nominal to the person.",
            lo=0,
            hi=1,
        ),
    ),
)

IDENTITY_HISTORY = Table(
    name="identity_history",
    meaning=(
        "Every change of who a nominal is believed to be, in order; never edited, only added to."
    ),
    key=("change_id", "nominal_id"),
    person_level=True,
    columns=(
        text(
            "change_id", "One decision or run; all its rows stand or fall together.", required=True
        ),
        moment("changed_at", "When.", required=True),
        text(
            "kind",
            "What happened.",
            required=True,
            values=("assign", "merge", "split", "undo"),
        ),
        text("nominal_id", "The nominal.", required=True),
        text("from_person_id", "Who it was believed to be; blank for a new nominal."),
        text(
            "to_person_id",
            "Who it is believed to be from now on; blank where the undo of a first assignment "
            "leaves it nobody.",
        ),
        text("decided_by", "Named person, or the method and its version.", required=True),
        text("reason", "Why."),
        text("undoes", "The change that an undo reverses."),
    ),
)
