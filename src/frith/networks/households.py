"""Groups that may be no more than a household or a family: said, and left out only on request."""

from __future__ import annotations

import polars as pl

from frith.networks.inputs import filled, person_of

ONE_ADDRESS = "all at one recorded address"
ONE_NAME = "all of one family name"
NEEDED = {
    "nominal_id": pl.String,
    "family_name": pl.String,
    "address_id": pl.String,
    "address": pl.String,
}


def households(
    members: pl.DataFrame, nominals: pl.DataFrame, *, persons: pl.DataFrame | None = None
) -> pl.DataFrame:
    """group_id, household: what all of a group's people have in common, null where nothing.

    `members`: group_id, person_id. `nominals`: nominal_id, family_name, address_id, address.
    `persons`: nominal_id, person_id. Any record of a person counts, so an address of
    years ago does too. A shared address may also be a hostel, a children's home or a house in
    multiple occupation; a common family name is shared by strangers. People who live together are
    often recorded together: the group may be real and still be no more than that. Addresses are
    compared by their words, so the same words in two towns agree: look before concluding. A lacking
    address is no evidence that people live apart.
    """
    facts = _facts(nominals, persons, members["person_id"].unique())
    size = members.group_by("group_id").agg(people=pl.col("person_id").n_unique())
    shared = (
        members.select("group_id", "person_id")
        .join(facts, on="person_id")
        .group_by("group_id", "fact", "value")
        .agg(n=pl.col("person_id").n_unique())
        .join(size, on="group_id")
        .filter((pl.col("n") == pl.col("people")) & (pl.col("people") >= 2))
        .select("group_id", "fact")
        .unique()
        .sort("group_id", "fact")
        .group_by("group_id", maintain_order=True)
        .agg(pl.col("fact").str.join("; ").alias("household"))
    )
    return (
        size.select("group_id")
        .sort("group_id")
        .join(shared, on="group_id", how="left", maintain_order="left")
    )


def _facts(nominals: pl.DataFrame, persons: pl.DataFrame | None, people: pl.Series) -> pl.DataFrame:
    """person_id, fact, value: each address and family name on any record of these people."""
    rows = filled(nominals, NEEDED)
    who = person_of(rows["nominal_id"].cast(pl.String), persons).rename("person_id")
    ours = rows.with_columns(who).filter(pl.col("person_id").is_in(people.implode()))
    ways = (
        (ONE_ADDRESS, pl.lit("id ") + pl.col("address_id")),
        (ONE_ADDRESS, pl.lit("as written ") + _plain(pl.col("address"))),
        (ONE_NAME, _plain(pl.col("family_name"))),
    )
    return pl.concat(
        ours.select("person_id", fact=pl.lit(fact), value=value) for fact, value in ways
    ).filter(pl.col("value").is_not_null() & (pl.col("value").str.strip_chars() != ""))


def _plain(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.String).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
