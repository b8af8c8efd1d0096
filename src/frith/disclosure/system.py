"""What is published, as linear statements about the smallest places: the masker's own arithmetic.

Every count is a sum over *atoms*: the finest combinations of labels that any of the tables, or the
lookups, break things down to. Atoms that no statement tells apart are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from frith.disclosure.layout import COLUMN, TOTAL
from frith.disclosure.table import CountTable, Key, own_leaves
from frith.errors import BadInput

Lookup = Mapping[str, frozenset[str]]
"""A larger area's code → the codes of all the finest areas in it."""
_ANY = -1
_SLIGHT = 1e-6


@dataclass(frozen=True, kw_only=True)
class System:
    """`sums @ atoms` are the cells, this release's first: one row a cell, 0 or 1 in each column."""

    sums: sparse.csr_array
    cells: int
    lo: np.ndarray
    hi: np.ndarray
    """What earlier releases say of their own cells: the rows after `cells`."""
    masked_before: np.ndarray
    """Rows that an earlier release masked and this release does not hold."""
    truth: np.ndarray
    """A whole number for each atom that fits every statement and this release's true counts."""
    revised: frozenset[tuple[int, int, str]]
    """Earlier figures that this release shows to have been revised: release, row, column."""


def build(
    table: CountTable,
    *,
    against: Sequence[CountTable] = (),
    lookup: Lookup | None = None,
    low: int = 1,
) -> System:
    """The statements that `table` and the releases before it make about the atoms.

    `low` is the least that a masked cell may be.
    """
    keys = _aligned(table, against)
    leaves = [_leaves_of_release(release, lookup or {}) for release in keys]
    atoms = _atoms([leaf for release in leaves for group in release.values() for leaf in group])
    blocks = [_incidence(k, own, atoms) for k, own in zip(keys, leaves, strict=True)]
    sums = _merged(sparse.csr_array(sparse.vstack(blocks)))
    lo, hi, before = _earlier(table, against, sums, low=low)
    truth, revised = _fitting(table, sums, lo, hi)
    lo[revised], hi[revised] = 0, np.inf
    return System(
        sums=sums,
        cells=len(table.cells),
        lo=lo,
        hi=hi,
        masked_before=before,
        truth=truth,
        revised=frozenset(
            place for place, gone in zip(_places(against), revised, strict=True) if gone
        ),
    )


def _aligned(table: CountTable, against: Sequence[CountTable]) -> list[list[Key]]:
    """Every release's keys over the same dimensions; one that a release lacks is summed over."""
    dimensions = list(table.dimensions)
    own = {
        d: {cell.key[i] for cell in table.cells} - {TOTAL} for i, d in enumerate(table.dimensions)
    }
    keys = [[cell.key for cell in table.cells]]
    for release in against:
        places: list[int] = []
        for i, name in enumerate(release.dimensions):
            labels = {cell.key[i] for cell in release.cells} - {TOTAL}
            places.append(_place(name, labels, own, dimensions, taken=places))
        width = len(dimensions)
        keys.append(
            [
                tuple(cell.key[places.index(d)] if d in places else TOTAL for d in range(width))
                for cell in release.cells
            ]
        )
    width = len(dimensions)
    return [[(*key, *[TOTAL] * (width - len(key))) for key in release] for release in keys]


def _place(
    name: str,
    labels: set[str],
    own: Mapping[str, set[str]],
    dimensions: list[str],
    *,
    taken: Sequence[int],
) -> int:
    """Where a release's dimension stands: by name, else by shared labels, else as a new one."""
    folded = [d.casefold() for d in dimensions]
    if name.casefold() in folded and name != COLUMN:
        return folded.index(name.casefold())
    free = {d: values for d, values in own.items() if dimensions.index(d) not in taken}
    shared = {d: len(labels & values) for d, values in free.items()}
    best = max(shared, key=lambda d: shared[d], default="")
    if best and shared[best]:
        return dimensions.index(best)
    dimensions.append(name)
    return len(dimensions) - 1


def _leaves_of_release(keys: Sequence[Key], lookup: Lookup) -> dict[Key, list[Key]]:
    """A release's own leaves, each with the finest labels the lookups know for it."""
    return {leaf: _finest(leaf, lookup) for leaf in own_leaves(keys)}


def _finest(leaf: Key, lookup: Lookup) -> list[Key]:
    found: list[Key] = [()]
    for label in leaf:
        fine = sorted(lookup.get(label, frozenset([label])))
        found = [(*key, label_) for key in found for label_ in fine]
    return found


def _coded(keys: Sequence[Key], codes: list[dict[str, int]]) -> np.ndarray:
    return np.array(
        [
            [
                _ANY if label == TOTAL else codes[i].setdefault(label, len(codes[i]))
                for i, label in enumerate(key)
            ]
            for key in keys
        ],
        dtype=np.int64,
    ).reshape(len(keys), -1)


def _within(coarse: np.ndarray, fine: np.ndarray) -> np.ndarray:
    """A 0/1 matrix: does row i of `coarse` hold row j of `fine`?"""
    holds = np.ones((len(coarse), len(fine)), dtype=bool)
    for place in range(coarse.shape[1]):
        own = coarse[:, place][:, None]
        holds &= (own == _ANY) | (own == fine[:, place][None, :])
    return holds


def _atoms(leaves: Sequence[Key]) -> list[Key]:
    """Leaves of all releases that no other leaf breaks down."""
    unique = sorted(set(leaves))
    coded = _coded(unique, [{} for _ in unique[0]])
    coarse = (coded == _ANY).any(axis=1)
    if not coarse.any():
        return unique
    inside = _within(coded[coarse], coded)
    broken = np.zeros(len(unique), dtype=bool)
    broken[np.flatnonzero(coarse)] = inside.sum(axis=1) > 1
    return [key for key, gone in zip(unique, broken, strict=True) if not gone]


def _incidence(
    keys: Sequence[Key], leaves: Mapping[Key, list[Key]], atoms: Sequence[Key]
) -> sparse.csr_array:
    """Which atoms each cell of one release adds up: those of the release's own leaves within it."""
    codes: list[dict[str, int]] = [{} for _ in atoms[0]]
    own = list(leaves)
    fine = [leaf for group in leaves.values() for leaf in group]
    owner = np.repeat(np.arange(len(own)), [len(group) for group in leaves.values()])
    atom_codes = _coded(atoms, codes)
    cells_hold_leaves = _within(_coded(keys, codes), _coded(own, codes))
    leaves_hold_atoms = np.zeros((len(own), len(atoms)), dtype=bool)
    np.logical_or.at(leaves_hold_atoms, owner, _within(_coded(fine, codes), atom_codes))
    counted = sparse.csr_array(cells_hold_leaves.astype(np.int32)) @ sparse.csr_array(
        leaves_hold_atoms.astype(np.int32)
    )
    counted.data[:] = 1
    return sparse.csr_array(counted.astype(float))


def _merged(sums: sparse.csr_array) -> sparse.csr_array:
    """Atoms that lie in the same cells, as one; atoms that lie in none, gone."""
    columns = sums.tocsc()
    seen: dict[bytes, int] = {}
    for j in range(columns.shape[1]):
        rows = columns.indices[columns.indptr[j] : columns.indptr[j + 1]]
        if len(rows):
            seen.setdefault(np.sort(rows).tobytes(), j)
    return sparse.csr_array(columns[:, sorted(seen.values())])


def _earlier(
    table: CountTable, against: Sequence[CountTable], sums: sparse.csr_array, *, low: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What earlier releases state, and which of their masked cells this release does not hold."""
    m = len(table.cells)
    earlier = [cell for release in against for cell in release.cells]
    lo = np.array([low if cell.hi is None else cell.lo for cell in earlier], dtype=float)
    hi = np.array([np.inf if cell.hi is None else cell.hi for cell in earlier], dtype=float)
    held = {_atoms_of(sums, i) for i in range(m)}
    before = [
        m + k
        for k, cell in enumerate(earlier)
        if cell.masked and _atoms_of(sums, m + k) not in held
    ]
    return lo, hi, np.array(before, dtype=int)


def _places(against: Sequence[CountTable]) -> list[tuple[int, int, str]]:
    return [
        (number, cell.row, cell.column)
        for number, release in enumerate(against, start=1)
        for cell in release.cells
    ]


def _fitting(
    table: CountTable, sums: sparse.csr_array, lo: np.ndarray, hi: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Atoms that fit this release exactly and the earlier ones as far as they were not revised."""
    m, n = len(table.cells), sums.shape[1]
    now = np.array([cell.lo for cell in table.cells], dtype=float)
    k = len(lo)
    slack = sparse.vstack([sparse.csr_array((m, k)), sparse.eye_array(k)]) if k else None
    matrix = sums if slack is None else sparse.hstack([sums, slack, -slack])
    found = milp(
        np.r_[np.zeros(n), np.ones(2 * k)],
        constraints=LinearConstraint(sparse.csc_array(matrix), np.r_[now, lo], np.r_[now, hi]),
        integrality=np.r_[np.ones(n), np.zeros(2 * k)],
    )
    if found.x is None:
        raise BadInput(
            "the areas do not add up to the larger areas that the lookup puts them in",
            where=table.name,
            mend="Check the lookup, or leave the larger areas out.",
        )
    missed = found.x[n : n + k] + found.x[n + k :]
    return np.round(found.x[:n]), missed > _SLIGHT


def _atoms_of(sums: sparse.csr_array, row: int) -> bytes:
    return np.sort(sums.indices[sums.indptr[row] : sums.indptr[row + 1]]).tobytes()
