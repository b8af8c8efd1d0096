"""The one shape of an answer, and what a refusal is."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.results import (
    Flag,
    Interval,
    Result,
    Severity,
    file_hash,
    frame_hash,
    refuse,
    to_plain,
)


def test_a_refusal_must_say_why() -> None:
    with pytest.raises(ValueError, match="says why"):
        Result(method="m", status="refused")
    with pytest.raises(ValueError, match="says why"):
        Result(method="m", status="refused", flags=(Flag("THIN", "few", Severity.WARN),))


def test_a_refusal_carries_no_value() -> None:
    reason = Flag("THIN", "Only 12 people were seen.", Severity.REFUSE)
    with pytest.raises(ValueError, match="no value"):
        Result(method="m", status="refused", value=381e6, flags=(reason,))


def test_refuse_turns_flags_into_reasons_and_says_them() -> None:
    answer = refuse("extent", Flag("THIN", "Only 12 people were seen."))
    assert answer.refused
    assert answer.flags[0].severity is Severity.REFUSE
    assert answer.sentence == "Only 12 people were seen."


def test_interval_may_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        Interval(2.0, 1.0)
    assert math.isnan(Interval(math.nan, 1.0).lo)


def test_as_json_is_plain_and_to_nine_digits() -> None:
    answer = Result(
        method="rate",
        value=1 / 3,
        interval=Interval(0.1, math.inf),
        parameters={"per": 1000, "areas": ("a", "b")},
        flags=(Flag("SMALL", "few"),),
        tables={"areas": pl.DataFrame({"code": ["E1"], "rate": [2 / 3]})},
    )
    plain = json.loads(json.dumps(answer.as_json()))
    assert plain["value"] == 0.333333333
    assert plain["interval"]["hi"] is None
    assert plain["flags"] == [{"code": "SMALL", "text": "few", "severity": "warn"}]
    assert plain["tables"]["areas"] == [{"code": "E1", "rate": 0.666666667}]


def test_a_subclass_adds_its_own_fields_to_the_json() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Extent(Result):
        unseen: float | None = None

    assert Extent(method="m", value=3.0, unseen=2.0).as_json()["unseen"] == 2.0


def test_to_plain_reads_numpy_paths_and_sets() -> None:
    assert to_plain(np.float64("nan")) is None
    assert to_plain(np.arange(2)) == [0, 1]
    assert to_plain({3, 1}) == [1, 3]
    assert to_plain(Path("a/b")) == "a/b"
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(object())


def test_hashes_change_with_what_they_hash(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [1, 2]})
    assert frame_hash(frame) == frame_hash(frame.clone())
    assert frame_hash(frame) != frame_hash(frame.reverse())
    assert frame_hash(frame) != frame_hash(frame.rename({"n": "m"}))
    first = tmp_path / "a"
    first.write_bytes(b"frith")
    # echo -n frith | sha256sum
    assert file_hash(first) == ("2ed2a47c0de7244db0faf85b208f0dee63d2df42dd286fda3920a553f97b0d07")
