"""What is hidden from a reader to protect people behind small counts, and only here.

A police.uk count is published by police.uk itself and is shown as it is. Under any other regime:
counts of 1 to 4 are masked, every other count is rounded to the nearest 5, and whatever is worked
out for places is worked out from the masked counts, so that it can give away no more than they do.
Rounding stands in for secondary suppression: with every neighbour and total uncertain by 2 either
way, a masked cell cannot be had by subtraction. `withheld` looks for the kinds where it still
could be narrowed; those are not shown by place at all. Tables by a second, overlapping set of
areas (wards beside LSOAs) are left out, because their difference could reveal.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from frith.profile.content import Column, Guard, Table
from frith.profile.words import MASKED

LARGEST_MASKED = 4
"""Counts from 1 to this are masked. Source: ONS, disclosure control guidance for tables."""
ROUNDED_TO = 5
SLACK = ROUNDED_TO // 2
"""How far a rounded count may lie from the true one, either way."""
STAND_IN = 2.5
"""The middle of 1 to 4: what a masked count enters arithmetic as."""
SAID = (
    "Some of these records are not public. Counts of 1 to 4 are masked and shown as [c]; every "
    "other count is rounded to the nearest 5, so totals may not add up; figures for places are "
    "worked out from the masked counts; no second, overlapping set of areas is shown."
)


def safe(n: pl.Expr) -> pl.Expr:
    """Counts as they may enter whatever is shown: 0, the stand-in, or a multiple of 5."""
    rounded = (n.cast(pl.Float64) / ROUNDED_TO + 0.5).floor() * ROUNDED_TO
    return pl.when((n > 0) & (n <= LARGEST_MASKED)).then(STAND_IN).otherwise(rounded)


def safe_count(n: int) -> str:
    """A count as it may be said in a sentence."""
    if 0 < n <= LARGEST_MASKED:
        return f"1 to {LARGEST_MASKED}"
    rounded = ROUNDED_TO * ((n + SLACK) // ROUNDED_TO)
    return f"{rounded:,}" if n == 0 else f"about {rounded:,}"


def masked(table: Table) -> Table:
    """The table as it may be shown: small counts as [c], others rounded, and what follows.

    A figure worked out from counts is masked where any count of its row is. Counts that were made
    safe before stay as they are.
    """
    counts = [column for column in table.columns if column.guard is Guard.COUNT]
    derived = [column for column in table.columns if column.guard is Guard.FROM_COUNT]
    if not counts and not derived:
        return table
    frame = table.frame
    small = pl.any_horizontal([_small(column.name) for column in counts] or [pl.lit(False)])
    shown = frame.with_columns(
        *(_hidden_count(column.name) for column in counts),
        *(_hide(column.name, small) for column in derived),
    )
    return replace(
        table,
        columns=tuple(_as_shown(column) for column in table.columns),
        frame=shown,
        masked=True,
    )


def withheld(counts: pl.DataFrame) -> bool:
    """True where a masked count could still be narrowed from the total of the rest.

    `counts`: true counts `n` of every area, month or group that adds up to a total; nulls (not
    held) are left out. An attacker is taken to know the exact total. Each
    masked cell can be 1 to 4; the others lie within 2 of what is shown. Where the total leaves
    less than that whole range to a masked cell, the counts are not fit to be shown.
    """
    n = counts["n"].drop_nulls().to_numpy()
    small = (n > 0) & (n <= LARGEST_MASKED)
    k = int(small.sum())
    if k == 0:
        return False
    rest = n[n > LARGEST_MASKED]
    shown = ((rest + SLACK) // ROUNDED_TO) * ROUNDED_TO
    lowest = sum(max(int(value) - SLACK, LARGEST_MASKED + 1) for value in shown)
    highest = sum(int(value) + SLACK for value in shown)
    total = int(n.sum())
    left_least, left_most = total - highest, total - lowest
    could_be_least = max(1, left_least - LARGEST_MASKED * (k - 1))
    could_be_most = min(LARGEST_MASKED, left_most - (k - 1))
    return could_be_least > 1 or could_be_most < LARGEST_MASKED


def _small(name: str) -> pl.Expr:
    value = pl.col(name)
    return ((value > 0) & (value <= LARGEST_MASKED)).fill_null(False)


def _hidden_count(name: str) -> pl.Expr:
    """The count as text: masked, or rounded to a whole number."""
    whole = safe(pl.col(name)).cast(pl.Int64).cast(pl.String)
    return pl.when(_small(name)).then(pl.lit(MASKED)).otherwise(whole).alias(name)


def _hide(name: str, small: pl.Expr) -> pl.Expr:
    """Text, so that a masked cell can stand among numbers."""
    plain = pl.col(name).cast(pl.Float64).fill_nan(None).round_sig_figs(6).cast(pl.String)
    return pl.when(small).then(pl.lit(MASKED)).otherwise(plain).alias(name)


def _as_shown(column: Column) -> Column:
    """The same column; counts were rounded, so they stay whole numbers to the reader."""
    return replace(column, guard=Guard.FREE)
