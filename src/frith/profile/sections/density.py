"""Section: a smooth surface of recorded crime over the ground; a picture, and no test."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.places.density import SNAPPED_BANDWIDTH_M, Surface, density_surface, surface_cells
from frith.places.from_dataset import Chosen, outlines_in, own_codes, placed_events, points_in
from frith.places.ground import boundary_of, spread_people
from frith.profile.content import Bullets, Caution, Content, Figure, Paragraph, Table, rate, text
from frith.profile.masking import LARGEST_MASKED
from frith.profile.material import Material
from frith.profile.place_maps import density_maps
from frith.profile.section import Section
from frith.profile.sections.near_repeat import POINTS
from frith.profile.sections.places import RESIDENTS_NEED
from frith.profile.sections.recorded import EVENTS
from frith.profile.sections.where import OUTLINED, ground_of
from frith.profile.words import figure

BANDWIDTH_M = SNAPPED_BANDWIDTH_M
"""As wide as shared map points need: a page for readers is no place for single doors."""
GROUND = ((0.5, "Half of the ground"), (0.9, "Nine tenths"), (0.99, "99 in 100"), (1.0, "All"))


def build(material: Material) -> Content:
    """Events per km², and beside what the residents there would give."""
    dataset = material.dataset
    points = points_in(placed_events(dataset, Chosen(kinds=("crime",))))
    shapes = outlines_in(dataset)
    result = density_surface(
        points,
        boundary=boundary_of(shapes),
        bandwidth_m=BANDWIDTH_M,
        expected=spread_people(
            shapes, own_codes(dataset), material.residents, step_m=BANDWIDTH_M / 2
        ),
    )
    if not isinstance(result, Surface):
        return Content(
            blocks=[Paragraph("No surface can be drawn: " + result.flags[0].text)],
            results=(result,),
            flags=result.flags,
            refused=True,
        )
    cells, cell_m = surface_cells(result)
    if material.guarded:
        cells = cells.filter(_enough())
    if cells.is_empty():
        said = "Records lie too thinly to be drawn without showing where single ones lie."
        return Content(blocks=[Paragraph(said)], results=(result,), refused=True)
    maps = density_maps(
        cells,
        ground_of(material),
        cell_m=cell_m,
        bandwidth_m=BANDWIDTH_M,
        against="residents",
    )
    shown = figure(float(str(cells["density"].max())))
    blank = " Ground with fewer than five records about it is left blank." * material.guarded
    return Content(
        blocks=[
            Figure(
                name="density",
                title="Where records lie thick on the ground",
                sentence=f"Smoothed over {BANDWIDTH_M:,.0f} metres, recorded crime reaches "
                f"{shown} records per km².{blank}",
                table=_table(cells),
                source=material.source("events", "population", "areas"),
                pictures=tuple(maps),
                notes=(
                    "Residents are spread evenly over their neighbourhood. Where the ratio is high "
                    "more was recorded than residents would give, as in every town centre.",
                ),
            ),
            Bullets(tuple(note.text for note in result.flags)),
            Caution(
                "This is a picture and not a test. What stands out beyond chance is in the section "
                "on places that stand out."
            ),
        ],
        results=(result,),
        flags=result.flags,
    )


def _enough() -> pl.Expr:
    """Cells about which the kernel gathers five records or more: 4πh² is its effective area."""
    reach_km2 = 4 * np.pi * (BANDWIDTH_M / 1000) ** 2
    return pl.col("density") * reach_km2 > LARGEST_MASKED


def _table(cells: pl.DataFrame) -> Table:
    """How much of the ground lies below which density; no point of it is given."""
    held = cells["density"]
    return Table(
        name="density",
        caption="How much of the ground drawn has fewer records per km² than this",
        columns=(text("ground", "Ground"), rate("density", "Fewer than, per km²")),
        frame=pl.DataFrame(
            {
                "ground": [label for _, label in GROUND],
                "density": [held.quantile(share, "linear") for share, _ in GROUND],
            }
        ),
    )


SECTION = Section(
    name="density",
    title="Where records lie on the ground",
    needs=(EVENTS, POINTS, RESIDENTS_NEED, OUTLINED),
    build=build,
    question="Inside and across neighbourhoods, where on the ground do records lie?",
)
