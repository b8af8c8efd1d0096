"""The whole linkage on small records: bad input, order, judgements, twins, relations, words."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from frith.errors import BadInput, UnknownName
from frith.linkage import LINK_DECISIONS, link
from frith.tables import TABLES, current_persons, empty_frame, undo

ELIZABETH = {
    "given_names": "Elizabeth",
    "family_name": "Thackray",
    "date_of_birth": "1984-03-07",
    "address": "12 Quill Street",
    "postcode": "QX1 1AA",
}


def decided(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(left, right, said, by, date(2026, 1, 1), "seen") for left, right, said, by in rows],
        schema=empty_frame(LINK_DECISIONS).schema,
        orient="row",
    )


def persons(found) -> dict[str, str]:
    return dict(found.tables["persons"].select("nominal_id", "person_id").iter_rows())


def test_a_nickname_and_a_swapped_birth_are_joined_and_explained(nominals, now) -> None:
    found = link(
        nominals(
            ELIZABETH | {"phone": "07700 900111"},
            ELIZABETH
            | {"given_names": "Liz", "date_of_birth": "1984-07-03", "phone": "07700 900222"},
        ),
        now=now,
    )
    [why] = found.tables["pairs"]["why"]
    assert "nickname Elizabeth/Liz" in why
    assert "day and month of birth swapped" in why
    assert "same address" in why
    assert why.endswith("differs: phone")
    assert found.persons == 1
    assert found.flagged("default_weights")


def test_weights_add_up_to_the_weight_of_the_pair(borough, now) -> None:
    found = link(borough[0], now=now)
    pairs = found.tables["pairs"]
    parts = pairs.select(pl.sum_horizontal(pl.selectors.starts_with("weight_"))).to_series()
    prior = (pairs["weight"] - parts).round(9)
    assert prior.n_unique() == 1
    expected = 1 / (1 + (-pairs["weight"] * 0.6931471805599453).exp())
    assert (pairs["probability"] - expected).abs().max() < 1e-9


def test_twins_go_to_review_and_stay_apart(nominals, now) -> None:
    found = link(
        nominals(ELIZABETH, ELIZABETH | {"given_names": "Grace", "phone": "07700 900222"}), now=now
    )
    assert found.persons == 2


@pytest.mark.parametrize(
    "other",
    [
        {"given_names": "Peter", "date_of_birth": "1951-11-30"},
        {"given_names": "Peter", "date_of_birth": None},
    ],
)
def test_relations_at_one_address_are_not_merged(nominals, now, other) -> None:
    shared = {"phone": "01709 555123"}
    found = link(nominals(ELIZABETH | shared, ELIZABETH | shared | other), now=now)
    assert found.persons == 2


def test_a_father_and_a_son_of_one_name_are_not_merged(nominals, now) -> None:
    found = link(nominals(ELIZABETH, ELIZABETH | {"date_of_birth": "1951-11-30"}), now=now)
    assert found.persons == 2


def test_order_of_rows_changes_nothing(borough, now) -> None:
    frame = borough[0]
    one = link(frame, now=now)
    two = link(frame.sample(fraction=1, shuffle=True, seed=9), now=now)
    for name in ("persons", "pairs", "review", "history"):
        assert one.tables[name].equals(two.tables[name]), name
    assert one.data_hash == two.data_hash


def test_the_same_data_again_changes_nothing(borough, now) -> None:
    one = link(borough[0], now=now)
    later = datetime(2027, 1, 1)
    two = link(borough[0], now=later, previous=one.tables["persons"], history=one.tables["history"])
    assert two.tables["persons"].equals(one.tables["persons"])
    assert two.tables["history"].equals(one.tables["history"])
    assert persons(one) == dict(
        current_persons(one.tables["history"]).select("nominal_id", "person_id").iter_rows()
    )


def test_new_records_join_existing_persons(borough, now) -> None:
    frame = borough[0].sort("nominal_id")
    early = frame.gather_every(2)
    one = link(early, now=now)
    two = link(frame, now=now, history=one.tables["history"])
    before, after = persons(one), persons(two)
    kept = sum(before[name] == after[name] for name in before)
    assert kept / len(before) > 0.9
    assert set(current_persons(two.tables["history"])["nominal_id"]) == set(after)


def test_an_earlier_file_that_contradicts_its_history_is_refused(borough, now) -> None:
    one = link(borough[0].head(30), now=now)
    wrong = one.tables["persons"].with_columns(person_id=pl.lit("P-x"))
    with pytest.raises(BadInput, match="history"):
        link(borough[0].head(30), now=now, previous=wrong, history=one.tables["history"])


def test_a_named_person_joins_and_separates(nominals, now) -> None:
    frame = nominals(
        ELIZABETH,
        ELIZABETH,
        {"given_names": "Zoe", "family_name": "Wragg", "date_of_birth": "1970-05-05"},
    )
    assert link(frame, now=now).persons == 2
    apart = link(frame, now=now, decisions=decided(("n0", "n1", "different", "PC Ash")))
    assert apart.persons == 3
    assert "judged different" in apart.tables["pairs"]["decision"]
    joined = link(frame, now=now, decisions=decided(("n0", "n2", "same", "PC Ash")))
    assert persons(joined)["n0"] == persons(joined)["n2"]
    unsure = link(frame, now=now, decisions=decided(("n0", "n1", "unsure", "PC Ash")))
    assert unsure.persons == 3
    assert "unsure" in unsure.tables["review"]["reason"].item()


def test_contradicting_decisions_are_refused_by_name(nominals, now) -> None:
    frame = nominals(ELIZABETH, ELIZABETH, ELIZABETH)
    said = decided(
        ("n0", "n1", "same", "PC Ash"),
        ("n1", "n2", "same", "DC Elm"),
        ("n0", "n2", "different", "Sgt Oak"),
    )
    with pytest.raises(BadInput, match=r"PC Ash.*DC Elm.*Sgt Oak"):
        link(frame, now=now, decisions=said)


def test_a_merge_that_was_undone_is_not_made_again(nominals, now) -> None:
    frame = nominals(ELIZABETH, ELIZABETH | {"phone": "07700 900111"})
    one = link(frame.head(1), now=now)
    apart = link(
        frame,
        now=now,
        history=one.tables["history"],
        decisions=decided(("n0", "n1", "different", "PC Ash")),
    )
    merged = link(frame, now=now, history=apart.tables["history"])
    assert merged.persons == 1
    change = merged.tables["history"].tail(1)["change_id"].item()
    undone = undo(
        merged.tables["history"], change, decided_by="PC Ash", changed_at=now, reason="two people"
    )
    again = link(frame, now=now, history=undone)
    assert again.persons == 2
    assert again.tables["history"].equals(undone)


def test_a_deduplicated_source_holds_nobody_twice(nominals, now) -> None:
    frame = nominals(
        ELIZABETH | {"source": "housing"}, ELIZABETH | {"source": "housing"}, ELIZABETH
    )
    assert link(frame, now=now).persons == 1
    assert link(frame, now=now, deduplicated=["housing"]).persons == 2
    with pytest.raises(UnknownName):
        link(frame, now=now, deduplicated=["fire service"])


def test_names_alone_never_join(nominals, now) -> None:
    found = link(
        nominals(
            {"given_names": "Xanthippe", "family_name": "Quarrendine"},
            {"given_names": "Xanthippe", "family_name": "Quarrendine"},
        ),
        now=now,
    )
    assert found.persons == 2


def test_equality_monitoring_never_enters(borough, now) -> None:
    frame = borough[0].head(400)
    noise = frame.with_columns(
        ethnicity=pl.Series([f"group {n % 7}" for n in range(frame.height)]),
        nationality=pl.lit("one"),
    )
    assert link(noise, now=now).tables["pairs"].equals(link(frame, now=now).tables["pairs"])


def test_bad_input_is_refused(nominals, now) -> None:
    with pytest.raises(BadInput, match="no nominals"):
        link(nominals().head(0), now=now)
    with pytest.raises(BadInput, match="no nominal has a name"):
        link(nominals({"phone": "07700 900111"}, {"phone": "07700 900111"}), now=now)
    twice = nominals(
        ELIZABETH | {"nominal_id": "7"}, ELIZABETH | {"nominal_id": "7", "source": "housing"}
    )
    with pytest.raises(BadInput, match="more than one record"):
        link(twice, now=now)
    for threshold in (0.5, 1.0, 2.0):
        with pytest.raises(BadInput, match="threshold"):
            link(nominals(ELIZABETH), now=now, threshold=threshold)


def test_one_record_is_one_person(nominals, now) -> None:
    found = link(nominals(ELIZABETH), now=now)
    assert (found.records, found.persons, found.pairs, found.review) == (1, 1, 0, 0)
    assert found.flagged("one_record")


def test_tables_have_the_declared_columns(borough, now) -> None:
    found = link(borough[0].head(300), now=now)
    assert found.tables["persons"].columns == list(TABLES["persons"].names)
    assert found.tables["history"].columns == list(TABLES["identity_history"].names)
    declared = ["nominal_id_l", "nominal_id_r", "probability", "weight", "decision", "why"]
    assert found.tables["pairs"].columns[:6] == declared
