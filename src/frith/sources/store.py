"""Raw downloads kept as they came, with a manifest, so that a second run downloads nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from frith.errors import BadInput
from frith.results import file_hash
from frith.sources.catalogue import Source

MANIFEST = "manifest.json"
LOCK = "lock"
CACHE_VARIABLE = "FRITH_CACHE"
_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One whole, checked download. `file` is relative to the store."""

    url: str
    file: str
    sha256: str
    size: int
    etag: str
    last_modified: str
    retrieved_at: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A download under way: the bytes so far, and what they are a part of."""

    path: Path
    url: str
    etag: str = ""
    last_modified: str = ""

    @property
    def note(self) -> Path:
        """The file that remembers what the part is of."""
        return self.path.with_name(self.path.name + ".json")

    @property
    def validator(self) -> str:
        """What proves that the rest belongs to these bytes; blank where nothing does.

        A weak ETag (W/…) does not promise the same bytes (RFC 9110, section 13.1.5).
        """
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified

    def size(self) -> int:
        """How many bytes there are so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    def remember(self) -> None:
        """Write the note."""
        plain = {"url": self.url, "etag": self.etag, "last_modified": self.last_modified}
        self.note.write_text(json.dumps(plain), "utf-8")

    def forget(self) -> None:
        """Delete the bytes and the note."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


class Store:
    """A folder of downloads. A file stands under its own name only once it is whole and checked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(
                f"downloads cannot be kept there ({error.strerror})",
                where=str(folder),
                mend="Name another folder with --cache.",
            ) from error
        self._kept = self._read()

    def get(self, url: str) -> Path | None:
        """The kept file of that address, if its bytes are still the ones that were checked."""
        kept = self._kept.get(url)
        if kept is None:
            return None
        path = self.folder / kept.file
        whole = path.is_file() and path.stat().st_size == kept.size
        return path if whole and file_hash(path) == kept.sha256 else None

    def kept(self, url: str) -> Kept | None:
        """What the manifest says of that address."""
        return self._kept.get(url)

    def forget(self, url: str) -> None:
        """Ask the publisher again the next time: the answer was wrong, or changes by the month."""
        if self._kept.pop(url, None) is not None:
            self._write()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other run writes to this store meanwhile: two would mix their bytes in one part.

        Raises `BadInput` where another run has it. Systems without file locks go unguarded.
        """
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        with (self.folder / LOCK).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BadInput(
                    "another run is downloading into it",
                    where=str(self.folder),
                    mend="Wait for it, or name another folder with --cache.",
                ) from error
            yield

    def path_for(self, source: Source, url: str) -> Path:
        """Where the download of that address will stand: readable, one file an address."""
        split = urlsplit(url)
        last = split.path.rstrip("/").rsplit("/", 1)[-1]
        stem, dot, ending = last.rpartition(".")
        readable = re.sub(r"[^A-Za-z0-9._-]+", "-", stem if dot else last)[:_MAX_NAME]
        folder = self.folder / source.folder
        folder.mkdir(parents=True, exist_ok=True)
        if not split.query and dot:
            return folder / last
        mark = hashlib.sha256(url.encode()).hexdigest()[:12]
        return folder / f"{source.key}-{readable}-{mark}.{ending if dot else source.form}"

    def part_for(self, source: Source, url: str) -> Part:
        """The part begun earlier, or a new one; a part of anything else is thrown away."""
        whole = self.path_for(source, url)
        new = Part(path=whole.with_name(whole.name + ".part"), url=url)
        try:
            told = json.loads(new.note.read_text("utf-8"))
        except (OSError, ValueError):
            told = {}
        if told.get("url") != url:
            new.forget()
            return new
        return Part(path=new.path, url=url, etag=told["etag"], last_modified=told["last_modified"])

    def keep(self, source: Source, part: Part) -> Path:
        """The part is whole and checked: put it under its own name and into the manifest."""
        whole = self.path_for(source, part.url)
        kept = Kept(
            url=part.url,
            file=whole.relative_to(self.folder).as_posix(),
            sha256=file_hash(part.path),
            size=part.size(),
            etag=part.etag,
            last_modified=part.last_modified,
            retrieved_at=datetime.now(UTC).isoformat(timespec="seconds"),
            source=source.key,
        )
        os.replace(part.path, whole)
        part.note.unlink(missing_ok=True)
        self._kept[part.url] = kept
        self._write()
        return whole

    def _read(self) -> dict[str, Kept]:
        try:
            listed = json.loads((self.folder / MANIFEST).read_text("utf-8"))
            return {one["url"]: Kept(**one) for one in listed["files"]}
        except (OSError, ValueError, KeyError, TypeError):
            return {}  # a damaged manifest costs downloads, never a wrong file

    def _write(self) -> None:
        plain = {"files": [asdict(one) for _, one in sorted(self._kept.items())]}
        draft = self.folder / (MANIFEST + ".draft")
        draft.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
        os.replace(draft, self.folder / MANIFEST)


def default_folder() -> Path:
    """Where downloads are kept unless told otherwise: `FRITH_CACHE`, or the user's cache folder."""
    told = os.environ.get(CACHE_VARIABLE)
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(told) if told else Path(base or Path.home() / ".cache") / "frith" / "open-data"
