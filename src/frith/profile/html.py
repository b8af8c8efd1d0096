"""One self-contained HTML file, or its body and style sheet apart for another page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from frith.errors import Fault
from frith.profile.document import Document
from frith.profile.layout import lay_out

_NOT_IN_PICTURES = re.compile(
    r"<script|<style|\sstyle\s*=|\son[a-z]+\s*=|<foreignObject|(?:href|src)\s*=\s*[\"'](?!#)",
    re.IGNORECASE,
)
"""What would need a looser policy than the page's, or fetch something."""


_SHEETS = """@page {
margin: 20mm 15mm;
@top-center { content: "MARKING"; font: bold 10pt Arial, sans-serif; }
@bottom-center { content: "MARKING"; font: bold 10pt Arial, sans-serif; }
@bottom-right { content: counter(page); font: 9pt Arial, sans-serif; }
}
"""
"""Every printed sheet carries the marking, whatever the browser prints besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A document's body and style sheet, for a site that shows it inside its own page.

    `body` holds no style attribute, no script and fetches nothing; every selector of `css` is
    under the class `profile`.
    """

    body: str
    css: str


def render_html(document: Document) -> str:
    """The whole document as one file: no script, nothing fetched, its own content policy.

    The policy allows the one style sheet by its hash and nothing else. Raises `Fault` where a
    picture holds what the policy would refuse.
    """
    fragment = render_fragment(document)
    css = fragment.css + _SHEETS.replace("MARKING", document.banner)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    page = _environment().get_template("page.html.j2")
    return page.render(
        doc=lay_out(document),
        body=Markup(fragment.body),  # noqa: S704  # nosec B704 - escaped just above
        css=Markup(css),  # noqa: S704  # nosec B704 - our own words
        policy=(
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
            "form-action 'none'"
        ),
    )


def render_fragment(document: Document, *, tables_at: str | None = "tables/") -> Fragment:
    """Body and style sheet apart. `tables_at`: address before each CSV file's name; None: no links.

    Raises `Fault` where a picture holds a script, a style attribute or an outside address.
    """
    doc = lay_out(document)
    for part in doc["parts"]:
        for block in part["blocks"]:
            for picture in block.get("pictures", ()):
                _check(picture["svg"], block["id"])
    body = _environment().get_template("body.html.j2").render(doc=doc, tables_at=tables_at)
    return Fragment(body=body, css=style_sheet())


@cache
def style_sheet() -> str:
    """The document's style sheet."""
    environment = _environment()
    source, _, _ = environment.loader.get_source(environment, "profile.css")  # type: ignore[union-attr]
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
    """A picture drawn by this library, checked before it came here."""
    return Markup(svg)  # noqa: S704  # nosec B704


def _check(svg: str, where: str) -> None:
    found = _NOT_IN_PICTURES.search(svg)
    if found:
        raise Fault(f"{where}: a picture holds {found[0].strip()!r}, which the page refuses")
