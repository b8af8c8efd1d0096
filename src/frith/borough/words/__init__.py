"""Word lists: names of people and places, phrases of reports; data, with where each comes from."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one CSV of this folder."""
    text = files(__name__).joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def table(name: str) -> dict[str, Any]:
    """The content of one TOML of this folder."""
    return tomllib.loads(files(__name__).joinpath(name).read_text("utf-8"))
