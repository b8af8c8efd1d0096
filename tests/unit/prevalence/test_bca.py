"""Quantiles and limits where replicates tie or are infinite."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from frith.prevalence.bca import bca, quantile


@given(
    arrays(np.float64, st.integers(2, 60), elements=st.floats(-1e6, 1e6)),
    st.floats(0.001, 0.999),
)
def test_quantile_is_numpy_s_median_unbiased_where_all_is_finite(
    values: np.ndarray, level: float
) -> None:
    said = np.quantile(values, level, method="median_unbiased")
    assert quantile(values, level) == pytest.approx(said, rel=1e-9, abs=1e-6)


def test_infinite_replicates_make_infinite_limits_never_nan() -> None:
    values = np.asarray([1.0, 2.0, 3.0, math.inf, math.inf])
    assert quantile(values, 0.975) == math.inf
    assert quantile(values, 0.025) == 1.0
    assert quantile(values, 0.6) == math.inf


def test_an_estimate_above_every_replicate_keeps_finite_limits() -> None:
    counts = np.asarray([5.0, 5.0])
    found = bca(counts, 100.0, np.ones((10, 2)), lambda tables: np.full(len(tables), 50.0))
    assert math.isfinite(found.bias)
    assert found.acceleration == 0.0
    assert found.interval(0.95) == (50.0, 50.0)


def test_ties_are_decided_by_a_tolerance_not_by_rounding() -> None:
    counts = np.asarray([5.0, 5.0])
    tied = np.repeat([100.0 * (1 - 1e-12), 100.0 * (1 + 1e-12)], 5)
    found = bca(counts, 100.0, np.ones((10, 2)), lambda tables: tied[: len(tables)])
    assert found.share_below == 1.0
