"""On which levels pairs of records stand: records made ready, and the pattern of each pair.

The eight levels of a pair are one pattern: four bits for each comparison.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from frith.linkage.agreement import (
    ALIKE_NAME,
    COMPARISONS,
    SHORTEST_TYPO,
    SIMILAR_LINE,
    SIMILAR_NAME,
)
from frith.linkage.coded import THREADS, Coded, Codes, Records, coded, letters, one_vocabulary
from frith.linkage.conditions import BITS, COLUMNS, HALF, Compared, Lists, compare

NAMES = ("given", "middle", "family", "part_a", "part_b")
"""Columns that hold names and are compared with one another."""
SPELT = ("street", "postcode", "email", "police_id")
"""Columns beside names whose letters are compared."""
KNOWN = 15
"""The bits of one comparison, all set."""
BLOCK = 1 << 12
"""Records turned from columns into rows at a time: as many as the processor's cache holds."""
SLICE = 1 << 18
"""Pairs that one thread compares at a time."""

Ints = npt.NDArray[np.int64]
Packed = npt.NDArray[np.uint32]
"""Patterns: for each comparison in turn, four bits that hold gamma + 1."""
Pairs = npt.NDArray[np.int64]
"""Pairs of records, each in one number: the earlier `uid` times 2^32, and the later."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Cleaned records, and the same made ready for comparison."""

    records: Records
    compared: Compared

    @property
    def height(self) -> int:
        """How many records there are."""
        return self.records.height

    def code(self, name: str) -> Codes:
        """A column of codes or numbers; names of every kind have codes of one list."""
        return self.compared.codes[:, COLUMNS.index(name)]


def prepare(records: Records) -> Prepared:
    """The records made ready: names of all kinds get codes of one list, rows lie side by side."""
    alias_words, alias_start = _flat(records.aliases)
    reading_words, reading_start = _flat(records.readings)
    own = [records.columns[name] for name in NAMES]
    shared, names = one_vocabulary([*own, alias_words, reading_words])
    codes = {name: column.codes for name, column in zip(NAMES, shared, strict=False)}
    codes |= {"aliases": records.aliases.codes, "readings": records.readings.codes}
    columns = [codes[name] if name in codes else records.code(name) for name in COLUMNS]
    texts = [names, *(records.columns[name].values for name in SPELT)]
    with ThreadPoolExecutor(THREADS) as threads:
        rows = threads.submit(_side_by_side, columns)
        spelt = dict(zip(("names", *SPELT), threads.map(letters, texts), strict=True))
    ready = Compared(
        codes=rows.result(),
        names=spelt["names"],
        streets=spelt["street"],
        postcodes=spelt["postcode"],
        emails=spelt["email"],
        police_ids=spelt["police_id"],
        aliases=Lists(names=shared[-2].codes, start=alias_start),
        readings=Lists(names=shared[-1].codes, start=reading_start),
        similar_name=SIMILAR_NAME,
        alike_name=ALIKE_NAME,
        similar_line=SIMILAR_LINE,
        shortest=SHORTEST_TYPO,
    )
    return Prepared(records=records, compared=ready)


def _side_by_side(columns: list[Codes]) -> Codes:
    """Columns turned into rows, one for each record."""
    rows = np.empty((columns[0].size, len(columns)), dtype=np.int32)
    for start in range(0, len(rows), BLOCK):
        here = slice(start, start + BLOCK)
        for at, column in enumerate(columns):
            rows[here, at] = column[here]
    return rows


def _flat(lists: Coded) -> tuple[Coded, npt.NDArray[np.int64]]:
    """The names of all lists one after the other, and where each list starts."""
    sizes = lists.values.list.len().fill_null(0).to_numpy().astype(np.int64)
    words = lists.values.drop_nulls().explode()
    return coded(words), np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])


def patterns_of(prepared: Prepared, pairs: Pairs) -> Packed:
    """The pattern of each pair: for each comparison in turn, four bits that hold gamma + 1."""
    found = np.empty(pairs.size, dtype=np.uint32)
    starts = range(0, pairs.size, SLICE)
    with ThreadPoolExecutor(THREADS) as threads:
        list(
            threads.map(
                lambda at: compare(
                    prepared.compared, pairs[at : at + SLICE], found[at : at + SLICE]
                ),
                starts,
            )
        )
    return found


def pairs_of(left: Ints, right: Ints) -> Pairs:
    """Pairs of records, each in one number."""
    return (left.astype(np.int64) << HALF) | right.astype(np.int64)


def ends_of(pairs: Pairs) -> tuple[Ints, Ints]:
    """The earlier and the later record of each pair."""
    return pairs >> HALF, pairs & ((1 << HALF) - 1)


def gammas(patterns: Packed) -> dict[str, Ints]:
    """The level of each comparison, counted from 0, the last; -1 where nothing is known."""
    return {
        one.name: ((patterns >> np.uint32(BITS * at)) & np.uint32(KNOWN)).astype(np.int64) - 1
        for at, one in enumerate(COMPARISONS)
    }
