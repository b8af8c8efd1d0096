"""Interview themes as coded notes: read, and refused where they would name or point to anybody."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Set
from pathlib import Path

import polars as pl

from frith.tables import Reading, read_table
from frith.tables.declared.study import NOTES

_GIVEAWAYS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.\w"), "an email address"),
    (re.compile(r"(?:\+?\d[\s-]?){9,}"), "a telephone or reference number"),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"), "a postcode"),
    (re.compile(r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b"), "a vehicle registration"),
    (re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sgt|PC|DC|DI|DS|Cllr)\.?\s+[A-Z][a-z]+"), "a name"),
    (re.compile(r"\b\d+[A-Za-z]?\s+(?:[A-Z][a-z]+\s+)+(?:Street|Road|Avenue|Lane|Close|Drive|Way|"
                r"Court|Terrace|Crescent|Place|Grove)\b"), "an address"),
)  # fmt: skip
"""What a note that is to be published may not hold, by its shape."""
_SHORTEST_NAME = 3


def read_notes(path: Path, *, nominals: pl.DataFrame | None = None) -> Reading:
    """The notes that may be published; others are refused by row with the reason.

    Refused are notes that hold an email address, number, postcode, registration, address or a
    title with a name, and, where `nominals` are given, notes with a capitalised name of one of
    them inside a sentence. A reader must still look: no rule knows every nickname.
    """
    reading = read_table(path, NOTES)
    names = _names(nominals) if nominals is not None else set()
    refused: list[tuple[int, str, str, str]] = []
    for note in reading.frame.iter_rows(named=True):
        column, reason = _giveaway(note, names)
        if reason:
            refused.append((note["source_row"], column, "", f"holds {reason}: write it without"))
    wrong = pl.DataFrame(refused, schema=reading.report.refusals.schema, orient="row")
    kept = reading.frame.filter(~pl.col("source_row").is_in(wrong["row"].to_list()))
    return dataclasses.replace(
        reading,
        frame=kept,
        report=dataclasses.replace(
            reading.report,
            accepted=kept.height,
            refusals=pl.concat([reading.report.refusals, wrong]).sort("row"),
        ),
    )


def _giveaway(note: dict[str, str], names: Set[str]) -> tuple[str, str]:
    """The column and what in it points to somebody; blank where nothing does.

    A capital letter inside a sentence is what tells the name Green from the colour.
    """
    for column in ("theme", "role", "text"):
        for pattern, what in _GIVEAWAYS:
            if pattern.search(note[column]):
                return column, what
        for sentence in re.split(r"[.!?:“”\"]\s*", note[column]):
            words = re.findall(r"[^\W\d_]+", sentence)
            inside = {word.casefold() for word in words[1:] if word[:1].isupper()}
            if inside & names:
                return column, "a name on record (or a word like one, with a capital letter)"
    return "", ""


def _names(nominals: pl.DataFrame) -> set[str]:
    """Every given and family name on record, in lower case; short ones tell too little."""
    written = pl.concat([nominals["given_names"], nominals["family_name"]]).drop_nulls()
    found = {
        word for name in written.unique() for word in re.findall(r"[^\W\d_]+", name.casefold())
    }
    return {word for word in found if len(word) >= _SHORTEST_NAME}
