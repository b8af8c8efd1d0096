"""Hidden harm in the profile: indicators and estimate, and what guarded data may not give away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.profile.material import Material
from frith.profile.sections import hidden_extent, hidden_harm
from frith.reference import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame


def dataset(regime: Regime, **tables: pl.DataFrame) -> Dataset:
    notes = {name: FileNote(publisher="p", licence="l", regime=regime, flow="f") for name in tables}
    about = About(name="d", area="E99", area_name="Somewhere", area_vintage="other", files=notes)
    whole = {
        name: pl.concat([empty_frame(TABLES[name]), frame], how="diagonal")
        for name, frame in tables.items()
    }
    return Dataset(folder=Path(), about=about, tables=whole, reports={})


def material(regime: Regime, **tables: pl.DataFrame) -> Material:
    return Material(dataset=dataset(regime, **tables), on=date(2026, 11, 21), seed=1)


def lists(people: int, chance: float) -> pl.DataFrame:
    rng = np.random.default_rng(4)
    rows = [
        (f"p{person}", name)
        for person in range(people)
        for name in ("charity", "council", "police", "health")
        if rng.random() < chance
    ]
    return pl.DataFrame(rows, schema=["person_id", "list"], orient="row")


def text_of(content: object) -> str:
    return repr(content)


def test_the_estimate_states_its_assumption_its_rivals_and_its_range() -> None:
    content = hidden_extent.build(material(Regime.OPEN, lists=lists(600, 0.25)))
    assert not content.refused
    assert "no data can test" in text_of(content.blocks)
    assert [figure.name for figure in content.figures] == [
        "hidden-extent-rivals",
        "hidden-extent-overlaps",
    ]
    assert content.figures[1].pictures


def test_guarded_lists_give_no_small_count_away() -> None:
    content = hidden_extent.build(material(Regime.UK_GDPR, lists=lists(60, 0.12)))
    assert content.refused
    said = text_of([block for block in content.blocks if not hasattr(block, "frame")])
    assert "Only " not in said
    assert "The lists name" not in said
    assert content.results == ()


def test_a_single_list_is_refused() -> None:
    one = lists(60, 0.3).filter(pl.col("list") == "police")
    assert hidden_extent.build(material(Regime.OPEN, lists=one)).refused


def values(numbers: list[float], area: str = "E23000011") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "measure": "nrm_referrals",
            "period": [f"2024-Q{q + 1}" for q in range(len(numbers))],
            "numerator": numbers,
            "area": area,
            "source": "Home Office",
        }
    )


def test_referrals_are_shown_with_their_direction_and_area() -> None:
    content = hidden_harm.build(
        material(Regime.OPEN, measure_values=values([27.0, 22.0, 28.0, 28.0]))
    )
    (figure,) = content.figures
    assert "South Yorkshire Police" in figure.sentence
    assert "between 22 and 28 a quarter" in figure.sentence
    assert any("wanted early effect" in note for note in figure.notes)
    assert figure.pictures


@pytest.mark.parametrize("regime", [Regime.UK_GDPR, Regime.LAW_ENFORCEMENT])
def test_small_quarters_are_not_drawn_where_masked(regime: Regime) -> None:
    content = hidden_harm.build(material(regime, measure_values=values([2.0, 0.0, 7.0, 9.0])))
    (figure,) = content.figures
    assert not figure.pictures
    assert "between" not in figure.sentence


def test_rare_events_are_drawn_by_the_days_between_them() -> None:
    rng = np.random.default_rng(2)
    days = np.cumsum(rng.exponential(30, size=16).astype(int) + 1)
    offences = pl.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(16)],
            "source": "s",
            "kind": "crime",
            "offence_code": "106",
            "occurred_from": [datetime(2024, 1, 1) + timedelta(days=int(d)) for d in days],
            "date_precision": "day",
        }
    ).with_columns(pl.col("occurred_from").cast(pl.Datetime("us")))
    content = hidden_harm.build(
        material(Regime.OPEN, events=offences, measure_values=values([27.0, 22.0, 28.0, 28.0]))
    )
    rare = next(f for f in content.figures if "slavery" in f.title.lower())
    assert "days between events" in rare.pictures[0].title
    assert len(rare.pictures[0].table) == 15
    assert "%" not in rare.sentence
