"""What would change the answer: one occasion fewer, a stricter q, the best single pair."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.networks.chance import group_p, pair_p
from frith.networks.defaults import HELD_SHARE
from frith.networks.evidence import Found
from frith.networks.splits import matches, support
from frith.stats.fdr import benjamini_hochberg

STRICTER_Q = 0.01


def what_would_change(found: Found, *, q: float, route_share: float) -> pl.DataFrame:
    """Would the group still be listed with one occasion fewer, or at a stricter q?

    group_id, change, stands. One occasion fewer: each split's held-out count, and each pair's, is
    lowered by one against the same bar.
    """
    strict = [
        support(best, found.splits, q=STRICTER_Q * route_share).q / route_share <= STRICTER_Q
        for best in matches(found.cores, found.splits)
    ]
    fewer = _one_fewer(found, q=q * route_share)
    pairs = best_pairs(found)
    rows = []
    for g, name in enumerate(found.ids):
        held = strict[g] or pairs[g][1] / route_share <= STRICTER_Q
        rows.append((name, f"stricter q ({STRICTER_Q:g})", bool(held)))
        rows.append((name, "one occasion removed", bool(fewer[g])))
    return pl.DataFrame(
        rows,
        schema={"group_id": pl.String, "change": pl.String, "stands": pl.Boolean},
        orient="row",
    )


def best_pairs(found: Found) -> list[tuple[float, float]]:
    """For each group, p and q of the surest pair inside its core; 1 and 1 where none was tested."""
    best = [(1.0, 1.0)] * len(found.cores)
    home: dict[int, list[int]] = {}
    for g, core in enumerate(found.cores):
        for x in core:
            home.setdefault(x, []).append(g)
    pairs = found.pairs
    for r in np.flatnonzero(pairs.q < 1.0).tolist():
        for g in set(home.get(int(pairs.i[r]), ())) & set(home.get(int(pairs.j[r]), ())):
            best[g] = min(best[g], (float(pairs.p[r]), float(pairs.q[r])))
    return best


def _one_fewer(found: Found, *, q: float) -> list[bool]:
    bars = [split.threshold(q * HELD_SHARE) for split in found.splits]
    needed = HELD_SHARE * len(found.splits)
    by_splits = []
    for best in matches(found.cores, found.splits):
        passed = sum(
            float(group_p(found.splits[at].occasions[g] - 1, found.splits[at].expected[g]))
            <= bars[at]
            for at, g in best.items()
        )
        by_splits.append(passed >= needed and passed > 0)
    pairs = found.pairs
    weaker = benjamini_hochberg(pair_p(pairs.n - 1, pairs.expected), m=max(pairs.met, pairs.n.size))
    kept = [(int(pairs.i[r]), int(pairs.j[r])) for r in np.flatnonzero(weaker <= q)]
    return [
        held or any(i in core and j in core for i, j in kept)
        for held, core in zip(by_splits, found.cores, strict=True)
    ]
