"""Bounds, intervals, refusals, and what the organised part is like: from small known samples."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from frith.study.answers import criteria_of, mapped_coverage, tie
from frith.study.distributions import losses_of, victims_of, weighted_median
from frith.study.estimate import Kind, domain_share
from frith.study.parts import outcomes_of, police_led_of, themes_of
from frith.study.shares import shares
from frith.tables.declared.study import CRITERIA


def judgements(*strata: tuple[str, str, int, int, int, int]) -> pl.DataFrame:
    """Rows from (theme, neighbourhood, held, organised, not organised, cannot tell)."""
    rows = []
    for theme, place, held, yes, no, unknown in strata:
        words = ["organised"] * yes + ["not organised"] * no + ["cannot tell"] * unknown
        rows += [
            {
                "event_id": f"{theme}-{place}-{i}",
                "theme": theme,
                "neighbourhood": place,
                "stratum_held": held,
                "definition": "2+",
                "judgement": word,
                "how": "agreed",
                **{one.name: "yes" if word == "organised" else "no" for one in CRITERIA},
                "kappa": 0.8,
                "kappa_lo": 0.7,
                "kappa_hi": 0.9,
            }
            for i, word in enumerate(words)
        ]
    return pl.DataFrame(rows)


TWO = judgements(("drugs", "North", 1000, 30, 60, 10), ("fraud", "North", 100, 20, 20, 10))


def test_low_and_high_are_the_weighted_shares_without_and_with_the_unknown() -> None:
    row = shares(TWO).tables["overall"].row(0, named=True)
    assert row["lo"] == pytest.approx((1000 * 0.3 + 100 * 0.4) / 1100)
    assert row["hi"] == pytest.approx((1000 * 0.4 + 100 * 0.6) / 1100)
    assert row["from"] < row["lo"] < row["hi"] < row["to"]
    assert (row["coded"], row["unknown"]) == (130, 20)
    assert row["unknown_share"] == pytest.approx((1000 * 0.1 + 100 * 0.2) / 1100)


def test_shares_by_theme_carry_the_contracts_keys() -> None:
    table = shares(TWO).tables["shares"]
    assert {"theme", "lo", "hi", "coded", "unknown"} <= set(table.columns)
    assert table["theme"].to_list() == ["drugs", "fraud"]


def test_the_unknown_are_never_counted_not_organised_alone() -> None:
    known = judgements(("drugs", "North", 1000, 30, 70, 0))
    doubtful = judgements(("drugs", "North", 1000, 30, 20, 50))
    one, other = (shares(table).tables["overall"].row(0, named=True) for table in (known, doubtful))
    assert one["lo"] == pytest.approx(other["lo"])
    assert other["hi"] == pytest.approx(0.8)
    assert shares(doubtful).flagged("UNKNOWN")


def test_where_every_crime_was_read_nothing_is_left_to_chance() -> None:
    row = shares(judgements(("fraud", "North", 12, 3, 9, 0))).tables["overall"].row(0, named=True)
    assert row["from"] == row["lo"] == row["hi"] == row["to"] == pytest.approx(0.25)
    assert row["refused"] == ""


def test_a_thin_theme_is_refused_with_what_to_do_and_the_rest_stands() -> None:
    found = shares(
        judgements(("drugs", "North", 1000, 30, 70, 0), ("fraud", "North", 100, 5, 6, 0))
    )
    fraud = found.tables["shares"].filter(pl.col("theme") == "fraud").row(0, named=True)
    assert fraud["lo"] is None
    assert "Sample more" in fraud["refused"]
    assert found.flagged("THIN")
    assert not found.refused


def test_too_thin_a_whole_is_refused() -> None:
    found = shares(judgements(("drugs", "North", 1000, 3, 20, 4)))
    assert found.refused
    assert "23 crimes were judged" in found.sentence


def test_the_exact_interval_is_no_narrower() -> None:
    wilson, exact = (shares(TWO, kind=kind).tables["overall"].row(0, named=True) for kind in Kind)
    assert exact["to"] >= wilson["to"]
    assert exact["from"] <= wilson["from"]


def test_the_sentence_says_the_definition_and_both_bounds() -> None:
    said = shares(TWO).sentence
    assert said.startswith("Between 31% and 42% of recorded crime was judged organised")
    assert "two or more people acting together" in said
    assert "Coders could not tell for 11%" in said


def test_a_part_found_by_reading_has_the_weighted_share() -> None:
    stratum = np.repeat([0, 1], [100, 50])
    inside = np.concatenate([np.arange(100) < 30, np.arange(50) < 20])
    hits = np.concatenate([np.arange(100) < 15, np.arange(50) < 20])
    found = domain_share(stratum, np.array([1000.0, 100.0]), inside, hits)
    assert found.share == pytest.approx((15 * 10 + 20 * 2) / (30 * 10 + 20 * 2))
    assert found.interval.lo < found.share < found.interval.hi


def test_the_share_of_a_part_varies_as_its_interval_says() -> None:
    rng = np.random.default_rng(3)
    held = np.array([2000, 600])
    kind = [
        rng.choice(3, n, p=p) for n, p in zip(held, [(0.7, 0.2, 0.1), (0.3, 0.2, 0.5)], strict=True)
    ]
    true = sum((k == 1).sum() for k in kind) / sum((k > 0).sum() for k in kind)
    inside = 0
    for _ in range(400):
        parts = [rng.choice(k, 150, replace=False) for k in kind]
        read, stratum = np.concatenate(parts), np.repeat([0, 1], 150)
        found = domain_share(stratum, held.astype(float), read > 0, read == 1).interval
        inside += found.lo <= true <= found.hi
    assert inside / 400 > 0.92


def test_criteria_and_coverage_have_bounds_of_their_own() -> None:
    rows = TWO.with_columns(
        mapped=pl.when(pl.col("event_id").str.ends_with("-1"))
        .then(pl.lit("yes"))
        .when(pl.col("event_id").str.ends_with("-2"))
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("no"))
    )
    found = mapped_coverage(rows)
    row = found.tables["coverage"].row(0, named=True)
    each = (10 + 2) / (30 * 10 + 20 * 2)
    assert row["lo"] == pytest.approx(each)
    assert row["hi"] == pytest.approx(2 * each)
    assert (row["yes"], row["unknown"]) == (2, 2)
    names = criteria_of(rows).tables["criteria"]["criterion"].to_list()
    assert "people" not in names  # yes by rule
    assert "mapped" not in names  # not a criterion of organised


def test_nothing_is_said_of_a_small_part() -> None:
    few = judgements(("drugs", "North", 1000, 19, 81, 0))
    for found in (criteria_of(few), mapped_coverage(few), themes_of(few)):
        assert found.refused
        assert "Enlarge the sample" in found.sentence


def test_ties_to_mapped_people_come_from_suspects_never_from_victims() -> None:
    rows = judgements(("drugs", "North", 10, 4, 0, 0))
    roles = pl.DataFrame(
        [
            ("drugs-North-0", "n1", "suspect"),
            ("drugs-North-1", "n1", "victim"),
            ("drugs-North-2", "n2", "charged"),
            ("drugs-North-3", "n1", "suspect"),
            ("drugs-North-3", "n1", "possible_victim"),
        ],
        schema=["event_id", "nominal_id", "role"],
        orient="row",
    )
    found = tie(rows, roles, pl.DataFrame({"nominal_id": ["n1"], "group": ["g"]}))
    assert found["mapped"].to_list() == ["yes", "unknown", "no", "unknown"]


def test_outcomes_take_the_latest_and_say_where_none_is_held() -> None:
    rows = judgements(("drugs", "North", 1000, 40, 60, 0))
    ids = rows["event_id"].to_list()
    outcomes = pl.DataFrame(
        {
            "event_id": [ids[0], ids[0], ids[1]],
            "outcome": ["Suspect charged", "Under investigation", "Local resolution"],
            "decided_on": [datetime(2025, 3, 1), datetime(2025, 1, 1), datetime(2025, 2, 1)],
        }
    )
    found = outcomes_of(rows, outcomes).tables["outcomes"]
    mine = found.filter((pl.col("part") == "organised") & (pl.col("n") > 0))
    got = dict(mine.select("group", "n").iter_rows())
    assert got == {"charged or court": 1, "no outcome held": 38, "out of court": 1}
    shares_of = mine["share"].sum()
    assert shares_of == pytest.approx(1.0)


def test_how_crimes_came_to_light_keeps_what_is_not_said() -> None:
    rows = judgements(("drugs", "North", 1000, 40, 60, 0))
    events = rows.select("event_id").with_columns(
        police_led=pl.Series([True] * 10 + [False] * 20 + [None] * 70)
    )
    found = police_led_of(rows, events)
    got = dict(
        found.tables["found"].filter(pl.col("part") == "organised").select("group", "n").iter_rows()
    )
    assert got == {"found by police": 10, "not said": 10, "reported": 20}


def test_losses_give_median_and_mean_and_never_read_a_blank_as_nought() -> None:
    rows = judgements(("fraud", "North", 1000, 60, 60, 0))
    loss = [None] * 20 + [100.0] * 39 + [100_000.0] + [50.0] * 60
    events = rows.select("event_id").with_columns(loss_gbp=pl.Series(loss, dtype=pl.Float64))
    found = losses_of(rows, events, rng=np.random.default_rng(1), resamples=300)
    mine = found.tables["losses"].row(0, named=True)
    assert (mine["crimes"], mine["with_value"]) == (60, 40)
    assert mine["median"] == 100
    assert mine["mean"] == pytest.approx((39 * 100 + 100_000) / 40)
    assert mine["mean_lo"] < mine["mean"] < mine["mean_hi"]
    assert "£100" in found.sentence


def test_victims_count_each_person_once_and_possible_victims_too() -> None:
    rows = judgements(("cse", "North", 100, 30, 30, 0))
    ids = rows["event_id"].to_list()
    roles = pl.DataFrame(
        [(event, f"v{i % 3}", role) for event in ids[:25] for i, role in enumerate(
            ("victim", "possible_victim", "witness"))]
        + [(event, "v0", "victim") for event in ids[:25]],
        schema=["event_id", "nominal_id", "role"],
        orient="row",
    )  # fmt: skip
    found = victims_of(rows, roles, rng=np.random.default_rng(1), resamples=200)
    mine, other = found.tables["victims"].rows(named=True)
    assert (mine["with_value"], mine["median"], mine["mean"]) == (25, 2.0, 2.0)
    assert other["median"] is None


def test_the_weighted_median_with_equal_weights_is_the_median() -> None:
    rng = np.random.default_rng(2)
    for n in (1, 2, 7, 8, 31):
        value = rng.random(n)
        assert weighted_median(value, np.full(n, 3.0)) == pytest.approx(np.median(value))
    assert weighted_median(np.array([1.0, 5.0]), np.array([1.0, 9.0])) == 5.0
