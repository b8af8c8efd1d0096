"""`frith density`: where events lie thick on the ground and along streets; a picture, no test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import Json, Quiet, Run
from frith.cli.place_frame import (
    RECORDED,
    CrimeType,
    DatasetPath,
    From,
    Kinds,
    Out,
    Theme,
    To,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    from frith.charts import Picture
    from frith.profile.place_maps import Ground
    from frith.results import Result
    from frith.tables.dataset import Dataset

_Bandwidth = Annotated[
    float | None,
    typer.Option("--bandwidth", min=1, help="Metres; 200, or 400 on shared map points."),
]
_Denominator = Annotated[
    str, typer.Option("--denominator", help="Expected from residents, households, …")
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("density")
    def density(
        dataset: DatasetPath,
        *,
        out: Out,
        crime_type: CrimeType = None,
        theme: Theme = None,
        first: From = None,
        last: To = None,
        kinds: Kinds = RECORDED,
        bandwidth: _Bandwidth = None,
        denominator: _Denominator = "residents",
        as_json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        """A smooth surface of events, their ratio to what people there would give, and streets.

        Writes cells (x, y, density, ratio) and peaks (x, y, density), and where streets are held
        pieces (street, piece, x, y, x1, y1, x2, y2, length_m, events, density), as CSV and
        Parquet, in metres of the British National Grid; and the maps density.svg, excess-ratio.svg
        and street-density.svg. No p-values: for a verdict use `frith hotspots`. Points moved to
        shared map points need 400 metres or more, and are never put on streets.

        Example: frith density borough --out thick --crime-type Burglary --bandwidth 300
        """
        from dataclasses import replace

        from frith.cli.place_frame import chosen_of, finish, ground_in, load
        from frith.places.density import Surface, density_surface, surface_cells
        from frith.places.from_dataset import outlines_in, placed_events, points_in
        from frith.places.ground import boundary_of
        from frith.profile.place_maps import density_maps

        parameters: dict[str, Any] = {"crime_type": crime_type, "theme": theme, "from": first}
        parameters |= {"to": last, "kinds": kinds, "bandwidth": bandwidth}
        run = Run("density", as_json=as_json, quiet=quiet, parameters=parameters)
        chosen = chosen_of(crime_type=crime_type, theme=theme, first=first, last=last, kinds=kinds)
        data = load(dataset, run)
        shapes = outlines_in(data)
        points = points_in(placed_events(data, chosen))
        expected = _expected(data, shapes, denominator=denominator, bandwidth=bandwidth)
        with run.progress() as bar:
            bar.add_task("Smoothing", total=None)
            result = density_surface(
                points, boundary=boundary_of(shapes), bandwidth_m=bandwidth, expected=expected
            )
            streets = _streets(data, points, bandwidth) if not result.refused else None
        tables: dict[str, pl.DataFrame] = {}
        pictures: list[Picture] = []
        ground = ground_in(data, "events", "population" if expected is not None else "areas")
        if isinstance(result, Surface) and ground is not None:
            tables["cells"], cell_m = surface_cells(result)
            pictures = density_maps(
                tables["cells"],
                ground,
                cell_m=cell_m,
                bandwidth_m=float(result.parameters["bandwidth_m"]),
                against="" if expected is None else denominator.replace("_", " "),
            )
        if streets is not None:
            result = replace(result, flags=(*result.flags, *streets.flags))
            if not streets.refused and ground is not None:
                tables["pieces"] = streets.tables["pieces"]
                pictures.append(_street_map(data, streets, ground))
        finish(
            run,
            result,
            dataset=data,
            out=out,
            tables=tables,
            payload={
                "peaks": result.tables.get("peaks"),
                "streets": None if streets is None else streets.sentence,
            },
            pictures=pictures,
        )


def _expected(
    data: Dataset, shapes: npt.NDArray[np.object_], *, denominator: str, bandwidth: float | None
) -> pl.DataFrame | None:
    """People (or homes, …) over the ground of small areas; None where they are not held."""
    from frith.places.density import BANDWIDTH_M
    from frith.places.from_dataset import own_codes, population_in
    from frith.places.ground import spread_people

    people = population_in(data, denominator=denominator)
    if people is None:
        return None
    step = (bandwidth or BANDWIDTH_M) / 2
    return spread_people(shapes, own_codes(data), people, step_m=step)


def _lines(data: Dataset) -> tuple[npt.NDArray[np.object_], list[str]]:
    """Street centre lines in metres, and their names."""
    import json

    import numpy as np
    from shapely import from_geojson, transform

    from frith.places.geography import in_metres

    features = data.outlines["streets"]["features"]
    shapes = from_geojson([json.dumps(one["geometry"]) for one in features])
    metres = transform(shapes, lambda xy: in_metres(xy[:, 0], xy[:, 1]))
    names = [str(one["properties"].get("name") or "") for one in features]
    return np.asarray(metres, dtype=object), names


def _streets(data: Dataset, points: pl.DataFrame, bandwidth: float | None) -> Result | None:
    """Events along the streets held; None where none are."""
    from frith.places.street_density import BANDWIDTH_M, street_density

    if not data.has("streets"):
        return None
    lines, names = _lines(data)
    return street_density(points, streets=lines, names=names, bandwidth_m=bandwidth or BANDWIDTH_M)


def _street_map(data: Dataset, streets: Result, ground: Ground) -> Picture:
    """The streets by what lies on them, with streets among its sources."""
    from dataclasses import replace

    from frith.cli.place_frame import source_in
    from frith.profile.place_maps import street_density_map

    return street_density_map(
        streets.tables["pieces"],
        replace(ground, source=source_in(data, "events", "streets", "areas")),
        bandwidth_m=float(streets.parameters["bandwidth_m"]),
    )
