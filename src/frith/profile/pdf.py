"""One PDF: tagged, PDF/UA-1, the same words as the HTML, drawn by typst."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal

from frith.errors import Fault
from frith.profile.document import Document
from frith.profile.layout import lay_out

FONTS = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans", "Libertinus Serif")
"""In order of preference. Typst carries the last itself, so it is there on a bare machine."""
STANDARD: Literal["ua-1"] = "ua-1"


def render_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1: tagged, titled, in English, with alternative texts.

    The bytes depend on the document, the fonts found and typst's version; the only date inside is
    the document's own. Raises `Fault` where typst refuses it.
    """
    import typst

    template = files("frith.profile").joinpath("templates", "profile.typ").read_bytes()
    try:
        return bytes(
            typst.compile(
                template,
                format="pdf",
                pdf_standards=[STANDARD],
                sys_inputs={
                    "document": json.dumps(lay_out(document), ensure_ascii=False),
                    "font": font(),
                },
                timestamp=0,
            )
        )
    except typst.TypstError as error:
        raise Fault(f"the PDF could not be made: {error}") from error


@cache
def font() -> str:
    """The first font of `FONTS` that this machine has."""
    import typst

    held = set(typst.Fonts(include_system_fonts=True).families())
    return next(name for name in FONTS if name in held)
