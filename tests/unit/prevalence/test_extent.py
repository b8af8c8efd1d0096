"""When there is an estimate, an indication, a bound or a refusal, and what is said."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import polars as pl
import pytest

from frith.prevalence.captures import Captures, from_capture_table
from frith.prevalence.extent import ASSUMPTION, Extent, extent

# Silverman (2014), Modern slavery: an application of multiple systems estimation, Home Office;
# five lists, strategic assessment 2013: local authorities (LA), non-governmental organisations
# (NG), police and National Crime Agency (PFNCA), government organisations (GO), public (GP).
UK_2013 = """LA,NG,PFNCA,GO,GP,count
1,0,0,0,0,54
0,1,0,0,0,463
0,0,1,0,0,995
0,0,0,1,0,695
0,0,0,0,1,316
1,1,0,0,0,15
1,0,1,0,0,19
1,0,0,1,0,3
0,1,1,0,0,62
0,1,0,1,0,19
0,1,0,0,1,1
0,0,1,1,0,76
0,0,1,0,1,11
0,0,0,1,1,8
1,1,1,0,0,1
1,1,0,1,0,1
0,1,1,1,0,4
1,1,1,1,0,1
"""


def uk() -> Captures:
    return from_capture_table(pl.read_csv(UK_2013.encode()))


def run(captures: Captures, *, replicates: int = 200, method: str = "stepwise") -> Extent:
    return extent(
        captures, rng=np.random.default_rng(1), replicates=replicates, method=method, seed=1
    )


@cache
def uk_found() -> Extent:
    """The UK's answer, worked out once for all tests that only read it."""
    return run(uk())


def of(counts: list[int], lists: str = "ABC") -> Captures:
    return Captures(tuple(lists), np.asarray(counts, dtype=np.int64))


def rules_of(found: Extent) -> set[str]:
    return {reason.rule for reason in found.reasons}


def test_the_uk_s_five_lists_give_a_range_because_good_methods_disagree() -> None:
    found = uk_found()
    by_bic = run(uk(), method="bic", replicates=100)
    assert found.estimate == pytest.approx(11312.9903, rel=1e-6)  # the Home Office's 2014 figure
    assert by_bic.estimate == pytest.approx(22991.3313, rel=1e-6)  # Silverman et al. (2024)
    assert found.unseen == found.estimate - 2744
    assert "R10" in rules_of(found)
    assert found.headline.startswith("between ")
    assert "11,000" in next(r.text for r in found.reasons if r.rule == "R10")
    assert {r.method for r in found.rivals if not r.counts} == {"main effects", "all pairs"}
    assert found.assumption == ASSUMPTION
    assert len(found.omissions) == 5
    assert len(found.merges) == 10


def test_twelve_cases_are_refused_with_what_to_do_instead() -> None:
    found = run(of([5, 4, 0, 3, 0, 0, 0]))
    assert found.status == "refused"
    assert found.estimate is None
    assert found.interval_95 is None
    assert {"R0", "R2"} <= rules_of(found)
    assert "Pool several years" in found.sentence
    assert found.headline == "at least 12"


def test_no_overlap_is_refused_however_many_were_seen() -> None:
    found = run(of([500, 400, 0, 300, 0, 0, 0]))
    assert found.status == "refused"
    assert rules_of(found) == {"R2"}


def test_few_overlaps_bound_from_below_only() -> None:
    found = run(of([50, 40, 2, 30, 1, 0, 0]))
    assert found.status == "lower-bound-only"
    assert found.estimate is None
    assert "Only 3 people are on more than one list" in found.sentence


def test_thin_tables_are_an_indication() -> None:
    found = run(of([40, 30, 3, 20, 2, 2, 0]))
    assert found.status == "indicative"
    assert "R4" in rules_of(found)


def test_two_lists_say_what_they_cannot_check() -> None:
    found = run(of([80, 60, 20], "AB"))
    # Chapman (1951): (101 × 81 / 21) − 1.
    assert found.estimate == pytest.approx(101 * 81 / 21 - 1)
    assert found.status == "indicative"
    assert "R5" in rules_of(found)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([0, 0, 60, 30, 0, 0, 10], "hold the same people; merge them"),
        ([0, 40, 20, 30, 0, 6, 5], "everybody on “A” is on “B” too"),
        ([30, 0, 20, 0, 25, 0, 5], "“A” holds everybody seen; leave it out"),
    ],
)
def test_duplicate_nested_and_all_holding_lists_are_refused(counts: list[int], says: str) -> None:
    found = run(of(counts))
    assert found.status == "refused"
    assert rules_of(found) == {"R6"}
    assert says.lower() in found.sentence.lower()


def test_an_empty_list_is_left_out_with_notice() -> None:
    found = run(of([80, 60, 20, 0, 0, 0, 0]))
    assert {"R5", "R7"} <= rules_of(found)
    assert "Nobody is on “C”" in " ".join(reason.text for reason in found.reasons)


def test_one_list_that_holds_anybody_is_refused() -> None:
    found = run(of([80, 0, 0, 0, 0, 0, 0]))
    assert found.status == "refused"


def test_same_seed_same_answer_and_order_of_lists_changes_nothing_but_the_draws() -> None:
    assert json.dumps(run(uk()).as_json()) == json.dumps(uk_found().as_json())
    frame = pl.read_csv(UK_2013.encode())
    turned = frame.select("GP", "GO", "PFNCA", "NG", "LA", "count").reverse()
    other = run(from_capture_table(turned), replicates=100)
    assert other.estimate == pytest.approx(11312.9903, rel=1e-6)
    assert {frozenset(term) for term in other.terms} == {
        frozenset(term) for term in uk_found().terms
    }


def test_wrong_links_move_the_estimate_the_way_they_must() -> None:
    trials = {(t.change, t.share): t.estimate for t in uk_found().wrong_links}
    assert trials["removed", 0.10] > 11313  # fewer overlaps, more unseen
    assert trials["added", 0.10] is not None


def test_known_lists_are_estimated_from_the_others() -> None:
    known = {item.list: item for item in uk_found().consistency}
    assert known["PFNCA"].known == 1169
    assert known["NG"].hit is True


def test_the_sentence_has_no_words_of_the_workshop() -> None:
    thin, refused = run(of([40, 30, 3, 20, 2, 2, 0])), run(of([5, 4, 0, 3, 0, 0, 0]))
    for said in (uk_found().sentence, thin.sentence, refused.sentence):
        for word in ("significant", "p-value", "BCa", "log-linear", "stepwise"):
            assert word not in said


def test_the_json_has_the_contract_s_keys() -> None:
    keys = set(uk_found().as_json())
    assert keys >= {
        "status", "reasons", "seen", "estimate", "unseen", "interval_80", "interval_95",
        "wald_95", "terms", "minus_infinity", "aic", "bic", "deviance", "rivals", "omissions",
        "merges", "headline", "sentence", "replicates", "seed",
    }  # fmt: skip


def test_bic_for_more_than_five_lists_is_refused_and_stepwise_is_not() -> None:
    rng = np.random.default_rng(3)
    caught = rng.random((900, 6)) < 0.25
    cells = caught @ (1 << np.arange(6))
    six = Captures(tuple("ABCDEF"), np.bincount(cells, minlength=64)[1:].astype(np.int64))
    assert run(six, method="bic").status == "refused"
    assert run(six, replicates=100).estimate == pytest.approx(900, rel=0.15)


KOSOVO = [1131, 845, 177, 936, 228, 217, 181, 306, 106, 31, 18, 123, 42, 32, 27]


def test_triples_are_one_more_rival_on_request() -> None:
    # Silverman, Chan & Vincent (2024), Table 6, Kosovo: 10,357 among models of every order.
    # Ball et al. (2002), AAAS: ABA, EXH, HRW, OSCE.
    kosovo = Captures(("EXH", "ABA", "OSCE", "HRW"), np.asarray(KOSOVO, dtype=np.int64))
    found = extent(kosovo, rng=np.random.default_rng(1), replicates=100, triples=True)
    rival = next(r for r in found.rivals if r.method == "least BIC, triples too")
    assert rival.estimate == pytest.approx(10356.5190, rel=1e-6)
    three = run(of([40, 30, 3, 20, 2, 2, 0]), replicates=100)
    assert "least BIC, triples too" not in {r.method for r in three.rivals}
