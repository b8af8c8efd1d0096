"""Hot spots: what is named, what is not, and that nothing but the counts decides it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from shapely import affinity

from frith.errors import BadInput
from frith.places.geography import geography, geography_from_points
from frith.places.hotspots import hot_spots, verdicts

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, counts_of, flower, hexagons, honeycomb

PEOPLE = counts_of(np.full(167, 1500))


def _planted(
    seed: int = 1, mean: float = 5.0, times: float = 2.5
) -> tuple[pl.DataFrame, int, set[str]]:
    rng = np.random.default_rng(seed)
    centre, seven = flower(honeycomb(), rng)
    rate = np.full(167, mean)
    rate[seven] *= times
    names = codes(167)
    return counts_of(rng.poisson(rate)), centre, {names[i] for i in seven}


def _run(counts: pl.DataFrame, people: pl.DataFrame | None = PEOPLE, **rest: object):
    settings = {"geography": honeycomb(), "rng": np.random.default_rng(9)} | rest
    return hot_spots(counts, people, **settings)


def _ring(seven: set[str]) -> set[str]:
    near = honeycomb().touching
    return {near.codes[j] for code in seven for j in near.of(near.codes.index(code))}


def test_a_planted_cluster_is_found_and_said() -> None:
    counts, centre, seven = _planted()
    result = _run(counts)
    hot = result.tables["areas"].filter(pl.col("verdict") == "hot")
    assert codes(167)[centre] in set(hot["code"])
    assert set(hot["code"]) <= seven | _ring(seven)
    assert result.value == hot.height
    assert "fewer than 1 in 20" in result.sentence
    assert result.parameters["permutations"] == 20 * 167 / 0.05
    for word in (" p ", "significant", "z-score"):
        assert word not in result.sentence


def test_a_quiet_map_says_there_is_nothing() -> None:
    result = _run(counts_of(np.random.default_rng(3).poisson(5, 167)))
    assert result.value == 0
    assert "no bigger than chance" in result.sentence


def test_every_area_is_listed_with_its_rate_and_interval() -> None:
    counts, *_ = _planted()
    areas = _run(counts.filter(pl.col("n") > 0)).tables["areas"]
    assert areas["code"].to_list() == codes(167)
    assert (areas["rate_lo"] <= areas["rate"]).all()
    assert areas["expected"].sum() == pytest.approx(counts["n"].sum())


def test_verdicts_follow_the_rule() -> None:
    first = np.array([0.01, 0.01, 0.15, 0.15, 0.30, np.nan])
    second = np.array([0.05, 0.40, 0.20, 0.21, 0.04, 0.01])
    assert verdicts(first, second) == [
        "hot", "suggestive", "suggestive", "none", "suggestive", "suggestive",
    ]  # fmt: skip


def test_row_order_changes_nothing() -> None:
    counts, *_ = _planted()
    first = _run(counts).tables["areas"]
    second = _run(counts.sample(fraction=1, shuffle=True, seed=2), PEOPLE.reverse()).tables["areas"]
    assert first.equals(second)


@pytest.mark.parametrize(("angle", "shift"), [(0, 350_000), (37, 0), (90, 123_456)])
def test_moving_or_turning_the_map_changes_nothing(angle: float, shift: float) -> None:
    counts, *_ = _planted()
    moved = np.array(
        [
            affinity.translate(affinity.rotate(s, angle, origin=(0, 0)), shift, -shift)
            for s in hexagons(167)
        ]
    )
    order = np.random.default_rng(1).permutation(167)
    names = codes(167)
    turned = geography(moved[order], codes=[names[i] for i in order])
    first, second = _run(counts), _run(counts, geography=turned)
    assert first.tables["areas"].equals(second.tables["areas"])


def test_the_same_seed_gives_the_same_answer_and_another_nearly() -> None:
    counts, *_ = _planted()
    first, second = _run(counts), _run(counts)
    assert first.tables["areas"].equals(second.tables["areas"])
    other = _run(counts, rng=np.random.default_rng(10)).tables["areas"]
    assert (first.tables["areas"]["p"] - other["p"]).abs().max() < 0.05


def test_too_few_events_are_refused_with_their_table() -> None:
    few = counts_of(np.bincount([3, 3, 9], minlength=167))
    result = _run(few)
    assert result.refused
    assert result.flagged("SPARSE")
    assert result.tables["areas"]["verdict"].unique().to_list() == ["suppressed"]
    assert result.tables["areas"]["p"].null_count() == 167
    assert "not the same as little crime" in result.sentence


def test_areas_without_people_are_suppressed_and_the_rest_tested() -> None:
    counts, *_ = _planted()
    people = PEOPLE.with_columns(n=pl.when(pl.col("code") == "a007").then(0).otherwise("n"))
    result = _run(counts, people)
    row = result.tables["areas"].filter(pl.col("code") == "a007").row(0, named=True)
    assert row["verdict"] == "suppressed"
    assert row["rate"] is None
    assert "DENOM" in row["flags"]
    assert result.flagged("DENOM")


def test_no_people_at_all_is_a_refusal() -> None:
    counts, *_ = _planted()
    result = _run(counts, PEOPLE.with_columns(n=pl.lit(0)))
    assert result.refused
    assert result.flagged("DENOM")


def test_counts_where_populations_differ_are_only_mapped_when_asked_for() -> None:
    counts, *_ = _planted()
    with pytest.raises(BadInput, match="count map by name"):
        _run(counts, None)
    uneven = PEOPLE.with_columns(n=pl.when(pl.col("code") < "a050").then(500).otherwise(2500))
    assert "where people live" in " ".join(f.text for f in _run(counts, uneven, kind="count").flags)
    assert _run(counts, None, kind="count").flagged("COUNTMAP")


def test_more_people_alone_make_no_hot_spot() -> None:
    rng = np.random.default_rng(5)
    _, seven = flower(honeycomb(), rng)
    people = np.full(167, 1200.0)
    people[seven] = 6000
    counts = counts_of(rng.poisson(people * 0.004))
    assert _run(counts, counts_of(people)).value == 0
    assert _run(counts, counts_of(people), kind="count").value > 0


def test_several_series_are_one_family() -> None:
    counts, *_ = _planted()
    rng = np.random.default_rng(6)
    many = pl.concat(
        [counts.with_columns(series=pl.lit("Burglary"))]
        + [counts_of(rng.poisson(5, 167)).with_columns(series=pl.lit(f"T{i}")) for i in range(5)]
    )
    alone = _run(counts, permutations=9999).tables["areas"]
    together = _run(many, permutations=9999)
    mine = together.tables["areas"].filter(pl.col("series") == "Burglary")
    assert together.flagged("MULTI")
    assert together.parameters["tests"] == 6 * 167
    assert (mine["q"] >= alone["q"] - 0.02).all()


def test_a_thin_series_is_suppressed_beside_one_that_is_not() -> None:
    counts, *_ = _planted()
    thin = counts_of(np.bincount([4], minlength=167)).with_columns(series=pl.lit("Thin"))
    result = _run(pl.concat([counts.with_columns(series=pl.lit("Thick")), thin]))
    assert not result.refused
    assert result.flagged("SPARSE")
    verdict = result.tables["areas"].filter(pl.col("series") == "Thin")["verdict"]
    assert verdict.unique().to_list() == ["suppressed"]


def test_equal_counts_everywhere_are_no_crash() -> None:
    result = _run(counts_of(np.full(167, 5)))
    assert result.value == 0
    assert result.tables["areas"]["z"].null_count() == 167


@pytest.mark.parametrize("n", [3, 4])
def test_a_hamlet_works(n: int) -> None:
    district = geography(hexagons(n), codes=codes(n))
    result = hot_spots(
        counts_of(np.arange(n) * 10 + 20),
        counts_of(np.full(n, 900)),
        geography=district,
        rng=np.random.default_rng(1),
    )
    assert result.value == 0


def test_an_island_is_told() -> None:
    shapes = hexagons(30)
    shapes[-1] = affinity.translate(shapes[-1], 50_000, 0)
    district = geography(shapes, codes=codes(30))
    counts = counts_of(np.random.default_rng(1).poisson(4, 30))
    result = hot_spots(
        counts, counts_of(np.full(30, 900)), geography=district, rng=np.random.default_rng(1)
    )
    assert result.flagged("NONEIGH")


def test_points_alone_will_do() -> None:
    district = honeycomb()
    points = geography_from_points(district.points, codes=district.codes)
    counts, centre, _ = _planted()
    areas = _run(counts, geography=points).tables["areas"]
    assert areas["verdict"][centre] == "hot"


def test_a_code_without_an_outline_is_refused() -> None:
    counts, *_ = _planted()
    stranger = pl.concat([counts, pl.DataFrame({"code": ["zz"], "n": [4]})])
    with pytest.raises(BadInput, match="no outline"):
        _run(stranger)


def test_larger_areas_that_keep_the_hot_spot_and_that_lose_it() -> None:
    counts, *_ = _planted(times=4)
    names = codes(167)
    points = honeycomb().points
    blocks = {
        c: f"M{int(x // 5000)}{int(y // 4000)}" for c, (x, y) in zip(names, points, strict=True)
    }
    stripes = {c: f"W{i % 23}" for i, c in enumerate(names)}
    result = _run(counts, larger={"MSOA": blocks, "ward": stripes})
    table = result.tables["boundaries"]
    assert table["level"].to_list() == ["MSOA", "ward"]
    kept = dict(table.select("level", "share_kept").rows())
    assert kept["ward"] == 0
    assert result.flagged("MAUP")
    assert "boundaries" in result.sentence


def test_hot_areas_on_the_edge_ask_for_the_neighbours_data() -> None:
    rate = np.full(167, 5.0)
    rate[:6] = 20
    rate[13:19] = 20
    result = _run(counts_of(np.random.default_rng(2).poisson(rate)))
    assert result.value > 0
    assert result.flagged("EDGE")


def test_a_quiet_middle_of_a_busy_ring_is_said_to_be_lent_its_heat() -> None:
    _, seven = flower(honeycomb(), np.random.default_rng(1))
    rate = np.full(167, 5.0)
    rate[seven] = 40
    drawn = np.random.default_rng(2).poisson(rate)
    drawn[seven[-1]] = 2
    result = _run(counts_of(drawn))
    middle = result.tables["areas"].row(int(seven[-1]), named=True)
    assert middle["verdict"] == "hot"
    assert "LENT" in middle["flags"]
    assert result.flagged("LENT")


def test_a_few_larger_areas_say_nothing_of_the_boundaries() -> None:
    counts, *_ = _planted(times=4)
    halves = {code: f"M{i % 2}" for i, code in enumerate(codes(167))}
    result = _run(counts, larger={"MSOA": halves})
    assert result.flagged("FEWLARGER")
    assert not result.flagged("MAUP")
    assert "boundaries" not in result.sentence
