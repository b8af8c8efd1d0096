"""Who each nominal is believed to be: a pure function of the identity history, and its undoing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from frith.errors import BadInput, UnknownName
from frith.tables.declared import TABLES
from frith.tables.read import empty_frame

UNDO = "undo"


@dataclass(kw_only=True)
class _Change:
    """All rows of one change: who moved from whom to whom, and what it undoes."""

    change_id: str
    kind: str
    undoes: str | None
    moves: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


def current_persons(history: pl.DataFrame) -> pl.DataFrame:
    """Persons as the history leaves them: its rows folded in the order they stand.

    `history` has the columns of the table identity_history. Returns the table persons in order of
    nominal_id, `p_min` blank: probabilities belong to a run, not to a decision. Raises BadInput
    where a row does not start from where the one before left its nominal; nothing is guessed.
    """
    if not _whole(history):
        _fold(_changes(history))  # says what is wrong
    last = history.unique("nominal_id", keep="last", maintain_order=True)
    frame = (
        last.select("nominal_id", person_id="to_person_id")
        .drop_nulls("person_id")
        .sort("nominal_id")
        .cast(pl.String)
    )
    persons = empty_frame(TABLES["persons"])
    return frame.with_columns(p_min=pl.lit(None, pl.Float64)).select(persons.columns)


def undo(
    history: pl.DataFrame,
    change_id: str,
    *,
    decided_by: str,
    changed_at: datetime,
    reason: str,
) -> pl.DataFrame:
    """The history with rows added that take one change back; nothing is removed.

    An undo may itself be undone. Raises UnknownName where there is no such change, BadInput where
    it is undone already, where a later change that still stands touched one of its nominals (undo
    that one first), or where nobody is named or no reason given.
    """
    if not decided_by.strip() or not reason.strip():
        raise BadInput("an undo names who decided it and why")
    changes = _changes(history)
    _fold(changes)
    by_id = {change.change_id: change for change in changes}
    if change_id not in by_id:
        raise UnknownName(f"the history holds no change {change_id!r}")
    target = by_id[change_id]
    _refuse_undo(target, changes)
    again = sum(change.undoes == change_id for change in changes) + 1
    rows = [
        {
            "change_id": f"{change_id}~undo{again}",
            "changed_at": changed_at,
            "kind": UNDO,
            "nominal_id": nominal,
            "from_person_id": after,
            "to_person_id": before,
            "decided_by": decided_by,
            "reason": reason,
            "undoes": change_id,
        }
        for nominal, (before, after) in target.moves.items()
    ]
    schema = empty_frame(TABLES["identity_history"]).schema
    added = pl.DataFrame(rows, schema=schema)
    return pl.concat([history.select(schema.names()).cast(schema), added])


def _changes(history: pl.DataFrame) -> list[_Change]:
    """The changes in the order in which each first stands."""
    found: dict[str, _Change] = {}
    columns = ("change_id", "kind", "undoes", "nominal_id", "from_person_id", "to_person_id")
    last = ""
    for change_id, kind, undoes, nominal, before, after in history.select(columns).iter_rows():
        if change_id in found and change_id != last:
            raise BadInput(f"the rows of change {change_id!r} do not stand together")
        change = found.setdefault(change_id, _Change(change_id=change_id, kind=kind, undoes=undoes))
        if nominal in change.moves:
            raise BadInput(f"change {change_id!r} moves nominal {nominal!r} twice")
        if after is None and kind != UNDO:
            raise BadInput(f"change {change_id!r} leaves nominal {nominal!r} without a person")
        change.moves[nominal] = (before, after)
        last = change_id
    return list(found.values())


def _whole(history: pl.DataFrame) -> bool:
    """True where each row starts from where the one before left its nominal: `_fold`, at once."""
    change, nominal = history["change_id"], history["nominal_id"]
    if change.rle_id().n_unique() != change.n_unique():
        return False
    if not history.filter(pl.col("to_person_id").is_null() & (pl.col("kind") != UNDO)).is_empty():
        return False
    before = history["from_person_id"]
    if nominal.n_unique() == history.height:
        return before.is_null().all()
    if history.select("change_id", "nominal_id").is_duplicated().any():
        return False
    left = history.select(pl.col("to_person_id").shift().over("nominal_id")).to_series()
    return before.eq_missing(left).all()


def _fold(changes: list[_Change]) -> dict[str, str]:
    """Person by nominal after every change."""
    state: dict[str, str] = {}
    for change in changes:
        for nominal, (before, after) in change.moves.items():
            if state.get(nominal) != before:
                raise BadInput(
                    f"change {change.change_id!r} takes nominal {nominal!r} from {before!r}, "
                    f"but it was {state.get(nominal)!r}",
                    mend="The history was edited or is out of order; restore it.",
                )
            if after is None:
                del state[nominal]
            else:
                state[nominal] = after
    return state


def _undone(changes: list[_Change]) -> Mapping[str, bool]:
    """For each change, whether an undo of it stands; later ones are settled first."""
    undone: dict[str, bool] = {change.change_id: False for change in changes}
    for change in reversed(changes):
        if change.undoes is not None and not undone[change.change_id]:
            undone[change.undoes] = True
    return undone


def _refuse_undo(target: _Change, changes: list[_Change]) -> None:
    """BadInput where the change is undone already or a later one stands in the way."""
    undone = _undone(changes)
    if undone[target.change_id]:
        raise BadInput(f"change {target.change_id!r} is undone already")
    later = changes[changes.index(target) + 1 :]
    cancelled = Counter(
        name
        for change in later
        if change.undoes in {other.change_id for other in later} and not undone[change.change_id]
        for name in (change.change_id, change.undoes)
    )
    for change in later:
        dead = undone[change.change_id] or cancelled[change.change_id]
        if not dead and not change.moves.keys().isdisjoint(target.moves):
            shared = sorted(change.moves.keys() & target.moves.keys())
            raise BadInput(
                f"change {target.change_id!r} cannot be undone: the later change "
                f"{change.change_id!r} moved {', '.join(shared[:3])}",
                mend=f"Undo {change.change_id!r} first.",
            )
