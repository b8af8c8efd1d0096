"""One release taken from the next: what a table that grew tells of those who were added.

A table without a column for each period grows from release to release, and new less old is the
count of the months between. So each difference is attacked as if it were a masked cell, and each
masked cell again by a reader who takes it that counts of one place only grow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from frith.disclosure.attack import Attack, Found
from frith.disclosure.lines import Line, Lines, NoneFits
from frith.disclosure.puzzle import FAR, Piece, Puzzle
from frith.disclosure.table import CountTable
from frith.errors import BadInput

KIND = "difference of releases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Who takes it upon them that figures which differ a little are corrections, and why."""

    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.reason.strip():
            raise BadInput(
                "a correction is accepted by a named person for a reason",
                mend="Give both: who decided, and why the difference tells of nobody new.",
            )


@dataclass(frozen=True, kw_only=True)
class Subtracted:
    """What subtraction found: of masked cells (`cells`) and of the differences themselves."""

    cells: tuple[Found, ...] = field(repr=False)
    differences: Attack


def subtract(
    table: CountTable,
    *,
    against: Sequence[CountTable],
    differing: Collection[int],
    lookup: Mapping[str, frozenset[str]] | None = None,
    known_small: Collection[tuple[int, str]] = (),
    low: int = 1,
    high: int = 4,
) -> Subtracted:
    """What a reader concludes by taking earlier releases from a table that differs from them.

    Parameters: `table`, as it would be published; `against`, the releases the reader holds;
    `differing`, the numbers (from 1) of those whose figures this table contradicts; the others as
    for `attack`. Returns for each masked cell, and for each difference between this table and an
    earlier figure, the least and greatest that fit. A difference is recovered where it is known to
    fewer than `high - low` either way and may be `low` to `high` people more, or fewer.
    Assumes of the reader that counts only grow, save beneath figures that are seen to have fallen;
    where that fits no table, nothing is taken to tie the two releases.
    When not to use: on releases that agree, where `attack` is stronger.
    Source: Hundepool et al. (2012), Statistical Disclosure Control, 5.6, on linked tables.
    """
    orders: list[tuple[int, ...]] = [(number,) for number in sorted(differing)]
    if len(orders) > 1:
        orders.append(_in_order(against, differing))
    cells: dict[tuple[int, int, str], Found] = {}
    differences: dict[tuple[int, int, str], Found] = {}
    puzzle = _read(table, against, lookup=lookup or {}, low=low)
    for piece in puzzle.pieces:
        if piece.release == 0 and (piece.cell.row, piece.cell.column) in set(known_small):
            puzzle.know(piece, low, high)
    for order in orders:
        found = _solved(puzzle, order, differing=differing, low=low, high=high)
        for kept, new in ((cells, found[0]), (differences, found[1])):
            for one in new:
                place = (one.release, one.row, one.column)
                if place not in kept or one.recovered:
                    kept[place] = one
    return Subtracted(
        cells=tuple(cells.values()),
        differences=Attack(kind=KIND, found=tuple(differences.values())),
    )


def _read(
    table: CountTable,
    against: Sequence[CountTable],
    *,
    lookup: Mapping[str, frozenset[str]],
    low: int,
) -> Puzzle:
    puzzle = Puzzle(low=low, lookup=lookup)
    puzzle.add(table, number=0)
    for number, release in enumerate(against, start=1):
        puzzle.add(release, number=number, like=table)
    puzzle.link()
    _cover_what_agrees(puzzle)
    return puzzle


def _cover_what_agrees(puzzle: Puzzle) -> None:
    """An earlier total that lists fewer rows, and is the same today, was of the same rows."""
    now = {piece.key: piece for piece in puzzle.pieces if piece.release == 0}
    for piece in puzzle.pieces:
        own = now.get(piece.key)
        if piece.release == 0 or own is None or piece.cell.masked or own.cell.masked:
            continue
        if set(piece.unknowns) < set(own.unknowns) and piece.lo <= own.hi and own.lo <= piece.hi:
            piece.unknowns = own.unknowns


def _in_order(against: Sequence[CountTable], differing: Collection[int]) -> tuple[int, ...]:
    """The differing releases by how much their figures come to: what grows was smaller before."""

    def size(number: int) -> int:
        return sum(cell.lo for cell in against[number - 1].cells if not cell.masked)

    return tuple(sorted(differing, key=lambda number: (size(number), number)))


def _solved(
    puzzle: Puzzle, order: tuple[int, ...], *, differing: Collection[int], low: int, high: int
) -> tuple[list[Found], list[Found]]:
    """Cells and differences, by the strongest belief about growth that fits the figures."""
    everything = frozenset(range(puzzle.size))
    beliefs = [frozenset[int](), _beneath_fallen(puzzle, order[0]), everything]
    for falling in beliefs if len(order) == 1 else beliefs[:1]:
        layers = _Layers(puzzle, order, differing=differing, falling=falling)
        try:
            return layers.cells(low=low, high=high), layers.differences(low=low, high=high)
        except NoneFits:
            continue
    return [], []


def _beneath_fallen(puzzle: Puzzle, number: int) -> frozenset[int]:
    """Unknowns beneath a figure of one release that this release shows to be smaller now."""
    now = {piece.unknowns: piece for piece in puzzle.pieces if piece.release == 0}
    fallen: set[int] = set()
    for piece in puzzle.pieces:
        own = now.get(piece.unknowns)
        if piece.release == number and own is not None and own.hi < piece.lo:
            fallen.update(piece.unknowns)
    return frozenset(fallen)


class _Layers:
    """Unknowns in layers: what the earliest release counted, and what each later one added.

    A release adds up the layers up to its own. What fell is one more layer, which only the
    earliest counts.
    """

    def __init__(
        self,
        puzzle: Puzzle,
        order: tuple[int, ...],
        *,
        differing: Collection[int],
        falling: frozenset[int],
    ) -> None:
        self.size, self.last = puzzle.size, len(order)
        self.falling = falling
        self.stage = {number: place for place, number in enumerate(order)}
        self.pieces = [
            piece
            for piece in puzzle.pieces
            if piece.release in self.stage or piece.release not in differing
        ]
        lines: list[Line] = [
            (dict.fromkeys(self.sum_of(piece), 1.0), piece.lo, float(piece.hi))
            for piece in self.pieces
            if piece.lo > 0 or piece.hi < float("inf")
        ]
        largest = max((hi for _, _, hi in lines if hi < float("inf")), default=0.0)
        self.lines = Lines(lines, self.size * (self.last + 2), cap=FAR * (largest + 1))

    def sum_of(self, piece: Piece) -> tuple[int, ...]:
        """The unknowns that a cell adds up, in its release's layers."""
        return self._up_to(piece.unknowns, self.stage.get(piece.release, self.last))

    def _up_to(self, unknowns: Sequence[int], stage: int) -> tuple[int, ...]:
        whole = [layer * self.size + u for layer in range(stage + 1) for u in unknowns]
        if stage == 0:
            gone = (self.last + 1) * self.size
            whole += [gone + u for u in unknowns if u in self.falling]
        return tuple(whole)

    def ranges(
        self, sums: Sequence[tuple[int, ...]], *, width: int
    ) -> list[tuple[int, int | None]]:
        """Least and greatest of each sum; two values `width` apart where that is shown at once."""
        shown = self.lines.possible(sums, width=width)
        return [
            met or self.lines.range(unknowns) for met, unknowns in zip(shown, sums, strict=True)
        ]

    def cells(self, *, low: int, high: int) -> list[Found]:
        """Masked cells: this release's, and earlier ones' that this release does not show."""
        held = {piece.unknowns for piece in self.pieces if piece.release == 0}
        targets = [
            piece
            for piece in self.pieces
            if piece.cell.masked
            and (piece.release == 0 or piece.release in self.stage or piece.unknowns not in held)
        ]
        width = max(1, high - low)
        found = self.ranges([self.sum_of(piece) for piece in targets], width=width)
        return [
            _found(piece, lo, hi, recovered=hi is not None and hi - lo < width)
            for piece, (lo, hi) in zip(targets, found, strict=True)
        ]

    def differences(self, *, low: int, high: int) -> list[Found]:
        """This release less each earlier figure: exactly where both are shown."""
        earlier = [piece for piece in self.pieces if piece.release in self.stage]
        now = {piece.unknowns: piece for piece in self.pieces if piece.release == 0}
        out, open_ = [], []
        for piece in earlier:
            own = now.get(piece.unknowns)
            if own is not None and own.lo == own.hi and piece.lo == piece.hi:
                by = int(own.lo - piece.lo)
                out.append(_difference(piece, by, by, low=low, high=high))
            else:
                open_.append(piece)
        width = max(1, high - low)
        grew = [piece for piece in open_ if not self.falling.intersection(piece.unknowns)]
        added = [self._up_to(p.unknowns, self.last)[self._own(p) :] for p in grew]
        for piece, (lo, hi) in zip(grew, self.ranges(added, width=width), strict=True):
            out.append(_difference(piece, lo, hi, low=low, high=high))
        for piece in open_:
            if piece not in grew:
                out.append(_difference(piece, *self._apart(piece), low=low, high=high))
        return out

    def _own(self, piece: Piece) -> int:
        """How many of the unknowns of all layers are the earlier release's own."""
        return (self.stage[piece.release] + 1) * len(piece.unknowns)

    def _apart(self, piece: Piece) -> tuple[int, int | None]:
        """The difference where it may be a fall: each end taken from the other's."""
        lo, hi = self.lines.range(self._up_to(piece.unknowns, self.last))
        before, most = self.lines.range(self.sum_of(piece))
        least = lo - most if most is not None else -int(self.lines.cap)
        return least, None if hi is None else hi - before


def _difference(piece: Piece, lo: int, hi: int | None, *, low: int, high: int) -> Found:
    """Recovered where it is known closely and may be a small number, of people more or fewer."""
    narrow = hi is not None and hi - lo < max(1, high - low)
    small = narrow and any(lo <= n <= (hi or 0) for n in range(-high, high + 1) if n)
    return _found(piece, lo, hi, recovered=small)


def _found(piece: Piece, lo: int, hi: int | None, *, recovered: bool) -> Found:
    return Found(
        release=piece.release,
        row=piece.cell.row,
        column=piece.cell.column,
        key=piece.cell.key,
        lo=lo,
        hi=hi,
        recovered=recovered,
    )
