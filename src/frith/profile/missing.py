"""What the document does not cover, why, and who usually holds the data that would change that."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from frith.profile.content import Bullets, Content, Paragraph, Table, text
from frith.profile.document import Missing
from frith.profile.words import capital

_COLUMNS = (
    text("section", "Section"),
    text("lacking", "What is lacking"),
    text("why", "What it is needed for"),
    text("holder", "Who usually holds it"),
)


def missing_content(missing: Sequence[Missing]) -> Content:
    """The questions left open, and a table of what each would need."""
    if not missing:
        return Content(blocks=[Paragraph("Every section this version knows could be built.")])
    rows = [
        {
            "section": one.title,
            "lacking": reason,
            "why": capital(f"to {need.why}."),
            "holder": capital(f"{need.holder}."),
        }
        for one in missing
        for need, reason in one.reasons
    ]
    questions = tuple(f"{one.title}. {one.question}" for one in missing if one.question)
    table = Table(
        name="not-covered",
        caption="Sections not built, and the data they need",
        columns=_COLUMNS,
        frame=pl.DataFrame(rows, schema=dict.fromkeys((c.name for c in _COLUMNS), pl.String)),
    )
    said = Paragraph(
        "A local profile of serious and organised crime should answer these questions too. Each "
        "section appears by itself once the data it needs are in the data set."
    )
    return Content(blocks=[said, *([Bullets(questions)] if questions else []), table])
