"""Which areas are neighbours: touching outlines (queen), or the nearest few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from frith.errors import BadInput
from frith.stats.intervals import Floats

NEAREST = 6
"""How many nearest areas count as neighbours: the mean number of sides that touch on a map."""
TOUCH_M = 1.0
"""Outlines closer than this touch: published outlines are rounded, and gaps are not ditches."""
TIE = 1e-6
"""Distances closer than this share of the typical spacing are equal, however the map is turned."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbours:
    """Binary neighbours as compressed rows: those of area `i` are `indices[starts[i]:starts[i+1]]`.

    `codes` names the areas in order; an area is not its own neighbour. `islands` are areas that
    touched no other and were joined to their nearest.
    """

    codes: tuple[str, ...]
    starts: Ints
    indices: Ints
    kind: str
    islands: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many neighbours each area has."""
        return np.diff(self.starts).astype(np.int64)

    def of(self, position: int) -> Ints:
        """Positions of the neighbours of the area at `position`."""
        return self.indices[self.starts[position] : self.starts[position + 1]]

    def rows(self) -> list[Ints]:
        """The neighbours of every area, in order."""
        return [self.of(position) for position in range(len(self))]

    def matrix(self, *, include_self: bool = False) -> sparse.csr_array:
        """Neighbours as a sparse matrix of 0 and 1."""
        n = len(self)
        data = np.ones(self.indices.size)
        w = sparse.csr_array((data, self.indices, self.starts), shape=(n, n))
        return sparse.csr_array(w + sparse.eye_array(n)) if include_self else w

    def onto(self, codes: Sequence[str]) -> Neighbours:
        """The same neighbours among `codes` only, in that order; others drop out.

        Raises `BadInput` for a code these neighbours do not know.
        """
        place = {code: position for position, code in enumerate(self.codes)}
        unknown = [code for code in codes if code not in place]
        if unknown:
            raise BadInput(
                f"{len(unknown)} areas have no outline or point, {unknown[0]} among them",
                where="neighbours",
                mend="Use outlines of the same vintage as the counts.",
            )
        to_new = np.full(len(self), -1, dtype=np.int64)
        to_new[[place[code] for code in codes]] = np.arange(len(codes))
        rows = [to_new[self.of(place[code])] for code in codes]
        return from_rows([row[row >= 0] for row in rows], codes=codes, kind=self.kind)


def from_rows(
    rows: Sequence[npt.ArrayLike],
    *,
    codes: Sequence[str],
    kind: str,
    islands: Sequence[str] = (),
) -> Neighbours:
    """Neighbours from a list of positions for each area; each row is sorted and without itself."""
    if len(set(codes)) != len(codes) or len(rows) != len(codes):
        raise BadInput(
            "area codes repeat, or do not match the rows",
            where="neighbours",
            mend="One row a code.",
        )
    clean = [
        np.setdiff1d(np.asarray(row, dtype=np.int64), [here]).astype(np.int32)
        for here, row in enumerate(rows)
    ]
    starts = np.concatenate([[0], np.cumsum([row.size for row in clean])]).astype(np.int32)
    indices = np.concatenate(clean) if clean else np.empty(0, dtype=np.int32)
    return Neighbours(
        codes=tuple(codes),
        starts=starts,
        indices=indices.astype(np.int32),
        kind=kind,
        islands=tuple(islands),
    )


def queen(
    shapes: npt.NDArray[Any], *, codes: Sequence[str], tolerance_m: float = TOUCH_M
) -> Neighbours:
    """Areas whose outlines touch, at a corner or along a side; an island gets its nearest.

    `shapes`: shapely polygons in metres, in the order of `codes`; `tolerance_m`: how far apart
    they may be and still touch. The islands are named in the result.
    """
    from shapely import STRtree

    outlines = np.asarray(shapes, dtype=object)
    n = len(outlines)
    if n == 0:
        return from_rows([], codes=codes, kind="queen")
    tree = STRtree(outlines)
    left, right = tree.query(outlines, predicate="dwithin", distance=tolerance_m)
    pairs = left != right
    touching = sparse.coo_array(
        (np.ones(pairs.sum(), dtype=np.int8), (left[pairs], right[pairs])), shape=(n, n)
    ).tocsr()
    touching = sparse.csr_array(touching + touching.T)
    alone = np.flatnonzero(np.diff(touching.indptr) == 0)
    rows = [touching.indices[touching.indptr[i] : touching.indptr[i + 1]] for i in range(n)]
    if n > 1:
        for here in map(int, alone):
            found = tree.query_nearest(outlines[here], exclusive=True, all_matches=True)
            closest: list[int] = found.tolist()
            rows[here] = np.asarray([min(closest, key=codes.__getitem__)])
    return from_rows(rows, codes=codes, kind="queen", islands=[codes[int(here)] for here in alone])


def nearest(points: Floats, *, codes: Sequence[str], k: int = NEAREST) -> Neighbours:
    """The `k` nearest areas by distance between `points`; equal distances go by code.

    `points`: n × 2, metres, in the order of `codes`. With fewer than k + 1 areas every other area
    is a neighbour. Not mutual: a hamlet's nearest may have nearer ones of their own.
    """
    places = np.asarray(points, dtype=np.float64)
    n = len(places)
    k = min(k, n - 1)
    if k < 1:
        return from_rows([np.empty(0)] * n, codes=codes, kind=f"nearest {NEAREST}")
    name_order = np.empty(n, dtype=np.int64)
    name_order[np.argsort(np.asarray(codes))] = np.arange(n)
    tree = cKDTree(places)
    spacing = np.asarray(tree.query(places, k=2)[0])[:, 1]
    unit = TIE * max(float(np.median(spacing)), 1e-9)
    reach = np.asarray(tree.query(places, k=k + 1)[0])[:, -1]
    rows = []
    for here, found in enumerate(tree.query_ball_point(places, reach + 2 * unit)):
        others = np.asarray([there for there in found if there != here])
        apart = np.hypot(*(places[others] - places[here]).T)
        rows.append(others[np.lexsort((name_order[others], np.round(apart / unit)))[:k]])
    return from_rows(rows, codes=codes, kind=f"nearest {k}")


def merged(base: Neighbours, group: Sequence[str]) -> Neighbours:
    """Neighbours of larger areas made of smaller: two touch where any of their parts do.

    `group`: the larger area's code for each of `base.codes`.
    """
    codes = sorted(set(group))
    place = {code: position for position, code in enumerate(codes)}
    own = np.asarray([place[code] for code in group], dtype=np.int64)
    sources = np.repeat(own, base.counts)
    joined = sparse.coo_array(
        (np.ones(sources.size, dtype=np.int8), (sources, own[base.indices])),
        shape=(len(codes), len(codes)),
    ).tocsr()
    rows = [joined.indices[joined.indptr[i] : joined.indptr[i + 1]] for i in range(len(codes))]
    lonely = [code for code, row in zip(codes, rows, strict=True) if set(row) <= {place[code]}]
    return from_rows(rows, codes=codes, kind=base.kind, islands=lonely)
