"""How much of recorded crime was judged organised: by theme and neighbourhood, low and high.

Low counts what nobody could tell as not organised, high counts it as organised. The truth about
what coders could not tell lies between; the intervals add what a sample leaves to chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from frith.results import Flag, Interval, Result, Severity, frame_hash
from frith.study.criteria import REQUIRED, WORDS
from frith.study.estimate import Kind, stratified_share

METHOD = (
    "Share judged organised, stratified, bounds for what is unknown; {kind} interval on the "
    "effective sample (Korn and Graubard 1998)"
)
FEWEST_CODED = 30
"""Crimes judged under which a theme's or neighbourhood's share is not given: frith's convention."""
STRATUM = ("theme", "neighbourhood")
OVERALL = "all recorded crime"
UNKNOWN = ("cannot tell", "not coded")
SHARE_SCHEMA = {
    "theme": pl.String,
    "lo": pl.Float64,
    "hi": pl.Float64,
    "from": pl.Float64,
    "to": pl.Float64,
    "held": pl.Int64,
    "sampled": pl.Int64,
    "coded": pl.Int64,
    "organised": pl.Int64,
    "unknown": pl.Int64,
    "unknown_share": pl.Float64,
    "design_effect": pl.Float64,
    "refused": pl.String,
}


@dataclass(frozen=True, kw_only=True)
class Shares(Result):
    """The shares; tables `shares` (by theme), `neighbourhoods` and `overall` (one row).

    Columns: lo and hi (the bounds), from and to (their interval's ends), held, sampled, coded,
    organised, unknown, unknown_share, design_effect, refused (why there is no share, or blank).
    """

    definition: str = ""


def shares(
    judgements: pl.DataFrame,
    *,
    kind: Kind = Kind.WILSON,
    level: float = 0.95,
    fewest: int = FEWEST_CODED,
) -> Shares:
    """Shares of recorded crime judged organised, with bounds and intervals, or a refusal.

    `judgements`: as the table `judgements` declares, at least one row. Shares are of crimes held
    when the sample was drawn, not of crime that was never recorded. A theme or neighbourhood
    with fewer than `fewest` crimes judged, unless all it holds were read, has none; nor has the
    whole, where that refuses everything. When not to use: for crimes found by a purposive search.
    """
    counted = _counted(judgements)
    definition = str(judgements["definition"][0])
    tables = {
        "overall": _rows(counted.with_columns(all=pl.lit(OVERALL)), "all", kind, level, fewest),
        "shares": _rows(counted, "theme", kind, level, fewest),
        "neighbourhoods": _rows(counted, "neighbourhood", kind, level, fewest).rename(
            {"theme": "neighbourhood"}
        ),
    }
    whole = tables["overall"].row(0, named=True)
    flags = _flags(judgements, tables)
    parameters = {
        "definition": definition,
        "required": list(REQUIRED[definition]),
        "fewest_coded": fewest,
        "level": level,
    }
    method = METHOD.format(kind=kind)
    if whole["refused"]:
        reason = Flag("THIN", whole["refused"], Severity.REFUSE)
        return Shares(
            method=method,
            status="refused",
            parameters=parameters,
            data_hash=frame_hash(judgements),
            flags=(reason, *flags),
            sentence=reason.text,
            tables=tables,
            definition=definition,
        )
    return Shares(
        method=method,
        interval=Interval(whole["from"], whole["to"], level, "low bound's lower to high's upper"),
        parameters=parameters,
        data_hash=frame_hash(judgements),
        flags=flags,
        sentence=said(whole, definition),
        tables=tables,
        definition=definition,
    )


def said(row: dict[str, float], definition: str) -> str:
    """The share of one row in a sentence for a board."""
    bounds = _span(row["lo"], row["hi"])
    reach = _span(row["from"], row["to"])
    unknown = (
        f" Coders could not tell for {_pct(row['unknown_share'])}; the low figure counts those as "
        "not organised, the high one as organised."
        if row["unknown"]
        else ""
    )
    chance = f" Allowing for chance in the sample: {reach}." if reach != bounds else ""
    return (
        f"{bounds[:1].upper()}{bounds[1:]} of recorded crime was judged organised, meaning "
        f"{WORDS[definition]}.{unknown}{chance}"
    )


def _span(lo: float, hi: float) -> str:
    one, other = _pct(lo), _pct(hi)
    return f"about {one}" if one == other else f"between {one} and {other}"


def _pct(share: float) -> str:
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def _counted(judgements: pl.DataFrame) -> pl.DataFrame:
    """By stratum: held, sampled, organised, unknown."""
    judged = pl.col("judgement")
    return (
        judgements.group_by(STRATUM)
        .agg(
            held=pl.col("stratum_held").max(),
            sampled=pl.len().cast(pl.Int64),
            organised=(judged == "organised").sum().cast(pl.Int64),
            unknown=judged.is_in(list(UNKNOWN)).sum().cast(pl.Int64),
        )
        .sort(STRATUM)
    )


def _rows(counted: pl.DataFrame, by: str, kind: Kind, level: float, fewest: int) -> pl.DataFrame:
    rows = []
    for (name,), part in counted.group_by([by], maintain_order=True):
        rows.append(_row(str(name), part, kind, level, fewest))
    return pl.DataFrame(rows, schema=SHARE_SCHEMA, orient="row").sort("theme")


def _row(name: str, part: pl.DataFrame, kind: Kind, level: float, fewest: int) -> dict[str, object]:
    held, sampled = part["held"], part["sampled"]
    low = stratified_share(held, sampled, part["organised"], kind=kind, level=level)
    high = stratified_share(
        held, sampled, part["organised"] + part["unknown"], kind=kind, level=level
    )
    coded = int((sampled - part["unknown"]).sum())
    unknown = stratified_share(held, sampled, part["unknown"])
    row: dict[str, object] = {
        "theme": name,
        "held": int(held.sum()),
        "sampled": int(sampled.sum()),
        "coded": coded,
        "organised": int(part["organised"].sum()),
        "unknown": int(part["unknown"].sum()),
        "unknown_share": unknown.share,
        "design_effect": low.design_effect,
        "refused": "",
    }
    if coded < fewest and int(sampled.sum()) < int(held.sum()):
        return row | {"refused": _thin(name, coded, fewest)}
    return row | {
        "lo": low.share,
        "hi": high.share,
        "from": low.interval.lo,
        "to": high.interval.hi,
    }


def _thin(name: str, coded: int, fewest: int) -> str:
    return (
        f"{name[:1].upper()}{name[1:].replace('_', ' ')}: {coded} crimes were judged; a share "
        f"needs {fewest}, or every crime held. Sample more of them, or join neighbourhoods."
    )


def _thin_together(thin: pl.DataFrame, of: int, kind: str) -> str:
    """Several without a share, in one sentence."""
    names = [name.replace("_", " ") for name in thin[kind]]
    return (
        f"{thin.height} of {of} {kind}s have no share, for fewer than {FEWEST_CODED} of their "
        f"crimes were judged: {', '.join(names)}. Sample more of them, or join neighbourhoods."
    )


def _flags(judgements: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> tuple[Flag, ...]:
    flags = [
        Flag(
            "RECORDED",
            "Shares are of recorded crime. Hidden crime, where organised crime does much of its "
            "harm, is in none of them.",
            Severity.NOTE,
        ),
        Flag(
            "DEFINITION", f"Definition: {WORDS[str(judgements['definition'][0])]}.", Severity.NOTE
        ),
    ]
    for name, kind in (("shares", "theme"), ("neighbourhoods", "neighbourhood")):
        thin = tables[name].filter(pl.col("refused") != "")
        if thin.height == 1:
            flags.append(Flag("THIN", thin["refused"][0]))
        elif thin.height:
            flags.append(Flag("THIN", _thin_together(thin, tables[name].height, kind)))
    unknown = tables["overall"]["unknown_share"][0]
    if unknown > HALF_UNKNOWN:
        flags.append(
            Flag(
                "UNKNOWN",
                f"Coders could not tell for {unknown:.0%}: the records say too little, and the "
                "bounds are wide for that reason and no other.",
            )
        )
    return tuple(flags)


HALF_UNKNOWN = 0.25
"""An unknown share past this is said by itself: frith's convention."""
