"""The word SYNTHETIC, wherever this room writes: names, metadata, notes and identifiers."""

from __future__ import annotations

MARK = "SYNTHETIC"
AREA_NAME = f"{MARK} Vorrinmere"
PUBLISHER = f"{MARK}: made by frith borough"
LICENCE = "nobody's data; made from a seed; free to copy"
FILE_METADATA = {
    "synthetic": "true",
    "mark": MARK,
    "note": f"{MARK}. Nobody's data: people, places and events in this file do not exist.",
}
"""What every Parquet file of a borough carries beside its columns."""

NOTE = (
    f"{MARK}. Nobody's data. The people, places, telephone numbers, postcodes, vehicles and events "
    "in this folder do not exist. The place lies in the North Sea."
)
