"""What a job says and hears while its transaction is open, when nobody else sees its row.

A piece may take long, and on SQLite nobody writes beside it. So the words of the moment
and the wish to stop are small files of the data folder; what a job has done stands in its row only.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

FOLDER = "jobs"


def say(reference: UUID, words: str) -> None:
    """What a job is doing now. Where it cannot be written, the job goes on unsaid."""
    with contextlib.suppress(OSError):
        path = _path(reference, "words")
        aside = path.with_suffix(".new")
        try:
            aside.write_text(words, "utf-8")
            os.replace(aside, path)
        except OSError:
            aside.unlink(missing_ok=True)


def said(reference: UUID) -> str:
    """What a job said last; empty where it says nothing."""
    try:
        return _path(reference, "words").read_text("utf-8")
    except OSError:
        return ""


def ask_to_stop(reference: UUID) -> None:
    """Leave the wish to stop where a job finds it; its row in the database says the same."""
    with contextlib.suppress(OSError):
        _path(reference, "stop").touch(mode=0o600)


def is_asked_to_stop(reference: UUID) -> bool:
    """True where somebody left that wish."""
    return _path(reference, "stop").exists()


def forget(reference: UUID) -> None:
    """Take away what a job said and heard: it has ended, or begins again."""
    for ending in ("words", "new", "stop"):
        with contextlib.suppress(OSError):
            _path(reference, ending).unlink()


def _path(reference: UUID, ending: str) -> Path:
    folder = Path(settings.DATA) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{reference}.{ending}"
