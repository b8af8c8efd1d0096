"""Reading and checking data.police.uk street files: frith beside pandas, in one run.

    python benchmarks/read_street.py [--folder DIR] [--times 5]

Both read the same files, make the same checks and give the same events and outcomes: months that
exist, points that can be right (numbers, both or neither, not 0,0, not swapped, inside the United
Kingdom), area codes of the right form, crime types and forces that are there, an identity for
every row (Crime ID, or content and its nth occurrence in its file), rows read once, and the
vintage of each file's codes. The run shows that every identity is the same on both sides.

pandas is timed twice, each written as one naturally would. *As text* keeps every value as it was
published (`dtype=str`), as frith does: identities are digests of the text, and a refused value is
quoted as it stood. *As numbers* lets `read_csv` infer types, which is quicker but changes the
text (53.342690 becomes 53.34269), so its identities differ; it is shown so that nobody need
wonder. Neither gives row numbers for rows of the wrong shape or refuses other encodings; frith
does. The best of `--times` runs of each counts, taken in turn.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import polars as pl
import shapely

from frith.tables import read_street
from frith.tables.points import EAST, NORTH, SOUTH, WEST, land

CONTENT = [
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
]


def with_pandas(
    paths: Sequence[Path], *, as_text: bool
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Events, outcomes and refusals, the natural way in pandas."""
    frames = []
    for path in paths:
        frame = pd.read_csv(path, dtype=str if as_text else None)
        frame["file"] = path.name
        frame["row"] = range(2, len(frame) + 2)
        frames.append(frame)
    data = pd.concat(frames, ignore_index=True)
    month = pd.to_datetime(data["Month"], format="%Y-%m", errors="coerce")
    x = pd.to_numeric(data["Longitude"], errors="coerce")
    y = pd.to_numeric(data["Latitude"], errors="coerce")
    there = x.notna() & y.notna()
    inside = x.between(WEST, EAST) & y.between(SOUTH, NORTH)
    faults = {
        "Month": month.isna(),
        "Reported by": data["Reported by"].isna(),
        "Crime type": data["Crime type"].isna(),
        "LSOA code": data["LSOA code"].notna()
        & ~data["LSOA code"].str.fullmatch(r"[EWSN]\d{8}").fillna(value=False).astype(bool),
        "not a number": (data["Longitude"].notna() & x.isna())
        | (data["Latitude"].notna() & y.isna()),
        "only one": x.notna() != y.notna(),
        "zero": (x == 0) & (y == 0),
        "swapped": y.between(WEST, EAST) & x.between(SOUTH, NORTH),
        "outside": there & ~inside,
        "sea": there & ~shapely.contains_xy(land(), x.to_numpy(), y.to_numpy()),
    }
    refusals = pd.concat(
        data.loc[bad, ["file", "row"]].assign(reason=reason) for reason, bad in faults.items()
    )
    refused = pd.concat(faults, axis=1).any(axis=1)
    good = data[~refused].copy()
    good["occurred_from"] = month[~refused]
    named = good["Crime ID"].notna()
    nth = good[named].groupby(["file", "Crime ID"]).cumcount() + 1
    ids = good.loc[named, "Crime ID"].where(nth == 1, good["Crime ID"] + "~" + nth.astype(str))
    content = [good.loc[~named, name].astype("str").fillna("") for name in CONTENT]
    nameless = "\x1f" + content[0].str.cat(content[1:], sep="\x1f")
    digest = nameless.map(lambda t: hashlib.blake2b(t.encode(), digest_size=16).hexdigest())
    again = digest.groupby([good.loc[~named, "file"], digest]).cumcount() + 1
    good["event_id"] = pd.concat([ids, digest + "~" + again.astype(str)])
    good = good.drop_duplicates("event_id")
    newest = good.groupby("file")["LSOA code"].max()
    vintage = newest.gt("E01033768").map({True: "lsoa21", False: None})
    events = pd.DataFrame(
        {
            "event_id": good["event_id"],
            "source": "data.police.uk: " + good["Reported by"],
            "kind": (good["Crime type"] == "Anti-social behaviour").map(
                {True: "incident", False: "crime"}
            ),
            "crime_type": good["Crime type"],
            "occurred_from": good["occurred_from"],
            "date_precision": "month",
            "area": good["LSOA code"],
            "area_vintage": good["file"].map(vintage).where(good["LSOA code"].notna()),
            "longitude": x[good.index],
            "latitude": y[good.index],
            "point_precision": good["Longitude"].notna().map({True: "snapped", False: None}),
            "source_row": good["row"],
            "source_file": good["file"],
        }
    )
    decided = good.loc[good["Last outcome category"].notna(), ["event_id", "Last outcome category"]]
    return events, decided, refusals


def best_of(times: int, *runs: Callable[[], object]) -> list[float]:
    """The shortest seconds of each, taken in turn so that neither has the quieter machine."""
    best = [float("inf")] * len(runs)
    for _ in range(times):
        for i, run in enumerate(runs):
            start = time.perf_counter()
            run()
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def main() -> None:
    """Print both times, the ratio, and that both came to the same answer."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shared = Path(os.environ.get("FRITH_SHARED", Path(__file__).parents[2] / "shared"))
    options.add_argument("--folder", type=Path, default=shared / "data" / "street")
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    paths = sorted(given.folder.glob("*-street.csv*"))
    if not paths:
        options.error(f"no street files in {given.folder}")
    ours, (theirs, outcomes, refusals) = read_street(paths), with_pandas(paths, as_text=True)
    same_rows = ours.frame.height == len(theirs) and ours.report.refused == len(refusals)
    same_ids = set(ours.frame["event_id"]) == set(theirs["event_id"])
    same_outcomes = ours.also["outcomes"].height == len(outcomes)
    runs = {
        "frith": lambda: read_street(paths),
        "pandas, as text": lambda: with_pandas(paths, as_text=True),
        "pandas, as numbers": lambda: with_pandas(paths, as_text=False),
    }
    seconds = dict(zip(runs, best_of(given.times, *runs.values()), strict=True))
    print(f"{len(paths)} files, {ours.report.rows:,} rows, {ours.report.refused:,} refused")
    print(f"same rows: {same_rows}; same identities: {same_ids}; same outcomes: {same_outcomes}")
    for name, took in seconds.items():
        rate = ours.report.rows / took / 1e3
        ratio = took / seconds["frith"]
        print(f"{name:18} {took:5.2f} s {rate:6,.0f} thousand rows a second, ratio {ratio:.1f}")
    print(
        f"Python {platform.python_version()}, pandas {pd.__version__}, polars {pl.__version__}, "
        f"{os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()
