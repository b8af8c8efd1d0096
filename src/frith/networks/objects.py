"""Phones, vehicles and addresses that a group's people share, against what chance would share."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.networks.chance import Attendance, group_p, membership
from frith.networks.defaults import MAX_EVENT_SIZE
from frith.networks.inputs import person_of
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


def shared_objects(
    members: pl.DataFrame,
    object_links: pl.DataFrame,
    *,
    objects: pl.DataFrame | None = None,
    persons: pl.DataFrame | None = None,
    protected: pl.Series,
    most: int = MAX_EVENT_SIZE,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Objects tied to two or more of a group, and whether there are more than chance would share.

    `members`: group_id, person_id. `object_links`: object_id, nominal_id. `objects`: object_id,
    kind. Returns (group_id, object_id, kind, people) and (group_id, shared, expected, p, q). An
    object is treated as an occasion, its kind as the stratum. Objects tied to more than `most`
    people (a hostel, a reception) are left out, as are the protected. Objects did not propose the
    groups, so the plain Poisson test holds. Assumes links are recorded alike for everybody: people
    in groups may be looked into more, so this supports a group and never makes one.
    """
    held = _held(object_links, objects, persons, protected, most)
    inside = held.join(members.select("group_id", person="person_id"), on="person")
    shared = (
        inside.group_by("group_id", "object_id", "kind")
        .agg(pl.col("person").sort().alias("people"))
        .filter(pl.col("people").list.len() >= 2)
        .sort("group_id", "kind", "object_id")
    )
    return shared.cast(SHARED_SCHEMA), _tested(members, held)


def _held(
    links: pl.DataFrame,
    objects: pl.DataFrame | None,
    persons: pl.DataFrame | None,
    protected: pl.Series,
    most: int,
) -> pl.DataFrame:
    """object_id, kind, person: two to `most` people each."""
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
    return rows.filter(pl.len().over("object_id").is_between(2, most)).sort("object_id", "person")


def _tested(members: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    if members.is_empty() or held.is_empty():
        return pl.DataFrame(schema=TEST_SCHEMA)
    people = pl.concat([held["person"], members["person_id"].rename("person")]).unique().sort()
    number = dict(zip(people.to_list(), range(people.len()), strict=True))
    things, kinds = (
        held.select(pl.col(c).rank("dense").cast(pl.Int64) - 1)[c] for c in ("object_id", "kind")
    )
    stratum = np.zeros(things.n_unique(), dtype=np.int64)
    stratum[things.to_numpy()] = kinds.to_numpy()
    attendance = Attendance(
        things.to_numpy(),
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
