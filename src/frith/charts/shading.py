"""What a map's shades mean: the kinds of area, their order in the key, and the map in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from frith.charts import style
from frith.charts.breaks import Classes
from frith.charts.map_parts import Kind
from frith.charts.words import number, plural, sentence, series_of, uncapital

VERDICTS: Mapping[str, Kind] = {
    "hot": Kind(label="Hot spot", fill="#12436d", edge=style.INK, edge_px=1.6),
    "suggestive": Kind(label="Suggestive only", fill="#8fb4d6", edge=style.BLUE, edge_px=1.0),
    "none": Kind(label="No evidence", fill="#f4f5f5"),
    "suppressed": Kind(label="Too few to show", fill=None, hatch="rising"),
}
"""Drawn apart in lightness, outline and hatch, so that they stay apart without colour."""

NO_VERDICT = Kind(label="No data", fill=None, hatch="falling")


def class_kinds(sorted_in: Classes, no_data: str) -> list[Kind]:
    """A kind for each class, lowest first; the last, reached by index −1, is no data."""
    colours = style.ramp(len(sorted_in.items))
    shaded = [
        Kind(label=item.label, fill=colour)
        for item, colour in zip(sorted_in.items, colours, strict=True)
    ]
    return [*shaded, Kind(label=no_data, fill=None, hatch="falling")]


def verdict_kinds(labels: Mapping[str, str], *, clear: bool) -> dict[str, Kind]:
    """Verdicts as drawn: reworded by `labels`; areas without evidence left `clear` of fill."""
    kinds = {v: replace(kind, label=labels.get(v, kind.label)) for v, kind in VERDICTS.items()}
    if clear:
        kinds["none"] = replace(kinds["none"], fill=None)
    return kinds


def key_kinds(
    kinds: Sequence[Kind], kind_of: Sequence[Kind], *, counted: bool = True
) -> list[Kind]:
    """Kinds in the order given, hatched ones last and only where met, with numbers of areas.

    A kind without a label cannot be met on this map, and is left out of its key.
    """
    tally = Counter(kind_of)
    shown = [kind for kind in kinds if not kind.hatch and kind.label]
    shown += [kind for kind in kinds if kind.hatch and tally[kind]]
    if not counted:
        return shown
    return [replace(k, label=f"{k.label}: {plural(tally[k], 'area')}") for k in shown]


def measure(legend_title: str, unit: str) -> str:
    """What is shaded, with its unit."""
    return f"{legend_title}, {unit}" if unit else legend_title


def values_alt(
    frame: pl.DataFrame, sorted_in: Classes, *, areas: int, heading: str, no_data: str, title: str
) -> str:
    """A shaded map in words: how many areas, of what, from lowest to highest and where."""
    held = frame.drop_nulls("value")
    begun = f"{sentence(title)} Map of {plural(areas, 'area')}"
    if held.is_empty():
        return f"{begun}. {no_data}: all of them."
    top = held.sort("value", descending=True).row(0, named=True)
    values = held["value"].to_list()
    lowest, highest = (number(v, sorted_in.decimals) for v in (min(values), max(values)))
    without = sum(i < 0 for i in sorted_in.index)
    missing = f" {no_data}: {plural(without, 'area')}." if without else ""
    return (
        f"{begun} shaded by {uncapital(heading)}: from {lowest} to {highest} "
        f"in {top.get('label') or top['code']}.{missing}"
    )


def verdicts_alt(kind_of: Sequence[Kind], *, title: str) -> str:
    """A map of verdicts in words: how many areas have each."""
    counted = Counter(kind.label for kind in kind_of)
    said = series_of([f"{label}: {plural(n, 'area')}" for label, n in counted.most_common()])
    return f"{sentence(title)} Map of {plural(len(kind_of), 'area')}. {sentence(said)}"
