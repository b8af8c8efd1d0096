"""From a folder of downloads to the tables of a dataset, with everything that was left out told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from frith.results import Flag, Severity
from frith.sources.account import about_dataset
from frith.sources.folder import Folder
from frith.sources.found import Found
from frith.sources.geonames.places import place_features
from frith.sources.home_office.nrm import force_rows, uk_rows
from frith.sources.mhclg.deprivation import deprivation_rows
from frith.sources.ons.lookups import Geography, check_areas, lookup_rows, read_geography
from frith.sources.ons.outlines import Feature, area_features
from frith.sources.ons.population import population_rows, read_census
from frith.sources.police_uk.counting import count_street, read_counts
from frith.sources.police_uk.counts import OtherCounts, other_counts, own_counts, own_districts
from frith.sources.police_uk.events import PoliceTables, read_police
from frith.sources.police_uk.forces import Force
from frith.tables.dataset import About
from frith.tables.report import TableReport

Report = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Built:
    """A dataset ready to be written, and the account of how it came to be."""

    about: About
    tables: Mapping[str, pl.DataFrame]
    outlines: Mapping[str, Mapping[str, Any]]
    reports: tuple[TableReport, ...]
    months: Mapping[str, tuple[str, ...]]
    """asked, found, missing; and for outcomes: outcomes_found."""
    notes: tuple[Flag, ...]
    inputs: tuple[Path, ...]
    unknown: tuple[Path, ...]


@dataclass(kw_only=True)
class _Making:
    """What is gathered on the way."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    outlines: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    reports: list[TableReport] = field(default_factory=list)
    notes: list[Flag] = field(default_factory=list)
    used: dict[str, list[Found]] = field(default_factory=dict)

    def note(self, code: str, text: str, severity: Severity = Severity.NOTE) -> None:
        self.notes.append(Flag(code, text, severity))


def build(
    folder: Folder,
    *,
    force: Force,
    areas: Sequence[str],
    months: Sequence[str],
    say: Report = lambda _text: None,
) -> Built:
    """Every table that the folder's files give for the districts `areas`.

    `months` are YYYY-MM, in order. Months without a street file are told, not filled. Raises
    `BadInput` where a file that nothing can do without is absent (lookups, outlines, Census, any
    street file at all), `UnknownName` where a district does not exist.
    """
    say("Reading lookups and outlines")
    geography = read_geography(folder.need("lsoa21_districts"), folder.need("lsoa11_lsoa21"))
    wanted = check_areas(areas, geography)
    making = _Making(reports=list(geography.reports))
    features = _outline(making, folder, geography, wanted)
    say("Reading street and outcome files")
    police = read_police(folder, geography, features, force=force, areas=wanted, months=months)
    making.tables["events"] = police.events
    if not police.outcomes.is_empty():
        making.tables["outcomes"] = police.outcomes
    making.reports += police.reports
    making.notes += police.notes
    say("Counting other districts, people and deprivation")
    _count_and_populate(
        making, folder, geography, police, force=force, areas=wanted, months=months, say=say
    )
    _deprive(making, folder, geography, wanted)
    _refer(making, folder, force)
    _name_places(making, folder)
    return Built(
        about=about_dataset(
            geography.name_of(wanted),
            areas=wanted,
            months=months,
            tables=(*making.tables, *making.outlines),
            used=making.used,
            police=police.note,
            attribution=folder.attribution,
        ),
        tables=making.tables,
        outlines=making.outlines,
        reports=tuple(making.reports),
        months=police.months,
        notes=tuple(making.notes),
        inputs=_inputs(making, police),
        unknown=folder.unknown,
    )


def _outline(
    making: _Making, folder: Folder, geography: Geography, areas: Sequence[str]
) -> list[Feature]:
    making.tables["lookups"] = lookup_rows(geography, areas)
    making.used["lookups"] = [folder.need("lsoa21_districts"), folder.need("lsoa11_lsoa21")]
    features, used = area_features(folder, geography, areas)
    making.outlines["areas"] = _collection(features)
    making.used["areas"] = used
    return features


def _count_and_populate(
    making: _Making,
    folder: Folder,
    geography: Geography,
    police: PoliceTables,
    *,
    force: Force,
    areas: Sequence[str],
    months: Sequence[str],
    say: Report,
) -> None:
    census, of_census, reports = read_census(folder)
    making.reports += reports
    _note_gaps(making, "population", census["code"], geography.lsoa21_of(areas))
    policed = own_districts(police.placed, geography)
    strange = [geography.name_of([code]) for code in areas if code not in policed]
    if strange:
        making.note(
            "area-of-another-force",
            f"{force.name} recorded crimes in few parts of {', '.join(strange)}: another force "
            "polices it, and most of what happens there is not in these files.",
            Severity.WARN,
        )
    own = [code for code in policed if code not in areas]
    parts = [own_counts(police.placed, geography, districts=own)]
    counted = _counted(making, folder, force=force, months=months, say=say)
    if counted is not None:
        others = other_counts(counted, census, geography, force=force, months=months)
        parts.append(others.rows.filter(~pl.col("code").is_in([*areas, *own])))
        _note_counts(making, others)
    counts = pl.concat(parts)
    names = geography.districts.select(code="lad24", name="lad24_name").unique("code")
    making.tables["counts"] = counts.join(names, on="code", how="left", maintain_order="left")
    districts = sorted({*areas, *counts["code"]})
    making.tables["population"] = population_rows(
        census, geography, areas=areas, districts=districts
    )
    making.used["population"] = list(of_census)


def _note_gaps(making: _Making, what: str, there: pl.Series, wanted: Sequence[str]) -> None:
    """Tell where an area that should be in a table is not."""
    missing = sorted(set(wanted) - set(there))
    if missing:
        making.note(
            "areas-not-in-table",
            f"{len(missing)} of {len(wanted)} small areas have no {what}: "
            f"{', '.join(missing[:3])}, …",
            Severity.WARN,
        )


def _counted(
    making: _Making, folder: Folder, *, force: Force, months: Sequence[str], say: Report
) -> pl.DataFrame | None:
    """Every force's counts: from a file of counts, else from street files of other forces."""
    found = folder.one_of("police_counts")
    if found is not None:
        counted, report = read_counts(found)
        making.used["counts"] = [found]
    else:
        forces = {one.force for one in folder.police if one.kind == "street"}
        if forces <= {force.slug}:
            making.note("no-other-forces", "No counts of other forces to compare with.")
            return None
        of_forces = (folder.police_files(force=slug, kind="street") for slug in sorted(forces))
        files = [one[month] for one in of_forces for month in months if month in one]
        counted, report = count_street(files, say=say)
    making.reports.append(report)
    return counted


def _note_counts(making: _Making, others: OtherCounts) -> None:
    if others.unmatched:
        making.note(
            "district-names-unmatched",
            f"Counts of {len(others.unmatched)} districts were left out because no district of the "
            f"lookup bears the name: {', '.join(others.unmatched)}.",
            Severity.WARN,
        )
    if others.without_home:
        making.note(
            "districts-without-home-force",
            f"{len(others.without_home)} districts cannot be compared: the counts do not "
            f"hold the force that polices them ({', '.join(others.without_home[:5])}, …).",
        )
    if others.incomplete:
        listed = "; ".join(f"{name} {month}" for name, month in others.incomplete)
        making.note("months-incomplete", f"Months that look incomplete were left out: {listed}.")


def _deprive(making: _Making, folder: Folder, geography: Geography, areas: Sequence[str]) -> None:
    parts, used = [], []
    editions = (("2025", geography.lsoa21_of(areas)), ("2019", geography.lsoa11_of(areas)))
    for edition, codes in editions:
        found = folder.one_of(f"deprivation_{edition}")
        if found is None:
            making.note("no-deprivation", f"No file of the Indices of Deprivation {edition}.")
            continue
        rows, report, left_out = deprivation_rows(found, codes, edition=edition)
        parts.append(rows)
        used.append(found)
        making.reports.append(report)
        _note_gaps(making, f"deprivation {edition}", rows["code"], codes)
        if left_out:
            making.note(
                "domains-left-out",
                f"The {edition} file gives no decile for {', '.join(left_out)}.",
            )
    if parts:
        making.tables["deprivation"] = pl.concat(parts)
        making.used["deprivation"] = used


def _refer(making: _Making, folder: Folder, force: Force) -> None:
    """Counts of referrals by force and quarter: measure values, as nobody's referral is a row."""
    parts, used = [], []
    by_force, of_uk = folder.one_of("nrm_by_force"), folder.one_of("nrm_uk")
    if by_force is not None:
        rows, report = force_rows(by_force, force)
        parts.append(rows)
        used.append(by_force)
        making.reports.append(report)
    if of_uk is not None:
        rows, report = uk_rows(of_uk)
        parts.append(rows)
        used.append(of_uk)
        making.reports.append(report)
    if parts:
        making.tables["measure_values"] = pl.concat(parts)
        making.used["measure_values"] = used
    else:
        making.note("no-referrals", "No table of National Referral Mechanism referrals.")


def _name_places(making: _Making, folder: Folder) -> None:
    found = folder.one_of("place_names")
    if found is None:
        making.note("no-places", "No place names, so maps have no labels.")
        return
    features, report = place_features(found, making.outlines["areas"]["features"])
    making.outlines["places"] = _collection(features)
    making.used["places"] = [found]
    making.reports.append(report)


def _collection(features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _inputs(making: _Making, police: PoliceTables) -> tuple[Path, ...]:
    of_tables = {one.path for found in making.used.values() for one in found}
    return tuple(sorted(of_tables | set(police.inputs)))
