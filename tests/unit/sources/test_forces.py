"""Forces: found by any of their names, with the nearest where there is none."""

from __future__ import annotations

import pytest

from frith.errors import UnknownName
from frith.sources.police_uk.forces import find_force, forces


@pytest.mark.parametrize(
    "name", ["south-yorkshire", "South Yorkshire Police", "south yorkshire", " SOUTH-YORKSHIRE "]
)
def test_a_force_by_any_of_its_names(name: str) -> None:
    force = find_force(name)
    assert (force.slug, force.pfa_code) == ("south-yorkshire", "E23000011")


def test_ampersands_and_the_city_are_found() -> None:
    assert find_force("Devon & Cornwall").slug == "devon-and-cornwall"
    assert find_force("City of London Police").pfa_code == "E23000034"


def test_a_wrong_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean south-yorkshire") as error:
        find_force("south-yorkshre")
    assert error.value.where == "--force"


def test_nothing_like_it_gets_advice_and_no_guess() -> None:
    with pytest.raises(UnknownName) as error:
        find_force("qqqq")
    assert "Did you mean" not in error.value.line()


def test_every_force_once_and_every_area_once() -> None:
    slugs = [force.slug for force in forces()]
    codes = [force.pfa_code for force in forces() if force.pfa_code]
    assert len(slugs) == len(set(slugs)) == 45
    assert len(codes) == len(set(codes)) == 43  # police force areas of England and Wales
