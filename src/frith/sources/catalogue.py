"""What is published, by whom, where, under which licence, and when that was last checked.

Read from `addresses.toml` beside each publisher: addresses are dated data, not code.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from frith.errors import SourceUnavailable, UnknownName

BASE_URL_VARIABLE = "FRITH_BASE_URL_"
"""Environment variable, ending in the folder's name (`FRITH_BASE_URL_ONS`), that sends every
request for that publisher to another address: a mirror inside a partner's network, or a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One published thing. `headers` names, for each field, the headers it has been seen under."""

    key: str
    folder: str  # the publisher's folder here: police_uk, ons, …
    publisher: str
    licence: str
    attribution: str
    title: str
    page: str
    form: str  # csv, geojson, json, zip
    url: str = ""
    packed: str = ""  # "zip" where the form lies inside an archive
    vintage: str = ""
    page_rows: int = 0
    checked_on: date | None = None
    verified_by: str = ""
    requests_per_second: float = 1.0
    redirects_to: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def address(self, **parts: str) -> str:
        """The address to ask, moved to the mirror where one is set.

        Raises `SourceUnavailable` where the thing has no address of its own.
        """
        if not self.url:
            raise SourceUnavailable(
                f"{self.title} has no address to download from",
                where=self.publisher,
                mend=f"Save it by hand from {self.page} and pass its folder with --from-files.",
            )
        url = self.url.format(**parts) if parts else self.url
        mirror = os.environ.get(BASE_URL_VARIABLE + self.folder.upper(), "")
        return moved(url, mirror) if mirror else url


def moved(url: str, base: str) -> str:
    """`url` with its scheme and host replaced by those of `base`, and base's path put before it."""
    old, new = urlsplit(url), urlsplit(base)
    return urlunsplit(
        (new.scheme, new.netloc, new.path.rstrip("/") + old.path, old.query, old.fragment)
    )


@cache
def catalogue() -> Mapping[str, Source]:
    """Every source by key, in the order of the publishers' folders."""
    found: dict[str, Source] = {}
    for file in sorted(Path(__file__).parent.glob("*/addresses.toml")):
        whole = tomllib.loads(file.read_text("utf-8"))
        shared = {key: value for key, value in whole.items() if not isinstance(value, dict)}
        for key, entry in whole.items():
            if isinstance(entry, dict):
                found[key] = _source(key, file.parent.name, {**shared, **entry})
    return found


def source(key: str) -> Source:
    """The source of that key; `UnknownName` where there is none."""
    try:
        return catalogue()[key]
    except KeyError:
        raise UnknownName(
            f"no source is called {key!r}", mend=f"Known: {', '.join(catalogue())}."
        ) from None


def _source(key: str, folder: str, entry: Mapping[str, Any]) -> Source:
    plain = dict(entry)
    plain["headers"] = {name: tuple(seen) for name, seen in plain.get("headers", {}).items()}
    plain["redirects_to"] = tuple(plain.get("redirects_to", ()))
    return Source(key=key, folder=folder, **plain)
