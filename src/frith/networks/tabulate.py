"""The answer as tables: groups with their sentences, members, evidence, and what was dropped."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from frith.networks import evidence
from frith.networks.chance import membership
from frith.networks.defaults import ROUTE_SHARE
from frith.networks.evidence import Found
from frith.networks.gates import Gates, gated
from frith.networks.ground import Ground
from frith.networks.identity import PROBABLE
from frith.networks.looked_up import AGE_SCHEMA, of_people
from frith.networks.occasions import DROPPED_SCHEMA, Occasions
from frith.networks.protection import LIFTED_SCHEMA, Protection
from frith.networks.robustness import what_would_change
from frith.networks.signs import SIGN_SCHEMA
from frith.networks.splits import Support
from frith.networks.victims import possible_victims
from frith.results import Flag, Severity

GROUP_SCHEMA = pl.Schema(
    {
        "group_id": pl.String(),
        "theme": pl.String(),
        "n_core": pl.Int64(),
        "n_associates": pl.Int64(),
        "possible_victims": pl.Int64(),
        "occasions": pl.Int64(),
        "expected": pl.Float64(),
        "p": pl.Float64(),
        "q": pl.Float64(),
        "stability": pl.Float64(),
        "first": pl.Datetime("us"),
        "last": pl.Datetime("us"),
        "months": pl.Int64(),
        "areas": pl.List(pl.String),
        "identity_sensitive": pl.Boolean(),
        "under_18": pl.Int64(),
        "age_unknown": pl.Int64(),
        "household": pl.String(),
    }
)
MEMBER_SCHEMA = pl.Schema(
    {
        "group_id": pl.String,
        "person_id": pl.String,
        "tier": pl.String,
        "basis": pl.String,
        "k": pl.Int64,
        "expected": pl.Float64,
        "p": pl.Float64,
        "q": pl.Float64,
        "identity": pl.String,
    }
)
VICTIM_SCHEMA = pl.Schema(
    {
        "group_id": pl.String,
        "person_id": pl.String,
        "why": pl.String,
        "events": pl.Int64,
    }
)
PAIR_SCHEMA = pl.Schema(
    {
        "person_l": pl.String,
        "person_r": pl.String,
        "n": pl.Int64,
        "expected": pl.Float64,
        "p": pl.Float64,
        "q": pl.Float64,
    }
)


def group_tables(
    found: Found,
    backed: list[Support],
    held: Occasions,
    *,
    recorded: pl.DataFrame,
    events: pl.DataFrame,
    protection: Protection,
    identity_sensitive: list[bool],
    doubtful: frozenset[str],
    gates: Gates,
    nominals: pl.DataFrame | None,
    persons: pl.DataFrame | None,
    q: float,
) -> dict[str, pl.DataFrame]:
    """Every table of the answer but objects, scores and the comparison over time.

    `nominals` are looked up when the groups stand: who was a child, who lives together.
    """
    doubted = pl.col("person_id").is_in(sorted(doubtful))
    members = evidence.member_table(found).with_columns(
        identity=pl.when(doubted).then(pl.lit(PROBABLE))
    )
    grid = evidence.grid_table(found)
    victims = possible_victims(members, held.suspect_events, recorded, protected=protection.people)
    groups = _group_table(found, backed, grid, victims, identity_sensitive).join(
        _themes(grid, held, events), on="group_id", how="left", maintain_order="left"
    )
    looked_up = of_people(members, grid, nominals, persons)
    groups = groups.join(looked_up["groups"], on="group_id", how="left", maintain_order="left")
    groups = gated(groups.select(list(GROUP_SCHEMA)).cast(GROUP_SCHEMA), gates)
    changes = what_would_change(found, q=q, route_share=ROUTE_SHARE)
    return {
        "groups": groups.with_columns(_sentences(groups, q)),
        "members": members.cast(MEMBER_SCHEMA),
        "ages": looked_up["ages"].cast(AGE_SCHEMA),
        "possible_victims": victims.cast(VICTIM_SCHEMA),
        "pairs": evidence.pair_table(found),
        "occasions": occasion_table(held, found.ground),
        "dropped": dropped_table(held, found.ground, protection),
        "lifted": protection.lifted.cast(LIFTED_SCHEMA),
        "grid": grid,
        "timeline": _timeline(grid),
        "edges": evidence.edge_table(found),
        "chance": evidence.chance_table(found),
        "splits": evidence.split_table(found),
        "changes": _with_identity(changes, found.ids, identity_sensitive),
        "strata": evidence.strata_table(found, q=q * ROUTE_SHARE),
    }


def empty_tables(
    held: Occasions, ground: Ground, protection: Protection
) -> dict[str, pl.DataFrame]:
    """The tables of an answer that declines: what was read and dropped, and no group."""
    shown = pl.Schema(
        [
            *GROUP_SCHEMA.items(),
            *((name, pl.String()) for name in ("gate", "prompt", "status", "sentence")),
        ]
    )
    return {
        "groups": pl.DataFrame(schema=shown),
        "members": pl.DataFrame(schema=MEMBER_SCHEMA),
        "ages": pl.DataFrame(schema=AGE_SCHEMA),
        "signs": pl.DataFrame(schema=SIGN_SCHEMA),
        "possible_victims": pl.DataFrame(schema=VICTIM_SCHEMA),
        "pairs": pl.DataFrame(schema=PAIR_SCHEMA),
        "occasions": occasion_table(held, ground),
        "dropped": dropped_table(held, ground, protection),
        "lifted": protection.lifted.cast(LIFTED_SCHEMA),
    }


def occasion_table(held: Occasions, ground: Ground) -> pl.DataFrame:
    """Every occasion of two or more suspects, with its people and stratum (null: not tested)."""
    people = held.people.group_by("occasion_id").agg(pl.col("person").sort().alias("persons"))
    return ground.table.join(people, on="occasion_id", maintain_order="left")


def dropped_table(held: Occasions, ground: Ground, protection: Protection) -> pl.DataFrame:
    """what, why, id: crowds, dual roles, occasions without a usable place, refused liftings."""
    placeless = ground.table.filter(pl.col("why").is_not_null()).select(
        what=pl.lit("occasion"), why="why", id="occasion_id"
    )
    refused = protection.refused.select(
        what=pl.lit("lifting of protection"),
        why=pl.format("row {}: {}", "row", "reason"),
        id="id",
    )
    return pl.concat([held.dropped, placeless, refused]).cast(DROPPED_SCHEMA)


def events_of(held: Occasions) -> pl.DataFrame:
    """occasion_id, event_id."""
    return held.table.select("occasion_id", event_id="event_ids").explode("event_id")


def month_flag(events: pl.DataFrame) -> tuple[Flag, ...]:
    """A note where dates are known to the month only."""
    coarse = events.filter(pl.col("date_precision") == "month").height
    if not coarse:
        return ()
    text = (
        f"{coarse:,} events are dated to the month only: events of one month with the same "
        "suspects count as one occasion, which can only lower counts."
    )
    return (Flag("dates-by-month", text, Severity.NOTE),)


def board_sentence(shown: int, occasions: int, *, q: float) -> str:
    """What a board reads of the whole run."""
    if not shown:
        return (
            f"On {occasions:,} occasions people were recorded as suspects together; nobody met "
            "others more often than chance in these places explains."
        )
    one = "1 candidate group was" if shown == 1 else f"{shown:,} candidate groups were"
    return (
        f"On {occasions:,} occasions people were recorded as suspects together; {one} found "
        f"beyond chance. At most about {q:.0%} of such a list is expected to be false. "
        "Candidates, until a named person judges each."
    )


def _group_table(
    found: Found,
    backed: list[Support],
    grid: pl.DataFrame,
    victims: pl.DataFrame,
    identity_sensitive: list[bool],
) -> pl.DataFrame:
    table = membership(found.everybody, found.attendance.n_persons)
    counts = [
        (len(core), len(all_)) for core, all_ in zip(found.cores, found.everybody, strict=True)
    ]
    stated = pl.DataFrame(
        {
            "group_id": found.ids,
            "n_core": [core for core, _ in counts],
            "n_associates": [everybody - core for core, everybody in counts],
            "expected": found.attendance.expected_by(table),
            "p": [support.p for support in backed],
            "q": [support.q for support in backed],
            "stability": [support.stability for support in backed],
            "identity_sensitive": identity_sensitive,
        },
        schema_overrides={"group_id": pl.String, "identity_sensitive": pl.Boolean},
    )
    met = grid.group_by("group_id").agg(
        pl.col("occasion_id").n_unique().alias("occasions"),
        pl.col("first").min(),
        pl.col("last").max(),
        pl.col("first").dt.strftime("%Y-%m").n_unique().alias("months"),
        pl.col("area").drop_nulls().unique().sort().alias("areas"),
    )
    harmed = victims.group_by("group_id").agg(pl.len().alias("possible_victims"))
    return (
        stated.join(met, on="group_id", how="left", maintain_order="left")
        .join(harmed, on="group_id", how="left", maintain_order="left")
        .with_columns(pl.col("possible_victims").fill_null(0))
    )


def _themes(grid: pl.DataFrame, held: Occasions, events: pl.DataFrame) -> pl.DataFrame:
    """Each group's commonest theme among the events of its occasions."""
    of = grid.select("group_id", "occasion_id").unique().join(events_of(held), on="occasion_id")
    themed = of.join(events.select("event_id", "theme"), on="event_id").drop_nulls("theme")
    counted = themed.group_by("group_id", "theme").len()
    ranked = counted.sort("group_id", "len", "theme", descending=[False, True, False])
    return ranked.unique("group_id", keep="first", maintain_order=True).select("group_id", "theme")


def _timeline(grid: pl.DataFrame) -> pl.DataFrame:
    """group_id, first, last, occasion_id, area, people: the group's occasions in order."""
    return (
        grid.group_by("group_id", "occasion_id", "first", "last", "area")
        .agg(pl.len().cast(pl.Int64).alias("people"))
        .sort("group_id", "first", "occasion_id")
    )


def _with_identity(
    changes: pl.DataFrame, ids: list[str], identity_sensitive: list[bool]
) -> pl.DataFrame:
    rows = pl.DataFrame(
        {
            "group_id": pl.Series(ids, dtype=pl.String),
            "change": pl.Series(["doubtful identities undone"] * len(ids), dtype=pl.String),
            "stands": pl.Series([not risk for risk in identity_sensitive], dtype=pl.Boolean),
        }
    )
    return pl.concat([changes, rows]).sort("group_id", "change")


def _sentences(groups: pl.DataFrame, q: float) -> pl.Series:
    said = [_sentence(row, q) for row in groups.iter_rows(named=True)]
    return pl.Series("sentence", said, dtype=pl.String)


def _sentence(row: dict[str, object], q: float) -> str:
    people = int(row["n_core"]) + int(row["n_associates"])  # type: ignore[call-overload]
    expected = float(row["expected"])  # type: ignore[arg-type]
    chance = f"{expected:.1f}" if expected >= 0.1 else "fewer than 0.1"
    doubt = (
        " It rests on records that may not all be of the same people."
        if row["identity_sensitive"]
        else ""
    )
    victims = row["possible_victims"]
    beside = f" Possible victims recorded beside them: {victims}." if victims else ""
    return (
        f"{people} people recorded together as suspects, two or more at a time, on "
        f"{row['occasions']} occasions, {_day(row['first'])} to {_day(row['last'])}; chance in "
        f"these places would give {chance}. Expected share of false groups on this list: at most "
        f"{q:.0%}.{doubt}{beside}"
    )


def _day(moment: object) -> str:
    if not isinstance(moment, datetime):
        return "an unknown day"
    return f"{moment.day} {moment:%B %Y}"
