"""What tests share: where the shared reference data lies, and skipping with a reason without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FRITH_SHARED", ROOT.parent / "shared"))
NO_SKIPS = bool(os.environ.get("FRITH_NO_SKIPS"))
CHROMIUM = Path(os.environ.get("FRITH_CHROMIUM", "/usr/bin/chromium"))


def shared(relative: str) -> Path:
    """A file or folder of the shared data; the test is skipped, saying why, where it is absent."""
    return _needed(SHARED / relative, "the shared data (set FRITH_SHARED)")


def chromium() -> Path:
    """Debian's chromium; the test is skipped, saying why, where it is absent."""
    return _needed(CHROMIUM, "Debian's chromium (set FRITH_CHROMIUM)")


def _needed(path: Path, what: str) -> Path:
    if path.exists():
        return path
    message = f"needs {what}: there is no {path}"
    if NO_SKIPS:
        pytest.fail(f"{message}, and FRITH_NO_SKIPS is set")
    pytest.skip(message)
