"""The picture of each way of asking whether it worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from frith.charts import Picture
    from frith.measures.verdicts import Effect


def effect_pictures(
    found: Effect, way: str, *, name: str, start: str, source: str
) -> tuple[Picture, ...]:
    """Pictures of an effect, the first the one a board sees; none where it was refused."""
    if found.refused:
        return ()
    match way:
        case "its":
            return (_series(found, name, start, source, expected="Expected without it"),)
        case "did":
            return (_leads(found, name, start, source), _series(found, "series", start, source))
        case "synthetic":
            return (_gap(found, name, start, source), _series(found, "series", start, source))
        case "wdq":
            return (_quotient(found, name, source),)
        case "counts":
            return (_counts(found, name, source),)
    return (_parts(found, name, source),)


def _series(
    found: Effect, name: str, start: str, source: str, *, expected: str = "From comparison"
) -> Picture:
    from frith.charts import counterfactual_chart

    frame = found.tables["series"].rename({"count": "value", "expected_without": "expected"})
    reach = {"lo", "hi"} <= set(frame.columns)
    note = "Shaded: where each period would lie 19 times in 20 without the response"
    return counterfactual_chart(
        frame,
        unit="recorded in each period",
        start=start,
        observed="Recorded",
        expected=expected,
        name=name,
        title=found.sentence,
        source=source,
        note=note if reach else "What comparison areas did, brought to the level before",
    )


def _leads(found: Effect, name: str, start: str, source: str) -> Picture:
    from frith.charts import leads_chart

    return leads_chart(
        found.tables["leads"],
        unit="treated over comparison areas, over its mean before, with 95% interval",
        start=start,
        name=name,
        title=found.sentence,
        source=source,
        note="Before the response the ratio should scatter about one: areas that moved alike",
    )


def _gap(found: Effect, name: str, start: str, source: str) -> Picture:
    from frith.charts import gap_chart

    series = found.tables["series"]
    return gap_chart(
        series.select("period", gap=pl.col("count") - pl.col("expected_without")),
        found.tables["placebos"],
        unit="recorded, above or below the mix of areas that moved like it",
        start=start,
        name=name,
        title=found.sentence,
        source=source,
        note="Grey: the same for areas where nothing was done that fit as well before",
    )


def _parts(found: Effect, name: str, source: str) -> Picture:
    from frith.charts import interval_chart

    return interval_chart(
        found.tables["parts"],
        unit="events more or fewer after than before, with 95% interval",
        reference=0.0,
        reference_label="no change",
        name=name,
        title=found.sentence,
        source=source,
    )


def _quotient(found: Effect, name: str, source: str) -> Picture:
    from frith.charts import interval_chart

    interval = found.interval_95
    frame = pl.DataFrame(
        {
            "label": ["Next door, of the reduction"],
            "value": [found.value],
            "lo": [None if interval is None else interval.lo],
            "hi": [None if interval is None else interval.hi],
        },
        schema_overrides=dict.fromkeys(("value", "lo", "hi"), pl.Float64),
    )
    return interval_chart(
        frame,
        unit="share of the reduction: below nought it moved, above it spread; with 95% interval",
        reference=0.0,
        reference_label="neither",
        name=name,
        title=found.sentence,
        source=source,
    )


def _counts(found: Effect, name: str, source: str) -> Picture:
    from frith.charts import bar_chart

    return bar_chart(
        found.tables["counts"],
        unit="events in each unit of time, with 95% interval",
        keep_order=True,
        name=name,
        title=found.sentence,
        source=source,
        note="Intervals of two counts may overlap though the counts differ: read the sentence",
    )
