"""How densely people are recorded, and so what a list of groups can and cannot show."""

from __future__ import annotations

import polars as pl

from frith.results import Flag, Severity


def power_flag(strata: pl.DataFrame) -> tuple[Flag, ...]:
    """Said of every list: how often people must be recorded together before they are seen at all.

    `strata`: as `evidence.strata_table`. Heavy recording makes no group by itself, but groups are
    easier to see where it is heavy.
    """
    if strata.is_empty():
        return ()
    lo, hi = int(strata["needed"].min()), int(strata["needed"].max())  # type: ignore[arg-type]
    fewest, most = int(strata["occasions"].min()), int(strata["occasions"].max())  # type: ignore[arg-type]
    times = f"{lo}" if lo == hi else f"{lo} to {hi}"
    text = (
        f"Two people of average activity must be recorded together on at least {times} occasions "
        f"before the pair alone is seen; places and half-years hold {fewest:,} to {most:,} "
        f"occasions each. Where few are recorded, groups go unseen, and an empty "
        "list means little."
    )
    return (Flag("recording", text, Severity.NOTE),)
