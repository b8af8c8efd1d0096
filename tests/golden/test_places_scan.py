"""The scan statistic against brute force, SaTScan and the literature's data."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from frith.places.geography import geography_from_points
from frith.places.scan import scan
from support import shared

PLACES = "reference/places"
EARTH_KM = 6371.0


def _on_the_globe(latitude: np.ndarray, longitude: np.ndarray, *, radius: float) -> np.ndarray:
    """Points in space, whose order by straight distance is that by great circle."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    return radius * np.column_stack(
        [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]
    )


def _best(result: Any) -> dict[str, Any]:
    return result.tables["clusters"].row(0, named=True)


def _members(result: Any) -> set[str]:
    return set(result.tables["members"].filter(pl.col("rank") == 1)["code"])


@pytest.mark.parametrize(
    ("against", "llr", "observed", "expected", "counties"),
    [
        # brute force and smerc; SpatialEpi's 36.4962 truncates the expected total: tolerance 1e-7
        (
            "population",
            36.53861581,
            2359,
            2008.222860,
            {"washington", "greene", "allegheny", "beaver", "fayette", "westmoreland", "butler"},
        ),
        ("expected", 17.66288313, 1900, 1673.648667, {"delaware", "philadelphia"}),
    ],
)
def test_pennsylvania_lung_cancer(
    against: str, llr: float, observed: float, expected: float, counties: set[str]
) -> None:
    table = pl.read_csv(shared(f"{PLACES}/pennLC_counties.csv"))
    district = geography_from_points(
        table.select("x_km", "y_km").to_numpy(), codes=table["county"].to_list()
    )
    result = scan(
        table.select(code="county", n="cases"),
        geography=district,
        rng=np.random.default_rng(1),
        max_share=0.5,
        draws=99,
        **{against: table.select(code="county", n=against)},
    )
    best = _best(result)
    assert best["llr"] == pytest.approx(llr, abs=1e-7)
    assert best["observed"] == observed
    assert best["expected"] == pytest.approx(expected, abs=1e-5)
    assert _members(result) == counties
    assert best["p"] == 0.01


def test_new_york_leukaemia() -> None:
    folder = shared(f"{PLACES}/satscan_ny_reference")
    cases, people, where = (
        np.loadtxt(folder / f"satscan_ny_{name}.txt") for name in ("cases", "pop", "coords")
    )

    def codes(column: np.ndarray) -> list[str]:
        return [f"{int(k):03d}" for k in column]

    district = geography_from_points(
        _on_the_globe(where[:, 1], where[:, 2], radius=EARTH_KM), codes=codes(where[:, 0])
    )
    result = scan(
        pl.DataFrame({"code": codes(cases[:, 0]), "n": cases[:, 1]}),
        population=pl.DataFrame({"code": codes(people[:, 0]), "n": people[:, 2]}),
        geography=district,
        rng=np.random.default_rng(1),
        max_share=0.5,
        draws=99,
    )
    # independent brute force, great circles: tolerance 1e-7
    best = _best(result)
    assert best["llr"] == pytest.approx(14.78027648, abs=1e-7)
    assert best["observed"] == 106
    assert best["expected"] == pytest.approx(62.132, abs=1e-3)
    assert result.parameters["zones"] == 41422


def _new_mexico() -> tuple[pl.DataFrame, Any]:
    table = pl.read_csv(shared(f"{PLACES}/nm_vignette_1986_1989_baselines.csv"))
    where = pl.read_csv(shared(f"{PLACES}/nm_scanstatistics_geo.csv")).sort("county")
    district = geography_from_points(
        where.select("seat_long", "seat_lat").to_numpy(), codes=where["county"].to_list()
    )
    return table.with_columns(month=pl.col("year").cast(pl.String)), district


def test_new_mexico_expectation_based_and_permutation() -> None:
    table, district = _new_mexico()
    cases = table.select("month", code="county", n="count")
    settings = {
        "geography": district,
        "when": "prospective",
        "max_share": 1.0,
        "max_areas": 15,
        "max_periods": 4,
        "draws": 99,
    }
    based = scan(
        cases,
        model="expectation",
        expected=table.select("month", code="county", n="mu"),
        rng=np.random.default_rng(1),
        **settings,
    )
    # scanstatistics' vignette data, brute force: tolerance 1e-7
    best = _best(based)
    assert best["llr"] == pytest.approx(9.18061700, abs=1e-7)
    assert _members(based) == {"losalamos", "santafe"}
    assert (best["first"], best["last"], best["observed"]) == ("1986", "1989", 43)
    shuffled = scan(cases, model="permutation", rng=np.random.default_rng(1), **settings)
    best = _best(shuffled)
    assert best["llr"] == pytest.approx(1.78624122, abs=1e-7)
    assert _members(shuffled) == {"chaves", "eddy"}
    assert (best["first"], best["observed"]) == ("1989", 14)


def test_new_york_city_fever() -> None:
    text = {"zip": pl.String}
    cases = pl.read_csv(shared(f"{PLACES}/nyc_fever_cases.csv"), schema_overrides=text)
    where = pl.read_csv(shared(f"{PLACES}/nyc_fever_geo.csv"), schema_overrides=text).sort("zip")
    points = _on_the_globe(
        where["lat"].to_numpy(), where["long"].to_numpy(), radius=EARTH_KM * 1000
    )
    day = pl.col("date").str.to_date("%Y/%m/%d").cast(pl.String)
    result = scan(
        cases.group_by(code="zip", month=day).agg(n=pl.col("cases").sum()),
        geography=geography_from_points(points, codes=where["zip"].to_list()),
        rng=np.random.default_rng(1),
        model="permutation",
        when="prospective",
        max_radius_m=3000,
        max_periods=7,
        max_share=0.5,
    )
    best = _best(result)
    # Kulldorff and others (2005), NCI sample data: nine zips, 22 to 24 November
    assert best["llr"] == pytest.approx(3.845418, abs=1e-6)
    assert (best["first"], best["last"], best["areas"]) == ("2001-11-22", "2001-11-24", 9)
    assert best["observed"] == 4
    assert best["expected"] == pytest.approx(0.6701, abs=1e-4)
    assert best["p"] == pytest.approx(0.22, abs=0.04)
