"""Section: the map of rates, as recorded and smoothed, side by side."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, choropleth, small_multiples_map
from frith.profile.content import Caution, Content, Figure, Guard, Table, count, rate, text
from frith.profile.content import percent as share
from frith.profile.material import ALL_CRIME, Material
from frith.profile.needs import Need
from frith.profile.place_maps import Ground, police_led_map
from frith.profile.police_share import police_share
from frith.profile.section import Section
from frith.profile.sections.places import PLACED, RESIDENTS_NEED, rates_of
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import counted, figure, percent

OUTLINES = Need(
    table="areas",
    why="draw the map",
    holder="the Office for National Statistics (Open Geography Portal)",
)


def build(material: Material) -> Content:
    """One smoothed map to read, and the pair that shows what smoothing did."""
    result = rates_of(material, ALL_CRIME)
    areas = result.tables["areas"].filter(pl.col("code").is_in(_outlined(material)))
    source = material.source("events", "population", "areas")
    outlines = _own_outlines(material)
    smoothed = areas.select("code", value="smoothed")
    raw = areas.select("code", value="rate")
    places = material.dataset.outlines.get("places")
    main = choropleth(
        smoothed,
        outlines,
        legend_title="Recorded offences",
        unit="per 1,000 residents, smoothed",
        places=places,
        name="map",
        title=f"Smoothed rates run from {_ends(areas['smoothed'])} per 1,000 residents",
        source="",
    )
    pair = small_multiples_map(
        {"As recorded": raw, "Smoothed": smoothed},
        outlines,
        legend_title="Recorded offences",
        unit="per 1,000 residents",
        name="map-pair",
        title="What smoothing does: the same rates as recorded and smoothed",
        source="",
    )
    led, led_note = police_share(material)
    led = led.filter(pl.col("code").is_in(areas["code"].to_list()))
    beside: tuple[Picture, ...] = ()
    if float(led["police_led"].sum()) > 0:
        ground = Ground(outlines=outlines, places=places)
        beside = (police_led_map(led, ground, name="map-police-led"),)
    sentence = _sentence(areas)
    names = pl.Series([material.name_of(code) for code in areas["code"]], dtype=pl.String)
    table = Table(
        name="map",
        caption="What the maps show: rates of all recorded crime, as recorded and smoothed",
        columns=(
            text("name", "Area"),
            text("code", "Code"),
            count("count", "Records"),
            count("population", "Residents", guard=Guard.FREE),
            rate("rate", "As recorded"),
            rate("smoothed", "Smoothed"),
            *([share("share", "Found by police")] if beside else []),
        ),
        frame=areas.join(led, on="code", how="left", maintain_order="left")
        .with_columns(name=names)
        .sort("name", "code"),
        folded=True,
        printed=False,
    )
    figure_ = Figure(
        name="map",
        title="Where crime was recorded, for the people who live there",
        sentence=sentence,
        table=table,
        source=source,
        pictures=(main, pair, *beside),
        notes=(
            "Shades are five equal groups of neighbourhoods, light to dark. A shade shows where "
            "records lie, not where danger lies, and says nothing of the people who live there.",
            f"Smoothing moves half of the rates by less than {percent(_moved(areas))}.",
            *([led_note] if beside else []),
        ),
    )
    return Content(
        blocks=[
            figure_,
            Caution(
                "This map is not a test. A dark neighbourhood may be a town centre with few "
                "residents; neighbouring shades may differ by no more than chance."
            ),
        ],
        results=(result,),
    )


def _moved(areas: pl.DataFrame) -> float:
    """The median share by which smoothing moves a rate."""
    moved = areas.filter(pl.col("rate") > 0).select(
        (pl.col("smoothed") / pl.col("rate") - 1).abs().median()
    )
    return float(moved.item() or 0.0)


def _ends(values: pl.Series) -> str:
    return f"{figure(float(str(values.min())))} to {figure(float(str(values.max())))}"


def _outlined(material: Material) -> list[str]:
    drawn = {str(one["properties"]["code"]) for one in material.own_outlines}
    return sorted(drawn & set(material.areas))


def _own_outlines(material: Material) -> dict[str, object]:
    """Outlines of the small areas alone, whatever else the file draws."""
    wanted = set(material.areas)
    own = [one for one in material.own_outlines if str(one["properties"]["code"]) in wanted]
    return {"type": "FeatureCollection", "features": own}


def _sentence(areas: pl.DataFrame) -> str:
    raw, smooth = areas["rate"].drop_nulls(), areas["smoothed"].drop_nulls()
    low, high = (float(smooth.quantile(part, "linear") or 0.0) for part in (0.25, 0.75))
    return (
        f"In the middle half of the {counted(areas.height, 'neighbourhood')} the smoothed rate "
        f"lies between {figure(low)} and {figure(high)} recorded offences for every 1,000 "
        f"residents; the highest is {figure(float(str(smooth.max())))} "
        f"({figure(float(str(raw.max())))} as recorded)."
    )


SECTION = Section(
    name="map",
    title="Where crime was recorded",
    needs=(EVENTS, PLACED, RESIDENTS_NEED, OUTLINES),
    build=build,
)
