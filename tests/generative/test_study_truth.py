"""A borough whose truth is known: bounds and intervals hold it as often as they say."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.study.coding import combine
from frith.study.estimate import stratified_share
from frith.study.sampling import draw
from frith.study.shares import shares
from frith.study.sizes import allocate
from unit.study.coders import judged

RUNS = 200


def test_intervals_hold_the_truth_as_often_as_stated() -> None:
    """Many small strata, shares that differ between them, down to none at all."""
    rng = np.random.default_rng(11)
    for strata, each, mean in ((6, 3000, 0.1), (40, 200, 0.1), (60, 100, 0.3), (40, 200, 0.03)):
        held = np.maximum(rng.poisson(each * rng.gamma(1, 1, strata)), 1)
        true = rng.binomial(held, rng.beta(mean * 5, (1 - mean) * 5, strata))
        sampled = allocate(held, np.full(strata, 0.5), size=380)
        share = true.sum() / held.sum()
        inside = 0
        for _ in range(2000):
            hits = rng.hypergeometric(true, held - true, sampled)
            found = stratified_share(held, sampled, hits).interval
            inside += found.lo <= share <= found.hi
        assert inside / 2000 > 0.92, (strata, each, mean)


def _crimes(rng: np.random.Generator) -> tuple[pl.DataFrame, set[str]]:
    """A borough of 6,000 crimes in four themes and four places; what is organised in each."""
    share = {"drugs": 0.35, "acquisitive": 0.15, "violence": 0.03, "fraud": 0.4}
    size = {"drugs": 0.1, "acquisitive": 0.4, "violence": 0.4, "fraud": 0.1}
    theme = rng.choice(list(size), p=list(size.values()), size=6000)
    crimes = pl.DataFrame(
        {
            "event_id": [f"e{i:05d}" for i in range(6000)],
            "theme": theme,
            "neighbourhood": rng.choice(["North", "South", "East", "West"], size=6000),
        }
    )
    organised = rng.random(6000) < np.array([share[name] for name in theme])
    return crimes, set(crimes.filter(pl.Series(organised))["event_id"])


def test_bounds_hold_the_truth_when_coders_err_and_reconcile() -> None:
    """One record in ten is too thin; of the rest coders err one time in twenty; both reconcile."""
    rng = np.random.default_rng(12)
    crimes, organised = _crimes(rng)
    thin = frozenset(rng.choice(crimes["event_id"].to_list(), size=600, replace=False).tolist())
    truth = len(organised) / crimes.height
    inside = agreed = 0
    for _ in range(RUNS):
        sample = draw(crimes, rng=rng, definition="2+", size=300).tables["sample"]
        ids = sample["event_id"].to_list()
        first = judged(ids, organised, rng=rng, coder="A", thin=thin)
        second = judged(ids, organised, rng=rng, coder="B", thin=thin)
        settled = judged(ids, organised, rng=rng, coder="AB", error=0.0, thin=thin)
        found = combine(sample, first, second, definition="2+", reconciled=settled)
        row = shares(found.judgements).tables["overall"].row(0, named=True)
        inside += row["from"] <= truth <= row["to"]
        agreed += not found.agreement.refused
    assert inside / RUNS > 0.93
    assert agreed / RUNS > 0.9


def test_kappas_interval_holds_the_kappa_of_all_crimes() -> None:
    """What two coders' kappa would be over everything lies in the sample's interval 95 in 100."""
    rng = np.random.default_rng(13)
    crimes, organised = _crimes(rng)
    every = crimes["event_id"].to_list()
    first = judged(every, organised, rng=rng, coder="A")
    second = judged(every, organised, rng=rng, coder="B")
    whole = crimes.with_columns(stratum_held=pl.lit(1), weight=pl.lit(1.0), coders=pl.lit("both"))
    true = combine(whole, first, second, definition="2+").agreement.kappa
    assert true is not None
    inside = 0
    for _ in range(RUNS):
        ids = pl.Series(rng.choice(every, size=300, replace=False))
        some = [part.filter(pl.col("event_id").is_in(ids.implode())) for part in (first, second)]
        sample = whole.filter(pl.col("event_id").is_in(ids.implode()))
        found = combine(sample, *some, definition="2+", floor=0.0).agreement
        assert found.interval is not None
        inside += found.interval.lo <= true <= found.interval.hi
    assert inside / RUNS > 0.91


def test_coders_who_guess_are_refused() -> None:
    rng = np.random.default_rng(14)
    crimes, organised = _crimes(rng)
    refused = 0
    for _ in range(50):
        sample = draw(crimes, rng=rng, definition="2+", size=200).tables["sample"]
        ids = sample["event_id"].to_list()
        pair = [judged(ids, organised, rng=rng, coder=who, error=0.4) for who in "AB"]
        refused += combine(sample, *pair, definition="2+").agreement.refused
    assert refused == pytest.approx(50)
