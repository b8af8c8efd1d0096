"""From the publishers: what a dataset needs, fetched into a folder that is then read like any."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from frith.sources.catalogue import source
from frith.sources.download import Downloader
from frith.sources.folder import Folder, look_through
from frith.sources.ons import arcgis, nomis
from frith.sources.ons.lookups import Geography, check_areas, read_geography
from frith.sources.police_uk.archive import check_published, fetch_archives
from frith.sources.police_uk.forces import Force

WHOLE_FILES = ("deprivation_2025", "deprivation_2019", "place_names")
"""Sources that are one file at one address."""


def gather(
    downloader: Downloader, *, force: Force, months: Sequence[str], areas: Sequence[str]
) -> Folder:
    """Everything for the force, districts and months, from the publishers' addresses.

    Asks the publishers that are small first, so that a wrong code is told before gigabytes come.
    Raises `SourceUnavailable` where something cannot be had, `BadInput` or `UnknownName` where a
    code or month does not exist.
    """
    check_published(downloader, force)
    mark = hashlib.sha256(" ".join(sorted(areas)).encode()).hexdigest()[:12]
    made = downloader.store.folder / "made" / mark
    made.mkdir(parents=True, exist_ok=True)
    lookups = [
        arcgis.fetch_table(
            downloader, source(key), made / f"{key}.csv", order=source(key).headers[first][-1]
        )
        for key, first in (("lsoa21_districts", "lsoa21"), ("lsoa11_lsoa21", "lsoa11"))
    ]
    seen = look_through(made, only=lookups)
    geography = read_geography(seen.need("lsoa21_districts"), seen.need("lsoa11_lsoa21"))
    wanted = check_areas(areas, geography)
    files = [*lookups, *_outlines(downloader, made, geography, wanted)]
    for key in ("census_residents", "census_households"):
        files.append(nomis.fetch_table(downloader, source(key), made / f"{key}.csv"))
    files += [downloader.fetch(source(key), source(key).address()) for key in WHOLE_FILES]
    files += fetch_archives(downloader, months)
    return look_through(downloader.store.folder, only=files)


def _outlines(
    downloader: Downloader, made: Path, geography: Geography, areas: Sequence[str]
) -> list[Path]:
    lsoas = geography.lsoa21_of(areas)
    inside = geography.districts.filter(geography.districts["lad24"].is_in(list(areas)))
    district_of_ward = dict(inside.select("ward24", "lad24").unique().sort("ward24").iter_rows())
    codes = {
        "lsoa21_outlines": ("LSOA21CD", lsoas),
        "ward_outlines": ("WD24CD", list(district_of_ward)),
        "district_outlines": ("LAD24CD", list(areas)),
    }
    files = [
        arcgis.fetch_outlines(
            downloader, source(key), made / f"{key}.geojson", code=code, codes=wanted
        )
        for key, (code, wanted) in codes.items()
    ]
    _say_district(made / "ward_outlines.geojson", district_of_ward)
    centroids = source("lsoa21_centroids")
    files.append(
        arcgis.fetch_points(
            downloader, centroids, made / "lsoa21_centroids.csv", code="LSOA21CD", codes=lsoas
        )
    )
    return files


def _say_district(wards: Path, district_of_ward: Mapping[str, str]) -> None:
    """The ward layer does not always name the district; the lookup does."""
    whole = json.loads(wards.read_text("utf-8"))
    for one in whole["features"]:
        one["properties"]["LAD24CD"] = district_of_ward[one["properties"]["WD24CD"]]
    wards.write_text(json.dumps(whole), "utf-8")
