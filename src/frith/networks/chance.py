"""How often people would meet by chance: the local null, and the tests of pairs and of groups.

In stratum s, with k people on each occasion, the chance rate is r_s = Σ k(k−1) / (Σ k)², and with
d_is the occasions of person i there, the expected meetings of i and j are λ_ij = Σ_s r_s d_is d_js.
Local form of the configuration null of Tumminello, Miccichè, Lillo, Piilo and Mantegna (2011), PLoS
ONE 6:e17994, whose national form fails because people mix within places.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import gammainc

from frith.networks.fingerprint import Ints

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
LEAST_EXPECTED = 1e-12
"""Expected meetings are never nought: people who share no stratum may still travel."""


class Attendance:
    """Who was on which occasion, as sparse tables, with each stratum's chance rate.

    `occasion`, `person`: one row a person on an occasion. `stratum`: each occasion's stratum, or
    -1 where it is not tested. `kept`: which occasions count (all, where not given). Rates and
    people's totals come from the kept occasions alone, so that halves are tested by themselves.
    """

    def __init__(
        self,
        occasion: Ints,
        person: Ints,
        *,
        stratum: Ints,
        n_persons: int,
        kept: Bools | None = None,
    ) -> None:
        tested = stratum >= 0 if kept is None else kept & (stratum >= 0)
        rows = tested[occasion]
        self.occasion, self.person = occasion[rows], person[rows]
        self.stratum, self.n_persons = stratum, n_persons
        self.n_occasions, self.n_strata = stratum.size, int(stratum.max(initial=-1)) + 1

    @cached_property
    def size(self) -> Ints:
        """People on each occasion; 0 for one that does not count."""
        return np.bincount(self.occasion, minlength=self.n_occasions).astype(np.int64)

    @cached_property
    def rate(self) -> Floats:
        """r_s of each stratum: the expected meetings of two people with one occasion each."""
        place, k = self.stratum[self.size > 0], self.size[self.size > 0].astype(np.float64)
        people = np.bincount(place, weights=k, minlength=self.n_strata)
        meetings = np.bincount(place, weights=k * (k - 1.0), minlength=self.n_strata)
        return np.divide(meetings, people**2, out=np.zeros(self.n_strata), where=people > 0)

    @cached_property
    def days(self) -> sparse.csr_array:
        """d_is: occasions of each person in each stratum."""
        return _table(self.person, self.stratum[self.occasion], (self.n_persons, self.n_strata))

    @cached_property
    def scaled(self) -> sparse.csr_array:
        """d_is √r_s, whose products between persons are the expected meetings."""
        table = self.days.copy()
        table.data = table.data * np.sqrt(self.rate)[table.indices]
        return table

    @cached_property
    def presence(self) -> sparse.csr_array:
        """1 where a person was on an occasion."""
        return _table(self.person, self.occasion, (self.n_persons, self.n_occasions))

    def expected(self, i: Ints, j: Ints) -> Floats:
        """λ_ij for each pair."""
        return _row_sums(self.scaled[i].multiply(self.scaled[j]))

    def expected_by(self, groups: sparse.csr_array) -> Floats:
        """Λ_G = Σ_s r_s [(Σ_i d_is)² − Σ_i d_is²] / 2: expected meetings among each group."""
        whole = sparse.csr_array(groups @ self.scaled)
        own = groups @ _row_sums(self.scaled.multiply(self.scaled))
        return np.maximum((_row_sums(whole.multiply(whole)) - own) / 2.0, 0.0)

    def together(self, groups: sparse.csr_array) -> sparse.csr_array:
        """1 for each group and occasion with two or more of its people on it."""
        counts = sparse.csr_array(groups @ self.presence)
        counts.data = (counts.data >= 2).astype(np.float64)
        counts.eliminate_zeros()
        return counts

    def occasions_of(self, groups: sparse.csr_array) -> Ints:
        """W_G: occasions with two or more of each group, each counted once."""
        return _row_sums(self.together(groups)).astype(np.int64)

    def occasions_of_sets(self, groups: Sequence[frozenset[int]]) -> list[int]:
        """W_G of groups given as sets of people."""
        if not groups:
            return []
        return self.occasions_of(membership(groups, self.n_persons)).tolist()


def pair_p(n: npt.ArrayLike, expected: npt.ArrayLike) -> Floats:
    """P(X ≥ n | X ≥ 1), X Poisson: how rare this many meetings are among pairs that met at all.

    `n`: meetings (1 or more). `expected`: λ. At n = 1 it is 1 exactly, so that pairs met once need
    counting, never testing. Without the condition, correcting over the pairs that were seen would
    be a choice made after looking, and a third of the groups found would be false.
    """
    count, mean = np.asarray(n), np.maximum(np.asarray(expected, np.float64), LEAST_EXPECTED)
    met = gammainc(np.maximum(count, 1), mean) / -np.expm1(-mean)
    return np.where(count <= 1, 1.0, np.minimum(met, 1.0))


def group_p(occasions: npt.ArrayLike, expected: npt.ArrayLike) -> Floats:
    """P(X ≥ W), X Poisson with mean Λ: for groups proposed without looking at these occasions."""
    count, mean = np.asarray(occasions), np.asarray(expected, np.float64)
    return np.where(count <= 0, 1.0, gammainc(np.maximum(count, 1), mean))


def membership(groups: Sequence[frozenset[int]], n_persons: int) -> sparse.csr_array:
    """1 for each group and person in it."""
    if not groups:
        return sparse.csr_array((0, n_persons))
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    cols = np.fromiter((p for group in groups for p in sorted(group)), dtype=np.int64)
    return _table(rows, cols, (len(groups), n_persons))


def _table(rows: Ints, cols: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    table = sparse.csr_array((np.ones(rows.size), (rows, cols)), shape=shape)
    table.sum_duplicates()
    return table


def _row_sums(table: sparse.csr_array) -> Floats:
    return np.asarray(table.sum(axis=1), dtype=np.float64).ravel()
