"""`dataset.toml`: read strictly, written carefully."""

from __future__ import annotations

import calendar
import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith.tables.dataset import About, FileNote
from frith.tables.declared import TABLES

ABOUT_FILE = "dataset.toml"
VINTAGE = r"^([a-z]+\d{2}|other)$"
"""A vintage is a geography and the two figures of its year: lsoa21, ward22, lad24; or `other`."""

_REQUIRED = ("name", "area", "area_name", "area_vintage")
_KNOWN = (*_REQUIRED, "period", "files")
_FILE_KEYS = ("publisher", "licence", "regime", "flow", "source", "retrieved_on")


def read_about(folder: Path) -> About:
    """What a data set's `dataset.toml` says; BadInput names the wrong key and how to mend it."""
    path = folder / ABOUT_FILE
    found = _toml(path)
    _refuse_unknown(found, _KNOWN, path=path)
    for key in _REQUIRED:
        if key not in found:
            raise BadInput(f"lacks {key!r}", where=ABOUT_FILE, mend=f'Add {key} = "…".')
    texts = {key: _text(found, key) for key in _REQUIRED}
    if not re.match(VINTAGE, texts["area_vintage"]):
        raise BadInput(
            f"area_vintage is {texts['area_vintage']!r}",
            where=ABOUT_FILE,
            mend="Write a geography and two figures of a year, such as lsoa21 or ward22, or other.",
        )
    files = found.get("files", {})
    if not isinstance(files, dict) or not all(isinstance(v, dict) for v in files.values()):
        raise BadInput(
            "files is not a set of tables", where=ABOUT_FILE, mend="Write [files.events]."
        )
    _refuse_unknown(files, tuple(TABLES), path=path, within="files")
    notes = {name: _file_note(name, said, path=path) for name, said in files.items()}
    return About(**texts, period=_period(found.get("period")), files=notes)


def _toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise BadInput(
            f"{path.parent.name} holds no {ABOUT_FILE}, so it is not a data set",
            where=str(path.parent),
            mend="Add one with name, area, area_name and area_vintage.",
        )
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text", where=ABOUT_FILE, mend="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"is not valid TOML: {error}", where=ABOUT_FILE) from None


def _refuse_unknown(
    found: Mapping[str, Any], known: Collection[str], *, path: Path, within: str = ""
) -> None:
    """BadInput for a key nobody declared, with the nearest known one."""
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}."
            place = f"{within}.{key}" if within else key
            raise BadInput(f"does not know {place!r}", where=path.name, mend=hint)


def _text(found: Mapping[str, Any], key: str, *, within: str = "") -> str:
    value = found[key]
    if not isinstance(value, str) or not value.strip():
        place = f"{within}.{key}" if within else key
        raise BadInput(
            f"{place} is not a text that says something", where=ABOUT_FILE, mend=f'{key} = "…".'
        )
    return value.strip()


def _file_note(name: str, said: Mapping[str, Any], *, path: Path) -> FileNote:
    within = f"files.{name}"
    _refuse_unknown(said, _FILE_KEYS, path=path, within=within)
    texts = {
        key: _text(said, key, within=within)
        for key in ("publisher", "licence", "flow", "source")
        if said.get(key, "") != ""
    }
    regime = said.get("regime", Regime.UK_GDPR.value)
    if regime not in {str(r) for r in Regime}:
        known = ", ".join(str(r) for r in Regime)
        raise BadInput(f"{within}.regime is {regime!r}", where=ABOUT_FILE, mend=f"Use {known}.")
    retrieved = said.get("retrieved_on")
    return FileNote(
        **texts,
        regime=Regime(regime),
        retrieved_on=None if retrieved is None else _day(retrieved, f"{within}.retrieved_on"),
    )


def _period(said: Any) -> tuple[date, date] | None:
    """First and last day; a month stands for its first or its last day."""
    if said is None:
        return None
    if not isinstance(said, list) or len(said) != 2:
        raise BadInput(
            "period is not two dates",
            where=ABOUT_FILE,
            mend='period = ["2024-01-01", "2025-12-31"].',
        )
    first, last = _day(said[0], "period"), _day(said[1], "period", last=True)
    if last < first:
        raise BadInput(f"period ends ({last}) before it begins ({first})", where=ABOUT_FILE)
    return first, last


def _day(said: Any, key: str, *, last: bool = False) -> date:
    """A TOML date or a text YYYY-MM-DD or YYYY-MM."""
    if isinstance(said, datetime):
        return said.date()
    if isinstance(said, date):
        return said
    try:
        if isinstance(said, str) and re.match(r"^\d{4}-\d{2}$", said):
            year, month = int(said[:4]), int(said[5:])
            return date(year, month, calendar.monthrange(year, month)[1] if last else 1)
        if isinstance(said, str) and re.match(r"^\d{4}-\d{2}-\d{2}$", said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise BadInput(f"{key} holds {said!r}, no date", where=ABOUT_FILE, mend="Write YYYY-MM-DD.")


def about_toml(about: About) -> str:
    """The text of a `dataset.toml` that says what `about` says."""
    lines = [f"{key} = {_quoted(getattr(about, key))}" for key in _REQUIRED]
    if about.period:
        first, last = about.period
        lines.append(f"period = [{_quoted(first.isoformat())}, {_quoted(last.isoformat())}]")
    for name, note in about.files.items():
        lines += ["", f"[files.{name}]"]
        said = {key: getattr(note, key) for key in _FILE_KEYS}
        lines += [f"{key} = {_quoted(str(value))}" for key, value in said.items() if value]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", out) + '"'
