"""Every read of this room: the newest published profile, by the list it was published with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from frith.reference.regimes import Marking
from frith_web.core.models import User
from frith_web.core.permissions import reaches

PROFILES = "profiles"
LISTING = "published.json"
BODY = "body.html"
STYLE = "style.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One file that may be downloaded: its name, what it is, and how many bytes."""

    name: str
    path: Path
    kind: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedProfile:
    """A local profile as it was published."""

    title: str
    area_name: str
    on: date
    marking: Marking
    synthetic: bool
    folder: Path
    files: tuple[PublishedFile, ...]

    @property
    def body(self) -> str:
        """The document's body, as the library made it."""
        return (self.folder / BODY).read_text("utf-8")

    @property
    def style(self) -> str:
        """The document's style sheet."""
        return (self.folder / STYLE).read_text("utf-8")

    def file(self, name: str) -> PublishedFile | None:
        """The listed file of that name. A name is looked up, never joined to a path."""
        return next((one for one in self.files if one.name == name), None)


def profiles_folder() -> Path:
    """Where published profiles are kept, one folder each, named by the moment."""
    return Path(settings.DATA) / PROFILES


def latest_profile(
    *, user: User, permission: str = "products.profile:read"
) -> PublishedProfile | None:
    """The newest profile on which this reader has the permission, at its marking; else None."""
    listings = sorted(profiles_folder().glob(f"*/{LISTING}"), reverse=True)
    found = map(_read, listings)
    return next((one for one in found if reaches(user, permission, one.marking)), None)


def _read(listing: Path) -> PublishedProfile:
    kept: dict[str, Any] = json.loads(listing.read_text("utf-8"))
    folder = listing.parent
    return PublishedProfile(
        title=kept["title"],
        area_name=kept["area_name"],
        on=date.fromisoformat(kept["on"]),
        marking=Marking(kept["marking"]),
        synthetic=kept["synthetic"],
        folder=folder,
        files=tuple(
            PublishedFile(
                name=one["name"], path=folder / one["path"], kind=one["kind"], size=one["size"]
            )
            for one in kept["files"]
        ),
    )
