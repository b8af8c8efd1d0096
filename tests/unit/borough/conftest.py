"""Boroughs made once for the whole room: a small one, and one the size of a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from frith.borough import BoroughSummary, build


@dataclass(frozen=True)
class Made:
    """A written borough, read back table by table."""

    summary: BoroughSummary

    def table(self, name: str) -> pl.DataFrame:
        """A table of the data set."""
        return pl.read_parquet(self.summary.folder / f"{name}.parquet")

    def truth(self, name: str) -> pl.DataFrame:
        """A table of what was planted."""
        return pl.read_parquet(self.summary.truth / f"{name}.parquet")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """2,000 people."""
    return Made(build(tmp_path_factory.mktemp("small") / "borough", people=2_000, seed=3))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """25,000 people."""
    return Made(build(tmp_path_factory.mktemp("town") / "borough", people=25_000, seed=1))


@pytest.fixture(params=["small", "town"])
def made(request: pytest.FixtureRequest) -> Made:
    """Each of the two."""
    found: Made = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def folder(made: Made) -> Path:
    """The data set's folder."""
    return made.summary.folder
