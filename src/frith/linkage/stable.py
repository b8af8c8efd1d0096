"""Person ids that stay: new records join existing persons; every change can be undone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import polars as pl

from frith.tables import TABLES, empty_frame
from frith.tables.identity import UNDO

ASSIGN, MERGE, SPLIT = "assign", "merge", "split"
CARRIED_OVER = "carried over from an earlier persons file"


@dataclass(frozen=True, kw_only=True)
class Named:
    """`person` by nominal, in order of nominal; `history` with the new changes at its end."""

    person: pl.Series
    history: pl.DataFrame


def name_persons(
    clusters: pl.DataFrame,
    *,
    history: pl.DataFrame,
    before: dict[str, str],
    decided_by: str,
    now: datetime,
) -> Named:
    """A person id for each cluster, and the history with what changed.

    `clusters` has nominal_id and label, a whole number from nought; `before` says who each nominal
    was. A cluster that holds records of earlier persons keeps the id of the one with most records
    in it; a person whose records fall into several clusters leaves its id with most of them. A new
    person's id is made from its first nominal, so the same records give the same ids in any order
    and on any machine.
    """
    was = pl.DataFrame(
        {"nominal_id": list(before), "was": list(before.values())},
        schema={"nominal_id": pl.String, "was": pl.String},
    )
    told = clusters.select("nominal_id", "label")
    if not was.is_empty():
        told = told.join(was, on="nominal_id", how="left", maintain_order="left")
    else:
        told = told.with_columns(was=pl.lit(None, pl.String))
    ids = _ids(told, taken=set(was["was"]))
    label = told["label"].to_numpy()
    place = np.zeros(int(label.max()) + 1, dtype=np.int64)
    place[ids["label"].to_numpy()] = np.arange(ids.height)
    person = ids["person"].gather(place[label])
    rows = _changes(
        told.with_columns(person=person), history=history, decided_by=decided_by, now=now
    )
    grown = pl.concat([history.select(rows.columns).cast(rows.schema), rows])
    return Named(person=person.alias("person_id"), history=grown)


def carry_over(persons: pl.DataFrame, *, decided_by: str, now: datetime) -> pl.DataFrame:
    """A history that begins with an earlier persons file that came without one."""
    moves = persons.sort("nominal_id").select(
        "nominal_id",
        was=pl.lit(None, pl.String),
        person="person_id",
        kind=pl.lit(ASSIGN),
        change_id=pl.lit(f"{ASSIGN}-0"),
        reason=pl.lit(CARRIED_OVER),
    )
    return _rows(moves, decided_by=decided_by, now=now)


def held_by_undo(
    history: pl.DataFrame, before: dict[str, str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs that an undo holds together, and pairs that it holds apart.

    A named person who takes a merge back has judged: the next run may not merge again. So each
    nominal whose last move was an undo stays apart from those it was taken from, and where a split
    was undone, stays with those it was given back to. `before` says who each nominal is now.
    """
    if not (history["kind"] == UNDO).any():
        return [], []
    kinds = dict(history.select("change_id", "kind").iter_rows())
    last = history.unique("nominal_id", keep="last", maintain_order=True)
    undone = last.filter(pl.col("kind") == UNDO, pl.col("nominal_id").is_in(list(before)))
    if undone.is_empty():
        return [], []
    members: dict[str, list[str]] = defaultdict(list)
    for nominal, person in sorted(before.items()):
        members[person].append(nominal)
    together: list[tuple[str, str]] = []
    apart: list[tuple[str, str]] = []
    columns = ("nominal_id", "from_person_id", "to_person_id", "undoes")
    for nominal, was, is_now, undoes in undone.select(columns).iter_rows():
        if kinds.get(undoes) == SPLIT:
            together += [(nominal, other) for other in members[is_now] if other != nominal]
        else:
            apart += [(nominal, other) for other in members.get(was, []) if other != nominal]
    return together, apart


def _ids(told: pl.DataFrame, *, taken: set[str]) -> pl.DataFrame:
    """A person id for each label: an earlier one of its records, or else a new one."""
    firsts = _firsts(_in_order(told))
    kept = _keep(told, firsts)
    fresh = firsts.join(kept, on="label", how="anti")
    made = _made_of(fresh["first"])
    if taken and made.is_in(list(taken)).any():
        both = zip(fresh["first"], made, strict=True)
        made = pl.Series([_free(one, taken) if person in taken else person for one, person in both])
    new = fresh.select("label", made.cast(pl.String).alias("person"))
    return pl.concat([kept.select("label", "person"), new])


def _firsts(told: pl.DataFrame) -> pl.DataFrame:
    """Each label with its first nominal, in order of that; `told` stands in order of nominal."""
    label = told["label"].to_numpy()
    first = np.full(int(label.max()) + 1, label.size)
    first[label[::-1]] = np.arange(label.size)[::-1]
    places = np.sort(first[first < label.size])
    return told[places].select("label", first="nominal_id")


def _in_order(told: pl.DataFrame) -> pl.DataFrame:
    """In order of nominal, as records usually stand already: seeing so costs less than a sort."""
    return told if told["nominal_id"].is_sorted() else told.sort("nominal_id")


def _keep(told: pl.DataFrame, firsts: pl.DataFrame) -> pl.DataFrame:
    """Which cluster keeps which earlier id: largest overlap first, then the earlier id."""
    overlap = (
        told.drop_nulls("was")
        .group_by("was", "label")
        .len()
        .join(firsts, on="label")
        .sort(["len", "was", "first"], descending=[True, False, False])
    )
    alone = (pl.len().over("was") == 1) & (pl.len().over("label") == 1)
    sure = overlap.filter(alone).select("label", person="was")
    kept: dict[int, str] = {}
    used: set[str] = set()
    for person, label in overlap.filter(~alone).select("was", "label").iter_rows():
        if label not in kept and person not in used:
            kept[label] = person
            used.add(person)
    contested = pl.DataFrame({"label": list(kept), "person": list(kept.values())}, sure.schema)
    return pl.concat([sure, contested])


def _made(text: str) -> str:
    """A person id made from a text, by a hash."""
    return f"P-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _made_of(texts: pl.Series) -> pl.Series:
    """What `_made` makes of each text, all at once: there may be millions."""
    with duckdb.connect() as connection:
        connection.register("named", texts.alias("text").to_frame().to_arrow())
        made = connection.sql("SELECT 'P-' || left(sha256(text), 16) AS person FROM named")
        found = pl.from_arrow(made.to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    return found["person"]


def _free(first: str, taken: set[str]) -> str:
    """A new id from the first nominal; the next of its line where that one is taken."""
    again, person = 0, _made(first)
    while person in taken:
        again += 1
        person = _made(f"{first}\x1f{again}")
    return person


def _changes(
    told: pl.DataFrame, *, history: pl.DataFrame, decided_by: str, now: datetime
) -> pl.DataFrame:
    """Rows for what changed: one change for all new records, one for each merge and each split."""
    numbers = history["change_id"].str.extract(rf"^(?:{ASSIGN}|{MERGE}|{SPLIT})-(\d+)").drop_nulls()
    run = 1 + max((int(number) for number in numbers.unique()), default=0)
    told = _in_order(told)
    stayed = told.filter(pl.col("was") == pl.col("person"))["was"].unique()
    moved = told.filter(pl.col("was") != pl.col("person")).with_columns(
        kind=pl.when(pl.col("was").is_in(stayed.implode()))
        .then(pl.lit(SPLIT))
        .otherwise(pl.lit(MERGE))
    )
    split = pl.col("kind") == SPLIT
    numbered = (
        moved.with_columns(key=pl.when(split).then("was").otherwise("person"))
        .with_columns(at=pl.struct("kind", "key").rank("dense").cast(pl.String))
        .sort("kind", "key", "nominal_id")
    )
    said = pl.when(split).then(pl.lit(SAID[SPLIT])).otherwise(pl.lit(SAID[MERGE]))
    return pl.concat(
        [
            _rows(
                told.filter(pl.col("was").is_null()).with_columns(
                    kind=pl.lit(ASSIGN),
                    change_id=pl.lit(f"{ASSIGN}-{run}"),
                    reason=pl.lit(SAID[ASSIGN]),
                ),
                decided_by=decided_by,
                now=now,
            ),
            _rows(
                numbered.with_columns(
                    change_id=pl.concat_str("kind", pl.lit(f"-{run}-"), "at"),
                    reason=said,
                ),
                decided_by=decided_by,
                now=now,
            ),
        ]
    )


SAID = {
    ASSIGN: "new record",
    MERGE: "records of one person",
    SPLIT: "records of different people",
}


def _rows(moves: pl.DataFrame, *, decided_by: str, now: datetime) -> pl.DataFrame:
    """Moves (nominal_id, was, person, kind, change_id, reason) as rows of the history."""
    schema = empty_frame(TABLES["identity_history"]).schema
    return (
        moves.with_columns(
            changed_at=pl.lit(now),
            from_person_id=pl.col("was"),
            to_person_id=pl.col("person"),
            decided_by=pl.lit(decided_by),
            undoes=pl.lit(None, pl.String),
        )
        .select(schema.names())
        .cast(schema)
    )
