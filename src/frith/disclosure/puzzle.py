"""The attacker's reading of what was published: unknowns, and a line for each figure shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from frith.disclosure.layout import COLUMN, TOTAL
from frith.disclosure.lines import Line, Lines, matrix_of
from frith.disclosure.table import Cell, CountTable, Key

_EXACT = 1e-6
FAR = 100.0
"""An unknown that could be this many times the largest figure shown has no upper limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A published percentage: `part` is `percent` of `whole`, `give` or take half a digit."""

    part: Key
    whole: Key
    percent: float
    give: float


@dataclass(eq=False)
class Piece:
    """One published cell, its key over all dimensions, and the unknowns that make it up."""

    release: int
    cell: Cell
    key: Key
    unknowns: tuple[int, ...] = ()
    lo: float = 0
    hi: float = np.inf


class Puzzle:
    """Unknowns (the finest cells anybody names), and a line for each figure that adds some up."""

    def __init__(self, *, low: int, lookup: Mapping[str, frozenset[str]]) -> None:
        self.low, self.lookup = low, lookup
        self.dimensions: list[str] = []
        self.pieces: list[Piece] = []
        self.first_keys: set[Key] = set()
        self.lines: list[Line] = []

    # reading the tables

    def add(self, table: CountTable, *, number: int, like: CountTable | None = None) -> None:
        """Take a release's cells in, its dimensions named as the first release names them."""
        names = [name.casefold() for name in table.dimensions]
        if like is not None:
            names = self._recognised(table, like)
        for name in names:
            if name not in self.dimensions:
                self.dimensions.append(name)
        for cell in table.cells:
            labels = dict(zip(names, cell.key, strict=True))
            key = tuple(labels.get(name, TOTAL) for name in self.dimensions)
            lo, hi = (float(self.low), np.inf) if cell.hi is None else (float(cell.lo), cell.hi)
            self.pieces.append(Piece(release=number, cell=cell, key=key, lo=lo, hi=hi))
        if number == 0:
            self.first_keys = {cell.key for cell in table.cells}

    @staticmethod
    def _recognised(table: CountTable, like: CountTable) -> list[str]:
        """Dimensions by name; one whose name is new, by the labels it shares with another."""
        theirs = {
            name.casefold(): {c.key[i] for c in like.cells} - {TOTAL}
            for i, name in enumerate(like.dimensions)
        }
        names: list[str] = []
        for i, name in enumerate(table.dimensions):
            folded = name.casefold()
            if folded not in theirs or name == COLUMN:
                own = {c.key[i] for c in table.cells} - {TOTAL}
                shared = {
                    there: len(own & labels)
                    for there, labels in theirs.items()
                    if there not in names
                }
                best = max(shared, key=lambda there: shared[there], default="")
                folded = best if best and shared[best] else folded
            names.append(folded)
        return names

    def link(self) -> None:
        """Say of every cell which unknowns it adds up."""
        width = len(self.dimensions)
        for piece in self.pieces:
            piece.key = (*piece.key, *[TOTAL] * (width - len(piece.key)))
        ends: dict[int, list[Key]] = {}
        for release in sorted({piece.release for piece in self.pieces}):
            ends[release] = _ends([p.key for p in self.pieces if p.release == release])
        finest = {key: self._split(key) for keys in ends.values() for key in keys}
        every = sorted({part for parts in finest.values() for part in parts})
        atoms = _ends(every)
        number = {atom: i for i, atom in enumerate(atoms)}
        below = _Below(atoms)
        made_of = {
            key: {number[atom] for part in parts for atom in below.of(part)}
            for key, parts in finest.items()
        }
        self.size = len(atoms)
        for release, keys in ends.items():
            under = _Below(keys)
            for piece in self.pieces:
                if piece.release == release:
                    parts = [made_of[end] for end in under.of(piece.key)]
                    piece.unknowns = tuple(sorted(set().union(*parts)))

    def _split(self, key: Key) -> list[Key]:
        out: list[Key] = [()]
        for label in key:
            fine = self.lookup.get(label)
            out = [(*head, part) for head in out for part in (sorted(fine) if fine else [label])]
        return out

    def know(self, piece: Piece, lo: float, hi: float) -> None:
        """What a reader is told about a masked cell besides."""
        if piece.cell.masked:
            piece.lo, piece.hi = max(piece.lo, lo), min(piece.hi, hi)

    def share(self, share: Share) -> None:
        """A percentage, as two lines: the part lies within a band of the whole."""
        own = {piece.cell.key: piece for piece in self.pieces if piece.release == 0}
        part, whole = own.get(share.part), own.get(share.whole)
        if part is None or whole is None:
            return
        for edge, lo, hi in (
            ((share.percent - share.give) / 100, 0.0, np.inf),
            ((share.percent + share.give) / 100, -np.inf, 0.0),
        ):
            line: dict[int, float] = defaultdict(float)
            for unknown in part.unknowns:
                line[unknown] += 1
            for unknown in whole.unknowns:
                line[unknown] -= edge
            self.lines.append((dict(line), lo - _EXACT, hi + _EXACT))

    # solving

    def forget(self, places: Collection[tuple[int, int, str]]) -> int:
        """Set aside the earlier figures at these places; how many."""
        aside = [p for p in self.pieces if (p.release, p.cell.row, p.cell.column) in places]
        for piece in aside:
            piece.lo, piece.hi = 0, np.inf
        return len(aside)

    def settle(self) -> int:
        """Set aside the fewest earlier figures that contradict this release; how many."""
        if not any(piece.release for piece in self.pieces):
            return 0
        rows = self.pieces
        k = len(rows)
        loose = np.array([piece.release > 0 for piece in rows], dtype=float)
        matrix = sparse.hstack([matrix_of([p.unknowns for p in rows], self.size), *_slack(loose)])
        lo = np.array([piece.lo for piece in rows])
        hi = np.array([piece.hi for piece in rows], dtype=float)
        found = milp(
            np.r_[np.zeros(self.size), np.ones(2 * k)],
            constraints=LinearConstraint(sparse.csc_array(matrix), lo, hi),
        )
        if found.x is None:
            return 0
        missed = found.x[self.size : self.size + k] + found.x[self.size + k :]
        aside = [piece for piece, by in zip(rows, missed, strict=True) if by > _EXACT]
        for piece in aside:
            piece.lo, piece.hi = 0, np.inf
        return len(aside)

    def solve(self, *, width: int, exact_ranges: bool) -> list[tuple[Piece, int, int | None]]:
        """Least and greatest of each masked cell that is to be attacked."""
        held = {piece.unknowns for piece in self.pieces if piece.release == 0}
        targets = [
            piece
            for piece in self.pieces
            if piece.cell.masked and (piece.release == 0 or piece.unknowns not in held)
        ]
        lines = [
            (dict.fromkeys(p.unknowns, 1.0), p.lo, float(p.hi))
            for p in self.pieces
            if p.lo > 0 or np.isfinite(p.hi)
        ] + self.lines
        largest = max((hi for _, _, hi in lines if np.isfinite(hi)), default=0.0)
        system = Lines(lines, self.size, cap=FAR * (largest + 1))
        sums = [piece.unknowns for piece in targets]
        shown = system.possible(sums, width=width) if not exact_ranges else [None] * len(sums)
        return [
            (piece, *(range_ or system.range(piece.unknowns)))
            for piece, range_ in zip(targets, shown, strict=True)
        ]


def _ends(keys: Sequence[Key]) -> list[Key]:
    """Keys under which no other key lies."""
    unique = sorted(set(keys))
    below = _Below(unique)
    return [key for key in unique if TOTAL not in key or len(below.of(key)) == 1]


class _Below:
    """Which keys lie under a key: found by the labels at the places where it has any."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys = keys
        self.index: dict[tuple[int, ...], dict[Key, list[Key]]] = {}

    def of(self, key: Key) -> list[Key]:
        """Every key that agrees with this one wherever this one is not a total."""
        places = tuple(i for i, label in enumerate(key) if label != TOTAL)
        if places not in self.index:
            table: dict[Key, list[Key]] = defaultdict(list)
            for own in self.keys:
                table[tuple(own[i] for i in places)].append(own)
            self.index[places] = table
        return self.index[places].get(tuple(key[i] for i in places), [])


def _slack(loose: np.ndarray) -> tuple[sparse.dia_array, sparse.dia_array]:
    return sparse.diags_array(loose), sparse.diags_array(-loose)
