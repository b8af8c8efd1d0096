"""What a data set holds of child exploitation by area, of children living there, what it lacks.

Nothing here names or counts a person twice: recorded crime, referrals and partners' reports are
three views of the same harm and are kept apart, never added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from frith.places.deprivation_match import VINTAGE_OF_EDITION
from frith.places.from_dataset import placed_events, population_in
from frith.results import Flag
from frith.tables.dataset import Dataset

THEMES = ("cse", "cce")
"""Child sexual and child criminal exploitation, as the contract's themes name them."""
CRIMES, REFERRALS, REPORTS = (
    "Recorded crimes of child exploitation",
    "Referrals of possible child victims",
    "Partners' reports of child exploitation",
)
SOURCES = (CRIMES, REFERRALS, REPORTS)
CHILDREN, RESIDENTS = "children", "residents"
DOMAINS = ("idaci", "income")
"""Income deprivation affecting children; where that is not held, the income domain."""
ADULT = 18
_WHOLE = ("children", "residents_under_18", "residents_0_17")
_PART = re.compile(r"residents_(\d+)_(\d+)$")
_CHILD = r"(?i)under 18|17 or under|0.{1,4}17|child|minor"
_HOLDER = {
    CRIMES: (
        "no recorded crime is marked as child sexual or criminal exploitation (police.uk's types "
        "mix it with other offences): the police force, by offence code and flag"
    ),
    REFERRALS: "no referrals of children with their area: safeguarding teams (MASH), the NRM",
    REPORTS: "no partners' reports on these themes with their area: the partnership's own log",
}


@dataclass(frozen=True, kw_only=True)
class ChildRecords:
    """`counts`: source → `code`, `n`; `people`: `code`, `n` of `denominator`; `missing`: lacks."""

    counts: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    people: pl.DataFrame | None = None
    denominator: str = CHILDREN
    edition: str | None = None
    domain: str | None = None
    missing: tuple[Flag, ...] = ()


def child_records(dataset: Dataset) -> ChildRecords:
    """Counts by area from each source held, children by area, the index to set them against.

    Every input not held is in `missing` as a flag NEEDS that says who usually has it.
    """
    found = {
        CRIMES: _crimes(dataset),
        REFERRALS: _referrals(dataset),
        REPORTS: _reports(dataset),
    }
    counts = {name: frame for name, frame in found.items() if frame is not None}
    missing = [_needs(_HOLDER[name]) for name in SOURCES if name not in counts]
    people, denominator = _children(dataset)
    if people is None:
        missing.append(_needs("no count of residents by area: the Office for National Statistics"))
    elif denominator == RESIDENTS:
        missing.append(
            _needs(
                "no count of children by area, so rates are per resident of any age: the Office "
                "for National Statistics (mid-year estimates by age)"
            )
        )
    edition, domain = _index(dataset)
    if domain != DOMAINS[0]:
        beside = "so the income domain stands in" if domain else "nor the income domain"
        missing.append(
            _needs(
                f"no deciles of income deprivation affecting children (IDACI), {beside}: the "
                "Ministry of Housing, Communities and Local Government"
            )
        )
    return ChildRecords(
        counts=counts,
        people=people,
        denominator=denominator,
        edition=edition,
        domain=domain,
        missing=tuple(missing),
    )


def _needs(text: str) -> Flag:
    return Flag("NEEDS", f"Not held: {text}.")


def _crimes(dataset: Dataset) -> pl.DataFrame | None:
    if not dataset.has("events"):
        return None
    events = dataset.tables["events"].filter(pl.col("theme").is_in(THEMES))
    if events.is_empty():
        return None
    marked = placed_events(dataset).filter(pl.col("theme").is_in(THEMES))
    return _tallied(marked, "area")


def _referrals(dataset: Dataset) -> pl.DataFrame | None:
    if not dataset.has("referrals"):
        return None
    rows = dataset.tables["referrals"]
    return _tallied(rows.filter(pl.col("age_group").str.contains(_CHILD)), "area")


def _reports(dataset: Dataset) -> pl.DataFrame | None:
    if not dataset.has("reports"):
        return None
    return _tallied(dataset.tables["reports"].filter(pl.col("theme").is_in(THEMES)), "area")


def _tallied(rows: pl.DataFrame, area: str) -> pl.DataFrame | None:
    placed = rows.drop_nulls(area)
    if placed.is_empty():
        return None
    return placed.group_by(code=area).agg(n=pl.len().cast(pl.Int64)).sort("code")


def _children(dataset: Dataset) -> tuple[pl.DataFrame | None, str]:
    """Children by area where the age bands held cover 0 to 17, else residents of any age."""
    if not dataset.has("population"):
        return None, RESIDENTS
    held = dataset.tables["population"]["denominator"].unique().to_list()
    whole = next((name for name in _WHOLE if name in held), None)
    if whole is not None:
        return population_in(dataset, denominator=whole), CHILDREN
    bands = sorted(
        (int(band[1]), int(band[2]), name)
        for name in held
        if (band := _PART.match(name)) and int(band[2]) < ADULT
    )
    edges = [-1, *(hi for _, hi, _ in bands)]
    covers = bool(bands) and edges[-1] == ADULT - 1
    if covers and all(lo == before + 1 for (lo, _, _), before in zip(bands, edges, strict=False)):
        parts = [population_in(dataset, denominator=name) for _, _, name in bands]
        together = pl.concat([part for part in parts if part is not None])
        return together.group_by("code").agg(pl.col("n").sum()).sort("code"), CHILDREN
    return population_in(dataset), RESIDENTS


def _index(dataset: Dataset) -> tuple[str | None, str | None]:
    """Edition on the data set's own codes, and the domain nearest to children's deprivation."""
    if not dataset.has("deprivation"):
        return None, None
    fitting = [e for e, v in VINTAGE_OF_EDITION.items() if v == dataset.about.area_vintage]
    rows = dataset.tables["deprivation"].drop_nulls("decile")
    for domain in DOMAINS:
        mine = rows.filter((pl.col("domain") == domain) & pl.col("edition").is_in(fitting))
        if not mine.is_empty():
            return str(mine["edition"].max()), domain
    return None, None
