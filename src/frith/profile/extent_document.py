"""The two pages of one estimate: what a board reads, and what a statistician asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from frith.prevalence.captures import Captures
from frith.prevalence.extent import Extent
from frith.profile.appendix import appendix
from frith.profile.content import Block, Bullets, Caution, Content, Facts, Heading, Paragraph
from frith.profile.document import Built, Document, Missing, assemble, marking_of
from frith.profile.masking import SAID
from frith.profile.material import Material
from frith.profile.sections import hidden_extent
from frith.profile.words import day
from frith.reference.regimes import Regime
from frith.tables import TABLES, About, Dataset, FileNote, empty_frame

KEPT = ("methods", "flags")
TITLE = "How many possible victims there may be"
LIMITS = (
    "Who they are. Lists come under pseudonyms, and nothing here points to anybody.",
    "Where they are, or whether there are more than last year: two estimates differ by chance.",
    "The true number. It is an estimate under assumptions, one of which no data can test.",
)


def build_extent_document(
    found: Extent, captures: Captures, *, name: str, regime: Regime, on: date
) -> Document:
    """The document of one estimate.

    `found`: the estimate or refusal; `captures`: the lists it was made from. `name`: what the
    lists are, for the page. `regime`: under anything but open, small counts are masked and figures
    are rounded.
    """
    note = FileNote(publisher="the partners whose lists these are", regime=regime)
    about = About(name=name, area="", area_name=name, area_vintage="other", files={"lists": note})
    rows = pl.concat([empty_frame(TABLES["lists"]), membership(captures)], how="diagonal")
    dataset = Dataset(folder=Path(), about=about, tables={"lists": rows}, reports={})
    return assemble(
        Material(dataset=dataset, on=on, seed=found.seed or 0),
        title=f"{TITLE}: {name}",
        registry=(
            replace(
                hidden_extent.SECTION,
                build=lambda material: hidden_extent.content(material, found),
            ),
        ),
        topics=(),
        front=_front,
        not_covered=_not_covered,
        appendix=_appendix,
    )


def _appendix(material: Material, built: Sequence[Built]) -> tuple[Built, ...]:
    """Methods and flags; the local profile's glossary and list of files say nothing here."""
    return tuple(part for part in appendix(material, built) if part.name in KEPT)


def membership(captures: Captures) -> pl.DataFrame:
    """One row for each person on each list, with numbers for pseudonyms."""
    persons = np.repeat(captures.cells, captures.counts)
    ids = np.arange(1, len(persons) + 1)
    parts = [
        pl.DataFrame({"person_id": ids[(persons >> bit) & 1 == 1], "list": name}).with_columns(
            pl.col("person_id").cast(pl.String)
        )
        for bit, name in enumerate(captures.lists)
    ]
    return pl.concat(parts)


def _front(material: Material, built: Sequence[Built]) -> Content:
    headlines = tuple(line for one in built for line in one.content.headlines)
    blocks: list[Block] = [
        Paragraph(
            "Partners each know some of the people who may be victims of exploitation. How far "
            "their lists overlap says something of how many all of them miss."
        ),
        Heading("In one sentence"),
        Bullets(headlines or ("The lists give no answer.",)),
        Heading("What this cannot say"),
        Bullets(LIMITS),
    ]
    if material.guarded:
        blocks.append(Caution(SAID))
    facts = (
        ("Lists", material.area_name),
        ("Marking", str(marking_of(material.dataset))),
        ("Date", day(material.on)),
    )
    return Content(blocks=[*blocks, Heading("About this document"), Facts(facts)])


def _not_covered(_missing: Sequence[Missing]) -> Content:
    return Content(
        blocks=[
            Paragraph(
                "Recorded offences, referrals and reports are counted by `frith indicators` and "
                "in the local profile; none of them is the extent either."
            )
        ]
    )
