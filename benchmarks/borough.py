"""How long a borough takes and how much memory: `python benchmarks/borough.py [--quick]`.

Each size runs in a process of its own, so that its peak memory is its own. There is no peer to set
beside: nothing else makes a borough. Seconds are wall-clock on whatever else the machine is doing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BOROUGHS = (2_000, 25_000, 250_000)
PLAIN = (60_000, 1_000_000, 6_000_000)
QUICK = 25_000, 200_000

RUN = """
import json, resource, sys, time
from pathlib import Path
from frith.borough import build, build_plain
began, used = time.perf_counter(), time.process_time()
kind, size, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
if kind == "borough":
    made = build(out, people=size, seed=1)
else:
    made = build_plain(out, events=size, seed=1)
print(json.dumps({
    "people": made.people,
    "events": made.events,
    "seconds": time.perf_counter() - began,
    "cpu": time.process_time() - used,
    "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
}))
"""


def measure(kind: str, size: int) -> dict[str, float]:
    """Seconds, CPU seconds, peak memory and megabytes on disk of one run."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        found = subprocess.run(
            [sys.executable, "-c", RUN, kind, str(size), str(out)],
            check=True,
            capture_output=True,
            text=True,
        )
        answer: dict[str, float] = json.loads(found.stdout)
        files = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        return {**answer, "megabytes": files / 1e6}


def main() -> None:
    """A line a size."""
    quick = "--quick" in sys.argv[1:]
    runs = [("borough", n) for n in BOROUGHS if not quick or n <= QUICK[0]]
    runs += [("plain", n) for n in PLAIN if not quick or n <= QUICK[1]]
    print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    print(
        f"{'':8} {'people':>10} {'events':>10} {'s':>7} {'CPU s':>7} {'GB':>6} {'MB on disk':>11}"
    )
    for kind, size in runs:
        row = measure(kind, size)
        print(
            f"{kind:8} {row['people']:>10,} {row['events']:>10,} {row['seconds']:>7.1f} "
            f"{row['cpu']:>7.1f} {row['gigabytes']:>6.2f} {row['megabytes']:>11.1f}"
        )


if __name__ == "__main__":
    main()
