"""The gate: name, size and content of one file, and of each file inside an archive.

What a place takes is a list of sorts. A file is what its content says; its name must say the same.
Nothing is run, no reference is followed, and no size that a file states of itself is believed.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from frith.errors import BadInput
from frith_web.core.uploads import archives, documents, pictures, texts, workbooks
from frith_web.core.uploads.signatures import recognised

LONGEST_NAME = 200
MIB = 1 << 20
ENDINGS = {
    ".csv": "csv",
    ".toml": "toml",
    ".json": "json",
    ".geojson": "json",
    ".xlsx": "xlsx",
    ".zip": "zip",
    ".docx": "docx",
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
}
"""The sort that each ending promises."""
WORDS = {
    "csv": "CSV (.csv)",
    "toml": "TOML (.toml)",
    "json": "GeoJSON (.geojson)",
    "xlsx": "Excel (.xlsx)",
    "zip": "zip (.zip)",
    "docx": "Word (.docx)",
    "pdf": "PDF (.pdf)",
    "png": "PNG (.png)",
    "jpeg": "JPEG (.jpg)",
}
LARGEST = {
    **{"csv": 100 * MIB, "toml": MIB, "json": 50 * MIB, "xlsx": 50 * MIB, "zip": 100 * MIB},
    **dict.fromkeys(("docx", "pdf", "png", "jpeg"), 20 * MIB),
}
"""Bytes of a file of each sort. More goes by the command `frith-web import`."""
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)
_CHECKS: dict[str, Callable[[Path], None]] = {
    "csv": texts.check_table,
    "toml": texts.check_text,
    "json": texts.check_json,
    "xlsx": workbooks.check,
    "docx": documents.check_docx,
    "pdf": documents.check_pdf,
    "png": pictures.check_png,
    "jpeg": pictures.check_jpeg,
}
_HOLDS = {"zip": "zip", "xlsx": "zip", "docx": "zip", "pdf": "pdf", "png": "png", "jpeg": "jpeg"}
"""What a sort is by its first bytes; nothing for what is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that passed."""

    name: str
    sort: str
    size: int


def check(path: Path, *, name: str, takes: Collection[str]) -> Taken:
    """A file that somebody brought, if it may come in under that name.

    Raises `BadInput` in plain words: what is wrong and what to do.
    """
    size = path.stat().st_size
    sort = check_outside(name=name, size=size, takes=takes)
    _check_is(path, sort, name)
    if sort == "zip":
        for member in archives.members(path, name=name):
            _check_member(member, takes)
    else:
        _inside(name, _CHECKS[sort], path)
    return Taken(name=name, sort=sort, size=size)


def check_outside(*, name: str, size: int, takes: Collection[str]) -> str:
    """Name and size alone, for a file that may not be read yet; the sort that its name promises."""
    check_name(name)
    sort = promised(name, takes)
    if size == 0:
        raise BadInput("is empty", where=name, mend="Choose the file again.")
    if size > LARGEST[sort]:
        raise BadInput(
            f"is larger than {LARGEST[sort] // MIB} MB",
            where=name,
            mend="Bring in a part of it, or ask the person who runs the site.",
        )
    return sort


def check_name(name: str) -> None:
    """Refuse a name that could mislead a person or a program; names are kept as data only."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise BadInput("the file's name is empty or too long", mend="Give it a short name.")
    if any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for one in name):
        raise BadInput("the file's name holds hidden characters", mend="Give it a plain name.")
    if re.search(r'[/\\:*?"<>|]', name) or name.startswith(".") or _RESERVED.match(name):
        raise BadInput("the file's name is not a plain file name", mend="Give it a plain name.")


def unpack(path: Path, *, name: str, sort: str, takes: Collection[str], into: Path) -> list[Path]:
    """The files of what was brought, each checked, in a folder of this process alone.

    A zip's files lie beside each other; anything else is copied under its own name.
    """
    into.mkdir(mode=0o700, parents=True)
    if sort != "zip":
        target = into / name
        _copy(path, target)
        return [target]
    made = []
    for member in archives.members(path, name=name):
        sort_of = _check_member(member, takes)
        target = into / member.name
        archives.extract(path, member, to=target)
        if member.size:
            _check_is(target, sort_of, member.name)
            _inside(member.name, _CHECKS[sort_of], target)
        made.append(target)
    return made


def _check_member(member: archives.Member, takes: Collection[str]) -> str:
    """The sort that a file of an archive promises to be; an archive in an archive is refused."""
    check_name(member.name)
    sort = promised(member.name, set(takes) - {"zip"})
    if member.size > LARGEST[sort]:
        raise BadInput(f"is larger than {LARGEST[sort] // MIB} MB", where=member.name)
    return sort


def promised(name: str, takes: Collection[str]) -> str:
    """The sort that a name promises. Raises `BadInput` where the place does not take it."""
    sort = ENDINGS.get(Path(name.lower()).suffix, "")
    if sort not in takes:
        wanted = ", ".join(WORDS[one] for one in sorted(takes))
        raise BadInput("is not a kind of file that is taken here", where=name, mend=f"Use {wanted}")
    return sort


def _check_is(path: Path, sort: str, name: str) -> None:
    """Refuse a file whose content is another kind than its name says."""
    what = recognised(path)
    if what.sort != _HOLDS.get(sort, ""):
        said = what.words or "not that kind of file"
        raise BadInput(
            f"is called {Path(name).suffix} but is {said}",
            where=name,
            mend="Save it again in the program that made it.",
        )


def _inside(name: str, look: Callable[[Path], None], path: Path) -> None:
    try:
        look(path)
    except BadInput as error:
        raise BadInput(error.what, where=name, mend=error.mend) from None


def _copy(path: Path, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out, path.open("rb") as source:
        while piece := source.read(MIB):
            out.write(piece)
