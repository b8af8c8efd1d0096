"""The levels stated in SQL and the compiled ones are the same, and so are the blocking rules."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest

from frith.linkage import keys
from frith.linkage import score as score_module
from frith.linkage.agreement import COMPARISONS
from frith.linkage.block import RULES, candidates, rules
from frith.linkage.clean import clean, clean_coded
from frith.linkage.coded import BLANK, letters
from frith.linkage.levels import Prepared, ends_of, gammas, pairs_of, patterns_of, prepare
from frith.linkage.likeness import jaro_winkler, within_edits
from frith.linkage.patterns import same_key_pairs
from frith.linkage.score import score
from frith.linkage.train import train
from frith.linkage.worth import everything

ODD = (
    {"given_names": "Anna Maria", "family_name": "Smith-Jones", "date_of_birth": "1980-03-04"},
    {"given_names": "Maria", "family_name": "Jones", "date_of_birth": "1980-04-03"},
    {"given_names": "Jones", "family_name": "Maria", "date_of_birth": "1980"},
    {"given_names": "Marai", "family_name": "Jonnes", "date_of_birth": "1980-03"},
    {"given_names": "M", "family_name": "Zużanna", "aliases": "Maria; Jones"},
    {"given_names": "Martha", "family_name": "Jones", "date_of_birth": "1979-03-04"},
    {"given_names": "Marta", "family_name": "Zuzana", "email": "marta.s1@example.org"},
    {"given_names": "Liz", "family_name": "Jones", "email": "matra.s1@example.org", "sex": "f"},
    {"given_names": "Betty", "family_name": "Jones", "email": "martas1@example.com", "sex": "f"},
    {
        "police_id": "AB12345",
        "address": "12 High St",
        "postcode": "QX1 1AA",
        "phone": "07700900111",
    },
    {"police_id": "AB12354", "address": "12 High Road", "postcode": "QX1 1AB"},
    {
        "police_id": "AB1234",
        "address": "12 Hihg Street",
        "postcode": "QX11 1AA",
        "address_id": "a1",
    },
)
"""Nominals that stand on the rarer levels: swapped, crossed, double, other alphabets, slips."""


@pytest.fixture(scope="module")
def frame(borough) -> pl.DataFrame:
    """Nominals of a borough with odd ones beside."""
    odd = pl.DataFrame(
        [{"nominal_id": f"odd{at}", "source": "odd", **row} for at, row in enumerate(ODD)]
    )
    return pl.concat([borough[0].head(1_500), odd], how="diagonal")


def beside(frame: pl.DataFrame, prepared: Prepared) -> np.ndarray:
    """Pairs at random, pairs that a rule brings together, and every pair of odd nominals."""
    rng = np.random.default_rng(3)
    left, right = np.sort(rng.integers(0, frame.height, (2, 20_000)), axis=0)
    odd = np.flatnonzero(prepared.records.nominal_id.str.starts_with("odd").to_numpy())
    every = pairs_of(np.repeat(odd, odd.size), np.tile(odd, odd.size))
    found = np.concatenate([pairs_of(left, right), candidates(prepared), every])
    one, two = ends_of(found)
    return found[one != two]


def test_the_compiled_levels_are_those_stated_in_sql(frame) -> None:
    prepared = prepare(clean_coded(frame))
    pairs = beside(frame, prepared)
    compiled = gammas(patterns_of(prepared, pairs))
    left, right = ends_of(pairs)
    cleaned = clean(frame)
    sides = ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in cleaned.columns)
    cases = ", ".join(f"{one.case_sql()} AS {one.name}" for one in COMPARISONS)
    with duckdb.connect() as connection:
        connection.register("records", cleaned.to_arrow())
        told = pl.DataFrame({"row": np.arange(pairs.size), "uid_l": left, "uid_r": right})
        connection.register("pairs", told.to_arrow())
        stated = connection.sql(
            f"WITH both_sides AS (SELECT row, {sides} FROM pairs "
            f"JOIN records AS l ON l.uid = uid_l JOIN records AS r ON r.uid = uid_r) "
            f"SELECT {cases} FROM both_sides ORDER BY row"
        ).to_arrow_table()
    for one in COMPARISONS:
        said = np.asarray(stated[one.name])
        differ = np.flatnonzero(said != compiled[one.name])[:1]
        rows = [cleaned.row(int(end[at])) for at in differ for end in (left, right)]
        assert differ.size == 0, (one.name, said[differ], compiled[one.name][differ], rows)
        assert np.unique(said).size > 1, one.name


def test_the_rules_bring_the_pairs_that_their_sql_brings(frame) -> None:
    prepared = prepare(clean_coded(frame))
    used = rules(prepared)
    assert set(used) >= set(RULES)
    with duckdb.connect() as connection:
        connection.register("records", clean(frame).to_arrow())
        stated = connection.sql(
            "SELECT DISTINCT l.uid, r.uid FROM records AS l JOIN records AS r ON l.uid < r.uid "
            f"AND ({' OR '.join(f'({rule.sql()})' for rule in used)})"
        ).fetchall()
    left, right = ends_of(candidates(prepared))
    assert sorted(stated) == list(zip(left.tolist(), right.tolist(), strict=True))


def test_letters_count_in_every_alphabet() -> None:
    """The SQL engine counts bytes, of which every Cyrillic letter shares one with the next."""
    texts = letters(pl.Series(["марія", "марта", "maria", "marta", "łukasz", "lukasz"]))
    assert jaro_winkler(texts, 0, 1, 0.0) == pytest.approx(0.8133, abs=1e-4)
    assert jaro_winkler(texts, 2, 3, 0.0) == pytest.approx(0.9067, abs=1e-4)
    assert within_edits(texts, 4, 5, 1)


def test_likeness_is_that_of_an_independent_engine() -> None:
    rng = np.random.default_rng(1)
    words = pl.Series(sorted({"".join(rng.choice([*"abcde"], n)) for n in rng.integers(1, 8, 900)}))
    a, b = rng.integers(0, words.len(), (2, 60_000))
    with duckdb.connect() as connection:
        said = pl.DataFrame({"row": np.arange(a.size), "a": words.gather(a), "b": words.gather(b)})
        connection.register("said", said.to_arrow())
        other = connection.sql(
            "SELECT jaro_winkler_similarity(a, b) AS jw, damerau_levenshtein(a, b) AS edits "
            "FROM said ORDER BY row"
        ).to_arrow_table()
    texts = letters(words)
    jaro, edits = np.asarray(other["jw"]), np.asarray(other["edits"])
    ours = [jaro_winkler(texts, x, y, 0.0) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(ours, jaro, atol=1e-12)
    cut = [jaro_winkler(texts, x, y, 0.82) >= 0.82 for x, y in zip(a, b, strict=True)]
    np.testing.assert_array_equal(cut, jaro >= 0.82)
    for most in (1, 2):
        near = [within_edits(texts, x, y, most) for x, y in zip(a, b, strict=True)]
        np.testing.assert_array_equal(near, edits <= most)


@pytest.mark.parametrize("most", [1, 97])
def test_pairs_come_whole_however_small_the_slices(frame, monkeypatch, most) -> None:
    prepared = prepare(clean_coded(frame))
    one = candidates(prepared)
    monkeypatch.setattr(keys, "MOST_IN_SLICE", most)
    np.testing.assert_array_equal(candidates(prepared), one)


def test_pairs_that_share_a_key_are_all_there_are(frame) -> None:
    prepared = prepare(clean_coded(frame))
    for columns in (("family",), ("root", "birth_year"), ("dob",), ("phone",)):
        codes = np.stack([prepared.code(name) for name in columns])
        left, right = np.triu_indices(prepared.height, k=1)
        alike = ((codes[:, left] == codes[:, right]) & (codes[:, left] != BLANK)).all(axis=0)
        found = keys.pairs_on(prepared, keys.key_of(columns))
        np.testing.assert_array_equal(np.sort(found), pairs_of(left[alike], right[alike]))
        assert keys.count_pairs(prepared, keys.key_of(columns)) == found.size


@pytest.mark.parametrize("part", [1, 2, 8])
def test_more_pairs_than_a_limit_is_what_counting_all_says(frame, monkeypatch, part) -> None:
    prepared = prepare(clean_coded(frame))
    monkeypatch.setattr(keys, "PART", part)
    for columns in (("family",), ("root", "birth_year"), ("dob",)):
        key = keys.key_of(columns)
        pairs = keys.count_pairs(prepared, key)
        assert keys.more_than(prepared, key, pairs - 1)
        assert not keys.more_than(prepared, key, pairs)


def test_records_whose_keys_have_one_hash_are_not_taken_for_one(frame, monkeypatch) -> None:
    """With nearly every bit of the label taken by the record's place, most hashes collide."""
    prepared = prepare(clean_coded(frame))
    one = candidates(prepared)
    monkeypatch.setattr(keys, "_row_bits", lambda records: np.uint64(57))
    np.testing.assert_array_equal(candidates(prepared), one)


@pytest.mark.parametrize("at_least", [1e-9, 0.05, 0.9])
def test_the_bound_leaves_out_no_pair_that_would_be_kept(frame, monkeypatch, at_least) -> None:
    prepared = prepare(clean_coded(frame))
    weights = train(prepared, seed=1)
    bounded = score(prepared, weights, at_least=at_least)
    monkeypatch.setattr(score_module, "_worth", lambda *_: everything())
    assert bounded.equals(score(prepared, weights, at_least=at_least))
    assert 0 < bounded.height < candidates(prepared).size


def test_a_sample_of_pairs_is_some_of_them_and_says_what_share(frame) -> None:
    prepared = prepare(clean_coded(frame))
    every, share = same_key_pairs(prepared, ("family",), most=1e9, seed=1)
    assert share == 1.0
    some, share = same_key_pairs(prepared, ("family",), most=every.size / 3.5, seed=1)
    assert share == 0.25
    assert set(some.tolist()) < set(every.tolist())
    assert 0.6 * share < some.size / every.size < 1.6 * share
    other, _ = same_key_pairs(prepared, ("family",), most=every.size / 3.5, seed=2)
    assert set(other.tolist()) != set(some.tolist())
