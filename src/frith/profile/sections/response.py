"""Section: what was done, and whether what it was meant to reduce fell more than elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from frith.charts import Picture, interval_chart
from frith.errors import Mendable
from frith.harm import choose, weigh
from frith.harm.weights import REPORTED
from frith.measures.response_harm import HarmFollowed, harm_results
from frith.measures.responses import METHOD, Followed, response_results
from frith.profile.content import (
    Block,
    Caution,
    Content,
    Figure,
    Paragraph,
    Table,
    count,
    text,
)
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.places import PLACED
from frith.profile.words import capital, counted, how_many
from frith.results import Result

RESPONSES = Need(
    table="responses",
    why="know where and when something was done, and which areas to compare",
    holder="the partnership: each agency's action log",
)
VERDICT_WORDS = {
    "fell": "fell more than elsewhere",
    "rose": "rose more than elsewhere",
    "moved": "fell here and rose next door",
    "no-detectable-change": "no detectable change",
    "cannot-tell": "cannot tell",
    "refused": "not judged",
}
NO_WEIGHTS = (
    "Nothing here is weighed by harm: the data set holds no weights of offences (a table `weights` "
    "with key, days, edition and source), and none comes with frith. So a fall says that fewer "
    "crimes were recorded, not that the gravest were among those that went."
)
HARM = (
    "By harm: each reported crime counts the days of its offence in {edition}, and the same areas "
    "are compared over as many months before as after. A few grave crimes carry most of it, so "
    "harm is told more seldom than counts; what police activity finds is left out."
)
HIGH = (
    "Where a response began because the place was at its worst, some fall was coming anyway. The "
    "comparison areas allow for what happened everywhere, and not for that: ask why each place was "
    "chosen."
)


def build(material: Material) -> Content:
    """Each response by the same fixed rule, with what cannot be told said."""
    monthly = (
        material.crimes.drop_nulls("area")
        .group_by(code="area", month="month", crime_type="crime_type")
        .agg(n=pl.len().cast(pl.Int64))
    )
    people = material.population
    exposure = {} if people is None else dict(people.select("code", "n").iter_rows())
    found = response_results(
        material.dataset.tables["responses"],
        monthly,
        months=material.months,
        exposure=exposure,
        rng=material.rng(),
    )
    judged = [one for one in found if not one.here.refused]
    harm, said_of_harm = _by_harm(material, exposure)
    blocks: list[Block] = [
        Paragraph(
            f"{capital(counted(len(found), 'response'))} logged, "
            f"{counted(len(judged), 'judgement')} possible. Each is judged by the same "
            "rule, against the comparison areas named for it, on what it was meant to reduce. "
            "About one in twenty would seem to have worked, or to have harmed, by chance alone."
        ),
        _figure(material, found, harm),
        *said_of_harm,
        Caution(HIGH),
    ]
    worked = sum(one.verdict == "fell" for one in found)
    cannot = sum(one.verdict == "cannot-tell" for one in found)
    return Content(
        blocks=blocks,
        results=(
            Result(method=METHOD, parameters={"responses": len(found), "judged": len(judged)}),
        ),
        flags=tuple(dict.fromkeys(flag for one in found for flag in one.here.flags)),
        headlines=(
            f"Of {counted(len(found), 'response')}, what it was meant to reduce fell more than "
            f"elsewhere after {how_many(worked)}; after {how_many(cannot)} it cannot be told.",
        )
        if judged
        else (),
        refused=not judged,
    )


def _by_harm(
    material: Material, exposure: Mapping[str, float]
) -> tuple[dict[str, HarmFollowed], list[Block]]:
    """Each response by harm, where there are weights; and what is to be read beside that."""
    held = material.dataset.tables
    if not material.dataset.has("weights"):
        return {}, [Paragraph(NO_WEIGHTS)]
    try:
        weights = choose(held["weights"])
    except Mendable as problem:
        return {}, [Paragraph(f"Nothing is weighed by harm: {problem.what}.")]
    records = held["events"].select("event_id", "offence_code", "police_led")
    crimes = material.crimes.drop_nulls("area").join(records, on="event_id", how="left")
    weighed = crimes.join(weigh(crimes, weights), on="event_id", how="left")
    found = harm_results(
        held["responses"],
        weighed.filter(pl.col("strand") == REPORTED)
        .group_by("month", "crime_type", "median", "mean", code="area")
        .agg(n=pl.len().cast(pl.Int64))
        .sort("median", "mean", "code", "month", "crime_type"),
        months=material.months,
        exposure=exposure,
    )
    said = [HARM.format(edition=weights.edition)]
    unknown = sum(one.unknown for one in found.values())
    if unknown:
        said.append(
            f"{capital(material.said(unknown))} of the crimes judged have no weight in it: their "
            "harm is unknown, not nought."
        )
    if not found:
        said = ["No response could be weighed by harm: none of what it was meant to reduce has a "
                "weight, or its months are too few."]  # fmt: skip
    return found, [Paragraph(" ".join(said))]


def _figure(material: Material, found: list[Followed], harm: dict[str, HarmFollowed]) -> Figure:
    sentences = {
        one.response_id: one.sentence
        + (f" {harm[one.response_id].sentence}" if one.response_id in harm else "")
        for one in found
    }
    frame = pl.DataFrame(
        [
            {
                "kind": one.kind,
                "what": one.crime_type,
                "months": one.months,
                "way": one.way or "none",
                "here": VERDICT_WORDS[str(one.verdict)],
                "beside": "not asked"
                if one.beside is None
                else VERDICT_WORDS[str(one.beside.verdict)],
                "harm": "not weighed"
                if one.response_id not in harm
                else _harm_word(harm[one.response_id]),
                "said": sentences[one.response_id],
            }
            for one in found
        ]
    )
    return Figure(
        name="response",
        title="What followed each response",
        sentence=" ".join(capital(sentences[one.response_id]) for one in found),
        table=Table(
            name="response",
            caption="Responses, in order of the log",
            columns=(
                text("kind", "What was done"),
                text("what", "Meant to reduce"),
                count("months", "Months judged", blank="none"),
                text("way", "Judged by"),
                text("here", "Where it was"),
                text("beside", "Next door"),
                *([text("harm", "By harm")] if harm else []),
            ),
            frame=frame,
        ),
        source=material.source("responses", "events", "population"),
        pictures=_picture(found),
        notes=(
            "With 24 months before and six after: an interrupted series with comparison areas as "
            "control. With fewer: the weighted displacement difference per resident.",
        ),
    )


def _harm_word(one: HarmFollowed) -> str:
    """Fell or rose where every statistic says so."""
    verdicts = {str(effect.verdict) for effect in one.effects.values()}
    return VERDICT_WORDS[verdicts.pop()] if len(verdicts) == 1 else VERDICT_WORDS["cannot-tell"]


def _picture(found: list[Followed]) -> tuple[Picture, ...]:
    """Effects with their intervals: of several areas and months together, so that no cell shows."""
    held = [one for one in found if one.here.interval_95 is not None]
    if not held:
        return ()
    kinds = [one.kind for one in held]
    frame = pl.DataFrame(
        [
            {
                "label": one.kind if kinds.count(one.kind) == 1 else f"{place}. {one.kind}",
                "value": one.here.value,
                "lo": one.here.interval_95.lo if one.here.interval_95 else None,
                "hi": one.here.interval_95.hi if one.here.interval_95 else None,
            }
            for place, one in enumerate(held, start=1)
        ]
    )
    return (
        interval_chart(
            frame,
            unit="recorded, fewer or more than comparison areas led to expect, with 95% interval",
            reference=0.0,
            reference_label="as expected",
            name="response",
            title="What was recorded after each response, against what was expected",
            source="",
        ),
    )


SECTION = Section(
    name="response",
    title="What was done, and whether it worked",
    needs=(RESPONSES, PLACED),
    build=build,
)
