"""Bringing a data set in, as recorded: stretch by stretch, seen when all is there, once.

    coming = read_coming(folder=…, by=…, protection=…)   no transaction
    with alone():
        undo_unseen(…)                                   what an import that died left behind
        batch = begin(coming=coming)                     short transactions, each of which
        for piece in pieces(coming):                     stands whole wherever it ends
            bring(coming=coming, batch=batch, piece=piece)
        finish(coming=coming, batch=batch)               now its readers see it

On SQLite one process writes at a time, so each stretch is short and others get their turn between.
A piece that is brought twice adds nothing. The same data set twice adds nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import polars as pl
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from frith.errors import BadInput
from frith.results import file_hash
from frith.tables import load_dataset
from frith.tables.dataset import Dataset
from frith_web.core.database import on_postgresql
from frith_web.core.models import EntryKind, Flow, Protection, User, opened
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import append
from frith_web.pole.models import Batch
from frith_web.pole.services.flows import flow_for
from frith_web.pole.services.rows import OBJECTS, STEPS, Into
from frith_web.pole.services.unseen import AnotherImport, alone, unseen_terms

TABLES = tuple(STEPS)
SIZE = 1000
"""Rows of a stretch: some tenths of a second on SQLite, whose writers wait up to twenty."""
BREATH_S = 0.1
"""Between stretches on SQLite, whose waiting writers look again every tenth of a second."""
MADE = tuple((name, model) for steps in STEPS.values() for name, model, _ in steps)
"""What an import makes, each after what it refers to."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A data set that was read, and on which terms it comes in."""

    dataset: Dataset
    flow: Flow | None
    digest: str
    by: User
    protection: Protection
    by_source: Mapping[str, Protection]
    sources: Mapping[str, Mapping[str, frozenset[str]]]

    @property
    def refused(self) -> int:
        """Rows that its tables refuse: they stay outside."""
        return sum(report.refused for report in self.dataset.reports.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    batch: Batch
    added: Mapping[str, int]
    refused: int


def read_coming(
    *,
    folder: Path,
    by: User,
    protection: Protection,
    by_source: Mapping[str, Protection] | None = None,
    purpose: Purpose | None = None,
) -> Coming:
    """Read a data set for its import; nothing is written.

    `by_source` gives other terms to rows of a source system. Rows that the tables refuse are
    counted and stay outside; `frith check --rejects` hands them back. Raises `Mendable` where a
    file has no lawful flow, as `services.flows` says, or one for another purpose.
    """
    dataset = load_dataset(folder, only=TABLES)
    return Coming(
        dataset=dataset,
        flow=flow_for(files=dataset.about.files, owner=protection.owner, purpose=purpose),
        digest=_digest(folder),
        by=by,
        protection=protection,
        by_source=by_source or {},
        sources=_sources(dataset),
    )


def import_dataset(
    *,
    folder: Path,
    by: User,
    protection: Protection,
    by_source: Mapping[str, Protection] | None = None,
    say: Say = lambda _: None,
) -> Imported:
    """Bring the person-level tables of a data set in, on the given terms, whole or not at all.

    Raises `BadInput` where another import is under way, `Mendable` as `read_coming` does.
    """
    say("Reading the data set")
    coming = read_coming(folder=folder, by=by, protection=protection, by_source=by_source)
    try:
        with alone():
            return _all_of(coming, say)
    except AnotherImport:
        raise BadInput("another import is under way", mend="Wait until it has ended.") from None


def _all_of(coming: Coming, say: Say) -> Imported:
    undo_unseen(by=coming.by)
    batch = begin(coming=coming)
    try:
        for piece in pieces(coming):
            bring(coming=coming, batch=batch, piece=piece)
            say(f"Brought in {piece.replace('_', ' ')}")
            breathe()
        return finish(coming=coming, batch=batch)
    except BaseException:
        if not connection.needs_rollback:
            undo_unseen(by=coming.by)
        raise


def breathe() -> None:
    """Let whoever waits to write have their turn."""
    if not on_postgresql() and not connection.in_atomic_block:
        time.sleep(BREATH_S)


def pieces(coming: Coming) -> list[str]:
    """The stretches of a data set in the order in which one needs the other: `events 2001`."""
    tables = coming.dataset.tables
    return [
        f"{table} {first + 1}"
        for table in TABLES
        if table in tables
        for first in range(0, tables[table].height, SIZE)
    ]


@transaction.atomic
def begin(*, coming: Coming, reference: UUID | None = None) -> UUID:
    """The batch of an import that begins, by its reference; its digest stands when all is in."""
    with opened("a batch is written whoever may read it"):
        batch = Batch.objects.create(
            reference=reference or uuid4(),
            protection=coming.protection,
            created_by=coming.by,
            title=coming.dataset.about.name,
            flow=coming.flow,
            refused=coming.refused,
        )
    append(
        kind=EntryKind.COLLECTION,
        act="pole.import.begin",
        actor=coming.by,
        records={Batch.kind: [batch.reference]},
        detail={"sha256": coming.digest, "flow": coming.flow.key if coming.flow else ""},
    )
    return batch.reference


@transaction.atomic
def bring(*, coming: Coming, batch: UUID, piece: str) -> None:
    """Add one stretch of a batch that is coming in. What is there already stays as it is."""
    table, first = piece.split(" ")
    rows = coming.dataset.tables[table][int(first) - 1 :][:SIZE].to_dicts()
    with opened("an import must see what is already there, whoever may read it"):
        held = Batch.objects.select_for_update().get(reference=batch)
        into = Into(
            batch=held,
            by=coming.by,
            protection=coming.protection,
            by_source=coming.by_source,
            sources=coming.sources,
        )
        added = 0
        for _, model, make in STEPS[table]:
            added += len(model.objects.bulk_create(make(rows, into), batch_size=SIZE))
        Batch.objects.filter(pk=held.pk).update(accepted=F("accepted") + added)


@transaction.atomic
def finish(*, coming: Coming, batch: UUID) -> Imported:
    """Show a batch to its readers, all of it at once: on the terms that its records wait for."""
    with opened("an import's records are put on their terms, whoever may read them"):
        held = Batch.objects.select_for_update().get(reference=batch)
        added = {name: 0 for name, _ in MADE}
        for waits, then in unseen_terms().items():
            for name, model in MADE:
                added[name] += model.objects.filter(protection=waits).update(protection=then)
        held.digest = coming.digest
        held.save(update_fields=["digest"])
    append(
        kind=EntryKind.COLLECTION,
        act="pole.import",
        actor=coming.by,
        records={Batch.kind: [held.reference]},
        detail={
            "added": added,
            "refused": coming.refused,
            "flow": coming.flow.key if coming.flow else "",
        },
    )
    return Imported(batch=held, added=added, refused=coming.refused)


@transaction.atomic
def coming_in(reference: str) -> UUID | None:
    """The batch of that reference while it is still coming in, else None."""
    if not reference:
        return None
    with opened("an import goes on where it was, whoever may read it"):
        found = _unfinished().filter(reference=reference)
        return next(iter(found.values_list("reference", flat=True)), None)


def undo_unseen(*, by: User | None, but: UUID | None = None) -> int:
    """Take out what imports left that never came to their end; how many batches. Under `alone()`.

    Nobody has seen these records, and nothing refers to them but each other. There is one such
    batch at most, because each import begins with this. In short transactions: an undoing that
    dies is gone on with by the next.
    """
    with transaction.atomic(), opened("what an import left behind is nobody's to read"):
        left = list(_unfinished().exclude(reference=but).values_list("reference", flat=True))
    if not left:
        return 0
    taken = {}
    for name, model in reversed(MADE):
        taken[name] = 0
        while some := _take_out(model):
            taken[name] += some
            breathe()
    _note_undone(left, taken=taken, by=by)
    return len(left)


def clear_unseen() -> int:
    """`undo_unseen` as the site's own daily work; nothing while an import runs."""
    try:
        with alone():
            return undo_unseen(by=None)
    except AnotherImport:
        return 0


def _unfinished() -> Any:
    return Batch.objects.filter(digest="", undone_at=None)


@transaction.atomic
def _take_out(model: type[Any]) -> int:
    with opened("records that nobody has seen leave as they came"):
        waits = model.objects.filter(protection__in=list(unseen_terms()))
        some = list(waits.order_by("pk").values_list("pk", flat=True)[:SIZE])
        model.objects.filter(pk__in=some).delete()
    return len(some)


@transaction.atomic
def _note_undone(references: list[UUID], *, taken: Mapping[str, int], by: User | None) -> None:
    with opened("a batch's end is written whoever may read it"):
        _unfinished().filter(reference__in=references).update(undone_at=timezone.now(), accepted=0)
    append(
        kind=EntryKind.ERASURE,
        act="pole.import.undo",
        actor=by,
        records={Batch.kind: references},
        detail={"taken out": taken},
    )


def _digest(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    named = "\n".join(f"{path.name} {file_hash(path)}" for path in files)
    return sha256(named.encode()).hexdigest()


def _sources(dataset: Dataset) -> dict[str, dict[str, frozenset[str]]]:
    """Of each table that others point into: identifier to the sources that use it."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for table, key in (("nominals", "nominal_id"), ("events", "event_id")):
        if dataset.has(table):
            frame = dataset.tables[table].group_by(key).agg(pl.col("source").unique())
            found[table] = {one: frozenset(of) for one, of in frame.iter_rows()}
    if dataset.has("objects"):
        only = frozenset({OBJECTS})
        found["objects"] = dict.fromkeys(dataset.tables["objects"]["object_id"].to_list(), only)
    return found
