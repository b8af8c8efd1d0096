"""How words are made comparable for the search: folding, sounds, codes and days.

A record's fields become *terms*, short texts whose first letter says how they are read: `w` a word,
`c` the end of a code from some place on, `d` a day, `s` how a name sounds. SQLite calls these
functions; PostgreSQL has the same ones in SQL, written out of the same tables by `words_sql.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

WORDS, NAME, CODE, DAY = "w", "n", "c", "d"
"""How a field is read: any words, a person's name, a code whatever its spacing, a day."""
LONGEST_TEXT = 20_000
LONGEST_TERM = 64
SHORTEST_CODE = 4
"""Characters of a phone, plate or postcode from which on its middle or end finds it."""
SHORTEST_SOUND = 3
"""Letters of a name from which on its sound says something."""
JOINS, PARTS = "-", " "
"""What folding leaves between the parts of one word (O'Brien, Smith-Jones), and between words."""

BLOCKS = (
    (0x0000, 0x024F),  # Latin, with its accents
    (0x02B0, 0x036F),  # letters that modify, accents that stand alone
    (0x0370, 0x052F),  # Greek, Cyrillic
    (0x1E00, 0x1FFF),  # more Latin, more Greek
    (0x2000, 0x206F),  # dashes, quotation marks, spaces
    (0x3000, 0x3000),
    (0xFB00, 0xFB06),  # ligatures
    (0xFF01, 0xFF5E),  # wide forms
)
"""What is folded (Unicode's blocks); any other character stands as it is."""
LETTERS = {
    **{"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h"},
    **{"ı": "i", "ŋ": "n", "ŧ": "t", "ĸ": "k"},
}
"""Letters that Unicode does not take apart, as passports write them (ICAO Doc 9303-3, section 6),
þ and ŋ as English reads them."""

VOWELLED = (
    *((" mac", " mk"), (" mc", " mk"), (" kn", " n"), (" gn", " n"), (" pn", " n")),
    *((" wr", " r"), (" ps", " s"), (" x", " s"), (" wh", " w"), ("mps", "ms"), ("sch", "sk")),
    *(("chr", "kr"), ("tch", "1"), ("ch", "1"), ("sh", "1"), ("th", "t"), ("ph", "f")),
    *(("ght", "t"), ("ngh", "ng"), ("gh", ""), ("dge", "je"), ("ck", "k")),
    *(("ce", "se"), ("ci", "si"), ("cy", "sy"), ("c", "k"), ("q", "k"), ("x", "ks")),
    *(("ge", "je"), ("gi", "ji"), ("gy", "jy"), ("z", "s"), ("v", "f")),
    *((one * 2, one) for one in "bdfgjklmnprst"),
    *((" h", " 2"), ("h", ""), (" 2", " h"), (" w", " 3"), ("w", ""), (" 3", " w")),
    *(("eo", "e"), (" y", " 4"), ("ee", "i"), ("ea", "i"), ("ei", "i"), ("ey", "i"), ("ie", "i")),
    *(("ay", "a"), ("ai", "a"), ("oa", "o"), ("oo", "u"), ("ou", "u"), ("y", "i"), (" 4", " y")),
    *(("e ", " "), (" a", " 0"), (" e", " 0"), (" i", " 0"), (" o", " 0"), (" u", " 0")),
)
"""Spellings of one sound, each replaced in turn in a word between two spaces: our own short list in
the manner of Metaphone (Philips, Computer Language 7(12), 1990) and its successor's (Philips, C/C++
Users Journal 18(6), 2000) single sound for every first vowel."""
SILENT = tuple((one, "") for one in "aeiou")
"""After them, vowels fall away where three sounds or more are left."""

TRUNK = r"^((00)?440?|0)(?=[1-9][0-9]{8,9}$)"
"""How a United Kingdom number begins before its nine or ten national digits (Ofcom, National
Telephone Numbering Plan). Python and PostgreSQL read this pattern alike."""


def _folded(one: str) -> str:
    """What one character becomes: letters and digits, a space, a join, or nothing."""
    if one in ";," or one.isspace() or unicodedata.category(one) == "Cc":
        return PARTS
    if unicodedata.category(one) == "Cf" or unicodedata.category(one).startswith("M"):
        return ""
    if not one.isalnum():
        return JOINS
    taken = unicodedata.normalize("NFKD", one.casefold())
    said = "".join(LETTERS.get(part, part) for part in taken if part.isalnum())
    return unicodedata.normalize("NFC", said.casefold()) or one


@cache
def table() -> dict[str, str]:
    """Every character that folding changes, and what it becomes."""
    ones = (chr(at) for first, last in BLOCKS for at in range(first, last + 1))
    return {one: said for one in ones if (said := _folded(one)) != one}


@cache
def _codepoints() -> dict[int, str]:
    return {ord(one): said for one, said in table().items()}


def fold(text: str) -> str:
    """Small letters without accents; what stands between the parts of a word is a join."""
    return text[:LONGEST_TEXT].translate(_codepoints())


def words_of(text: str) -> Iterator[str]:
    """Each word, its parts where it has several, and the parts as one word."""
    for chunk in fold(text).split(PARTS):
        parts = [one for one in chunk.split(JOINS) if one]
        yield from (one[:LONGEST_TERM] for one in parts)
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST_TERM]


def squeezed(text: str) -> str:
    """A text without its spacing and punctuation: as codes are compared."""
    return fold(text).replace(PARTS, "").replace(JOINS, "")[:LONGEST_TERM]


def national(code: str) -> str:
    """A telephone number without its trunk 0 or country code; any other code as it is."""
    return re.sub(TRUNK, "", code)


def sound(word: str) -> str:
    """How a folded word of a name sounds; empty where it is too short, or no plain word, to say."""
    if len(word) < SHORTEST_SOUND or not (word.isascii() and word.isalpha()):
        return ""
    said = f" {word} "
    for spelt, heard in VOWELLED:
        said = said.replace(spelt, heard)
    bare = said
    for spelt, heard in SILENT:
        bare = bare.replace(spelt, heard)
    said, bare = said.strip(), bare.strip()
    if len(bare) >= SHORTEST_SOUND:
        return bare
    return said if len(said) > 1 else ""


def terms_of(how: str, text: str) -> Iterator[str]:
    """The terms of one field, read as `how` says; some may come twice."""
    if how == DAY:
        digits = squeezed(text[:10])
        if digits.isascii() and digits.isdigit() and len(digits) in {4, 6, 8}:
            yield DAY + digits
        return
    said = list(words_of(text))
    yield from (WORDS + one for one in said)
    if how == NAME:
        whole = [squeezed(one) for one in text[:LONGEST_TEXT].split(";")]
        yield from (WORDS + one for one in whole if one)
        heard = (sound(one) for one in (*said, *whole))
        yield from ("s" + one for one in heard if one)
    if how == CODE:
        code = squeezed(text)
        for one in {code, national(code)} - {""}:
            last = max(len(one) - SHORTEST_CODE, 0)
            yield from (CODE + one[at:] for at in range(last + 1))


def terms(rules: str, *said: str | None) -> str:
    """The terms of a record's fields, each once, in order, between spaces.

    `rules` has one letter a field; what follows a colon is the digest of these tables, which stands
    there so that whoever compares two texts of a trigger sees that the tables have changed.
    """
    found: set[str] = set()
    for how, text in zip(rules.partition(":")[0], said, strict=True):
        found.update(terms_of(how, text or ""))
    return PARTS.join(sorted(found))


@cache
def digest() -> str:
    """What these tables and sizes are, in twelve characters: an index made by others is out."""
    sizes = (LONGEST_TEXT, LONGEST_TERM, SHORTEST_CODE, SHORTEST_SOUND)
    said = repr((sorted(table().items()), VOWELLED, SILENT, TRUNK, sizes))
    return sha256(said.encode()).hexdigest()[:12]
