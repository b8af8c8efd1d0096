"""The account of a dataset: who published what, under which licence, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from frith.reference.regimes import Regime
from frith.results import Flag
from frith.sources.found import Found
from frith.sources.months import first_day, in_words, last_day
from frith.tables.dataset import About, FileNote

AREA_VINTAGE = "lsoa21"
FROM_POLICE = ("events", "outcomes", "counts")
"""Tables that come, wholly or partly, from the force's street and outcome files."""


def about_dataset(
    name: str,
    *,
    areas: Sequence[str],
    months: Sequence[str],
    tables: Sequence[str],
    used: Mapping[str, Sequence[Found]],
    police: FileNote,
    attribution: str,
) -> About:
    """What `dataset.toml` says: one note for each of `tables`.

    `used` names the files each table came from; `police` is the note of the force's own files;
    `attribution` is what the folder of downloads says must be carried, blank where it says nothing.
    """
    notes: dict[str, FileNote] = {}
    for table in tables:
        parts = [police] if table in FROM_POLICE else []
        parts += [_note(one, attribution) for one in used.get(table, ())]
        notes[table] = _joined(parts)
    return About(
        name=f"{name}, open data, {in_words(list(months))}",
        area=" ".join(areas),
        area_name=name,
        area_vintage=AREA_VINTAGE,
        period=(first_day(months[0]), last_day(months[-1])),
        files=notes,
    )


def police_note(
    source: str, *, licence: str, attribution: str, retrieved_on: date | None
) -> FileNote:
    """The note of street and outcome files."""
    return FileNote(
        publisher="data.police.uk",
        licence=licence,
        regime=Regime.OPEN,
        source=_each_once([source, attribution]),
        retrieved_on=retrieved_on,
    )


def as_comments(months: Mapping[str, Sequence[str]], notes: Iterable[Flag]) -> str:
    """Months and notes as comments for the head of `dataset.toml`, for whoever opens it."""
    lines = [
        f"Months asked for: {in_words(list(months['asked']))}.",
        f"Found: {in_words(list(months['found']))}.",
        f"Missing: {in_words(list(months['missing'])) or 'none'}.",
        f"With outcome files: {in_words(list(months['outcomes_found'])) or 'none'}.",
        *(note.text for note in notes),
    ]
    return "".join(f"# {' '.join(line.split())}\n" for line in lines) + "\n"


def _note(found: Found, attribution: str) -> FileNote:
    # Where the folder states another licence than the publisher's own, somebody reworked the file:
    # then its own attribution, which names them, is to be carried.
    reworked = attribution and found.licence and found.licence != found.source.licence
    carried = attribution if reworked else found.source.attribution
    return FileNote(
        publisher=found.publisher or found.source.publisher,
        licence=found.licence or found.source.licence,
        regime=Regime.OPEN,
        source=_each_once([f"{found.name} ({found.source.page})", carried]),
        retrieved_on=found.retrieved_on,
    )


def _joined(notes: Sequence[FileNote]) -> FileNote:
    """One note for several files: every publisher and licence once, the latest day."""
    return FileNote(
        publisher=_each_once(note.publisher for note in notes),
        licence=_each_once(note.licence for note in notes),
        regime=Regime.OPEN,
        source=_each_once(part for note in notes for part in note.source.split(_BETWEEN)),
        retrieved_on=max((note.retrieved_on for note in notes if note.retrieved_on), default=None),
    )


_BETWEEN = " | "


def _each_once(texts: Iterable[str]) -> str:
    return _BETWEEN.join(dict.fromkeys(text for text in texts if text))
