"""Strata, sizes and the draw: enough of each, no more than there is, the same from one seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.study.sampling import NOWHERE, Sample, crimes_of, draw
from frith.study.sizes import Allocation, allocate, expected_half_width, size_for
from frith.tables import TABLES, empty_frame


def crimes(**sizes: int) -> pl.DataFrame:
    """Crimes by theme_place = how many."""
    rows = [
        {"event_id": f"{name}{i}", "theme": theme, "neighbourhood": place}
        for name, n in sizes.items()
        for theme, place in [name.split("_")]
        for i in range(n)
    ]
    return pl.DataFrame(rows)


BOROUGH = crimes(
    drugs_north=400, drugs_south=100, fraud_north=45, fraud_south=3, violence_north=900
)


def drawn(
    seed: int = 1,
    definition: str = "2+",
    size: int | None = None,
    half_width: float = 0.05,
    theme_half_width: float | None = None,
    allocation: Allocation = Allocation.PROPORTIONAL,
    expected: Mapping[str, float] | None = None,
    overlap: float = 1.0,
) -> Sample:
    return draw(
        BOROUGH,
        rng=np.random.default_rng(seed),
        definition=definition,
        size=size,
        half_width=half_width,
        theme_half_width=theme_half_width,
        allocation=allocation,
        expected=expected,
        overlap=overlap,
    )


def test_every_stratum_is_read_and_weights_add_up_to_the_crimes_held() -> None:
    found = drawn()
    strata = found.tables["strata"]
    assert (strata["sampled"] >= pl.Series([5, 5, 5, 3, 5])).all()
    assert (strata["sampled"] <= strata["held"]).all()
    assert found.tables["sample"]["weight"].sum() == pytest.approx(BOROUGH.height)
    assert found.tables["sample"]["event_id"].is_unique().all()


def test_the_wanted_half_width_is_reached() -> None:
    assert drawn(half_width=0.04).half_width <= 0.0401
    assert drawn(half_width=0.04).sampled > drawn(half_width=0.08).sampled


def test_each_themes_own_half_width_takes_more() -> None:
    found = drawn(theme_half_width=0.1)
    strata = found.tables["strata"].filter(pl.col("theme") == "drugs")
    held, taken = strata["held"].to_numpy(), strata["sampled"].to_numpy()
    assert expected_half_width(held, taken, np.full(2, 0.5)) <= 0.1001


def test_a_small_theme_is_read_whole() -> None:
    small = pl.concat([BOROUGH, crimes(begging_north=20, begging_south=15)])
    found = draw(small, rng=np.random.default_rng(1), definition="3+", size=100)
    begging = found.tables["strata"].filter(pl.col("theme") == "begging")
    assert begging["sampled"].to_list() == begging["held"].to_list()


def test_neyman_reads_more_where_the_share_is_nearer_one_half() -> None:
    expected = {"drugs": 0.5, "violence": 0.02, "fraud": 0.3}
    even, keen = (
        drawn(size=300, allocation=way, expected=expected).tables["strata"]
        for way in (Allocation.PROPORTIONAL, Allocation.NEYMAN)
    )
    of = [t.filter(pl.col("theme") == "violence")["sampled"].sum() for t in (even, keen)]
    assert of[1] < of[0]


def test_one_seed_gives_one_sample() -> None:
    assert drawn(seed=3).tables["sample"].equals(drawn(seed=3).tables["sample"])
    assert not drawn(seed=3).tables["sample"].equals(drawn(seed=4).tables["sample"])


def test_an_overlap_parts_the_rest_between_two() -> None:
    coders = dict(
        drawn(size=200, overlap=0.5).tables["sample"]["coders"].value_counts().iter_rows()
    )
    total = sum(coders.values())
    assert coders["both"] == round(total / 2)
    assert abs(coders["a"] - coders["b"]) <= 1


@pytest.mark.parametrize(
    "wrong",
    [{"definition": "4+"}, {"half_width": 0.6}, {"overlap": 0.0}, {"size": 0}],
    ids=str,
)
def test_a_choice_without_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        drawn(**wrong)  # type: ignore[arg-type]


def test_no_crime_to_draw_from_is_said() -> None:
    with pytest.raises(BadInput, match="no recorded crime"):
        draw(BOROUGH.head(0), rng=np.random.default_rng(1), definition="2+")


def test_a_sample_never_passes_what_there_is() -> None:
    held = np.array([4, 30, 2])
    assert allocate(held, np.full(3, 0.5), size=1000).tolist() == [4, 30, 2]
    assert size_for(held, np.full(3, 0.5), half_width=0.001) == 36


def events() -> pl.DataFrame:
    rows = [
        ("a", "crime", "drugs", "92A", "E1", "2025-01"),
        ("b", "crime", None, "106", "E2", "2025-02"),
        ("c", "crime", None, None, None, "2025-02"),
        ("d", "stop", "drugs", None, "E1", "2025-02"),
        ("e", "crime", "fraud", None, "E9", "2025-03"),
    ]
    names = ("event_id", "kind", "theme", "offence_code", "area", "month")
    frame = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows]).with_columns(
        occurred_from=pl.col("month").map_elements(
            lambda month: datetime.fromisoformat(f"{month}-01"), return_dtype=pl.Datetime("us")
        )
    )
    return pl.concat([empty_frame(TABLES["events"]), frame.drop("month")], how="diagonal")


def test_only_crime_is_drawn_and_a_theme_is_never_guessed() -> None:
    found = crimes_of(events(), neighbourhoods={"E1": "North", "E2": "South"})
    assert found.rows() == [
        ("a", "drugs", "North"),
        ("b", "modern_slavery", "South"),  # by its offence code, which is that and nothing else
        ("c", "not stated", NOWHERE),
        ("e", "fraud", NOWHERE),
    ]


def test_months_bound_what_is_drawn() -> None:
    assert crimes_of(events(), first="2025-02", last="2025-02")["event_id"].to_list() == ["b", "c"]
