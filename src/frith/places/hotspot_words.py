"""What a board is told of a map of hot spots."""

from __future__ import annotations

import polars as pl

from frith.places.resolution import Steadiness
from frith.places.wording import capital, counted

NOT_SAFE = "A quiet area has few reports, which is not the same as little crime."


def hot_sentence(areas: pl.DataFrame, *, steady: Steadiness, refused: bool) -> str:
    """How many stand out, what that is worth, and never more than was found."""
    if refused:
        return "Too few events were recorded to say whether they gather anywhere. " + NOT_SAFE
    hot = areas.filter(pl.col("verdict") == "hot")["code"].n_unique()
    suggestive = (
        areas.filter(pl.col("verdict") == "suggestive")
        .filter(~pl.col("code").is_in(areas.filter(pl.col("verdict") == "hot")["code"].to_list()))[
            "code"
        ]
        .n_unique()
    )
    if hot == 0 and suggestive == 0:
        return (
            "Differences between these areas are no bigger than chance would produce. "
            "Please do not rank them."
        )
    if hot == 0:
        return (
            f"No area stands out for certain. {capital(counted(suggestive, 'area'))} might, and "
            "would need another look before anything is built on it."
        )
    maps = areas["series"].n_unique()
    where = "" if maps == 1 else f" on at least one of {counted(maps, 'map')}"
    who = f"{capital(counted(hot, 'neighbourhood'))} {'stands' if hot == 1 else 'stand'}"
    said = (
        f"{who} out{where}. With "
        "the number of checks made, we would expect fewer than 1 in 20 of those named to be chance."
    )
    if steady.shaky:
        said += " Part of this depends on where the boundaries are drawn."
    return f"{said} {NOT_SAFE}"
