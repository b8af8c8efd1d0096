"""Density of events over ground: a smooth surface, mended at the edge, with no p-values on it.

Sources: Silverman (1986), "Density Estimation"; Diggle (1985), Applied Statistics 34, 138–147 (edge
correction); Kelsall and Diggle (1995) (ratio of two surfaces).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.ndimage import gaussian_filter

from frith.errors import BadInput
from frith.places import flags as flag
from frith.places.inputs import need
from frith.results import Flag, Result, Severity, frame_hash, refuse
from frith.stats.intervals import Floats

METHOD = "Gaussian kernel density, edge corrected [Diggle 1985]"
BANDWIDTH_M = 200.0
SNAPPED_BANDWIDTH_M = 400.0
"""Least bandwidth over points moved to shared map points."""
CELLS_A_BANDWIDTH = 8
"""Cells to a bandwidth: at 6 the peak is 0.5% out, at 3 1.3%."""
REACH = 4.0
"""Bandwidths after which the kernel is cut off."""
LEAST_EXPECTED = 1.0
"""Expected events within a kernel's reach under which no ratio is shown."""
MOST_CELLS = 50_000_000
MOST_DRAWN = 40_000
"""Cells of a surface handed on to be drawn; more is finer than a page shows."""
SQUARE_KM = 1e6


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface(Result):
    """A grid over the ground; row 0 is southmost, column 0 westmost. NaN outside the boundary."""

    west: float = 0.0
    south: float = 0.0
    cell_m: float = 0.0
    density: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False)
    """Events per square kilometre."""
    ratio: Floats | None = field(default=None, repr=False)
    """Events over expected; NaN where too little is expected to say."""


def density_surface(
    events: pl.DataFrame,
    *,
    boundary: Any,
    bandwidth_m: float | None = None,
    cell_m: float | None = None,
    expected: pl.DataFrame | None = None,
) -> Result:
    """Events per km² on a grid, and, where `expected` is given, events over expected.

    `events`: `x`, `y` in metres, and `point_precision` where known. `boundary`: a shapely polygon
    in metres; what lies outside is left out, and near its edge the surface is divided by the share
    of the kernel inside. `bandwidth_m`: by default 200, or 400 where points were moved to shared
    map points; less is then refused. `cell_m`: at most an eighth of the bandwidth. `expected`: `x`,
    `y`, `n` (people at the middles of small areas, say), scaled to the same total. Returns a
    `Surface`: value is events per km² over the whole; table `peaks` (x, y, density). A picture,
    never a test: it shows ups and downs where there is nothing but chance; for a verdict use
    `hot_spots`. Sources: Diggle (1985); Kelsall and Diggle (1995).
    """
    from shapely import area, make_valid

    need(events, ["x", "y"], table="events")
    snapped = _snapped(events)
    h = bandwidth_m or (SNAPPED_BANDWIDTH_M if snapped else BANDWIDTH_M)
    cell = cell_m or h / CELLS_A_BANDWIDTH
    _check(h, cell)
    shared: dict[str, Any] = {
        "parameters": {"bandwidth_m": h, "cell_m": cell, "expected": expected is not None},
        "data_hash": frame_hash(events.select("x", "y")),
    }
    if snapped and h < SNAPPED_BANDWIDTH_M:
        return refuse(METHOD, _snapped_note(h), **shared)
    ground = make_valid(boundary)
    grid = _Grid.over(ground, cell)
    counts, outside = grid.count(events["x"].to_numpy(), events["y"].to_numpy())
    if counts.sum() == 0:
        reason = Flag("SPARSE", "No event lies inside the boundary.")
        return refuse(METHOD, reason, **shared)
    sigma = h / cell
    inside = _blurred(grid.inside.astype(np.float64), sigma)
    surface = _divided(_blurred(counts, sigma), inside, grid.inside) / (cell**2 / SQUARE_KM)
    ratio = None
    if expected is not None:
        ratio = _ratio(counts, expected, grid, sigma=sigma)
    total = float(counts.sum())
    return Surface(
        method=METHOD,
        value=total / (float(area(ground)) / SQUARE_KM),
        flags=tuple(_notes(snapped, outside, events.height)),
        sentence=(
            f"{total:,.0f} events smoothed over {h:,.0f} metres. This is a picture of where they "
            "were recorded; it does not say which differences are more than chance."
        ),
        tables={"peaks": _peaks(surface, grid)},
        west=grid.west,
        south=grid.south,
        cell_m=cell,
        density=surface,
        ratio=ratio,
        **shared,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grid:
    west: float
    south: float
    cell: float
    inside: npt.NDArray[np.bool_]

    @classmethod
    def over(cls, ground: Any, cell: float) -> _Grid:
        """A grid whose cells are inside where their middle is; it covers the boundary's box."""
        from shapely import bounds, contains_xy, prepare

        west, south, east, north = (float(end) for end in bounds(ground))
        columns = int(np.ceil((east - west) / cell)) + 1
        rows = int(np.ceil((north - south) / cell)) + 1
        if columns * rows > MOST_CELLS:
            raise BadInput(
                f"{columns * rows:,} cells are too many", where="density", mend="Use larger cells."
            )
        prepare(ground)
        x = west + (np.arange(columns) + 0.5) * cell
        y = south + (np.arange(rows) + 0.5) * cell
        inside = contains_xy(ground, *np.meshgrid(x, y))
        return cls(west=west, south=south, cell=cell, inside=inside)

    def count(
        self, x: npt.ArrayLike, y: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> tuple[Floats, int]:
        """Points (or their weights) by cell, and how many lie in no cell inside."""
        rows, columns = self.inside.shape
        known = ~(np.isnan(np.asarray(x, float)) | np.isnan(np.asarray(y, float)))
        east, north = np.asarray(x, float)[known], np.asarray(y, float)[known]
        column = np.floor((east - self.west) / self.cell).astype(np.int64)
        row = np.floor((north - self.south) / self.cell).astype(np.int64)
        on = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        index = row[on] * columns + column[on]
        weights = None if weight is None else np.asarray(weight, float)[known][on]
        grid = np.bincount(index, weights=weights, minlength=rows * columns)
        counted = np.where(self.inside, grid.reshape(rows, columns).astype(np.float64), 0.0)
        kept = int(self.inside.ravel()[index].sum())
        return counted, int(np.asarray(x).size - kept)


def _blurred(grid: Floats, sigma: float) -> Floats:
    """Gaussian blur, nothing beyond the grid."""
    blurred: Floats = gaussian_filter(grid, sigma, mode="constant", truncate=REACH)
    return blurred


def _divided(grid: Floats, mass: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """A blurred grid over the share of the kernel inside; NaN outside."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(inside, grid / mass, np.nan)


def _ratio(counts: Floats, expected: pl.DataFrame, grid: _Grid, *, sigma: float) -> Floats:
    """Blurred events over blurred expected, scaled to one total; the edge cancels."""
    need(expected, ["x", "y", "n"], table="expected")
    weight, _ = grid.count(
        expected["x"].to_numpy(), expected["y"].to_numpy(), expected["n"].to_numpy()
    )
    if weight.sum() <= 0:
        raise BadInput("nothing is expected inside", where="expected", mend="Check its points.")
    due = _blurred(weight * counts.sum() / weight.sum(), sigma)
    # kernel-weighted expected events within reach: the effective area of a Gaussian is 4πσ²
    enough = due * 4 * np.pi * sigma**2 >= LEAST_EXPECTED
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(grid.inside & enough, _blurred(counts, sigma) / due, np.nan)


def _peaks(surface: Floats, grid: _Grid, *, most: int = 10) -> pl.DataFrame:
    """The highest cells, for labels; peaks of a picture, not hot spots."""
    flat = np.nan_to_num(surface.ravel(), nan=-1.0)
    top = np.argsort(-flat, kind="stable")[:most]
    row, column = np.divmod(top, surface.shape[1])
    return pl.DataFrame(
        {
            "x": grid.west + (column + 0.5) * grid.cell,
            "y": grid.south + (row + 0.5) * grid.cell,
            "density": flat[top],
        }
    )


def _check(h: float, cell: float) -> None:
    if h <= 0 or cell <= 0:
        raise BadInput("bandwidth and cell must be above 0", where="density", mend="In metres.")
    if cell > h / CELLS_A_BANDWIDTH * (1 + 1e-9):
        raise BadInput(
            f"cells of {cell:g} m are too coarse for a bandwidth of {h:g} m",
            where="density",
            mend=f"Use {h / CELLS_A_BANDWIDTH:g} m or less.",
        )


def _snapped(events: pl.DataFrame) -> bool:
    if "point_precision" not in events.columns or events.is_empty():
        return False
    moved = events.filter(pl.col("point_precision").is_in(["snapped", "area"])).height
    return moved / events.height > flag.SNAPPED_SHARE


def _snapped_note(h: float) -> Flag:
    return Flag(
        "SNAPPED",
        f"Points were moved to shared map points: a bandwidth of {h:g} m would show the map "
        f"points, not the events. Use {SNAPPED_BANDWIDTH_M:g} m or more.",
    )


def _notes(snapped: bool, outside: int, total: int) -> list[Flag]:
    notes = [
        Flag("PICTURE", "A picture, not a test: it has ups and downs by chance.", Severity.NOTE)
    ]
    if snapped:
        notes.append(
            Flag("SNAPPED", "Points are shared map points: read it by district, not street.")
        )
    if outside:
        notes.append(
            Flag("OUTSIDE", f"{outside:,} of {total:,} events lie outside the boundary: left out.")
        )
    return notes


def surface_cells(surface: Surface, *, most: int = MOST_DRAWN) -> tuple[pl.DataFrame, float]:
    """The surface as rows of `x`, `y` (middles, metres), `density` and `ratio`, and their width.

    At most about `most` cells: smaller ones are averaged together, which changes a surface that is
    smooth over eight of its cells by little. Cells outside the boundary are left out.
    """
    by = max(1, int(np.ceil(np.sqrt(surface.density.size / most))))
    rows, columns = (int(np.ceil(n / by)) for n in surface.density.shape)
    row, column = np.indices((rows, columns))
    cell = surface.cell_m * by
    frame = pl.DataFrame(
        {
            "x": (surface.west + (column + 0.5) * cell).ravel(),
            "y": (surface.south + (row + 0.5) * cell).ravel(),
            "density": _averaged(surface.density, by).ravel(),
            "ratio": np.full(rows * columns, np.nan)
            if surface.ratio is None
            else _averaged(surface.ratio, by).ravel(),
        }
    )
    return frame.with_columns(pl.col("density", "ratio").fill_nan(None)).drop_nulls("density"), cell


def _averaged(grid: Floats, by: int) -> Floats:
    """Means over blocks of `by` × `by` cells, of those that have a value; NaN where none has."""
    rows, columns = (-n % by for n in grid.shape)
    whole = np.pad(grid, ((0, rows), (0, columns)), constant_values=np.nan)
    blocks = whole.reshape(whole.shape[0] // by, by, whole.shape[1] // by, by)
    held = np.sum(~np.isnan(blocks), axis=(1, 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(held > 0, np.nansum(blocks, axis=(1, 3)) / held, np.nan))
