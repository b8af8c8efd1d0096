"""The front page: what the document is, its main figures, and what it cannot show."""

from __future__ import annotations

from collections.abc import Sequence

import frith
from frith.profile.content import Block, Bullets, Caution, Content, Facts, Heading, Paragraph
from frith.profile.document import Built, marking_of
from frith.profile.masking import SAID
from frith.profile.material import Material
from frith.profile.publishers import written_out
from frith.profile.sections.quality import cannot_show
from frith.profile.words import counted, day, month_runs

MOST_LIMITS = 4
"""How many of the limits stand on the front page; all of them stand with the data's quality."""


def title(material: Material) -> str:
    """The document's title."""
    return (
        f"Recorded crime in {material.area_name}: "
        "context for a local profile of serious and organised crime"
    )


def front(material: Material, built: Sequence[Built]) -> Content:
    """A few sentences, the main figures, the facts of the document, and its limits."""
    blocks: list[Block] = []
    if material.dataset.synthetic:
        blocks.append(
            Caution(
                "These data are SYNTHETIC: a computer made them for practice. Nothing here "
                "describes a real place or a real person."
            )
        )
    blocks.append(Paragraph(_what_this_is(material)))
    headlines = [line for one in built for line in one.content.headlines]
    if headlines:
        blocks += [Heading("Main figures"), Bullets(tuple(headlines))]
    blocks += [
        Heading("What this document cannot show"),
        Bullets(cannot_show(material)[:MOST_LIMITS]),
    ]
    if material.guarded:
        blocks.append(Caution(SAID))
    blocks += [Heading("About this document"), Facts(_facts(material))]
    return Content(blocks=blocks)


def _what_this_is(material: Material) -> str:
    if not material.months:
        return (
            f"This document was to describe recorded crime in {material.area_name}. We hold no "
            "recorded crime, so it lists what would be needed."
        )
    return (
        f"This document describes crime that was reported or found, and written down, in "
        f"{material.area_name}. It is context for a local profile of serious and organised crime. "
        "It is not that profile: it does not say which crime was organised, who did it, or how "
        "much was never reported. The data that would say more, and who usually holds them, are "
        "listed near the end."
    )


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    about = material.dataset.about
    facts = [("Area", f"{about.area_name} ({about.area})")]
    if about.period is not None:
        facts.append(("Period", f"{day(about.period[0])} to {day(about.period[1])}"))
    if material.months:
        months = f"{counted(len(material.months), 'month')}: {month_runs(material.months)}"
        facts.append(("Months held", months))
    publishers = dict.fromkeys(
        name for note in about.files.values() for name in written_out(note.publisher)
    )
    facts += [
        ("Sources", "; ".join(publishers) or "not stated"),
        ("Marking", str(marking_of(material.dataset))),
        ("Date", day(material.on)),
        ("Version", f"frith {frith.__version__}"),
    ]
    return tuple(facts)
