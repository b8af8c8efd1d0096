"""Which columns of a table are labels, which are counts, and which are worked out from counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from frith.errors import BadInput, UnknownName

TOTAL = "Total"
"""How a sum over a dimension is named in a cell's key, whatever its name in the file."""
COLUMN = "(column)"
"""The dimension that counts standing in several columns make."""

_TOTALS = {"total", "totals", "grand total", "overall total", "all"}
_RATIO = re.compile(
    r"%|\bper ?cent(age)?\b|\bpct\b|\bshare\b|\brate\b|\bper[ _]1,?0+\b|_pct\b|_rate\b"
)
_LABELS = frozenset(
    [
        "year",
        "month",
        "quarter",
        "period",
        "date",
        "week",
        "day",
        "code",
        "ward",
        "area",
        "lsoa",
        "msoa",
        "district",
        "place",
        "beat",
        "age",
        "band",
        "sex",
        "theme",
        "type",
        "category",
        "name",
        "group",
        "region",
        "sector",
        "id",
        "vintage",
        "crime",
        "offence",
    ]
)
"""Words that, alone or together, name a column of labels even where its values are numbers."""
_COUNT = re.compile(r"^(n|counts?|number|total|totals|cases|records|people|persons|offences)$")
_NUMBER = re.compile(r"^-?[\d,]+(\.\d+)?%?$")
_MARKERS = {"[c]", "", "-", "–", "..", "n/a", "na", "null"}
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`ratios` maps a worked-out column to the count column it belongs to ("" = to the row);
    `one_of_several`: the only count column is one of several that another release has."""

    labels: tuple[str, ...]
    counts: tuple[str, ...]
    ratios: Mapping[str, str] = field(default_factory=dict)
    unnamed_totals: tuple[tuple[str, str], ...] = ()
    one_of_several: bool = False

    @property
    def wide(self) -> bool:
        """True where the counts stand in several columns."""
        return len(self.counts) > 1

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The label columns, and the columns of counts as one more where there are several."""
        return (*self.labels, COLUMN) if self.wide or self.one_of_several else self.labels


def is_total(label: str) -> bool:
    """True for the names that mean a sum: Total, Totals, Grand total, All."""
    return " ".join(label.casefold().split()) in _TOTALS


def lay_out(text: pl.DataFrame, *, name: str, labels: Sequence[str] = ()) -> Layout:
    """Sort a table's columns by name and content; `labels` names the label columns outright."""
    for label in labels:
        if label not in text.columns:
            raise UnknownName(
                f"no column “{label}”", where=name, mend=f"There are {', '.join(text.columns)}."
            )
    ratios = [c for c in text.columns if c not in labels and _RATIO.search(_words(c))]
    rest = [c for c in text.columns if c not in ratios]
    if labels:
        chosen = [c for c in rest if c in labels]
    else:
        chosen = [c for i, c in enumerate(rest) if _is_label(text[c], c, first=i == 0)]
    counts = tuple(c for c in rest if c not in chosen)
    if not counts:
        raise BadInput(
            "the table has no column of counts",
            where=name,
            mend="Counts are whole numbers; name the label columns with --labels.",
        )
    if not chosen:
        raise BadInput(
            "the table has no column of labels",
            where=name,
            mend="Give a column that says what each row counts.",
        )
    owners = {ratio: _owner(ratio, counts) for ratio in ratios}
    return Layout(labels=tuple(chosen), counts=counts, ratios=owners)


def _words(column: str) -> str:
    return column.casefold().replace("_", " ").replace("-", " ")


def _is_label(values: pl.Series, column: str, *, first: bool) -> bool:
    words = _words(column)
    if _COUNT.match(words):
        return False
    if first or set(words.split()) <= _LABELS:
        return True
    filled = [v for v in values.to_list() if v not in _MARKERS]
    texts = sum(1 for v in filled if not _NUMBER.match(v))
    return bool(filled) and texts / len(filled) > _MOSTLY


def _owner(ratio: str, counts: Sequence[str]) -> str:
    """The count column a percentage's name holds, the only one there is, or the whole row."""
    if len(counts) == 1:
        return counts[0]
    bare = _words(_RATIO.sub(" ", ratio.casefold())).strip(" ()")
    return next((count for count in counts if _words(count).strip() == bare), "")
