"""Community, tension, measures, sessions and responses in the profile; every question named."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl

from frith.profile.material import Material
from frith.profile.needs import unmet
from frith.profile.sections import REGISTRY, community, measures, response, sessions, tension
from frith.profile.topics import QUESTIONS, TOPICS
from frith.reference import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame


def material(regime: Regime = Regime.SYNTHETIC, **tables: pl.DataFrame) -> Material:
    notes = {name: FileNote(publisher="p", licence="l", regime=regime, flow="f") for name in tables}
    about = About(name="d", area="E99", area_name="Town", area_vintage="other", files=notes)
    whole = {
        name: pl.concat([empty_frame(TABLES[name]), frame], how="diagonal_relaxed")
        for name, frame in tables.items()
    }
    held = Dataset(folder=Path(), about=about, tables=whole, reports={})
    return Material(dataset=held, on=date(2026, 11, 21), seed=1)


def events() -> pl.DataFrame:
    rows = [
        (f"e{y}{m}{a}{k}", "p", "crime", "Burglary", datetime(y, m, 1), a)
        for y in (2023, 2024, 2025)
        for m in range(1, 13)
        for a in ("T", "C1", "C2")
        for k in range(6 if a == "T" and y == 2025 else 12)
    ]
    columns = ["event_id", "source", "kind", "crime_type", "occurred_from", "area"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_every_section_names_its_question() -> None:
    asked = {**QUESTIONS, **{topic.name: topic.question for topic in TOPICS}}
    for section in REGISTRY:
        assert section.question or asked.get(section.name), section.name


def test_a_missing_section_names_its_inputs() -> None:
    held = material(events=events()).dataset
    reasons = [reason for _, reason in unmet(tension.SECTION.needs, held)]
    assert reasons == ["We hold no judgements of community tension."]


def test_responses_are_judged_by_the_fixed_rule() -> None:
    log = pl.DataFrame(
        {
            "response_id": "R1",
            "kind": "gates",
            "start": date(2025, 1, 1),
            "code": ["T", "C1", "C2"],
            "part": ["treated", "control", "control"],
            "crime_type": "Burglary",
        }
    )
    content = response.build(material(events=events(), responses=log))
    assert "fewer than comparison areas led to expect" in content.figures[0].sentence
    assert content.figures[0].pictures
    assert not content.refused
    one_sided = response.build(material(events=events(), responses=log.head(1)))
    assert one_sided.refused


def test_responses_are_weighed_by_harm_where_there_are_weights() -> None:
    log = pl.DataFrame(
        {
            "response_id": "R1",
            "kind": "gates",
            "start": date(2025, 1, 1),
            "code": ["T", "C1", "C2"],
            "part": ["treated", "control", "control"],
            "crime_type": "Burglary",
        }
    )
    without = response.build(material(events=events(), responses=log))
    assert "Nothing here is weighed by harm" in repr(without.blocks)
    weights = pl.DataFrame(
        {"key": ["Burglary"], "days": [100.0], "edition": ["2026"], "source": ["an index"]}
    )
    held = response.build(material(events=events(), responses=log, weights=weights))
    assert "Harm fell more than elsewhere: by median weights 7,200 days" in held.figures[0].sentence
    assert "Nothing here is weighed by harm" not in repr(held.blocks)


def test_seed_measures_show_definition_caveat_and_no_small_count() -> None:
    values = pl.DataFrame(
        {
            "measure": ["awareness_sessions"] * 12 + ["groups_identified"] * 12,
            "period": [f"{2023 + i // 4}-Q{i % 4 + 1}" for i in range(12)] * 2,
            "numerator": [float(3 + i % 3) for i in range(12)] + [2.0] * 12,
            "source": "team",
        }
    )
    content = measures.build(material(Regime.UK_GDPR, measure_values=values))
    said = repr(content.blocks)
    assert "What it cannot say" in said
    assert "Partnership-led disruptions" in said  # named as not held
    sessions_held, groups = content.figures
    assert sessions_held.pictures
    assert not groups.pictures
    assert "2" not in groups.sentence.replace("12 periods", "")


def test_sessions_say_why_nothing_can_be_told() -> None:
    held = pl.DataFrame(
        {"session_id": ["s"], "held_on": [date(2024, 1, 5)], "audience": "business", "agency": "h"}
    )
    sent = pl.DataFrame({"report_id": ["r"], "received_on": [date(2024, 2, 1)], "agency": "h"})
    content = sessions.build(material(sessions=held, reports=sent))
    assert "are the least that could show anything" in repr(content.blocks)
    assert content.headlines == ()


def test_perception_never_stands_on_the_record_alone() -> None:
    rows = [
        (wave, f"W{a}", "asb_problem", "very big" if k % 3 == 0 else "not a problem")
        for wave in ("2024", "2025")
        for a in range(3)
        for k in range(60)
    ]
    survey = pl.DataFrame(rows, schema=["wave", "code", "question", "answer"], orient="row")
    content = community.build(material(survey=survey))
    assert not content.refused
    assert "not an answer to what people feel" in repr(content.blocks)
    assert content.figures[0].pictures
    tiny = community.build(material(survey=survey.with_columns(answer=pl.lit("unheard of"))))
    assert tiny.refused


def test_tension_guarded_says_whether_and_not_how_many_reported() -> None:
    judged = pl.DataFrame(
        {
            "assessment_id": ["t"],
            "assessed_on": [date(2025, 2, 1)],
            "code": "W0",
            "experienced": 2,
            "evident": 2,
            "potential": 2,
        }
    )
    sent = pl.DataFrame(
        {"report_id": ["r"], "received_on": [date(2025, 2, 1)], "agency": "h", "area": "W0"}
    )
    content = tension.build(material(Regime.UK_GDPR, tension=judged, reports=sent))
    labels = [column.name for column in content.figures[0].table.columns]
    assert "heard" in labels
    assert "reports" not in labels
