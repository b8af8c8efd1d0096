"""Does a hot spot hang on where lines are drawn? The same test on larger areas (MSOA, ward).

Source: Openshaw (1984), "The modifiable areal unit problem".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from frith.places import flags as flag
from frith.places.geography import Geography, merge
from frith.places.layers import Layer, layers_of
from frith.places.local import gi_star
from frith.results import Flag
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import Floats

_SCHEMA = {
    "series": pl.String,
    "level": pl.String,
    "areas": pl.Int64,
    "hot": pl.Int64,
    "hot_population": pl.Float64,
    "share_kept": pl.Float64,
}


FEWEST_LARGER = 20
"""With fewer larger areas none could come out hot, so that they lose it says nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Steadiness:
    """How much of the hot population stays hot in larger areas, by series and level."""

    table: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_SCHEMA))
    notes: tuple[Flag, ...] = ()

    @property
    def shaky(self) -> bool:
        """True where a hot spot depends on the boundaries."""
        return any(note.code == "MAUP" for note in self.notes)


def across_boundaries(
    areas: pl.DataFrame,
    layers: list[Layer],
    geography: Geography,
    *,
    larger: Mapping[str, Mapping[str, str]],
    rng: np.random.Generator,
    permutations: int,
    q: float,
) -> Steadiness:
    """Test each layer on each set of larger areas, and see how much of the hot population stays.

    `larger`: small area → larger area, by name of the level. Small areas the lookup does not know
    drop out of that level. Weighted by people, or by areas where there is no population.
    """
    rows, notes = [], []
    for level, lookup in larger.items():
        held = len({lookup[code] for code in geography.codes if code in lookup})
        if held < FEWEST_LARGER:
            notes.append(flag.few_larger(level, held))
            continue
        hot_larger, sizes = _hot_at(
            layers, geography, lookup, level=level, rng=rng, permutations=permutations, q=q
        )
        lost: dict[str, float] = {}
        for layer in layers:
            mine = areas.filter((pl.col("series") == layer.name) & (pl.col("verdict") == "hot"))
            hot_codes = set(mine["code"])
            if not hot_codes:
                continue
            weight = _weight(layer)
            people = {c: w for c, w in zip(geography.codes, weight, strict=True) if c in hot_codes}
            stays = sum(w for c, w in people.items() if lookup.get(c) in hot_larger[layer.name])
            share = stays / sum(people.values())
            rows.append(
                {
                    "series": layer.name,
                    "level": level,
                    "areas": sizes,
                    "hot": len(hot_larger[layer.name]),
                    "hot_population": float(sum(people.values())),
                    "share_kept": share,
                }
            )
            if share < flag.BOUNDARY_SHARE:
                lost[layer.name] = share
        if lost:
            notes.append(flag.boundaries(lost, level))
    return Steadiness(table=pl.DataFrame(rows, schema=_SCHEMA), notes=tuple(notes))


def _weight(layer: Layer) -> Floats:
    """People by area; 1 each where a map of counts has none."""
    if np.isnan(layer.population).all():
        return np.ones(layer.count.size)
    return np.nan_to_num(layer.population)


def _hot_at(
    layers: list[Layer],
    geography: Geography,
    lookup: Mapping[str, str],
    *,
    level: str,
    rng: np.random.Generator,
    permutations: int,
    q: float,
) -> tuple[dict[str, set[str]], int]:
    """The larger areas that are hot in each series, and how many there are."""
    known = [code for code in geography.codes if code in lookup]
    if not known or not layers:
        return {layer.name: set() for layer in layers}, 0
    upper = merge(geography, lookup, weight=_weight(layers[0]), level=level)
    counts, population = _summed(layers, geography, lookup)
    kind: Literal["rate", "count"] = "count" if population is None else "rate"
    upper_layers = layers_of(counts, population, codes=list(upper.codes), kind=kind)
    p_touching, p_near, names = [], [], []
    for layer in upper_layers:
        usable = upper.onto([c for c, good in zip(upper.codes, layer.usable, strict=True) if good])
        x = layer.x[layer.usable]
        p_touching.append(gi_star(x, usable.touching, rng=rng, permutations=permutations).p)
        p_near.append(gi_star(x, usable.near, rng=rng, permutations=permutations).p)
        names += [(layer.name, code) for code in usable.codes]
    both = np.maximum(
        benjamini_hochberg(np.concatenate(p_touching)), benjamini_hochberg(np.concatenate(p_near))
    )
    hot: dict[str, set[str]] = {layer.name: set() for layer in layers}
    for (name, code), value in zip(names, both, strict=True):
        if value <= q:
            hot[name].add(code)
    return hot, len(upper)


def _summed(
    layers: list[Layer], geography: Geography, lookup: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Counts (and harm's variance) of every layer and the population, by larger area."""
    frames = []
    for layer in layers:
        columns = {"series": layer.name, "code": list(geography.codes), "n": layer.count}
        spread = np.zeros(layer.count.size) if layer.variance is None else layer.variance
        frames.append(pl.DataFrame(columns | {"variance": spread}))
    to = pl.col("code").replace_strict(dict(lookup), default=None, return_dtype=pl.String)
    counts = (
        pl.concat(frames)
        .with_columns(code=to)
        .drop_nulls("code")
        .group_by("series", "code")
        .agg(pl.col("n", "variance").sum())
        .sort("series", "code")
    )
    people = layers[0].population
    if np.isnan(people).all():
        return counts, None
    population = (
        pl.DataFrame({"code": list(geography.codes), "n": np.nan_to_num(people)})
        .with_columns(code=to)
        .drop_nulls("code")
        .group_by("code")
        .agg(pl.col("n").sum())
        .sort("code")
    )
    return counts, population
