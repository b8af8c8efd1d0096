"""What other rooms ask for by name: crime types, themes of offences, roles, measures."""

from __future__ import annotations

import pytest

from frith.errors import UnknownName
from frith.reference import (
    Direction,
    MeasureKind,
    crime_types,
    is_exploitation_theme,
    load,
    may_be_projected,
    measures,
    offence_theme,
)
from frith.reference.crime import normal_code


def test_there_are_fourteen_crime_types_and_one_is_anti_social_behaviour() -> None:
    types = crime_types()
    assert len(types) == 14
    assert [kind.name for kind in types if kind.is_asb] == ["Anti-social behaviour"]
    broad = {kind.slug for kind in types if kind.is_broad}
    assert {"violent-crime", "drugs", "other-crime"} <= broad
    assert "robbery" not in broad


@pytest.mark.parametrize(
    ("code", "theme"),
    [
        ("106", "modern_slavery"),
        ("24", "sex_market"),
        ("92A", "drugs"),
        ("92a", "drugs"),
        (" 046 ", "acquisitive"),
        ("71", "cse"),
        ("72", "modern_slavery"),
        ("99/25", "modern_slavery"),
        ("147/01", "begging"),
        ("151/14", "benefit_fraud"),
        ("81", "firearms"),
        ("1/4.1/4.10/4.2", "violence"),
    ],
)
def test_codes_have_the_theme_the_list_gives_them(code: str, theme: str) -> None:
    assert offence_theme(code) == theme


@pytest.mark.parametrize(
    ("code", "theme"),
    [
        ("105/08", "violence"),
        ("092/41", "drugs"),
        ("24/19", "sex_market"),
        ("36/03", "violence"),
        ("036/08", "modern_slavery"),  # named by itself: travel with a view to exploitation
        ("71/16", "other"),  # named by itself: a text, no child
        ("71/1", "cse"),
    ],
)
def test_a_sub_code_takes_its_own_theme_before_its_classes(code: str, theme: str) -> None:
    assert offence_theme(code) == theme


@pytest.mark.parametrize("code", ["106/49", "99/68", "126/01", "88/05", "999", "", "/", "slavery"])
def test_a_theme_is_never_guessed(code: str) -> None:
    """106/49 is a gaming offence in the courts' classification, though 106 is modern slavery."""
    assert offence_theme(code) is None


def test_codes_are_written_one_way() -> None:
    assert normal_code("036/8") == "36/08"
    assert normal_code("000/01") == "0/01"
    assert normal_code("08n") == "8N"


def test_exploitation_themes_and_roles_refuse_a_slip_of_the_pen() -> None:
    assert is_exploitation_theme("cce")
    assert not is_exploitation_theme("fraud")
    assert may_be_projected("suspect")
    assert not may_be_projected("possible_victim")
    with pytest.raises(UnknownName, match="modern_slavery"):
        is_exploitation_theme("modern slavery")
    with pytest.raises(UnknownName, match="suspect"):
        may_be_projected("Suspect")


def test_the_partnerships_published_measures_come_first_and_say_their_direction() -> None:
    every = measures()
    published = [measure for measure in every if measure.published_measure]
    assert every[: len(published)] == tuple(published)
    assert [measure.published_measure for measure in published] == [1, 2, 2, 3]
    assert {measure.aim for measure in published} == {
        "Raise awareness of serious organised crime",
        "Increase identification of organised crime groups",
        "Increase partnership led disruption",
    }
    by_key = {measure.key: measure for measure in every}
    assert by_key["groups_mapped"].denominator == "Groups nominated"
    assert by_key["awareness_sessions"].kind is MeasureKind.AWARENESS
    for key in ("nrm_referrals", "duty_to_notify", "groups_identified", "modern_slavery_offences"):
        assert by_key[key].direction is Direction.HIGHER_THEN_LOWER
    assert all(measure.caveat for measure in every)
    assert len(every) == len(load("measures"))
