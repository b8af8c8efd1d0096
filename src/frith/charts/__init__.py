"""Tables into pictures: Vega-Lite, drawn as SVG and PNG. This room knows no method."""

from frith.charts.bars import bar_chart
from frith.charts.concentration import concentration_chart
from frith.charts.control import control_chart
from frith.charts.funnel import funnel_chart
from frith.charts.heat import heat_table
from frith.charts.intervals import decile_chart, interval_chart
from frith.charts.maps import choropleth, verdict_map
from frith.charts.monthly import monthly_chart
from frith.charts.multiples import small_multiples_map
from frith.charts.picture import Picture
from frith.charts.shares import stacked_share
from frith.charts.timeline import timeline

__all__ = [
    "Picture",
    "bar_chart",
    "choropleth",
    "concentration_chart",
    "control_chart",
    "decile_chart",
    "funnel_chart",
    "heat_table",
    "interval_chart",
    "monthly_chart",
    "small_multiples_map",
    "stacked_share",
    "timeline",
    "verdict_map",
]
