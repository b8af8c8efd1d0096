"""A small district in memory: twelve neighbourhoods in three wards, months two years apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from frith.profile import build_profile
from frith.profile.document import Document
from frith.reference.regimes import Regime
from frith.results import Flag
from frith.tables import TABLES
from frith.tables.dataset import About, Dataset, FileNote
from frith.tables.read import empty_frame
from frith.tables.report import TableReport

AREAS = tuple(f"E0100000{i:X}" for i in range(12))
HOME = "E08000001"
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-09", "2025-01", "2025-02", "2025-03")
TYPES = {"Burglary": 3.0, "Drugs": 1.0, "Shoplifting": 6.0, "Robbery": 0.2}
ON = date(2026, 11, 21)


def _frame(name: str, columns: Mapping[str, Any]) -> pl.DataFrame:
    """A table with every declared column, those not given blank."""
    empty = empty_frame(TABLES[name])
    given = pl.DataFrame(columns)
    return pl.concat(
        [empty, given.cast({c: empty.schema[c] for c in given.columns})], how="diagonal"
    )


def _first(month: str) -> datetime:
    """The first moment of a month, as the tables hold it."""
    return datetime.fromisoformat(f"{month}-01")


def events() -> pl.DataFrame:
    """Poisson counts by area, month and type from a fixed seed; anti-social behaviour besides."""
    rng = np.random.default_rng(7)
    rows: list[dict[str, Any]] = []
    for i, area in enumerate(AREAS):
        for month in MONTHS:
            for kind, mean in {**TYPES, "Anti-social behaviour": 2.0}.items():
                for _ in range(int(rng.poisson(mean * (1 + i / 6)))):
                    rows.append(
                        {
                            "event_id": f"e{len(rows)}",
                            "source": "police.uk",
                            "kind": "incident" if kind.startswith("Anti") else "crime",
                            "crime_type": kind,
                            "occurred_from": _first(month),
                            "date_precision": "month",
                            "area": area,
                            "point_precision": "snapped",
                        }
                    )
    rows += [{**rows[i], "event_id": f"lost{i}", "area": None} for i in range(9)]
    return _frame("events", {key: [row.get(key) for row in rows] for key in rows[0]})


def outlines() -> dict[str, Any]:
    """Unit squares in a row of three by four, at about a kilometre."""

    def square(i: int) -> list[list[list[float]]]:
        x, y = -1.3 + 0.015 * (i % 4), 53.4 + 0.01 * (i // 4)
        return [[[x, y], [x + 0.015, y], [x + 0.015, y + 0.01], [x, y + 0.01], [x, y]]]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"Little {i:03d}A"},
                "geometry": {"type": "Polygon", "coordinates": square(i)},
            }
            for i, code in enumerate(AREAS)
        ],
    }


def tables() -> dict[str, pl.DataFrame]:
    """Every table the first profile can use."""
    n = len(AREAS)
    recorded = events()
    crimes = recorded.filter(pl.col("kind") == "crime")["event_id"].to_list()
    others = [f"E0900000{i}" for i in range(7)]
    return {
        "events": recorded,
        "population": _frame(
            "population",
            {
                "code": [*AREAS, HOME, *others],
                "n": [1500.0 + 40 * i for i in range(n)]
                + [20640.0]
                + [20000.0 + 500 * i for i in range(7)],
                "denominator": ["residents"] * (n + 8),
                "as_of": ["Census 2021"] * (n + 8),
            },
        ),
        "deprivation": _frame(
            "deprivation",
            {
                "code": list(AREAS),
                "edition": ["2025"] * n,
                "domain": ["income"] * n,
                "decile": [10 - (9 * i) // (n - 1) for i in range(n)],
                "rank": [30000 - 2000 * i for i in range(n)],
            },
        ),
        "lookups": _frame(
            "lookups",
            {
                "from_code": [*AREAS, *AREAS],
                "from_vintage": ["lsoa21"] * 2 * n,
                "to_code": [f"E0500000{i // 4}" for i in range(n)] + [HOME] * n,
                "to_vintage": ["ward24"] * n + ["lad24"] * n,
                "share": [1.0] * 2 * n,
            },
        ),
        "outcomes": _frame(
            "outcomes",
            {
                "event_id": crimes,
                "outcome": [
                    "Suspect charged" if i % 5 == 0 else "Unable to prosecute suspect"
                    for i in range(len(crimes))
                ],
                "decided_on": [None if i % 3 else _first("2024-09") for i in range(len(crimes))],
            },
        ),
        "counts": _frame(
            "counts",
            {
                "code": [code for code in others for _ in MONTHS],
                "month": list(MONTHS) * len(others),
                "crime_type": ["Burglary"] * len(others) * len(MONTHS),
                "n": [150 + 3 * i for i in range(len(others) * len(MONTHS))],
            },
        ),
    }


def dataset(
    *,
    regime: Regime = Regime.OPEN,
    without: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    replaced: Mapping[str, pl.DataFrame] | None = None,
) -> Dataset:
    """The district under a regime, without some tables, with only some, or with some replaced."""
    held = {
        name: frame
        for name, frame in {**tables(), **(replaced or {})}.items()
        if name not in without and (not only or name in only)
    }
    drawn = "areas" not in without and (not only or "areas" in only)
    named = [*held, *(["areas"] if drawn else [])]
    note = FileNote(
        publisher="Little Police", licence="OGL v3.0", regime=regime, source="Contains little data."
    )
    return Dataset(
        folder=Path("nowhere"),
        about=About(
            name="Little",
            area=HOME,
            area_name="Little",
            area_vintage="lsoa21",
            period=(date(2024, 1, 1), date(2025, 3, 31)),
            files=dict.fromkeys(named, note),
        ),
        tables=held,
        reports={
            name: TableReport(
                table=name,
                file=f"{name}.csv",
                rows=frame.height,
                accepted=frame.height,
                notes=(Flag("TRIED", "One thing was noticed."),) if name == "events" else (),
            )
            for name, frame in held.items()
        },
        outlines={"areas": outlines()} if drawn else {},
    )


@pytest.fixture(scope="session")
def make() -> Callable[..., Dataset]:
    """`dataset`, to be called with what the test needs."""
    return dataset


@pytest.fixture(scope="session")
def build() -> Callable[[Dataset], Document]:
    """A document of a data set, on a fixed day and seed."""
    return lambda held: build_profile(held, on=ON, seed=1)


@pytest.fixture(scope="session")
def opened(build: Callable[[Dataset], Document]) -> Document:
    """The document of the whole district, open."""
    return build(dataset())


@pytest.fixture(scope="session")
def restricted(build: Callable[[Dataset], Document]) -> Document:
    """The same district under Part 3."""
    return build(dataset(regime=Regime.LAW_ENFORCEMENT))


@pytest.fixture(scope="session")
def synthetic(build: Callable[[Dataset], Document]) -> Document:
    """The same district as nobody's data."""
    return build(dataset(regime=Regime.SYNTHETIC))
