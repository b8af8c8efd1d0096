"""Area codes of one vintage become codes of another only through a lookup, and never silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import shapely

from frith.errors import BadInput, VintageMismatch
from frith.results import Flag, Severity
from frith.tables.codebook import Codebook, new_in_2021

SHOWN = 5


def vintage_of(codes: pl.Series, *, codebook: Codebook | None = None, where: str = "") -> str:
    """The vintage that a set of codes must be of; empty where they fit more than one.

    Only codes that one vintage alone knows are evidence: with a codebook those, without one the
    numbers that LSOA codes have had since 2021. Raises VintageMismatch where codes of two
    vintages of one geography stand in one set.
    """
    distinct = codes.drop_nulls().unique()
    evidence: dict[str, list[str]] = {}
    if codebook is not None and codebook.codes:
        for vintage, known in codebook.codes.items():
            others = frozenset().union(*(k for v, k in codebook.codes.items() if v != vintage))
            only = distinct.filter(distinct.is_in(list(known - others)))
            if not only.is_empty():
                evidence[vintage] = only.sort().to_list()
    new = new_in_2021(distinct)
    if new:
        evidence.setdefault("lsoa21", new)
    if len(evidence) > 1:
        said = "; ".join(f"{v}: {', '.join(found[:SHOWN])}" for v, found in evidence.items())
        raise VintageMismatch(
            f"area codes of several vintages stand together ({said})",
            where=where,
            mend="Split the file, or convert one of them through a lookup.",
        )
    return next(iter(evidence), "")


@dataclass(frozen=True, kw_only=True)
class Converted:
    """A frame in the vintage asked for, and how its codes got there."""

    frame: pl.DataFrame
    flags: tuple[Flag, ...] = ()


def convert(
    frame: pl.DataFrame,
    *,
    column: str,
    to: str,
    lookups: pl.DataFrame,
    vintage: str = "",
    outlines: Mapping[str, Any] | None = None,
    points: tuple[str, str] = ("longitude", "latitude"),
    counts: Sequence[str] = (),
    apportion: bool = False,
) -> Converted:
    """Area codes of `column` in the vintage `to`; nothing joins that the lookup does not join.

    The rows' own vintage is in `area_vintage` where the frame has it, else in `vintage`. A code
    that did not change or was merged is converted. A code that was split goes by point in polygon
    where `outlines` (a feature collection of `to`) and the `points` columns (degrees) are given:
    the part that holds the point, or the nearest part of the same area where generalised outlines
    leave it outside. Columns named in `counts` are summed where areas merged, and shared out by
    the lookup's `share` where areas were split, but only with `apportion`, and flagged: shared
    counts are estimates. Raises VintageMismatch naming every code that is left over.
    """
    if apportion and not counts:
        raise BadInput("apportion needs the names of the counts to share out")
    parts: list[pl.DataFrame] = []
    flags: list[Flag] = []
    source = frame.with_row_index("(order)").with_columns(_own_vintage(frame, vintage))
    for own in source["(own)"].unique(maintain_order=True):
        rows = source.filter(pl.col("(own)").eq_missing(pl.lit(own, pl.String)))
        if own == to or rows[column].null_count() == rows.height:
            parts.append(rows)
            continue
        if own is None:
            raise VintageMismatch(
                f"{rows.height:,} rows do not say which vintage their area codes are of",
                mend="Put it in area_vintage, or in the data set's description.",
            )
        pairs = _pairs(lookups, own, to)
        done, some = _convert_one(
            rows,
            column,
            pairs,
            outlines=outlines,
            points=points,
            counts=counts,
            apportion=apportion,
        )
        flags += some
        parts.append(done)
    whole = pl.concat(parts, how="vertical_relaxed").sort("(order)", maintain_order=True)
    if "area_vintage" in frame.columns:
        coded = pl.col(column).is_not_null()
        whole = whole.with_columns(pl.when(coded).then(pl.lit(to)).alias("area_vintage"))
    whole = whole.select(frame.columns)
    return Converted(frame=_summed(whole, counts), flags=tuple(flags))


def to_larger(
    frame: pl.DataFrame, *, column: str, to: str, lookups: pl.DataFrame, vintage: str
) -> Converted:
    """A column named `to` with the larger area each code belongs to, by best fit.

    `to` is a vintage such as ward24, msoa21 or lad24; `vintage` is that of `column`. Best fit
    gives a whole small area to the one larger area that holds most of it: edges are wrong, sums
    are right. Raises VintageMismatch for codes the lookup does not know or puts in several.
    """
    pairs = _pairs(lookups, vintage, to)
    several = pairs.filter(pl.col("old").is_duplicated())["old"].unique()
    wanted = frame[column].drop_nulls().unique()
    lost = wanted.filter(~wanted.is_in(pairs["old"].to_list()) | wanted.is_in(several.to_list()))
    if not lost.is_empty():
        raise _mismatch(lost, vintage, to, "the lookup gives them no single larger area")
    larger = frame.join(
        pairs.select(pl.col("old").alias(column), pl.col("new").alias(to)),
        on=column,
        how="left",
        maintain_order="left",
    )
    text = f"{vintage} areas were given whole to the {to} area that holds most of each (best fit)."
    return Converted(frame=larger, flags=(Flag("best_fit", text, Severity.NOTE),))


def require_known(codes: pl.Series, known: pl.Series, *, vintage: str, other: str) -> None:
    """VintageMismatch naming the codes of `codes` (of `vintage`) that `known` (of `other`) lacks.

    Call it before every join on area codes; a code that finds no partner is never dropped.
    """
    distinct = codes.drop_nulls().unique()
    lost = distinct.filter(~distinct.is_in(known.unique().to_list()))
    if not lost.is_empty():
        raise _mismatch(lost, vintage, other, "they are not among the areas they were joined to")


def _mismatch(codes: pl.Series, old: str, new: str, why: str) -> VintageMismatch:
    shown = ", ".join(codes.sort().head(SHOWN)) + ("…" if codes.len() > SHOWN else "")
    return VintageMismatch(
        f"{codes.len():,} codes of {old} have no place in {new}: {shown} ({why})",
        mend="Add their lookup, give points and outlines, or leave the rows out and say so.",
    )


def _own_vintage(frame: pl.DataFrame, vintage: str) -> pl.Expr:
    given = pl.lit(vintage or None, pl.String)
    if "area_vintage" not in frame.columns:
        return given.alias("(own)")
    return pl.col("area_vintage").fill_null(given).alias("(own)")


def _pairs(lookups: pl.DataFrame, old: str, new: str) -> pl.DataFrame:
    """The lookup from one vintage to another; read backwards, without shares, where need be."""
    forward = lookups.filter((pl.col("from_vintage") == old) & (pl.col("to_vintage") == new))
    if not forward.is_empty():
        return forward.select(old="from_code", new="to_code", share="share").unique(["old", "new"])
    backward = lookups.filter((pl.col("from_vintage") == new) & (pl.col("to_vintage") == old))
    if backward.is_empty():
        raise VintageMismatch(
            f"area codes of {old} met codes of {new}, and no lookup joins the two",
            mend=f"Add a lookup from {old} to {new}.",
        )
    blank = pl.lit(None, pl.Float64)
    return backward.select(old="to_code", new="from_code", share=blank).unique(["old", "new"])


def _convert_one(
    rows: pl.DataFrame,
    column: str,
    pairs: pl.DataFrame,
    *,
    outlines: Mapping[str, Any] | None,
    points: tuple[str, str],
    counts: Sequence[str],
    apportion: bool,
) -> tuple[pl.DataFrame, list[Flag]]:
    """Rows of one vintage through one lookup."""
    old = rows["(own)"][0]
    split = set(pairs.filter(pl.col("old").is_duplicated())["old"])
    known = set(pairs["old"])
    code = rows[column]
    lost = code.drop_nulls().unique()
    lost = lost.filter(~lost.is_in(list(known)))
    if not lost.is_empty():
        raise _mismatch(lost, old, "the vintage asked for", "the lookup does not know them")
    single = pairs.filter(~pl.col("old").is_in(list(split)))
    plain = rows.filter(~code.is_in(list(split)).fill_null(value=False))
    plain = plain.with_columns(
        pl.col(column).replace_strict(single["old"], single["new"], default=None)
    )
    divided = rows.filter(code.is_in(list(split)).fill_null(value=False))
    if divided.is_empty():
        return plain, []
    candidates = pairs.filter(pl.col("old").is_in(list(split)))
    if counts and apportion:
        shared = _apportioned(divided, column, candidates, counts)
        text = f"{divided.height:,} rows of split areas were shared out by area share: estimates."
        return pl.concat([plain, shared], how="vertical_relaxed"), [Flag("apportioned", text)]
    placed, near = _by_point(divided, column, candidates, outlines=outlines, points=points)
    flags = [Flag("by_point", f"{placed.height:,} rows of split areas were placed by their point.")]
    if near:
        text = f"{near:,} of them fell outside the outlines and went to the nearest part."
        flags.append(Flag("nearest_part", text))
    return pl.concat([plain, placed], how="vertical_relaxed"), flags


def _apportioned(
    rows: pl.DataFrame, column: str, candidates: pl.DataFrame, counts: Sequence[str]
) -> pl.DataFrame:
    """Rows of split areas, one for each part, with counts multiplied by the part's share."""
    wanted = candidates.filter(pl.col("old").is_in(rows[column].unique().to_list()))
    blank = wanted.filter(pl.col("share").is_null())["old"].unique()
    if not blank.is_empty():
        raise _mismatch(blank, rows["(own)"][0], "parts", "the lookup gives no share")
    joined = rows.join(wanted, left_on=column, right_on="old", how="inner")
    return joined.with_columns(
        pl.col("new").alias(column), *(pl.col(n).cast(pl.Float64) * pl.col("share") for n in counts)
    ).select(rows.columns)


def _by_point(
    rows: pl.DataFrame,
    column: str,
    candidates: pl.DataFrame,
    *,
    outlines: Mapping[str, Any] | None,
    points: tuple[str, str],
) -> tuple[pl.DataFrame, int]:
    """Rows of split areas in the part their point lies in; how many lay in none of the parts."""
    old = rows["(own)"][0]
    x, y = points
    has_points = x in rows.columns and y in rows.columns
    lost = (
        rows
        if outlines is None or not has_points
        else rows.filter(pl.col(x).is_null() | pl.col(y).is_null())
    )
    if not lost.is_empty():
        reason = "they were split, and the rows have no point to go by"
        if outlines is None:
            reason = "they were split, and no outlines were given to place points in"
        raise _mismatch(lost[column].unique(), old, "the vintage asked for", reason)
    shapes = _shapes(outlines or {})
    found: list[str] = []
    near = 0
    parts_of = dict(candidates.group_by("old").agg("new").iter_rows())
    for code, longitude, latitude in rows.select(column, x, y).iter_rows():
        parts = sorted(part for part in parts_of[code] if part in shapes)
        if len(parts) < len(parts_of[code]):
            raise _mismatch(pl.Series([code]), old, "the outlines", "a part has no outline")
        point = shapely.Point(longitude, latitude)
        inside = [part for part in parts if shapes[part].covers(point)]
        near += not inside
        found.append(inside[0] if inside else min(parts, key=lambda p: shapes[p].distance(point)))
    return rows.with_columns(pl.Series(column, found, dtype=pl.String)), near


def _shapes(outlines: Mapping[str, Any]) -> dict[str, Any]:
    return {
        feature["properties"]["code"]: shapely.geometry.shape(feature["geometry"])
        for feature in outlines.get("features", ())
    }


def _summed(frame: pl.DataFrame, counts: Sequence[str]) -> pl.DataFrame:
    """Counts added up over rows that are the same in everything else."""
    if not counts:
        return frame
    keys = [name for name in frame.columns if name not in counts]
    return frame.group_by(keys, maintain_order=True).agg(pl.col(counts).sum()).select(frame.columns)
