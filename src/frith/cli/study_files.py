"""What `frith study` reads beside a data set: pilots, neighbourhoods, notes, estimates, a date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from frith.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from frith.tables.dataset import Dataset


def day_of(given: str) -> date:
    """The date given, or the reader's own today; `BadInput` where it is no date."""
    from datetime import date

    if not given:
        return date.today()  # noqa: DTZ011 - the day where the reader is
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadInput(
            f"{given!r} is not a date", where="--date", mend="Write YYYY-MM-DD."
        ) from None


def table_of(data: Dataset, name: str) -> pl.DataFrame:
    """A table that a study cannot do without; `BadInput` where there is none."""
    if not data.has(name):
        raise BadInput(
            f"the data set has no table `{name}`",
            where=str(data.folder),
            mend="A study samples recorded crimes, so it needs them one by one.",
        )
    return data.tables[name]


def neighbourhoods_of(data: Dataset, file: Path | None) -> dict[str, str] | None:
    """Name of the neighbourhood by small area: the file's, else wards, else none."""
    from datetime import date

    from frith.profile.material import WARD_PREFIX, Material

    if file is not None:
        rows = declared_file(file, "study_neighbourhoods")
        return dict(rows.select("code", "neighbourhood").iter_rows()) if rows is not None else None
    material = Material(dataset=data, on=date.today(), seed=0)  # noqa: DTZ011 - not used
    tied = material.within(WARD_PREFIX)
    if tied.is_empty():
        return None
    return {area: material.name_of(larger) for area, larger in tied.iter_rows()}


def expected_of(file: Path | None) -> dict[str, float] | None:
    """What a pilot found: share by theme."""
    rows = declared_file(file, "study_expected")
    return None if rows is None else dict(rows.select("theme", "share").iter_rows())


def declared_file(path: Path | None, table: str) -> pl.DataFrame | None:
    """A declared file; a refused row stops it."""
    from frith.tables import FILES, read_table

    if path is None:
        return None
    reading = read_table(path, FILES[table])
    if reading.report.refused:
        bad = reading.report.refusals.row(0, named=True)
        raise BadInput(
            f"{bad['column']} {bad['value']!r} {bad['reason']}",
            where=f"{path.name}, row {bad['row']}",
            mend="Mend the row.",
        )
    return reading.frame


def notes_of(path: Path | None, data: Dataset) -> tuple[pl.DataFrame | None, list[dict[str, Any]]]:
    """Notes that may be published, and the refused rows without what they hold."""
    from frith.study.notes import read_notes

    if path is None:
        return None, []
    nominals = data.tables["nominals"] if data.has("nominals") else None
    reading = read_notes(path, nominals=nominals)
    return reading.frame, reading.report.refusals.select("row", "column", "reason").to_dicts()


def estimate_of(path: Path | None) -> Any:
    """How many groups were estimated, its interval, and where from."""
    from frith.study.groups import read_estimate

    return None if path is None else read_estimate(path)
