"""Random tables, hierarchies, overlapping areas and releases: nothing masked comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from frith.disclosure.attack import attack
from frith.disclosure.growth import Correction
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


def growing(rng: np.random.Generator) -> Drawn:
    """A table without periods, and the same some months later: a few or many more in each cell."""
    a = counts(rng, rng.integers(2, 7), rng.integers(1, 5))
    few = bool(rng.random() < 0.25)
    more = rng.integers(1, 9, size=a.shape) if few else 5 + rng.poisson(6, size=a.shape)
    more[rng.random(a.shape) < rng.choice([0.2, 0.7])] = 0
    wards = {"ward": [f"W{i}" for i in range(len(a))]}
    kinds = [f"kind {j}" for j in range(a.shape[1])]
    first = protect(count_table(wide(a, wards, kinds), name="first"))
    table = count_table(wide(a + more, wards, kinds))
    if first.table is None:
        return Drawn("growing", table, protect(table))
    return Drawn("growing", table, protect(table, against=[first.table]), (first.table,))


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


KINDS = (one_table, nested, two_releases, overlapping, growing)


def grown_and_told(drawn: Drawn) -> int:
    """Small additions, and masked cells, that a reader works out who knows counts only grow.

    Written apart from the package: unknowns are what the first release counted and what was added.
    """
    if drawn.kind != "growing" or drawn.released.table is None or not drawn.against:
        return 0
    later, first = drawn.released.table, drawn.against[0]
    inner = [c.key for c in later.cells if "Total" not in c.key]
    n = len(inner)
    under = {
        cell.key: np.array([all(x in ("Total", y) for x, y in zip(cell.key, i, strict=True))
                            for i in inner], dtype=float)
        for cell in later.cells
    }  # fmt: skip
    none = np.zeros(n)
    lines = [
        (np.r_[under[cell.key], under[cell.key] if release is later else none], cell)
        for release in (first, later)
        for cell in release.cells
    ]
    matrix = np.array([weights for weights, _ in lines])
    lo = np.array([1 if cell.masked else cell.lo for _, cell in lines])
    hi = np.array([np.inf if cell.hi is None else cell.hi for _, cell in lines])
    told = 0
    for weights, cell in lines:
        if cell.masked:
            told += narrow(weights, matrix, lo, hi)
    for key, part in under.items():
        sign = narrow(np.r_[none, part], matrix, lo, hi, small_only=True)
        told += sign if key in {c.key for c in first.cells} else 0
    return told


def narrow(
    weights: np.ndarray,
    matrix: np.ndarray,
    lo: np.ndarray,
    hi: np.ndarray,
    *,
    small_only: bool = False,
) -> bool:
    """True where fewer than four whole numbers fit; of those that may be 1 to 4, if so asked."""
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * weights,
            constraints=LinearConstraint(matrix, lo, hi),
            bounds=Bounds(0, 10_000),
            integrality=np.ones(len(weights)),
        )
        assert found.x is not None
        ends.append(round(float(weights @ found.x)))
    close = ends[1] - ends[0] < 3
    return close and (not small_only or (ends[1] >= 1 and ends[0] <= 4))


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
        back += recovered(drawn) + grown_and_told(drawn)
    return outcomes, back


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_no_masked_cell_comes_back(kind: int) -> None:
    published = 0
    for seed in range(kind, TABLES, len(KINDS)):
        drawn = KINDS[kind](np.random.default_rng([20, seed]))
        assert recovered(drawn) == 0, f"seed {seed}"
        assert grown_and_told(drawn) == 0, f"seed {seed}"
        if KINDS[kind] not in (overlapping, growing):  # what is public already may pin these
            assert not drawn.released.flagged("RECOVERED"), f"seed {seed}"
        published += not drawn.released.refused
    assert published > TABLES / len(KINDS) * (0.2 if KINDS[kind] is growing else 0.5)


def test_what_is_refused_for_its_difference_could_have_been_told() -> None:
    """The same tables, published by somebody's leave, give way to the attack above."""
    by = Correction(by="A. Hussain", reason="to see what would come of it")
    gave = refused = 0
    for seed in range(KINDS.index(growing), TABLES, len(KINDS)):
        drawn = growing(np.random.default_rng([20, seed]))
        if [f.code for f in drawn.released.flags if f.severity == "refuse"] == ["DIFFERENCE"]:
            refused += 1
            leave = protect(drawn.table, against=drawn.against, accept=by)
            gave += grown_and_told(replace(drawn, released=leave)) > 0
    assert gave == refused > 0


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
