"""Publishing a local profile: built by the library, kept as a frozen folder beside its listing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from frith.results import file_hash
from frith_web.products.selectors import BODY, LISTING, STYLE, profiles_folder

KINDS = {".html": "HTML", ".pdf": "PDF", ".csv": "CSV"}
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A document ready to be kept: what its listing says, and the two parts shown on a page."""

    title: str
    area_name: str
    on: date
    marking: str
    synthetic: bool
    body: str
    style: str


def publish_profile(*, dataset: Path, on: date, seed: int = 1, step: Step = lambda _: None) -> Path:
    """Build the local profile of a data set folder and publish it; the folder it is kept in."""
    from frith.profile import build_profile, render_fragment, write_profile
    from frith.tables import load_dataset

    step("Reading the data set")
    document = build_profile(load_dataset(dataset), on=on, seed=seed, step=step)
    fragment = render_fragment(document, tables_at="files/")
    parts = Parts(
        title=document.title,
        area_name=document.area_name,
        on=document.on,
        marking=str(document.marking),
        synthetic=document.synthetic,
        body=fragment.body,
        style=fragment.css,
    )
    return keep(parts, write=lambda folder: write_profile(document, folder, step=step))


def keep(parts: Parts, *, write: Callable[[Path], Any]) -> Path:
    """Keep a document whole or not at all: written aside, then put in place in one step."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    profiles_folder().mkdir(parents=True, exist_ok=True)
    aside = profiles_folder() / f".{moment}"
    try:
        write(aside)
        (aside / BODY).write_text(parts.body, "utf-8")
        (aside / STYLE).write_text(parts.style, "utf-8")
        (aside / LISTING).write_text(json.dumps(_listing(parts, aside), indent=1), "utf-8")
        return aside.rename(profiles_folder() / moment)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _listing(parts: Parts, folder: Path) -> dict[str, Any]:
    held = sorted(path for path in folder.rglob("*") if path.suffix in KINDS)
    return {
        "title": parts.title,
        "area_name": parts.area_name,
        "on": parts.on.isoformat(),
        "marking": parts.marking,
        "synthetic": parts.synthetic,
        "files": [
            {
                "name": path.name,
                "path": str(path.relative_to(folder)),
                "kind": KINDS[path.suffix],
                "size": path.stat().st_size,
                "sha256": file_hash(path),
            }
            for path in held
            if path.name != BODY
        ],
    }
