"""The evidence of candidate groups as one document: a card a group, an index, what was dropped.

A restricted document: it holds persons' identifiers and exact counts, so nothing in it is masked.
It holds no name: who a person is, is looked up in the records themselves, where looking leaves a
trace; a file that named suspects would be an arrest list once it was passed on.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

import frith
from frith.networks import Groups
from frith.profile.document import SYNTHETIC, Built, Document
from frith.profile.evidence_card import card
from frith.profile.evidence_case import Case
from frith.profile.evidence_front import appendix, front, limits
from frith.profile.evidence_html import render_evidence
from frith.reference.regimes import Marking, Regime
from frith.tables.dataset import Dataset

FILE = "evidence.html"


def build_evidence(
    found: Groups, dataset: Dataset, *, on: date, persons: pl.DataFrame | None = None
) -> Case:
    """Everything the document says, by group.

    `found`: an answer of `frith.networks.find_groups` on this data set, not refused. `on`: the date
    the document bears. `persons`: the map it was given. Nothing is written.
    """
    return Case(found=found, dataset=dataset, on=on, persons=persons)


def evidence_document(case: Case) -> Document:
    """The document: a section a group, in order of place and then of number."""
    title = f"Candidate groups in {case.material.area_name}: the evidence for each"
    synthetic = case.dataset.synthetic
    return Document(
        title=f"{SYNTHETIC}: {title}" if synthetic else title,
        area_name=case.material.area_name,
        dataset_name=case.dataset.about.name,
        on=case.on,
        version=frith.__version__,
        marking=marking(case.dataset),
        synthetic=synthetic,
        guarded=False,
        months=(),
        front=front(case),
        sections=tuple(
            Built(name=name.lower(), title=case.title_of(name), content=card(case, name))
            for name in case.order
        ),
        missing=(),
        not_covered=limits(case),
        appendix=appendix(case),
    )


def write_evidence(case: Case, folder: Path) -> Path:
    """`evidence.html` in this folder, written over where it was there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(render_evidence(evidence_document(case), case), "utf-8")
    return path


def marking(dataset: Dataset) -> Marking:
    """OFFICIAL only where every file is made up: whatever lists people is otherwise sensitive."""
    files = dataset.about.files.values()
    if files and all(note.regime is Regime.SYNTHETIC for note in files):
        return Marking.OFFICIAL
    return Marking.OFFICIAL_SENSITIVE


def marking_line(dataset: Dataset) -> str:
    """The marking as every page and export bears it; made-up data say so."""
    line = str(marking(dataset))
    return f"{line} – {SYNTHETIC} DATA" if dataset.synthetic else line
