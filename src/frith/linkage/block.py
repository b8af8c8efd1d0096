"""Which pairs are looked at at all: those that agree on enough for one person's records."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from frith.linkage.coded import THREADS
from frith.linkage.keys import Slice, key_of, met_on, more_than, pairs_in, slices
from frith.linkage.levels import Pairs, Prepared
from frith.linkage.worth import Worth, everything

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pair is compared where its records agree on all these columns.

    `crossed` are two columns that agree with each other, each record's one with the other's two.
    """

    columns: tuple[str, ...]
    crossed: tuple[str, ...] = ()

    def sql(self) -> str:
        """The rule over `l` and `r`, for whoever runs the model elsewhere."""
        turned = self.crossed[::-1]
        sides = [f"l.{one} = r.{two}" for one, two in zip(self.crossed, turned, strict=True)]
        sides += [f"{_column('l', name)} = {_column('r', name)}" for name in self.columns]
        return " AND ".join(sides)


def _column(side: str, name: str) -> str:
    """A part of a key, two of which are no column of the cleaned table."""
    if name == "decade":
        return f"{side}.birth_year // 10"
    if name == "family_initial":
        return f"left({side}.family, 1)"
    return f"{side}.{name}"


RULES: tuple[Rule, ...] = (
    Rule(("police_id",)),
    Rule(("email",)),
    Rule(("phone",)),
    Rule(("dob", "family")),
    Rule(("dob", "root")),
    Rule(("root", "family", "birth_year")),
    Rule(("root", "family", "birth_md")),
    Rule(("root", "postcode")),
    Rule(("root", "address_id")),
    Rule(("root", "street")),
    Rule(("dob", "postcode")),
    Rule(("dob", "street")),
    Rule(("family", "street")),
    Rule(("birth_year",), crossed=("given", "family")),
)
"""A pair is compared where any rule holds. Each rule names facts that two records of one person
mostly share and two people seldom do; together they leave no single fact that, being wrong on one
record, would hide a pair."""

WIDE: tuple[Rule, ...] = (
    Rule(("dob",)),
    Rule(("street",)),
    Rule(("root", "family")),
    Rule(("root", "birth_year")),
    Rule(("family", "birth_year")),
    Rule(("family", "postcode")),
    Rule(("birth_year", "postcode")),
    Rule(("email_user",)),
    Rule(("birth_md", "decade")),
    Rule(("root", "family_initial")),
    Rule(("family", "initial")),
)
"""Wider keys, each used only where it brings few pairs: in small files they find records that
agree on little, in large ones they would compare every John Smith with every other."""

MOST_PAIRS_WIDE = 100_000
"""A wider key is used where it brings at most this many pairs, or half a pair for each record."""


def rules(prepared: Prepared) -> tuple[Rule, ...]:
    """The rules for these records: all of `RULES`, and of `WIDE` those that bring few pairs."""
    most = max(MOST_PAIRS_WIDE, prepared.height / 2)
    with ThreadPoolExecutor(THREADS) as threads:
        too_many = threads.map(lambda rule: more_than(prepared, key_of(rule.columns), most), WIDE)
        return (*RULES, *(rule for rule, many in zip(WIDE, too_many, strict=True) if not many))


def brought(prepared: Prepared, take: Callable[[Pairs], Taken], *, worth: Worth) -> list[Taken]:
    """What `take` makes of the pairs that a rule brings together, each pair once and in order.

    Pairs come in chunks, one for each stretch of records; those that cannot come up to `worth` are
    left out unseen.
    """
    keys = [key_of(rule.columns, crossed=rule.crossed) for rule in rules(prepared)]
    with ThreadPoolExecutor(THREADS) as threads:
        met = list(threads.map(lambda key: met_on(prepared, key), keys))

        def in_slice(part: Slice) -> Taken:
            return take(pairs_in(prepared, part, keys=keys, met=met, worth=worth))

        return list(threads.map(in_slice, slices(met, records=prepared.height)))


def candidates(prepared: Prepared) -> Pairs:
    """Every pair that a rule brings together, once, in order."""
    found = brought(prepared, lambda pairs: pairs, worth=everything())
    return np.concatenate([np.empty(0, np.int64), *found])
