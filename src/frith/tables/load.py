"""A dataset folder becomes a `Dataset`: every table read, checked against the others, noted."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from frith.errors import BadInput, Mendable, UnknownName
from frith.reference.regimes import Regime
from frith.results import Flag
from frith.tables.about import ABOUT_FILE, read_about
from frith.tables.captures import is_capture_header, read_captures
from frith.tables.codebook import Codebook
from frith.tables.cross import cross_notes
from frith.tables.dataset import About, Dataset, FileNote
from frith.tables.declared import TABLES
from frith.tables.files import SUFFIXES, read_raw, stem_of, suffix_of
from frith.tables.read import read_table
from frith.tables.report import Reading, TableReport

_FIRST = ("lookups", "areas")
"""Read before the others, because they tell which vintage a code is of."""

_NOT_DATA = (ABOUT_FILE, "run.json", "readme.md", "readme.txt", "licence", "license")


@dataclass(kw_only=True)
class Loading:
    """A folder as far as it has been read; `errors` are files refused as a whole."""

    about: About
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    reports: dict[str, TableReport] = field(default_factory=dict)
    outlines: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: list[Flag] = field(default_factory=list)
    errors: dict[str, Mendable] = field(default_factory=dict)


def load_dataset(folder: Path, *, only: Collection[str] | None = None) -> Dataset:
    """Read a dataset folder; `only` names the tables to read, all of them where it is None.

    Refused rows are reported, not raised (`Dataset.reports`). Raises BadInput where
    `dataset.toml` or a whole file is not as declared, ForbiddenData where a file holds what frith
    never reads, UnknownName where `only` names no table.
    """
    loading = read_folder(folder, only=only)
    for error in loading.errors.values():
        raise error
    return Dataset(
        folder=folder,
        about=loading.about,
        tables=loading.tables,
        reports=loading.reports,
        outlines=loading.outlines,
        notes=tuple(loading.notes),
    )


def read_folder(
    folder: Path, *, only: Collection[str] | None = None, rejects: Path | None = None
) -> Loading:
    """Read a dataset folder as far as it goes; a file refused as a whole does not stop the rest."""
    if not folder.is_dir():
        raise BadInput("there is no such folder", where=str(folder))
    _refuse_unknown_tables(only)
    about = read_about(folder)
    files, unknown = _files(folder)
    wanted = {name: path for name, path in files.items() if only is None or name in only}
    loading = Loading(about=_with_every_file(about, files))
    codes = Codebook()
    for name in sorted(wanted, key=lambda n: (n not in _FIRST, n != _FIRST[0], n)):
        try:
            reading = read_one(
                wanted[name], name, vintage=about.area_vintage, rejects=rejects, codes=codes
            )
        except Mendable as error:
            loading.errors[name] = error
            continue
        _take(loading, name, reading)
        if name in _FIRST:
            codes = Codebook.of(
                lookups=loading.tables.get("lookups"), areas=loading.tables.get("areas")
            )
    loading.notes += _folder_notes(about, files, unknown)
    loading.notes += _flow_notes(loading)
    _add_notes(loading.reports, cross_notes(loading.tables))
    return loading


def read_one(
    path: Path,
    name: str,
    *,
    vintage: str = "",
    rejects: Path | None = None,
    codes: Codebook | None = None,
) -> Reading:
    """One file as the table of that name; `lists` may be a capture table instead of memberships."""
    if name == "lists" and is_capture_header(read_raw(path).frame.columns):
        return read_captures(path, rejects=rejects)
    return read_table(path, TABLES[name], vintage=vintage, rejects=rejects, codes=codes)


def _take(loading: Loading, name: str, reading: Reading) -> None:
    """Put what a file gave where it belongs."""
    loading.reports[name] = reading.report
    loading.tables[name] = reading.frame
    if reading.outline is not None:
        loading.outlines[name] = reading.outline
    for other, frame in reading.also.items():
        held = loading.tables.get(other)
        both = frame if held is None else pl.concat([held, frame], how="vertical_relaxed")
        loading.tables[other] = both


def _refuse_unknown_tables(only: Collection[str] | None) -> None:
    for name in only or ():
        if name not in TABLES:
            raise UnknownName(f"there is no table {name!r}", mend=f"Known are {', '.join(TABLES)}.")


def _files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """The file of each table, and names of files that are no table's; two for one are refused."""
    files: dict[str, Path] = {}
    unknown: list[str] = []
    for path in sorted(folder.iterdir()):
        name = stem_of(path)
        if path.name.startswith(".") or path.name.lower() in _NOT_DATA:
            continue
        if path.is_dir() and not suffix_of(path):
            continue  # a folder beside the tables is nobody's table
        if not suffix_of(path) or name not in TABLES:
            unknown.append(path.name + ("/" if path.is_dir() else ""))
            continue
        if name in files:
            raise BadInput(
                f"holds two files for the table {name}: {files[name].name} and {path.name}",
                where=folder.name,
                mend="Keep one of them.",
            )
        files[name] = path
    if not files:
        raise BadInput(
            "holds no file named after a table",
            where=str(folder),
            mend=f"Name files like events.csv; endings may be {', '.join(SUFFIXES)}.",
        )
    return files, unknown


def _with_every_file(about: About, files: Mapping[str, Path]) -> About:
    """Every file has a note: one that `dataset.toml` leaves out counts as personal data."""
    notes = {**about.files, **{name: FileNote() for name in files if name not in about.files}}
    return dataclasses.replace(about, files=notes)


def _folder_notes(about: About, files: Mapping[str, Path], unknown: list[str]) -> list[Flag]:
    notes = [
        Flag("unknown_file", f"{name} is no table of a data set and was not read.")
        for name in unknown
    ]
    notes += [
        Flag(
            "file_not_described",
            f"{path.name} is not described in {ABOUT_FILE}; it is treated as personal data under "
            "UK GDPR.",
        )
        for name, path in files.items()
        if name not in about.files
    ]
    notes += [
        Flag("file_missing", f"{ABOUT_FILE} describes {name}, but there is no such file.")
        for name in about.files
        if name not in files
    ]
    return notes


def _flow_notes(loading: Loading) -> list[Flag]:
    """Person-level files that came by no registered flow; linkage refuses them."""
    free = (Regime.OPEN, Regime.SYNTHETIC)
    return [
        Flag(
            "no_flow",
            f"{name} is about persons and names no flow in {ABOUT_FILE}; it may be looked at, but "
            "linkage refuses it until the flow it came by is registered.",
        )
        for name in loading.tables
        if name in loading.reports
        and TABLES[name].person_level
        and loading.about.files[name].regime not in free
        and not loading.about.files[name].flow
    ]


def _add_notes(reports: dict[str, TableReport], notes: Mapping[str, tuple[Flag, ...]]) -> None:
    for name, more in notes.items():
        held = reports[name]
        reports[name] = dataclasses.replace(held, notes=(*held.notes, *more))
