"""Nomis tables, asked for in pages of as many rows as a reader without a key may have.

https://www.nomisweb.co.uk/api/v01/help
"""

from __future__ import annotations

import csv
from pathlib import Path

from frith.sources.catalogue import Source
from frith.sources.download import Downloader

ROWS_IN_ALL = "RECORD_COUNT"
"""The column in which Nomis says, on every row, how many rows the whole table has."""


def fetch_table(downloader: Downloader, source: Source, into: Path) -> Path:
    """Every row of the table, as one CSV file with one header.

    Raises `SourceUnavailable` where fewer rows came than the table says it has.
    """
    rows: list[dict[str, str]] = []
    asked: list[str] = []
    whole = 1
    while len(rows) < whole:
        url = f"{source.address()}&recordoffset={len(rows)}&recordlimit={source.page_rows}"
        asked.append(url)
        text = downloader.fetch(source, url, form="csv").read_text("utf-8-sig")
        page = list(csv.DictReader(text.splitlines()))
        if not page or ROWS_IN_ALL not in page[0]:
            break
        rows += page
        whole = int(page[0][ROWS_IN_ALL])
    if len(rows) != whole:
        for url in asked:
            downloader.store.forget(url)
        raise downloader.refused(source, asked[-1], f"{len(rows)} of {whole} rows came")
    with into.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return into
