"""Regime and marking: under which law a record is held, and how it may be handled."""

from __future__ import annotations

from enum import StrEnum


class Regime(StrEnum):
    """Under which law a file or record is processed."""

    OPEN = "open"  # published for anyone under an open licence
    UK_GDPR = "uk_gdpr"  # UK GDPR and Part 2 of the Data Protection Act 2018
    LAW_ENFORCEMENT = "law_enforcement"  # Part 3 of the Data Protection Act 2018
    SYNTHETIC = "synthetic"  # nobody's data; says so wherever it is shown


class Marking(StrEnum):
    """The marking a page, print or export carries. There is no higher one here on purpose."""

    OFFICIAL = "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE"  # a handling caveat within OFFICIAL, not a tier
