"""Which weight each event has, by which key it was found, or that it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from frith.errors import BadInput, UnknownName
from frith.reference.catalogue import load
from frith.reference.crime import crime_types, normal_code
from frith.results import Flag, Severity

STATISTICS = ("median", "mean")
POLICE_LED_TYPES = ("Drugs", "Possession of weapons")
"""police.uk crime types that mostly come to light by police activity, used where nothing else says.

The Cambridge index leaves out what proactive policing finds (Sherman and others 2016, p. 179)."""
REPORTED, FOUND = "reported", "found by police"
BY_CODE, BY_CLASS, BY_SUBGROUP, BY_TYPE = "code", "class of code", "offence group", "crime type"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """One edition of an index: days by key in lower case, for each statistic it has."""

    edition: str
    source: str
    days: Mapping[str, Mapping[str, float]]

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics it has, median first."""
        return tuple(name for name in STATISTICS if self.days[name])


def choose(weights: pl.DataFrame, *, edition: str | None = None) -> Weights:
    """One edition out of a table of weights.

    `weights`: as declared; a blank statistic is read as median. Raises `BadInput` where the table
    holds no row, or several editions and none was chosen: editions are never mixed;
    `UnknownName` for an edition it does not hold.
    """
    held = weights["edition"].unique().sort().to_list()
    if not held:
        raise BadInput("the table `weights` holds no row", mend="Give an edition of an index.")
    if edition is None and len(held) > 1:
        raise BadInput(
            f"the table `weights` holds {len(held)} editions: {', '.join(held)}",
            mend="Choose one with --edition; editions are never mixed.",
        )
    if edition is not None and edition not in held:
        raise UnknownName(
            f"no edition {edition!r} of weights", mend=f"There are: {', '.join(held)}."
        )
    mine = weights.filter(pl.col("edition") == (edition or held[0]))
    mine = mine.with_columns(pl.col("statistic").fill_null("median"))
    return Weights(
        edition=edition or held[0],
        source="; ".join(mine["source"].unique().sort()),
        days={
            name: {
                _folded(key): float(days)
                for key, days in mine.filter(pl.col("statistic") == name)
                .select("key", "days")
                .iter_rows()
            }
            for name in STATISTICS
        },
    )


def weigh(events: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Each event's days of harm, or null where the edition has no weight for it.

    `events`: `event_id`, `offence_code`, `crime_type`, `police_led`. A weight is looked up by
    offence code, then the code's class, then the offence group the code belongs to, then crime
    type. Returns event_id, median, mean, by (which key gave it; null: none), key (what was looked
    for last), strand (reported, found by police), guessed (the strand is not on record). A null
    is unknown, never nought. Source: Sherman, Neyroud and Neyroud (2016).
    """
    kinds = events.select("offence_code", "crime_type").unique().sort("offence_code", "crime_type")
    found = [_look_up(code, kind, weights) for code, kind in kinds.iter_rows()]
    schema = {"by": pl.String, "key": pl.String, "median": pl.Float64, "mean": pl.Float64}
    table = pl.concat([kinds, pl.DataFrame(found, schema=schema, orient="row")], how="horizontal")
    led = pl.col("police_led")
    likely = pl.col("crime_type").is_in(list(POLICE_LED_TYPES)).fill_null(False)
    return events.join(
        table,
        on=["offence_code", "crime_type"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).select(
        "event_id",
        "median",
        "mean",
        "by",
        "key",
        strand=pl.when(led.fill_null(likely)).then(pl.lit(FOUND)).otherwise(pl.lit(REPORTED)),
        guessed=led.is_null(),
    )


def _look_up(
    code: str | None, kind: str | None, weights: Weights
) -> tuple[str | None, str, float | None, float | None]:
    tried: list[tuple[str, str]] = []
    if code:
        tried.append((BY_CODE, normal_code(code)))
        tried.append((BY_CLASS, normal_code(code).partition("/")[0]))
        tried += [(BY_SUBGROUP, name) for name in _groups_of(normal_code(code))]
    if kind:
        tried.append((BY_TYPE, kind))
    for by, key in tried:
        days = [weights.days[name].get(_folded(key)) for name in STATISTICS]
        if any(value is not None for value in days):
            return by, key, days[0], days[1]
    return None, kind or code or "nothing recorded", None, None


def _groups_of(code: str) -> list[str]:
    rows = {str(row["key"]): row for row in load("offence_codes")}
    row = rows.get(code)
    return [] if row is None else [str(row["subgroup"])] if row["subgroup"] else []


def _folded(key: str) -> str:
    """A key as it is compared; a code without its leading noughts."""
    return normal_code(key).casefold()


def notes(weighed: pl.DataFrame, weights: Weights) -> tuple[Flag, ...]:
    """What a reader must know of how events met their weights."""
    flags = [
        Flag(
            "EDITION",
            f"Weights: {weights.edition} ({weights.source}). No trend runs across a change of "
            "edition.",
            Severity.NOTE,
        )
    ]
    missing = weighed.filter(pl.col("by").is_null())
    if missing.height:
        kinds = missing["key"].unique().sort().to_list()
        named = ", ".join(kinds[:_MOST_NAMED]) + (" and others" if len(kinds) > _MOST_NAMED else "")
        flags.append(
            Flag(
                "NOWEIGHT",
                f"{missing.height:,} of {weighed.height:,} events have no weight in this edition "
                f"({named}): their harm is unknown, not nought.",
            )
        )
    broad = {kind.name for kind in crime_types() if kind.is_broad}
    averaged = weighed.filter(
        (pl.col("by") == BY_SUBGROUP)
        | ((pl.col("by") == BY_TYPE) & pl.col("key").is_in(list(broad)))
    )
    if averaged.height:
        flags.append(
            Flag(
                "BROAD",
                f"{averaged.height:,} of {weighed.height:,} events were weighed by an offence "
                "group or a broad crime type, an average over offences of very different harm: "
                "modern slavery, for one, lies in Violence without injury. Weigh by offence code "
                "before ranking themes.",
            )
        )
    guessed = int(weighed["guessed"].sum())
    if guessed:
        flags.append(
            Flag(
                "GUESSED",
                f"{guessed:,} of {weighed.height:,} records do not say how they came to light; "
                "drugs and weapons offences stand in for police activity.",
            )
        )
    return tuple(flags)


_MOST_NAMED = 5
