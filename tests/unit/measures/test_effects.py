"""Verdicts, refusals and what is never called success."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.measures.counts import two_counts
from frith.measures.displacement import BeforeAfter as B
from frith.measures.displacement import phi, wdd, wdq
from frith.measures.funnel import funnel
from frith.measures.interrupted import interrupted
from frith.measures.panel import (
    difference,
    effect_size,
    read_panel,
    simplex_weights,
    synthetic,
)

PAPER = {
    "control": B(308, 318),
    "treated": B(207, 110),
    "buffer_control": B(150, 140),
    "buffer": B(178, 157),
}


def months(n: int, first: int = 2020) -> list[str]:
    return [f"{first + i // 12}-{i % 12 + 1:02d}" for i in range(n)]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_planted_displacement_is_named_as_moved() -> None:
    found = wdd(PAPER | {"buffer": B(150, 290)}, overdispersion=1.0)
    assert found.verdict == "moved"
    assert "next door" in found.sentence


def test_overdispersion_widens_and_unknown_overdispersion_is_flagged() -> None:
    sure = wdd(PAPER, overdispersion=1.0)
    wide = wdd(PAPER, overdispersion=4.0)
    assert wide.se == pytest.approx(2 * sure.se)
    assert wide.verdict in ("cannot-tell", "no-detectable-change")
    assert wdd(PAPER, overdispersion=None).flagged("OVERDISP")
    assert not sure.flagged("OVERDISP")


def test_an_area_picked_because_it_was_high_is_no_success() -> None:
    found = wdd(PAPER, overdispersion=1.0, picked=True)
    assert found.verdict == "cannot-tell"
    assert found.flagged("SELECTED")


def test_activity_led_outcomes_are_never_called_success() -> None:
    found = wdd(PAPER, overdispersion=1.0, activity_led=True)
    assert "not by itself a success" in found.sentence
    assert found.flagged("ACTIVITY")


def test_top_five_picked_with_nothing_done_shows_no_success() -> None:
    draw = rng()
    said = []
    for _ in range(200):
        before, after = draw.poisson(20, 167), draw.poisson(20, 167)
        top, rest = np.argsort(before)[-5:], np.argsort(before)[:-5]
        parts = {
            "treated": B(before[top].sum(), after[top].sum()),
            "control": B(before[rest].sum() / 32.4, after[rest].sum() / 32.4),
        }
        said.append(wdd(parts, overdispersion=1.0, picked=True).verdict)
    assert said.count("fell") <= 20  # no success verdict in at least 90%


def test_no_effect_with_overdispersion_four_is_not_called_a_change() -> None:
    draw = rng()
    quiet = 0
    for _ in range(200):
        monthly = {
            part: draw.negative_binomial(10 / 3, 1 / 4, 24).astype(float)
            for part in ("treated", "control")
        }
        after = {part: draw.negative_binomial(10 / 3, 1 / 4, 24).sum() for part in monthly}
        parts = {
            part: B(float(series.sum()), float(after[part])) for part, series in monthly.items()
        }
        found = wdd(parts, overdispersion=phi(monthly))
        quiet += found.verdict in ("cannot-tell", "no-detectable-change")
    assert quiet >= 180


def test_nothing_to_displace_is_refused() -> None:
    found = wdq({"treated": B(60, 100), "buffer": B(80, 70), "control": B(10, 10)}, rng=rng())
    assert found.refused
    assert found.verdict == "refused"


def test_two_counts_of_a_dozen_cannot_tell() -> None:
    found = two_counts(12, 9)
    assert found.verdict == "cannot-tell"
    assert found.flagged("NOCONTROL")
    assert two_counts(0, 0).refused
    assert two_counts(40, 12).verdict == "fell"
    assert two_counts(4000, 4010).verdict == "no-detectable-change"


def test_a_planted_fall_is_found_and_a_short_series_refused() -> None:
    draw = rng()
    time = np.arange(48)
    mean = 60 + 15 * np.sin(2 * np.pi * time / 12)
    counts = draw.poisson(np.where(time >= 36, 0.6 * mean, mean))
    series = pl.DataFrame({"period": months(48), "count": counts})
    found = interrupted(series, start="2023-01", rng=rng())
    assert found.verdict == "fell"
    truth = -(0.4 * mean[36:]).sum()
    assert found.interval_95.lo <= truth <= found.interval_95.hi
    assert interrupted(series.head(30), start="2022-01", rng=rng()).refused is False
    assert interrupted(series.head(26), start="2022-01", rng=rng()).refused
    with pytest.raises(ValueError, match="no period 2031-01"):
        interrupted(series, start="2031-01", rng=rng())


def test_seasons_with_a_january_start_claim_no_effect() -> None:
    draw = rng()
    wrong = 0
    for _ in range(40):
        time = np.arange(48)
        counts = draw.poisson(60 + 25 * np.cos(2 * np.pi * time / 12))
        series = pl.DataFrame({"period": months(48), "count": counts})
        wrong += interrupted(series, start="2023-01", rng=draw).verdict in ("fell", "rose")
    assert wrong <= 6  # 5% of 40 is 2; more than 6 comes up once in 300


def panel(effect: float, areas: int, draw: np.random.Generator) -> pl.DataFrame:
    rows = []
    for area in range(areas):
        level = 30 + 3 * area
        for at, period in enumerate(months(24)):
            mean = level * (1.0 + 0.2 * np.sin(at / 4)) * (effect if area < 2 and at >= 12 else 1.0)
            rows.append((f"a{area:02d}", period, int(draw.poisson(mean)), int(area < 2)))
    return pl.DataFrame(rows, schema=["code", "period", "count", "treated"], orient="row")


def test_difference_in_differences_finds_what_was_planted() -> None:
    found = difference(read_panel(panel(0.5, 14, rng()), start="2021-01"), rng=rng())
    assert found.parameters["rate_ratio"] == pytest.approx(0.5, abs=0.08)
    assert found.verdict == "fell"
    assert len(found.parameters["leads"]) == 12


def test_the_closed_form_is_the_regression_s_answer() -> None:
    import statsmodels.api as sm

    given = read_panel(panel(0.7, 5, rng()), start="2021-01")
    area, period = np.repeat(np.arange(5), 24), np.tile(np.arange(24), 5)
    on = (given.treated[area] & (period >= given.start)).astype(float)
    design = np.column_stack(
        [on, *[(area == a) * 1.0 for a in range(5)], *[(period == p) * 1.0 for p in range(1, 24)]]
    )
    slow = sm.GLM(given.counts.ravel(), design, family=sm.families.Poisson()).fit(tol=1e-12)
    assert effect_size(given, given.treated) == pytest.approx(slow.params[0], abs=1e-8)


def test_difference_in_differences_with_two_treated_areas_rarely_cries_wolf() -> None:
    draw = rng()
    said = [
        difference(read_panel(panel(1.0, 12, draw), start="2021-01"), rng=draw).verdict
        for _ in range(40)
    ]
    assert said.count("fell") + said.count("rose") <= 6  # 5% of 40; more comes up once in 300


def test_one_sided_panels_and_gaps_are_refused() -> None:
    rows = panel(0.5, 8, rng())
    everyone = rows.with_columns(treated=pl.lit(1))
    assert difference(read_panel(everyone, start="2021-01"), rng=rng()).refused
    with pytest.raises(ValueError, match="no count for a07 in 2021-12"):
        read_panel(rows.head(len(rows) - 1), start="2021-01")


def test_synthetic_control_finds_one_area_s_fall() -> None:
    every = panel(1.0, 24, rng())
    mid = (pl.col("code") == "a06") & (pl.col("period") >= "2021-01")
    rows = every.with_columns(
        treated=(pl.col("code") == "a06").cast(pl.Int64),
        count=pl.when(mid).then(pl.col("count") // 2).otherwise(pl.col("count")),
    )
    found = synthetic(read_panel(rows, start="2021-01"))
    assert found.verdict == "fell"
    assert sum(found.parameters["weights"].values()) == pytest.approx(1.0)
    assert found.parameters["placebo_p"] <= 0.05
    assert not found.flagged("FEWDONORS")
    fewer = synthetic(read_panel(rows.filter(pl.col("code") < "a14"), start="2021-01"))
    assert fewer.verdict == "cannot-tell"  # the greatest of 14 gaps is no rarity
    assert fewer.flagged("FEWDONORS")
    few = rows.filter(pl.col("code") < "a09")
    assert "10 are the least" in synthetic(read_panel(few, start="2021-01")).sentence
    both = synthetic(read_panel(panel(0.5, 14, rng()), start="2021-01"))
    assert both.refused


def test_simplex_weights_recover_a_known_mix() -> None:
    columns = rng().normal(10, 3, size=(30, 4))
    found = simplex_weights(columns, columns @ np.asarray([0.6, 0.0, 0.4, 0.0]))
    np.testing.assert_allclose(found, [0.6, 0.0, 0.4, 0.0], atol=1e-4)


def test_the_funnel_names_only_those_outside_and_asks_not_to_rank() -> None:
    draw = rng()
    sizes = draw.integers(500, 5000, 30)
    counts = draw.poisson(sizes * 0.01)
    counts[3] = int(sizes[3] * 0.05)
    units = pl.DataFrame(
        {"name": [f"u{i}" for i in range(30)], "count": counts, "denominator": sizes}
    )
    found = funnel(units)
    assert found.sentence.startswith("u3 lies outside")
    outside = [
        funnel(units.with_columns(count=pl.Series(draw.poisson(sizes * 0.01)))).value
        for _ in range(50)
    ]
    assert sum(outside) <= 10  # 0.2% of 1,500 is 3
    wild = units.with_columns(count=pl.Series(draw.negative_binomial(4, 4 / (4 + sizes * 0.01))))
    assert funnel(wild).flagged("OVERDISP")


def test_the_funnel_is_reached_from_the_command_line(tmp_path, capsys) -> None:
    from typer.testing import CliRunner

    from frith.cli import build_app

    path = tmp_path / "units.csv"
    rows = [f"u{i},{12 if i else 90},1000" for i in range(12)]
    path.write_text("\n".join(["name,count,denominator", *rows]) + "\n", "utf-8")
    done = CliRunner().invoke(build_app(), ["chart", str(path), "--kind", "funnel"])
    assert done.exit_code == 0
    assert done.output.startswith("u0 lies outside")
