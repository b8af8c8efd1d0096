"""Section: the same months a year apart, compared; never called a trend."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, interval_chart
from frith.places.monthly import ALL, compare_like_months
from frith.profile.content import (
    Caution,
    Content,
    Figure,
    Paragraph,
    Table,
    change,
    count,
    text,
)
from frith.profile.material import ALL_CRIME, Material
from frith.profile.section import Section
from frith.profile.sections.months import shown_monthly
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import capital, counted, month_runs, more_or_fewer
from frith.results import Result

FEWEST_COMPARED = 30
"""Records of both years together under which a change is not worth a range."""
VERDICTS = {
    "fell": "fewer than a year before",
    "rose": "more than a year before",
    "no detectable change": "no more than chance would produce",
    "too few": "too few to compare",
}
ALONE = "beyond chance alone, not among so many types"
"""What is said where a type's own range misses nought and the correction does not."""


def build(material: Material) -> Content:
    """Months held in both years; declines where there is none."""
    shown, _ = shown_monthly(material)
    compared = compare_like_months(shown)
    if compared.refused:
        return Content(
            blocks=[Paragraph(compared.sentence)],
            results=(compared,),
            flags=compared.flags,
            refused=True,
        )
    return Content(
        blocks=[
            _like_months(material, compared, material.source("events")),
            Caution(
                "Two years compared are not a trend. A change may be one of recording, of police "
                "activity or of willingness to report."
            ),
        ],
        headlines=(_headline(material, compared),),
        flags=compared.flags,
        results=(compared,),
    )


def _headline(material: Material, compared: Result) -> str:
    frame = compared.tables["compared"].filter(pl.col("crime_type") == ALL)
    moved = frame.with_columns(change=pl.col("ratio") - 1, lo=pl.col("lo") - 1, hi=pl.col("hi") - 1)
    return _like_sentence(material, moved.row(0, named=True), compared.parameters["months"])


def _like_months(material: Material, compared: Result, source: str) -> Figure:
    frame = compared.tables["compared"]
    months = compared.parameters["months"]
    frame = frame.with_columns(
        crime_type=pl.col("crime_type").replace(ALL, ALL_CRIME),
        change=pl.col("ratio") - 1,
        lo=pl.col("lo") - 1,
        hi=pl.col("hi") - 1,
        few=pl.col("earlier") + pl.col("later") < FEWEST_COMPARED,
    ).with_columns(
        verdict=pl.when("few").then(pl.lit("too few")).otherwise("verdict"),
        change=pl.when(~pl.col("few")).then("change"),
        lo=pl.when(~pl.col("few")).then("lo"),
        hi=pl.when(~pl.col("few")).then("hi"),
    )
    alone = (pl.col("verdict") == "no detectable change") & (
        (pl.col("lo") > 0) | (pl.col("hi") < 0)
    )
    frame = frame.with_columns(
        said=pl.when(alone)
        .then(pl.lit(ALONE))
        .otherwise(pl.col("verdict").replace_strict(VERDICTS))
    )
    whole = frame.filter(pl.col("crime_type") == ALL_CRIME).row(0, named=True)
    return Figure(
        name="like-months",
        title="Change on the same months a year before",
        sentence=_like_sentence(material, whole, months) + _types_changed(frame),
        table=Table(
            name="like-months",
            caption=f"{month_runs(months)}, against the same months a year before",
            columns=(
                text("crime_type", "Crime type"),
                count("earlier", "Year before"),
                count("later", "Latest"),
                change("change", "Change", blank="too few"),
                change("lo", "From", blank="too few"),
                change("hi", "To", blank="too few"),
                text("said", "Difference"),
            ),
            frame=frame,
        ),
        source=source,
        pictures=(_change_picture(frame),),
        notes=(
            "From and to hold the range within which the change lies 19 times in 20, widened where "
            "months differ by more than chance. Types are judged together: of so many ranges one "
            "or another misses nought by chance, so that by itself is no finding.",
        ),
    )


def _change_picture(frame: pl.DataFrame) -> Picture:
    rows = frame.select(
        label="crime_type",
        value=pl.col("change") * 100,
        lo=pl.col("lo") * 100,
        hi=pl.col("hi") * 100,
        note=pl.when("few").then(pl.lit("too few records")).otherwise(pl.lit("")),
    )
    return interval_chart(
        rows,
        unit="per cent change on the same months a year before",
        reference=0,
        reference_label="no change",
        name="like-months",
        title=_change_title(frame),
        source="",
    )


def _like_sentence(material: Material, whole: dict[str, object], months: list[str]) -> str:
    earlier, later = int(str(whole["earlier"])), int(str(whole["later"]))
    said = (
        f"In {month_runs(months)} we hold {material.said(later)} recorded offences, against "
        f"{material.said(earlier)} in the same months a year before"
    )
    if whole["change"] is None or whole["hi"] is None:
        return f"{said}."
    change_, lo, hi = (float(str(whole[name])) for name in ("change", "lo", "hi"))
    said += f", {more_or_fewer(change_)} (between {more_or_fewer(lo)} and {more_or_fewer(hi)})"
    if whole["verdict"] in ("fell", "rose"):
        return f"{said}. This compares two years and shows no trend."
    return f"{said}. The difference is no bigger than chance would produce."


def _types_changed(frame: pl.DataFrame) -> str:
    """The types whose difference is more than chance would produce, in a sentence."""
    types = frame.filter(pl.col("crime_type") != ALL_CRIME)
    said = [
        f"{row['crime_type'].lower()}, {more_or_fewer(row['change'])} "
        f"(between {more_or_fewer(row['lo'])} and {more_or_fewer(row['hi'])})"
        for row in types.filter(pl.col("verdict").is_in(["fell", "rose"])).to_dicts()
    ]
    if not said:
        return " No type differs by more than chance would produce."
    return f" Types that differ by more than chance would produce: {'; '.join(said)}."


def _change_title(frame: pl.DataFrame) -> str:
    changed = frame.filter(
        pl.col("verdict").is_in(["fell", "rose"]) & (pl.col("crime_type") != ALL_CRIME)
    ).height
    types = frame.height - 1
    verb = "differ" if changed > 1 else "differs"
    return (
        f"{capital(counted(changed, 'type'))} of {types} {verb} from a year before by more than "
        "chance"
    )


SECTION = Section(
    name="like-months", title="The same months a year apart", needs=(EVENTS,), build=build
)
