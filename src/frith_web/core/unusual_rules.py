"""What the list of unusual access looks for: dated rules, with their words and thresholds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing to look for."""

    key: str
    says: str
    """The statement that a line of the list makes of a reader."""
    source: str
    thresholds: dict[str, float] = field(default_factory=dict)

    def __getitem__(self, threshold: str) -> float:
        """A threshold by its name."""
        return self.thresholds[threshold]


@cache
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((HERE / "unusual_rules.toml").read_text("utf-8"))[
        "rule"
    ]
    return rows


def rules_on(day: date) -> dict[str, Rule]:
    """The rules in force on a day, by key."""
    said = ("key", "says", "source")
    about = (*said, "valid_from", "valid_to", "verified_by")
    return {
        row["key"]: Rule(
            **{name: row[name] for name in said},
            thresholds={name: value for name, value in row.items() if name not in about},
        )
        for row in _rows()
        if row["valid_from"] <= day <= row.get("valid_to", date.max)
    }
