"""Small closed forms: shrinkage, corrections, concentration, intervals, funnels, deprivation.

Each number's origin stands beside it. The reference files are read from the shared folder and are
no part of the project.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.places.concentration import generalised_gini, generalised_gini_unbiased, gini
from frith.places.deprivation import DeprivationResult, by_decile
from frith.places.moran import moran_i
from frith.places.neighbours import from_rows
from frith.stats.empirical_bayes import marshall_global, marshall_local, marshall_moments
from frith.stats.fdr import benjamini_hochberg, benjamini_yekutieli
from frith.stats.funnel import poisson_limits
from frith.stats.intervals import poisson_interval, ratio_interval
from frith.stats.negative_binomial import fit_counts
from support import shared

PLACES = "reference/places"


def _sids() -> tuple[pl.DataFrame, list[np.ndarray]]:
    """North Carolina, 100 counties, sudden infant deaths 1974 (sf/spData; values from R spdep)."""
    table = pl.read_csv(shared(f"{PLACES}/sids_nc_gistar_moran_eb.csv"))
    rows = [np.array([int(k) - 1 for k in text.split(";")]) for text in table["neighbours"]]
    return table, rows


def test_empirical_bayes_equals_spdep() -> None:
    table, rows = _sids()
    counts, births = table["SID74"].to_numpy(), table["BIR74"].to_numpy()
    # spdep::EBest and EBlocal, tolerance 1e-9
    assert np.abs(marshall_global(counts, births) - table["eb_marshall_global"]).max() < 1e-9
    assert np.abs(marshall_local(counts, births, rows) - table["eb_local"].to_numpy()).max() < 1e-9
    m, a = marshall_moments(counts, births)
    # spdep::EBest parameters
    assert m == pytest.approx(0.00202144489365, rel=1e-9)
    assert a == pytest.approx(7.69293064701e-07, rel=1e-9)


def test_moran_equals_spdep() -> None:
    table, rows = _sids()
    near = from_rows(rows, codes=[str(f) for f in table["fips"]], kind="queen")
    # spdep::moran on the rate, row-standardised: 0.2309104488, tolerance 1e-9
    assert moran_i(table["rate74"].to_numpy(), near) == pytest.approx(0.2309104488, abs=1e-9)


def test_false_discovery_equals_the_paper_and_r() -> None:
    table = pl.read_csv(shared(f"{PLACES}/bh1995_pvalues.csv"))
    q = benjamini_hochberg(table["p"].to_numpy())
    # Benjamini and Hochberg (1995), section 4.1: the first four of fifteen at 0.05
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    # R p.adjust
    assert np.abs(q - table["bh"].to_numpy()).max() < 1e-12
    by = benjamini_yekutieli(table["p"].to_numpy())
    assert np.abs(by - table["by"].to_numpy()).max() < 1e-12


@pytest.mark.parametrize(
    ("counts", "plain", "general", "unbiased"),
    [
        # Bernasco and Steenbeek (2017) and the lorenzgini documentation, tolerance 1e-12
        # .78/.78 for 20 crimes on 10 units, .80/.75 for 8 crimes on 10 units
        ([12, 5, 2, 1, *[0] * 6], 0.78, 0.78, 0.78 * 10 / 9),
        ([4, 4, *[0] * 8], 0.8, 0.75, 0.75 * 8 / 7),
        ([10, *[0] * 9], 0.9, 0.9, 1.0),
        ([10, *[0] * 99], 0.99, 0.9, 1.0),
    ],
)
def test_gini_closed_forms(
    counts: list[int], plain: float, general: float, unbiased: float
) -> None:
    values = np.array(counts, dtype=float)
    assert gini(values) == pytest.approx(plain, abs=1e-12)
    assert generalised_gini(values) == pytest.approx(general, abs=1e-12)
    assert generalised_gini_unbiased(values) == pytest.approx(unbiased, abs=1e-12)


def test_exact_poisson_intervals_equal_r() -> None:
    # R poisson.test
    expected = {
        0: (0.0, 3.68887945),
        1: (0.02531781, 5.57164339),
        5: (1.62348639, 11.66833208),
        10: (4.79538870, 18.39035604),
        25: (16.17868185, 36.90493170),
        100: (81.36399125, 121.62679379),
    }
    lo, hi = poisson_interval(list(expected))
    assert np.column_stack([lo, hi]) == pytest.approx(np.array(list(expected.values())), abs=1e-8)


def test_exact_ratio_interval_equals_r() -> None:
    # R poisson.test(c(24, 10)): 1.106234 to 5.623233
    ratio, lo, hi = ratio_interval(24, 10)
    assert (ratio, lo, hi) == pytest.approx((2.4, 1.106234, 5.623233), abs=1e-6)


@pytest.mark.parametrize(
    ("expected", "limits"),
    # exact Poisson quantiles: 95% then 99.8%
    [(5, (1, 10, 0, 13)), (20, (12, 29, 8, 35)), (100, (81, 120, 71, 132))],
)
def test_funnel_limits(expected: float, limits: tuple[int, ...]) -> None:
    found = (*poisson_limits(expected), *poisson_limits(expected, level=0.998))
    assert tuple(int(x) for x in found) == limits


def test_deprivation_equals_r_glm_nb() -> None:
    table = pl.read_csv(shared(f"{PLACES}/lsoa_deprivation_made.csv"))
    misc = pl.read_csv(shared(f"{PLACES}/expected_misc_R.csv"))
    wanted = {k: v for c, k, v in misc.rows() if c == "dep_nb_decile"}
    decile = table["imd_decile"].to_numpy()
    design = np.column_stack([np.ones(len(decile)), *[decile == d for d in range(9, 0, -1)]])
    fit = fit_counts(table["count"], design, offset=np.log(table["population"].to_numpy()))
    # R MASS::glm.nb, tolerance 1e-6
    for place, d in enumerate(range(9, 0, -1), start=1):
        name = f"factor(imd_decile, levels = 10:1){d}"
        assert fit.coefficients[place] == pytest.approx(float(wanted[f"{name}_b"]), abs=1e-6)
        assert fit.standard_errors[place] == pytest.approx(float(wanted[f"{name}_se"]), abs=1e-6)
    assert 1 / fit.alpha == pytest.approx(float(wanted["theta"]), rel=1e-6)


def test_indices_of_inequality_equal_r() -> None:
    table = pl.read_csv(shared(f"{PLACES}/lsoa_deprivation_made.csv"))
    deprivation = table.select(
        code="lsoa",
        edition=pl.lit("2019"),
        domain=pl.lit("income"),
        decile="imd_decile",
        rank="imd_rank",
    )
    result = by_decile(
        table.select(code="lsoa", n="count"),
        table.select(code="lsoa", n="population"),
        deprivation,
        edition="2019",
    )
    assert isinstance(result, DeprivationResult)
    # R MASS::glm.nb on the area ridit: 3.00596601; lm on deciles: 6.99959885; tolerance 1e-6
    assert result.relative_index == pytest.approx(3.00596601, abs=1e-6)
    assert result.slope_index == pytest.approx(6.99959885, abs=1e-6)
    # exp(0.80330075) with standard error 0.18736923 (R MASS::glm.nb)
    assert result.value == pytest.approx(np.exp(0.80330075), abs=1e-6)
    assert result.interval is not None
    half = 1.959963984540054 * 0.18736923
    assert result.interval.hi == pytest.approx(np.exp(0.80330075 + half), abs=2e-6)
