"""Several published files as one: read side by side, rows numbered by file, identities made."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.results import Flag
from frith.tables.columns import REFUSED_BECAUSE, REFUSED_ROW
from frith.tables.files import read_raw
from frith.tables.raw import Fault, Raw
from frith.tables.rejects import write_rejects
from frith.tables.report import TableReport, refusals_of
from frith.tables.sensitive import refuse_forbidden

FILE, ROW, CONTENT = "(file)", "(row)", "(content)"
"""Columns that say which file a row stood in, counted from 0, where in it, and its identity by
content where it has no other."""

MOST_READERS = 4
DIGEST_BYTES = 16
_BETWEEN = "\x1f"


@dataclass(kw_only=True)
class Published:
    """Rows of several files of one layout, and what is wrong with them so far."""

    raws: list[Raw]
    frame: pl.DataFrame
    faults: list[list[Fault]]
    parts: list[pl.DataFrame]
    unknown: list[tuple[str, ...]]
    notes: list[list[Flag]] = field(default_factory=list)

    def refuse(self, column: str, bad: pl.Series, reason: str | Callable[[str], str]) -> None:
        """Refuse the rows under the mask; `reason` may depend on the value."""
        if not bad.any():
            return
        chosen = self.frame.filter(bad).select(FILE, ROW, pl.col(column).cast(pl.String))
        for file, row, value in chosen.iter_rows():
            said = reason if isinstance(reason, str) else reason(value or "")
            self.faults[file].append(Fault(row, column, value, said))

    def accepted(self) -> pl.DataFrame:
        """The rows nothing is wrong with."""
        refused = [(i, f.row) for i, faults in enumerate(self.faults) for f in faults]
        if not refused:
            return self.frame
        return self.frame.join(
            pl.DataFrame(refused, schema={FILE: pl.Int32, ROW: pl.Int64}, orient="row").unique(),
            on=[FILE, ROW],
            how="anti",
            maintain_order="left",
        )


def read_published(
    paths: Sequence[Path],
    *,
    columns: Sequence[str],
    needed: Sequence[str],
    content: Callable[[pl.DataFrame], pl.Series],
) -> Published:
    """Read files of one layout side by side. `needed` columns must be there; others may lack.

    `content` gives, for the rows of one file, the identity of those that only their content
    identifies; it becomes the column `(content)`.
    """
    if not paths:
        raise BadInput("no files to read", mend="Name at least one.")

    def read_one(path: Path) -> tuple[Raw, pl.DataFrame, tuple[str, ...]]:
        raw = read_raw(path)
        frame, unknown = _laid_out(raw, columns=columns, needed=needed)
        return raw, frame.with_columns(content(frame).alias(CONTENT)), unknown

    readers = min(MOST_READERS, os.cpu_count() or 1, len(paths))
    with ThreadPoolExecutor(readers) as pool:
        raws, frames, unknown = zip(*pool.map(read_one, paths), strict=True)
    parts = [frame.with_columns(pl.lit(i, pl.Int32).alias(FILE)) for i, frame in enumerate(frames)]
    return Published(
        raws=list(raws),
        frame=pl.concat(parts, rechunk=True),
        faults=[list(raw.faults) for raw in raws],
        parts=parts,
        unknown=list(unknown),
        notes=[list(raw.flags) for raw in raws],
    )


def _laid_out(
    raw: Raw, *, columns: Sequence[str], needed: Sequence[str]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """A file's rows under the layout's own column names, and names it does not know."""
    there = {name.strip().casefold(): name for name in raw.frame.columns}
    missing = [name for name in needed if name.casefold() not in there]
    if missing:
        raise BadInput(
            f"lacks the column {missing[0]!r} of a data.police.uk file of this kind",
            where=raw.path.name,
            mend="Fetch the file again as it is published.",
        )
    known = {name.casefold() for name in (*columns, REFUSED_ROW, REFUSED_BECAUSE)}
    unknown = tuple(name for folded, name in there.items() if folded not in known)
    refuse_forbidden(unknown, where=raw.path.name)
    chosen = [
        pl.col(there[name.casefold()]).cast(pl.String).alias(name)
        if name.casefold() in there
        else pl.lit(None, pl.String).alias(name)
        for name in columns
    ]
    return raw.frame.select(*chosen, raw.rows.alias(ROW)), unknown


def content_ids(frame: pl.DataFrame, columns: Sequence[str], *, salt: str = "") -> pl.Series:
    """The digest of each row's content and, after `~`, its nth occurrence among the rows.

    128 bits of BLAKE2b over the text of `columns`, so that it is the same on every machine and in
    every version; `salt` stands for what the file as a whole says.
    """
    text = frame.select(
        pl.concat_str(pl.lit(salt), *(pl.col(c).fill_null("") for c in columns), separator=_BETWEEN)
    ).to_series()
    digest = hashlib.blake2b
    made = [digest(t.encode(), digest_size=DIGEST_BYTES).hexdigest() for t in text.to_list()]
    digests = pl.DataFrame({"digest": pl.Series(made, dtype=pl.String)})
    nth = occurrence(digests, ["digest"])
    return digests.select(pl.concat_str("digest", pl.lit("~"), nth.cast(pl.String))).to_series()


def occurrence(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Which occurrence each row is of its keys, from 1."""
    repeated = frame.select(pl.struct(keys).is_duplicated()).to_series()
    nth = pl.repeat(1, frame.height, dtype=pl.Int64, eager=True)
    if not repeated.any():
        return nth
    counted = frame.filter(repeated).select(pl.int_range(1, pl.len() + 1).over(keys)).to_series()
    return nth.scatter(repeated.arg_true(), counted)


def duplicated(ids: pl.Series) -> pl.Series:
    """Which of many long identifiers stand more than once; digests first, because few do."""
    maybe = ids.hash().is_duplicated()
    if not maybe.any():
        return maybe
    few = ids.filter(maybe)
    return maybe & ids.is_in(few.filter(few.is_duplicated()).implode())


def reports(
    read: Published,
    *,
    table: str,
    again: pl.DataFrame,
    no_place: pl.DataFrame,
    set_aside: Sequence[str],
    rejects: Path | None,
) -> tuple[TableReport, ...]:
    """One report a file. `again`: rows by file already read from an earlier one; `no_place` too."""
    repeated = dict(again.group_by(FILE).len().iter_rows())
    placeless = dict(no_place.group_by(FILE).len().iter_rows())
    made = []
    for i, raw in enumerate(read.raws):
        refused = {fault.row for fault in read.faults[i]}
        notes = [*read.notes[i]]
        if raw.total == 0:
            notes.append(Flag("no_rows", f"{raw.path.name} holds a header and no rows."))
        if repeated.get(i):
            text = f"{repeated[i]:,} rows of {raw.path.name} had been read already; none was added."
            notes.append(Flag("read_already", text))
        report = TableReport(
            table=table,
            file=raw.path.name,
            rows=raw.total,
            accepted=raw.total - len(refused),
            refusals=refusals_of(read.faults[i]),
            set_aside=(*set_aside, *read.unknown[i]),
            notes=tuple(notes),
            without_place=placeless.get(i, 0),
            rejected_lines=raw.lines(refused) if refused else {},
            header_line=raw.header_line,
        )
        if rejects is not None:
            write_rejects(report, rejects, source=raw.path)
        made.append(report)
    return tuple(made)


def combined(parts: Sequence[TableReport], notes: Sequence[Flag] = ()) -> TableReport:
    """One account of several files; each refusal also names its file."""
    refusals = pl.concat([p.refusals.with_columns(file=pl.lit(p.file)) for p in parts])
    name = parts[0].file if len(parts) == 1 else f"{len(parts)} files"
    return TableReport(
        table=parts[0].table,
        file=name,
        rows=sum(p.rows for p in parts),
        accepted=sum(p.accepted for p in parts),
        refusals=refusals,
        set_aside=tuple(dict.fromkeys(n for p in parts for n in p.set_aside)),
        notes=(*(flag for p in parts for flag in p.notes), *notes),
        without_place=sum(p.without_place for p in parts),
        rejected_lines=parts[0].rejected_lines if len(parts) == 1 else {},
        header_line=parts[0].header_line,
    )
