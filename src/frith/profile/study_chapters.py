"""The four chapters of a study's report: scale, community, nature, response; and its method.

The questions are those of Crocker and others (2016): scale and distribution of
victimisation, impact on the community, nature of organised crime, effectiveness of the response.
"""

from __future__ import annotations

import polars as pl

from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Content,
    Heading,
    Paragraph,
    Table,
    count,
    text,
)
from frith.profile.sections import community as felt
from frith.profile.sections import organised_share, tension
from frith.profile.sections.organised_share import CRITERION_WORDS
from frith.profile.study_figures import (
    NOT_SHOWN,
    NOT_TRIED,
    any_small,
    compared,
    compared_part,
    criteria_figure,
    distribution,
    few_control,
    refusal,
    told,
)
from frith.profile.study_material import Study
from frith.profile.words import capital, counted
from frith.reference.catalogue import load
from frith.results import Result
from frith.study.groups import CANDIDATES
from frith.tables.declared.study import CRITERIA

OF_ALL_CRIME = (
    "Residents were asked about crime and fear of every kind, not about the crimes sampled here: "
    "this stands beside the shares above, and neither explains the other."
)
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
        *distribution(study, "losses", "loss", "Recorded losses, in pounds"),
        *distribution(study, "victims", "victims", "Victims on record, per crime"),
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
            told(
                study.material,
                control,
                few_control(control),
                instead=NOT_SHOWN.format(what="had people controlled or intimidated"),
            )
        ),
        Caution(
            "People who are afraid report less. A low share in a neighbourhood may be calm, or "
            "silence: set it beside where reports come from (frith silence) and what residents say."
        ),
        *_residents(study),
        *_notes(study, "community"),
    ]
    return Content(blocks=_once(blocks))


def _residents(study: Study) -> list[Block]:
    """What residents answered and how tense places were judged, where the data set holds them."""
    material = study.material
    blocks: list[Block] = [Heading("What residents say")]
    if not material.dataset.has("survey"):
        said = "We hold no survey, so what residents feel is not known here."
        return [*blocks, Paragraph(said)]
    blocks += felt.build(material).blocks
    if material.dataset.has("tension"):
        blocks += [Heading("Tension, as judged"), *tension.build(material).blocks]
    return [*blocks, Caution(OF_ALL_CRIME)]


def nature(study: Study) -> Content:
    """Nature of organised crime."""
    blocks: list[Block] = []
    themes, criteria = study.parts["themes"], study.parts["criteria"]
    if themes.refused:
        blocks.append(Paragraph(refusal(study.material, themes)))
    else:
        named = themes.tables["themes"].filter(pl.col("part") == "organised")
        few = any_small(named.sort("share", descending=True, nulls_last=True).head(3), "n")
        blocks.append(
            compared(
                study,
                "themes",
                "Themes of crimes judged organised, and of the others",
                "organised-themes",
                told(study.material, themes, few),
            )
        )
    if not criteria.refused:
        blocks.append(criteria_figure(study, criteria))
    if "found" in study.parts:
        blocks += compared_part(
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
            compared_part(
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


def _once(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if not (isinstance(block, Paragraph) and not block.text)]


def _coverage(study: Study) -> list[Block]:
    mapped = study.parts["mapped"]
    few = not mapped.refused and any_small(mapped.tables["coverage"], "yes")
    tied = NOT_SHOWN.format(what="can be tied to somebody in a mapped group")
    blocks: list[Block] = [Paragraph(told(study.material, mapped, few, instead=tied))]
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
            Paragraph(_groups_said(study, groups)),
            Caution(
                "Whether numbers of groups may be published is for the police to decide and "
                "record. Candidates that a method finds are proposals."
            ),
        ]
    return blocks


def _groups_said(study: Study, groups: Result) -> str:
    """The two counts of groups; candidates as the local profile counts them."""
    said = groups.sentence
    how = str(groups.parameters.get("how", ""))
    if study.material.guarded and how.startswith(CANDIDATES):
        n = int(groups.parameters["estimated"])
        said = said.replace(f"{n:,} {how}", f"{study.material.said(n)} {how}", 1)
    return capital(said)


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
