"""What a section needs of a data set, why, and who usually holds it: so whether it appears."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from frith.profile.words import counted, listed
from frith.reference.regimes import Regime
from frith.tables.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing a section cannot do without.

    `table`: its name in the contract. `columns` must each be filled in at least one row.
    `where` narrows the rows that count, as (column, values). `above_zero` names a column that must
    be above zero in at least one of them. `months` is how many months of
    events must be held. `regimes`: the only regimes under which it may be used (none: any).
    `why` completes "It is needed to …"; `holder` says who usually has it.
    """

    table: str
    why: str
    holder: str
    columns: tuple[str, ...] = ()
    where: tuple[str, tuple[str, ...]] | None = None
    above_zero: str = ""
    months: int = 0
    regimes: tuple[Regime, ...] = ()

    def unmet(self, dataset: Dataset) -> str:
        """Why the data set does not meet it, in words; empty where it does."""
        if not dataset.has(self.table):
            return self._none
        if self.table in dataset.outlines:
            return ""
        frame = dataset.tables[self.table]
        if self.where is not None:
            column, values = self.where
            frame = frame.filter(pl.col(column).is_in(list(values)))
            if frame.is_empty():
                return self._none
        blank = [name for name in self.columns if frame[name].null_count() == frame.height]
        if blank:
            lacking = listed([COLUMN_WORDS.get(name, name.replace("_", " ")) for name in blank])
            return f"We hold {self._thing}, but without {lacking}."
        if self.above_zero and not (frame[self.above_zero] > 0).any():
            return f"We hold {self._thing}, but every one is zero."
        return self._too_short(frame) or self._wrong_regime(dataset)

    @property
    def _none(self) -> str:
        return f"We hold no {self._thing.removeprefix('a ')}."

    @property
    def _thing(self) -> str:
        named = TABLE_WORDS.get(self.table, self.table.replace("_", " "))
        if self.where is None:
            return named
        return f"{named} ({listed([value.replace('_', ' ') for value in self.where[1]])})"

    def _too_short(self, frame: pl.DataFrame) -> str:
        if not self.months:
            return ""
        held = frame["occurred_from"].dt.strftime("%Y-%m").n_unique()
        if held >= self.months:
            return ""
        return f"We hold {counted(held, 'month')} of {self._thing}; {self.months} are needed."

    def _wrong_regime(self, dataset: Dataset) -> str:
        note = dataset.about.files.get(self.table)
        if not self.regimes or note is None or note.regime in self.regimes:
            return ""
        return f"The {self._thing} we hold may not be used for this: their regime is {note.regime}."


TABLE_WORDS = {
    "events": "recorded events",
    "outcomes": "outcomes of recorded crime",
    "nominals": "records of people known to partners",
    "roles": "records of who was suspect, victim or witness in an event",
    "areas": "area outlines",
    "population": "population figures",
    "deprivation": "deprivation figures",
    "lookups": "tables that tie small areas to larger ones",
    "counts": "counts for other areas",
    "weights": "harm weights",
    "reports": "a log of reports from partners",
    "referrals": "referrals of possible victims",
    "responses": "a log of what was done, where and when",
    "sessions": "a log of awareness sessions",
    "survey": "survey answers",
    "tension": "judgements of community tension",
    "measure_values": "figures for the partnership's measures",
    "lists": "lists of people in touch with partners",
    "judgements": "judgements of whether crimes were organised",
    "persons": "a map of which records are one person",
    "objects": "records of phones, vehicles, accounts and addresses",
}
"""Tables of the contract in words a board member reads."""

COLUMN_WORDS = {
    "offence_code": "the offence code",
    "crime_type": "the type of crime",
    "occurred_from": "the date",
    "area": "the area",
}
"""Columns of the contract in the same words."""


def unmet(needs: tuple[Need, ...], dataset: Dataset) -> tuple[tuple[Need, str], ...]:
    """Each need that the data set does not meet, with the reason in words."""
    found = ((need, need.unmet(dataset)) for need in needs)
    return tuple((need, reason) for need, reason in found if reason)
