"""Effects against published numbers.

Origin: Wheeler & Ratcliffe (2018) and the tests of the package ptools (WDD); Bowers & Johnson
(2003) formula (WDQ); Krishnamoorthy & Thomson (2004) (E-test); R 4.2.2 `glm` on the Seatbelts data
(Harvey & Durbin 1986) for interrupted series; R `poisson.test`; closed forms for the funnel.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.measures.counts import e_test, ratio_interval, two_counts
from frith.measures.displacement import BeforeAfter, harm_wdd, wdd, wdq
from frith.measures.interrupted import fit_segments
from frith.stats.funnel import poisson_limits
from support import shared

B = BeforeAfter


def test_wdd_of_the_paper() -> None:
    found = wdd(
        {
            "control": B(308, 318),
            "treated": B(207, 110),
            "buffer_control": B(150, 140),
            "buffer": B(178, 157),
        }
    )
    assert found.estimate == pytest.approx(-118, abs=1e-6)
    assert found.se == pytest.approx(39.59797974644666, abs=1e-6)
    assert found.interval_95.lo == pytest.approx(-195.6106, abs=1e-4)
    assert found.interval_95.hi == pytest.approx(-40.3894, abs=1e-4)
    assert found.verdict == "fell"


def test_wdd_with_time_and_area_weights() -> None:
    by_time = wdd({"control": B(100, 50, 2, 1), "treated": B(80, 20, 2, 1)})
    assert (by_time.estimate, by_time.se) == pytest.approx((-20, 10.723805294763608), abs=1e-6)
    by_area = wdd(
        {
            "control": B(308, 318, 0.9, 0.9),
            "treated": B(207, 110, 1.2, 1.2),
            "buffer_control": B(150, 140, 1.6, 1.6),
            "buffer": B(178, 157, 1.5, 1.5),
        }
    )
    assert (by_area.estimate, by_area.se) == pytest.approx(
        (-99.69444444444441, 35.42807550447268), abs=1e-6
    )


def test_harm_weights_multiply_effects_and_errors() -> None:
    # Wheeler (2020), "Amending the WDD test to incorporate harm weights": counts before and after
    # (control, then treated) of vehicle theft, theft, burglary, robbery and assault, with weights
    counts = {
        "vehicle theft": (B(133, 91), B(130, 74)),
        "theft": (B(388, 305), B(327, 202)),
        "burglary": (B(148, 97), B(398, 190)),
        "robbery": (B(86, 64), B(144, 92)),
        "assault": (B(94, 67), B(183, 96)),
    }
    effects = {name: wdd({"control": c, "treated": t}) for name, (c, t) in counts.items()}
    weights = dict(zip(counts, (3, 2, 5, 7, 10), strict=True))
    found = harm_wdd(effects, weights)
    assert found.estimate == pytest.approx(-1721, abs=1e-6)
    assert found.se == pytest.approx(304.1036007678962, abs=1e-6)
    assert found.interval_95.lo == pytest.approx(-2317.03210507, abs=1e-4)
    assert found.interval_95.hi == pytest.approx(-1124.96789493, abs=1e-4)


@pytest.mark.parametrize(("buffer_after", "said"), [(90, -0.25), (70, 0.25)])
def test_wdq(buffer_after: int, said: float) -> None:
    parts = {"treated": B(100, 60), "buffer": B(80, buffer_after), "control": B(1000, 1000)}
    assert wdq(parts, rng=np.random.default_rng(1)).estimate == pytest.approx(said, abs=1e-12)


@pytest.mark.parametrize(
    ("before", "after", "p"),
    [(0, 3, 0.08837900945), (6, 2, 0.17487482095), (20, 10, 0.06883178211), (11, 3, 0.03127131644)],
)
def test_e_test(before: int, after: int, p: float) -> None:
    assert e_test(before, after) == pytest.approx(p, abs=5e-5)


def test_exact_interval_of_a_ratio() -> None:
    # poisson.test(c(24, 10)): 1.106234, 5.623233, of the first over the second.
    lo, hi = ratio_interval(10, 24)
    assert (lo, hi) == pytest.approx((1.106234, 5.623233), abs=1e-6)


@pytest.mark.parametrize(
    ("before", "after", "z"), [(10, 20, 2.6197165896624), (16, 4, -4.0), (0, 3, 3.4641016151377544)]
)
def test_quick_z_of_two_counts(before: int, after: int, z: float) -> None:
    assert two_counts(before, after).parameters["z"] == pytest.approx(z, abs=1e-9)


@pytest.mark.parametrize("series", ["DriversKilled", "drivers", "VanKilled"])
def test_seat_belts(series: str) -> None:
    said = {
        row["key"]: float(row["value"])
        for row in pl.read_csv(shared("reference/places/expected_misc_R.csv"), infer_schema=False)
        .filter(pl.col("case") == f"its_{series}_quasipoisson")
        .iter_rows(named=True)
    }
    rows = pl.read_csv(shared("reference/places/seatbelts_its.csv"))
    found = fit_segments(
        rows[series].to_numpy().astype(float),
        start=int(np.flatnonzero(rows["law"].to_numpy())[0]),
        month=rows["month"].to_numpy().astype(float),
    )
    for name, key in (("post", "law"), ("time", "t"), ("post_slope", "tpost")):
        at = found.names.index(name)
        assert found.coefficients[at] == pytest.approx(said[f"{key}_b"], abs=1e-6)
        assert found.se[at] == pytest.approx(said[f"{key}_se"], abs=2e-6)
    assert found.dispersion == pytest.approx(said["dispersion"], abs=1e-5)


@pytest.mark.parametrize(
    ("expected", "limits"), [(5, (1, 10, 0, 13)), (20, (12, 29, 8, 35)), (100, (81, 120, 71, 132))]
)
def test_funnel_limits(expected: float, limits: tuple[int, ...]) -> None:
    found = [
        float(edge[0])
        for level in (0.95, 0.998)
        for edge in poisson_limits([float(expected)], level=level)
    ]
    assert tuple(found) == limits
