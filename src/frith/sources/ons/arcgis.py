"""The Open Geography Portal's query pages: asked for in pages, counted, and joined into one file.

Query parameters: https://developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer/
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from frith.sources.catalogue import Source
from frith.sources.download import Downloader

PAGE_ROWS = 1000
"""Rows asked for at a time; the portal's services allow 1,000 to 2,000."""
CODES_AT_A_TIME = 100
"""Codes in one query, so that the address stays under 2,000 characters."""


def fetch_outlines(
    downloader: Downloader, source: Source, into: Path, *, code: str, codes: Sequence[str]
) -> Path:
    """Features whose `code` is one of `codes`, as one GeoJSON file."""
    features: list[Any] = []
    for first in range(0, len(codes), CODES_AT_A_TIME):
        some = codes[first : first + CODES_AT_A_TIME]
        where = f"{code} IN ({','.join(repr(one) for one in some)})"
        features += _pages(downloader, source, where=where, order=code, form="geojson")
    into.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return into


def fetch_table(downloader: Downloader, source: Source, into: Path, *, order: str) -> Path:
    """Every row of a table, as one CSV file."""
    rows = [one["attributes"] for one in _pages(downloader, source, where="1=1", order=order)]
    with into.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return into


def fetch_points(
    downloader: Downloader, source: Source, into: Path, *, code: str, codes: Sequence[str]
) -> Path:
    """Points as a CSV file of the code, longitude, latitude, and easting and northing if given."""
    outlines = fetch_outlines(
        downloader, source, into.with_suffix(".geojson"), code=code, codes=codes
    )
    features = json.loads(outlines.read_text("utf-8"))["features"]
    outlines.unlink()
    with into.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["lsoa21_code", "easting", "northing", "longitude", "latitude"])
        for one in features:
            held = {key.lower(): value for key, value in one["properties"].items()}
            longitude, latitude = one["geometry"]["coordinates"][:2]
            writer.writerow([held[code.lower()], held.get("x"), held.get("y"), longitude, latitude])
    return into


def _pages(
    downloader: Downloader, source: Source, *, where: str, order: str, form: str = "json"
) -> Iterator[Any]:
    """Every feature, page by page; `SourceUnavailable` where fewer came than were counted."""
    counting = _query(source, where=where, returnCountOnly="true", f="json")
    counted = _ask(downloader, source, counting, "count")
    came, asked = 0, [counting]
    while came < counted:
        asked.append(
            _query(
                source,
                where=where,
                outFields="*",
                outSR="4326",
                orderByFields=order,
                resultOffset=str(came),
                resultRecordCount=str(PAGE_ROWS),
                f=form,
            )
        )
        page = _ask(downloader, source, asked[-1], "features")
        if not page:
            break
        came += len(page)
        yield from page
    if came != counted or not counted:
        for url in asked:
            downloader.store.forget(url)
        raise downloader.refused(source, asked[-1], f"{came} of {counted} rows came")


def _query(source: Source, **query: str) -> str:
    return f"{source.address()}?{urlencode(query)}"


def _ask(downloader: Downloader, source: Source, url: str, wanted: str) -> Any:
    answer = json.loads(downloader.fetch(source, url, form="json").read_bytes())
    if not isinstance(answer, dict) or wanted not in answer:
        raise downloader.refused(source, url, f"the answer holds no {wanted!r}")
    return answer[wanted]
