"""What a file says of whoever made it is taken out before it is kept or given away.

Tables, TOML and GeoJSON are text and hold no such thing. Every other sort that the gate takes has
its line in `STRIPPERS`; a sort without one cannot be kept.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from frith_web.core.uploads import archives
from frith_web.core.uploads.documents import strip_pdf
from frith_web.core.uploads.office import entry, strip_office
from frith_web.core.uploads.pictures import strip_jpeg, strip_png

PIECE = 1 << 20
PLAIN = frozenset({"csv", "toml", "json"})
STRIPPERS: Mapping[str, Callable[[Path, BinaryIO], None]] = {
    "xlsx": strip_office,
    "docx": strip_office,
    "png": strip_png,
    "jpeg": strip_jpeg,
    "pdf": strip_pdf,
}


def strip(source: Path, target: Path, *, sort: str, sort_of: Callable[[str], str]) -> bool:
    """Write a checked file anew without its metadata; False where it had none to begin with.

    `sort_of` says the sort of a file inside a zip, from its name. Raises `BadInput` where the file
    is broken.
    """
    if sort in PLAIN:
        return False
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as out:
        if sort == "zip":
            _strip_zip(source, out, sort_of=sort_of)
        else:
            STRIPPERS[sort](source, out)
        out.flush()
        os.fsync(out.fileno())
    return True


def _strip_zip(source: Path, target: BinaryIO, *, sort_of: Callable[[str], str]) -> None:
    """Each file of an archive anew, by its plain name; the archive says nothing beside them."""
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        TemporaryDirectory(dir=source.parent) as aside,
    ):
        for member in archives.members(source, name=source.name):
            held, sort = Path(aside) / "member", sort_of(member.name)
            archives.extract(source, member, to=held)
            with made.open(entry(member.path), "w") as out:
                if sort in PLAIN or member.size == 0:
                    with held.open("rb") as file:
                        while piece := file.read(PIECE):
                            out.write(piece)
                else:
                    stripped = Path(aside) / "stripped"
                    with stripped.open("w+b") as inner:
                        STRIPPERS[sort](held, inner)
                        inner.seek(0)
                        while piece := inner.read(PIECE):
                            out.write(piece)
                    stripped.unlink()
            held.unlink()
