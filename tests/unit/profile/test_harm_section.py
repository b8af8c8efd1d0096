"""The section on harm: editions, small counts, and what is told apart from what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from frith.profile.material import Material
from frith.profile.sections import harm
from frith.reference import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame

ON = date(2026, 11, 21)
KINDS = (("Robbery", "34B", 30, 400.0), ("Shoplifting", "46", 90, 2.0), ("Drugs", "92A", 3, 50.0))


def material(regime: Regime, *, editions: tuple[str, ...] = ("one",)) -> Material:
    """Robbery, shop theft and three drug offences, with weights of each edition."""
    events = [
        {
            "event_id": f"{code}-{number}",
            "kind": "crime",
            "crime_type": kind,
            "offence_code": code,
            "area": f"A{number % 6}",
            "theme": "drugs" if kind == "Drugs" else None,
        }
        for kind, code, n, _ in KINDS
        for number in range(n)
    ]
    weights = [
        {"key": code, "days": days, "statistic": "median", "edition": edition, "source": "s"}
        for _, code, _, days in KINDS
        for edition in editions
    ]
    tables = {
        name: pl.concat(
            [empty_frame(TABLES[name]), pl.DataFrame(rows, infer_schema_length=None)],
            how="diagonal_relaxed",
        )
        for name, rows in (("events", events), ("weights", weights))
    }
    note = FileNote(publisher="p", licence="l", regime=regime, flow="f")
    about = About(
        name="d", area="E99", area_name="Somewhere", area_vintage="other",
        files=dict.fromkeys(tables, note),
    )  # fmt: skip
    dataset = Dataset(folder=Path(), about=about, tables=tables, reports={})
    return Material(dataset=dataset, on=ON, seed=1)


def test_open_data_say_exact_days_and_what_carries_most() -> None:
    found = harm.build(material(Regime.OPEN))
    assert "12,180 days by median weights" in found.headlines[0]
    assert (
        "Most of what was weighed, 99%, is robbery; shoplifting is recorded most."
        in (found.headlines[0])
    )


def test_reported_and_found_by_police_are_never_added() -> None:
    found = harm.build(material(Regime.OPEN))
    strands = next(one for one in found.tables if one.name == "harm-strands").frame
    assert dict(strands.select("name", "median").iter_rows()) == {
        "Reported": 12180.0,
        "Found by police": 150.0,
    }


def test_guarded_days_are_rounded_and_no_exact_count_is_flagged() -> None:
    found = harm.build(material(Regime.LAW_ENFORCEMENT))
    assert "about 12,200 days" in found.headlines[0]
    assert {flag.code for flag in found.flags} <= set(harm.SAFE_FLAGS)


def test_two_editions_are_not_mixed() -> None:
    found = harm.build(material(Regime.OPEN, editions=("one", "two")))
    assert found.refused
    assert "never mixed" in str(found.blocks[0])
