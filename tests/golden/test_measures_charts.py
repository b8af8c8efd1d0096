"""Control charts against published and reference numbers.

Origin: `spc_nhs_*`: NHS Making Data Count's rules and NHSRplotthedots' stored snapshot; `spc_*`:
qicharts2 (R); funnel limits and quantiles: closed forms.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.measures import limits as lim
from frith.measures.limits import Limits
from frith.measures.signals import Signal, find_signals, outside
from support import shared

TOLERANCE = 1e-6


def test_individuals_equal_the_nhs_snapshot() -> None:
    values = pl.read_csv(shared("reference/places/spc_nhs_rnorm20.csv"))["y"].to_numpy()
    found = lim.xmr(values)
    assert found.centre[0] == pytest.approx(0.1416238024745984, abs=TOLERANCE)
    assert found.lower[0] == pytest.approx(-3.0113795957080978, abs=TOLERANCE)
    assert found.upper[0] == pytest.approx(3.2946272006572945, abs=TOLERANCE)


@pytest.mark.parametrize("case", ["stable", "one_point_above", "step_down", "trend_up", "zeros"])
def test_the_four_rules_point_by_point(case: str) -> None:
    rows = pl.read_csv(shared("reference/places/spc_nhs_rule_cases.csv")).filter(
        pl.col("case") == case
    )
    values = rows["y"].to_numpy().astype(float)
    found = lim.xmr(values)
    np.testing.assert_allclose(found.lower, rows["lpl"], atol=TOLERANCE)
    np.testing.assert_allclose(found.upper, rows["upl"], atol=TOLERANCE)
    marks = find_signals(values, found)
    for signal, column in (
        (Signal.OUTSIDE, "outside"),
        (Signal.TREND, "trend7"),
        (Signal.NEAR_LIMIT, "two_of_three"),
        (Signal.RUN, "run7"),
    ):
        assert marks[signal].astype(int).tolist() == rows[column].to_list(), signal


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("spc_c_cdi", "c"),
        ("spc_u_hospital", "u"),
        ("spc_up_hospital", "u-prime"),
        ("spc_p_nhs", "p"),
        ("spc_pp_nhs", "p-prime"),
    ],
)
def test_attribute_charts_equal_qicharts2(name: str, kind: str) -> None:
    rows = pl.read_csv(shared(f"reference/places/{name}.csv"), null_values="NA")
    counts = rows["y.sum"].to_numpy().astype(float)
    sizes = rows["n"].cast(pl.Float64).to_numpy()
    found: Limits = {
        "c": lambda: lim.c_chart(counts, exact=False),
        "u": lambda: lim.u_chart(counts, sizes),
        "u-prime": lambda: lim.u_prime(counts, sizes),
        "p": lambda: lim.p_chart(counts, sizes),
        "p-prime": lambda: lim.p_prime(counts, sizes),
    }[kind]()
    np.testing.assert_allclose(found.centre, rows["cl"], rtol=TOLERANCE)
    np.testing.assert_allclose(found.lower, rows["lcl"], rtol=TOLERANCE)
    np.testing.assert_allclose(found.upper, rows["ucl"], rtol=TOLERANCE)
    values = rows["y"].to_numpy().astype(float)
    assert outside(values, found).tolist() == rows["sigma.signal"].to_list()


def test_overdispersed_shares_signal_on_p_and_not_on_p_prime() -> None:
    # nhs_accidents: 16 of 20 points outside a p chart's limits, none outside p′.
    rows = pl.read_csv(shared("reference/places/spc_p_nhs.csv"), null_values="NA")
    counts, sizes = (rows[c].to_numpy().astype(float) for c in ("y.sum", "n"))
    assert outside(counts / sizes, lim.p_chart(counts, sizes)).sum() == 16
    assert outside(counts / sizes, lim.p_prime(counts, sizes)).sum() == 0
