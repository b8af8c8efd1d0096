"""Expectation and maximisation over patterns of agreement: m and the share of matches, u held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_ROUNDS = 200
TOLERANCE = 1e-7
STRENGTH = 10.0
"""The regulariser: each branch of a comparison is given this many imagined matches that stand on
the default m. Ten count for nothing against thousands, and hold the reins of a handful."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One comparison in the arithmetic: arrays over its levels, worst (gamma 0) first.

    `branch` numbers the branch of each level; m and u sum to one within a branch. Levels of one
    `label` share m across branches where the comparison's m does not depend on the branch
    (`tied`): a person's recorded date of birth agrees as often wherever the person lives.
    """

    name: str
    m: Floats
    u: Floats
    prior: Floats
    branch: Ints
    label: Ints
    tied: bool = False

    def log_ratio(self, gamma: Ints, m: Floats) -> Floats:
        """log(m/u) of each pattern; nothing where the comparison says nothing."""
        ratio = np.append(np.log(m / self.u), 0.0)  # gamma -1 picks the last: no evidence
        return ratio[gamma]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What one session of EM found: m for each comparison, the matches it stands on, their share.

    `weight` holds for each comparison the expected matches in the branch of each level.
    """

    m: dict[str, Floats]
    weight: dict[str, Floats]
    matches: float
    pairs: float
    rounds: int


def expectation_maximisation(
    gammas: dict[str, Ints], count: Floats, columns: list[Column], *, share: float
) -> Trained:
    """m of each comparison and the share of matches among the pairs, u being known.

    `gammas` hold the level of each pattern, `count` how many pairs show it; `share` is where the
    share of matches starts. Maximises the likelihood with a Dirichlet prior of `STRENGTH` on m
    (Winkler 1988; Sadinle 2017 for the prior), u fixed. Deterministic.
    """
    m = {column.name: column.m.copy() for column in columns}
    weight: dict[str, Floats] = {}
    total = float(count.sum())
    rounds = 0
    while rounds < MOST_ROUNDS:
        rounds += 1
        same = posterior(gammas, columns, m, share=share)
        expected = same * count
        before = share
        share = float(np.clip((expected.sum() + 0.5) / (total + 1.0), 1e-9, 1 - 1e-9))
        moved = abs(share - before)
        for column in columns:
            fresh, weight[column.name] = _maximised(column, gammas[column.name], expected)
            moved = max(moved, float(np.abs(fresh - m[column.name]).max()))
            m[column.name] = fresh
        if moved < TOLERANCE:
            break
    return Trained(m=m, weight=weight, matches=share * total, pairs=total, rounds=rounds)


def posterior(
    gammas: dict[str, Ints], columns: list[Column], m: dict[str, Floats], *, share: float
) -> Floats:
    """Probability that a pair of each pattern is one person."""
    logit = np.full(len(next(iter(gammas.values()))), np.log(share / (1.0 - share)))
    for column in columns:
        logit += column.log_ratio(gammas[column.name], m[column.name])
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(logit, -700, 700)))
    return found


def _maximised(column: Column, gamma: Ints, expected: Floats) -> tuple[Floats, Floats]:
    """m given the expected matches on each level, and those matches summed by branch."""
    known = gamma >= 0
    on_level = summed(gamma[known], expected[known], levels=column.m.size)
    if column.tied:
        on_level = summed(column.label, on_level)[column.label]
    in_branch = summed(column.branch, on_level)[column.branch]
    m: Floats = (on_level + STRENGTH * column.prior) / (in_branch + STRENGTH)
    return m, in_branch


def summed(at: Ints, values: Floats, *, levels: int = 0) -> Floats:
    """The values added up by their place."""
    return np.bincount(at, weights=values, minlength=levels).astype(np.float64)
