"""Which cells to mask beside the small ones, so that nobody can work the small ones out.

A linear programme looks, for each masked cell that could still be worked out, for the cheapest
other table that fits everything shown: whatever differs in it must be masked too (Robertson 1993;
Fischetti and Salazar-González 2001 give the exact form). Afterwards each mask is tried for need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from frith.disclosure.system import System

_MOVED = 1e-6
_NODES = 500
"""Branches HiGHS may try where a fractional answer must be made whole."""
_FAR = 10.0
"""Nothing is pushed further than this many times the largest count."""
SWEEPS = 12
"""Programmes that push many cells at once, before the rest are taken one by one."""
TRIALS = 400
"""Programmes solved at most while looking for masks that are not needed."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What must stay uncertain: a masked cell may be anything from `low` to `high`, or as wide."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How far apart the least and the greatest a reader can conclude must lie."""
        return max(1, self.high - self.low)


@dataclass(frozen=True, kw_only=True)
class Masks:
    """`masked` over this release's cells; `exposed` are rows that no masking can protect."""

    masked: np.ndarray
    exposed: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be hidden; arrays have one entry a cell of this release.

    `primary`: masked for what it is. `bounded`: primary cells that a reader may know to be small,
    being told which masks are primary. `shown`: the least and greatest a reader is told where the
    cell is not masked. `cost` of masking it, where it is `maskable`. `wider`: rows of the system
    that need more width than `rule` says.
    """

    primary: np.ndarray
    bounded: np.ndarray
    maskable: np.ndarray
    shown: tuple[np.ndarray, np.ndarray]
    cost: np.ndarray
    rule: Rule
    wider: Mapping[int, int]


def choose_masks(system: System, wanted: Wanted) -> Masks:
    """The cells to mask, primary and secondary.

    Parameters: `system` of linear statements; `wanted`, what must stay hidden and what masking
    costs.
    Returns masks such that every masked cell, of this release and of those before, stays as wide
    as the rule asks, and the rows for which there is no such masking.
    Assumes that costs add up; the answer is a good one, not always the cheapest there is.
    Source: Robertson (1993), Fischetti and Salazar-González (2001), Hundepool et al. (2012) ch. 4.
    """
    model = _Model(system, wanted)
    waiting = [int(i) for i in np.flatnonzero(wanted.primary)]
    waiting += [int(i) for i in system.masked_before]
    exposed: list[int] = []
    model.sweep(waiting)
    while waiting:
        target = waiting.pop(0)
        added, safe = model.protect(target)
        waiting.extend(added)
        if added:
            model.sweep(waiting)
        if not safe:
            exposed.append(target)
    if not exposed:
        model.unmask_the_needless()
    return Masks(masked=model.masked, exposed=tuple(exposed))


class _Model:
    """The programme: atoms, and for each cell how far it is moved up and down."""

    def __init__(self, system: System, wanted: Wanted) -> None:
        self.system, self.rule, self.wider = system, wanted.rule, wanted.wider
        self.m, self.n = system.cells, system.sums.shape[1]
        self.value = system.sums @ system.truth
        self.primary, self.bounded = wanted.primary, wanted.bounded
        self.maskable, self.cost, self.shown = wanted.maskable, wanted.cost, wanted.shown
        self.masked = wanted.primary.copy()
        later = system.sums.shape[0] - self.m
        moves = sparse.vstack([sparse.eye_array(self.m), sparse.csr_array((later, self.m))])
        self.matrix = sparse.csc_array(sparse.hstack([system.sums, -moves, moves]))
        self.fixed = (
            np.r_[self.value[: self.m], system.lo],
            np.r_[self.value[: self.m], system.hi],
        )
        self.far = _FAR * (float(self.value.max()) + self.rule.width)
        self.learn([self.value])
        self.trials = TRIALS

    # what is proven by the tables found so far

    def learn(self, known: list[np.ndarray]) -> None:
        """Take these tables, and no others, as proof of what a reader cannot rule out."""
        self.known = known
        self.least, self.greatest = np.min(known, axis=0), np.max(known, axis=0)

    def add(self, table: np.ndarray) -> None:
        """One more table that fits everything shown."""
        self.known = [*self.known, table]
        self.least = np.minimum(self.least, table)
        self.greatest = np.maximum(self.greatest, table)

    def reach(self, row: int) -> tuple[float, float]:
        """The least and the greatest that some fitting table gives a row."""
        return float(self.least[row]), float(self.greatest[row])

    def needs(self, row: int) -> list[tuple[float, float]]:
        """Bounds to be reached before the row is safe; empty where it is."""
        lo, hi = self.reach(row)
        rule = self.rule
        width = rule.width + self.wider.get(row, 0)
        if row < self.m and self.bounded[row]:
            up = [(float(rule.high), np.inf)] if hi < rule.high else []
            down = [(-np.inf, float(rule.low))] if lo > rule.low else []
            return up + down
        if hi - lo >= width:
            return []
        return [(lo + width, np.inf)]

    def sweep(self, rows: list[int]) -> None:
        """Prove as many rows safe as one programme can, each pushed where it has not been yet."""
        for _ in range(SWEEPS):
            push = np.zeros(len(self.value))
            for row in rows:
                for bound in self.needs(row):
                    push[row] += 1 if np.isfinite(bound[0]) else -1
            if not push.any():
                return
            before = len(self.known)
            lower, upper, _ = self._moves(free=False)
            price = np.r_[-(push @ self.system.sums), np.zeros(2 * self.m)]
            upper = np.minimum(
                upper, np.r_[np.full(self.n, self.far), np.full(2 * self.m, self.far)]
            )
            table = self._solved(
                price, Bounds(lower, upper), LinearConstraint(self.matrix, *self.fixed)
            )
            if table is not None and self._widens(table, rows):
                self.add(table)
            if len(self.known) == before:
                return

    def _widens(self, table: np.ndarray, rows: list[int]) -> bool:
        """True where a table proves something of these rows that none before it did."""
        own = table[rows]
        return bool(((own < self.least[rows]) | (own > self.greatest[rows])).any())

    # masking

    def protect(self, row: int) -> tuple[list[int], bool]:
        """Mask what it takes to keep one row uncertain: rows newly masked, and success."""
        added: list[int] = []
        for bound in self.needs(row):
            table, moved = self.solve(row, bound, free=True)
            if table is None and np.isinf(bound[1]):
                _, hi = self.reach(row)
                down = (-np.inf, hi - self.rule.width - self.wider.get(row, 0))
                if row >= self.m or not self.bounded[row]:
                    table, moved = self.solve(row, down, free=True)
            if table is None:
                return added, False
            self.add(table)
            new = [int(i) for i in moved if not self.masked[i]]
            self.masked[new] = True
            added += new
        return added, True

    def solve(
        self, row: int, bound: tuple[float, float], *, free: bool
    ) -> tuple[np.ndarray | None, np.ndarray]:
        """The cheapest fitting table with `row` within `bound`; `free` lets unmasked cells move."""
        lower, upper, price = self._moves(free=free)
        lb, ub = self.fixed[0].copy(), self.fixed[1].copy()
        if row < self.m:
            ahead, back = self.n + row, self.n + self.m + row
            if np.isfinite(bound[0]):
                lower[ahead], upper[back] = bound[0] - self.value[row], 0
            else:
                lower[back], upper[ahead] = self.value[row] - bound[1], 0
        else:
            lb[row], ub[row] = max(lb[row], bound[0]), min(ub[row], bound[1])
        if (lower > upper).any() or (lb > ub).any():
            return None, np.array([], dtype=int)
        table = self._solved(price, Bounds(lower, upper), LinearConstraint(self.matrix, lb, ub))
        if table is None:
            return None, np.array([], dtype=int)
        apart = (table[: self.m] < self.shown[0] - _MOVED) | (
            table[: self.m] > self.shown[1] + _MOVED
        )
        return table, np.flatnonzero(apart)

    def _solved(
        self,
        price: np.ndarray,
        bounds: Bounds,
        limits: LinearConstraint,
    ) -> np.ndarray | None:
        """The whole-number table of least price, as its cells; None where none fits."""
        found = milp(price, constraints=limits, bounds=bounds)
        if found.x is not None and _fractional(found.x[: self.n]):
            whole = np.r_[np.ones(self.n), np.zeros(2 * self.m)]
            found = milp(
                price,
                constraints=limits,
                bounds=bounds,
                integrality=whole,
                options={"node_limit": _NODES},
            )
        if found.x is None:
            return None
        cells: np.ndarray = self.system.sums @ np.round(found.x[: self.n])
        return cells

    def _moves(self, *, free: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Bounds and prices: masked cells move for nothing, others at their price or not at all."""
        ahead = np.where(self.masked, np.inf, self.shown[1] - self.value[: self.m])
        back = np.where(
            self.masked, self.value[: self.m] - self.rule.low, self.value[: self.m] - self.shown[0]
        )
        ahead = np.where(self.masked & self.bounded, self.rule.high - self.value[: self.m], ahead)
        price = np.zeros(self.m)
        if free:
            could = self.maskable & ~self.masked
            ahead = np.where(could, np.inf, ahead)
            back = np.where(could, self.value[: self.m] - self.rule.low, back)
            price = np.where(could, self.cost, 0.0)
        lower = np.zeros(self.n + 2 * self.m)
        upper = np.r_[np.full(self.n, np.inf), ahead, np.maximum(back, 0)]
        return lower, upper, np.r_[np.zeros(self.n), price, price]

    # unmasking

    def unmask_the_needless(self) -> None:
        """Show each secondary cell again, dearest first, where everything stays safe without."""
        secondary = np.flatnonzero(self.masked & ~self.primary)
        for row in secondary[np.argsort(-self.cost[secondary], kind="stable")]:
            if self.trials <= 0:
                return
            kept = self.known
            self.masked[row] = False
            self.learn([table for table in kept if self._shows(table, row)])
            if not self._all_safe():
                self.masked[row] = True
                self.learn(kept)

    def _shows(self, table: np.ndarray, row: int) -> bool:
        """True where a table agrees with what would be shown of a cell."""
        return bool(self.shown[0][row] - _MOVED <= table[row] <= self.shown[1][row] + _MOVED)

    def _all_safe(self) -> bool:
        rows = [*np.flatnonzero(self.masked), *self.system.masked_before]
        for row in rows:
            for bound in self.needs(int(row)):
                self.trials -= 1
                table, _ = self.solve(int(row), bound, free=False)
                if table is None and np.isinf(bound[1]) and not self._is_bounded(row):
                    hi = self.reach(int(row))[1]
                    table, _ = self.solve(int(row), (-np.inf, hi - self.rule.width), free=False)
                if table is None:
                    return False
                self.add(table)
        return True

    def _is_bounded(self, row: int) -> bool:
        return bool(row < self.m and self.bounded[row])


def _fractional(atoms: np.ndarray) -> bool:
    return bool((np.abs(atoms - np.round(atoms)) > _MOVED).any())
