"""Counts, people and deprivation brought together, and what did not match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from frith.errors import BadInput, UnknownName, VintageMismatch
from frith.places import flags as flag
from frith.places.inputs import Aligned, need
from frith.results import Flag
from frith.stats.intervals import Floats

VINTAGE_OF_EDITION: Mapping[str, str] = {"2019": "lsoa11", "2025": "lsoa21"}
"""Which area codes each edition of the indices was published on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Areas:
    """The areas that can be used: counted, populated and with a decile."""

    codes: tuple[str, ...]
    count: Floats
    population: Floats
    decile: Floats
    rank: Floats


def check_vintage(edition: str, area_vintage: str | None) -> None:
    """Editions and area codes of different vintages never join silently."""
    if edition not in VINTAGE_OF_EDITION:
        raise UnknownName(
            f"edition {edition} of the indices is not known",
            where="deprivation",
            mend=f"Use {' or '.join(VINTAGE_OF_EDITION)}.",
        )
    wanted = VINTAGE_OF_EDITION[edition]
    if area_vintage not in (None, "", wanted):
        raise VintageMismatch(
            f"the {edition} indices are on {wanted} codes, the counts on {area_vintage}",
            where="deprivation",
            mend="Convert the counts with a lookup, or use the edition of their vintage.",
        )


def chosen_rows(deprivation: pl.DataFrame, *, edition: str, domain: str) -> pl.DataFrame:
    """The rows of one edition and domain, one an area."""
    need(deprivation, ["code", "edition", "domain", "decile"], table="deprivation")
    rows = deprivation.filter(
        (pl.col("edition").cast(pl.String) == edition) & (pl.col("domain") == domain)
    )
    if rows.is_empty():
        held = deprivation.select("edition", "domain").unique().sort("edition", "domain").rows()
        raise UnknownName(
            f"no rows of edition {edition}, domain {domain}",
            where="deprivation",
            mend="It holds " + ", ".join(f"{e} {d}" for e, d in held[:6]) + ".",
        )
    if rows["code"].is_duplicated().any():
        raise BadInput("an area has two deciles", where="deprivation", mend="Keep one row an area.")
    rank = pl.col("rank") if "rank" in rows.columns else pl.lit(None)
    return rows.select("code", "decile", rank.cast(pl.Float64).alias("rank")).sort("code")


def matched(
    data: Aligned, chosen: pl.DataFrame, *, edition: str
) -> tuple[Areas, list[Flag], pl.DataFrame]:
    """Areas with a count, a population and a decile; and what did not match, told."""
    frame = pl.DataFrame({"code": data.codes, "n": data.count, "population": data.population})
    joined = frame.join(chosen, on="code", how="left").sort("code")
    lost = joined.filter(pl.col("decile").is_null())
    kept = joined.filter(pl.col("decile").is_not_null() & pl.col("population").is_not_nan())
    notes: list[Flag] = []
    if not lost.is_empty():
        table = f"the {edition} indices"
        notes.append(flag.unmatched(list(lost["code"]), table, float(lost["n"].sum())))
    if data.without_population:
        notes.append(flag.no_denominator(data.without_population, "residents"))
    if not len(kept) and len(joined):
        raise VintageMismatch(
            f"none of {len(joined)} area codes is in the {edition} indices",
            where="deprivation",
            mend="Use the vintage of codes the edition was published on.",
        )
    ranked = kept["rank"].null_count() == 0
    areas = Areas(
        codes=tuple(kept["code"]),
        count=kept["n"].to_numpy(),
        population=kept["population"].to_numpy(),
        decile=kept["decile"].cast(pl.Float64).to_numpy(),
        rank=(kept["rank"] if ranked else kept["decile"].cast(pl.Float64)).to_numpy(),
    )
    return areas, notes, lost.select("code", "n")
