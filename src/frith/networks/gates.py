"""Which confirmed groups are shown first: size, occasions and continuity, after the statistics."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from frith.networks.defaults import (
    MIN_MONTHS,
    MIN_OCCASIONS,
    MIN_SIZE,
    MIN_SIZE_EXPLOITATION,
    SMALL_GROUP_THEMES,
)

PROMPT_THEMES = frozenset(
    {
        "drugs",
        "acquisitive",
        "begging",
        "sex_market",
        "benefit_fraud",
        "cce",
        "cse",
        "modern_slavery",
        "domestic_servitude",
    }
)
"""Themes in which people recorded as suspects are often themselves controlled by somebody."""

PROMPT = (
    "Before anybody here is treated as an offender, ask of each whether they are exploited: nobody "
    "may have recorded it yet. Defence of Modern Slavery Act 2015 s.45 (to be verified locally)."
)
CANDIDATE = "candidate"
BELOW = "below gates"


@dataclass(frozen=True, kw_only=True)
class Gates:
    """What a confirmed group needs before it is shown as a candidate.

    `min_size` counts the core and associates; `min_size_exploitation` holds for sexual and
    criminal exploitation and modern slavery. The definition is a choice and is shown with the list:
    the share of incidents that count as organised runs from under 1% to 30% by this choice alone
    (Bouchard et al. 2015).
    """

    min_size: int = MIN_SIZE
    min_size_exploitation: int = MIN_SIZE_EXPLOITATION
    min_occasions: int = MIN_OCCASIONS
    min_months: int = MIN_MONTHS
    exclude_household_only: bool = False
    """Off by default: people of one household may be a group. They are flagged either way."""

    def size_for(self, theme: str | None) -> int:
        """The least size for a group of this theme."""
        return self.min_size_exploitation if theme in SMALL_GROUP_THEMES else self.min_size

    def described(self) -> str:
        """The definition in words."""
        return (
            f"{self.min_size} or more people ({self.min_size_exploitation} for sexual or criminal "
            f"exploitation and modern slavery) on {self.min_occasions} or more occasions in "
            f"{self.min_months} or more calendar months"
            + (", not all of one household or family" if self.exclude_household_only else "")
        )


def gated(groups: pl.DataFrame, gates: Gates) -> pl.DataFrame:
    """`groups` with status, in `gate` what keeps one below the gates, and an exploitation prompt.

    Needs columns theme, n_core, n_associates, occasions, months, household.
    """
    size = pl.col("n_core") + pl.col("n_associates")
    least = (
        pl.when(pl.col("theme").is_in(sorted(SMALL_GROUP_THEMES)))
        .then(gates.min_size_exploitation)
        .otherwise(gates.min_size)
    )
    faults = [
        pl.when(size < least).then(pl.format("{} people, {} needed", size, least)),
        pl.when(pl.col("occasions") < gates.min_occasions).then(
            pl.format("{} occasions, {} needed", "occasions", pl.lit(gates.min_occasions))
        ),
        pl.when(pl.col("months") < gates.min_months).then(
            pl.format("{} calendar months, {} needed", "months", pl.lit(gates.min_months))
        ),
    ]
    if gates.exclude_household_only:
        faults.append(pl.when(pl.col("household").is_not_null()).then(pl.col("household")))
    gate = pl.concat_str(faults, separator="; ", ignore_nulls=True)
    asked = pl.col("theme").is_in(sorted(PROMPT_THEMES))
    return groups.with_columns(gate=gate, prompt=pl.when(asked).then(pl.lit(PROMPT))).with_columns(
        status=pl.when(pl.col("gate") == "").then(pl.lit(CANDIDATE)).otherwise(pl.lit(BELOW))
    )
