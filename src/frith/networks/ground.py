"""Occasions and people as numbers, in an order that does not depend on identifiers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.networks.chance import Attendance
from frith.networks.defaults import STRATUM_MAX, STRATUM_MIN
from frith.networks.fingerprint import Ints, Marks, colours, mixed, text_marks
from frith.networks.occasions import Occasions
from frith.networks.strata import Strata, strata

DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every later step stands on.

    `table`: the occasions, in order of time, each with its stratum (null where not tested) and
    `why` not. `names`: person ids, whose positions are the numbers used in `person`.
    """

    table: pl.DataFrame
    names: pl.Series
    occasion: Ints
    person: Ints
    marks: Marks
    strata: Strata

    @property
    def stratum(self) -> Ints:
        """Each occasion's stratum, -1 where it is not tested."""
        return self.strata.of_occasion

    def attendance(self) -> Attendance:
        """All tested occasions."""
        return Attendance(
            self.occasion, self.person, stratum=self.stratum, n_persons=self.names.len()
        )

    def named(self, people: Ints) -> pl.Series:
        """Person ids of these numbers."""
        return self.names.gather(people)

    def named_set(self, people: frozenset[int]) -> frozenset[str]:
        """Person ids of a set of numbers."""
        return frozenset(self.names.gather(sorted(people)).to_list())


def lay_ground(
    found: Occasions,
    *,
    lookups: pl.DataFrame | None = None,
    smallest: int = STRATUM_MIN,
    largest: int = STRATUM_MAX,
) -> Ground:
    """Number people and occasions by what was recorded of them, and lay out the strata."""
    table = found.table.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    names = found.people["person"].unique().sort()
    links = found.people.join(table.select("occasion_id", "at"), on="occasion_id").join(
        pl.DataFrame({"person": names, "who": np.arange(names.len())}), on="person"
    )
    at, who = links["at"].to_numpy(), links["who"].to_numpy()
    of_occasion, of_person = colours(at, who, plain=_plain(table), n_persons=names.len())
    when = table["first"].dt.epoch("s").to_numpy()
    order = np.lexsort((np.arange(when.size), of_occasion, when))
    ranks = np.lexsort((np.arange(names.len()), of_person))
    occasion, person = _places(order)[at], _places(ranks)[who]
    ordered = table.drop("at")[order] if table.height else table.drop("at")
    layout = strata(ordered, lookups=lookups, smallest=smallest, largest=largest)
    rows = np.lexsort((person, occasion))
    return Ground(
        table=ordered.with_columns(
            pl.Series("stratum", layout.of_occasion).replace(-1, None), layout.why.alias("why")
        ),
        names=names.gather(ranks),
        occasion=occasion[rows],
        person=person[rows],
        marks=of_occasion[order],
        strata=layout,
    )


def _plain(table: pl.DataFrame) -> Marks:
    """Each occasion's mark before anybody is counted: its day, place and size."""
    areas = table["area"].fill_null("").to_list()
    known = sorted(set(areas))
    mark = dict(zip(known, text_marks(known).tolist(), strict=True))
    place = np.array([mark[area] for area in areas], dtype=np.uint64)
    day = (table["first"].dt.epoch("s") // DAY_SECONDS).cast(pl.Int64).to_numpy()
    return mixed(day) ^ mixed(mixed(table["suspects"].to_numpy())) ^ place


def _places(order: Ints) -> Ints:
    """The position at which each item stands in an order."""
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    return place
