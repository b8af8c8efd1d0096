"""Would a group still be there if doubtful records were not joined? The run again at 0.99."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from frith.networks.defaults import IDENTITY_SURE, MATCH_JACCARD

PROBABLE = "identity: probable"


def doubtful_people(persons: pl.DataFrame | None) -> frozenset[str]:
    """Persons who were put together of records joined with less than 0.99."""
    if persons is None or "p_min" not in persons.columns:
        return frozenset()
    weak = persons.filter(pl.col("p_min").cast(pl.Float64) < IDENTITY_SURE)
    return frozenset(weak["person_id"].cast(pl.String).to_list())


def surely_joined(persons: pl.DataFrame) -> pl.DataFrame:
    """The map without the doubtful joins: their records stand alone, each as itself."""
    return persons.filter(pl.col("p_min").cast(pl.Float64) >= IDENTITY_SURE)


def sensitive(
    groups: Sequence[frozenset[str]],
    persons: pl.DataFrame | None,
    *,
    again: Callable[[pl.DataFrame], Sequence[frozenset[str]]],
) -> list[bool]:
    """For each group (person ids), whether it vanishes when doubtful joins are undone.

    `again` runs the method on a map and gives its groups. Groups are compared by their records; a
    group without a doubtful person is not sensitive. Nothing is run where nobody is in doubt.
    """
    doubtful = doubtful_people(persons)
    at_risk = [bool(group & doubtful) for group in groups]
    if persons is None or not any(at_risk):
        return at_risk
    sure = surely_joined(persons)
    others = [_records(group, sure) for group in again(sure)]
    return [
        risk and not any(_alike(_records(group, persons), other) for other in others)
        for group, risk in zip(groups, at_risk, strict=True)
    ]


def _records(group: frozenset[str], persons: pl.DataFrame) -> frozenset[str]:
    joined = persons.filter(pl.col("person_id").cast(pl.String).is_in(list(group)))
    alone = group - set(joined["person_id"].cast(pl.String).to_list())
    return frozenset(joined["nominal_id"].cast(pl.String).to_list()) | alone


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= MATCH_JACCARD * len(one | other)
