"""Who may never be projected: possible victims, people named as protected, and who lifted it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from frith.errors import BadInput
from frith.networks.inputs import event_table, filled, person_of, recorded_roles
from frith.reference import (
    EXPLOITATION_THEMES,
    PROTECTED_ROLES,
    is_exploitation_theme,
    offence_theme,
)
from frith.results import Flag, Severity

POSSIBLE_VICTIM = "possible_victim"
PEOPLE_SCHEMA = pl.Schema({"person": pl.String, "why": pl.String})
LIFTED_SCHEMA = pl.Schema(
    {
        "person": pl.String,
        "lifted_by": pl.String,
        "reason": pl.String,
        "lifted_on": pl.Date,
    }
)
REFUSED_SCHEMA = pl.Schema({"row": pl.Int64, "id": pl.String, "reason": pl.String})


@dataclass(frozen=True, kw_only=True)
class Protection:
    """Who is protected and why, whose protection a named person lifted, and refused liftings."""

    people: pl.DataFrame
    lifted: pl.DataFrame
    refused: pl.DataFrame
    flags: tuple[Flag, ...] = ()


def protect(
    recorded: pl.DataFrame,
    events: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
    named: pl.DataFrame | None = None,
    lifted: pl.DataFrame | None = None,
) -> Protection:
    """Everybody whom no network may hold, whatever else they are recorded for.

    `recorded`: event_id, person, role. `events`: event_id, and theme or offence_code. `persons`:
    nominal_id, person_id. `named`: a column person_id or nominal_id. `lifted`: person_id or
    nominal_id, lifted_by, reason, lifted_on. Protected is whoever was ever recorded as victim in
    an event of an exploitation theme, as possible victim in any event, or is named. Nothing but a
    row of `lifted` that names a person and gives a reason takes protection away; other rows are
    refused and change nothing. Raises `BadInput` where a table lacks its columns.
    """
    people = pl.concat([_by_record(recorded, events), _by_name(named, persons)]).unique(
        "person", keep="first", maintain_order=True
    )
    taken, refused = _liftings(lifted, persons)
    flags = []
    if named is not None:
        known = pl.concat([recorded["person"], _all_people(persons)]).unique()
        unknown = _by_name(named, persons).filter(~pl.col("person").is_in(known.implode())).height
        if unknown:
            flags.append(
                Flag(
                    "protected-unknown",
                    f"{unknown} of the people named as protected appear nowhere in these records: "
                    "check the identifiers, or they are not protected here.",
                )
            )
    if refused.height:
        flags.append(
            Flag(
                "lifting-refused",
                f"{refused.height} liftings of protection were refused: each needs a person, who "
                "lifted it, a reason and a day. Their protection stands.",
            )
        )
    return Protection(
        people=people.join(taken, on="person", how="anti").sort("person"),
        lifted=taken.join(people, on="person", how="semi").sort("person"),
        refused=refused,
        flags=tuple(flags),
    )


def protected_people(
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
    named: pl.DataFrame | None = None,
    lifted: pl.DataFrame | None = None,
) -> pl.Series:
    """Ids of everybody who is protected, from the dataset's tables; as `protect`."""
    recorded = recorded_roles(roles, persons)
    kept = protect(recorded, event_table(events), persons=persons, named=named, lifted=lifted)
    return kept.people["person"]


def exploitation_events(events: pl.DataFrame) -> pl.DataFrame:
    """Event ids whose theme, or whose offence code's theme, is one of exploitation."""
    wide = filled(events, {"theme": pl.String, "offence_code": pl.String})
    for theme in wide["theme"].drop_nulls().unique().sort():
        is_exploitation_theme(theme)  # raises UnknownName: a misspelt theme protects nobody
    codes = wide["offence_code"].drop_nulls().unique().sort()
    grave = [code for code in codes if offence_theme(code) in EXPLOITATION_THEMES]
    return wide.filter(
        pl.col("theme").is_in(sorted(EXPLOITATION_THEMES)) | pl.col("offence_code").is_in(grave)
    ).select("event_id")


def _by_record(recorded: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    harmed = recorded.filter(pl.col("role").is_in(sorted(PROTECTED_ROLES)))
    grave = harmed.join(exploitation_events(events), on="event_id", how="semi")
    # A possible victim shows signs of exploitation, whatever the event was filed as.
    possible = harmed.filter(pl.col("role") == POSSIBLE_VICTIM)
    found = pl.concat([grave, possible])
    why = "recorded as victim or possible victim of exploitation"
    return found.select("person", why=pl.lit(why)).unique("person").sort("person")


def _by_name(named: pl.DataFrame | None, persons: pl.DataFrame | None) -> pl.DataFrame:
    if named is None:
        return pl.DataFrame(schema=PEOPLE_SCHEMA)
    if not {"person_id", "nominal_id"} & set(named.columns):
        raise BadInput(
            "the protected list has neither a column `person_id` nor `nominal_id`",
            where="protected",
            mend="Give it one of them.",
        )
    ids = pl.concat(
        [
            named[column].cast(pl.String).drop_nulls()
            for column in ("person_id", "nominal_id")
            if column in named.columns
        ]
    )
    given = pl.DataFrame({"id": ids.str.strip_chars()}).filter(pl.col("id") != "")
    # An identifier protects whoever bears it as a person and whoever bears it as a nominal.
    both = pl.concat([given["id"], person_of(given["id"], persons)])
    return (
        pl.DataFrame({"person": both})
        .unique(maintain_order=True)
        .select("person", why=pl.lit("named as protected"))
    )


def _liftings(
    lifted: pl.DataFrame | None, persons: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if lifted is None:
        return pl.DataFrame(schema=LIFTED_SCHEMA), pl.DataFrame(schema=REFUSED_SCHEMA)
    missing = {"lifted_by", "reason", "lifted_on"} - set(lifted.columns)
    if missing or not {"person_id", "nominal_id"} & set(lifted.columns):
        raise BadInput(
            "the lifted list needs person_id or nominal_id, lifted_by, reason and lifted_on",
            where="lifted",
            mend="Give it these columns.",
        )
    taken, refused = [], []
    for number, row in enumerate(lifted.iter_rows(named=True), start=1):
        person, nominal = _said(row.get("person_id")), _said(row.get("nominal_id"))
        by, reason, day = _said(row["lifted_by"]), _said(row["reason"]), _day(row["lifted_on"])
        fault = _lifting_fault(person or nominal, by, reason, day)
        if fault:
            refused.append((number, person or nominal, fault))
            continue
        who = person or person_of(pl.Series([nominal]), persons)[0]
        taken.append((who, by, reason, day))
    frame = pl.DataFrame(taken, schema=LIFTED_SCHEMA, orient="row").unique(
        "person", maintain_order=True
    )
    return frame, pl.DataFrame(refused, schema=REFUSED_SCHEMA, orient="row")


def _lifting_fault(who: str, by: str, reason: str, day: date | None) -> str:
    if not who:
        return "it names no person"
    if not by:
        return "it does not say who lifted the protection"
    if not reason:
        return "it gives no reason"
    return "" if day else "it does not say on which day (YYYY-MM-DD)"


def _said(value: object) -> str:
    return "" if value is None else str(value).strip()


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_said(value)[:10])
    except ValueError:
        return None


def _all_people(persons: pl.DataFrame | None) -> pl.Series:
    if persons is None:
        return pl.Series("person", [], dtype=pl.String)
    return pl.concat([persons["person_id"], persons["nominal_id"]]).cast(pl.String)


def unlinked_flag(persons: pl.DataFrame | None) -> tuple[Flag, ...]:
    """Said where records were not joined into persons, for protection then stops at the record."""
    if persons is not None:
        return ()
    text = (
        "Records are taken one by one: no map of persons was given. Somebody protected under one "
        "record is not protected under another, and groups are missed. Run `frith link` first."
    )
    return (Flag("not-linked", text),)


def protection_flag(protection: Protection) -> Flag:
    """How many people this run kept out, as a note."""
    count = protection.people.height
    return Flag(
        "protected",
        f"{count} people are protected in this run: possible victims of exploitation, or named. "
        "None of them is in any pair, group or target.",
        Severity.NOTE,
    )
