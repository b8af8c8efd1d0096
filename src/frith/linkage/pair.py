"""Two records beside each other: what agrees, what differs, and what each fact is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import duckdb
import polars as pl

from frith.linkage.agreement import COMPARISONS, Comparison
from frith.linkage.clean import COLUMNS, clean
from frith.linkage.explain import NAMED, agreement, difference
from frith.linkage.train import Weights, default_weights

LEFT, RIGHT = "1", "2"


class Stands(StrEnum):
    """How two records stand to each other in one fact."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact about a pair: how it stands, in words, and what it is worth by itself."""

    name: str
    words: str
    """What is compared: "date of birth"."""
    stands: Stands
    said: str
    """In which way: "day and month of birth swapped"; empty where it differs or is not known."""
    times: float | None
    """m/u: how many times as often two records of one person stand so as records of two people
    do. Below one it speaks against; None where nothing is known."""


def explain_pair(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[Evidence, ...]:
    """What agrees and what differs between two nominals, fact by fact, with the weight of each.

    `one` and `other` hold columns of the table nominals as text; what is missing is not known.
    The weights are the stated defaults (`agreement.COMPARISONS`): two records teach nothing, and
    how rare a name is cannot be seen in them. Returns one `Evidence` a comparison, in the order in
    which pairs are explained.

    Nothing is added up: several facts of one household go together, so a sum over facts would
    overstate, and a sum is what `link` gives with weights learnt from whole files. Not to be used
    to decide; a named person does that. Source: Fellegi and Sunter 1969, JASA 64.
    """
    rows = [
        {name: given.get(name) or "" for name in COLUMNS} | {"nominal_id": key, "source": key}
        for key, given in ((LEFT, one), (RIGHT, other))
    ]
    return _told(_beside(clean(pl.DataFrame(rows))), weights=default_weights(len(rows)))


def _beside(cleaned: pl.DataFrame) -> pl.DataFrame:
    """One row: the level of each comparison, and the names that the words name."""
    both = ", ".join(
        f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in cleaned.columns if name != "uid"
    )
    levels = ", ".join(f"{one.case_sql()} AS gamma_{one.name}" for one in COMPARISONS)
    names = ", ".join(f"{name}_{side} AS said_{name}_{side}" for name in NAMED for side in "lr")
    # Every name in this text is a column or a condition that this package declares.
    sql = f"""
        WITH beside AS (
            SELECT {both} FROM cleaned l, cleaned r WHERE l.uid = 0 AND r.uid = 1
        )
        SELECT {levels}, {names} FROM beside
    """  # nosec B608
    with duckdb.connect() as connection:
        connection.register("cleaned", cleaned)
        return connection.sql(sql).pl().with_columns(commonness=pl.lit(""))


def _told(beside: pl.DataFrame, *, weights: Weights) -> tuple[Evidence, ...]:
    said = beside.select(
        *(agreement(one).alias(f"agrees_{one.name}") for one in COMPARISONS),
        *(difference(one).alias(f"differs_{one.name}") for one in COMPARISONS),
    ).row(0, named=True)
    level = beside.row(0, named=True)
    return tuple(
        _evidence(
            one,
            level=level[f"gamma_{one.name}"],
            agrees=said[f"agrees_{one.name}"],
            differs=said[f"differs_{one.name}"],
            weights=weights,
        )
        for one in COMPARISONS
    )


def _evidence(
    comparison: Comparison, *, level: int, agrees: str | None, differs: str | None, weights: Weights
) -> Evidence:
    stands = Stands.AGREES if agrees else Stands.DIFFERS if differs else Stands.UNKNOWN
    known = stands is not Stands.UNKNOWN
    return Evidence(
        name=comparison.name,
        words=comparison.words,
        stands=stands,
        said=agrees or "",
        times=float(2 ** weights.weight(comparison.name)[level]) if known else None,
    )
