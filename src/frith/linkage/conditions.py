"""The conditions of every level, compiled; nothing here decides anything.

`agreement.COMPARISONS` states every level in SQL, for whoever runs the model elsewhere; here the
same conditions are written over codes, so that a pair costs a fraction of a microsecond. A test
holds the two to one answer. A level is given by its place, best first; -1 says "not known".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from frith.linkage.ahead import AHEAD, fetch
from frith.linkage.coded import BLANK, Letters
from frith.linkage.compiled import compiled
from frith.linkage.likeness import jaro_winkler, length, within_edits

COLUMNS = (
    "given",
    "initial",
    "middle",
    "root",
    "family",
    "family_initial",
    "part_a",
    "part_b",
    "birth_year",
    "birth_month",
    "birth_day",
    "dob",
    "dob_swapped",
    "sex",
    "phone",
    "email",
    "email_user",
    "email_digits",
    "street",
    "door",
    "address_id",
    "postcode",
    "police_id",
    "aliases",
    "readings",
    "birth_md",
    "decade",
)
"""What is compared or shared by those who are, in the order of the columns of `Compared.codes`."""

(
    GIVEN,
    INITIAL,
    MIDDLE,
    ROOT,
    FAMILY,
    FAMILY_INITIAL,
    PART_A,
    PART_B,
    YEAR,
    MONTH,
    DAY,
    DOB,
    DOB_SWAPPED,
    SEX,
    PHONE,
    EMAIL,
    EMAIL_USER,
    EMAIL_DIGITS,
    STREET,
    DOOR,
    ADDRESS_ID,
    POSTCODE,
    POLICE_ID,
    ALIASES,
    READINGS,
) = range(25)

NOT_KNOWN = -1
BITS = 4
"""Bits of a pattern for each comparison: up to 14 levels and "not known"."""
LEVELS = (8, 8, 12, 10, 4, 6, 3, 2)
"""Levels of each comparison."""
EMAIL_SLIPS = 2
HALF = 32


class Lists(NamedTuple):
    """Short lists of names: those of list `k` are `names[start[k]:start[k + 1]]`."""

    names: npt.NDArray[np.int32]
    start: npt.NDArray[np.int64]


class Compared(NamedTuple):
    """Records for the compiled comparison: a row of codes a record, and what the codes stand for.

    The cut-offs of `agreement` stand beside, so that compiled code cannot outlive a change of them.
    """

    codes: npt.NDArray[np.int32]
    names: Letters
    streets: Letters
    postcodes: Letters
    emails: Letters
    police_ids: Letters
    aliases: Lists
    readings: Lists
    similar_name: float
    alike_name: float
    similar_line: float
    shortest: int


@compiled
def compare(r: Compared, pairs: np.ndarray, found: np.ndarray) -> None:
    """Write the pattern of each pair into `found`."""
    for at in range(pairs.size):
        if at + AHEAD < pairs.size:
            fetch(r.codes, pairs[at + AHEAD] >> HALF)
            fetch(r.codes, pairs[at + AHEAD] & ((1 << HALF) - 1))
        a, b = pairs[at] >> HALF, pairs[at] & ((1 << HALF) - 1)
        home = one_address(r.codes[a], r.codes[b])
        found[at] = (
            _packed(_given(r, a, b), 0)
            | _packed(_family(r, a, b), 1)
            | _packed(branched(at_birth(r.codes[a], r.codes[b]), home), 2)
            | _packed(_home(r, a, b, home), 3)
            | _packed(branched(same(r.codes[a], r.codes[b], PHONE), home), 4)
            | _packed(_email(r, a, b), 5)
            | _packed(_police_id(r, a, b), 6)
            | _packed(of_one_sex(r.codes[a], r.codes[b]), 7)
        )


@compiled
def _packed(place: int, comparison: int) -> np.uint32:
    """A level, given by its place from the best, as gamma + 1 in the bits of its comparison."""
    number = 0 if place == NOT_KNOWN else LEVELS[comparison] - place
    return np.uint32(number << (BITS * comparison))


@compiled
def branched(place: int, inside: bool) -> int:
    """The place where each level stands twice, within a branch first."""
    if place == NOT_KNOWN:
        return NOT_KNOWN
    return 2 * place if inside else 2 * place + 1


@compiled
def agree(x: np.ndarray, y: np.ndarray, column: int) -> bool:
    return x[column] == y[column] and x[column] != BLANK


@compiled
def known(x: np.ndarray, y: np.ndarray, column: int) -> bool:
    return x[column] != BLANK and y[column] != BLANK


@compiled
def either(x: np.ndarray, y: np.ndarray, one: int, two: int) -> bool:
    """One column agrees with another, read both ways."""
    return (x[one] == y[two] and x[one] != BLANK) or (y[one] == x[two] and y[one] != BLANK)


@compiled
def names_swapped(x: np.ndarray, y: np.ndarray) -> bool:
    """Given name and surname stand in each other's place."""
    there = x[GIVEN] != BLANK and x[FAMILY] != BLANK
    return there and x[GIVEN] == y[FAMILY] and x[FAMILY] == y[GIVEN]


@compiled
def _holds(lists: Lists, which: int, name: int) -> bool:
    """A list of names holds a name."""
    if min(which, name) == BLANK:
        return False
    for at in range(lists.start[which], lists.start[which + 1]):  # noqa: SIM110 - compiled
        if lists.names[at] == name:
            return True
    return False


@compiled
def _read_alike(lists: Lists, one: int, two: int) -> bool:
    """Two given names may be read as one name."""
    if min(one, two) == BLANK:
        return False
    for at in range(lists.start[one], lists.start[one + 1]):
        if _holds(lists, two, lists.names[at]):
            return True
    return False


@compiled
def _long_enough(r: Compared, a: int, b: int) -> bool:
    """Two names of nearly one length, neither too short for a slip to be told."""
    size_a, size_b = length(r.names, a), length(r.names, b)
    return abs(size_a - size_b) <= 2 and min(size_a, size_b) >= r.shortest


@compiled
def _slip(r: Compared, a: int, b: int) -> bool:
    """One slip of the finger, or spelt nearly alike."""
    if min(a, b) == BLANK or not _long_enough(r, a, b):
        return False
    start, end = r.names.start, r.names.letters
    first = end[start[a]] == end[start[b]]
    last = (
        end[start[a + 1] - 1] == end[start[b + 1] - 1]
        and end[start[a + 1] - 2] == end[start[b + 1] - 2]
    )
    if not (first or last):
        return False
    near = jaro_winkler(r.names, a, b, r.similar_name) >= r.similar_name
    return near or within_edits(r.names, a, b, 1)


@compiled
def _alike(r: Compared, a: int, b: int) -> bool:
    """Spelt somewhat alike: more than one slip."""
    if min(a, b) == BLANK or not _long_enough(r, a, b):
        return False
    return jaro_winkler(r.names, a, b, r.alike_name) >= r.alike_name


@compiled
def _given(r: Compared, a: int, b: int) -> int:
    x, y = r.codes[a], r.codes[b]
    if not known(x, y, INITIAL) or (names_swapped(x, y) and x[GIVEN] != y[GIVEN]):
        return NOT_KNOWN
    if agree(x, y, GIVEN):
        return 0
    if agree(x, y, ROOT) and _read_alike(r.readings, x[READINGS], y[READINGS]):
        return 1
    if _slip(r, x[GIVEN], y[GIVEN]):
        return 2
    if not known(x, y, GIVEN) and agree(x, y, INITIAL):
        return 3
    if either(x, y, GIVEN, MIDDLE):
        return 4
    if _holds(r.aliases, x[ALIASES], y[GIVEN]) or _holds(r.aliases, y[ALIASES], x[GIVEN]):
        return 5
    return 6 if _alike(r, x[GIVEN], y[GIVEN]) else 7


@compiled
def _family(r: Compared, a: int, b: int) -> int:
    x, y = r.codes[a], r.codes[b]
    if not known(x, y, FAMILY):
        return NOT_KNOWN
    if agree(x, y, FAMILY):
        return 0
    if names_swapped(x, y):
        return 1
    if _slip(r, x[FAMILY], y[FAMILY]):
        return 2
    if either(x, y, GIVEN, FAMILY):
        return 3
    if either(x, y, FAMILY, PART_A) or either(x, y, FAMILY, PART_B):
        return 4
    if _holds(r.aliases, x[ALIASES], y[FAMILY]) or _holds(r.aliases, y[ALIASES], x[FAMILY]):
        return 5
    return 6 if _alike(r, x[FAMILY], y[FAMILY]) else 7


@compiled
def at_birth(x: np.ndarray, y: np.ndarray) -> int:
    if not known(x, y, YEAR):
        return NOT_KNOWN
    if agree(x, y, DOB):
        return 0
    if x[DOB] != BLANK and x[DOB] == y[DOB_SWAPPED]:
        return 1
    full = known(x, y, DOB)
    parts = agree(x, y, YEAR) + agree(x, y, MONTH) + agree(x, y, DAY)
    if full and parts == 2:
        return 2
    months = not known(x, y, MONTH) or x[MONTH] == y[MONTH]
    if not full and x[YEAR] == y[YEAR] and months:
        return 3
    return 4 if full and abs(x[YEAR] - y[YEAR]) <= 1 else 5


@compiled
def one_address(x: np.ndarray, y: np.ndarray) -> bool:
    codes = not known(x, y, POSTCODE) or x[POSTCODE] == y[POSTCODE]
    return agree(x, y, ADDRESS_ID) or (agree(x, y, STREET) and codes)


@compiled
def _near_address(r: Compared, x: np.ndarray, y: np.ndarray) -> bool:
    """The same house number, its street and postcode with a slip: not the neighbour's."""
    if not (agree(x, y, DOOR) and known(x, y, STREET) and known(x, y, POSTCODE)):
        return False
    if not within_edits(r.postcodes, x[POSTCODE], y[POSTCODE], 1):
        return False
    return jaro_winkler(r.streets, x[STREET], y[STREET], r.similar_line) >= r.similar_line


@compiled
def _home(r: Compared, a: int, b: int, home: bool) -> int:
    x, y = r.codes[a], r.codes[b]
    if not (known(x, y, STREET) or known(x, y, ADDRESS_ID) or known(x, y, POSTCODE)):
        return NOT_KNOWN
    place = 4
    if home:
        place = 0
    elif _near_address(r, x, y):
        place = 1
    elif agree(x, y, STREET):
        place = 2
    elif agree(x, y, POSTCODE):
        place = 3
    return branched(place, agree(x, y, FAMILY))


@compiled
def same(x: np.ndarray, y: np.ndarray, column: int) -> int:
    if not known(x, y, column):
        return NOT_KNOWN
    return 0 if x[column] == y[column] else 1


@compiled
def _email(r: Compared, a: int, b: int) -> int:
    x, y = r.codes[a], r.codes[b]
    place = same(x, y, EMAIL)
    if place == NOT_KNOWN:
        return NOT_KNOWN
    if place == 1:
        near = agree(x, y, EMAIL_DIGITS) and (
            agree(x, y, EMAIL_USER)
            or (
                abs(length(r.emails, x[EMAIL]) - length(r.emails, y[EMAIL])) <= EMAIL_SLIPS
                and within_edits(r.emails, x[EMAIL], y[EMAIL], EMAIL_SLIPS)
            )
        )
        place = 1 if near else 2
    return branched(place, agree(x, y, INITIAL) and agree(x, y, FAMILY_INITIAL))


@compiled
def _police_id(r: Compared, a: int, b: int) -> int:
    place = same(r.codes[a], r.codes[b], POLICE_ID)
    if place != 1:
        return place
    one, two = r.codes[a, POLICE_ID], r.codes[b, POLICE_ID]
    return 1 if within_edits(r.police_ids, one, two, 1) else 2


@compiled
def of_one_sex(x: np.ndarray, y: np.ndarray) -> int:
    return NOT_KNOWN if agree(x, y, ROOT) else same(x, y, SEX)
