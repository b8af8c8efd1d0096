"""The demonstration's partnership over a borough of a dozen made-up people, for tests of pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frith_web.core.models import User

SOURCES = ("police", "housing", "council", "probation")
ABOUT = """name = "SYNTHETIC Tinyborough"
area = "E99000001"
area_name = "SYNTHETIC Tinyborough"
area_vintage = "lsoa21"
period = ["2025-01-01", "2025-12-31"]
"""
FILE = '\n[files.{}]\npublisher = "SYNTHETIC: nobody"\nlicence = "own work"\nregime = "synthetic"\n'


def write_tiny_borough(folder: Path) -> Path:
    """Sixteen nominals of four systems, 24 events, their roles, two objects and links to them."""
    folder.mkdir(parents=True)
    tables = {
        "nominals": [
            "nominal_id,source,given_names,family_name,date_of_birth,postcode,phone,ethnicity",
            *(
                f"N{n},{SOURCES[n % 4]},Person{n},Surname{n},{1980 + n}-01-0{n % 9 + 1},"
                f"QX1 {n % 9 + 1}AA,01632 9600{n:02d},{'made up' if n % 3 else ''}"
                for n in range(16)
            ),
        ],
        "events": [
            "event_id,source,kind,crime_type,theme,occurred_from,area,area_vintage,longitude,"
            "latitude,point_precision",
            *(
                f"E{n},police,crime,Burglary,acquisitive,2025-{n % 12 + 1:02d}-0{n % 9 + 1},"
                f"E9900000{n % 3 + 1},lsoa21,{1.4 + n % 5 / 100:.3f},{51.6 + n % 4 / 100:.3f},exact"
                for n in range(24)
            ),
        ],
        "roles": [
            "event_id,nominal_id,role",
            *(f"E{n},N{n % 16},{'suspect' if n % 3 else 'possible_victim'}" for n in range(24)),
        ],
        "objects": ["object_id,kind,identifier", "O1,phone,01632 960999", "O2,vehicle,QX25 AAA"],
        "object_links": [
            "object_id,nominal_id,event_id",
            *(f"O{n % 2 + 1},N{n},E{n}" for n in range(12)),
        ],
    }
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    about = ABOUT + "".join(FILE.format(name) for name in tables)
    (folder / "dataset.toml").write_text(about, "utf-8")
    return folder


def load(folder: Path) -> dict[str, User]:
    """Set the demonstration up over a tiny borough; its accounts by role."""
    from frith_web.core.models import Role
    from frith_web.core.services.demonstration import account, set_up_partnership
    from frith_web.products.services import demonstration

    dataset = write_tiny_borough(folder)
    set_up_partnership(area="E99000001", area_name="SYNTHETIC Tinyborough", vintage="lsoa21")
    demonstration.load_records(dataset)
    demonstration.write_plans()
    return {role.key: account(role.key) for role in Role.objects.all()}


def publish(folder: Path) -> None:
    """A published profile of three files in a data folder, without building one."""
    kept = folder / "profiles" / "20261121T120000000000Z"
    kept.mkdir(parents=True)
    texts = {
        "profile.html": "<!DOCTYPE html><title>Made up</title>",
        "profile.pdf": "%PDF-1.7 made up",
        "table.csv": "made,up\r\n1,2\r\n",
        "body.html": '<h1 class="govuk-heading-xl">Local profile</h1>',
        "style.css": "",
    }
    for name, text in texts.items():
        (kept / name).write_text(text, "utf-8")
    files = [
        {"name": name, "path": name, "kind": kind, "size": len(texts[name]), "sha256": ""}
        for name, kind in (("profile.html", "HTML"), ("profile.pdf", "PDF"), ("table.csv", "CSV"))
    ]
    listing = {
        "title": "Local profile",
        "area_name": "SYNTHETIC Tinyborough",
        "on": "2026-11-21",
        "marking": "OFFICIAL",
        "synthetic": True,
        "files": files,
    }
    (kept / "published.json").write_text(json.dumps(listing), "utf-8")
