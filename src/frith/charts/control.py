"""Control charts: values in order with their usual range, and the points that break it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import polars as pl

from frith.charts import axes, frames, marks, style
from frith.charts.layout import Layer, Margins, nothing_held, rules, sheet, spread, texts, ticks
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    decimals_for,
    listed,
    number,
    period,
    plural,
    sentence,
    shorten,
    uncapital,
    widest,
)

_HEIGHT = 260.0


def control_chart(
    frame: pl.DataFrame,
    *,
    unit: str,
    changes: Mapping[str, str] | None = None,
    decimals: int | None = None,
    **words: Unpack[Words],
) -> Picture:
    """Values over time inside their usual range; signals are larger, ringed and of another shape.

    `frame`, in order: `period` (YYYY-MM, or any text), `value` (in `unit`; null: no data held),
    `centre`, `lower`, `upper` (null: no limit), `signals` (list of rule names, text, or null; an
    empty one means none). Missing months are shaded gaps, and no line runs across them. Limits
    step where the caller's change; `changes` maps a period to the reason printed there. The axis
    starts at zero unless a value or limit lies below it.
    """
    columns = ("period", "value", "centre", "lower", "upper", "signals")
    frames.need(frame, *columns, picture="control_chart")
    frames.unique(frame, "period", picture="control_chart")
    frame = frames.numbers(frame, "value", "centre", "lower", "upper")
    frame = frame.with_columns(pl.col("period").cast(pl.String))
    held = frame.drop_nulls("value")
    if held.is_empty():
        return nothing_held(frame, words=words)
    periods = axes.filled_in(frame["period"].to_list())
    places = decimals_for([*held["value"]]) if decimals is None else decimals
    scale = _scale(frame)
    ends = _end_labels(frame, scale, max(places, 1))
    changes = {at: why for at, why in (changes or {}).items() if at in periods}
    margins = Margins(
        left=axes.axis_room(scale),
        right=20 + widest((text for _, text in ends), style.SMALL),
        below=26,
        above=20 if changes else 0,
    )
    width = margins.drawing_width
    x = axes.period_axis(periods, field="when", width=width)
    y = axes.number_axis(scale, field="value")
    layers = [
        *axes.gap_layers(periods, set(periods) - set(held["period"]), width=width, height=_HEIGHT),
        *_limit_layers(frame, periods, scale, width),
        *_value_layers(held, periods, x, y),
        *_end_words(ends, width),
        *_change_layers(changes, periods, width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_HEIGHT, heading=unit)
    alt = _alt(frame, held, periods, unit=unit, title=words["title"], decimals=places)
    return picture(spec, frame, words=words, alt=alt)


def _scale(frame: pl.DataFrame) -> list[float]:
    held = [v for c in ("value", "lower", "upper") for v in frame[c].drop_nulls().to_list()]
    return ticks(min(0.0, *held), max(held), most=5)


def _level(value: float, scale: list[float]) -> float:
    return (scale[-1] - value) / (scale[-1] - scale[0]) * _HEIGHT


def _limit_layers(
    frame: pl.DataFrame, periods: list[str], scale: list[float], width: float
) -> list[Layer]:
    """Centre and limits as level lines over each run of periods in which they do not change."""
    step = width / len(periods)
    place = {p: i for i, p in enumerate(periods)}
    drawn = {
        "centre": (style.QUIET, (1, 0)),
        "lower": (style.QUIET, (6, 4)),
        "upper": (style.QUIET, (6, 4)),
    }
    layers = []
    for column, (colour, dash) in drawn.items():
        rows: list[dict[str, float]] = []
        for p, value in frame.select("period", column).iter_rows():
            if value is None:
                continue
            y, x = _level(value, scale), place[p] * step
            if rows and rows[-1]["y"] == y and rows[-1]["x2"] >= x - step - 1e-6:
                rows[-1]["x2"] = x + step
            else:
                rows.append({"x": x, "x2": x + step, "y": y, "y2": y})
        layers.append(rules(rows, colour=colour, width=1.3, dash=dash, name=column))
    return layers


def _value_layers(
    held: pl.DataFrame, periods: list[str], x: dict[str, Any], y: dict[str, Any]
) -> list[Layer]:
    place = {p: i for i, p in enumerate(periods)}
    rows: list[dict[str, Any]] = []
    run, before = 0, -2
    for p, value, signals in held.select("period", "value", "signals").iter_rows():
        run += place[p] != before + 1
        before = place[p]
        rows.append(
            {
                "when": period(p),
                "value": value,
                "run": run,
                "order": before,
                "signal": _told(signals),
            }
        )
    encoding = {"x": x, "y": y}
    broken = encoding | {"detail": {"field": "run", "type": "nominal"}}
    plain = [row for row in rows if not row["signal"]]
    signalled = [row for row in rows if row["signal"]]
    return [
        marks.line(rows, broken, name="values", width=1.6),
        marks.dots(plain, encoding, name="points", size=44),
        marks.dots(
            signalled,
            encoding,
            name="signals",
            colour=style.ORANGE,
            size=130,
            shape="diamond",
            edge=style.INK,
        ),
    ]


def _told(signals: Any) -> str:
    """Signals as words, whether they came as a list, as text or not at all."""
    if signals is None or isinstance(signals, str):
        return signals or ""
    return ", ".join(str(signal) for signal in signals)


def _end_labels(frame: pl.DataFrame, scale: list[float], decimals: int) -> list[tuple[float, str]]:
    last = frame.drop_nulls("centre").tail(1).to_dicts()
    if not last:
        return []
    said = {"upper": "Upper limit", "centre": "Average", "lower": "Lower limit"}
    labels = [
        (_level(last[0][column], scale), f"{text} {number(last[0][column], decimals)}")
        for column, text in said.items()
        if last[0][column] is not None
    ]
    if last[0]["lower"] is None:
        labels.append((_level(max(0.0, scale[0]), scale), "No lower limit"))
    return labels


def _end_words(ends: list[tuple[float, str]], width: float) -> list[Layer]:
    levels = spread([y for y, _ in ends], apart=15, hi=_HEIGHT)
    rows = [
        {"x": width + 8, "y": y, "text": text} for y, (_, text) in zip(levels, ends, strict=True)
    ]
    return [texts(rows, size=style.SMALL, baseline="middle", name="limit_words")]


def _change_layers(changes: Mapping[str, str], periods: list[str], width: float) -> list[Layer]:
    if not changes:
        return []
    step = width / len(periods)
    lines, said = [], []
    for at, why in changes.items():
        x = periods.index(at) * step
        lines.append({"x": x, "y": -4, "x2": x, "y2": _HEIGHT})
        right = x > width / 2
        text = shorten(f"{period(at)}: {why}", max(x, width - x), style.SMALL)
        said.append((right, {"x": x - 4 if right else x + 4, "y": -8, "text": text}))
    words = [
        texts(
            [row for side, row in said if side == right],
            size=style.SMALL,
            align="right" if right else "left",
            baseline="middle",
            name="change_words",
        )
        for right in (False, True)
    ]
    return [rules(lines, colour=style.INK, width=1.2, dash=(2, 3), name="changes"), *words]


def _alt(
    frame: pl.DataFrame,
    held: pl.DataFrame,
    periods: list[str],
    *,
    unit: str,
    title: str,
    decimals: int,
) -> str:
    flagged = [
        f"{period(p, full=True)} ({number(v, decimals)}: {_told(s)})"
        for p, v, s in held.select("period", "value", "signals").iter_rows()
        if _told(s)
    ]
    signals = f"Signals: {listed(flagged, 6)}" if flagged else "No point signals a change"
    gaps = len(set(periods) - set(held["period"]))
    last = frame.drop_nulls("centre").tail(1)["centre"].to_list()
    centre = f" around an average of {number(last[0], max(decimals, 1))}" if last else ""
    return (
        f"{sentence(title)} Control chart of {uncapital(unit)}, "
        f"{period(periods[0], full=True)} to {period(periods[-1], full=True)}{centre}. "
        f"{sentence(signals)}" + (f" No data held for {plural(gaps, 'period')}." if gaps else "")
    )
