"""Files of a borough: Parquet, GeoJSON, `dataset.toml`; each of them says SYNTHETIC."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from frith.borough.mark import AREA_NAME, FILE_METADATA, LICENCE, MARK, NOTE, PUBLISHER
from frith.borough.period import Period
from frith.errors import BadInput
from frith.reference import Regime

LEFT_FILE, RUN_FILE = "truth/about.json", "run.json"


def clear(folder: Path) -> None:
    """Make way in `folder`: an earlier borough's own files go, and anything else stops it.

    Raises BadInput where the folder holds a file that no synthetic borough left there.
    """
    ours = _left_before(folder)
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    others = [path for path in found if path.relative_to(folder).as_posix() not in ours]
    if others:
        raise BadInput(
            f"holds a file that no synthetic borough left there, {others[0].name}",
            where=str(folder),
            mend="Name an empty or a new folder.",
        )
    for path in found:
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def _left_before(folder: Path) -> frozenset[str]:
    """Names of the files that an earlier borough says it wrote here."""
    record = folder / LEFT_FILE
    if not record.is_file():
        return frozenset()
    try:
        written = json.loads(record.read_text("utf-8"))["written"]
    except (ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset([*map(str, written), LEFT_FILE, RUN_FILE])


def record_files(folder: Path, about: Mapping[str, Any]) -> None:
    """`truth/about.json`: what the files are, and which were written, so that they may be again."""
    written = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    write_json({**about, "written": written}, folder / LEFT_FILE)


def write_table(frame: pl.DataFrame, target: Path) -> None:
    """One table as Parquet with the mark in its metadata; the same frame gives the same bytes."""
    frame.write_parquet(target, compression="zstd", metadata=FILE_METADATA)


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Each table as `<name>.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        write_table(frame, folder / f"{name}.parquet")


def write_outlines(features: Sequence[Mapping[str, Any]], target: Path) -> None:
    """A GeoJSON feature collection, marked; a feature a line, so that files can be compared."""
    target.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"type": "FeatureCollection", "name": MARK, "synthetic": True, "note": NOTE})
    body = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    target.write_text(f'{head[:-1]}, "features": [\n{body}\n]}}\n', "utf-8")


def write_json(content: Mapping[str, Any], target: Path) -> None:
    """A JSON file, marked."""
    target.parent.mkdir(parents=True, exist_ok=True)
    marked = {"mark": MARK, **content}
    target.write_text(json.dumps(marked, ensure_ascii=False, indent=1) + "\n", "utf-8")


def write_dataset_toml(
    folder: Path, *, code: str, names: Sequence[str], period: Period, seed: int, people: int
) -> None:
    """`dataset.toml`: what the folder is, and each file's publisher, licence and regime."""
    lines = [
        f"# {NOTE}",
        f'name = "{AREA_NAME}, {people:,} people, seed {seed}"',
        f'area = "{code}"',
        f'area_name = "{AREA_NAME}"',
        'area_vintage = "lsoa21"',
        f'period = ["{period.start}", "{period.last}"]',
    ]
    for name in names:
        lines += [
            "",
            f"[files.{name}]",
            f'publisher = "{PUBLISHER}"',
            f'licence = "{LICENCE}"',
            f'regime = "{Regime.SYNTHETIC}"',
        ]
    (folder / "dataset.toml").write_text("\n".join(lines) + "\n", "utf-8")
