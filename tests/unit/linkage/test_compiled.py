"""The one private option of numba that linkage uses is still there."""

from __future__ import annotations

import numba
import numpy as np
import pytest


def test_numba_still_lets_reference_counting_be_left_out() -> None:
    """`_nrt` is undocumented: without it answers stay, and pairs take ten times longer."""
    try:
        total = numba.njit(_nrt=False)(lambda row: row[0] + row[1:][0])
        assert total(np.array([2, 3])) == 5
    except Exception as gone:
        pytest.fail(
            f"numba {numba.__version__} no longer takes `_nrt`: leave it out of "
            f"frith/linkage/compiled.py, or stay with the numba of the lock file ({gone})"
        )
