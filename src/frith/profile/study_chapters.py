"""The four chapters of a study's report: scale, community, nature, response; and its method.

The questions are those of Crocker and others (2016): scale and distribution of
victimisation, impact on the community, nature of organised crime, effectiveness of the response.
"""

from __future__ import annotations

import polars as pl

from frith.charts import interval_chart
from frith.charts.picture import Picture
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Column,
    Content,
    Figure,
    Form,
    Guard,
    Heading,
    Paragraph,
    Table,
    count,
    text,
)
from frith.profile.masking import LARGEST_MASKED
from frith.profile.material import Material
from frith.profile.sections import organised_share
from frith.profile.sections.organised_share import per_cent, theme_names, without_few
from frith.profile.sections.outcomes import GROUP_WORDS
from frith.profile.study_material import Study
from frith.profile.words import counted
from frith.reference.catalogue import load
from frith.results import Result
from frith.study.parts import NO_OUTCOME
from frith.tables.declared.study import CRITERIA

PARTS = {"organised": "Judged organised", "not organised": "Judged not organised"}
CRITERION_WORDS = {
    "people": "Enough people acting together",
    "continuing": "More than one occasion",
    "planned": "Planned or directed",
    "gain": "For gain",
    "control": "People controlled or intimidated",
    "serious": "Seven years or more",
    "mapped": "Tied to a mapped group",
}
NOT_SHOWN = (
    "How many crimes judged organised {what} rests on fewer than five crimes, and is not shown."
)
IN_TABLE = "What may be shown of it is in the table; part rests on fewer than five crimes."
NOT_TRIED = "The data set lacks what this needs."
NO_NOTES = (
    "No interview notes were given for this chapter. What practitioners, residents and people who "
    "were harmed say belongs here, with their role and without their name."
)


def scale(study: Study) -> Content:
    """Scale and distribution of victimisation."""
    first = organised_share.content(study.material, study.shares)
    blocks = [
        *first.blocks,
        Heading("What was lost, and by how many"),
        *_distribution(study, "losses", "loss", "Recorded losses, in pounds"),
        *_distribution(study, "victims", "victims", "Victims on record, per crime"),
        *_notes(study, "scale"),
    ]
    return _content(study, blocks, ("losses", "victims"), first)


def community(study: Study) -> Content:
    """Impact on the community."""
    control = study.parts["criteria"]
    blocks: list[Block] = [
        Paragraph(
            "Organised crime harms a neighbourhood by controlling people in it as much as by the "
            "crimes themselves. A record shows control only where somebody said so."
        ),
        Paragraph(
            _said(
                study.material,
                control,
                _few_control(control),
                instead=NOT_SHOWN.format(what="had people controlled or intimidated"),
            )
        ),
        Caution(
            "People who are afraid report less. A low share in a neighbourhood may be calm, or "
            "silence: set it beside where reports come from (frith silence) and what residents say."
        ),
        *_notes(study, "community"),
    ]
    return Content(blocks=_once(blocks))


def nature(study: Study) -> Content:
    """Nature of organised crime."""
    blocks: list[Block] = []
    themes, criteria = study.parts["themes"], study.parts["criteria"]
    if themes.refused:
        blocks.append(Paragraph(_refusal(study.material, themes)))
    else:
        few = _any_small(themes.tables["themes"].filter(pl.col("part") == "organised"), "n")
        blocks.append(
            _compared(
                study,
                "themes",
                "Themes of crimes judged organised, and of the others",
                "organised-themes",
                _said(study.material, themes, few),
            )
        )
    if not criteria.refused:
        blocks.append(_criteria(study, criteria))
    if "found" in study.parts:
        blocks += _part(
            study,
            "found",
            "How crimes judged organised came to light, and the others",
            "organised-found",
        )
    blocks += _notes(study, "nature")
    return _content(study, blocks, ("themes", "criteria", "found"))


def response(study: Study) -> Content:
    """Effectiveness of the response."""
    blocks: list[Block] = [
        Heading("How much of it is on the map"),
        *_coverage(study),
        Heading("What became of it"),
        *(
            _part(
                study,
                "outcomes",
                "What became of crimes judged organised, and of the others",
                "organised-outcomes",
            )
            if "outcomes" in study.parts
            else [Paragraph(NOT_TRIED)]
        ),
        Caution(
            "Outcomes take months, and a charge is not a conviction. Where a case could not go on, "
            "a victim may have been afraid. None of this measures anyone's effort, and what police "
            "find follows where police look."
        ),
        *_notes(study, "response"),
    ]
    return _content(study, blocks, ("mapped", "groups", "outcomes"))


def elsewhere(_study: Study) -> Content:
    """What the research found in other places, cited and kept apart."""
    found = load("study_findings")
    rows = [
        {
            "finding": str(row["finding"]),
            "figure": str(row["figure"]),
            "definition": str(row["definition"]) or "not stated",
            "source": str(row["source"]),
        }
        for row in found
    ]
    return Content(
        blocks=[
            Paragraph(
                "The research whose method this report repeats was done in three cities from 2014 "
                "to 2016. Its findings show what such a study can find. They are other places, "
                "years and definitions: nothing in this report is set against them, averaged with "
                "them or filled in from them."
            ),
            Table(
                name="study-findings",
                caption="Published findings of the research; to be verified before quoted",
                columns=(
                    text("finding", "Finding"),
                    text("figure", "Figure as published"),
                    text("definition", "Organised meant"),
                    text("source", "Source"),
                ),
                frame=pl.DataFrame(rows),
            ),
        ]
    )


def method(study: Study) -> Content:
    """How the crimes were drawn and judged, so that it can be done again."""
    judgements = study.material.dataset.tables["judgements"]
    how = judgements.group_by("how").agg(n=pl.len().cast(pl.Int64)).sort("n", descending=True)
    words = {
        "agreed": "Both judged alike",
        "reconciled": "Judged apart, then reconciled",
        "one coder": "Judged by one",
        "unresolved": "Judged apart and not reconciled: counts as unknown",
        "not returned": "Returned by nobody: counts as unknown",
    }
    return Content(
        blocks=[
            Paragraph(
                "Crimes were drawn at random within each theme and neighbourhood. Two people read "
                "the records apart, answered the criteria below and judged each crime. Their "
                "agreement was measured before they talked; then they settled what they differed "
                "on. Each judgement stands for as many crimes as it was drawn from."
            ),
            Bullets(tuple(f"{CRITERION_WORDS[one.name]}: {one.meaning}" for one in CRITERIA)),
            Table(
                name="study-how",
                caption="How each judgement came to stand",
                columns=(text("how", "How"), count("n", "Crimes")),
                frame=how.with_columns(pl.col("how").replace(words)),
            ),
            Paragraph(
                "Low counts crimes nobody could tell as not organised; high counts them as "
                "organised. Intervals are for the sample: they do not cover mistakes both people "
                "made alike, nor crime that was never recorded."
            ),
        ]
    )


def _content(
    study: Study, blocks: list[Block], names: tuple[str, ...], first: Content | None = None
) -> Content:
    """The blocks with the results behind them, and the sentences the front page lifts."""
    results = tuple(study.parts[name] for name in names if name in study.parts)
    return Content(
        blocks=_once(blocks),
        headlines=first.headlines if first else (),
        flags=first.flags if first else (),
        results=(*(first.results if first else ()), *results),
        refused=first.refused if first else False,
    )


def outcome_names() -> dict[str, str]:
    """Groups of outcomes in a board's words."""
    return GROUP_WORDS | {NO_OUTCOME: "No outcome held"}


def _once(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if not (isinstance(block, Paragraph) and not block.text)]


def _said(material: Material, result: Result, few: bool, *, instead: str = IN_TABLE) -> str:
    """The result's sentence, unless it would tell a count of few crimes."""
    if result.refused:
        return _refusal(material, result)
    return instead if material.guarded and few else result.sentence


def _refusal(material: Material, result: Result) -> str:
    """Why there is no answer; without the count where counts are masked."""
    if not material.guarded:
        return result.sentence
    return (
        "Too few sampled crimes were judged organised, or hold what this needs, to say more. "
        "Enlarge the sample where organised crime is likeliest."
    )


def _any_small(frame: pl.DataFrame, name: str) -> bool:
    """True where a count of the column is of few crimes."""
    return frame.filter((pl.col(name) > 0) & (pl.col(name) <= LARGEST_MASKED)).height > 0


def _few_control(result: Result) -> bool:
    if result.refused:
        return False
    row = result.tables["criteria"].filter(pl.col("criterion") == "control")
    return _any_small(row, "yes")


def _part(study: Study, name: str, title: str, stem: str) -> list[Block]:
    result = study.parts[name]
    if result.refused:
        return [Paragraph(_refusal(study.material, result))]
    used = {"outcomes": "charged or court", "found": "found by police"}[name]
    few = _any_small(result.tables[name].filter(pl.col("group") == used), "n")
    return [_compared(study, name, title, stem, _said(study.material, result, few))]


def _compared(study: Study, name: str, title: str, stem: str, sentence: str) -> Figure:
    """Shares of each group within the organised part and the rest."""
    frame = (
        study.parts[name]
        .tables[name]
        .with_columns(
            pl.col("group").replace(theme_names() | outcome_names()),
            part=pl.col("part").replace(PARTS),
        )
    )
    shown = without_few(study.material, frame.filter(pl.col("n") > 0), "n").sort(
        ["part", "share", "group"], descending=[True, True, False], nulls_last=True
    )
    return Figure(
        name=stem,
        title=title,
        sentence=sentence,
        table=Table(
            name=stem,
            caption=f"{title}: shares of each part, with 95% intervals",
            columns=(
                text("part", "Part"),
                text("group", name.capitalize()),
                per_cent(study.material, "share", "Share"),
                per_cent(study.material, "from", "From"),
                per_cent(study.material, "to", "To"),
                count("n", "Sampled crimes"),
            ),
            frame=shown.select("part", "group", "share", "from", "to", "n"),
        ),
        source=study.material.source("judgements"),
        pictures=_organised_picture(shown, stem, title if sentence == IN_TABLE else sentence),
    )


def _organised_picture(shown: pl.DataFrame, stem: str, sentence: str) -> tuple[Picture, ...]:
    rows = shown.filter((pl.col("part") == PARTS["organised"]) & pl.col("share").is_not_null())
    if rows.is_empty():
        return ()
    return (
        interval_chart(
            rows.select(
                label="group",
                value="share",
                lo="from",
                hi="to",
            ),
            unit="per cent of crimes judged organised, with 95% intervals",
            name=stem,
            title=sentence,
            source="",
        ),
    )


def _criteria(study: Study, result: Result) -> Figure:
    frame = result.tables["criteria"].with_columns(
        name=pl.col("criterion").replace(CRITERION_WORDS)
    )
    shown = without_few(study.material, frame, "yes")
    rows = shown.filter(pl.col("lo").is_not_null())
    sentence = "What coders answered of the crimes judged organised: how many were each of these."
    pictures = (
        (
            interval_chart(
                rows.select(
                    label="name",
                    value="lo",
                    lo="from",
                    hi="to",
                ),
                unit="per cent of crimes judged organised; the mark is the low bound, the line "
                "reaches as far as the unknown and chance allow",
                name="organised-criteria",
                title="What crimes judged organised are like",
                source="",
            ),
        )
        if rows.height
        else ()
    )
    return Figure(
        name="organised-criteria",
        title="What crimes judged organised are like",
        sentence=sentence,
        table=Table(
            name="organised-criteria",
            caption="Low: unknown counted as no; high: as yes; from and to: with chance, 95%",
            columns=(
                text("name", "Criterion"),
                per_cent(study.material, "lo", "Low"),
                per_cent(study.material, "hi", "High"),
                per_cent(study.material, "from", "From"),
                per_cent(study.material, "to", "To"),
                count("yes", "Yes"),
                count("unknown", "Unknown"),
            ),
            frame=shown.select("name", "lo", "hi", "from", "to", "yes", "unknown"),
        ),
        source=study.material.source("judgements"),
        pictures=pictures,
    )


def _coverage(study: Study) -> list[Block]:
    mapped = study.parts["mapped"]
    few = not mapped.refused and _any_small(mapped.tables["coverage"], "yes")
    tied = NOT_SHOWN.format(what="can be tied to somebody in a mapped group")
    blocks: list[Block] = [Paragraph(_said(study.material, mapped, few, instead=tied))]
    groups = study.parts.get("groups")
    if groups is None:
        blocks.append(
            Paragraph(
                "How many groups are estimated beside those mapped was not given. Mapping is the "
                "decision of police and region; only they know how many there are."
            )
        )
    else:
        blocks += [
            Paragraph(groups.sentence),
            Caution(
                "Whether numbers of groups may be published is for the police to decide and "
                "record. Candidates that a method finds are proposals."
            ),
        ]
    return blocks


def _distribution(study: Study, name: str, stem: str, caption: str) -> list[Block]:
    result = study.parts.get(name)
    if result is None:
        return [Paragraph(NOT_TRIED)]
    if result.refused:
        return [Paragraph(_refusal(study.material, result))]
    frame = result.tables[name].with_columns(pl.col("part").replace(PARTS))
    values = ("median", "median_lo", "median_hi", "mean", "mean_lo", "mean_hi")
    frame = frame.with_columns(pl.col(one).round_sig_figs(2) for one in values)
    labels = {
        "median": "Median",
        "median_lo": "From",
        "median_hi": "To",
        "mean": "Mean",
        "mean_lo": "From ",
        "mean_hi": "To ",
    }
    return [
        Figure(
            name=f"organised-{stem}",
            title=caption,
            sentence=result.sentence,
            table=Table(
                name=f"organised-{stem}",
                caption=f"{caption}: median and mean with 95% intervals, to two figures",
                columns=(
                    text("part", "Part"),
                    count("crimes", "Sampled crimes"),
                    count("with_value", "Of them with a value"),
                    *(_amount(one, labels[one]) for one in values),
                ),
                frame=frame.select("part", "crimes", "with_value", *values),
            ),
            source=study.material.source("judgements"),
        )
    ]


def _amount(name: str, label: str) -> Column:
    form = Form.RATE
    return Column(name=name, label=label, form=form, guard=Guard.FROM_COUNT, blank="too few")


def _notes(study: Study, chapter: str) -> list[Block]:
    """Interview themes of the chapter: what was said, by whom in role, grouped by theme."""
    heading = Heading("What people said")
    rows = None if study.notes is None else study.notes.filter(pl.col("chapter") == chapter)
    if rows is None or rows.is_empty():
        return [heading, Paragraph(NO_NOTES)]
    blocks: list[Block] = [heading]
    speakers = rows["role"].n_unique()
    blocks.append(
        Paragraph(
            f"{counted(rows.height, 'note').capitalize()} from people in "
            f"{counted(speakers, 'role')}. They are what was said, not how often it is true."
        )
    )
    for (theme,), part in rows.sort("theme", "note_id").group_by(["theme"], maintain_order=True):
        items = tuple(f"{told['text']} ({told['role']})" for told in part.iter_rows(named=True))
        blocks += [Paragraph(f"{str(theme).capitalize()}:"), Bullets(items)]
    return blocks
