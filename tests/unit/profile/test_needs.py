"""What a data set holds decides which sections appear, and the rest say what they lack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from frith.profile.content import Content, Paragraph
from frith.profile.document import Document
from frith.profile.local_profile import build_profile
from frith.profile.needs import Need, unmet
from frith.profile.section import Section
from frith.profile.sections import REGISTRY
from frith.profile.topics import TOPICS
from frith.reference.regimes import Regime
from frith.tables.dataset import Dataset

Make = Callable[..., Dataset]


def _need(**changes: object) -> Need:
    return Need(table="events", why="test", holder="us", **changes)  # type: ignore[arg-type]


def test_an_absent_table_is_said_in_words(make: Make) -> None:
    assert "no deprivation figures" in Need(table="deprivation", why="w", holder="h").unmet(
        make(without=("deprivation",))
    )


def test_a_blank_column_is_named_in_words(make: Make) -> None:
    assert _need(columns=("offence_code",)).unmet(make()) == (
        "We hold recorded events, but without the offence code."
    )


def test_months_held_are_counted(make: Make) -> None:
    assert _need(months=7).unmet(make()) == ""
    assert "seven months" in _need(months=24).unmet(make())


def test_rows_of_a_kind_must_be_there(make: Make) -> None:
    assert _need(where=("kind", ("stop",))).unmet(make())
    assert _need(where=("kind", ("crime", "stop"))).unmet(make()) == ""


def test_a_regime_can_be_asked_for(make: Make) -> None:
    assert _need(regimes=(Regime.OPEN,)).unmet(make()) == ""
    assert "regime" in _need(regimes=(Regime.OPEN,)).unmet(make(regime=Regime.UK_GDPR))


def test_outlines_count_as_a_table(make: Make) -> None:
    drawn = Need(table="areas", why="w", holder="h")
    assert drawn.unmet(make()) == ""
    assert drawn.unmet(make(without=("areas",)))


FIRST = ("recorded", "months", "like-months", "places", "map", "concentration", "deprivation")


def test_every_section_appears_where_its_needs_are_met_in_order(
    opened: Document, make: Make
) -> None:
    held = make()
    met = [one.name for one in REGISTRY if not unmet(one.needs, held)]
    assert [one.name for one in opened.sections] == met
    assert {*FIRST, "outcomes", "comparison", "quality"} <= set(met)
    assert all(one.status == "done" for one in opened.sections)
    registered = {one.name for one in REGISTRY}
    assert [one.name for one in opened.missing] == [
        *(one.name for one in REGISTRY if one.name not in met),
        *(one.name for one in TOPICS if one.name not in registered),
    ]


def test_one_table_alone_gives_what_it_can_and_lists_the_rest(
    make: Make, build: Callable[[Dataset], Document]
) -> None:
    document = build(make(only=("events",)))
    built = {one.name for one in document.sections}
    assert built == {"recorded", "months", "like-months", "concentration", "quality"}
    missing = {one.name: one for one in document.missing}
    assert {"places", "map", "deprivation", "outcomes", "comparison"} <= set(missing)
    reasons = [reason for _, reason in missing["map"].reasons]
    assert any("population" in reason for reason in reasons)
    assert any("outlines" in reason for reason in reasons)
    rows = document.not_covered.tables[0].frame
    assert set(rows["section"]) == {one.title for one in document.missing}
    assert rows["holder"].null_count() == 0


def test_no_events_at_all_still_gives_a_document(
    make: Make, build: Callable[[Dataset], Document]
) -> None:
    held = make()
    document = build(make(replaced={"events": held.tables["events"].clear()}))
    assert "recorded" not in {one.name for one in document.sections}
    assert "We hold no recorded crime" in str(document.front.blocks)
    assert document.months == ()


def test_an_empty_data_set_lists_everything_as_missing(
    make: Make, build: Callable[[Dataset], Document]
) -> None:
    document = build(make(only=("none",)))
    assert [one.name for one in document.sections] == ["quality"]
    named = {one.name for one in REGISTRY} | {one.name for one in TOPICS}
    assert {one.name for one in document.missing} == named - {"quality"}


def test_events_without_any_place_are_all_counted(
    make: Make, build: Callable[[Dataset], Document]
) -> None:
    events = make().tables["events"].with_columns(area=pl.lit(None, dtype=pl.String))
    document = build(make(only=("events",), replaced={"events": events}))
    table = document.sections[0].content.figures[0].table.frame
    crimes = events.filter(pl.col("kind") == "crime").height
    assert table.filter(pl.col("crime_type") == "All recorded crime")["n"].item() == crimes


def test_a_registered_section_takes_its_topic_off_the_list(make: Make) -> None:
    topic = TOPICS[0]
    section = Section(
        name=topic.name,
        title=topic.title,
        needs=(),
        build=lambda _: Content(blocks=[Paragraph("Found.")]),
    )
    others = tuple(one for one in REGISTRY if one.name != topic.name)
    document = build_profile(make(), on=date(2026, 11, 21), seed=1, registry=(*others, section))
    assert topic.name in {one.name for one in document.sections}
    assert topic.name not in {one.name for one in document.missing}


def test_a_topic_whose_data_are_held_says_that_no_section_reports_it_yet(make: Make) -> None:
    others = tuple(one for one in REGISTRY if one.name != "where")
    document = build_profile(make(), on=date(2026, 11, 21), seed=1, registry=others)
    where = next(one for one in document.missing if one.name == "where")
    assert all("does not yet report" in reason for _, reason in where.reasons)
