"""Whether a model's (extended) maximum likelihood exists and is the only one, before it is fitted.

Fienberg & Rinaldo (2012); Chan, Silverman & Vincent (2021), section 2. The rank test settles most
cases exactly; a small linear programme settles the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import linprog

from frith.prevalence.captures import Floats, Masks
from frith.prevalence.loglinear import Design, reduce

NOTHING = 1e-9
"""Below this a product of small integers and an orthonormal basis is nought."""


class Code(IntEnum):
    """What is wrong with a model on a table; the codes are SparseMSE's."""

    FINE = 0
    NO_MAXIMUM = 1
    NOT_IDENTIFIED = 2
    NEITHER = 3


@dataclass
class Existence:
    """Answers for one design, remembered by model and by which cells hold anybody."""

    design: Design
    _known: dict[tuple[bytes, bytes], Code] = field(default_factory=dict, repr=False)

    def code(self, counts: Floats, asked: Masks) -> Code:
        """The code of one model (`asked`, (terms,)) on one table (`counts`, (cells,))."""
        key = (np.packbits(asked).tobytes(), np.packbits(counts > 0).tobytes())
        if key not in self._known:
            self._known[key] = self._work_out(counts, asked)
        return self._known[key]

    def _work_out(self, counts: Floats, asked: Masks) -> Code:
        minus_infinity, kept = reduce(self.design, counts[None, :], asked[None, :])
        columns = asked & ~minus_infinity[0]
        design = self.design.matrix[np.ix_(kept[0], columns)]
        held = counts[kept[0]] > 0
        unknowns = design.shape[1]
        if held.any() and np.linalg.matrix_rank(design[held]) == unknowns:
            return Code.FINE
        identified = design.shape[0] > 0 and np.linalg.matrix_rank(design) == unknowns
        missing = _maximum_missing(design, held)
        if identified:
            return Code.NO_MAXIMUM if missing else Code.FINE
        return Code.NEITHER if missing else Code.NOT_IDENTIFIED


def _maximum_missing(design: Floats, held: Masks) -> bool:
    """True where the likelihood keeps rising towards the edge.

    With V the empty cells' rows times a basis of the held cells' null space, it does so exactly
    where some z has Vz <= 0 and Vz != 0.
    """
    basis = null_space(design[held]) if held.any() else np.eye(design.shape[1])
    toward = design[~held] @ basis
    toward = toward[:, np.abs(toward).max(axis=0, initial=0.0) > NOTHING]
    if toward.shape[1] == 0 or toward.shape[0] == 0:
        return False
    if toward.shape[1] == 1:
        column = toward[:, 0]
        return bool((column <= NOTHING).all() or (column >= -NOTHING).all())
    answer = linprog(
        toward.sum(axis=0),
        A_ub=np.vstack([toward, -toward]),
        b_ub=np.concatenate([np.zeros(len(toward)), np.ones(len(toward))]),
        bounds=(None, None),
        method="highs",
    )
    return bool(answer.status == 0 and float(answer.fun or 0.0) < -NOTHING * len(toward))
