"""Scan, Knox and density: our time, and the peer's where one can be had, in one run.

    python benchmarks/places_scan_knox_density.py

The scan's peer is R SpatialEpi's recorded time for the same size; the density's is scikit-learn's
tree, asked for a sample of the grid and scaled up, and saying so.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
import polars as pl
from shapely import box

from frith.places.density import Surface, density_surface
from frith.places.geography import geography_from_points
from frith.places.near_repeat import near_repeat
from frith.places.scan import scan

SPATIAL_EPI_S = 45.0
"""R SpatialEpi, 1,000 areas × 999, as recorded once on another machine under load."""
SAMPLE = 400


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bench_scan() -> None:
    """1,000 areas, 999 random maps."""
    rng = np.random.default_rng(1)
    codes = [f"{i:04d}" for i in range(1000)]
    district = geography_from_points(rng.uniform(0, 30_000, (1000, 2)), codes=codes)
    counts = pl.DataFrame({"code": codes, "n": rng.poisson(5, 1000)})
    people = pl.DataFrame({"code": codes, "n": rng.integers(1000, 2000, 1000)})
    for share in (0.25, 0.5):

        def run(share: float = share) -> object:
            return scan(counts, geography=district, rng=rng, population=people, max_share=share)

        scan(counts, geography=district, rng=rng, population=people, draws=19)
        ours = min(timed(run) for _ in range(3))
        ratio = SPATIAL_EPI_S / ours
        print(
            f"scan, 1,000 areas × 999, zones to {share:.0%}: {ours:.2f} s; "
            f"SpatialEpi recorded {SPATIAL_EPI_S:.0f} s; {ratio:.0f} times"
        )


def bench_knox() -> None:
    """100,000 events, 999 shufflings of their dates."""
    rng = np.random.default_rng(1)
    n = 100_000
    events = pl.DataFrame(
        {
            "x": rng.uniform(0, 30_000, n),
            "y": rng.uniform(0, 30_000, n),
            "date": rng.integers(0, 730, n).astype(float),
        }
    )
    near_repeat(events.head(200), rng=rng, permutations=99)
    ours = timed(lambda: near_repeat(events, rng=rng))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Knox, 100,000 events × 999, to 1 km and 28 days: {ours:.1f} s, {held:.0f} MB in all")


def bench_density() -> None:
    """1,000,000 points on a grid of 25 m; the peer on a sample of its cells."""
    from sklearn.neighbors import KernelDensity

    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 20_000, (1_000_000, 2))
    events = pl.DataFrame({"x": xy[:, 0], "y": xy[:, 1]})
    ground = box(0, 0, 20_000, 20_000)
    ours = min(timed(lambda: density_surface(events, boundary=ground)) for _ in range(3))
    surface = density_surface(events, boundary=ground)
    assert isinstance(surface, Surface)
    cells = surface.density.size
    grow = timed(lambda: KernelDensity(bandwidth=200.0).fit(xy))
    tree = KernelDensity(bandwidth=200.0, rtol=0.01).fit(xy)
    sample = rng.uniform(0, 20_000, (SAMPLE, 2))
    asked = timed(lambda: tree.score_samples(sample))
    peer = grow + asked * cells / SAMPLE
    print(
        f"density, 1,000,000 points, {cells:,} cells: {ours:.3f} s; scikit-learn's tree about "
        f"{peer:,.0f} s (scaled up from {SAMPLE} cells in {asked:.2f} s); {peer / ours:,.0f} times"
    )


if __name__ == "__main__":
    bench_scan()
    bench_knox()
    bench_density()
