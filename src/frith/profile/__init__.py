"""Every document the library makes: sections into one HTML and one PDF; masks what is shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frith.profile.document import Document
    from frith.profile.html import Fragment, render_fragment, render_html
    from frith.profile.local_profile import Written, build_profile, write_profile
    from frith.profile.pdf import render_pdf
    from frith.profile.section import Section

__all__ = [
    "Document",
    "Fragment",
    "Section",
    "Written",
    "build_profile",
    "render_fragment",
    "render_html",
    "render_pdf",
    "write_profile",
]
_HOMES = {
    "Document": "document",
    "Fragment": "html",
    "Section": "section",
    "Written": "local_profile",
    "build_profile": "local_profile",
    "render_fragment": "html",
    "render_html": "html",
    "render_pdf": "pdf",
    "write_profile": "local_profile",
}


def __getattr__(name: str) -> Any:
    """What is exported, fetched when first asked for.

    A command that draws one map takes it from this package; loading every section, with the
    statistics they rest on, took most of such a command's time.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
