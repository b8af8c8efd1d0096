"""A small borough's nominals and who they truly are, and nominals written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from frith.borough.build import build

NOW = datetime(2026, 1, 5, 9, 0)
COLUMNS = (
    "nominal_id",
    "source",
    "given_names",
    "family_name",
    "aliases",
    "date_of_birth",
    "sex",
    "phone",
    "email",
    "address",
    "address_id",
    "postcode",
    "police_id",
)


@pytest.fixture(scope="session")
def borough(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Synthetic nominals of four systems, and the person each truly is."""
    folder = tmp_path_factory.mktemp("borough")
    build(folder, people=3_000, seed=5)
    truth = pl.read_parquet(folder / "truth" / "persons.parquet")
    nominals = pl.read_parquet(folder / "nominals.parquet").drop("aliases", strict=False)
    return nominals, truth.select("nominal_id", truth="person_id")


@pytest.fixture
def nominals() -> Callable[..., pl.DataFrame]:
    """Nominals from keyword rows; blank where a row says nothing."""

    def make(*rows: dict[str, str]) -> pl.DataFrame:
        full = [
            {name: row.get(name) for name in COLUMNS}
            | {"nominal_id": row.get("nominal_id", f"n{at}"), "source": row.get("source", "police")}
            for at, row in enumerate(rows)
        ]
        return pl.DataFrame(full, schema=dict.fromkeys(COLUMNS, pl.String))

    return make


@pytest.fixture
def now() -> datetime:
    """The moment of every test's run."""
    return NOW
