"""A little country that does not exist, as files and as publishers: three districts, six LSOAs.

Littleborough (E08000098) has E01900001 (unchanged since 2011), E01900002 and E01900003 (one LSOA,
E01900009, until 2011's codes ended) and E01900004 (E01900007 and E01900008 until then);
Farborough (E08000099) has E01900005. Kentborough (E07000099), policed by another force, has
E01900006. Each LSOA is a square of 0.01 degrees, from west to east.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unit.sources.serving import Answer, Asked, LocalPublisher

LITTLE, FAR, OTHER = "E08000098", "E08000099", "E07000099"
LSOAS = {
    "E01900001": ("Littleborough 001A", "E05900001", LITTLE),
    "E01900002": ("Littleborough 001B", "E05900001", LITTLE),
    "E01900003": ("Littleborough 001C", "E05900002", LITTLE),
    "E01900004": ("Littleborough 001D", "E05900002", LITTLE),
    "E01900005": ("Farborough 001A", "E05900003", FAR),
    "E01900006": ("Kentborough 001A", "E05900004", OTHER),
}
NAMES = {LITTLE: "Littleborough", FAR: "Farborough", OTHER: "Kentborough"}
BECAME = [
    ("E01900001", "E01900001", "U"),
    ("E01900009", "E01900002", "S"),
    ("E01900009", "E01900003", "S"),
    ("E01900007", "E01900004", "M"),
    ("E01900008", "E01900004", "M"),
    ("E01900005", "E01900005", "U"),
    ("E01900006", "E01900006", "U"),
]
RESIDENTS = {code: 1500 + number for number, code in enumerate(LSOAS)}
HOUSEHOLDS = {code: 600 + number for number, code in enumerate(LSOAS)}
WEST, SOUTH, SIDE = -1.40, 53.40, 0.01
FORCE = "South Yorkshire Police"  # a real name: the list of forces is closed
STREET = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
OUTCOME = (*STREET[:9], "Outcome type")


def middle(code: str) -> tuple[float, float]:
    """Longitude and latitude of the middle of an LSOA's square."""
    return WEST + SIDE * (list(LSOAS).index(code) + 0.5), SOUTH + SIDE / 2


def square(first: int, count: int = 1) -> dict[str, Any]:
    """`count` squares in a row, from the one numbered `first`."""
    west, east = WEST + SIDE * first, WEST + SIDE * (first + count)
    ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + SIDE], [west, SOUTH + SIDE], [west, SOUTH]]
    return {"type": "Polygon", "coordinates": [ring]}


def crime(
    number: int, month: str, code: str | None, kind: str = "Burglary", *, force: str = FORCE
) -> tuple[str, ...]:
    """One row of a street file."""
    known = f"{number:064x}" if kind != "Anti-social behaviour" else ""
    longitude, latitude = middle(code) if code else ("", "")
    where = "On or near High Street" if code else "No location"
    return (
        known,
        month,
        force,
        force,
        str(longitude),
        str(latitude),
        where,
        code or "",
        LSOAS.get(code or "", ("",))[0],
        kind,
        "Under investigation",
        "",
    )


def outcome(number: int, month: str, code: str) -> tuple[str, ...]:
    """One row of an outcomes file."""
    return (*crime(number, month, code)[:9], "Suspect charged")


JANUARY = [
    crime(1, "2024-01", "E01900001"),
    crime(2, "2024-01", "E01900001", "Drugs"),
    crime(3, "2024-01", "E01900002"),
    crime(0, "2024-01", "E01900002", "Anti-social behaviour"),
    crime(0, "2024-01", "E01900002", "Anti-social behaviour"),
    crime(5, "2024-01", "E01900003", "Shoplifting"),
    crime(6, "2024-01", "E01900004", "Drugs"),
    crime(7, "2024-01", "E01900005"),
    crime(8, "2024-01", "E01900005"),
    crime(9, "2024-01", None, "Drugs"),
]
MARCH = [crime(11, "2024-03", "E01900001"), crime(12, "2024-03", "E01900005", "Drugs")]
JANUARY_OUTCOMES = [
    outcome(1, "2024-01", "E01900001"),
    outcome(7, "2024-01", "E01900005"),
    outcome(99, "2024-01", "E01900001"),
]
KENT = [
    crime(21, "2024-01", "E01900006", force="Kent Police"),
    crime(22, "2024-01", "E01900006", "Drugs", force="Kent Police"),
    crime(23, "2024-01", "E01900001", "Drugs", force="Kent Police"),
]
FILES = {
    "2024-01/2024-01-south-yorkshire-street.csv": (STREET, JANUARY),
    "2024-03/2024-03-south-yorkshire-street.csv": (STREET, MARCH),
    "2024-01/2024-01-kent-street.csv": (STREET, KENT),
    "2024-01/2024-01-south-yorkshire-outcomes.csv": (OUTCOME, JANUARY_OUTCOMES),
}


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A CSV file's bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def archive() -> bytes:
    """The police archive, with another force's file in it too."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, (header, rows) in FILES.items():
            whole.writestr(name, table(header, rows))
    return held.getvalue()


_IOD = "Index of Multiple Deprivation (IMD)"
_DOMAINS = (
    _IOD,
    "Income",
    "Employment",
    "Education, Skills and Training",
    "Health Deprivation and Disability",
    "Crime",
    "Barriers to Housing and Services",
    "Living Environment",
    "Income Deprivation Affecting Children Index (IDACI)",
)


def deprivation(year: int, vintage: str) -> bytes:
    """File 7 as published: nine of its columns' triplets."""
    codes = list(LSOAS) if vintage == "2021" else sorted({old for old, _, _ in BECAME})
    header = [f"LSOA code ({vintage})", f"LSOA name ({vintage})"]
    for domain in _DOMAINS:
        header += [
            f"{domain} Score",
            f"{domain} Rank (where 1 is most deprived)",
            f"{domain} Decile (where 1 is most deprived 10% of LSOAs)",
        ]
    rows = [
        [
            code,
            code,
            *(
                value
                for d in range(len(_DOMAINS))
                for value in (50.5 - number, 100 * number + d + 1, number + 1)
            ),
        ]
        for number, code in enumerate(codes)
    ]
    assert year in (2019, 2025)
    return table(header, rows)


def place_dump() -> bytes:
    """GeoNames' dump, zipped: one place inside, one far away."""

    def line(number: int, name: str, longitude: float, latitude: float) -> str:
        cells = [
            str(number),
            name,
            name,
            "",
            str(latitude),
            str(longitude),
            "P",
            "PPL",
            "GB",
            "",
            "",
            "",
            "",
            "",
            "900",
            "",
            "50",
            "Europe/London",
            "2024-01-01",
        ]
        return "\t".join(cells)

    longitude, latitude = middle("E01900002")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as whole:
        lines = [line(1, "Little", longitude, latitude), line(2, "Elsewhere", 0.1, 51.5)]
        whole.writestr("cities500.txt", "\n".join(lines) + "\n")
    return held.getvalue()


def features(kind: str) -> list[dict[str, Any]]:
    """Features as the Open Geography Portal gives them."""

    def one(geometry: Any, **properties: Any) -> dict[str, Any]:
        return {"type": "Feature", "properties": {"FID": 1, **properties}, "geometry": geometry}

    if kind == "lsoa":
        return [one(square(n), LSOA21CD=c, LSOA21NM=LSOAS[c][0]) for n, c in enumerate(LSOAS)]
    if kind == "point":
        return [
            one({"type": "Point", "coordinates": list(middle(c))}, LSOA21CD=c, x=1.0, y=2.0)
            for c in LSOAS
        ]
    if kind == "ward":
        spans = {"E05900001": (0, 2), "E05900002": (2, 2), "E05900003": (4, 1)}
        return [one(square(*span), WD24CD=c, WD24NM=f"Ward {c}") for c, span in spans.items()]
    return [
        one(square(0, 4), LAD24CD=LITTLE, LAD24NM="Littleborough"),
        one(square(4), LAD24CD=FAR, LAD24NM="Farborough"),
    ]


def lookup(kind: str) -> list[dict[str, Any]]:
    """Rows of the portal's lookups."""
    if kind == "districts":
        return [
            {
                "LSOA21CD": c,
                "LSOA21NM": name,
                "WD24CD": ward,
                "WD24NM": f"Ward {ward}",
                "LAD24CD": lad,
                "LAD24NM": NAMES[lad],
            }
            for c, (name, ward, lad) in LSOAS.items()
        ]
    return [
        {"F_LSOA11CD": old, "LSOA11NM": old, "LSOA21CD": new, "LSOA21NM": new, "CHGIND": change}
        for old, new, change in BECAME
    ]


def write_folder(folder: Path) -> Path:
    """The country as files laid out as somebody would who downloaded them by hand."""
    for name, (header, rows) in FILES.items():
        path = folder / "street" / f"{Path(name).name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(table(header, rows)))
    outlines = {"lsoa_2021": "lsoa", "wards": "ward", "districts": "lad"}
    for name, kind in outlines.items():
        held = features(kind)
        if kind == "ward":
            of = {ward: lad for _, ward, lad in LSOAS.values()}
            for one in held:
                one["properties"]["LAD24CD"] = of[one["properties"]["WD24CD"]]
        _write(
            folder / "boundaries" / f"{name}.geojson",
            json.dumps({"type": "FeatureCollection", "features": held}).encode(),
        )
    for name, kind in {"lsoa21_to_ward": "districts", "lsoa11_to_lsoa21": "changes"}.items():
        rows = lookup(kind)
        _write(
            folder / "lookups" / f"{name}.csv",
            table(list(rows[0]), [list(row.values()) for row in rows]),
        )
    points = [[c, 1.0, 2.0, *middle(c)] for c in LSOAS]
    _write(
        folder / "centroids.csv",
        table(["lsoa21_code", "easting", "northing", "longitude", "latitude"], points),
    )
    census = [[c, LSOAS[c][0], RESIDENTS[c], HOUSEHOLDS[c]] for c in LSOAS]
    _write(
        folder / "census.csv",
        table(
            ["lsoa21_code", "lsoa21_name", "census2021_residents", "census2021_households"], census
        ),
    )
    _write(folder / "iod2025.csv", deprivation(2025, "2021"))
    _write(folder / "iod2019.csv", deprivation(2019, "2011"))
    _write(folder / "cities500.zip", place_dump())
    return folder


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


SERVICES = {
    "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5": "lsoa",
    "LSOA_PopCentroids_EW_2021_V4": "point",
    "Wards_December_2024_Boundaries_UK_BGC": "ward",
    "Local_Authority_Districts_December_2024_Boundaries_UK_BGC": "lad",
    "LSOA21_WD24_LAD24_EW_LU": "districts",
    "LSOA11_LSOA21_LAD22_EW_LU_v5": "changes",
}


def publish(publisher: LocalPublisher) -> Mapping[str, str]:
    """The country as its publishers; returns the environment that sends frith to them."""
    root = "/ESMARspQHYMw9BZ9/arcgis/rest/services"
    for service, kind in SERVICES.items():
        publisher.say(f"{root}/{service}/FeatureServer/0/query", _portal(kind))
    for number, name, values in (
        ("NM_2021_1", "C2021_RESTYPE_3_NAME", RESIDENTS),
        ("NM_2059_1", "C2021_HH_1_NAME", HOUSEHOLDS),
    ):
        publisher.say(f"/api/v01/dataset/{number}.data.csv", _nomis(name, values))
    publisher.say(
        "/media/691ded56d140bbbaa59a2a7d/"
        "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
        Answer(deprivation(2025, "2021")),
    )
    publisher.say(
        "/media/5dc407b440f0b6379a7acc8d/"
        "File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv",
        Answer(deprivation(2019, "2011")),
    )
    publisher.say("/export/dump/cities500.zip", Answer(place_dump()))
    dates = [{"date": month, "stop-and-search": []} for month in ("2024-03", "2024-02", "2024-01")]
    publisher.say("/api/crimes-street-dates", Answer(json.dumps(dates).encode()))
    publisher.say("/api/forces", Answer(b'[{"id": "south-yorkshire"}, {"id": "kent"}]'))
    publisher.say("/data/archive/2024-03.zip", Answer(archive(), headers={"ETag": '"a"'}))
    folders = ("POLICE_UK", "ONS", "MHCLG", "HOME_OFFICE", "GEONAMES")
    return {f"FRITH_BASE_URL_{folder}": publisher.url for folder in folders}


def _portal(kind: str) -> Any:
    """A query endpoint: counts, filters by code, and gives no more than two rows a page."""

    def answer(asked: Asked) -> Answer:
        query = {name: values[0] for name, values in asked.query.items()}
        if kind in ("districts", "changes"):
            held: list[Any] = [{"attributes": row} for row in lookup(kind)]
        else:
            where = query["where"]
            field = where.split(" IN ")[0]
            held = [one for one in features(kind) if f"'{one['properties'][field]}'" in where]
        if query.get("returnCountOnly") == "true":
            return Answer(json.dumps({"count": len(held)}).encode())
        start = int(query["resultOffset"])
        return Answer(json.dumps({"features": held[start : start + 2]}).encode())

    return answer


def _nomis(name: str, values: Mapping[str, int]) -> Any:
    def answer(asked: Asked) -> Answer:
        start = int(asked.query["recordoffset"][0])
        most = int(asked.query["recordlimit"][0])
        most = min(most, 4)  # fewer than asked for, as a busy server may give
        whole = [[c, LSOAS[c][0], "Total", n, len(values)] for c, n in values.items()]
        header = ["GEOGRAPHY_CODE", "GEOGRAPHY_NAME", name, "OBS_VALUE", "RECORD_COUNT"]
        return Answer(table(header, whole[start : start + most]))

    return answer
