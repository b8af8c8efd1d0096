"""Charts of this room's own figures, drawn by the library; each page shows the table beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from frith_web.pole.selectors import Completeness


def completeness_bars(found: Sequence[Completeness]) -> SafeString:
    """A bar for each field of each source: the share of nominals for which it is filled in."""
    import polars as pl

    from frith.charts.bars import bar_chart

    frame = pl.DataFrame(
        {
            "label": [f"{one.attribute_words}, {one.source}" for one in found],
            "value": [100 * one.share for one in found],
        }
    )
    drawn = bar_chart(
        frame,
        unit="% of the people recorded by that system whom you may see",
        keep_order=True,
        decimals=0,
        name="completeness",
        title="How much of equality monitoring is filled in",
        source="the records on this site",
    )
    return SafeString(drawn.svg)  # nosec B703
