"""Estimated groups beside mapped ones: how much of the map is filled in."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.results import Flag, Interval, Result, Severity

METHOD = "Estimated groups over groups mapped by police or region (Perpetuity Research 2016)"
CANDIDATES = "candidate groups"
"""What `frith groups` finds: proposals, which are counted and no estimate."""


def group_coverage(
    estimated: float, *, mapped: int, interval: Interval | None = None, how: str = ""
) -> Result:
    """How many groups are estimated for each that is mapped.

    `estimated`: groups found or estimated, with `interval` where the method gives one; `mapped`:
    groups mapped, from the police or region; `how`: where the estimate comes from, in words.
    Returns a `Result` whose value is estimated over mapped; refused where none is mapped, for then
    there is no ratio. Candidate groups are proposals: neither count is a target.
    """
    data = {"estimated": estimated, "mapped": mapped, "how": how}
    reach = "" if interval is None else f" (between {interval.lo:,.0f} and {interval.hi:,.0f})"
    told = (
        f"{estimated:,.0f} {how}"
        if how.startswith(CANDIDATES)
        else f"{estimated:,.0f} groups are estimated"
    )
    if mapped <= 0:
        flag = Flag(
            "NOMAP",
            f"{told}{reach}; none is mapped, so there is no ratio.",
            Severity.REFUSE,
        )
        return Result(
            method=METHOD, status="refused", flags=(flag,), sentence=flag.text, parameters=data
        )
    return Result(
        method=METHOD,
        value=estimated / mapped,
        interval=None
        if interval is None
        else Interval(interval.lo / mapped, interval.hi / mapped, interval.level, interval.method),
        parameters=data,
        flags=(
            Flag(
                "PROPOSED",
                "Groups that a method finds are candidates, and a mapped group is a decision of "
                "police or region: the two counts differ by definition as well as by coverage.",
                Severity.NOTE,
            ),
        ),
        sentence=f"{told}{reach}; {mapped:,} are mapped.",
    )


def read_estimate(path: Path) -> tuple[float, Interval | None, str]:
    """The estimated number of groups from what `frith extent` or `frith groups` wrote.

    `extent.json` gives the estimate with its 95% interval; a folder of `frith groups` (or its
    `groups.parquet`) gives how many candidates it found, without one. Raises `BadInput` where the
    file is neither, or its estimate was refused.
    """
    target = path
    if path.is_dir():
        found = [path / name for name in ("extent.json", "groups.parquet", "groups.csv")]
        target = next((one for one in found if one.is_file()), path)
    if target.suffix == ".json":
        return _from_extent(target)
    if target.suffix in {".parquet", ".csv"}:
        read = pl.read_parquet if target.suffix == ".parquet" else pl.read_csv
        rows = read(target)
        if "group_id" in rows.columns:
            return (
                float(rows["group_id"].n_unique()),
                None,
                f"{CANDIDATES} found by frith groups",
            )
    raise BadInput(
        "holds no estimate of groups",
        where=str(path),
        mend="Give what `frith extent` or `frith groups` wrote.",
    )


def _from_extent(path: Path) -> tuple[float, Interval | None, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
        estimate, reach = found["estimate"], found["interval_95"]
    except (ValueError, KeyError, TypeError, OSError):
        raise BadInput(
            "is not what `frith extent` writes", where=path.name, mend="Give its extent.json."
        ) from None
    if estimate is None:
        raise BadInput(
            "holds a refusal, not an estimate", where=path.name, mend="Leave it out of the report."
        )
    interval = None
    if reach and reach["lo"] is not None and reach["hi"] is not None:
        interval = Interval(reach["lo"], reach["hi"], 0.95, "frith extent")
    return float(estimate), interval, "estimate by frith extent"
