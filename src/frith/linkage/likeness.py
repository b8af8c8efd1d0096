"""How alike two texts are, compiled: Jaro-Winkler and Damerau-Levenshtein, with quick refusals.

Texts are those of `coded.Letters`. Sources: Jaro 1989, JASA 84; Winkler 1990, Proceedings of the
Section on Survey Research Methods; Damerau 1964, CACM 7; Lowrance and Wagner 1975, JACM 22.
"""

from __future__ import annotations

import numpy as np

from frith.linkage.coded import Letters
from frith.linkage.compiled import compiled

BOOST_FROM = 0.7
LONGEST = 64
"""Letters of a text that Jaro's similarity looks at."""
PREFIX = 4
PREFIX_WEIGHT = 0.1
"""Winkler's common prefix: up to four letters, a tenth each, where Jaro's own is above 0.7."""


@compiled
def length(texts: Letters, a: int) -> int:
    """How many letters text `a` has."""
    return texts.start[a + 1] - texts.start[a]


@compiled
def _bits(word: np.uint64) -> int:
    """How many bits are set."""
    count = 0
    while word:
        word &= word - np.uint64(1)
        count += 1
    return count


@compiled
def _in_common_at_most(texts: Letters, a: int, b: int) -> int:
    """No more letters than this can be matched: each letter that only one text holds is over."""
    over_a = _bits(texts.mask[a] & ~texts.mask[b])
    over_b = _bits(texts.mask[b] & ~texts.mask[a])
    return min(length(texts, a) - over_a, length(texts, b) - over_b)


@compiled
def jaro_winkler(texts: Letters, a: int, b: int, least: float) -> float:
    """Jaro-Winkler similarity, or nought where it must be below `least`."""
    size_a, size_b = length(texts, a), length(texts, b)
    if size_a == 0 or size_b == 0:
        return 1.0 if size_a == size_b else 0.0
    one, two = texts.start[a], texts.start[b]
    prefix = 0
    while prefix < min(size_a, size_b, PREFIX) and (
        texts.letters[one + prefix] == texts.letters[two + prefix]
    ):
        prefix += 1
    common = _in_common_at_most(texts, a, b)
    best = (common / size_a + common / size_b + 1.0) / 3.0
    if best + prefix * PREFIX_WEIGHT * (1.0 - best) < least:
        return 0.0
    jaro = _jaro(texts, a, b)
    return jaro + prefix * PREFIX_WEIGHT * (1.0 - jaro) if jaro > BOOST_FROM else jaro


@compiled
def _jaro(texts: Letters, a: int, b: int) -> float:
    """Jaro's similarity: letters found near their place, and how many are out of order."""
    one, two = texts.start[a], texts.start[b]
    size_one, size_two = min(length(texts, a), LONGEST), min(length(texts, b), LONGEST)
    reach = max(max(size_one, size_two) // 2 - 1, 0)
    found, taken = np.uint64(0), np.uint64(0)
    matched = 0
    for at in range(size_one):
        letter = texts.letters[one + at]
        for other in range(max(0, at - reach), min(size_two, at + reach + 1)):
            bit = np.uint64(1) << np.uint64(other)
            if texts.letters[two + other] == letter and not taken & bit:
                taken |= bit
                found |= np.uint64(1) << np.uint64(at)
                matched += 1
                break
    if matched == 0:
        return 0.0
    out_of_order, at = 0, 0
    for other in range(size_two):
        if taken & (np.uint64(1) << np.uint64(other)):
            while not found & (np.uint64(1) << np.uint64(at)):
                at += 1
            out_of_order += texts.letters[two + other] != texts.letters[one + at]
            at += 1
    straight = matched - out_of_order // 2
    return (matched / size_one + matched / size_two + straight / matched) / 3.0


@compiled
def within_edits(texts: Letters, a: int, b: int, most: int) -> bool:
    """True where at most `most` letters lost, added, changed or swapped make one of the other."""
    if a == b:
        return True
    if abs(length(texts, a) - length(texts, b)) > most:
        return False
    if _bits(texts.mask[a] & ~texts.mask[b]) > most or _bits(texts.mask[b] & ~texts.mask[a]) > most:
        return False
    x, y = texts.start[a], texts.start[b]
    end_x, end_y = texts.start[a + 1], texts.start[b + 1]
    while x < end_x and y < end_y and texts.letters[x] == texts.letters[y]:
        x += 1
        y += 1
    if most == 1:
        return _one_edit(texts.letters, x, end_x, y, end_y)
    return _two_edits(texts.letters, x, end_x, y, end_y)


@compiled
def _equal(t: np.ndarray, x: int, end_x: int, y: int, end_y: int) -> bool:
    """Two stretches of letters are the same."""
    if end_x - x != end_y - y:
        return False
    for at in range(end_x - x):  # noqa: SIM110 - compiled
        if t[x + at] != t[y + at]:
            return False
    return True


@compiled
def _one_edit(t: np.ndarray, x: int, end_x: int, y: int, end_y: int) -> bool:
    """Two stretches are the same but for one edit at most."""
    while x < end_x and y < end_y and t[x] == t[y]:
        x += 1
        y += 1
    if _equal(t, x + 1, end_x, y + 1, end_y):  # changed; or both at their end
        return True
    if _equal(t, x + 1, end_x, y, end_y) or _equal(t, x, end_x, y + 1, end_y):
        return True
    swapped = x + 1 < end_x and y + 1 < end_y and t[x] == t[y + 1] and t[x + 1] == t[y]
    return swapped and _equal(t, x + 2, end_x, y + 2, end_y)


@compiled
def _two_edits(t: np.ndarray, x: int, end_x: int, y: int, end_y: int) -> bool:
    """Two stretches that differ in their first letter are the same but for two edits at most."""
    if (
        _one_edit(t, min(x + 1, end_x), end_x, min(y + 1, end_y), end_y)
        or _one_edit(t, min(x + 1, end_x), end_x, y, end_y)
        or _one_edit(t, x, end_x, min(y + 1, end_y), end_y)
    ):
        return True
    here, there = end_x - x, end_y - y
    if here > 1 and there > 1 and t[x] == t[y + 1] and t[x + 1] == t[y]:
        return _one_edit(t, x + 2, end_x, y + 2, end_y)
    if here > 1 and there > 2 and t[x] == t[y + 2] and t[x + 1] == t[y]:
        return _equal(t, x + 2, end_x, y + 3, end_y)  # swapped around a letter of the second
    if here > 2 and there > 1 and t[x] == t[y + 1] and t[x + 2] == t[y]:
        return _equal(t, x + 3, end_x, y + 2, end_y)
    return False
