"""Charts: gaps that stay gaps, axes from zero, signals that stand out, numbers as printed."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from frith import charts
from frith.charts.picture import Picture
from frith.errors import Fault
from unit.charts.gallery import (
    BARS,
    CONTROL,
    COUNTS,
    CURVE,
    EVENTS,
    FUNNEL,
    GALLERY,
    HEAT,
    INTERVALS,
    LIMITS,
    SHARES,
    WORDS,
    drawn,
    layer,
    said,
)


def scale(picture: Picture, name: str, channel: str) -> list[float]:
    """The domain on which a layer is drawn."""
    part = next(p for p in picture.spec["layer"] if p["name"] == name)
    domain: list[float] = part["encoding"][channel]["scale"]["domain"]
    return domain


def test_a_missing_month_is_a_band_and_not_a_bar() -> None:
    picture = charts.monthly_chart(COUNTS, unit="Offences", **WORDS)
    assert len(layer(picture, "gaps")) == 1
    assert [row["text"] for row in layer(picture, "gap_words")] == ["no data held"]
    assert [row["when"] for row in layer(picture, "bars")] == [
        "Jan 2025",
        "Feb 2025",
        "Apr 2025",
        "May 2025",
    ]
    assert "No data held for 1 month: March 2025" in picture.alt


def test_a_recorded_zero_is_a_zero_and_not_a_gap() -> None:
    picture = charts.monthly_chart(COUNTS, unit="Offences", **WORDS)
    assert {"when": "Feb 2025", "n": 0.0} in layer(picture, "bars")


def test_a_null_month_is_a_gap_like_an_absent_one() -> None:
    null = pl.concat([COUNTS, pl.DataFrame({"month": ["2025-03"], "n": [None]}, COUNTS.schema)])
    absent = charts.monthly_chart(COUNTS, unit="Offences", **WORDS)
    assert layer(charts.monthly_chart(null, unit="Offences", **WORDS), "gaps") == layer(
        absent, "gaps"
    )


def test_the_period_asked_about_is_drawn_whole() -> None:
    picture = charts.monthly_chart(
        COUNTS, unit="Offences", first="2024-11", last="2025-06", **WORDS
    )
    bands = layer(picture, "gaps")
    assert len(bands) == 3
    assert scale(picture, "bars", "x")[0] == "Nov 2024"
    assert scale(picture, "bars", "x")[-1] == "Jun 2025"


def test_a_line_never_joins_across_a_gap() -> None:
    picture = charts.monthly_chart(COUNTS, unit="Offences", kind="line", **WORDS)
    runs: dict[int, list[str]] = {}
    for row in layer(picture, "lines"):
        runs.setdefault(row["run"], []).append(row["when"])
    assert sorted(runs.values()) == [["Apr 2025", "May 2025"], ["Jan 2025", "Feb 2025"]]


def test_a_month_alone_between_gaps_is_a_dot() -> None:
    frame = COUNTS.filter(pl.col("month") != "2025-05")
    picture = charts.monthly_chart(frame, unit="Offences", kind="line", **WORDS)
    assert [row["when"] for row in layer(picture, "dots")] == ["Apr 2025"]


def test_series_break_where_their_own_month_is_missing() -> None:
    frame = pl.concat(
        [
            COUNTS.with_columns(series=pl.lit("Drugs")),
            pl.DataFrame({"month": ["2025-01", "2025-03", "2025-04"], "n": [1, 2, 3]}).with_columns(
                series=pl.lit("Robbery")
            ),
        ]
    )
    picture = charts.monthly_chart(frame, unit="Offences", **WORDS)
    assert layer(picture, "gaps") == [], "March is held for one of them"
    assert [row["when"] for row in layer(picture, "dots")] == ["Jan 2025"]
    assert {"Drugs", "Robbery"} <= set(said(picture))


def test_too_many_series_are_refused() -> None:
    many = pl.concat([COUNTS.with_columns(series=pl.lit(f"S{i}")) for i in range(7)])
    with pytest.raises(Fault, match="7 series; 6 can be told apart"):
        charts.monthly_chart(many, unit="Offences", **WORDS)


@pytest.mark.parametrize(
    ("kind", "name", "channel"),
    [
        ("monthly_chart", "bars", "y"),
        ("bar_chart", "bars", "x"),
        ("decile_chart", "dots", "y"),
        ("control_chart", "points", "y"),
        ("funnel_chart", "inside", "y"),
    ],
)
def test_counts_and_rates_start_at_zero(kind: str, name: str, channel: str) -> None:
    assert scale(drawn(kind), name, channel)[0] == 0


def test_all_zero_counts_can_be_drawn() -> None:
    picture = charts.monthly_chart(COUNTS.with_columns(n=0), unit="Offences", **WORDS)
    assert scale(picture, "bars", "y") == [0, 1]


def test_the_concentration_curve_starts_at_nothing_and_says_what_holds_half() -> None:
    picture = charts.concentration_chart(CURVE, areas="streets", events="robberies", **WORDS)
    assert layer(picture, "curve")[0] == {"x": 0, "y": 0, "even": 0, "order": 0}
    assert "25.0% of streets hold 50% of robberies" in picture.alt
    assert layer(picture, "most_even")[1]["even"] == pytest.approx(30)


def test_a_long_curve_is_thinned_but_keeps_its_end() -> None:
    n = 20_000
    share = [i / n for i in range(1, n + 1)]
    curve = pl.DataFrame({"share_of_areas": share, "share_of_events": share, "most_even": share})
    picture = charts.concentration_chart(curve, **WORDS)
    assert len(layer(picture, "curve")) < 500
    assert layer(picture, "curve")[-1]["x"] == 100


def test_a_refused_estimate_is_printed_and_not_drawn() -> None:
    picture = charts.interval_chart(INTERVALS, unit="Ratio", reference=1, **WORDS)
    assert [row["label"] for row in layer(picture, "dots")] == ["Drugs"]
    assert "refused: too few" in said(picture)
    assert "0.80 (0.60 to 1.10)" in said(picture)


def test_estimates_all_refused_still_make_a_picture() -> None:
    none = INTERVALS.with_columns(
        pl.lit(None, dtype=pl.Float64).alias(c) for c in ("value", "lo", "hi")
    )
    picture = charts.interval_chart(none, unit="Ratio", reference=1, **WORDS)
    assert "no estimate" in said(picture)


def test_bars_are_longest_first_unless_told_otherwise() -> None:
    picture = charts.bar_chart(BARS, unit="Offences", **WORDS)
    assert [row["text"] for row in layer(picture, "row_names")] == ["Robbery", "Drugs", "Fraud"]
    assert [row["text"] for row in layer(picture, "row_numbers")] == ["2,500", "10", "no data"]
    kept = charts.bar_chart(BARS, unit="Offences", keep_order=True, **WORDS)
    assert [row["text"] for row in layer(kept, "row_names")] == ["Drugs", "Robbery", "Fraud"]


def test_a_bar_below_zero_is_refused() -> None:
    with pytest.raises(Fault, match="starts at zero"):
        charts.bar_chart(pl.DataFrame({"label": ["a"], "value": [-1]}), unit="x", **WORDS)


def test_shares_fill_the_bar_and_an_empty_bar_has_none() -> None:
    picture = charts.stacked_share(SHARES, unit="Share", total="offences", **WORDS)
    boxes = layer(picture, "shares")
    assert len(boxes) == 2, "nothing is drawn for fraud, of which there is none"
    assert boxes[0]["x2"] == boxes[1]["x"]
    assert boxes[1]["x2"] == pytest.approx(picture.spec["width"])
    assert {"75%", "25%", "4 offences", "0 offences"} <= set(said(picture))


def test_only_areas_outside_the_funnel_are_named() -> None:
    picture = charts.funnel_chart(FUNNEL, LIMITS, unit="Rate", denominator="Residents", **WORDS)
    assert [row["text"] for row in layer(picture, "names")] == ["South"]
    unnamed = charts.funnel_chart(
        FUNNEL.drop("outside"), LIMITS, unit="Rate", denominator="Residents", **WORDS
    )
    assert layer(unnamed, "names") == []


def test_a_signal_has_its_own_shape_and_the_rest_do_not() -> None:
    picture = charts.control_chart(CONTROL, unit="Offences", **WORDS)
    assert [row["when"] for row in layer(picture, "signals")] == ["Apr 2025"]
    assert len(layer(picture, "points")) == 3
    assert "April 2025 (31: outside limits)" in picture.alt
    shapes = {p["name"]: p["mark"].get("shape") for p in picture.spec["layer"]}
    assert shapes["signals"] != shapes["points"]


def test_a_limit_that_is_not_there_is_said_and_not_drawn() -> None:
    picture = charts.control_chart(CONTROL, unit="Offences", **WORDS)
    assert layer(picture, "lower") == []
    assert "No lower limit" in said(picture)


def test_limits_step_with_a_dated_reason() -> None:
    stepped = CONTROL.with_columns(centre=pl.Series([11.0, 11.0, 20.0, 20.0]))
    picture = charts.control_chart(
        stepped, unit="Offences", changes={"2025-04": "new rule"}, **WORDS
    )
    assert len({row["y"] for row in layer(picture, "centre")}) == 2
    assert "Apr 2025: new rule" in said(picture)


def test_control_lines_do_not_cross_a_gap() -> None:
    picture = charts.control_chart(CONTROL, unit="Offences", **WORDS)
    assert len(layer(picture, "gaps")) == 1
    runs = {row["when"]: row["run"] for row in layer(picture, "values")}
    assert runs["Feb 2025"] != runs["Apr 2025"]


def test_every_cell_of_a_heat_table_prints_its_number() -> None:
    picture = charts.heat_table(HEAT, unit="Ratio", decimals=1, **WORDS)
    assert len(layer(picture, "cells")) == 4, "the cell the table does not hold is drawn too"
    assert sorted(row["text"] for row in layer(picture, "cells")) == ["1.2", "2.6", "–", "–"]
    assert len(layer(picture, "marked")) == 1


def test_months_missing_from_a_heat_table_have_a_column() -> None:
    frame = pl.DataFrame({"row": ["Drugs"] * 2, "column": ["2025-01", "2025-03"], "value": [1, 2]})
    picture = charts.heat_table(frame, unit="Offences", **WORDS)
    assert [row["text"] for row in layer(picture, "cells")] == ["1", "–", "2"]


def test_columns_too_many_for_the_width_go_on_beneath() -> None:
    frame = pl.DataFrame(
        {"row": ["Drugs"] * 40, "column": [f"c{i}" for i in range(40)], "value": range(40)}
    )
    picture = charts.heat_table(frame, unit="Offences", **WORDS)
    cells = layer(picture, "cells")
    assert len(cells) == 40
    assert len({cell["y"] for cell in cells}) > 1
    assert max(cell["x2"] for cell in cells) <= picture.spec["width"] + 0.01


def test_a_day_is_a_mark_and_a_spell_is_a_bar() -> None:
    picture = charts.timeline(EVENTS, **WORDS)
    assert len(layer(picture, "days")) == 1
    assert len(layer(picture, "spells")) == 2
    assert "1 February 2025 to 30 June 2025: Patrols" in picture.alt
    assert "2 May 2025, continuing: Review" in picture.alt


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"start": None}, "needs a start"),
        ({"end": date(2024, 1, 1)}, "ends before it starts"),
    ],
)
def test_a_timeline_refuses_what_cannot_be(changed: dict[str, Any], match: str) -> None:
    wrong = EVENTS.with_columns(pl.lit(v, dtype=pl.Date).alias(k) for k, v in changed.items())
    with pytest.raises(Fault, match=match):
        charts.timeline(wrong, **WORDS)


@pytest.mark.parametrize("kind", ["monthly_chart", "control_chart"])
def test_a_period_given_twice_is_refused(kind: str) -> None:
    draw, frame = GALLERY[kind]
    with pytest.raises(Fault, match="2025-01 stands in more than one row"):
        draw(pl.concat([frame, frame]))


@pytest.mark.parametrize("kind", ["interval_chart", "bar_chart", "stacked_share"])
def test_long_names_and_notes_leave_room_for_the_drawing(kind: str) -> None:
    draw, frame = GALLERY[kind]
    words = "refused, because the most deprived tenth holds too few of them to compare " * 3
    long = frame.with_columns((pl.col("label") + words).alias("label"))
    if "part" in long.columns:
        long = long.with_columns((pl.col("part") + words[:90]).alias("part"))
    else:
        long = long.with_columns(pl.lit(words).alias("note"))
    picture = draw(long)
    assert picture.spec["width"] > 150
    assert "…" in "".join(said(picture))


def test_a_unit_opens_the_heading_with_a_capital() -> None:
    picture = charts.bar_chart(BARS, unit="offences per 1,000 residents", **WORDS)
    assert "Offences per 1,000 residents" in said(picture)


@pytest.mark.parametrize("month", ["2025-13", "Jan 2025", "2025-01-01", None])
def test_a_month_that_could_not_be_missed_is_refused(month: str | None) -> None:
    frame = pl.DataFrame({"month": [month], "n": [1]}, schema_overrides={"month": pl.String})
    with pytest.raises(Fault, match="is not a month, YYYY-MM"):
        charts.monthly_chart(frame, unit="Offences", **WORDS)
