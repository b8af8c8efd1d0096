"""Street and outcome files of one force become the events and outcomes of some districts."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from frith.errors import BadInput
from frith.results import Flag, Severity
from frith.sources.account import police_note
from frith.sources.catalogue import source
from frith.sources.folder import Folder, PoliceFile
from frith.sources.found import bounded, retrieved
from frith.sources.months import in_words
from frith.sources.ons.lookups import Geography
from frith.sources.police_uk.forces import Force
from frith.sources.police_uk.vintage import OLD, to_lsoa21
from frith.tables.dataset import FileNote
from frith.tables.police_uk import read_outcomes, read_street
from frith.tables.report import Reading, TableReport


@dataclass(frozen=True, kw_only=True)
class PoliceTables:
    """Events and outcomes of the districts, and what is needed to account for them.

    `placed` has a row for every event of the force with a place: lsoa21, month, crime_type.
    """

    events: pl.DataFrame
    outcomes: pl.DataFrame
    placed: pl.DataFrame
    reports: tuple[TableReport, ...]
    notes: tuple[Flag, ...]
    months: Mapping[str, tuple[str, ...]]
    inputs: tuple[Path, ...]
    note: FileNote


def read_police(
    folder: Folder,
    geography: Geography,
    features: Sequence[Mapping[str, Any]],
    *,
    force: Force,
    areas: Sequence[str],
    months: Sequence[str],
) -> PoliceTables:
    """Events of the force that lie in `areas`, those with no place at all, and their outcomes.

    An event with no place may lie anywhere in the force: it is kept, its area null, and counted.
    Raises `BadInput` where the folder has no street file of the force for any of the months.
    """
    street = _wanted(folder, force, "street", months)
    if not street:
        raise BadInput(
            f"it holds no street file of {force.name} from {months[0]} to {months[-1]}",
            where=str(folder.path),
            mend=f"It should hold files such as {months[-1]}-{force.slug}-street.csv.",
        )
    outcome_files = _wanted(folder, force, "outcomes", months)
    every, decided = _read(street, outcome_files, geography)
    near, placed = _chosen(every.frame, geography, areas)
    moved = to_lsoa21(near, geography, features)
    # The parts of an area of 2011 may, rarely, lie in two districts: keep what lies in these.
    events = moved.frame.filter(
        pl.col("area").is_null() | pl.col("area").is_in(_codes(geography, areas))
    ).sort("occurred_from", "source_file", "source_row")
    outcomes, of_outcomes = _outcomes_of(
        events, decided.frame if decided else None, every.also["outcomes"]
    )
    reports = [*_reports(every), *(_reports(decided) if decided else ())]
    inputs = {file.path for file in (*street.values(), *outcome_files.values())}
    held = {
        "asked": tuple(months),
        "found": tuple(sorted(street)),
        "missing": tuple(month for month in months if month not in street),
        "outcomes_found": tuple(sorted(outcome_files)),
    }
    archive = source("police_archive")
    notes = (*_notes(every, events, force=force, months=held), *moved.notes, *of_outcomes)
    return PoliceTables(
        events=events,
        outcomes=outcomes,
        placed=placed,
        reports=tuple(reports),
        notes=notes,
        months=held,
        inputs=tuple(sorted(inputs)),
        note=police_note(
            f"street and outcome files of {force.name} ({archive.page})",
            licence=archive.licence,
            attribution=archive.attribution,
            retrieved_on=max(retrieved(path) for path in inputs),
        ),
    )


def _read(
    street: Mapping[str, PoliceFile], decided: Mapping[str, PoliceFile], geography: Geography
) -> tuple[Reading, Reading | None]:
    """Every street file as one table, and every outcome file where there is one."""
    with tempfile.TemporaryDirectory(prefix="frith-") as scratch:
        events = read_street(
            [_on_disk(file, Path(scratch)) for file in street.values()], codes=geography.codebook()
        )
        paths = [_on_disk(file, Path(scratch)) for file in decided.values()]
        return events, read_outcomes(paths) if paths else None


def _wanted(
    folder: Folder, force: Force, kind: str, months: Sequence[str]
) -> dict[str, PoliceFile]:
    files = folder.police_files(force=force.slug, kind=kind)
    return {month: files[month] for month in months if month in files}


def _on_disk(file: PoliceFile, scratch: Path) -> Path:
    """The file itself, or the archive's member unpacked for as long as it is read."""
    if not file.member:
        return file.path
    target = scratch / Path(file.member).name
    try:
        with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as handle:
            target.write_bytes(bounded(handle, file.path))
    except zipfile.BadZipFile as error:  # also where the member's checksum is wrong
        raise BadInput(
            f"{file.member} in it is damaged", where=str(file.path), mend="Fetch it again."
        ) from error
    return target


def _reports(reading: Reading) -> tuple[TableReport, ...]:
    return tuple(reading.parts) or (reading.report,)


def _chosen(
    every: pl.DataFrame, geography: Geography, areas: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The areas' events with those of no place; and a row for every event that has one."""
    inside = pl.col("area").is_in(_codes(geography, areas))
    nowhere = pl.col("area").is_null() & pl.col("longitude").is_null()
    # An event with a code of 2011 is counted through any part of that area: the parts of one area
    # lie in one district, and districts are all that is counted.
    any_part = geography.changes.group_by("lsoa11").agg(
        pl.col("lsoa21").sort().first().alias("part")
    )
    placed = (
        every.filter(pl.col("area").is_not_null())
        .join(any_part, left_on="area", right_on="lsoa11", how="left")
        .select(
            pl.when(pl.col("area_vintage") == OLD)
            .then(pl.col("part"))
            .otherwise(pl.col("area"))
            .alias("lsoa21"),
            pl.col("occurred_from").dt.strftime("%Y-%m").alias("month"),
            "crime_type",
        )
    )
    return every.filter(inside | nowhere), placed


def _codes(geography: Geography, areas: Sequence[str]) -> list[str]:
    return geography.lsoa21_of(areas) + geography.lsoa11_of(areas)


def _outcomes_of(
    events: pl.DataFrame, decided: pl.DataFrame | None, last: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Flag, ...]]:
    """Outcomes of the events: from the outcome files, else the last one the street file names.

    The street file's has no date, and is the state of the crime when the file was published.
    """
    kept = events.select("event_id")
    if decided is None:
        return last.join(kept, on="event_id", how="semi"), ()
    own = decided.join(kept, on="event_id", how="semi")
    rest = last.join(kept, on="event_id", how="semi").join(own, on="event_id", how="anti")
    others = decided.height - own.height
    return pl.concat([own, rest.select(own.columns)]), (
        Flag(
            "outcomes-of-other-events",
            f"{others:,} of {decided.height:,} rows of the outcome files belong to crimes "
            "elsewhere in the force or in months without a street file, and were left out.",
            Severity.NOTE,
        ),
    )


def _notes(
    every: Reading, events: pl.DataFrame, *, force: Force, months: Mapping[str, Sequence[str]]
) -> list[Flag]:
    """What the files as a whole tell: months missing, Crime IDs repeated, events of no place."""
    of_files = {flag for part in every.parts for flag in part.notes}
    notes = [flag for flag in every.report.notes if flag not in of_files]
    missing = months["missing"]
    if missing:
        text = (
            f"No street file for {len(missing)} of the {len(months['asked'])} months asked for: "
            f"{in_words(list(missing))}. Nothing is known of them: they are not months without "
            "crime."
        )
        notes.append(Flag("months-missing", text, Severity.WARN))
    nowhere = events["area"].null_count()
    if nowhere:
        text = (
            f"{nowhere:,} of {every.frame.height:,} events of {force.name} have no location and "
            "may lie anywhere in the force. They are in the data set, with no area, and in no rate "
            "of an area."
        )
        notes.append(Flag("events-without-place", text, Severity.WARN))
    return notes
