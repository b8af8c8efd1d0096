"""Small data sets for the tests of this room; nobody in them is real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

TOML = """name = "Synthetic borough"
area = "E08000018"
area_name = "Somewhere"
area_vintage = "lsoa21"
period = ["2024-01-01", "2024-12-31"]
"""

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A function that writes a data set folder from texts by file name."""

    def make(files: Mapping[str, str | bytes], toml: str = TOML, name: str = "data") -> Path:
        home = tmp_path / name
        home.mkdir(exist_ok=True)
        (home / "dataset.toml").write_text(toml, "utf-8")
        for file, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (home / file).write_bytes(data)
        return home

    return make


@pytest.fixture
def events(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes events.csv; rows are `event_id,source,kind,occurred_from` and more."""

    def make(*rows: str, more: str = "", name: str = "events.csv") -> Path:
        header = "event_id,source,kind,occurred_from" + (f",{more}" if more else "")
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return path

    return make
