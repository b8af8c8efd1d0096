"""Phones, vehicles and addresses that a group's people share, against what chance would share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.networks.chance import Attendance, group_p, membership
from frith.networks.defaults import MAX_EVENT_SIZE, STRATUM_MAX, STRATUM_MIN
from frith.networks.fingerprint import Ints
from frith.networks.inputs import filled, person_of
from frith.networks.strata import strata
from frith.results import Flag, Severity
from frith.stats.fdr import benjamini_hochberg

SHARED_SCHEMA = pl.Schema(
    {
        "group_id": pl.String(),
        "object_id": pl.String(),
        "kind": pl.String(),
        "people": pl.List(pl.String),
    }
)
TEST_SCHEMA = pl.Schema(
    {
        "group_id": pl.String,
        "shared": pl.Int64,
        "expected": pl.Float64,
        "p": pl.Float64,
        "q": pl.Float64,
    }
)
LINK_COLUMNS = {
    "object_id": pl.String,
    "nominal_id": pl.String,
    "event_id": pl.String,
    "from_date": pl.Date,
}


@dataclass(frozen=True, kw_only=True)
class SharedObjects:
    """Objects tied to two or more of a group, and whether there are more than chance would share.

    `shared`: group_id, object_id, kind, people. `tested`: group_id, shared, expected, p, q.
    """

    shared: pl.DataFrame
    tested: pl.DataFrame
    flags: tuple[Flag, ...] = ()


def shared_objects(
    members: pl.DataFrame,
    object_links: pl.DataFrame,
    *,
    objects: pl.DataFrame | None = None,
    persons: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    recorded: pl.DataFrame | None = None,
    lookups: pl.DataFrame | None = None,
    protected: pl.Series,
    most: int = MAX_EVENT_SIZE,
) -> SharedObjects:
    """What each group's people share, tested as pairs are: among things of one kind, place, time.

    `members`: group_id, person_id. `object_links`: object_id, nominal_id, event_id, from_date.
    `objects`: object_id, kind. `events`: event_id, occurred_from, area; `recorded`: event_id,
    person: from these an object has the commonest area and the first half-year of the events it is
    tied to, else of its people's events. Each link of a person to an object counts, also to their
    own: in a stratum with k people on each object two people share r = Σ k(k−1) / (Σ k)² for each
    pair of their links. A kind with too few objects or without places is one stratum, and a flag
    says so: chance is then understated. Objects tied to more than `most` people (a hostel, a
    reception) are left out, as are the protected. Objects did not propose the groups, so the plain
    Poisson test holds. Assumes links are recorded alike for everybody: people in groups may be
    looked into more, so this supports a group and never makes one.
    """
    held = _held(object_links, objects, persons, protected, most)
    inside = held.join(members.select("group_id", person="person_id"), on="person")
    shared = (
        inside.group_by("group_id", "object_id", "kind")
        .agg(pl.col("person").sort().alias("people"))
        .filter(pl.col("people").list.len() >= 2)
        .sort("group_id", "kind", "object_id")
    ).cast(SHARED_SCHEMA)
    if members.is_empty() or held.is_empty():
        return SharedObjects(shared=shared, tested=pl.DataFrame(schema=TEST_SCHEMA))
    placed = _placed(held, object_links, events=events, recorded=recorded)
    stratum, flags = _strata(placed, lookups)
    tested = _tested(members, held, placed["object_id"], stratum)
    return SharedObjects(shared=shared, tested=tested, flags=flags)


def _held(
    links: pl.DataFrame,
    objects: pl.DataFrame | None,
    persons: pl.DataFrame | None,
    protected: pl.Series,
    most: int,
) -> pl.DataFrame:
    """object_id, kind, person: up to `most` people each."""
    known = links.filter(pl.col("nominal_id").is_not_null()).select("object_id", "nominal_id")
    rows = known.with_columns(person=person_of(known["nominal_id"].cast(pl.String), persons))
    rows = rows.filter(~pl.col("person").is_in(protected.implode()))
    rows = rows.select("object_id", "person").unique()
    if objects is None:
        rows = rows.with_columns(kind=pl.lit("object"))
    else:
        kinds = objects.select("object_id", "kind").unique("object_id")
        rows = rows.join(kinds, on="object_id", how="left").with_columns(
            pl.col("kind").fill_null("object")
        )
    return rows.filter(pl.len().over("object_id") <= most).sort("object_id", "person")


def _placed(
    held: pl.DataFrame,
    links: pl.DataFrame,
    *,
    events: pl.DataFrame | None,
    recorded: pl.DataFrame | None,
) -> pl.DataFrame:
    """object_id, kind, area, first, longitude, latitude: where and when each object belongs."""
    things = held.select("object_id", "kind").unique(maintain_order=True)
    blank = {"area": pl.String, "first": pl.Datetime("us")}
    nowhere = {"longitude": pl.Float64, "latitude": pl.Float64}
    if events is None or recorded is None:
        return filled(things, blank | nowhere)
    at = events.select("event_id", "area", "occurred_from")
    own = filled(links, LINK_COLUMNS).select(list(LINK_COLUMNS))
    direct = own.drop_nulls("event_id").select("object_id", "event_id").join(at, on="event_id")
    by_people = held.join(recorded.select("event_id", "person").unique(), on="person").join(
        at, on="event_id"
    )
    dated = own.group_by("object_id").agg(
        pl.col("from_date").cast(pl.Datetime("us")).min().alias("from")
    )
    found = things.join(dated, on="object_id", how="left", maintain_order="left")
    for name, rows in (("seen", direct), ("people", by_people)):
        stated = rows.group_by("object_id").agg(
            pl.col("area").drop_nulls().mode().sort().first().alias(f"area_{name}"),
            pl.col("occurred_from").min().alias(f"first_{name}"),
        )
        found = found.join(stated, on="object_id", how="left", maintain_order="left")
    return filled(
        found.select(
            "object_id",
            "kind",
            area=pl.coalesce("area_seen", "area_people"),
            first=pl.coalesce("from", "first_seen", "first_people"),
        ),
        nowhere,
    )


def _strata(placed: pl.DataFrame, lookups: pl.DataFrame | None) -> tuple[Ints, tuple[Flag, ...]]:
    """Each object's stratum: of its kind, place and half-year where there are enough of its kind.

    Undated objects, and those without a place, make one further stratum of their kind.
    """
    stratum = np.zeros(placed.height, dtype=np.int64)
    made, coarse = 0, []
    for kind in placed["kind"].unique().sort():
        rows = np.flatnonzero((placed["kind"] == kind).to_numpy())
        fit = np.flatnonzero(placed["first"].gather(rows).is_not_null().to_numpy())
        own = np.full(rows.size, -1, dtype=np.int64)
        if fit.size:
            table = placed[rows[fit].tolist()]
            own[fit] = strata(
                table, lookups=lookups, smallest=STRATUM_MIN, largest=STRATUM_MAX
            ).of_occasion
        if (own < 0).all():
            coarse.append(kind)
        stratum[rows] = made + own + 1
        made += int(own.max(initial=-1)) + 2
    if not coarse:
        return stratum, ()
    text = (
        f"Shared objects of these kinds ({', '.join(coarse)}) are tested without places: there are "
        f"under {STRATUM_MIN} of a kind, or no place is known. Chance is understated for them."
    )
    return stratum, (Flag("objects-not-by-place", text, Severity.NOTE),)


def _tested(
    members: pl.DataFrame, held: pl.DataFrame, things: pl.Series, stratum: Ints
) -> pl.DataFrame:
    people = pl.concat([held["person"], members["person_id"].rename("person")]).unique().sort()
    number = dict(zip(people.to_list(), range(people.len()), strict=True))
    at = dict(zip(things.to_list(), range(things.len()), strict=True))
    attendance = Attendance(
        np.array([at[x] for x in held["object_id"]], dtype=np.int64),
        np.array([number[x] for x in held["person"]], dtype=np.int64),
        stratum=stratum,
        n_persons=people.len(),
    )
    of = members.group_by("group_id").agg("person_id").sort("group_id")
    groups = [frozenset(number[x] for x in row) for row in of["person_id"].to_list()]
    table = membership(groups, people.len())
    shared, expected = attendance.occasions_of(table), attendance.expected_by(table)
    p = group_p(shared, expected)
    return pl.DataFrame(
        {
            "group_id": of["group_id"],
            "shared": shared,
            "expected": expected,
            "p": p,
            "q": benjamini_hochberg(p),
        },
        schema=TEST_SCHEMA,
    )


def empty_links() -> pl.DataFrame:
    """No object links, where none were recorded."""
    return pl.DataFrame(schema={"object_id": pl.String, "nominal_id": pl.String})
