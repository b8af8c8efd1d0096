"""A folder of downloads looked through: what each file is, told by its headers, not its name.

Street and outcome files are known by their names, because police.uk puts force and month nowhere
else that can be trusted, whether they lie loose, gzipped, in month folders, or in an archive zip.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from frith.errors import BadInput
from frith.sources.catalogue import Source, catalogue
from frith.sources.found import Found, retrieved

_POLICE_FILE = re.compile(
    r"(?P<month>\d{4}-\d{2})-(?P<force>[a-z-]+?)-(?P<kind>street|outcomes|stop-and-search)"
    r"\.csv(\.gz)?$"
)
_POLICE_ARCHIVE = re.compile(r"^\d{4}-\d{2}\.zip$")
_HEAD_BYTES = 1 << 16
"""Enough of a file for its header row, or for the first feature's properties."""
_SIMPLIFIED = "simplified"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class PoliceFile:
    """One month of one force: a file, or a `member` of an archive."""

    month: str
    kind: str
    force: str
    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The name of the file, or of the archive and the file in it."""
        return f"{self.path.name}:{Path(self.member).name}" if self.member else self.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What a folder holds, by source key; and the files that were not known."""

    path: Path
    police: tuple[PoliceFile, ...]
    by_source: Mapping[str, tuple[Found, ...]]
    unknown: tuple[Path, ...] = ()
    said_of: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    attribution: str = ""

    def all_of(self, key: str) -> tuple[Found, ...]:
        """Every file known to hold that source."""
        return self.by_source.get(key, ())

    def one_of(self, key: str) -> Found | None:
        """The file of that source with most in it; None where there is none."""
        found = self.all_of(key)
        return max(found, key=lambda one: (one.path.stat().st_size, one.name)) if found else None

    def need(self, key: str) -> Found:
        """As `one_of`, raising `BadInput` that says what to fetch where there is none."""
        found = self.one_of(key)
        if found is None:
            wanted = catalogue()[key]
            raise BadInput(
                f"it holds no file of: {wanted.title}",
                where=str(self.path),
                mend=f"Fetch it from {wanted.page} and put it in the folder.",
            )
        return found

    def police_files(self, *, force: str, kind: str) -> dict[str, PoliceFile]:
        """One file a month. A loose file goes before an archive, a later archive before an earlier.

        Later archives carry the publisher's corrections to earlier months.
        """
        chosen: dict[str, PoliceFile] = {}
        wanted = (file for file in self.police if (file.force, file.kind) == (force, kind))
        for file in sorted(wanted, key=lambda one: (not one.member, one.path.name)):
            chosen[file.month] = file
        return chosen


def look_through(path: Path, *, only: Iterable[Path] | None = None) -> Folder:
    """What the folder holds, or what the files `only` in it are.

    Raises `BadInput` where it is no folder or nothing in it is known.
    """
    if not path.is_dir():
        raise BadInput("it is not a folder", where=str(path), mend="Give the folder of downloads.")
    said_of, attribution = _sources_page(path)
    police: list[PoliceFile] = []
    by_source: dict[str, list[Found]] = {}
    unknown: list[Path] = []
    files = path.rglob("*") if only is None else only
    for file in sorted(one for one in files if one.is_file()):
        of_police = list(_police_files(file))
        police += of_police
        if of_police:
            continue
        found = _identified(file, said_of.get(file.relative_to(path).as_posix(), ("", "")))
        if found is None:
            unknown.append(file)
        else:
            by_source.setdefault(found.source.key, []).append(found)
    if not police and not by_source:
        raise BadInput(
            "nothing in it is known",
            where=str(path),
            mend="It should hold downloads such as 2025-10-south-yorkshire-street.csv; "
            "docs/reference/sources.md lists what is read.",
        )
    return Folder(
        path=path,
        police=tuple(police),
        by_source={key: tuple(files) for key, files in by_source.items()},
        unknown=tuple(unknown),
        said_of=said_of,
        attribution=attribution,
    )


def _police_files(file: Path) -> Iterable[PoliceFile]:
    named = _POLICE_FILE.search(file.name)
    if named:
        yield PoliceFile(month=named["month"], force=named["force"], kind=named["kind"], path=file)
    elif _POLICE_ARCHIVE.match(file.name):
        for member in _members(file):
            inside = _POLICE_FILE.search(member)
            if inside:
                yield PoliceFile(
                    month=inside["month"],
                    force=inside["force"],
                    kind=inside["kind"],
                    path=file,
                    member=member,
                )


def _members(file: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except zipfile.BadZipFile as error:
        raise BadInput(
            "it is not a whole zip archive", where=str(file), mend="Fetch it again."
        ) from error


def _identified(file: Path, said: tuple[str, str]) -> Found | None:
    """What the file is, by the headers (or first properties) it begins with."""
    name = file.name.removesuffix(".gz")
    if name.endswith(".geojson"):
        form, seen = "geojson", _first_properties(file)
    elif name.endswith(".csv"):
        form, seen = "csv", _header(file)
    elif name.endswith(".zip") and "cities" in name:
        return _found(file, catalogue()["place_names"], {}, (), said)
    else:
        return None
    for known in catalogue().values():
        if known.form == form and known.headers:
            columns = _matched(known, seen)
            if columns is not None and (form == "csv" or columns["code"] == _first_code(seen)):
                return _found(file, known, columns, tuple(seen), said)
    return None


def _found(
    file: Path,
    known: Source,
    columns: Mapping[str, str],
    seen: tuple[str, ...],
    said: tuple[str, str],
) -> Found:
    return Found(
        path=file,
        source=known,
        columns=columns,
        all_columns=seen,
        publisher=said[0] or known.publisher,
        licence=said[1] or known.licence,
        retrieved_on=retrieved(file),
    )


def _matched(known: Source, seen: list[str]) -> dict[str, str] | None:
    """Field to header, where every field of the source is there; None otherwise."""
    by_lower = {header.lower(): header for header in seen}
    columns: dict[str, str] = {}
    for name, spellings in known.headers.items():
        here = [by_lower[one.lower()] for one in spellings if one.lower() in by_lower]
        if not here:
            return None
        columns[name] = here[0]
    return columns


def _first_code(seen: list[str]) -> str:
    """The first property that holds a code: an outline's own; later ones name what it lies in."""
    return next((name for name in seen if name.endswith(("_code", "CD"))), "")


def _header(file: Path) -> list[str]:
    first = _head(file).split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    return next(csv.reader([first.rstrip("\r")]), [])


def _first_properties(file: Path) -> list[str]:
    """Names of the first feature's properties, read without parsing the whole file."""
    text = _head(file).decode("utf-8", errors="replace")
    start = text.find('"properties"')
    while start >= 0:
        brace = text.find("{", start)
        try:
            properties, _ = json.JSONDecoder().raw_decode(text[brace:])
        except ValueError:
            return []
        if isinstance(properties, dict) and "name" not in properties.get("type", ""):
            return list(properties)
        start = text.find('"properties"', brace)
    return []


def _head(file: Path) -> bytes:
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as handle:
            return handle.read(_HEAD_BYTES)
    except (OSError, EOFError):
        return b""


def _sources_page(path: Path) -> tuple[dict[str, tuple[str, str]], str]:
    """Publisher and licence of each file, and the attribution, where a SOURCES.md states them."""
    page = path / "SOURCES.md"
    if not page.is_file():
        return {}, ""
    said: dict[str, tuple[str, str]] = {}
    attribution = ""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("Attribution to carry:"):
            attribution = line.split(":", 1)[1].strip().strip('"')
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line[:1] == "|" else []
        if len(cells) >= 4 and "/" in cells[0]:
            licence = cells[3].replace("OGL v3.0", "Open Government Licence v3.0")
            said[cells[0]] = (cells[2], "" if "as above" in licence else licence)
    return said, attribution


def is_simplified(found: Found) -> bool:
    """True where the file says of itself that its outlines were simplified."""
    return _SIMPLIFIED in found.name
