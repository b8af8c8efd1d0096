"""Every list keeps what it declares: keys, dates, sources, closed values, cross-references."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

import pytest

from frith.reference import (
    EXPLOITATION_THEMES,
    PROJECTABLE_ROLES,
    PROTECTED_ROLES,
    PROVENANCE,
    Direction,
    Kind,
    Marking,
    MeasureKind,
    ReferenceList,
    Regime,
    Standing,
    lists,
    load,
)
from frith.tables.declared import TABLES
from frith.tables.declared.events import THEMES
from frith.tables.declared.places import DEPRIVATION_DOMAINS

OWN = {column.name for column in PROVENANCE}
LEGAL = {
    "group_definitions",
    "legal_gateways",
    "powers",
    "referral_routes",
    "regimes",
    "retention_groups",
    "roles",
}


@pytest.fixture(params=lists())
def found(request: pytest.FixtureRequest) -> ReferenceList:
    return load(request.param)


def test_declares_what_it_is(found: ReferenceList) -> None:
    for text in (found.title, found.subject, found.meaning, found.source):
        assert text.strip()
    names = [column.name for column in found.columns]
    assert names[0] == "key"
    assert len(names) == len(set(names))
    assert not OWN & set(names)
    assert all(column.meaning.endswith((".", ")")) for column in found.columns)


def test_required_cells_are_filled_and_closed_ones_hold_what_is_declared(
    found: ReferenceList,
) -> None:
    for row in found:
        for column in (*found.columns, *PROVENANCE):
            value = row[column.name]
            if column.required:
                assert value not in (None, "", ()), (row["key"], column.name)
            if column.values and value:
                held = value if column.kind is Kind.ITEMS else (value,)
                assert set(held) <= set(column.values), (row["key"], column.name)  # type: ignore[call-overload]


def test_no_key_repeats_within_a_period(found: ReferenceList) -> None:
    for one, other in combinations(found.rows, 2):
        if one["key"] == other["key"]:
            first, second = sorted((one, other), key=lambda row: row["valid_from"] or date.min)  # type: ignore[arg-type, return-value]
            assert first["valid_to"] is not None, one["key"]
            assert second["valid_from"] is not None, one["key"]
            assert first["valid_to"] < second["valid_from"], one["key"]  # type: ignore[operator]


def test_periods_do_not_end_before_they_begin(found: ReferenceList) -> None:
    for row in (*found.rows, vars_of(found)):
        first, last = row["valid_from"], row["valid_to"]
        if isinstance(first, date) and isinstance(last, date):
            assert first <= last


def vars_of(found: ReferenceList) -> dict[str, object]:
    return {"valid_from": found.valid_from, "valid_to": found.valid_to}


def test_what_was_not_read_is_never_shown_as_verified(found: ReferenceList) -> None:
    for row in found:
        assert bool(row["verified_by"]) == bool(row["verified_on"]), row["key"]
        if row["standing"] != Standing.READ:
            assert row["verified_by"] == "", row["key"]
        if row["verified_by"]:
            assert row["standing"] == Standing.READ, row["key"]


def test_columns_that_no_check_covers_say_what_they_are(found: ReferenceList) -> None:
    for column in found.columns:
        assert column.standing in {"", Standing.GENERAL, Standing.CONVENTION}


def test_what_frith_made_up_itself_is_never_called_checked() -> None:
    ours = {
        ("offence_codes", "theme"),
        ("roles", "projectable"),
        ("themes", "exploitation"),
        ("outcome_types", "group"),
    }
    for name, wanted in ours:
        (column,) = [column for column in load(name).columns if column.name == wanted]
        assert column.standing == Standing.CONVENTION


def test_licences_are_those_of_the_list_of_licences(found: ReferenceList) -> None:
    known = set(load("licences").keys)
    assert found.licence in known
    assert {row["licence"] for row in found} <= known


def test_lists_of_law_say_they_are_not_legal_advice() -> None:
    assert {name for name in lists() if load(name).legal} == LEGAL


def test_law_is_unverified_unless_somebody_read_its_row() -> None:
    powers = load("powers")
    assert [row["key"] for row in powers if row["verified_by"]] == ["housing_entry"]
    changing = {str(row["key"]) for row in powers if row["standing"] == Standing.CHANGING}
    assert {"closure_order", "child_criminal_exploitation", "begging"} <= changing
    for row in load("legal_gateways"):
        if row["verified_by"]:
            assert "not a legal review" in str(row["verified_by"])


def test_a_power_to_enter_states_its_notice_or_warrant() -> None:
    for row in load("powers"):
        if row["entry"]:
            assert row["notice"], row["key"]
        if row["notice_hours"]:
            assert row["entry"], row["key"]
    housing = load("powers").rows[load("powers").keys.index("housing_entry")]
    assert housing["notice_hours"] == 24


# CONTRACT.md's names, as the tables declare them


def closed(table: str, column: str) -> set[str]:
    return set(TABLES[table].column(column).values)


def test_themes_and_roles_are_those_of_the_tables() -> None:
    assert load("themes").keys == THEMES
    assert set(load("roles").keys) == closed("roles", "role")
    assert set(load("deprivation_editions").keys) == closed("deprivation", "edition")


def test_who_may_be_projected_and_who_is_protected_stands_in_code_and_list_alike() -> None:
    roles = load("roles")
    assert {row["key"] for row in roles if row["projectable"]} == PROJECTABLE_ROLES
    victims = {row["key"] for row in roles if "victim" in str(row["data_protection_category"])}
    assert victims == PROTECTED_ROLES
    assert not PROJECTABLE_ROLES & PROTECTED_ROLES
    assert {row["key"] for row in load("themes") if row["exploitation"]} == EXPLOITATION_THEMES


def test_regimes_and_markings_are_those_of_the_code() -> None:
    assert set(load("regimes").keys) == set(Regime)
    used = [row["key"] for row in load("markings") if row["status"] == "used"]
    assert used == list(Marking)
    refused = {row["key"] for row in load("markings") if row["status"] == "refused"}
    assert refused == {"SECRET", "TOP SECRET"}
    assert {row["usual_regime"] for row in load("partner_bodies")} <= set(Regime)


def test_directions_and_kinds_of_measures_are_those_of_the_code() -> None:
    columns = {column.name: column for column in load("measures").columns}
    assert set(columns["direction"].values) == set(Direction)
    assert set(columns["kind"].values) == set(MeasureKind)


def test_referral_routes_hold_those_the_table_names() -> None:
    named = {"nrm", "duty_to_notify", "mash", "care_act", "mental_health", "substance_misuse"}
    assert named <= set(load("referral_routes").keys)


# references from list to list


def test_lists_point_at_rows_that_exist() -> None:
    types = set(load("police_uk_crime_types").keys)
    groups = load("home_office_offence_groups")
    assert {row["police_uk_type"] for row in groups} - {""} <= types
    for row in load("police_uk_former_crime_types"):
        assert set(row["became"]) <= types  # type: ignore[call-overload]
    for row in load("offence_codes"):
        assert set(row["may_also_be"]) <= set(THEMES) - {row["theme"]}, row["key"]  # type: ignore[call-overload]
    for row in load("exploitation_indicators"):
        assert set(row["themes"]) <= set(THEMES)  # type: ignore[call-overload]
    vintages = set(load("area_vintages").keys)
    assert {row["area_vintage"] for row in load("deprivation_editions")} <= vintages


def test_recorded_crime_codes_stand_under_a_group_that_exists() -> None:
    pairs = {(row["name"], row["group"]) for row in load("home_office_offence_groups")}
    for row in load("offence_codes"):
        if row["scheme"] == "recorded crime":
            assert (row["subgroup"], row["group"]) in pairs, row["key"]
        else:
            assert (row["subgroup"], row["group"]) == ("", ""), row["key"]


def test_domains_of_deprivation_are_the_tables_and_their_weights_make_the_whole() -> None:
    for row in load("deprivation_editions"):
        weights = {
            name.removeprefix("weight_"): value
            for name, value in row.items()
            if name.startswith("weight_")
        }
        extra = set(row["supplementary"])  # type: ignore[call-overload]
        assert set(weights) | extra | {"imd"} == set(DEPRIVATION_DOMAINS)
        assert sum(weights.values()) == pytest.approx(99.9)  # type: ignore[arg-type]
        assert row["crime_inside"] is (weights["crime"] != 0)


def test_code_patterns_take_a_code_of_their_own_and_refuse_another() -> None:
    patterns = {str(row["key"]): str(row["code_pattern"]) for row in load("area_vintages")}
    examples = {"lsoa": "E01007657", "msoa": "E02001606", "ward": "E05009861", "lad": "E08000018"}
    for sort, code in examples.items():
        for vintage, pattern in patterns.items():
            if pattern:
                fits = re.fullmatch(pattern, code) is not None
                assert fits == vintage.startswith(sort), (vintage, code)


def test_gradings_hold_their_steps_and_letters_never_grade_the_same_thing() -> None:
    def codes(name: str, element: str) -> list[object]:
        return [row["code"] for row in load(name) if row["element"] == element]

    assert codes("grading_3x5x2", "source evaluation") == ["1", "2", "3"]
    assert codes("grading_3x5x2", "intelligence assessment") == list("ABCDE")
    assert codes("grading_3x5x2", "handling") == ["P", "C"]
    assert codes("grading_5x5x5", "source evaluation") == list("ABCDE")
    assert codes("grading_5x5x5", "information assessment") == list("12345")
    assert len(codes("grading_5x5x5", "handling")) == 5


def test_levels_of_disruption_keep_none_and_negative_in_order() -> None:
    order = {row["key"]: row["order"] for row in load("disruption_levels")}
    assert sorted(order, key=lambda key: -order[key]) == [  # type: ignore[operator]
        "major",
        "moderate",
        "minor",
        "none",
        "negative",
    ]


def test_definitions_of_a_group_differ_in_how_many_people_they_need() -> None:
    least = {row["key"]: row["least_people"] for row in load("group_definitions")}
    assert (least["statute"], least["research"], least["strategy"]) == (3, 2, 1)


def test_the_four_ps_say_that_prevent_is_not_the_terrorism_duty() -> None:
    four = load("four_ps")
    assert four.keys == ("pursue", "prevent", "protect", "prepare")
    assert "not the counter-terrorism duty" in four.caveat
    prevent = four.rows[1]
    assert "not the counter-terrorism duty" in str(prevent["note"]).lower()


def test_no_sign_of_exploitation_is_called_proof() -> None:
    signs = load("exploitation_indicators")
    assert "none is proof" in signs.caveat
    assert signs.unverified == len(signs)
    assert {row["age"] for row in signs if "children" in str(row["setting"])} == {"under 18"}
