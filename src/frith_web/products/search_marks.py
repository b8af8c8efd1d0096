"""Where a record fits what was asked: the field, and the words of it that fit.

Read from the record that the reader was given through the gate, never from the index. Only fields
that the record's kind declares as searched are named, and every one of them stands on its page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from frith_web.core.searching import words
from frith_web.core.searching.asked import Asked, Term
from frith_web.core.searching.index import Indexed


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One field that fits."""

    field: str
    """Its name in plain English."""
    pieces: tuple[tuple[str, bool], ...]
    """Its text in order, each piece with whether it fits."""
    is_close: bool
    """True where a name fits only by another form of it or by its sound."""


def marks_of(of: Indexed, record: Any, *, asked: Asked) -> list[Mark]:
    """The fields of a record in which some of what was asked stands."""
    found = []
    for name in of.fields:
        text = str(getattr(record, name) or "")
        mark = _mark(of, name, text, asked.terms())
        if mark is not None:
            found.append(mark)
    return found


def _mark(of: Indexed, name: str, text: str, asked: list[Term]) -> Mark | None:
    how = of.how(name)
    pieces = [
        (chunk, not chunk.isspace() and _fits(asked, words.terms_of(_as_words(how), chunk)))
        for chunk in re.findall(r"[\s;,]+|[^\s;,]+", text)
    ]
    if not any(fits for _, fits in pieces):
        if not _fits(asked, words.terms_of(how, text)):
            return None
        pieces = [(text, True)]
    spelt = [one for one in asked if not one.text.startswith("s")]
    label = str(of.field(name).verbose_name)
    return Mark(
        field=LABELS.get(name, label[:1].upper() + label[1:]),
        pieces=tuple(pieces),
        is_close=not _fits(spelt, words.terms_of(how, text)),
    )


LABELS = {
    "aliases": "Other names",
    "police_id": "Police identifier",
    "source_id": "Identifier in its system",
    "occasion_ref": "Occasion",
    "arrest_ref": "Arrest",
    "address_id": "Address identifier",
}
"""Fields whose own name says less than their page does."""


def _as_words(how: str) -> str:
    """Piece by piece, a code or day is looked at as a word, and fits as a whole or not at all."""
    return words.NAME if how == words.NAME else words.WORDS


def _fits(asked: list[Term], held: Any) -> bool:
    terms = set(held)
    return any(one.fits(terms) for one in asked)
