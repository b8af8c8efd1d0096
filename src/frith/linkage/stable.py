"""Person ids that stay: new records join existing persons; every change can be undone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from frith.tables import TABLES, empty_frame

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

    `clusters` has nominal_id and label; `before` says who each nominal was. A cluster that holds
    records of earlier persons keeps the id of the one with most records in it; a person whose
    records fall into several clusters leaves its id with most of them. A new person's id is made
    from its first nominal, so the same records give the same ids in any order and on any machine.
    """
    members = _members(clusters)
    kept = _keep(members, before)
    taken = set(before.values())
    person: dict[str, str] = {}
    for at, names in enumerate(members):
        person_id = kept.get(at) or _fresh(names[0], taken)
        taken.add(person_id)
        person.update(dict.fromkeys(names, person_id))
    rows = _changes(person, before, history=history, decided_by=decided_by, now=now)
    schema = empty_frame(TABLES["identity_history"]).schema
    grown = pl.concat(
        [history.select(schema.names()).cast(schema), pl.DataFrame(rows, schema=schema)]
    )
    ordered = pl.Series("person_id", [person[name] for name in clusters["nominal_id"]], pl.String)
    return Named(person=ordered, history=grown)


def carry_over(persons: pl.DataFrame, *, decided_by: str, now: datetime) -> pl.DataFrame:
    """A history that begins with an earlier persons file that came without one."""
    rows = [
        _row(f"{ASSIGN}-0", ASSIGN, nominal, None, person, decided_by, now, CARRIED_OVER)
        for nominal, person in persons.select("nominal_id", "person_id")
        .sort("nominal_id")
        .iter_rows()
    ]
    return pl.DataFrame(rows, schema=empty_frame(TABLES["identity_history"]).schema)


def held_by_undo(
    history: pl.DataFrame, before: dict[str, str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs that an undo holds together, and pairs that it holds apart.

    A named person who takes a merge back has judged: the next run may not merge again. So each
    nominal whose last move was an undo stays apart from those it was taken from, and where a split
    was undone, stays with those it was given back to. `before` says who each nominal is now.
    """
    kinds = dict(history.select("change_id", "kind").iter_rows())
    last = history.unique("nominal_id", keep="last", maintain_order=True)
    undone = last.filter(pl.col("kind") == "undo", pl.col("nominal_id").is_in(list(before)))
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


def _members(clusters: pl.DataFrame) -> list[list[str]]:
    """The nominals of each cluster in order, clusters in order of their first."""
    grouped = (
        clusters.sort("nominal_id").group_by("label", maintain_order=True).agg(pl.col("nominal_id"))
    )
    found: list[list[str]] = grouped["nominal_id"].to_list()
    return found


def _keep(members: list[list[str]], before: dict[str, str]) -> dict[int, str]:
    """Which cluster keeps which earlier id: largest overlap first, then the earlier id."""
    overlap: dict[tuple[str, int], int] = defaultdict(int)
    if before:
        for at, names in enumerate(members):
            for name in names:
                if name in before:
                    overlap[before[name], at] += 1
    kept: dict[int, str] = {}
    used: set[str] = set()
    for (person, at), _ in sorted(overlap.items(), key=lambda item: (-item[1], item[0])):
        if at not in kept and person not in used:
            kept[at] = person
            used.add(person)
    return kept


def _fresh(first: str, taken: set[str]) -> str:
    """A new id from the first nominal; the next of its line where that one is taken."""
    again = 0
    while True:
        text = first if not again else f"{first}\x1f{again}"
        person = "P-" + hashlib.sha256(text.encode()).hexdigest()[:16]
        if person not in taken:
            return person
        again += 1


def _changes(
    person: dict[str, str],
    before: dict[str, str],
    *,
    history: pl.DataFrame,
    decided_by: str,
    now: datetime,
) -> list[dict[str, object]]:
    """Rows for what changed: one change for all new records, one for each merge and each split."""
    numbers = history["change_id"].str.extract(rf"^(?:{ASSIGN}|{MERGE}|{SPLIT})-(\d+)").drop_nulls()
    run = 1 + max((int(number) for number in numbers.unique()), default=0)
    moves: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    left_behind = {before[name] for name, now_ in person.items() if before.get(name) == now_}
    rows = [
        _row(f"{ASSIGN}-{run}", ASSIGN, name, None, person[name], decided_by, now, "new record")
        for name in sorted(person)
        if name not in before
    ]
    for name in sorted(person):
        if name in before and before[name] != person[name]:
            kind = SPLIT if before[name] in left_behind else MERGE
            key = person[name] if kind == MERGE else before[name]
            moves[kind, key].append((name, before[name]))
    for at, ((kind, _), moved) in enumerate(sorted(moves.items()), start=1):
        said = "records of one person" if kind == MERGE else "records of different people"
        rows += [
            _row(f"{kind}-{run}-{at}", kind, name, was, person[name], decided_by, now, said)
            for name, was in moved
        ]
    return rows


def _row(  # noqa: PLR0917 - the columns of one row, in their order
    change_id: str,
    kind: str,
    nominal: str,
    was: str | None,
    person: str,
    decided_by: str,
    now: datetime,
    reason: str,
) -> dict[str, object]:
    return {
        "change_id": change_id,
        "changed_at": now,
        "kind": kind,
        "nominal_id": nominal,
        "from_person_id": was,
        "to_person_id": person,
        "decided_by": decided_by,
        "reason": reason,
        "undoes": None,
    }
