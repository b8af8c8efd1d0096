"""Every document the library makes: sections into one HTML and one PDF; masks what is shown."""

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
