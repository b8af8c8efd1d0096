"""From what a reader types to what is asked of the index: three tiers, from the closest match on.

A day is read in British order, a telephone number with or without its country code, a postcode or
plate with or without its space. The third tier adds short forms of given names, by the table that
linkage compares names with, and names that sound alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from frith.linkage.nicknames import readings
from frith_web.core.models.dated import today
from frith_web.core.searching import words
from frith_web.core.searching.asked import Asked, Term, every, some

SHORTEST_BEGINNING = 2
"""Letters from which on a word is looked for as the beginning of another."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<word>{'|'.join(MONTHS)})[a-z]*"
_BREAK = r"(?<![^\s;,])"
_END = r"(?![^\s;,])"
DAYS = (
    r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})",
    r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}\s+(?P<year>\d{{4}}|\d{{2}})",
    rf"{_MONTH}\s+(?P<year>\d{{4}})",
    r"(?P<month>\d{1,2})/(?P<year>\d{4})",
    r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
)
"""Ways to write a day: 4/3/1950, 1950-03-04, 4 March 1950, March 1950, 3/1950, 04031950."""
CODES = (
    r"\(?\+?\d[\d().+-]*(?:\s+[\d().+-]*\d[\d().+-]*)+",  # a telephone number in groups
    r"[a-z]{1,2}\d[a-z\d]?\s+\d[a-z]{2}",  # a postcode (Royal Mail, Programmers' Guide)
    r"[a-z]{2}\d{2}\s+[a-z]{3}",  # a registration plate since 2001 (DVLA, INF104)
)
"""What belongs together although there is a space in it."""
PARTICLES = r"(?:o|d|mc|mac|fitz)['’]?\s+[a-z][^\s;,]*"
"""Beginnings of a surname that some write apart: O Brien, Mc Donald."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: tiers for the index, and records named by their reference."""

    tiers: tuple[Asked, ...] = ()
    """Whole words; beginnings too; and names that are close too. Each fits what the last fits."""
    references: tuple[UUID, ...] = ()

    def tiers_for(self, *, names: bool) -> tuple[Asked, ...]:
        """Those that say something new of a kind; names are close in kinds that hold some."""
        held = self.tiers if names else self.tiers[:2]
        return tuple(one for at, one in enumerate(held) if one not in held[:at])


def question(text: str) -> Question:
    """What somebody typed, read. Without any letter or digit it asks nothing."""
    pieces = list(_pieces(text))
    units = [one for one in (_Unit.of(kind, said) for kind, said in pieces) if one is not None]
    references = tuple(one for _, said in pieces if (one := _as_reference(said)) is not None)
    if not units:
        return Question(references=references)
    whole = _code_terms(words.squeezed(text)) if len(units) > 1 else []
    tiers = []
    for tier in range(3):
        asked = every([one.asked(tier) for one in units])
        codes = [Term(one.text, begins=tier > 0) for one in whole]
        tiers.append(some([asked, *codes]))
    return Question(tiers=tuple(tiers), references=references)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """One thing that must be found: a word, a day, or a code."""

    days: tuple[Term, ...] = ()
    codes: tuple[Term, ...] = ()
    chunks: tuple[tuple[str, ...], ...] = ()
    """Words, each as its parts."""

    @classmethod
    def of(cls, kind: str, text: str) -> _Unit | None:
        if kind == "name":
            text = words.JOINS.join(text.split())
        chunks = tuple(
            parts
            for chunk in words.fold(text).split(words.PARTS)
            if (parts := tuple(one for one in chunk.split(words.JOINS) if one))
        )
        if not chunks:
            return None
        days = tuple(_day_terms(text)) if kind == "day" else ()
        return cls(days=days, codes=tuple(_code_terms(words.squeezed(text))), chunks=chunks)

    def asked(self, tier: int) -> Asked:
        """Any reading of it, as closely as the tier says."""
        spelt = every([self._word(parts, tier) for parts in self.chunks])
        codes = [Term(one.text, begins=tier > 0) for one in self.codes]
        return some([*self.days, *codes, spelt])

    def _word(self, parts: tuple[str, ...], tier: int) -> Asked:
        joined = "".join(parts)
        ways: list[Asked] = [_spelt(joined, tier)]
        if len(parts) > 1:
            ways.append(every([_spelt(one, tier) for one in parts]))
        if tier > 1 and not (self.days or self.codes):
            ways += [Term("w" + one[: words.LONGEST_TERM]) for one in short_forms(joined)]
            heard = words.sound(joined)
            ways += [Term("s" + heard)] if heard else []
        return some(ways)


def _spelt(word: str, tier: int) -> Term:
    return Term(
        "w" + word[: words.LONGEST_TERM], begins=tier > 0 and len(word) >= SHORTEST_BEGINNING
    )


def _code_terms(code: str) -> list[Term]:
    """A code as it is and, of a telephone number or its beginning, without trunk or country."""
    if len(code) < words.SHORTEST_CODE or not any(one.isdigit() for one in code):
        return []
    ways = {code: None, words.national(code): None}
    if code.isascii() and code.isdigit():
        ways |= dict.fromkeys(re.findall(r"^(?:0044|44|0)([1-9].*)$", code))
    return [Term("c" + one) for one in ways if len(one) >= words.SHORTEST_CODE]


def _day_terms(text: str) -> Iterator[Term]:
    """The days that a text may mean; none where there is no such day."""
    for shape in DAYS:
        found = re.fullmatch(shape, text.lower())
        if found is None:
            continue
        said = {"day": "", "month": "", **{k: v for k, v in found.groupdict().items() if v}}
        month = MONTHS.index(said["word"]) + 1 if "word" in said else int(said["month"])
        for year in _years(said["year"]):
            try:
                on = date(year, month, int(said["day"] or 1))
            except ValueError:
                continue
            known = f"{on:%Y%m%d}" if said["day"] else f"{on:%Y%m}"
            yield Term(words.DAY + known, begins=not said["day"])


def _years(said: str) -> list[int]:
    """Which year is meant: of two digits, those of the last hundred years and this."""
    if len(said) == 4:
        return [int(said)]
    now = today().year
    return [year for year in (1900 + int(said), 2000 + int(said)) if now - 100 <= year <= now]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Days, codes with a space, and single words, in the order in which they stand."""
    unnamed = [re.sub(r"\?P<\w+>", "?:", shape) for shape in DAYS]
    shapes = re.compile(
        rf"{_BREAK}(?:(?P<day>{'|'.join(unnamed)})|(?P<code>{'|'.join(CODES)})"
        rf"|(?P<name>{PARTICLES})|(?P<word>[^\s;,]+)){_END}",
        re.IGNORECASE | re.ASCII,
    )
    for found in shapes.finditer(text):
        yield str(found.lastgroup), found.group()


def _as_reference(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


@cache
def _forms() -> dict[str, frozenset[str]]:
    """Each name of linkage's table to those that share a full name with it."""
    by_full: dict[str, set[str]] = {}
    for name, fulls in readings().items():
        for full in fulls:
            by_full.setdefault(full, set()).add(name)
    return {
        name: frozenset().union(*(by_full[full] | {full} for full in fulls)) - {name}
        for name, fulls in readings().items()
    }


def short_forms(word: str) -> list[str]:
    """Other forms of a given name: for Bob, Robert and Rob among others; none for most words."""
    return sorted(_forms().get(word, frozenset()))
