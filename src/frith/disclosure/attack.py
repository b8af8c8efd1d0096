"""The attempt to undo a masked table: what a reader with a computer could conclude of each cell.

Written apart from the masking, and sharing only the table with it, so that a mistake in one does
not hide in the other. It sees what a reader sees: labels, figures, marks, percentages, lookups and
earlier releases. It never sees a masked count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from frith.disclosure.puzzle import Puzzle, Share
from frith.disclosure.table import CountTable, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the attack concludes of one masked cell: from `lo` to `hi` (None: no limit)."""

    release: int
    row: int
    column: str
    key: Key
    lo: int
    hi: int | None
    recovered: bool

    @property
    def exact(self) -> bool:
        """True where one count alone is possible."""
        return self.hi == self.lo


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One way of attacking: `tried` masked cells, of which some were `recovered`."""

    kind: str
    found: tuple[Found, ...] = field(repr=False)
    ignored: int = 0

    @property
    def tried(self) -> int:
        """How many masked cells were attacked."""
        return len(self.found)

    @property
    def recovered(self) -> tuple[Found, ...]:
        """The cells worked out exactly or too closely."""
        return tuple(found for found in self.found if found.recovered)


def attack(
    table: CountTable,
    *,
    kind: str = "totals",
    against: Sequence[CountTable] = (),
    shares: Sequence[Share] = (),
    lookup: Mapping[str, frozenset[str]] | None = None,
    known_small: Collection[tuple[int, str]] = (),
    revised: Collection[tuple[int, int, str]] | None = None,
    low: int = 1,
    high: int = 4,
    exact_ranges: bool = False,
) -> Attack:
    """What a reader can conclude of every masked cell of `table` and of the releases before it.

    Parameters: `table`, as it would be published; `against`, tables the reader also holds;
    `shares`, published percentages; `lookup`, larger area → finest areas; `known_small`, row and
    column of cells that the reader is told are masked for being small; `revised`, release (from 1),
    row and column of earlier figures known to have been revised since, None where the reader must
    tell by the contradictions; `low` to `high`, what
    a masked small cell may be; `exact_ranges`, whether to go on to the very ends of the range of
    a cell already shown to be safe, which takes long.
    Returns for each masked cell the least and greatest whole number that fits everything shown
    (for a safe cell, two that do and lie far enough apart). It is recovered where the ends lie
    less than `high - low` apart. Masked cells of earlier releases
    count where this release does not show them on purpose.
    Assumes that totals are sums of the rows listed beside them and that a masked cell is `low` or
    more. Where earlier figures contradict the table, the fewest are set aside as revised.
    When not to use: as proof against a reader who knows some of the people counted.
    Source: Fischetti and Salazar-González (2001); Hundepool et al. (2012), chapter 4.
    """
    puzzle = Puzzle(low=low, lookup=lookup or {})
    puzzle.add(table, number=0)
    for number, release in enumerate(against, start=1):
        puzzle.add(release, number=number, like=table)
    puzzle.link()
    small = set(known_small)
    for piece in puzzle.pieces:
        if piece.release == 0 and (piece.cell.row, piece.cell.column) in small:
            puzzle.know(piece, low, high)
    for share in shares:
        puzzle.share(share)
    ignored = puzzle.settle() if revised is None else puzzle.forget(set(revised))
    width = max(1, high - low)
    found = [
        Found(
            release=piece.release,
            row=piece.cell.row,
            column=piece.cell.column,
            key=piece.cell.key,
            lo=lo,
            hi=hi,
            recovered=hi is not None and hi - lo < width,
        )
        for piece, lo, hi in puzzle.solve(width=width, exact_ranges=exact_ranges)
    ]
    return Attack(kind=kind, found=tuple(found), ignored=ignored)
