"""Lookups between area codes: LSOA 2011 to 2021, LSOA 2021 to ward and district."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from frith.errors import BadInput, UnknownName
from frith.sources.found import Found, read_table
from frith.tables.codebook import Codebook
from frith.tables.report import TableReport

_DISTRICT = re.compile(r"^E0[6-9]\d{6}$")
UNCHANGED, SPLIT, MERGED, COMPLEX = "U", "S", "M", "X"
"""ONS change codes of the 2011 to 2021 lookup; X is a change that is neither."""


@dataclass(frozen=True, kw_only=True)
class Geography:
    """Which LSOA lies in which ward and district, and what the LSOAs of 2011 became.

    `districts` has lsoa21, lsoa21_name, ward24, lad24, lad24_name: one row an LSOA of 2021.
    `changes` has lsoa11, lsoa21, change: one row a pair.
    """

    districts: pl.DataFrame
    changes: pl.DataFrame
    reports: tuple[TableReport, ...]

    def lsoa21_of(self, areas: Sequence[str]) -> list[str]:
        """LSOAs of 2021 in the districts, in order of code."""
        return self.districts.filter(pl.col("lad24").is_in(list(areas)))["lsoa21"].sort().to_list()

    def lsoa11_of(self, areas: Sequence[str]) -> list[str]:
        """LSOAs of 2011 that became LSOAs of the districts, in order of code."""
        here = self.changes.filter(pl.col("lsoa21").is_in(self.lsoa21_of(areas)))
        return here["lsoa11"].unique().sort().to_list()

    def codebook(self) -> Codebook:
        """Which LSOA codes are of 2011 and which of 2021, for all of England and Wales."""
        return Codebook.of(lookups=self.lookup_2011())

    def lookup_2011(self) -> pl.DataFrame:
        """LSOAs of 2011 to those of 2021 as a `lookups` table, for all of England and Wales."""
        return _from_2011(self.changes)

    def name_of(self, areas: Sequence[str]) -> str:
        """The districts' names, joined."""
        named = self.districts.filter(pl.col("lad24").is_in(list(areas)))
        return ", ".join(named["lad24_name"].unique().sort().to_list())


def read_geography(districts: Found, changes: Found) -> Geography:
    """Both lookups, read."""
    wards, of_wards = read_table(
        districts,
        dict.fromkeys(("lsoa21", "lsoa21_name", "ward24", "lad24", "lad24_name"), pl.String),
        table="lookups",
    )
    became, of_changes = read_table(
        changes, dict.fromkeys(("lsoa11", "lsoa21", "change"), pl.String), table="lookups"
    )
    return Geography(
        districts=wards.unique("lsoa21", keep="first", maintain_order=True),
        changes=became.unique(["lsoa11", "lsoa21"], keep="first", maintain_order=True),
        reports=(of_wards, of_changes),
    )


def check_areas(asked: Sequence[str], geography: Geography) -> tuple[str, ...]:
    """The district codes, upper-cased and each once.

    Raises `BadInput` where one is no district code, `UnknownName` where no LSOA lies in it.
    """
    areas = tuple(dict.fromkeys(code.strip().upper() for code in asked))
    known = dict(geography.districts.select("lad24", "lad24_name").unique().iter_rows())
    for code in areas:
        if code in known:
            continue
        if not _DISTRICT.match(code):
            by_name = {name.lower(): key for key, name in known.items()}
            near = difflib.get_close_matches(code.lower(), list(by_name), n=1, cutoff=0.6)
            advice = (
                f"{known[by_name[near[0]]]} is {by_name[near[0]]}."
                if near
                else "Give a code such as E08000018 (Rotherham)."
            )
            raise BadInput(
                f"{code!r} is not the code of an English district", where="--area", mend=advice
            )
        near = difflib.get_close_matches(code, sorted(known), n=3, cutoff=0.7)
        listed = ", ".join(f"{one} ({known[one]})" for one in near)
        raise UnknownName(
            f"no LSOA lies in a district of code {code}",
            where="--area",
            mend=f"The lookup holds codes of December 2024. Near it: {listed}.",
        )
    return areas


def lookup_rows(geography: Geography, areas: Sequence[str]) -> pl.DataFrame:
    """The `lookups` table for the areas.

    LSOA 2011 to 2021 (share 1 where all of the old area lies in the new; unknown where it was
    split), LSOA 2021 to ward and to district (best fit: share 1).
    """
    inside = geography.districts.filter(pl.col("lad24").is_in(list(areas))).sort("lsoa21")
    became = geography.changes.filter(pl.col("lsoa21").is_in(inside["lsoa21"].implode()))
    from_2011 = _from_2011(became.sort("lsoa11", "lsoa21"))
    wider = [
        inside.select(
            pl.col("lsoa21").alias("from_code"),
            pl.lit("lsoa21").alias("from_vintage"),
            pl.col(to).alias("to_code"),
            pl.lit(to).alias("to_vintage"),
            pl.lit(1.0).alias("share"),
        )
        for to in ("ward24", "lad24")
    ]
    return pl.concat([from_2011, *wider])


def _from_2011(changes: pl.DataFrame) -> pl.DataFrame:
    return changes.select(
        pl.col("lsoa11").alias("from_code"),
        pl.lit("lsoa11").alias("from_vintage"),
        pl.col("lsoa21").alias("to_code"),
        pl.lit("lsoa21").alias("to_vintage"),
        pl.when(pl.col("change").is_in([UNCHANGED, MERGED])).then(1.0).alias("share"),
    )
