"""A picture and its table, and the one place where a Vega-Lite specification becomes SVG or PNG."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any, NotRequired, Required, TypedDict

import polars as pl
import vl_convert

from frith.errors import Fault

VEGA_LITE = "6.4"

_TAG = re.compile(r"<[^>]*>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_COORDINATES = re.compile(r'\b(?:d|transform|x1|x2|y1|y2|width|height|x|y)="[^"]*"')
_INNER_ROLE = re.compile(r' (?:aria-[a-z]+|role|pointer-events|xmlns:xlink|version)="[^"]*"')
_BLANK = re.compile(r'<path class="(?:background|foreground)"[^>]*/>')
_ID = re.compile(r'(?<=\bid=")[^"]+(?=")|(?<=url\(#)[^)]+(?=\))')


class Words(TypedDict, total=False):
    """What the caller says in words; every drawing function takes these."""

    name: Required[str]  # a short name for files and identifiers
    title: Required[str]  # the finding, as a sentence
    source: Required[str]  # who published the data, and for when
    note: NotRequired[str]  # what the reader must know, printed above the source
    alt: NotRequired[str]  # the text alternative; made from the table where it is not given


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn table: SVG, the Vega-Lite specification it came from, its table and its words."""

    name: str
    title: str
    svg: str = field(repr=False)
    spec: dict[str, Any] = field(repr=False)
    table: pl.DataFrame = field(repr=False)
    alt: str
    source: str

    def png(self, scale: float = 2) -> bytes:
        """The picture as PNG bytes, `scale` dots to the pixel."""
        return bytes(vl_convert.svg_to_png(self.svg, scale=scale))


def picture(spec: dict[str, Any], table: pl.DataFrame, *, words: Words, alt: str) -> Picture:
    """Draw a specification; `alt` is used where the caller gave no text alternative."""
    said = words.get("alt") or alt
    spec = {**spec, "description": said}
    return Picture(
        name=words["name"],
        title=words["title"],
        svg=draw(spec, name=words["name"], title=words["title"], alt=said),
        spec=spec,
        table=table,
        alt=said,
        source=words["source"],
    )


def draw(spec: dict[str, Any], *, name: str, title: str, alt: str) -> str:
    """A specification as stand-alone SVG: no scripts, no links, nothing fetched."""
    try:
        svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    except ValueError as error:
        reason = str(error).splitlines()[:2]
        raise Fault(f"{name}: the picture could not be drawn ({' '.join(reason)})") from error
    return _accessible(_tidy(svg), name=name, title=title, alt=alt)


def _tidy(svg: str) -> str:
    """Shorter SVG: coordinates to a hundredth of a pixel, no blank marks, no inner roles."""
    return _TAG.sub(_tidy_tag, _BLANK.sub("", svg))


def _tidy_tag(found: re.Match[str]) -> str:
    tag = _INNER_ROLE.sub("", found[0])
    return _COORDINATES.sub(lambda part: _LONG_NUMBER.sub(_rounded, part[0]), tag)


def _rounded(found: re.Match[str]) -> str:
    short = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _accessible(svg: str, *, name: str, title: str, alt: str) -> str:
    """One image with a name and a description; identifiers made unique to the picture."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "picture"
    # The renderer counts identifiers on from picture to picture: counted afresh, a table is drawn
    # to the same bytes whatever was drawn before it.
    own: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        return own.setdefault(found[0], f"{stem}-{len(own) + 1}")

    svg = _TAG.sub(lambda tag: _ID.sub(renamed, tag[0]), svg)
    head, rest = svg.split(">", 1)
    head += f' role="img" aria-label="{escape(alt)}"'
    return f"{head}><title>{escape(title)}</title><desc>{escape(alt)}</desc>{rest}"
