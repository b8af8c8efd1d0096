"""One small picture of every kind, for tests that hold for all of them. All synthetic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from frith import charts
from frith.charts.picture import Picture, Words

WORDS: Words = {
    "name": "Synthetic, one & only",
    "title": 'Synthetic: "A" & <B> differ by no more than chance',
    "source": "Synthetic data, 2025",
}

MONTHS = ["2025-01", "2025-02", "2025-04", "2025-05"]


def square(code: str, west: float, south: float, side: float = 0.02) -> dict[str, Any]:
    """A square area near Rotherham's latitude."""
    ring = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"Area {code}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def grid(across: int, down: int, *, west: float = -1.4, south: float = 53.4) -> dict[str, Any]:
    """A FeatureCollection of touching squares, coded A0, A1, …"""
    squares = [
        square(f"A{i}", west + 0.02 * (i % across), south + 0.02 * (i // across))
        for i in range(across * down)
    ]
    return {"type": "FeatureCollection", "features": squares}


def points(*places: tuple[str, float, float, int]) -> dict[str, Any]:
    """Named places as GeoJSON points: name, longitude, latitude, population."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": name, "population": population},
                "geometry": {"type": "Point", "coordinates": [x, y]},
            }
            for name, x, y, population in places
        ],
    }


OUTLINES = grid(3, 2)
VALUES = pl.DataFrame(
    {"code": [f"A{i}" for i in range(6)], "value": [0.0, 1.5, 2.5, 8.0, 1234.5, None]}
)
VERDICTS = pl.DataFrame(
    {
        "code": [f"A{i}" for i in range(5)],
        "verdict": ["hot", "suggestive", "none", "suppressed", "none"],
    }
)
COUNTS = pl.DataFrame({"month": MONTHS, "n": [12, 0, 7, 1200]})
CURVE = pl.DataFrame(
    {
        "share_of_areas": [0.25, 0.5, 0.75, 1.0],
        "share_of_events": [0.6, 0.8, 1.0, 1.0],
        "most_even": [0.3, 0.6, 0.9, 1.0],
    }
)
DECILES = pl.DataFrame(
    {"decile": [1, 2, 10], "rate": [9.0, None, 3.0], "lo": [7.0, None, 2.0], "hi": [12.0, None, 5]}
)
INTERVALS = pl.DataFrame(
    {
        "label": ["Drugs", "Slavery"],
        "value": [0.8, None],
        "lo": [0.6, None],
        "hi": [1.1, None],
        "note": [None, "refused: too few"],
    }
)
BARS = pl.DataFrame({"label": ["Drugs", "Robbery", "Fraud"], "value": [10.0, 2500.0, None]})
SHARES = pl.DataFrame(
    {"label": ["Drugs", "Drugs", "Fraud"], "part": ["yes", "no", "yes"], "n": [3, 1, 0]}
)
RANKS = pl.DataFrame(
    {
        "name": ["Drugs", "Fraud", "Theft"],
        "before": [10.0, 2500.0, None],
        "after": [9.0, 1.0, 3.5],
    }
)
FUNNEL = pl.DataFrame(
    {
        "name": ["North", "South"],
        "denominator": [1000, 3000],
        "rate": [9.0, 30.0],
        "outside": [False, True],
    }
)
LIMITS = pl.DataFrame(
    {
        "denominator": [500, 1000, 3000],
        "centre": [10.0] * 3,
        "lower_95": [2.0, 4.0, 6.0],
        "upper_95": [20.0, 17.0, 14.0],
        "lower_998": [0.0, 1.0, 3.0],
        "upper_998": [25.0, 20.0, 16.0],
    }
)
CONTROL = pl.DataFrame(
    {
        "period": MONTHS,
        "value": [10.0, 12.0, 31.0, 9.0],
        "centre": [11.0] * 4,
        "lower": [None] * 4,
        "upper": [22.0] * 4,
        "signals": [[], [], ["outside limits"], []],
    },
    schema_overrides={"lower": pl.Float64},
)
HEAT = pl.DataFrame(
    {
        "row": ["Same place", "Same place", "Near"],
        "column": ["0 to 7 days", "8 to 14 days", "0 to 7 days"],
        "value": [2.6, 1.25, None],
        "marked": [True, False, False],
    }
)
CATEGORIES = pl.DataFrame(
    {"code": [f"A{i}" for i in range(4)], "category": ["New", "Fading", None, "New"]}
)
CELLS = pl.DataFrame(
    {
        "x": [440_500.0, 441_500.0, 440_500.0, 441_500.0],
        "y": [390_500.0, 390_500.0, 391_500.0, 391_500.0],
        "value": [1.0, 12.5, 40.0, None],
    }
)
PIECES = pl.DataFrame(
    {
        "x1": [440_000.0, 441_000.0],
        "y1": [390_000.0, 390_000.0],
        "x2": [441_000.0, 442_000.0],
        "y2": [390_000.0, 391_000.0],
        "value": [3.0, 45.0],
    }
)
EVENTS = pl.DataFrame(
    {
        "start": [date(2025, 1, 14), date(2025, 2, 1), date(2025, 5, 2)],
        "end": [None, date(2025, 6, 30), None],
        "label": ["Nominated", "Patrols", "Review"],
        "lane": ["Board", "Pursue", "Board"],
        "ongoing": [False, False, True],
    }
)

Draw = Callable[[pl.DataFrame], Picture]

# Each kind of picture: how it is drawn from its table, and the table.
EFFECT = pl.DataFrame(
    {
        "period": MONTHS,
        "value": [9.0, 11.0, 4.0, 6.0],
        "expected": [10.0, 10.0, 10.0, 9.0],
    }
)
GAPS = pl.DataFrame({"period": MONTHS, "gap": [0.5, -1.0, -6.0, -3.0]})
PLACEBOS = pl.DataFrame({"name": "B", "period": MONTHS, "gap": [1.0, -1.0, 0.5, 1.0]})
LEADS = pl.DataFrame(
    {
        "period": MONTHS,
        "value": [0.9, 1.1, 0.6, 0.7],
        "lo": [0.6, 0.8, 0.4, 0.5],
        "hi": [1.3, 1.5, 0.9, 1.0],
    }
)

GALLERY: dict[str, tuple[Draw, pl.DataFrame]] = {
    "choropleth": (
        lambda f: charts.choropleth(f, OUTLINES, legend_title="Rate", unit="per 1,000", **WORDS),
        VALUES,
    ),
    "verdict_map": (lambda f: charts.verdict_map(f, OUTLINES, **WORDS), VERDICTS),
    "small_multiples_map": (
        lambda f: charts.small_multiples_map(
            {"Raw": f, "Smoothed": f}, OUTLINES, legend_title="Rate", **WORDS
        ),
        VALUES,
    ),
    "counterfactual_chart": (
        lambda f: charts.counterfactual_chart(
            f.with_columns(lo=pl.lit(4.0), hi=pl.lit(15.0)),
            unit="Offences",
            start="2025-04",
            **WORDS,
        ),
        EFFECT,
    ),
    "gap_chart": (
        lambda f: charts.gap_chart(f, PLACEBOS, unit="Gap", start="2025-04", **WORDS),
        GAPS,
    ),
    "leads_chart": (
        lambda f: charts.leads_chart(f, unit="Ratio", start="2025-04", **WORDS),
        LEADS,
    ),
    "monthly_chart": (lambda f: charts.monthly_chart(f, unit="Offences", **WORDS), COUNTS),
    "concentration_chart": (lambda f: charts.concentration_chart(f, **WORDS), CURVE),
    "decile_chart": (lambda f: charts.decile_chart(f, unit="Rate", **WORDS), DECILES),
    "interval_chart": (
        lambda f: charts.interval_chart(
            f, unit="Ratio", reference=1, reference_label="no difference", **WORDS
        ),
        INTERVALS,
    ),
    "bar_chart": (lambda f: charts.bar_chart(f, unit="Offences", **WORDS), BARS),
    "rank_chart": (
        lambda f: charts.rank_chart(f, unit="Place", first="count", second="days", **WORDS),
        RANKS,
    ),
    "stacked_share": (lambda f: charts.stacked_share(f, unit="Share", **WORDS), SHARES),
    "funnel_chart": (
        lambda f: charts.funnel_chart(f, LIMITS, unit="Rate", denominator="Residents", **WORDS),
        FUNNEL,
    ),
    "control_chart": (
        lambda f: charts.control_chart(
            f, unit="Offences", changes={"2025-04": "new rule"}, **WORDS
        ),
        CONTROL,
    ),
    "heat_table": (lambda f: charts.heat_table(f, unit="Ratio", **WORDS), HEAT),
    "category_map": (
        lambda f: charts.category_map(
            f,
            OUTLINES,
            categories=["New", "Growing", "Fading"],
            rest="Neither",
            legend_title="Trend",
            marks={"New": "N", "Fading": "F"},
            **WORDS,
        ),
        CATEGORIES,
    ),
    "surface_map": (
        lambda f: charts.surface_map(
            f, OUTLINES, cell_m=1000, legend_title="Events", unit="per km²", **WORDS
        ),
        CELLS,
    ),
    "street_map": (
        lambda f: charts.street_map(f, OUTLINES, legend_title="Events", unit="per km", **WORDS),
        PIECES,
    ),
    "timeline": (lambda f: charts.timeline(f, **WORDS), EVENTS),
}


def drawn(kind: str) -> Picture:
    """The gallery's picture of one kind."""
    draw, frame = GALLERY[kind]
    return draw(frame)


def layer(picture: Picture, name: str) -> list[dict[str, Any]]:
    """The rows that a named layer draws; none where it is not drawn."""
    for part in picture.spec["layer"]:
        if part["name"] == name:
            rows: list[dict[str, Any]] = part["data"]["values"]
            return rows
    return []


def said(picture: Picture) -> list[str]:
    """Every line of text placed by the layout."""
    return [
        row["text"]
        for part in picture.spec["layer"]
        for row in part["data"]["values"]
        if isinstance(row.get("text"), str)
    ]
