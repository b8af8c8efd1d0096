"""The method itself, from occasions to confirmed groups, as numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from frith.networks.defaults import ROUTE_SHARE
from frith.networks.evidence import Found
from frith.networks.ground import Ground
from frith.networks.members import members
from frith.networks.pairs import Counter, count_pairs, validated_pairs
from frith.networks.robustness import best_pairs
from frith.networks.splits import Support, cores, run_splits, supports

SEED_STEP = 1000
"""Runs with neighbouring seeds share no split."""


def find(
    ground: Ground,
    *,
    q: float,
    seeds: int,
    seed: int,
    step: Callable[[], None] = lambda: None,
    count: Counter = count_pairs,
) -> tuple[Found, list[Support]]:
    """Validated pairs, split-half confirmed groups, their cores and members.

    Half of `q` goes to each of the two ways onto the list, so that the list as a whole keeps it.
    """
    attendance = ground.attendance()
    pairs = validated_pairs(attendance, count=count)
    splits = run_splits(
        ground.occasion,
        ground.person,
        stratum=ground.stratum,
        n_persons=ground.names.len(),
        marks=ground.marks,
        seeds=range(seed * SEED_STEP, seed * SEED_STEP + seeds),
        step=step,
        count=count,
    )
    share = q * ROUTE_SHARE
    sure = pairs.q <= share
    groups = cores(splits, q=share, pairs=(pairs.i[sure], pairs.j[sure]), seed=seed)

    by_splits = supports(groups, splits, q=share)
    confirmed = [support.q <= share for support in by_splits]

    def whole(chosen: list[int]) -> Found:
        kept = [groups[g] for g in chosen]
        backing = [confirmed[g] for g in chosen]
        return Found(
            ground=ground,
            attendance=attendance,
            pairs=pairs,
            splits=splits,
            cores=kept,
            members=members(kept, attendance, confirmed=backing, q=q),
            ids=[f"G{number:04d}" for number in range(1, len(kept) + 1)],
        )

    found = whole(list(range(len(groups))))
    backed = _merged_support(found, by_splits)
    listed = [g for g, support in enumerate(backed) if support.q <= q]
    held = attendance.occasions_of_sets(found.everybody)
    listed.sort(key=lambda g: (-held[g], backed[g].q, min(groups[g])))
    return whole(listed), [backed[g] for g in listed]


def _merged_support(found: Found, by_splits: list[Support]) -> list[Support]:
    """The better of the two ways onto the list, each at its share of q."""
    merged = []
    for support, (p, q) in zip(by_splits, best_pairs(found), strict=True):
        better = support if support.q <= q else replace(support, p=p, q=q)
        merged.append(replace(better, q=min(1.0, better.q / ROUTE_SHARE)))
    return merged
