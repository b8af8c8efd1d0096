"""The front page: what the document is, its main figures, and what it cannot show."""

from __future__ import annotations

from collections.abc import Sequence

import frith
from frith.profile.content import Block, Bullets, Caution, Content, Facts, Heading, Paragraph
from frith.profile.document import Built, marking_of
from frith.profile.masking import SAID
from frith.profile.material import Material
from frith.profile.publishers import written_out
from frith.profile.sections import CHAPTERS
from frith.profile.sections.quality import cannot_show
from frith.profile.words import counted, day, month_runs, sentence_list

MOST_LIMITS = 4
"""How many of the limits stand on the front page; all of them stand with the data's quality."""

MAIN = "Main figures"
"""What figures of a section without a chapter stand under."""
BEYOND = {
    "organised-share": "what share of it two people judged organised",
    "groups": "how many groups, unnamed, are recorded together beyond chance",
    "hidden-extent": "how many possible victims there may be in all",
}
"""What goes beyond recorded crime, by the section that says it."""


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
    blocks.append(Paragraph(_what_this_is(material, built)))
    for chapter, headlines in _by_chapter(built):
        blocks += [Heading(chapter), Bullets(headlines)]
    blocks += [
        Heading("What this document cannot show"),
        Bullets(cannot_show(material)[:MOST_LIMITS]),
    ]
    if material.guarded:
        blocks.append(Caution(SAID))
    blocks += [Heading("About this document"), Facts(_facts(material))]
    return Content(blocks=blocks)


def _by_chapter(built: Sequence[Built]) -> list[tuple[str, tuple[str, ...]]]:
    """The sentences that sections send to the front page, by chapter, in order of reading."""
    chapter_of = {one.name: title for title, held in CHAPTERS for one in held}
    found: dict[str, list[str]] = {}
    for one in built:
        if one.content.headlines:
            found.setdefault(chapter_of.get(one.name, MAIN), []).extend(one.content.headlines)
    return [(title, tuple(lines)) for title, lines in found.items()]


def _what_this_is(material: Material, built: Sequence[Built]) -> str:
    if not material.months:
        return (
            f"This document was to describe recorded crime in {material.area_name}. We hold no "
            "recorded crime, so it lists what would be needed."
        )
    done = {one.name for one in built if not one.content.refused}
    beyond = [words for name, words in BEYOND.items() if name in done]
    if beyond:
        return (
            f"This document describes crime that was reported or found, and written down, in "
            f"{material.area_name}. It also says {sentence_list(beyond)}. It is material for a "
            "local profile of serious and organised crime, not the profile: which group is a "
            "threat, what a figure means and what to do are for named people to judge. What is "
            "missing, and who usually holds it, is listed near the end."
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
