"""The one shape of an answer: value, interval, method, parameters, seed, data hash, flags.

A method takes tables and returns one of these (or a frozen subclass that adds its own fields).
It draws nothing and masks nothing. `status` says whether there is an answer; a method that looks
at good input and declines returns ``refused`` with at least one flag of severity ``refuse``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

SIGNIFICANT_DIGITS = 9
"""What "the same answer" means: equal to nine significant digits on one machine."""


class Severity(StrEnum):
    """How much a flag weighs: say it, weigh it, or do not answer."""

    NOTE = "note"
    WARN = "warn"
    REFUSE = "refuse"


class Status(StrEnum):
    """Whether there is an answer. Rooms may add words of their own beside these."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the reader must know: a code for programs, a sentence for people."""

    code: str
    text: str
    severity: Severity = Severity.WARN


@dataclass(frozen=True, slots=True)
class Interval:
    """From `lo` to `hi` at `level`; `method` names how it was made."""

    lo: float
    hi: float
    level: float = 0.95
    method: str = ""

    def __post_init__(self) -> None:
        if not (math.isnan(self.lo) or math.isnan(self.hi)) and self.lo > self.hi:
            raise ValueError(f"interval runs backwards: {self.lo} > {self.hi}")


@dataclass(frozen=True, kw_only=True)
class Result:
    """An answer, or a refusal with its reasons.

    `method` names the method and its citation key; `parameters` hold every choice that changes
    the answer; `data_hash` is the SHA-256 of what went in; `tables` hold what is listed rather
    than said in one number. `sentence` is for a board: plain English, no jargon.
    """

    method: str
    status: str = Status.DONE
    value: float | None = None
    interval: Interval | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    data_hash: str = ""
    flags: tuple[Flag, ...] = ()
    sentence: str = ""
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        refusing = [flag for flag in self.flags if flag.severity is Severity.REFUSE]
        if self.status == Status.REFUSED and not refusing:
            raise ValueError("a refusal says why: give it a flag of severity 'refuse'")
        if self.status == Status.REFUSED and self.value is not None:
            raise ValueError("a refusal carries no value")

    @property
    def refused(self) -> bool:
        """True where there is no answer, only reasons."""
        return self.status == Status.REFUSED

    def flagged(self, code: str) -> bool:
        """True where a flag of this code was raised."""
        return any(flag.code == code for flag in self.flags)

    def as_json(self) -> dict[str, Any]:
        """Plain values only, ready for `json.dumps`; tables become lists of rows."""
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        answer: dict[str, Any] = to_plain(plain)
        return answer


def refuse(method: str, *flags: Flag, sentence: str = "", **rest: Any) -> Result:
    """A refusal: the sentence defaults to the reasons, joined."""
    reasons = tuple(dataclasses.replace(flag, severity=Severity.REFUSE) for flag in flags)
    said = sentence or " ".join(flag.text for flag in reasons)
    return Result(method=method, status=Status.REFUSED, flags=reasons, sentence=said, **rest)


def to_plain(value: Any) -> Any:
    """A value as JSON can hold it: floats to nine significant digits, NaN and infinity as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, StrEnum | str):
        return str(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return value.as_posix()
    if hasattr(value, "to_dicts"):  # a Polars frame
        return to_plain(value.to_dicts())
    if hasattr(value, "tolist"):  # a NumPy array or scalar
        return to_plain(value.tolist())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, set | frozenset):
        return [to_plain(item) for item in sorted(value)]
    if isinstance(value, Iterable):
        return [to_plain(item) for item in value]
    raise TypeError(f"no plain form for {type(value).__name__}")


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def frame_hash(*frames: pl.DataFrame) -> str:
    """SHA-256 of tables' names, types and values; row order counts."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(repr(frame.schema).encode())
        digest.update(frame.write_ipc(None, compression="uncompressed").getvalue())
    return digest.hexdigest()
