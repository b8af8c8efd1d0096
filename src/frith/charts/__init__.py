"""Tables into pictures: Vega-Lite, drawn as SVG and PNG. This room knows no method."""

from frith.charts.bars import bar_chart
from frith.charts.categories import category_map
from frith.charts.concentration import concentration_chart
from frith.charts.control import control_chart
from frith.charts.effects import counterfactual_chart, gap_chart, leads_chart
from frith.charts.funnel import funnel_chart
from frith.charts.heat import heat_table
from frith.charts.intervals import decile_chart, interval_chart
from frith.charts.maps import choropleth, verdict_map
from frith.charts.monthly import monthly_chart
from frith.charts.multiples import small_multiples_map
from frith.charts.picture import Picture
from frith.charts.ranks import rank_chart
from frith.charts.shares import stacked_share
from frith.charts.surfaces import street_map, surface_map
from frith.charts.timeline import timeline

__all__ = [
    "Picture",
    "bar_chart",
    "category_map",
    "choropleth",
    "concentration_chart",
    "control_chart",
    "counterfactual_chart",
    "decile_chart",
    "funnel_chart",
    "gap_chart",
    "heat_table",
    "interval_chart",
    "leads_chart",
    "monthly_chart",
    "rank_chart",
    "small_multiples_map",
    "stacked_share",
    "street_map",
    "surface_map",
    "timeline",
    "verdict_map",
]
