"""Planted changes of rates: where they are, what they multiply, and that the rates hold them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.borough.crime import crime_types, index_of
from frith.borough.draws import Streams
from frith.borough.effects import Effect, apply
from frith.borough.period import Period
from frith.borough.planted import plant_effects
from frith.borough.setting import set_stage


@pytest.fixture(scope="module")
def planted():
    from datetime import date

    streams = Streams(4)
    setting = set_stage(streams, people=60_000, period=Period(start=date(2023, 10, 1), months=36))
    return setting, plant_effects(streams, setting)


def test_an_effect_multiplies_its_own_cells_only():
    base = np.ones((len(crime_types()), 5, 12))
    effect = Effect(
        effect_id="x",
        cause="hot_spot",
        crime_type="Burglary",
        areas=np.array([1, 3]),
        first=2,
        last=4,
        times=3.0,
    )
    changed = apply(base, [effect])
    assert changed.sum() - base.sum() == pytest.approx(2 * 2 * 3)
    assert (changed[index_of("Burglary"), [1, 3], 2:5] == 3).all()
    assert (base == 1).all()


def test_rates_before_effects_are_the_published_order(planted):
    setting, found = planted
    for at, one in enumerate(crime_types()):
        a_year = found.base[at].sum() / 3
        per_1000 = a_year / setting.people.residents * 1_000
        assert per_1000 == pytest.approx(one.rate, rel=0.02)


def test_every_cause_is_planted(planted):
    _, found = planted
    causes = {effect.cause for effect in found.effects}
    assert causes == {"hot_spot", "silence", "tension", "recording", "missing", "response"}


def test_hot_spots_silence_tension_and_treated_areas_lie_apart(planted):
    _, found = planted
    own = [found.areas_of("hot_spot"), found.areas_of("silence"), found.areas_of("tension")]
    own += [one.treated for one in found.responses]
    together = np.concatenate(own)
    assert np.unique(together).size == together.size


def test_responses_work_spread_displace_and_do_nothing(planted):
    _, found = planted
    verdicts = {one.planted.verdict for one in found.responses}
    assert verdicts == {"works", "does nothing", "displaces", "works and spreads"}
    for one in found.responses:
        assert one.treated.size
        assert one.control.size >= 2
        parts = np.concatenate([one.treated, one.buffer, one.control])
        assert np.unique(parts).size == parts.size


def test_responses_leave_two_years_before_and_half_a_year_after(planted):
    setting, found = planted
    for one in found.responses:
        assert one.first >= 24
        assert setting.period.months - one.first >= 6


def test_the_responses_table_is_what_was_planted(town):
    table, effects = town.table("responses"), town.truth("effects")
    treated = table.filter(pl.col("part") == "treated").select("response_id", "code")
    planted_parts = effects.filter(pl.col("cause") == "response", pl.col("part") == "treated")
    assert set(treated.iter_rows()) == set(planted_parts.select("effect_id", "code").iter_rows())


def test_missing_months_hold_nothing(made):
    events, effects = made.table("events"), made.truth("effects")
    missing = effects.filter(pl.col("cause") == "missing")
    months = missing.filter(pl.col("crime_type") == "Anti-social behaviour")["from_month"].unique()
    inside = events.filter(
        pl.col("source") == "police",
        pl.col("crime_type") == "Anti-social behaviour",
        pl.col("occurred_from").str.slice(0, 7).is_in(months.to_list()),
    )
    assert inside.height == 0


def test_truth_rates_multiply_up(town):
    rates, effects = town.truth("rates"), town.truth("effects")
    months = rates["month"].unique().sort().to_list()
    expected = {}
    for row in effects.iter_rows(named=True):
        for month in months[months.index(row["from_month"]) : months.index(row["to_month"]) + 1]:
            key = (row["crime_type"], row["code"], month)
            expected[key] = expected.get(key, 1.0) * row["times"]
    for crime_type, code, month, base, changed in rates.sample(3_000, seed=1).iter_rows():
        times = expected.get((crime_type, code, month), 1.0)
        assert changed == pytest.approx(base * times)
