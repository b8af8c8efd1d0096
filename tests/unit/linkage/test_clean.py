"""Cleaning: what is kept of names, dates, contacts and addresses, and what becomes blank."""

from __future__ import annotations

import polars as pl
import pytest

from frith.linkage.clean import clean


def one(make, **row: str) -> dict[str, object]:
    return clean(make(row)).row(0, named=True)


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [
        ("Mr. José-María", "O'Brien", ("jose", "maria", "obrien")),
        ("ANNE", "Smith-Jones", ("anne", None, "smithjones")),
        ("Łukasz", "Wójcik", ("lukasz", None, "wojcik")),
        ("J", "van der Berg", (None, None, "vanderberg")),
        ("  ", "-", (None, None, None)),
    ],
)
def test_names_become_plain_letters(nominals, given, family, expected) -> None:
    row = one(nominals, given_names=given, family_name=family)
    assert (row["given"], row["middle"], row["family"]) == expected


def test_an_initial_is_kept_as_an_initial(nominals) -> None:
    row = one(nominals, given_names="J", family_name="Smith")
    assert row["given"] is None
    assert row["initial"] == "j"


def test_a_double_surname_keeps_its_parts(nominals) -> None:
    row = one(nominals, family_name="Smith-Jones")
    assert (row["part_a"], row["part_b"]) == ("smith", "jones")


@pytest.mark.parametrize(
    ("said", "dob", "year", "month"),
    [
        ("1980-03-04", "19800304", 1980, 3),
        ("1980-03", None, 1980, 3),
        ("1980", None, 1980, None),
        ("1980-01-01", None, 1980, None),
        (None, None, None, None),
    ],
)
def test_first_of_january_says_the_year_only(nominals, said, dob, year, month) -> None:
    row = one(nominals, date_of_birth=said)
    assert (row["dob"], row["birth_year"], row["birth_month"]) == (dob, year, month)


def test_day_and_month_swapped_only_where_the_day_can_be_a_month(nominals) -> None:
    assert one(nominals, date_of_birth="1980-03-04")["dob_swapped"] == "19800403"
    assert one(nominals, date_of_birth="1980-03-24")["dob_swapped"] is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("+44 (0)7700 900123", "07700900123"),
        ("0044 7700 900123", "07700900123"),
        ("07700-900-123", "07700900123"),
        ("00000000000", None),
        ("12", None),
    ],
)
def test_telephone_numbers_have_one_form_and_dummies_none(nominals, said, kept) -> None:
    assert one(nominals, phone=said)["phone"] == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("12 High St, Anytown", "12 high street"),
        ("12 HIGH STREET", "12 high street"),
        ("no fixed abode", None),
        ("an address outside the borough", None),
    ],
)
def test_an_address_is_its_numbered_line(nominals, said, kept) -> None:
    assert one(nominals, address=said)["street"] == kept


def test_a_number_that_many_names_share_is_a_switchboard(nominals) -> None:
    rows = [
        {"given_names": f"Name{chr(97 + n)}", "family_name": "X", "phone": "01709 555 000"}
        for n in range(12)
    ]
    assert clean(nominals(*rows))["phone"].null_count() == 12
    assert clean(nominals(*rows[:5]))["phone"].null_count() == 0


def test_order_of_rows_is_forgotten_and_unknown_columns_are_dropped(nominals) -> None:
    frame = nominals(
        {"nominal_id": "b", "given_names": "Ann"}, {"nominal_id": "a", "given_names": "Bob"}
    ).with_columns(ethnicity=pl.lit("secret"), self_defined_nationality=pl.lit("secret"))
    cleaned = clean(frame)
    assert cleaned["nominal_id"].to_list() == ["a", "b"]
    assert not [name for name in cleaned.columns if "ethn" in name or "nation" in name]
    assert cleaned.equals(clean(frame.reverse()))
