"""Deprivation: what is compared, what is refused, and that where is never said to be why."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput, UnknownName, VintageMismatch
from frith.places.deprivation import DeprivationResult, by_decile
from frith.places.neighbours import from_rows


def _district(
    deciles: list[int], *, seed: int = 1, slope: float = 0.1
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    rng = np.random.default_rng(seed)
    codes = [f"E0100{i:04d}" for i in range(len(deciles))]
    people = rng.integers(1000, 2500, len(deciles))
    n = rng.poisson(people * 0.01 * np.exp(slope * (10 - np.array(deciles))))
    table = pl.DataFrame({"code": codes, "edition": "2025", "domain": "income", "decile": deciles})
    return pl.DataFrame({"code": codes, "n": n}), pl.DataFrame({"code": codes, "n": people}), table


EVERY = [decile for decile in range(1, 11) for _ in range(15)]


def test_most_against_least_deprived_with_its_interval() -> None:
    result = by_decile(*_district(EVERY))
    assert isinstance(result, DeprivationResult)
    assert result.compared == (1, 10)
    assert result.interval is not None
    assert result.interval.lo < np.exp(0.9) < result.interval.hi
    assert "where, not why" in result.sentence
    assert result.tables["deciles"]["decile"].to_list() == list(range(1, 11))
    assert result.relative_index is not None
    assert result.relative_index > 1
    assert result.slope_index is not None
    assert result.slope_index > 0


def test_no_gradient_is_said_to_be_none() -> None:
    said = [by_decile(*_district(EVERY, seed=s, slope=0)).sentence for s in range(40)]
    assert sum("no difference bigger than chance" in s for s in said) >= 35


def test_deciles_the_district_does_not_have_are_said_plainly() -> None:
    result = by_decile(*_district([d for d in EVERY if 2 <= d <= 8]))
    assert isinstance(result, DeprivationResult)
    assert result.compared == (2, 8)
    assert result.flagged("DECILES")
    assert "least deprived found here" in result.sentence
    assert "second most deprived tenth" in result.sentence


def test_the_whole_index_with_recorded_crime_is_circular() -> None:
    counts, people, table = _district(EVERY)
    whole = table.with_columns(domain=pl.lit("imd"))
    assert by_decile(counts, people, whole, domain="imd").flagged("IMDCRIME")
    told = by_decile(counts, people, whole, domain="imd", police_recorded=False)
    assert not told.flagged("IMDCRIME")


def test_codes_that_do_not_match_are_counted_and_named() -> None:
    counts, people, table = _district(EVERY)
    result = by_decile(counts, people, table.slice(3))
    assert result.flagged("UNMATCHED")
    assert result.tables["unmatched"].height == 3


def test_another_vintage_never_joins_silently() -> None:
    counts, people, table = _district(EVERY)
    with pytest.raises(VintageMismatch, match="lsoa21"):
        by_decile(counts, people, table, area_vintage="lsoa11")
    with pytest.raises(VintageMismatch, match="none of"):
        by_decile(counts, people, table.with_columns(code="X" + pl.col("code")))


def test_an_edition_or_domain_not_held_says_what_is() -> None:
    counts, people, table = _district(EVERY)
    with pytest.raises(UnknownName, match="2025 income"):
        by_decile(counts, people, table, domain="health")
    with pytest.raises(UnknownName, match="2031"):
        by_decile(counts, people, table, edition="2031")


def test_two_deciles_for_one_area_are_refused() -> None:
    counts, people, table = _district(EVERY)
    with pytest.raises(BadInput, match="two deciles"):
        by_decile(counts, people, pl.concat([table, table.head(1)]))


def test_too_thin_or_one_sided_is_a_refusal_with_the_table() -> None:
    counts, people, table = _district(EVERY)
    few = by_decile(counts.with_columns(n=pl.lit(0)), people, table)
    assert few.refused
    assert few.flagged("SPARSE")
    assert few.tables["deciles"].height == 10
    assert by_decile(*_district([4] * 40)).flagged("DECILES")
    ends = counts.join(table, on="code").with_columns(
        n=pl.when(pl.col("decile") == 10).then(0).otherwise("n")
    )
    assert by_decile(ends.select("code", "n"), people, table).refused


def _line(codes: list[str]) -> object:
    n = len(codes)
    rows = [[j for j in (i - 1, i + 1) if 0 <= j < n] for i in range(n)]
    return from_rows(rows, codes=codes, kind="queen")


def test_areas_that_resemble_their_neighbours_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    deciles = rng.permutation(EVERY).tolist()
    counts, people, table = _district(deciles)
    codes = counts["code"].to_list()
    block = np.arange(150) // 5
    lift = np.exp(rng.normal(0, 0.7, 30))[block]
    n = rng.poisson(counts["n"].to_numpy() * lift)
    counts = counts.with_columns(n=pl.Series(n))
    plain = by_decile(counts, people, table)
    wide = by_decile(
        counts,
        people,
        table,
        neighbours=_line(codes),
        clusters=dict(zip(codes, [f"M{b}" for b in block], strict=True)),
        rng=np.random.default_rng(1),
    )
    assert wide.flagged("CLUSTERED")
    assert wide.interval is not None
    assert plain.interval is not None
    assert wide.interval.hi / wide.interval.lo >= plain.interval.hi / plain.interval.lo
    untold = by_decile(counts, people, table, neighbours=_line(codes), rng=np.random.default_rng(1))
    assert "no larger areas" in " ".join(note.text for note in untold.flags)
