"""Multiple-systems estimation against R: points, models, intervals, replicate by replicate.

Origin: SparseMSE 2.0.1, MultipleSystemsEstimation 1.2.0 and dga, run with R 4.2.2; the reference
file names function, arguments and value. Tables: Silverman (2014, UK), Bales, Murphy & Silverman
(2020, New Orleans), Farrell et al. (2019, Western), Ball et al. (2002, Kosovo), van Dijk et al.
(2017, Netherlands), Chan, Silverman & Vincent (2021, Artificial_3).
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.prevalence import decomposable, information, simple
from frith.prevalence.bca import bca, quantile, resample
from frith.prevalence.captures import Captures, from_capture_table
from frith.prevalence.existence import Code, Existence
from frith.prevalence.loglinear import Design, Fits, fit
from frith.prevalence.rivals import wald
from frith.prevalence.stepwise import select
from support import shared

ALL = (
    "UKdat", "UKdat_4", "UKdat_5", "NewOrl_185", "NewOrl_186", "NewOrl_5_185", "NewOrl_5_186",
    "Western", "Kosovo", "Ned", "Ned_5", "Artificial_3",
)  # fmt: skip
UP_TO_FIVE = tuple(name for name in ALL if name not in ("UKdat", "NewOrl_185", "NewOrl_186", "Ned"))
RESAMPLED = ("UKdat_5", "UKdat_4", "NewOrl_5_185", "Western", "Kosovo", "Artificial_3")

POINT = 1e-6
WALD = 3e-5  # R stops iterating at 1e-8 of the deviance: 1.3e-5 and 2.2e-5 on two tables
PRINTED = 6e-6  # the reference prints five decimals


def captures(name: str) -> Captures:
    return from_capture_table(pl.read_csv(shared(f"reference/prevalence/{name}.csv")))


def reference(name: str, function: str, quantity: str, args: str = "") -> list[str]:
    rows = pl.read_csv(
        shared("reference/prevalence/reference_results.csv"), infer_schema=False
    ).filter(
        (pl.col("dataset") == name)
        & (pl.col("function") == function)
        & (pl.col("quantity") == quantity)
        & pl.col("args").fill_null("").str.contains(args, literal=True)
    )
    return rows["value"].to_list()


def one(name: str, function: str, quantity: str, args: str = "") -> float:
    (value,) = reference(name, function, quantity, args)
    return float(value)


def counts(table: Captures) -> np.ndarray:
    return table.counts.astype(np.float64)


def chosen_pairs(table: Captures, fits: Fits, row: int = 0) -> frozenset[frozenset[str]]:
    names = information.term_names(fits.design, fits.asked[row], table.lists)
    return frozenset(frozenset(pair) for pair in names)


def said_pairs(model: str | None) -> frozenset[frozenset[str]]:
    parts = (model or "").replace(" ", "").replace("(-Inf)", "").split("+")
    return frozenset(frozenset(part.split(":")) for part in parts if part)


@pytest.mark.parametrize("name", ALL)
def test_stepwise_chooses_r_s_model_and_point(name: str) -> None:
    table = captures(name)
    design = Design(table.k)
    chosen = select(design, counts(table)[None, :], existence=Existence(design))
    fits, where = chosen.fits, "estimatepopulation.0"
    args = "method=stepwise"
    assert chosen.total[0] == pytest.approx(one(name, where, "point", args), rel=POINT)
    assert fits.aic[0] == pytest.approx(one(name, where, "aic", args), abs=PRINTED)
    assert fits.deviance[0] == pytest.approx(one(name, where, "deviance", args), abs=PRINTED)
    assert chosen_pairs(table, fits) == said_pairs(reference(name, where, "model", args)[0])
    lo, hi = wald(table.seen, float(fits.coefficients[0, 0]), float(fits.intercept_se()[0]))
    assert lo == pytest.approx(one(name, where, "lo95_wald", args), rel=WALD)
    assert hi == pytest.approx(one(name, where, "hi95_wald", args), rel=WALD)


@pytest.mark.parametrize("args", ["method=main", "method=fixed mX=0 (all pairs)"])
@pytest.mark.parametrize("name", ALL)
def test_fixed_models_and_which_of_them_exist(name: str, args: str) -> None:
    table = captures(name)
    design = Design(table.k)
    asked = design.main if args == "method=main" else np.ones(len(design.terms), dtype=bool)
    code = Existence(design).code(counts(table), asked)
    if args != "method=main":
        assert int(code) == int(one(name, "checkident", "ierr"))
    if code is not Code.FINE:
        return
    fits = fit(design, counts(table)[None, :], asked[None, :])
    where = "estimatepopulation.0"
    assert fits.total[0] == pytest.approx(one(name, where, "point", args), rel=POINT)
    assert fits.aic[0] == pytest.approx(one(name, where, "aic", args), abs=PRINTED)
    assert fits.deviance[0] == pytest.approx(one(name, where, "deviance", args), abs=PRINTED)


def test_existence_codes_of_the_published_example() -> None:
    # Chan, Silverman & Vincent (2021), Table 2: A:B has no maximum, A:C + B:C exists,
    # all pairs are not identified; three of the eight models fail.
    table = captures("Artificial_3")
    design = Design(3)
    existence = Existence(design)
    codes = {
        frozenset(frozenset(p) for p in information.term_names(design, model, table.lists)): (
            existence.code(counts(table), model)
        )
        for model in information.hierarchical_models(3, 2)
    }
    pair = {name: frozenset(name) for name in ("AB", "AC", "BC")}
    assert codes[frozenset({pair["AB"]})] is Code.NO_MAXIMUM
    assert codes[frozenset({pair["AC"], pair["BC"]})] is Code.FINE
    assert codes[frozenset(pair.values())] is Code.NOT_IDENTIFIED
    failing = one("Artificial_3", "checkallmodels", "n_models_without_extended_MLE")
    assert sum(code is Code.NO_MAXIMUM for code in codes.values()) == failing == 3


def test_a_table_without_overlap_has_no_main_effects_estimate() -> None:
    # SparseMSE returns 381,356,421,735 for these twelve people, with an interval from 12 to Inf.
    table = captures("tiny12_nooverlap")
    design = Design(table.k)
    assert Existence(design).code(counts(table), design.main) is not Code.FINE
    assert np.isinf(select(design, counts(table)[None, :], existence=Existence(design)).total[0])


def r_resamples(name: str, table: Captures) -> tuple[np.ndarray, pl.DataFrame]:
    told = pl.read_csv(
        shared(f"reference/prevalence/bootstrap_{name}_R1000.csv"), null_values=["NA"]
    )
    observed = pl.read_csv(shared(f"reference/prevalence/{name}.csv")).filter(pl.col("count") > 0)
    cell = sum(observed[list_].to_numpy() << bit for bit, list_ in enumerate(table.lists))
    tables = np.zeros((len(told), len(table.counts)))
    tables[:, cell - 1] = told[:, 3:].to_numpy()
    return tables, told


@pytest.mark.parametrize("name", RESAMPLED)
def test_r_s_own_resamples_one_by_one(name: str) -> None:
    table = captures(name)
    tables, told = r_resamples(name, table)
    design = Design(table.k)
    chosen = select(design, tables, existence=Existence(design))
    said = told["estimate"].cast(pl.Float64).to_numpy()
    finite = np.isfinite(chosen.total)
    assert finite.sum() >= 999
    np.testing.assert_allclose(chosen.total[finite], said[finite], rtol=1e-6)
    for row, model in enumerate(told["model"]):
        assert chosen_pairs(table, chosen.fits, row) == said_pairs(model)


@pytest.mark.parametrize("name", RESAMPLED)
def test_bca_limits_from_r_s_resamples(name: str) -> None:
    table = captures(name)
    tables, _ = r_resamples(name, table)
    design = Design(table.k)
    existence = Existence(design)

    def totals(batch: np.ndarray) -> np.ndarray:
        return select(design, batch, existence=existence).total

    estimate = float(totals(counts(table)[None, :])[0])
    found = bca(counts(table), estimate, tables, totals)
    where = "estimatepopulation"
    assert found.acceleration == pytest.approx(one(name, where, "ahat"), abs=1e-7)
    tolerance = 0.01 if name == "Artificial_3" else 1e-6  # an exact tie among few resamples
    for level in (0.025, 0.05, 0.1, 0.16, 0.84, 0.9, 0.95, 0.975):
        said = one(name, where, f"bca{level:g}")
        assert found.limit(level) == pytest.approx(said, rel=tolerance)


@pytest.mark.parametrize("name", ["UKdat_5", "UKdat_4", "Western", "Kosovo", "NewOrl_5_185"])
def test_own_resamples_agree_with_r_s_as_far_as_chance_lets_them(name: str) -> None:
    # R's limits are one draw of 1,000 resamples. Limits of single draws scatter by 2 to 9%
    # (standard deviation over twelve seeds), because BCa turns the share below the estimate into
    # a level; so quantiles of the replicates, and limits averaged over eight seeds, are compared.
    table = captures(name)
    _, told = r_resamples(name, table)
    design = Design(table.k)
    existence = Existence(design)

    def totals(batch: np.ndarray) -> np.ndarray:
        return select(design, batch, existence=existence).total

    estimate = float(totals(counts(table)[None, :])[0])
    runs = [
        bca(
            counts(table),
            estimate,
            resample(counts(table), replicates=1000, rng=np.random.default_rng(seed)),
            totals,
        )
        for seed in range(8)
    ]
    ours = np.concatenate([run.replicates for run in runs])
    theirs = told["estimate"].cast(pl.Float64).to_numpy()
    for level in (0.1, 0.25, 0.5, 0.75):
        assert quantile(ours, level) == pytest.approx(quantile(theirs, level), rel=0.05)
    for level in (0.025, 0.975):
        said = one(name, "estimatepopulation", f"bca{level:g}")
        assert np.mean([run.limit(level) for run in runs]) == pytest.approx(said, rel=0.10)


@pytest.mark.parametrize("name", UP_TO_FIVE)
def test_least_bic_among_models_of_pairs(name: str) -> None:
    table = captures(name)
    ranked = information.rank_models(counts(table), existence=Existence(Design(table.k)))
    where, args = "estimate_population_bic", "maxorder=2"
    assert ranked.total[0] == pytest.approx(one(name, where, "point", args), rel=POINT)
    assert ranked.bic[0] == pytest.approx(one(name, where, "BIC", args), rel=POINT)
    assert len(ranked.bic) == one(name, where, "n_models_existing", args)


def test_least_bic_among_models_of_every_order() -> None:
    # Silverman, Chan & Vincent (2024), Table 6: Kosovo, all orders: 10,357.
    table = captures("Kosovo")
    ranked = information.rank_models(counts(table), existence=Existence(Design(4, order=3)))
    assert ranked.total[0] == pytest.approx(10356.5190, rel=POINT)
    assert ranked.bic[0] == pytest.approx(203.02963, rel=POINT)
    assert len(ranked.bic) == 113


@pytest.mark.parametrize("name", UP_TO_FIVE)
def test_bayesian_average_over_decomposable_graphs(name: str) -> None:
    table = captures(name)
    grid = np.unique(np.round(np.linspace(1, 30 * table.seen, 1000)))
    found = decomposable.average(table, unseen=grid)
    where, args = "dga::bma.cr", f"delta=2^-{table.k} "
    assert found.graphs == {3: 8, 4: 61, 5: 822}[table.k]
    assert found.mean == pytest.approx(one(name, where, "posterior_mean", args), rel=1e-5)
    assert found.best_graph_weight == pytest.approx(
        one(name, where, "top_model_weight", args), abs=1e-6
    )
    for level, quantity in ((0.025, "q2.5"), (0.5, "posterior_median"), (0.975, "q97.5")):
        assert found.quantile(level) == one(name, where, quantity, args)


@pytest.mark.parametrize("name", ALL)
def test_simple_estimators(name: str) -> None:
    table = captures(name)
    bound = simple.chao(table)
    where = "formula"
    assert bound.estimate == pytest.approx(one(name, where, "chao_lb"), abs=1e-4)
    # The reference rounds z to 1.96.
    assert bound.lo == pytest.approx(one(name, where, "chao_lb_lo95"), rel=1e-4)
    assert bound.hi == pytest.approx(one(name, where, "chao_lb_hi95"), rel=1e-4)
    assert simple.chao_bias_corrected(table) == pytest.approx(
        one(name, where, "chao_lb_bc"), abs=1e-4
    )
    assert simple.sample_coverage(table) == pytest.approx(
        one(name, where, "sample_coverage"), abs=1e-6
    )
    assert simple.coverage_estimate(table) == pytest.approx(
        one(name, where, "coverage_N0"), abs=1e-4
    )
