"""What the lists themselves say about being comparable, and what wrong links would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from frith.prevalence.captures import Captures, Ints
from frith.prevalence.rivals import point
from frith.prevalence.rules import Reason, two_figures

LINK_SHARES = (0.05, 0.10)
"""Shares of links taken away or added."""
DRAWS = 25
APART_SHARE = 0.5
"""Lists whose periods overlap by less than half of the shorter one describe different times."""


@dataclass(frozen=True, slots=True)
class LinkTrial:
    """The estimate after some links were taken away or added: the middle and the reach of draws."""

    change: str
    share: float
    estimate: float | None
    lowest: float | None
    highest: float | None


def comparable(rows: pl.DataFrame) -> tuple[Reason, ...]:
    """R12: whether the lists cover one area and one period, as far as their rows say.

    `rows`: person_id, list, and date or area where known.
    """
    return (*_areas(rows), *_periods(rows))


def _areas(rows: pl.DataFrame) -> list[Reason]:
    if "area" not in rows.columns or rows["area"].null_count() == rows.height:
        return []
    known = rows.filter(pl.col("area").is_not_null())
    areas = {name: set(part["area"]) for (name,), part in known.group_by("list")}
    alone = [
        f"“{name}”"
        for name in sorted(areas)
        if not any(areas[name] & areas[other] for other in areas if other != name)
    ]
    if not alone:
        return []
    return [Reason("R12", f"No other list covers the areas of {', '.join(alone)}.")]


def _periods(rows: pl.DataFrame) -> list[Reason]:
    if "date" not in rows.columns or rows["date"].null_count() == rows.height:
        return []
    spans = (
        rows.filter(pl.col("date").is_not_null())
        .group_by("list")
        .agg(first=pl.col("date").min(), last=pl.col("date").max())
        .sort("list")
        .to_dicts()
    )
    apart = [
        f"“{a['list']}” and “{b['list']}”"
        for at, a in enumerate(spans)
        for b in spans[at + 1 :]
        if _shared(a, b) < APART_SHARE
    ]
    if not apart:
        return []
    return [Reason("R12", f"These lists cover different periods: {'; '.join(apart)}.")]


def _shared(a: dict[str, Any], b: dict[str, Any]) -> float:
    """The share of the shorter span that both cover."""
    both = (min(a["last"], b["last"]) - max(a["first"], b["first"])).days + 1
    shorter = min((x["last"] - x["first"]).days + 1 for x in (a, b))
    return max(both, 0) / shorter


def wrong_links(captures: Captures, *, rng: np.random.Generator) -> tuple[LinkTrial, ...]:
    """R13: rerun with some links removed and added, as if linkage had erred.

    A link removed splits somebody on several lists into two people; a link added makes one of two
    people on one list each.
    """
    trials = []
    for change, alter in (("removed", _remove), ("added", _add)):
        for share in LINK_SHARES:
            drawn = [point(alter(captures, share, rng)) for _ in range(DRAWS)]
            found = [value for value in drawn if value is not None]
            middle = float(np.median(found)) if found else None
            lowest, highest = (min(found), max(found)) if found else (None, None)
            trials.append(LinkTrial(change, share, middle, lowest, highest))
    return tuple(trials)


def said(trials: tuple[LinkTrial, ...], estimate: float) -> tuple[Reason, ...]:
    """R13 in words, where wrong links would move the estimate by more than a quarter."""
    moved = [t for t in trials if t.estimate and abs(t.estimate / estimate - 1) > 0.25]
    return tuple(
        Reason(
            "R13",
            f"If one link in {round(1 / trial.share)} had been {_WRONG[trial.change]}, the "
            f"estimate would be about {two_figures(trial.estimate or 0)}.",
        )
        for trial in moved
    )


_WRONG = {"removed": "made wrongly", "added": "missed"}


def _remove(captures: Captures, share: float, rng: np.random.Generator) -> Captures:
    counts = captures.counts.copy()
    several = captures.on_lists >= 2
    split = np.where(several, rng.binomial(captures.counts, share), 0)
    for at in np.flatnonzero(split):
        members = [b for b in range(captures.k) if int(captures.cells[at]) >> b & 1]
        for bit in rng.choice(members, size=split[at]):
            counts[at] -= 1
            counts[(1 << bit) - 1] += 1
            counts[(int(captures.cells[at]) & ~(1 << bit)) - 1] += 1
    return Captures(captures.lists, counts)


def _add(captures: Captures, share: float, rng: np.random.Generator) -> Captures:
    counts = captures.counts.copy()
    alone: Ints = np.asarray([1 << bit for bit in range(captures.k)], dtype=np.int64)
    for _ in range(rng.binomial(captures.overlaps, share)):
        held = counts[alone - 1].astype(np.float64)
        if (held > 0).sum() < 2:
            break
        first, second = rng.choice(len(alone), size=2, replace=False, p=held / held.sum())
        counts[alone[first] - 1] -= 1
        counts[alone[second] - 1] -= 1
        counts[(alone[first] | alone[second]) - 1] += 1
    return Captures(captures.lists, counts)
