"""Columns that are split off and columns that are refused, however their names are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from frith.errors import ForbiddenData
from frith.tables import TABLES, read_table
from frith.tables.sensitive import forbidden, is_equality

NOMINALS = TABLES["nominals"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("religion", "religion or belief"),
        ("Religious Belief", "religion or belief"),
        ("FAITH", "religion or belief"),
        ("sexual_orientation", "sexual orientation"),
        ("SexualOrientation", "sexual orientation"),
        ("sexuality", "sexual orientation"),
        ("disability", "disability"),
        ("Is Disabled?", "disability"),
        ("trade-union", "trade union membership"),
        ("TradeUnionMember", "trade union membership"),
        ("mental_health", "health"),
        ("Health conditions", "health"),
        ("medicalHistory", "health"),
        ("NHS number", "health"),
        ("diagnosis", "health"),
    ],
)
def test_a_forbidden_column_refuses_the_file_and_says_why(
    tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / "nominals.csv"
    path.write_text(f"nominal_id,source,{name}\nN1,police,x\n")
    with pytest.raises(ForbiddenData) as caught:
        read_table(path, NOMINALS)
    line = caught.value.line()
    assert "\n" not in line
    for part in ("nominals.csv", repr(name), kind, "Delete the column"):
        assert part in line


@pytest.mark.parametrize(
    "name", ["retailer", "premises_type", "reunion", "belfast", "orient", "wealth", "trade", "sex"]
)
def test_harmless_names_are_not_forbidden(name: str) -> None:
    assert forbidden(name) == ""


def test_no_declared_column_is_forbidden_or_split_off() -> None:
    for table in TABLES.values():
        for column in table:
            assert forbidden(column.name) == "", (table.name, column.name)
            assert not is_equality(column.name), (table.name, column.name)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("ethnicity", "ethnicity"),
        ("Ethnic Group", "ethnic_group"),
        ("Self-defined ethnicity", "self_defined_ethnicity"),
        ("officerDefinedEthnicity", "officer_defined_ethnicity"),
        ("NATIONALITY", "nationality"),
        ("Country of birth", "country_of_birth"),
    ],
)
def test_ethnicity_and_nationality_are_split_off(tmp_path: Path, name: str, attribute: str) -> None:
    path = tmp_path / "nominals.csv"
    path.write_text(f"nominal_id,source,{name}\nN1,police,A\nN2,council,\n,police,B\n")
    reading = read_table(path, NOMINALS)
    assert reading.frame.columns == list(NOMINALS.names)
    assert reading.also["equality_monitoring"].rows() == [
        ("N1 / police", "nominals", attribute, "A"),
        ("N2 / council", "nominals", attribute, None),
    ]
    (note,) = reading.report.notes
    assert note.code == "equality_split"
    assert "filled in 1 of 2 rows" in note.text
    assert reading.report.set_aside == ()


def test_ethnicity_is_split_off_from_any_table(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text("event_id,outcome,ethnicity\nE1,charged,A\nE1,charged,B\n")
    split = read_table(path, TABLES["outcomes"]).also["equality_monitoring"]
    assert split.select("record_id", "value").rows() == [("E1", "A"), ("E1", "B")]
