"""A section: a name, a title, what it needs, how it is built. Sections are data in a registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from frith.profile.content import Content
from frith.profile.material import Material
from frith.profile.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a document. It appears where the data set meets every one of its needs.

    `name` is for programs and addresses (letters and hyphens), `title` for the reader. `build`
    makes the content from the material; it is not called where a need is unmet. `question` is what
    it answers, asked where it is missing; blank: that of the topic of its name.
    """

    name: str
    title: str
    needs: tuple[Need, ...]
    build: Callable[[Material], Content]
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A question a local profile should answer, whether or not a section can answer it yet."""

    name: str
    title: str
    question: str
    needs: tuple[Need, ...]
