"""What named persons decided about pairs of records; their judgement outranks the computer."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import polars as pl

from frith.errors import BadInput
from frith.results import Flag
from frith.tables.declare import Table, day, text

SAME, DIFFERENT, UNSURE, NOT_JUDGED = "same", "different", "unsure", "not judged"

LINK_DECISIONS = Table(
    name="link_decisions",
    meaning="What a named person decided about two nominals. It outranks every probability.",
    person_level=True,
    caveat="The latest decision on a pair counts; two of one day that disagree are refused.",
    columns=(
        text("nominal_id_l", "One nominal.", required=True),
        text("nominal_id_r", "The other.", required=True),
        text(
            "judgement",
            "Same joins the two, different keeps them apart, unsure holds the pair for review, "
            "not judged leaves it to the computer.",
            required=True,
            values=(SAME, DIFFERENT, UNSURE, NOT_JUDGED),
        ),
        text("decided_by", "The person who decided; a decision without a name is refused."),
        day("decided_on", "The day of the decision.", required=True),
        text("reason", "Why."),
    ),
)

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """The pairs that named persons judged, by their judgement; each pair in order of identifier."""

    same: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    unsure: tuple[Pair, ...] = ()
    flags: tuple[Flag, ...] = ()


def judgements(decisions: pl.DataFrame, *, known: set[str]) -> Judgements:
    """The decisions in force, checked against each other.

    `decisions` has the columns of `LINK_DECISIONS`; `known` are the nominals there are. A decision
    on a nominal that is not among them is passed over with a flag. Raises BadInput for a decision
    without a name, on a record and itself, for two of one day that disagree, and where "same" and
    "different" cannot all hold (A is B, B is C, A is not C): the message names the decisions.
    """
    rows = list(decisions.iter_rows(named=True))
    for at, row in enumerate(rows, start=1):
        if not (row.get("decided_by") or "").strip():
            raise BadInput(
                f"decision {at} ({row['nominal_id_l']} and {row['nominal_id_r']}) names nobody",
                where="decisions",
                mend="A person's judgement outranks the computer's, so it names the person: fill "
                "decided_by.",
            )
        if row["nominal_id_l"] == row["nominal_id_r"]:
            raise BadInput(f"decision {at} compares {row['nominal_id_l']} with itself")
    in_force = _latest([row for row in rows if row["judgement"] != NOT_JUDGED])
    _refuse_contradictions(in_force)
    away = [pair for pair in in_force if not known.issuperset(pair)]
    here = {pair: row for pair, row in in_force.items() if known.issuperset(pair)}
    flags: tuple[Flag, ...] = ()
    if away:
        flags = (
            Flag(
                "decision_without_nominal",
                f"{len(away):,} decisions name nominals that are not in this file "
                f"({away[0][0]} and {away[0][1]}); they change nothing here.",
            ),
        )
    return Judgements(
        same=_those(here, SAME),
        different=_those(here, DIFFERENT),
        unsure=_those(here, UNSURE),
        flags=flags,
    )


def _those(rows: dict[Pair, dict[str, object]], judgement: str) -> tuple[Pair, ...]:
    return tuple(sorted(pair for pair, row in rows.items() if row["judgement"] == judgement))


def _latest(rows: list[dict[str, object]]) -> dict[Pair, dict[str, object]]:
    """The latest decision on each pair."""
    found: dict[Pair, dict[str, object]] = {}
    for row in rows:
        left, right = sorted((str(row["nominal_id_l"]), str(row["nominal_id_r"])))
        before = found.get((left, right))
        if before is not None and before["decided_on"] == row["decided_on"]:
            if before["judgement"] != row["judgement"]:
                raise BadInput(
                    f"two decisions of one day contradict each other: {_named(before)}; "
                    f"{_named(row)}",
                    where="decisions",
                    mend="Keep the one that holds.",
                )
            continue
        if before is None or str(before["decided_on"]) < str(row["decided_on"]):
            found[left, right] = row
    return found


def _named(row: dict[str, object]) -> str:
    """A decision as it is called in a message."""
    return (
        f"“{row['nominal_id_l']} and {row['nominal_id_r']}: {row['judgement']}” "
        f"({row['decided_by']}, {row['decided_on']})"
    )


def _refuse_contradictions(in_force: dict[Pair, dict[str, object]]) -> None:
    """BadInput where decisions say that two records are one person and that they are not."""
    beside: dict[str, list[tuple[str, dict[str, object]]]] = {}
    for (left, right), row in sorted(in_force.items()):
        if row["judgement"] == SAME:
            beside.setdefault(left, []).append((right, row))
            beside.setdefault(right, []).append((left, row))
    for (left, right), row in sorted(in_force.items()):
        if row["judgement"] != DIFFERENT:
            continue
        way = _way(beside, left, right)
        if way:
            raise BadInput(
                "decisions contradict each other: "
                + "; ".join(_named(step) for step in [*way, row]),
                where="decisions",
                mend="They cannot all hold. Ask those who decided, and correct one.",
            )


def _way(
    beside: dict[str, list[tuple[str, dict[str, object]]]], start: str, end: str
) -> list[dict[str, object]]:
    """The shortest chain of "same" decisions from one nominal to another; empty without one."""
    came: dict[str, tuple[str, dict[str, object]] | None] = {start: None}
    queue = deque([start])
    while queue and end not in came:
        here = queue.popleft()
        for there, row in beside.get(here, []):
            if there not in came:
                came[there] = (here, row)
                queue.append(there)
    way: list[dict[str, object]] = []
    step = came.get(end)
    while step is not None:
        way.append(step[1])
        step = came[step[0]]
    return way[::-1]
