"""A document: its front page, the sections that could be built, those that could not, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import frith
from frith.profile.content import Block, Content, Figure, Table
from frith.profile.masking import masked
from frith.profile.material import Material
from frith.profile.needs import Need, unmet
from frith.profile.section import Section, Topic
from frith.reference.regimes import Marking, Regime
from frith.tables.dataset import Dataset

SYNTHETIC = "SYNTHETIC"
"""The word on every page of a document made from data that nobody lived."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """A section that was built."""

    name: str
    title: str
    content: Content

    @property
    def status(self) -> str:
        """`done`, or `refused` where the data turned out too thin."""
        return "refused" if self.content.refused else "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A section that was not built: what it would answer, and each unmet need with its reason."""

    name: str
    title: str
    question: str
    reasons: tuple[tuple[Need, str], ...]

    @property
    def status(self) -> str:
        """Always `missing`."""
        return "missing"


@dataclass(frozen=True, kw_only=True)
class Document:
    """All that a renderer needs; it adds no sentence of its own."""

    title: str
    area_name: str
    dataset_name: str
    on: date
    version: str
    marking: Marking
    synthetic: bool
    guarded: bool
    months: tuple[str, ...]
    front: Content
    sections: tuple[Built, ...]
    missing: tuple[Missing, ...]
    not_covered: Content
    appendix: tuple[Built, ...]

    @property
    def parts(self) -> tuple[Built, ...]:
        """Everything built, front to back."""
        front = Built(name="in-brief", title="In brief", content=self.front)
        missing = Built(
            name="not-covered",
            title="What this document does not cover, and what it would need",
            content=self.not_covered,
        )
        return (front, *self.sections, missing, *self.appendix)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order of appearance."""
        return tuple(table for part in self.parts for table in part.content.tables)

    @property
    def file_prefix(self) -> str:
        """How the names of all files of the document begin."""
        return f"{SYNTHETIC}-" if self.synthetic else ""

    @property
    def banner(self) -> str:
        """What stands at the head and foot of every page."""
        return f"{self.marking} – {SYNTHETIC} DATA" if self.synthetic else str(self.marking)


def marking_of(dataset: Dataset) -> Marking:
    """OFFICIAL for open or synthetic data alone; OFFICIAL-SENSITIVE where any is not."""
    quiet = (Regime.OPEN, Regime.SYNTHETIC)
    files = dataset.about.files.values()
    if files and all(note.regime in quiet for note in files):
        return Marking.OFFICIAL
    return Marking.OFFICIAL_SENSITIVE


def assemble(
    material: Material,
    *,
    title: str,
    registry: Sequence[Section],
    topics: Sequence[Topic],
    front: Callable[[Material, Sequence[Built]], Content],
    not_covered: Callable[[Sequence[Missing]], Content],
    appendix: Callable[[Material, Sequence[Built]], tuple[Built, ...]],
    questions: Mapping[str, str] | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Document:
    """Build every section whose needs are met, list the rest, put front and appendix round them.

    `registry` in order of appearance; `topics` are questions no section here answers, listed with
    what they need; a topic is dropped once a section of its name is registered. `questions`: what
    sections that are no topic answer, by name. `step` hears each section's title as it begins. The
    same material gives the same document.
    """
    asked = {**(questions or {}), **{topic.name: topic.question for topic in topics}}
    built: list[Built] = []
    missing: list[Missing] = []
    for section in registry:
        step(section.title)
        lacking = unmet(section.needs, material.dataset)
        if lacking:
            missing.append(
                Missing(
                    name=section.name,
                    title=section.title,
                    question=section.question or asked.get(section.name, ""),
                    reasons=lacking,
                )
            )
        else:
            built.append(_fit(section.name, section.title, section.build(material), material))
    registered = {section.name for section in registry}
    missing += _unanswered((one for one in topics if one.name not in registered), material.dataset)
    step("Front page and appendix")
    return Document(
        title=f"{SYNTHETIC}: {title}" if material.dataset.synthetic else title,
        area_name=material.area_name,
        dataset_name=material.dataset.about.name,
        on=material.on,
        version=frith.__version__,
        marking=marking_of(material.dataset),
        synthetic=material.dataset.synthetic,
        guarded=material.guarded,
        months=material.months,
        front=_fit("", "", front(material, built), material).content,
        sections=tuple(built),
        missing=tuple(missing),
        not_covered=not_covered(missing),
        appendix=tuple(
            _fit(one.name, one.title, one.content, material) for one in appendix(material, built)
        ),
    )


def _unanswered(topics: Iterable[Topic], dataset: Dataset) -> list[Missing]:
    """Topics with what is lacking; where nothing lacks, that no section answers them yet."""
    return [
        Missing(
            name=topic.name,
            title=topic.title,
            question=topic.question,
            reasons=unmet(topic.needs, dataset)
            or tuple(
                (need, "We hold this; this version of frith does not yet report on it.")
                for need in topic.needs
            ),
        )
        for topic in topics
    ]


def _fit(name: str, title: str, content: Content, material: Material) -> Built:
    """The section as its readers may see it: every table masked where the regime asks for it."""
    if not material.guarded:
        return Built(name=name, title=title, content=content)
    hidden = replace(
        content,
        blocks=tuple(_fit_block(block) for block in content.blocks),
        extra_tables=tuple(masked(table) for table in content.extra_tables),
    )
    return Built(name=name, title=title, content=hidden)


def _fit_block(block: Block) -> Block:
    if isinstance(block, Figure):
        return replace(block, table=masked(block.table))
    return masked(block) if isinstance(block, Table) else block
