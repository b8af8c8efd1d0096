"""Random tables, hierarchies, overlapping areas, pairs of releases: nothing masked comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest

from frith.disclosure.attack import attack
from frith.disclosure.reading import count_table
from frith.disclosure.release import Protected, protect
from frith.disclosure.table import CountTable

TABLES = 100


@dataclass(frozen=True)
class Drawn:
    """One case: what was drawn, what was published, and by which knowledge it is attacked."""

    kind: str
    table: CountTable
    released: Protected
    against: tuple[CountTable, ...] = ()
    lookup: dict[str, frozenset[str]] = field(default_factory=dict)


def counts(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Overdispersed counts, some tables sparse and some full."""
    mean = float(rng.choice([2, 6, 20]))
    return rng.negative_binomial(rng.choice([0.5, 1.5]), 1 / (1 + mean), size=(rows, columns))


def wide(a: np.ndarray, labels: dict[str, list[str]], names: list[str]) -> pl.DataFrame:
    """Rows by columns with a Total row and a Total column."""
    columns = {name: [*values, "Total"] for name, values in labels.items()}
    for name, values in zip(names, a.T, strict=True):
        columns[name] = [*map(str, values), str(values.sum())]
    columns["Total"] = [*map(str, a.sum(axis=1)), str(a.sum())]
    return pl.DataFrame(columns)


def hierarchy(a: np.ndarray, district: list[str], names: list[str]) -> pl.DataFrame:
    """Wards in districts, a subtotal for each district, and a grand total."""
    rows = []
    for d in sorted(set(district)):
        inside = [i for i, own in enumerate(district) if own == d]
        rows += [[d, f"W{i}", *map(str, a[i])] for i in inside]
        rows.append([d, "Total", *map(str, a[inside].sum(axis=0))])
    rows.append(["Total", "", *map(str, a.sum(axis=0))])
    return pl.DataFrame(rows, schema=["district", "ward", *names], orient="row")


def months(n: int, first: int = 0) -> list[str]:
    """Month names."""
    return [f"2024-{m + 1:02d}" for m in range(first, first + n)]


def one_table(rng: np.random.Generator) -> Drawn:
    """A two-way table."""
    a = counts(rng, rng.integers(2, 9), rng.integers(2, 8))
    table = count_table(wide(a, {"ward": [f"W{i}" for i in range(len(a))]}, months(a.shape[1])))
    return Drawn("table", table, protect(table))


def nested(rng: np.random.Generator) -> Drawn:
    """Wards nested in districts."""
    a = counts(rng, rng.integers(3, 11), rng.integers(1, 5))
    district = [f"D{int(d)}" for d in rng.integers(0, 3, size=len(a))]
    table = count_table(hierarchy(a, district, [f"kind {j}" for j in range(a.shape[1])]))
    return Drawn("hierarchy", table, protect(table))


def two_releases(rng: np.random.Generator) -> Drawn:
    """A release, then one that runs a month or two longer, sometimes with figures revised."""
    more = int(rng.integers(1, 3))
    a = counts(rng, rng.integers(2, 8), rng.integers(2, 6) + more)
    wards = {"ward": [f"W{i}" for i in range(len(a))]}
    first = protect(count_table(wide(a[:, :-more], wards, months(a.shape[1] - more)), name="first"))
    if rng.random() < 0.3:
        a = a.copy()
        a[rng.integers(len(a)), 0] += rng.integers(1, 4)
    table = count_table(wide(a, wards, months(a.shape[1])))
    if first.table is None:
        return Drawn("releases", table, protect(table))
    return Drawn("releases", table, protect(table, against=[first.table]), (first.table,))


def overlapping(rng: np.random.Generator) -> Drawn:
    """Small areas published by ward first, then by beat; both are made of the same small areas."""
    a = counts(rng, rng.integers(6, 15), 1)[:, 0]
    ward = rng.integers(0, 4, size=len(a))
    beat = rng.integers(0, 3, size=len(a))
    lookup = {
        f"{word}{k}": frozenset(f"L{i}" for i in np.flatnonzero(of == k))
        for word, of in (("ward ", ward), ("beat ", beat))
        for k in set(of.tolist())
    }

    def by(word: str, of: np.ndarray) -> CountTable:
        ids = sorted(set(of.tolist()))
        rows = [(f"{word}{k}", str(a[of == k].sum())) for k in ids]
        frame = pl.DataFrame([*rows, ("Total", str(a.sum()))], schema=["area", "n"], orient="row")
        return count_table(frame, name=word)

    first = protect(by("ward ", ward))
    table = by("beat ", beat)
    if first.table is None:
        return Drawn("overlap", table, protect(table))
    released = protect(table, against=[first.table], lookup=lookup)
    return Drawn("overlap", table, released, (first.table,), lookup)


KINDS = (one_table, nested, two_releases, overlapping)


def recovered(drawn: Drawn) -> int:
    """Masked cells that an attacker told which masks are for small counts works out.

    Whoever knows less can conclude less, so this is the strongest of the attacks.
    """
    if drawn.released.table is None:
        return 0
    known = [
        (cell.row, cell.column)
        for cell, out in zip(drawn.table.cells, drawn.released.table.cells, strict=True)
        if out.masked and 1 <= cell.lo <= 4 and not cell.is_total
    ]
    found = attack(
        drawn.released.table,
        against=drawn.against,
        lookup=drawn.lookup,
        revised=drawn.released.revised,
        known_small=known,
    )
    return len(found.recovered)


def run(first: int, last: int) -> tuple[Counter[str], int]:
    """Draw, release and attack; how many of each outcome, and how many cells came back."""
    outcomes: Counter[str] = Counter()
    back = 0
    for seed in range(first, last):
        drawn = KINDS[seed % len(KINDS)](np.random.default_rng([20, seed]))
        codes = [f.code for f in drawn.released.flags if f.severity == "refuse"]
        outcomes[f"{drawn.kind}: {' '.join(codes) or drawn.released.status}"] += 1
        outcomes["masked"] += drawn.released.suppressed + drawn.released.secondary
        back += recovered(drawn)
    return outcomes, back


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_no_masked_cell_comes_back(kind: int) -> None:
    published = 0
    for seed in range(kind, TABLES, len(KINDS)):
        drawn = KINDS[kind](np.random.default_rng([20, seed]))
        assert recovered(drawn) == 0, f"seed {seed}"
        if kind != KINDS.index(overlapping):  # what is public already may pin an overlapping area
            assert not drawn.released.flagged("RECOVERED"), f"seed {seed}"
        published += not drawn.released.refused
    assert published > TABLES / len(KINDS) / 2


@pytest.mark.parametrize("how", [{"rounding": 5}, {"rounding": 10}, {"mask_zeros": True}], ids=str)
def test_rounded_tables_and_masked_zeros_give_nothing_back(how: dict[str, int]) -> None:
    published = 0
    for seed in range(12):
        rng = np.random.default_rng([21, seed])
        a = counts(rng, rng.integers(2, 7), rng.integers(2, 6)) + rng.integers(0, 6)
        wards = {"ward": [f"W{i}" for i in range(len(a))]}
        released = protect(count_table(wide(a, wards, months(a.shape[1]))), **how)
        assert not released.flagged("RECOVERED"), f"seed {seed}"
        if released.table is not None:
            published += 1
            assert not attack(released.table, low=0 if "mask_zeros" in how else 1).recovered
    assert published > 4
