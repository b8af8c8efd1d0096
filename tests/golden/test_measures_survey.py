"""Survey shares and their changes against published and worked numbers.

Origin: Newcombe (1998), Interval estimation for the difference between independent proportions,
Statistics in Medicine 17, Table II, method 10, rows (a) 56/70 − 48/80 and (b) 9/10 − 3/10;
Kish (1965), effective base (Σw)² / Σw², worked by hand; Wilson (1927) closed form.
"""

from __future__ import annotations

import math

import polars as pl
import pytest

from frith.measures.survey import WHOLE, _changes, _with_interval, estimates


def shares(first: tuple[int, int], second: tuple[int, int]) -> pl.DataFrame:
    rows = [
        {
            "question": "q",
            "wave": wave,
            "code": WHOLE,
            "share": hits / asked,
            "effective_base": float(asked),
        }
        for wave, (hits, asked) in (("1", first), ("2", second))
    ]
    return _with_interval(pl.DataFrame(rows))


@pytest.mark.parametrize(
    ("later", "earlier", "lo", "hi"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_a_change_of_shares_is_newcombes(
    later: tuple[int, int], earlier: tuple[int, int], lo: float, hi: float
) -> None:
    row = _changes(shares(earlier, later)).row(0, named=True)
    assert (row["lo"], row["hi"]) == pytest.approx((lo, hi), abs=5e-5)


def test_effective_base_and_interval_by_hand() -> None:
    # Weights 1 (forty say yes) and 3 (forty say no): base 80, (40 + 120)² / (40 + 360) = 64,
    # design effect 1.25, share 40/160; Wilson of 16 in 64.
    frame = pl.DataFrame(
        {
            "wave": "1",
            "code": "A",
            "question": "q",
            "answer": ["yes"] * 40 + ["no"] * 40,
            "weight": [1.0] * 40 + [3.0] * 40,
        }
    )
    meanings = pl.DataFrame(
        {"question": "q", "worry": "worry", "answer": ["yes", "no"], "worried": [True, False]}
    )
    row = estimates(frame, meanings).tables["shares"].filter(pl.col("code") == WHOLE)
    z, n, p = 1.959963984540054, 64.0, 0.25
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    assert row["effective_base"][0] == pytest.approx(64.0)
    assert row["design_effect"][0] == pytest.approx(1.25)
    assert row["share"][0] == pytest.approx(0.25)
    assert (row["lo"][0], row["hi"][0]) == pytest.approx((middle - half, middle + half), abs=1e-12)
