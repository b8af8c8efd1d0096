"""GeoJSON features of a borough: areas of every geography, streets, places to label."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from frith.borough.draws import Floats
from frith.borough.mark import AREA_NAME
from frith.borough.outline import feature, to_degrees
from frith.borough.place import LAD_CODE
from frith.borough.setting import Setting
from frith.borough.streets import street_features

Feature = dict[str, Any]


def shapes(setting: Setting) -> dict[str, list[Feature]]:
    """Features of each file of outlines, by table."""
    return {
        "areas": [*_small_areas(setting), *_larger_areas(setting)],
        "streets": street_features(setting.streets),
        "places": _places(setting),
    }


def old_areas(setting: Setting) -> list[Feature]:
    """lsoa11, in a file of its own: most of its codes are lsoa21 codes as well, as in life."""
    old = setting.place.vintages
    return [
        feature(shape, code=code, name=name, vintage="lsoa11")
        for shape, code, name in zip(old.old_cells, old.old_codes, old.old_names, strict=True)
    ]


def _small_areas(setting: Setting) -> list[Feature]:
    """lsoa21 with the middle of where people live."""
    place = setting.place
    centre = to_degrees(_population_centres(setting)).tolist()
    return [
        feature(
            place.ground.cells[at],
            code=place.codes[at],
            name=place.names[at],
            vintage="lsoa21",
            centroid_longitude=centre[at][0],
            centroid_latitude=centre[at][1],
        )
        for at in range(place.areas)
    ]


def _population_centres(setting: Setting) -> Floats:
    """The mean of each area's addresses, in metres."""
    area, points = setting.streets.address_area, setting.streets.address_point
    count = np.bincount(area, minlength=setting.place.areas)
    return np.column_stack([np.bincount(area, points[:, axis]) / count for axis in (0, 1)])


def _larger_areas(setting: Setting) -> list[Feature]:
    """Middle areas, wards and the borough itself."""
    place = setting.place
    found = [
        feature(
            shapely.union_all(place.ground.cells[of == at]),
            code=codes[at],
            name=names[at],
            vintage=vintage,
        )
        for vintage, of, codes, names in (
            ("msoa21", place.msoa, place.msoa_codes, place.msoa_names),
            ("ward24", place.ward, place.ward_codes, place.ward_names),
        )
        for at in range(codes.size)
    ]
    whole = feature(place.ground.outline, code=LAD_CODE, name=AREA_NAME, vintage="lad24")
    return [*found, whole]


def _places(setting: Setting) -> list[Feature]:
    """The town centre, and a name for every ward."""
    place = setting.place
    points = [(f"{AREA_NAME} town centre", place.ground.towns[0])]
    for at, name in enumerate(place.ward_names.tolist()):
        inside = shapely.union_all(place.ground.cells[place.ward == at]).representative_point()
        points.append((name, np.array([inside.x, inside.y])))
    return [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Point", "coordinates": to_degrees(point).tolist()},
        }
        for name, point in points
    ]
