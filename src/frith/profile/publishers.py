"""Publishers and licences as a reader should meet them: written out, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from frith.tables.dataset import FileNote

_PARTS = re.compile(r"\s*(?:\||;| / )\s*")
FULL_NAMES = {
    "ONS": "Office for National Statistics",
    "OS": "Ordnance Survey",
    "MHCLG": "Ministry of Housing, Communities and Local Government",
    "OGL v3.0": "Open Government Licence v3.0",
}
"""What data sets shorten, and a board should not have to."""
_ATTRIBUTION = re.compile(r"^(?:Contains|Source:|\(c\)|©)|©|\(c\)", re.IGNORECASE)


def written_out(text: str) -> tuple[str, ...]:
    """The names in a field that may hold several, each in full and once."""
    parts = (FULL_NAMES.get(part, part) for part in _PARTS.split(text) if part)
    return tuple(dict.fromkeys(parts))


def source_line(notes: Iterable[FileNote]) -> str:
    """Publishers with their licences, those under one licence together."""
    by_licence: dict[str, dict[str, None]] = {}
    for note in notes:
        licence = ", ".join(written_out(note.licence))
        names = written_out(note.publisher) or ("publisher not stated",)
        by_licence.setdefault(licence, {}).update(dict.fromkeys(names))
    said = [
        ", ".join(names) + (f" ({licence})" if licence else "")
        for licence, names in by_licence.items()
    ]
    return "; ".join(said) + "."


def attributions(notes: Iterable[FileNote]) -> tuple[str, ...]:
    """The attribution lines that must be carried, each once, in order of appearance."""
    parts = (part.strip() for note in notes for part in note.source.split(" | "))
    kept = (part for part in parts if _ATTRIBUTION.search(part))
    return tuple(dict.fromkeys(part if part.endswith(".") else f"{part}." for part in kept))
