"""The attacker's arithmetic: the least and greatest that fit a set of linear statements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from frith.errors import BadInput

Line = tuple[dict[int, float], float, float]
"""Weights of unknowns, and the least and greatest that their weighted sum may be."""
_NODES = 2000
_SWEEPS = 12
_NONE_FITS = 2  # how scipy.optimize.milp says infeasible
_EXACT = 1e-6


class NoneFits(BadInput):
    """No table fits all the figures."""


def matrix_of(rows: Sequence[Sequence[int]], size: int) -> sparse.csr_array:
    """One row for each sum, a 1 for each unknown in it."""
    lengths = [len(row) for row in rows]
    columns = [unknown for row in rows for unknown in row]
    where = np.repeat(np.arange(len(rows)), lengths)
    return sparse.csr_array((np.ones(len(columns)), (where, columns)), shape=(len(rows), size))


class Lines:
    """The lines with every settled unknown filled in, and split where they have none in common."""

    def __init__(
        self,
        lines: Sequence[Line],
        size: int,
        *,
        cap: float,
    ) -> None:
        self.cap = cap
        self.value = np.full(size, np.nan)
        lines = self._fill_in(lines)
        cells = [(r, u, w) for r, (line, _, _) in enumerate(lines) for u, w in line.items()]
        rows, columns, weights = zip(*cells, strict=True) if cells else ((), (), ())
        matrix = sparse.csr_array((weights, (rows, columns)), shape=(len(lines), size))
        links = sparse.csr_array(abs(matrix).T @ abs(matrix))
        self.part = sparse.csgraph.connected_components(links, directed=False)[1]
        self.matrix = sparse.csc_array(matrix)
        self.lo = np.array([lo for _, lo, _ in lines])
        self.hi = np.array([hi for _, _, hi in lines])
        self.built: dict[int, tuple[np.ndarray, LinearConstraint]] = {}

    def _fill_in(self, lines: Sequence[Line]) -> list[Line]:
        """Lines of one unknown and one value settle it; of sum nought settle all; until none do."""
        left = list(lines)
        while True:
            rest, settled = [], 0
            for line, lo, hi in left:
                known = {u: w for u, w in line.items() if not np.isnan(self.value[u])}
                shift = sum(w * self.value[u] for u, w in known.items())
                open_ = {u: w for u, w in line.items() if u not in known}
                lo_, hi_ = lo - shift, hi - shift
                if not open_:
                    continue
                if len(open_) == 1 and lo_ == hi_ and min(open_.values()) == 1:
                    self.value[next(iter(open_))] = lo_
                    settled += 1
                elif hi_ == 0 and min(open_.values()) > 0:
                    self.value[list(open_)] = 0
                    settled += 1
                else:
                    rest.append((open_, lo_, hi_))
            left = rest
            if not settled:
                return left

    def possible(
        self, sums: Sequence[Sequence[int]], *, width: int
    ) -> list[tuple[int, int | None] | None]:
        """For each sum two values, `width` apart, that it can have; None where none were met.

        Each programme pushes all sums not yet done at once: up, down, then half against half.
        """
        open_ = np.isnan(self.value)
        base = np.where(open_, 0.0, self.value)
        made = matrix_of(sums, len(base))
        least = np.full(len(sums), np.inf)
        greatest = np.full(len(sums), -np.inf)
        limits = LinearConstraint(self.matrix, self.lo, self.hi)
        for sweep in range(_SWEEPS):
            waiting = np.flatnonzero(~(greatest - least >= width))
            if not len(waiting):
                break
            sign = np.where((waiting >> (sweep // 2)) & 1, -1.0, 1.0) if sweep > 1 else 1.0
            push = np.zeros(len(sums))
            push[waiting] = sign * (1 if sweep % 2 else -1)
            values = made @ (self._table(push @ made * open_, limits) + base)
            least, greatest = np.minimum(least, values), np.maximum(greatest, values)
        return [
            (int(lo), int(hi)) if hi - lo >= width else None
            for lo, hi in zip(least, greatest, strict=True)
        ]

    def range(self, unknowns: Sequence[int]) -> tuple[int, int | None]:
        """Least and greatest whole number that the sum of some unknowns can be."""
        open_ = [u for u in unknowns if np.isnan(self.value[u])]
        base = float(np.nansum(self.value[list(unknowns)]))
        lo = hi = base
        for part in sorted({int(self.part[u]) for u in open_}):
            inside = [u for u in open_ if self.part[u] == part]
            least, greatest = self._range_within(part, inside)
            lo, hi = lo + least, hi + greatest
        return int(np.ceil(lo - _EXACT)), None if np.isinf(hi) else int(np.floor(hi + _EXACT))

    def _range_within(self, part: int, inside: Sequence[int]) -> tuple[float, float]:
        if part not in self.built:
            members = np.flatnonzero(self.part == part)
            block = sparse.csr_array(self.matrix[:, members])
            rows = np.flatnonzero(np.diff(block.indptr))
            limits = LinearConstraint(sparse.csc_array(block[rows]), self.lo[rows], self.hi[rows])
            self.built[part] = (members, limits)
        members, limits = self.built[part]
        price = np.isin(members, inside).astype(float)
        if not len(limits.lb):
            return 0.0, np.inf
        greatest = self._best(price, limits, -1)
        return self._best(price, limits, 1), np.inf if greatest >= self.cap else greatest

    def _best(self, price: np.ndarray, limits: LinearConstraint, sign: int) -> float:
        """The least (`sign` 1) or greatest (-1) sum over tables of whole numbers.

        Where HiGHS gives up before it is sure, the best it found stands: a range too narrow
        rather than too wide, so that the doubt counts against publishing.
        """
        return float(price @ self._table(sign * price, limits))

    def _table(self, price: np.ndarray, limits: LinearConstraint) -> np.ndarray:
        found = milp(
            price,
            constraints=limits,
            bounds=Bounds(0, self.cap),
            integrality=np.ones(len(price), dtype=int),
            options={"node_limit": _NODES},
        )
        if found.status == _NONE_FITS:
            raise NoneFits(
                "the figures contradict each other: no table fits them all",
                mend="Check the totals, the percentages and the earlier releases.",
            )
        if found.x is None:
            raise BadInput(
                "the table is too entangled to try every way of undoing it",
                mend="Split it, or give fewer overlapping releases at once.",
            )
        return np.round(found.x)
