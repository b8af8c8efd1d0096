"""Gi* at 35,672 areas (every small area of England and Wales) beside esda, in one run.

    python benchmarks/places_gistar.py [--permutations 999] [--first-call]

esda is warmed on a small map first, so that its minute of compiling is not counted; ours is timed
both making every permutation and stopping early, as it does by default. `--first-call` times the
first call in a fresh process with an empty cache of compiled code.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

AREAS = 35_672
FIRST_CALL = """
import time; began = time.perf_counter()
import numpy as np
from frith.places.local import gi_star
from frith.places.neighbours import nearest
rng = np.random.default_rng(1)
near = nearest(rng.uniform(size=(200, 2)), codes=[f"{i:03d}" for i in range(200)])
gi_star(rng.normal(size=200), near, rng=rng)
print(time.perf_counter() - began)
"""


def timed(work: Callable[[], object], *, rounds: int = 3) -> float:
    """The best of a few runs, seconds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def memory_mb() -> float:
    """The most this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Time both sides and print the ratio."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--permutations", type=int, default=999)
    asked.add_argument("--first-call", action="store_true")
    given = asked.parse_args()
    if given.first_call:
        with tempfile.TemporaryDirectory() as empty:
            env = os.environ | {"NUMBA_CACHE_DIR": empty}
            done = subprocess.run(
                [sys.executable, "-c", FIRST_CALL],
                env=env,
                capture_output=True,
                text=True,
                check=True,
            )
        print(f"first call with nothing compiled, imports included: {float(done.stdout):.1f} s")
        return
    from frith.places.local import gi_star
    from frith.places.neighbours import nearest

    rng = np.random.default_rng(1)
    points = rng.uniform(0, 500_000, (AREAS, 2))
    x = rng.normal(size=AREAS)
    near = nearest(points, codes=[f"{i:05d}" for i in range(AREAS)])
    b = given.permutations
    gi_star(x, near, rng=rng, permutations=99)
    full = timed(lambda: gi_star(x, near, rng=rng, permutations=b, stop_after=0))
    early = timed(lambda: gi_star(x, near, rng=rng, permutations=b))
    held = memory_mb()
    peer = _peer(x, near, b)
    print(f"{AREAS:,} areas, {b:,} permutations, nearest six")
    print(f"  frith, every permutation: {full:.3f} s")
    print(f"  frith, stopping early:    {early:.3f} s   (memory {held:.0f} MB)")
    print(f"  esda, warm:               {peer:.3f} s   (memory {memory_mb():.0f} MB)")
    print(f"  ratio: {peer / full:.0f} times, {peer / early:.0f} times stopping early")


def _peer(x: np.ndarray, near: object, permutations: int) -> float:
    """esda's time for the same neighbours, compiled beforehand."""
    import warnings

    import libpysal
    from esda.getisord import G_Local

    warnings.simplefilter("ignore")
    rows = near.rows()  # type: ignore[attr-defined]
    w = libpysal.weights.W({i: row.tolist() for i, row in enumerate(rows)}, silence_warnings=True)
    small = libpysal.weights.lat2W(12, 12)
    settings = {"star": True, "transform": "B", "n_jobs": 2, "island_weight": 0}
    G_Local(np.arange(144.0), small, permutations=99, **settings)
    rounds = 2 if permutations < 5000 else 1
    return timed(lambda: G_Local(x, w, permutations=permutations, **settings), rounds=rounds)


if __name__ == "__main__":
    main()
