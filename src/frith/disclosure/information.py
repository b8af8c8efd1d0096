"""What a reader loses, beside two simpler ways: masking small cells only, and rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frith.disclosure.attack import Found

COMPARED_BASE = 5
"""Plain rounding is compared at base 5: half of it is the slack either way (NHS practice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One way of publishing. `hidden` counts are those a reader cannot see by the inner cells;
    `off` is by how much the figures shown differ from the true ones, added up; `recovered` is how
    many masked cells the attack works out (None: nothing is masked, so nothing is attacked)."""

    way: str
    cells: int
    masked: int
    altered: int
    share_hidden: float
    off: float
    recovered: int | None


def losses(
    values: np.ndarray,
    *,
    masked: np.ndarray,
    primary: np.ndarray,
    shown: np.ndarray,
    inner: np.ndarray,
    recovered: int,
    undone: Sequence[Found],
) -> tuple[Loss, ...]:
    """The way taken, masking without secondary cells, and plain rounding, each measured alike."""
    plain = np.floor(values / COMPARED_BASE + 0.5) * COMPARED_BASE
    nobody = np.zeros(len(values), dtype=bool)
    hidden = ("this release", masked, shown, recovered)
    unguarded = ("small cells only", primary, values, len(undone))
    coarse = (f"plain rounding to {COMPARED_BASE}", nobody, plain, None)
    return tuple(
        _measured(way, values, masked=cells, shown=figures, inner=inner, recovered=back)
        for way, cells, figures, back in (hidden, unguarded, coarse)
    )


def _measured(
    way: str,
    values: np.ndarray,
    *,
    masked: np.ndarray,
    shown: np.ndarray,
    inner: np.ndarray,
    recovered: int | None,
) -> Loss:
    counted = float(values[inner].sum())
    return Loss(
        way=way,
        cells=len(values),
        masked=int(masked.sum()),
        altered=int((~masked & (shown != values)).sum()),
        share_hidden=float(values[inner & masked].sum()) / counted if counted else 0.0,
        off=float(np.abs(shown - values)[~masked].sum()),
        recovered=recovered,
    )
