"""How every picture looks: sizes, inks and palettes that survive greyscale and colour blindness."""

from __future__ import annotations

from typing import Any

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
"""Arial and Liberation Sans have the same widths, so text falls alike on screen and in print."""

WIDTH = 680
"""Pixels; 180 mm at 96 pixels to the inch, the text width of an A4 page."""

TEXT = 13.0
SMALL = 12.0
TITLE = 17.0

INK = "#0b0c0c"
QUIET = "#484f53"  # at least 7:1 on white
RULE = "#8a9297"
GRID = "#dfe2e4"
BAND = "#eceef0"
HATCH = "#8d9498"
PAPER = "#ffffff"

BLUE = "#12436d"
TEAL = "#28a197"
ORANGE = "#f46a25"
GREY = "#6f777b"
PALE = "#9db8d2"

SERIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    (BLUE, (1, 0)),
    (ORANGE, (7, 3)),
    (TEAL, (2, 2)),
    (INK, (9, 3, 2, 3)),
    ("#a285d1", (4, 4)),
    (GREY, (12, 4)),
)
"""Colour and dash of each series. Source: Government Analysis Function, colours for charts (2023),
without its dark pink, which reads as red; the dash carries the difference in grey."""

SEQUENTIAL: dict[int, tuple[str, ...]] = {
    1: ("#9ecae1",),
    2: ("#deebf7", "#3182bd"),
    3: ("#deebf7", "#9ecae1", "#3182bd"),
    4: ("#eff3ff", "#bdd7e7", "#6baed6", "#2171b5"),
    5: ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"),
    6: ("#eff3ff", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c"),
    7: ("#eff3ff", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#084594"),
}
"""One hue, light to dark, low to high. Source: Brewer, Blues (2003)."""

MOST_CLASSES = max(SEQUENTIAL)
MOST_SERIES = len(SERIES)


def config() -> dict[str, Any]:
    """The Vega-Lite configuration shared by every picture."""
    axis = {
        "labelFont": FONT,
        "labelFontSize": SMALL,
        "labelColor": INK,
        "gridColor": GRID,
        "domainColor": RULE,
        "tickColor": RULE,
        "labelOverlap": False,
        "labelLimit": 0,
        "title": None,
    }
    return {
        "aria": False,
        "font": FONT,
        "axis": axis,
        "text": {"font": FONT, "fontSize": TEXT, "color": INK},
        "view": {"stroke": None},
    }


def ramp(classes: int) -> tuple[str, ...]:
    """Colours for so many classes, lowest first; none for none."""
    return SEQUENTIAL[classes] if classes else ()


def ink_on(fill: str) -> str:
    """Black or white, whichever is more legible on a fill (WCAG 2.2 relative luminance)."""
    luminance = _luminance([int(fill[i : i + 2], 16) for i in (1, 3, 5)])
    return PAPER if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else INK


def text_shade(colour: str) -> str:
    """The colour darkened until text in it reaches 4.5:1 on white (WCAG 2.2 AA)."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while 1.05 / (_luminance(channels) + 0.05) < 4.5:
        channels = [int(c * 0.94) for c in channels]
    return "#" + "".join(f"{c:02x}" for c in channels)


def _luminance(channels: list[int]) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    parts = [c / 255 for c in channels]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
