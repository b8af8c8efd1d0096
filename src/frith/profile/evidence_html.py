"""The evidence document as one self-contained HTML file: no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from frith.charts.sketches import occasion_axis, ties_key
from frith.profile.document import Document
from frith.profile.evidence_case import Case
from frith.profile.evidence_front import index
from frith.profile.html import style_sheet
from frith.profile.layout import lay_out

SHEETS = """@page {
margin: 18mm 14mm;
@top-center { content: "MARKING"; font: bold 10pt Arial, sans-serif; }
@bottom-center { content: "MARKING"; font: bold 10pt Arial, sans-serif; }
@bottom-right { content: counter(page); font: 9pt Arial, sans-serif; }
}
"""
"""Every printed sheet carries the marking."""


def render_evidence(document: Document, case: Case) -> str:
    """The whole document as one file, with a policy that allows its one style sheet alone.

    Cards are open, so that every browser prints them, and can be closed by the reader.
    """
    css = style_sheet() + _source("evidence.css") + SHEETS.replace("MARKING", document.banner)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    laid_out = lay_out(document)
    drawings = (
        occasion_axis(*case.period),
        ties_key(),
        case.ground.symbol if case.ground else "",
    )
    body = (
        _environment()
        .get_template("evidence.html.j2")
        .render(
            doc=laid_out,
            index=index(case),
            cards={name.lower() for name in case.order},
            drawings=Markup("".join(drawings)),  # noqa: S704  # nosec B704 - our own
        )
    )
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            doc=laid_out,
            body=Markup(body),  # noqa: S704  # nosec B704 - escaped just above
            css=Markup(css),  # noqa: S704  # nosec B704 - our own words
            policy=(
                f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
                "form-action 'none'"
            ),
        )
    )


def _source(name: str) -> str:
    environment = _environment()
    source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]
    return source


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("frith.profile", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["picture"] = _picture
    return environment


def _picture(svg: str) -> Markup:
    """A picture drawn by `frith.charts.sketches`, whose every word was escaped there."""
    return Markup(svg)  # noqa: S704  # nosec B704
