"""Lists that people keep beside a dataset: protected, lifted, persons, edges; CSV or Parquet."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from frith.errors import BadInput


def read_rows(path: Path, *, needs: Collection[str] = ()) -> pl.DataFrame:
    """A CSV (as text, trimmed, blank as null) or Parquet file. Raises `BadInput`.

    `needs`: columns that must be there.
    """
    if not path.is_file():
        raise BadInput("there is no such file", where=str(path))
    try:
        if path.suffix.lower() == ".parquet":
            rows = pl.read_parquet(path)
        else:
            rows = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=False)
    except pl.exceptions.NoDataError:
        raise BadInput("the file is empty", where=path.name, mend="Give it a header.") from None
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it is not a table"
        raise BadInput(
            f"the file cannot be read: {reason}", where=path.name, mend="Give a CSV or Parquet."
        ) from None
    rows = rows.rename({name: name.strip().lower() for name in rows.columns})
    text = [name for name, kind in rows.schema.items() if kind == pl.String]
    rows = rows.with_columns(pl.col(text).str.strip_chars().replace("", None))
    missing = [name for name in needs if name not in rows.columns]
    if missing:
        raise BadInput(
            f"there is no column `{'`, `'.join(missing)}`",
            where=path.name,
            mend=f"It has {', '.join(rows.columns) or 'none'}.",
        )
    return rows
