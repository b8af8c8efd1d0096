"""Two forms become one judgement a crime; agreement is measured before anybody reconciles."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.study.agreement import agreement, kappa_of
from frith.study.coding import Coded, combine
from frith.tables import TABLES
from unit.study.coders import judged

EVENTS = [f"e{i:03d}" for i in range(120)]
ORGANISED = set(EVENTS[:40])
SAMPLE = pl.DataFrame(
    {
        "event_id": EVENTS,
        "theme": "drugs",
        "neighbourhood": "North",
        "stratum_held": 1200,
        "weight": 10.0,
        "coders": "both",
    }
)


def coder(name: str, events: list[str] = EVENTS, turned: int = 0) -> pl.DataFrame:
    """A coder who knows the truth but for the last `turned` events."""
    wrong = set(events[len(events) - turned :]) if turned else set()
    return judged(
        events, ORGANISED ^ wrong, rng=np.random.default_rng(1), coder=name, error=0, unsure=0
    )


def coded(
    first: pl.DataFrame, second: pl.DataFrame, reconciled: pl.DataFrame | None = None
) -> Coded:
    return combine(SAMPLE, first, second, definition="2+", reconciled=reconciled)


def how(found: Coded) -> dict[str, int]:
    return dict(found.judgements["how"].value_counts().iter_rows())


def test_where_both_agree_that_stands() -> None:
    found = coded(coder("A"), coder("B"))
    assert how(found) == {"agreed": 120}
    assert found.agreement.kappa == pytest.approx(1.0)
    assert found.disagreements.is_empty()
    assert found.judgements.columns == list(TABLES["judgements"].names)


def test_what_they_differ_on_is_unknown_until_reconciled_and_kappa_stays() -> None:
    first, second = coder("A"), coder("B", turned=9)
    before = coded(first, second)
    assert how(before) == {"agreed": 111, "unresolved": 9}
    unknown = before.judgements.filter(pl.col("how") == "unresolved")
    assert unknown["judgement"].unique().to_list() == ["cannot tell"]
    settled = coder("AB").filter(
        pl.col("event_id").is_in(before.disagreements["event_id"].implode())
    )
    after = coded(first, second, settled)
    assert how(after) == {"agreed": 111, "reconciled": 9}
    assert after.agreement.kappa == before.agreement.kappa


def test_reconciling_cannot_change_what_both_judged_alike() -> None:
    first, second = coder("A"), coder("B", turned=9)
    everything_turned = coder("AB", turned=120)
    after = coded(first, second, everything_turned)
    agreed = after.judgements.filter(pl.col("how") == "agreed").select("event_id", "judgement")
    before = coded(first, second).judgements.select("event_id", "judgement")
    assert agreed.join(before, on=["event_id", "judgement"], how="anti").is_empty()


def test_one_coder_alone_counts_and_nobody_is_unknown() -> None:
    found = coded(coder("A", EVENTS[:110]), coder("B", EVENTS[:100]))
    assert how(found) == {"agreed": 100, "one coder": 10, "not returned": 10}
    lost = found.judgements.filter(pl.col("how") == "not returned")
    assert lost["judgement"].unique().to_list() == ["not coded"]
    assert {flag.code for flag in found.flags} == {"ONECODER", "NOTCODED"}


def test_an_answer_they_differ_on_is_unknown() -> None:
    second = coder("B").with_columns(gain=pl.lit("no"))
    found = coded(coder("A"), second).judgements
    assert found.filter(pl.col("event_id") == "e000")["gain"].to_list() == ["unknown"]


def test_too_little_overlap_is_refused_with_what_to_do() -> None:
    found = coded(coder("A", EVENTS[:60]), coder("B", EVENTS[30:])).agreement
    assert found.refused
    assert found.flagged("OVERLAP")
    assert "Have each coder judge more" in found.sentence


def test_an_interval_below_the_floor_is_refused_and_kappa_is_still_said() -> None:
    found = coded(coder("A"), coder("B", turned=35)).agreement
    assert found.refused
    assert found.flagged("FLOOR")
    assert found.kappa is not None
    assert found.interval is not None
    assert found.interval.lo < 0.4 < found.kappa


def test_one_and_the_same_word_throughout_is_no_agreement() -> None:
    same = pl.DataFrame({"event_id": EVENTS, "first": "not organised", "second": "not organised"})
    found = agreement(same)
    assert found.flagged("ONESIDED")
    assert found.refused


def test_a_rare_category_is_said_to_lower_kappa() -> None:
    first = pl.Series(["organised"] * 6 + ["not organised"] * 114)
    second = pl.Series(["organised"] * 5 + ["not organised"] * 115)
    found = agreement(pl.DataFrame({"event_id": EVENTS, "first": first, "second": second}))
    assert found.flagged("PREVALENCE")
    assert found.indices is not None
    assert found.indices.prevalence == pytest.approx((5 - 114) / 120)
    assert found.indices.adjusted == pytest.approx(2 * 119 / 120 - 1)


def test_a_leaning_coder_is_said() -> None:
    first = pl.Series(["organised"] * 60 + ["not organised"] * 60)
    second = pl.Series(["organised"] * 40 + ["not organised"] * 80)
    found = agreement(pl.DataFrame({"event_id": EVENTS, "first": first, "second": second}))
    assert found.flagged("BIAS")
    assert found.indices is not None
    assert found.indices.bias == pytest.approx(20 / 120)


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[1, 2, 3]]])
def test_no_judgements_or_no_square_is_no_table(table: list[list[int]]) -> None:
    with pytest.raises(BadInput):
        kappa_of(table)
