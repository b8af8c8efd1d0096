"""A dataset is a folder: `dataset.toml` and one file a table. Loaded once, handed on as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from frith.reference.regimes import Regime
from frith.results import Flag
from frith.tables.report import TableReport


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNote:
    """What `dataset.toml` says of one file: publisher, licence, regime and registered flow."""

    publisher: str = ""
    licence: str = ""
    regime: Regime = Regime.UK_GDPR
    flow: str = ""
    source: str = ""
    retrieved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What `dataset.toml` says of the whole: name, area, vintage, period, and each file."""

    name: str
    area: str
    area_name: str
    area_vintage: str
    period: tuple[date, date] | None = None
    files: Mapping[str, FileNote] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A loaded dataset. `tables` holds a Polars frame per table with every declared column."""

    folder: Path
    about: About
    tables: Mapping[str, pl.DataFrame]
    reports: Mapping[str, TableReport]
    outlines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """GeoJSON feature collections by table name: areas, streets, places."""
    notes: tuple[Flag, ...] = ()
    """About the folder as a whole: unknown files, files not described, flows not registered."""

    def has(self, name: str) -> bool:
        """True where the table is there and holds at least one row (or feature)."""
        if name in self.outlines:
            return bool(self.outlines[name]["features"])
        return name in self.tables and not self.tables[name].is_empty()

    @property
    def synthetic(self) -> bool:
        """True where any file says it is synthetic; then everything made from it says so too."""
        return any(note.regime is Regime.SYNTHETIC for note in self.about.files.values())

    @property
    def open(self) -> bool:
        """True where every file is published: small counts may be shown as the publisher does."""
        return bool(self.about.files) and all(
            note.regime is Regime.OPEN for note in self.about.files.values()
        )
