"""Propose on one half of the occasions, confirm on the other; many splits make one answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from frith.networks.chance import Attendance, Floats, group_p, membership
from frith.networks.defaults import HELD_SHARE, LOUVAIN_FROM, PROPOSE_P, SPLIT
from frith.networks.fingerprint import Ints, Marks, drawn
from frith.networks.pairs import Counter as PairCounter
from frith.networks.pairs import count_pairs
from frith.networks.propose import Group, communities, propose
from frith.stats.fdr import benjamini_hochberg


@dataclass(frozen=True, kw_only=True)
class Split:
    """One split in one direction: every proposal with its test on the half that confirms."""

    number: int
    swapped: bool
    groups: tuple[Group, ...]
    occasions: Ints
    expected: Floats
    p: Floats
    q: Floats

    def threshold(self, q: float) -> float:
        """The largest p that passes at `q` in this split; below nought where none does."""
        passing = self.p[self.q <= q]
        return float(passing.max()) if passing.size else -1.0


@dataclass(frozen=True, kw_only=True)
class Support:
    """What the splits say of one group.

    `stability`: share of the splits whose confirmed proposal matched it. `q`: the smallest false
    share of a list at which it would be on the list. `p`: the same of its test alone.
    """

    stability: float
    p: float
    q: float


def run_splits(
    occasion: Ints,
    person: Ints,
    *,
    stratum: Ints,
    n_persons: int,
    marks: Marks,
    seeds: Iterable[int],
    propose_p: float = PROPOSE_P,
    count: PairCounter = count_pairs,
    step: Callable[[], None] = lambda: None,
) -> list[Split]:
    """Every split, in both directions.

    `marks`: a mark of each occasion, from which with the seed its half is drawn. The half that
    confirms never informed the proposal, so its p needs no correction for having looked.
    """
    made = []
    for number, seed in enumerate(seeds):
        first = drawn(marks, seed=seed) < SPLIT
        halves = [
            Attendance(occasion, person, stratum=stratum, n_persons=n_persons, kept=half)
            for half in (first, ~first)
        ]
        for swapped in (False, True):
            a, b = halves[::-1] if swapped else halves
            groups = propose(a, seed=seed, below=propose_p, count=count)
            made.append(_confirmed(groups, b, number=number, swapped=swapped))
        step()
    return made


def _confirmed(groups: list[Group], half: Attendance, *, number: int, swapped: bool) -> Split:
    """Each proposal tested on occasions that did not propose it, q over all proposals."""
    if not groups:
        none = np.empty(0)
        return Split(
            number=number,
            swapped=swapped,
            groups=(),
            occasions=none.astype(np.int64),
            expected=none,
            p=none,
            q=none,
        )
    table = membership(groups, half.n_persons)
    occasions, expected = half.occasions_of(table), half.expected_by(table)
    p = group_p(occasions, expected)
    return Split(
        number=number,
        swapped=swapped,
        groups=tuple(groups),
        occasions=occasions,
        expected=expected,
        p=p,
        q=benjamini_hochberg(p),
    )


def cores(
    splits: list[Split],
    *,
    q: float,
    pairs: tuple[Ints, Ints],
    held_share: float = HELD_SHARE,
    seed: int,
) -> list[Group]:
    """Groups that enough splits confirm, joined with the validated pairs.

    `q`: the list's expected false share; each split is asked at `q` × `held_share`. Two people
    stay together where at least `held_share` of the splits confirm a proposal with both.
    `pairs`: people joined by a validated pair.
    """
    together = Counter[tuple[int, int]]()
    for split in splits:
        passed = np.flatnonzero(split.q <= q * held_share).tolist()
        together.update({pair for g in passed for pair in combinations(sorted(split.groups[g]), 2)})
    needed = held_share * len(splits)
    weight: dict[tuple[int, int], float] = {
        pair: float(count) for pair, count in together.items() if count >= needed
    }
    for pair in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
        weight[pair] = max(weight.get(pair, 0.0), float(len(splits)))
    ties = np.array(sorted(weight), dtype=np.int64).reshape(-1, 2)
    strength = np.array([weight[pair] for pair in sorted(weight)])
    return communities(ties[:, 0], ties[:, 1], weight=strength, seed=seed, from_size=LOUVAIN_FROM)


def supports(
    groups: list[Group], splits: list[Split], *, q: float, held_share: float = HELD_SHARE
) -> list[Support]:
    """For each group, how the splits support it, through the proposals that match it."""
    found = matches(groups, splits)
    return [support(best, splits, q=q, held_share=held_share) for best in found]


def support(
    best: dict[int, int], splits: list[Split], *, q: float, held_share: float = HELD_SHARE
) -> Support:
    """One group's support. `best`: its matching proposal in each split that has one.

    A split without a matching proposal counts as p = 1.
    """
    p, values = np.ones(len(splits)), np.ones(len(splits))
    for at, g in best.items():
        p[at], values[at] = splits[at].p[g], splits[at].q[g]
    passed = float((values <= q * held_share).mean()) if splits else 0.0
    return Support(stability=passed, p=merged(p, held_share), q=merged(values, held_share))


def matches(groups: list[Group], splits: list[Split]) -> list[dict[int, int]]:
    """For each group, split → its best proposal: one whose people are mostly of this group."""
    found: list[dict[int, int]] = [{} for _ in groups]
    for at, split in enumerate(splits):
        of_person: dict[int, list[int]] = defaultdict(list)
        for g, proposal in enumerate(split.groups):
            for person in proposal:
                of_person[person].append(g)
        for number, group in enumerate(groups):
            shared = Counter(g for person in group for g in of_person.get(person, ()))
            fits = [g for g, n in shared.items() if n >= 2 and n > len(split.groups[g]) / 2]
            if fits:
                found[number][at] = min(fits, key=lambda g: (split.p[g], g))
    return found


def merged(values: npt.NDArray[np.float64], share: float) -> float:
    """Several p-values of one hypothesis as one: their `share` quantile over `share`.

    Meinshausen, Meier and Bühlmann (2009): valid whatever the dependence between the splits.
    """
    if not values.size:
        return 1.0
    at = int(np.ceil(share * values.size)) - 1
    return min(1.0, float(np.sort(values)[at]) / share)
