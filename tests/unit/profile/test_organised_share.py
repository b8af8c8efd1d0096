"""The share of recorded crime judged organised, in the profile and in a study's own report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from frith.profile import build_profile, render_html
from frith.profile.content import Figure
from frith.profile.material import Material
from frith.profile.sections import REGISTRY, organised_share
from frith.profile.study_document import build_guidance, build_study_document
from frith.profile.study_material import gather
from frith.reference import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame
from unit.study.test_shares import judgements

ON = date(2026, 11, 21)
ROWS = judgements(
    ("drugs", "North", 1000, 30, 60, 10),
    ("fraud", "North", 400, 3, 57, 0),
    ("begging", "North", 9, 9, 0, 0),
    ("violence", "South", 2000, 0, 60, 5),
)


def dataset(regime: Regime, rows: pl.DataFrame = ROWS) -> Dataset:
    note = FileNote(publisher="p", licence="l", regime=regime, flow="f")
    about = About(
        name="d", area="E99", area_name="Somewhere", area_vintage="other",
        files={"judgements": note},
    )  # fmt: skip
    whole = pl.concat([empty_frame(TABLES["judgements"]), rows], how="diagonal_relaxed")
    return Dataset(folder=Path(), about=about, tables={"judgements": whole}, reports={})


def figures(regime: Regime) -> dict[str, Figure]:
    content = organised_share.build(Material(dataset=dataset(regime), on=ON, seed=1))
    return {figure.name: figure for figure in content.figures}


def test_the_profile_shows_it_where_judgements_are_held_and_lists_it_where_not(
    make: Callable[..., Dataset],
) -> None:
    assert organised_share.SECTION in REGISTRY
    only = (organised_share.SECTION,)
    without = build_profile(make(), on=ON, seed=1, registry=only)
    assert "organised-share" in {one.name for one in without.missing}
    held = build_profile(dataset(Regime.OPEN), on=ON, seed=1, registry=only)
    assert "organised-share" in {one.name for one in held.sections}


def test_open_shares_are_given_to_a_decimal_with_both_bounds() -> None:
    frame = figures(Regime.OPEN)["organised-theme"].table.frame
    drugs = frame.filter(pl.col("name") == "Drugs").row(0, named=True)
    assert (drugs["lo"], drugs["hi"]) == (30.0, 40.0)
    assert drugs["from"] < 30 < 40 < drugs["to"]


@pytest.mark.parametrize("regime", [Regime.LAW_ENFORCEMENT, Regime.SYNTHETIC])
def test_guarded_shares_of_few_crimes_are_in_no_table_picture_or_sentence(regime: Regime) -> None:
    figure = figures(regime)["organised-theme"]
    shown = {row["name"]: row for row in figure.table.frame.iter_rows(named=True)}
    assert shown["Fraud"]["lo"] is None  # three crimes of sixty
    assert shown["Forced begging"]["lo"] is None  # every one of nine: it would tell of each
    assert shown["Drugs"]["lo"] == 30.0
    drawn = figure.pictures[0].table
    assert drawn.filter(pl.col("label") == "Fraud")["value"].to_list() == [None]
    assert organised_share.HIDDEN in drawn["note"].to_list()
    assert "5%" not in figure.sentence


def test_the_rule_set_and_the_coders_agreement_always_stand_beside() -> None:
    only = (organised_share.SECTION,)
    page = render_html(build_profile(dataset(Regime.OPEN), on=ON, seed=1, registry=only))
    assert "two or more people acting together" in page
    assert "0.80 (0.70 to 0.90), before reconciling" in page
    assert "Nobody could tell" in page
    assert "never about a person" in page


def test_too_few_judged_is_a_refusal_not_a_share() -> None:
    rows = judgements(("drugs", "North", 1000, 2, 8, 0))
    content = organised_share.build(Material(dataset=dataset(Regime.OPEN, rows), on=ON, seed=1))
    assert content.refused
    assert not content.figures
    assert "Too few crimes were judged" in content.headlines[0]


def study(rows: pl.DataFrame = ROWS, **more: object) -> str:
    found = gather(dataset(Regime.OPEN), rows, on=ON, seed=1, **more)  # type: ignore[arg-type]
    return render_html(build_study_document(found))


def test_a_report_of_judgements_alone_has_four_chapters_and_says_what_it_lacks() -> None:
    page = study()
    for chapter in ("1. Scale", "2. Impact", "3. Nature", "4. Effectiveness"):
        assert chapter in page
    assert "The data set lacks what this needs." in page
    assert "No interview notes were given" in page


def test_judgements_are_never_open_whatever_the_data_set_is() -> None:
    found = gather(dataset(Regime.OPEN), ROWS, on=ON, seed=1)
    document = build_study_document(found)
    assert str(document.marking) == "OFFICIAL-SENSITIVE"
    assert document.guarded


def test_published_findings_are_cited_and_kept_apart() -> None:
    page = study()
    assert "43 against 6" in page
    assert "nothing in this report is set against them" in page


def test_notes_stand_in_their_chapter_with_a_role() -> None:
    notes = pl.DataFrame(
        {
            "note_id": ["1"],
            "theme": ["fear of telling"],
            "chapter": ["community"],
            "role": ["housing officer"],
            "text": ["People know & will not say."],
        }
    )
    page = study(notes=notes)
    assert "People know &amp; will not say. (housing officer)" in page


def test_mapped_groups_come_with_the_police_s_say() -> None:
    page = study(estimate=(43.0, None, "by hand"), mapped_groups=6)
    assert "43 groups are estimated; 6 are mapped." in page
    assert "for the police to decide" in page


def test_guidance_says_each_criterion_and_that_a_crime_is_judged() -> None:
    document = build_guidance(dataset(Regime.OPEN), definition="3+", on=ON)
    page = render_html(document)
    for word in ("people:", "planned:", "control:", "never a person", "three or more"):
        assert word in page


def test_the_same_judgements_give_the_same_report() -> None:
    assert study() == study()


def test_one_hidden_share_is_never_left_alone() -> None:
    """Shares of one whole: what is hidden must not be had by subtracting the others."""
    material = Material(dataset=dataset(Regime.LAW_ENFORCEMENT), on=ON, seed=1)
    rows = pl.DataFrame(
        {"part": "organised", "group": ["a", "b", "c"], "n": [3, 9, 60], "share": [0.1, 0.2, 0.7]}
    )
    alone = organised_share.without_few(material, rows, "n")
    assert alone["share"].null_count() == 1
    shown = organised_share.without_few(material, rows, "n", within="part", adds_up=True)
    assert shown["share"].to_list() == [None, None, 70.0]
    assert shown["n"].to_list() == [None, None, 60]
    assert shown["note"].to_list() == [organised_share.HIDDEN, organised_share.HIDDEN, None]


def test_open_judgements_hide_nothing() -> None:
    material = Material(dataset=dataset(Regime.OPEN), on=ON, seed=1)
    rows = pl.DataFrame({"n": [3, 60], "share": [0.1, 0.9]})
    shown = organised_share.without_few(material, rows, "n", adds_up=True)
    assert shown["share"].to_list() == [10.0, 90.0]
