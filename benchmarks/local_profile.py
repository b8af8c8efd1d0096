"""The local profile of Rotherham and of South Yorkshire: how long from a data set to its files.

    python benchmarks/local_profile.py [--files DIR]

Builds both data sets from published files (not timed), then times reading, building and writing:
one HTML file, one PDF/UA-1 and every table as CSV. Goals on two cores: Rotherham (170
neighbourhoods) under 30 s, South Yorkshire (860) under 60 s.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from frith.profile import build_profile, write_profile
from frith.sources.build import build
from frith.sources.folder import look_through
from frith.sources.months import months_between
from frith.sources.police_uk.forces import find_force
from frith.tables.load import load_dataset
from frith.tables.write import write_dataset

PLACES = {
    "Rotherham": (("E08000018",), 30.0),
    "South Yorkshire": (("E08000016", "E08000017", "E08000018", "E08000019"), 60.0),
}
ON = date(2026, 11, 21)


def make_dataset(files: Path, folder: Path, codes: tuple[str, ...]) -> None:
    """The data set of the districts, from files already here."""
    built = build(
        look_through(files),
        force=find_force("south-yorkshire"),
        areas=codes,
        months=months_between("2024-01", "2025-10"),
        say=lambda _: None,
    )
    write_dataset(folder, about=built.about, tables=built.tables, outlines=built.outlines)


def timed(folder: Path, out: Path) -> tuple[float, int, int]:
    """Seconds from a data set to its files, neighbourhoods, and bytes written."""
    began = time.perf_counter()
    document = build_profile(load_dataset(folder), on=ON, seed=1)
    written = write_profile(document, out)
    seconds = time.perf_counter() - began
    areas = next(table for table in document.tables if table.name == "lsoa-all").frame.height
    size = sum(path.stat().st_size for path in (written.html, written.pdf, *written.tables))
    return seconds, areas, size


def main() -> int:
    """Both places; exit 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = Path(os.environ.get("FRITH_SHARED", Path(__file__).parents[2] / "shared"))
    parser.add_argument("--files", type=Path, default=shared / "data")
    files = parser.parse_args().files
    if not files.is_dir():
        print(f"skipped: there is no {files} (set FRITH_SHARED or --files)")
        return 0
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, (codes, goal) in PLACES.items():
            folder = Path(scratch) / name
            make_dataset(files, folder, codes)
            seconds, areas, size = timed(folder, Path(scratch) / f"{name} out")
            said = "within" if seconds <= goal else "OVER"
            missed += seconds > goal
            print(
                f"{name}: {areas} neighbourhoods, {seconds:.1f} s ({said} {goal:.0f} s), "
                f"{size / 1e6:.1f} MB written"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
