"""Density along streets: events per kilometre of street, smoothed along the network.

Source: Okabe, Satoh and Sugihara (2009), "A kernel density estimation method for networks", IJGIS
23, 7–32; here each event's kernel is scaled to the street there is within its reach, so that none
is lost at a dead end and none made at a crossing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from frith.errors import BadInput
from frith.places import flags as flag
from frith.places.inputs import need
from frith.results import Flag, Result, Severity, frame_hash, refuse
from frith.stats.intervals import Floats

METHOD = "network kernel density, kernel scaled to the street within reach [after Okabe 2009]"
BANDWIDTH_M = 200.0
PIECE_M = 25.0
SNAP_M = 50.0
"""Farther than this from any street, an event belongs to none."""
REACH = 3.0


def street_density(
    events: pl.DataFrame,
    *,
    streets: npt.NDArray[Any],
    names: list[str] | None = None,
    bandwidth_m: float = BANDWIDTH_M,
    piece_m: float = PIECE_M,
) -> Result:
    """Events per kilometre of street, by short pieces, smoothed along the network.

    `events`: `x`, `y` in metres (and `point_precision`); `streets`: shapely lines in metres that
    meet at their ends; `names`: of each line. Returns a `Result`: value is events per km over the
    network; table `pieces` (street, piece, x, y of its middle, x1, y1, x2, y2 of its ends,
    length_m, events, density). Events over 50 m from any street are left out and counted. Refuses
    (SNAPPED) points moved to shared map points: they rank map points, not streets. A picture, not a
    test. Source: Okabe and others (2009).
    """
    need(events, ["x", "y"], table="events")
    shared: dict[str, Any] = {
        "parameters": {"bandwidth_m": bandwidth_m, "piece_m": piece_m},
        "data_hash": frame_hash(events.select("x", "y")),
    }
    if "point_precision" in events.columns and not events.is_empty():
        moved = events.filter(pl.col("point_precision").is_in(["snapped", "area"])).height
        if moved / events.height > flag.SNAPPED_SHARE:
            text = "Points were moved to shared map points: streets cannot be ranked by them."
            return refuse(METHOD, Flag("SNAPPED", text), **shared)
    if not len(streets):
        raise BadInput("no streets", where="streets", mend="Add streets.geojson.")
    ends, drawn, lengths, owner = _pieces(streets, piece_m)
    middles = drawn.mean(axis=1)
    counts, lost = _assign(events, middles)
    density = _smooth(counts, ends, lengths, bandwidth_m)
    labels = names or [""] * len(streets)
    pieces = pl.DataFrame(
        {
            "street": [labels[i] for i in owner],
            "piece": np.arange(lengths.size),
            "x": middles[:, 0],
            "y": middles[:, 1],
            "x1": drawn[:, 0, 0],
            "y1": drawn[:, 0, 1],
            "x2": drawn[:, 1, 0],
            "y2": drawn[:, 1, 1],
            "length_m": lengths,
            "events": counts.astype(np.int64),
            "density": density * 1000,
        }
    )
    notes = [Flag("PICTURE", "A picture, not a test: streets differ by chance.", Severity.NOTE)]
    if lost:
        notes.append(
            Flag("OUTSIDE", f"{lost:,} events over {SNAP_M:g} m from any street left out.")
        )
    return Result(
        method=METHOD,
        value=float(counts.sum() / lengths.sum() * 1000),
        flags=tuple(notes),
        sentence=f"{counts.sum():,.0f} events along {lengths.sum() / 1000:,.1f} km of street. This "
        "shows where they were recorded; it does not say which streets differ by more than chance.",
        tables={"pieces": pieces},
        **shared,
    )


def _pieces(
    streets: npt.NDArray[Any], piece_m: float
) -> tuple[npt.NDArray[np.int64], Floats, Floats, list[int]]:
    """Short pieces of every line: end nodes, both ends (n × 2 × 2), lengths, line each is of."""
    from shapely import get_coordinates, get_parts, segmentize

    lines, owner_of_line = get_parts(np.asarray(streets, dtype=object), return_index=True)
    cut = segmentize(lines, piece_m)
    points, line_of = get_coordinates(cut, return_index=True)
    joined = line_of[1:] == line_of[:-1]
    first, second = points[:-1][joined], points[1:][joined]
    lengths = np.hypot(*(second - first).T)
    owner = owner_of_line[line_of[:-1][joined]]
    kept = lengths > 0
    # ends within a decimetre are one crossing
    both = np.round(np.concatenate([first[kept], second[kept]]), 1)
    _, node = np.unique(both, axis=0, return_inverse=True)
    ends = np.asarray(node, dtype=np.int64).reshape(2, -1)
    return ends, np.stack([first[kept], second[kept]], axis=1), lengths[kept], owner[kept].tolist()


def _assign(events: pl.DataFrame, middles: Floats) -> tuple[Floats, int]:
    """Events by nearest piece; those too far from any are lost, and counted."""
    from scipy.spatial import cKDTree

    points = events.drop_nulls(["x", "y"]).select("x", "y").to_numpy().astype(np.float64)
    away, piece = cKDTree(middles).query(points)
    near = np.asarray(away) <= SNAP_M
    counts = np.bincount(np.asarray(piece)[near], minlength=len(middles)).astype(np.float64)
    return counts, int(events.height - near.sum())


def _smooth(
    counts: Floats, ends: npt.NDArray[np.int64], lengths: Floats, bandwidth_m: float
) -> Floats:
    """Each piece's events spread along the network, Gaussian, all of them within reach."""
    n, nodes = lengths.size, int(ends.max()) + 1
    # a graph of pieces' middles (first) and crossings: half a piece lies between the two
    middle = np.tile(np.arange(n), 2)
    graph = sparse.coo_matrix(
        (np.tile(lengths / 2, 2), (middle, n + ends.ravel())), shape=(n + nodes, n + nodes)
    ).tocsr()
    density = np.zeros(n)
    for piece in np.flatnonzero(counts):
        reached = dijkstra(graph, directed=False, indices=[int(piece)], limit=REACH * bandwidth_m)
        away = np.asarray(reached)[0, :n]
        kernel = np.where(np.isfinite(away), np.exp(-0.5 * (away / bandwidth_m) ** 2), 0.0)
        density += counts[piece] * kernel / float(kernel @ lengths)
    return density
