"""The documents of a study: its report in four chapters, and the guidance that coders read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from frith.profile.appendix import appendix
from frith.profile.content import Block, Bullets, Caution, Content, Facts, Heading, Paragraph
from frith.profile.document import Built, Document, Missing, assemble, marking_of
from frith.profile.masking import SAID
from frith.profile.material import Material
from frith.profile.section import Section
from frith.profile.sections.organised_share import LIMITS
from frith.profile.study_chapters import community, elsewhere, method, nature, response, scale
from frith.profile.study_material import Study
from frith.profile.words import day
from frith.study.forms import guidance
from frith.tables.dataset import Dataset

TITLE = "How much of recorded crime is organised"
KEPT = ("methods", "flags", "sources")
CHAPTERS: tuple[tuple[str, str, Callable[[Study], Content]], ...] = (
    ("scale", "1. Scale and distribution of victimisation", scale),
    ("community", "2. Impact on the community", community),
    ("nature", "3. Nature of organised crime", nature),
    ("response", "4. Effectiveness of the response", response),
    ("method", "How it was done", method),
    ("elsewhere", "What the research found elsewhere", elsewhere),
)


def build_study_document(study: Study) -> Document:
    """The report of one study, dated and seeded as its material is."""
    return assemble(
        study.material,
        title=f"{TITLE} in {study.material.area_name}",
        registry=tuple(
            Section(name=name, title=title, needs=(), build=_with(study, build))
            for name, title, build in CHAPTERS
        ),
        topics=(),
        front=_front,
        not_covered=_not_covered,
        appendix=_appendix,
    )


def _with(study: Study, build: Callable[[Study], Content]) -> Callable[[Material], Content]:
    return lambda _material: build(study)


def _front(material: Material, built: Sequence[Built]) -> Content:
    headlines = tuple(line for one in built for line in one.content.headlines)
    blocks: list[Block] = []
    if material.dataset.synthetic:
        blocks.append(
            Caution(
                "These data are SYNTHETIC: a computer made them for practice. Nothing here "
                "describes a real place or a real person."
            )
        )
    blocks += [
        Paragraph(
            "Two people read the same sample of recorded crimes apart and judged which were "
            "organised, by criteria agreed beforehand. This report says what share that was, how "
            "sure one can be, what the organised part is like, and what was done about it."
        ),
        Heading("In one sentence"),
        Bullets(headlines or ("The judgements give no answer.",)),
        Heading("What this cannot say"),
        Bullets(LIMITS),
    ]
    if material.guarded:
        blocks.append(Caution(SAID))
    facts = (
        ("Area", material.area_name),
        ("Data set", material.dataset.about.name),
        ("Marking", str(marking_of(material.dataset))),
        ("Date", day(material.on)),
    )
    return Content(blocks=[*blocks, Heading("About this document"), Facts(facts)])


def _not_covered(_missing: Sequence[Missing]) -> Content:
    return Content(
        blocks=[
            Paragraph(
                "How many people are exploited and never recorded (frith extent), which places "
                "stand out (frith hotspots), who is recorded together beyond chance (frith "
                "groups), and whether anything done has worked (frith evaluate) are other "
                "questions with methods of their own."
            )
        ]
    )


def _appendix(material: Material, built: Sequence[Built]) -> tuple[Built, ...]:
    """Methods, flags and sources; the local profile's glossary says nothing here."""
    return tuple(part for part in appendix(material, built) if part.name in KEPT)


def build_guidance(dataset: Dataset, *, definition: str, on: date) -> Document:
    """The page a coder reads before judging: the definition, the criteria, the rules."""
    lines = guidance(definition)
    page = Content(blocks=[Paragraph(lines[0]), Bullets(tuple(lines[1:]))])
    return assemble(
        Material(dataset=dataset, on=on, seed=0),
        title="Judging whether a recorded crime was organised: guidance for coders",
        registry=(
            Section(name="guidance", title="What to do", needs=(), build=lambda _material: page),
        ),
        topics=(),
        front=_guidance_front,
        not_covered=lambda _missing: Content(
            blocks=[Paragraph("What the judgements come to: that is the study's report.")]
        ),
        appendix=lambda _material, _built: (),
    )


def _guidance_front(material: Material, _built: Sequence[Built]) -> Content:
    return Content(
        blocks=[
            Paragraph(
                "You have a form with some recorded crimes. Somebody else has the same crimes, or "
                "most of them. Judge yours alone; how far you two agree is part of the answer."
            ),
            Facts((("Area", material.area_name), ("Date", day(material.on)))),
        ]
    )
