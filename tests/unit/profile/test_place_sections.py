"""Hot spots, their trend, and silence in the profile: what they say, decline and give away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from frith.profile.material import Material
from frith.profile.needs import unmet
from frith.profile.sections import (
    accuracy,
    child_exploitation,
    clusters,
    density,
    near_repeat,
    silence,
    trend,
    where,
)
from frith.profile.sections import map as map_section
from frith.reference import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame

SIDE = 8
AREAS = tuple(f"E01{i:06d}" for i in range(SIDE * SIDE))
CORNER = tuple(AREAS[row * SIDE + column] for row in range(3) for column in range(3))
"""Nine areas that touch, where much more is recorded."""
QUIET = AREAS[30]


def outlines() -> dict[str, Any]:
    """Squares of about a kilometre, eight by eight."""

    def square(i: int) -> list[list[list[float]]]:
        x, y = -1.3 + 0.015 * (i % SIDE), 53.4 + 0.01 * (i // SIDE)
        return [[[x, y], [x + 0.015, y], [x + 0.015, y + 0.01], [x, y + 0.01], [x, y]]]

    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Little {code[-3:]}"},
            "geometry": {"type": "Polygon", "coordinates": square(i)},
        }
        for i, code in enumerate(AREAS)
    ]
    return {"type": "FeatureCollection", "features": features}


def events(months: int, *, corner: float) -> pl.DataFrame:
    """About four burglaries an area and month, `corner` times as many in the corner."""
    rng = np.random.default_rng(3)
    when = [datetime(2023 + m // 12, m % 12 + 1, 1) for m in range(months)]
    rows = [
        {"occurred_from": month, "area": code}
        for month in when
        for code in AREAS
        for _ in range(int(rng.poisson(4.0 * (corner if code in CORNER else 1.0))))
    ]
    return pl.DataFrame(rows).with_columns(
        event_id=pl.int_range(pl.len()).cast(pl.String),
        source=pl.lit("police.uk"),
        kind=pl.lit("crime"),
        crime_type=pl.lit("Burglary"),
        date_precision=pl.lit("month"),
        point_precision=pl.lit("snapped"),
    )


def reports(*, mean: float, quiet: int) -> pl.DataFrame:
    """Reports to one partner: `mean` an area, `quiet` in one of them."""
    rng = np.random.default_rng(5)
    sent = [quiet if code == QUIET else int(rng.poisson(mean)) for code in AREAS]
    rows = [code for code, n in zip(AREAS, sent, strict=True) for _ in range(n)]
    return pl.DataFrame({"area": rows}).with_columns(
        report_id=pl.int_range(pl.len()).cast(pl.String),
        received_on=pl.lit(date(2024, 1, 1)),
        agency=pl.lit("housing"),
    )


def material(regime: Regime = Regime.OPEN, **tables: pl.DataFrame) -> Material:
    tables["population"] = pl.DataFrame(
        {"code": AREAS, "n": [1500.0] * len(AREAS), "denominator": "residents", "as_of": "2021"}
    )
    note = FileNote(publisher="p", licence="l", regime=regime, flow="f")
    about = About(
        name="d",
        area="E99",
        area_name="Somewhere",
        area_vintage="lsoa21",
        files=dict.fromkeys([*tables, "areas"], note),
    )
    whole = {}
    for name, frame in tables.items():
        empty = empty_frame(TABLES[name])
        cast = frame.cast({c: empty.schema[c] for c in frame.columns})
        whole[name] = pl.concat([empty, cast], how="diagonal")
    held = Dataset(
        folder=Path(), about=about, tables=whole, reports={}, outlines={"areas": outlines()}
    )
    return Material(dataset=held, on=date(2026, 11, 21), seed=1)


def said(blocks: Sequence[object]) -> str:
    return repr([block for block in blocks if not hasattr(block, "frame")])


@pytest.fixture(scope="module")
def planted() -> Material:
    return material(events=events(24, corner=4.0))


def test_a_planted_corner_stands_out_and_the_rest_has_no_evidence(planted: Material) -> None:
    content = where.build(planted)
    (figure,) = content.figures
    hot = figure.table.frame.filter(pl.col("verdict") == "hot")["code"]
    assert set(CORNER[:2]) | {CORNER[4]} <= set(hot)
    assert not {AREAS[-1], AREAS[-SIDE]} & set(figure.table.frame["code"])
    every = content.extra_tables[0].frame
    assert every.height == len(AREAS)
    assert "no evidence" in set(every["said"])
    assert "No evidence is not evidence of safety" in said(content.blocks)
    assert {"SNAPPED"} <= {flag.code for flag in content.flags}
    assert content.headlines == (figure.sentence,)


def test_the_same_everywhere_is_called_no_bigger_than_chance() -> None:
    content = where.build(material(events=events(3, corner=1.0)))
    (figure,) = content.figures
    assert "hot" not in set(content.results[0].tables["areas"]["verdict"])
    assert "stand out. " not in figure.sentence
    assert len(figure.pictures) == 1
    assert not content.refused


def test_types_are_one_family_and_the_number_of_checks_is_said(planted: Material) -> None:
    held = planted.dataset.tables["events"].with_columns(
        crime_type=pl.when(pl.int_range(pl.len()) % 3 == 0)
        .then(pl.lit("Drugs"))
        .otherwise("crime_type")
    )
    content = where.build(material(events=held))
    assert content.results[0].parameters["tests"] == 2 * len(AREAS)
    assert f"{2 * len(AREAS)} checks" in said(content.blocks)


def test_guarded_hot_spots_are_worked_out_from_masked_counts() -> None:
    guarded = material(Regime.LAW_ENFORCEMENT, events=events(2, corner=4.0))
    content = where.build(guarded)
    assert not content.refused
    used = content.results[0].tables["areas"]["count"]
    assert set((used % 5).to_list()) <= {0.0, 2.5}


def test_too_few_records_are_refused() -> None:
    few = events(1, corner=1.0).head(20)
    content = where.build(material(events=few))
    assert content.refused
    assert not content.figures


def test_under_two_years_the_trend_is_not_built_and_says_what_is_held() -> None:
    short = material(events=events(18, corner=4.0))
    ((need, reason),) = unmet(trend.SECTION.needs, short.dataset)
    assert need == trend.HISTORY
    assert reason == "We hold 18 months of recorded events; 24 are needed."
    content = trend.build(short)
    assert content.refused
    assert "18 months" in said(content.blocks)
    assert not content.figures


def test_a_corner_hot_all_along_is_steady_and_not_growing(planted: Material) -> None:
    assert not unmet(trend.SECTION.needs, planted.dataset)
    content = trend.build(planted)
    (figure,) = content.figures
    middle = figure.table.frame.filter(pl.col("code") == CORNER[0])
    assert middle["word"].item() == "steady"
    assert middle["months"].item() == 24
    assert figure.pictures
    assert "not whether crime rises or falls" in said(content.blocks)


def test_silence_needs_reports(planted: Material) -> None:
    lacking = [need.table for need, _ in unmet(silence.SECTION.needs, planted.dataset)]
    assert lacking == ["reports"]


def test_the_quiet_area_is_owed_a_visit_and_never_called_safe() -> None:
    content = silence.build(material(reports=reports(mean=40.0, quiet=6)))
    (figure,) = content.figures
    assert figure.table.frame["code"].to_list() == [QUIET]
    assert figure.table.frame["received"].to_list() == [6]
    assert "never read as safety" in said(content.blocks)
    assert figure.pictures


@pytest.mark.parametrize("regime", [Regime.UK_GDPR, Regime.LAW_ENFORCEMENT])
def test_guarded_silence_is_worked_out_from_masked_reports(regime: Regime) -> None:
    three = reports(mean=40.0, quiet=3)
    seven = pl.concat([three, three.filter(pl.col("area") == AREAS[2]).head(3)]).with_columns(
        area=pl.when(pl.int_range(pl.len()) % 20 == 0).then(pl.lit(AREAS[1])).otherwise("area"),
        report_id=pl.int_range(pl.len()).cast(pl.String),
    )
    content = silence.build(material(regime, reports=seven))
    if content.refused:
        assert not content.figures
        assert not content.results
        return
    (figure,) = content.figures
    assert " 3 " not in figure.sentence
    assert set((content.results[0].tables["areas"]["received"] % 5).to_list()) <= {0, 2}


def test_too_few_reports_are_refused_and_still_not_safety() -> None:
    content = silence.build(material(reports=reports(mean=0.2, quiet=0)))
    assert content.refused
    assert "never read as safety" in said(content.blocks)


def test_the_map_is_judged_beside_simple_lists_and_the_simple_one_shown_where_it_loses() -> None:
    months = material(events=events(33, corner=4.0))
    assert not unmet(accuracy.SECTION.needs, months.dataset)
    content = accuracy.build(months)
    (figure,) = content.figures
    assert {"hot-spot map", "last year's count", "last three months"} == set(
        figure.table.frame["method"]
    )
    assert [one.name for one in figure.pictures] == ["accuracy-pai", "accuracy-pei"]
    tables = [table.name for table in content.tables]
    beaten = "does not beat" in figure.sentence
    assert ("accuracy-simple" in tables) == beaten
    assert content.headlines == (figure.sentence,)


def test_too_few_months_to_judge_a_map_is_said(planted: Material) -> None:
    content = accuracy.build(material(events=events(16, corner=4.0)))
    assert content.refused
    assert "16 months" in said(content.blocks)
    assert unmet(accuracy.SECTION.needs, material(events=events(12, corner=4.0)).dataset)


def test_what_child_exploitation_beside_deprivation_would_need_is_named(planted: Material) -> None:
    blocks, (result,) = child_exploitation.blocks_of(planted)
    assert result.refused
    assert "MASH" in said(blocks)
    assert not any(hasattr(block, "table") for block in blocks)


def test_child_exploitation_is_set_beside_deprivation_by_source() -> None:
    rng = np.random.default_rng(2)
    deciles = [i % 10 + 1 for i in range(len(AREAS))]
    sent = [
        code
        for code, decile in zip(AREAS, deciles, strict=True)
        for _ in range(int(rng.poisson(20.0 - decile)))
    ]
    referrals = pl.DataFrame({"area": sent}).with_columns(
        referral_id=pl.int_range(pl.len()).cast(pl.String),
        made_on=pl.lit(date(2024, 1, 1)),
        route=pl.lit("mash"),
        age_group=pl.lit("under 18"),
    )
    deprivation = pl.DataFrame({"code": AREAS, "decile": deciles}).with_columns(
        edition=pl.lit("2025"), domain=pl.lit("idaci")
    )
    held = material(referrals=referrals, deprivation=deprivation, events=events(2, corner=1.0))
    blocks, (result,) = child_exploitation.blocks_of(held)
    assert not result.refused
    assert "never why" in said(blocks) or "never why" in result.sentence
    assert result.tables["sources"]["source"].to_list() == ["Referrals of possible child victims"]
    assert result.flagged("DENOM")


def exact(points: pl.DataFrame, *, follow: int = 0) -> pl.DataFrame:
    """The same events at points of their own, by day; every `follow`th is repeated near by."""
    rng = np.random.default_rng(11)
    n = points.height
    at = points["area"].str.slice(-6).cast(pl.Int64).to_numpy()
    x = -1.3 + 0.015 * (at % SIDE + rng.uniform(0, 1, n))
    y = 53.4 + 0.01 * (at // SIDE + rng.uniform(0, 1, n))
    day = pl.duration(days=pl.Series(rng.integers(0, 28, n)))
    placed = points.with_columns(
        longitude=pl.Series(x),
        latitude=pl.Series(y),
        occurred_from=pl.col("occurred_from") + day,
        date_precision=pl.lit("day"),
        point_precision=pl.lit("exact"),
    )
    if not follow:
        return placed
    again = placed.gather_every(follow).with_columns(
        longitude=pl.col("longitude") + 0.0008,
        occurred_from=pl.col("occurred_from") + pl.duration(days=3),
        event_id=pl.format("{}-again", "event_id"),
    )
    return pl.concat([placed, again])


def test_a_corner_is_the_one_cluster_and_its_neighbourhoods_are_listed(planted: Material) -> None:
    content = clusters.build(planted)
    (figure,) = content.figures
    assert figure.table.frame["cluster"].to_list()[0] == "1"
    assert figure.table.frame["observed"].to_list()[0] > figure.table.frame["expected"].to_list()[0]
    members = content.extra_tables[0].frame
    assert len(set(members["code"]) & set(CORNER)) >= 7
    assert figure.pictures[0].name == "clusters"


def test_guarded_clusters_rest_on_masked_counts() -> None:
    content = clusters.build(material(Regime.UK_GDPR, events=events(2, corner=4.0)))
    seen = content.results[0].tables["clusters"]["observed"] if content.results else []
    assert all(float(n) == int(n) for n in seen)


def test_the_map_of_rates_has_the_police_found_share_beside_it() -> None:
    third = pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit("Drugs"))
    some = events(2, corner=1.0).with_columns(crime_type=third.otherwise("crime_type"))
    content = map_section.build(material(events=some))
    assert [one.name for one in content.figures[0].pictures] == [
        "map",
        "map-pair",
        "map-police-led",
    ]
    assert "found by police activity" in repr(content.figures[0].notes)
    alone = map_section.build(material(events=events(2, corner=1.0)))
    assert [one.name for one in alone.figures[0].pictures] == ["map", "map-pair"]


def test_what_hot_spots_are_doing_is_mapped(planted: Material) -> None:
    content = trend.build(planted)
    assert content.figures[0].pictures[0].name == "trends"


def test_near_repeats_are_refused_by_name_on_open_points_and_answered_on_exact_ones() -> None:
    few = events(4, corner=1.0)
    open_points = exact(few).with_columns(
        point_precision=pl.lit("snapped"), date_precision=pl.lit("month")
    )
    refused = near_repeat.build(material(events=open_points))
    assert refused.refused
    assert {"SNAPPED", "MONTHLY"} <= {flag.code for flag in refused.flags}
    assert "shared map points" in said(refused.blocks)
    assert unmet(near_repeat.SECTION.needs, material(events=few).dataset)
    content = near_repeat.build(material(events=exact(few, follow=3)))
    (figure,) = content.figures
    near = figure.table.frame.filter(pl.col("place") == "near").row(0, named=True)
    assert near["verdict"] == "more than chance"
    assert figure.pictures[0].name == "near-repeat"
    assert "never who did it" in said(content.blocks)


def test_guarded_near_repeats_give_no_ratio_of_a_few_pairs() -> None:
    some = exact(events(2, corner=1.0)).gather_every(4)
    bands = near_repeat.build(material(Regime.UK_GDPR, events=some)).figures[0].table.frame
    few = bands.filter(pl.col("observed").is_between(1, 4))
    assert few.height > 0
    assert few["ratio"].null_count() == few.height


def test_a_surface_leaves_ground_with_few_records_blank_where_guarded() -> None:
    some = exact(events(2, corner=1.0)).gather_every(6)
    shown, guarded = (
        density.build(material(regime, events=some)) for regime in (Regime.OPEN, Regime.UK_GDPR)
    )
    assert [one.name for one in shown.figures[0].pictures] == ["density", "excess-ratio"]
    assert "left blank" not in shown.figures[0].sentence
    assert "left blank" in guarded.figures[0].sentence
    low = guarded.figures[0].table.frame["density"].min()
    assert isinstance(low, float)
    assert low > shown.figures[0].table.frame["density"].to_list()[0] or low * 2.01 > 4


def test_partners_are_asked_of_by_larger_areas_where_small_ones_cannot_tell() -> None:
    rng = np.random.default_rng(4)
    rows = [
        {"area": code, "agency": f"partner {j}"}
        for i, code in enumerate(AREAS)
        for j in range(4)
        for _ in range(int(rng.poisson(0.0 if j == 0 and i < 6 else 3.0)))
    ]
    sent = pl.DataFrame(rows).with_columns(
        report_id=pl.int_range(pl.len()).cast(pl.String), received_on=pl.lit(date(2024, 1, 1))
    )
    lookups = pl.DataFrame({"from_code": AREAS}).with_columns(
        from_vintage=pl.lit("lsoa21"),
        to_code=pl.Series([f"W{i // 3}" for i in range(len(AREAS))]),
        to_vintage=pl.lit("ward24"),
        share=pl.lit(1.0),
    )
    content = silence.build(material(reports=sent, lookups=lookups))
    tables = {table.name: table for table in content.tables}
    assert "by ward" in said(content.blocks)
    quiet = tables["silence-larger"].frame
    assert set(quiet["agency"]) == {"partner 0"}
    assert set(quiet["code"]) == {"W0", "W1"}
    assert "partners" not in [column.name for column in tables["silence"].columns]
    svg = content.figures[0].pictures[0].svg
    assert "one partner" not in svg
