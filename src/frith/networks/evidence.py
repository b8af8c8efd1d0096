"""Tables that let anybody check a group: who, when, where, how often, and how often by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.networks.chance import Attendance, membership, pair_p
from frith.networks.fingerprint import Ints
from frith.networks.ground import Ground
from frith.networks.members import ASSOCIATE, BY_GROUP, BY_OCCASION, BY_TEST, CORE, Members
from frith.networks.pairs import Pairs, count_pairs
from frith.networks.propose import Group
from frith.networks.splits import Split, matches

MOST_MEETINGS = 20
"""Where even this many meetings would not pass, this many is shown."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the method came to, as numbers: cores, members, pairs, splits, and their ground."""

    ground: Ground
    attendance: Attendance
    pairs: Pairs
    splits: list[Split]
    cores: list[Group]
    members: Members
    ids: list[str]

    @property
    def everybody(self) -> list[Group]:
        """Core and associates of each group."""
        return [frozenset(self.members.of(g).tolist()) for g in range(len(self.cores))]


def member_table(found: Found) -> pl.DataFrame:
    """group_id, person_id, tier, basis, k, expected, p, q (associates): counts, tests, no score."""
    m = found.members
    basis = np.where(m.core, BY_GROUP, np.where(m.tested, BY_TEST, BY_OCCASION))
    return pl.DataFrame(
        {
            "group_id": _ids(found, m.group),
            "person_id": found.ground.named(m.person),
            "tier": np.where(m.core, CORE, ASSOCIATE),
            "basis": basis,
            "k": m.k,
            "expected": m.expected,
            "p": m.p,
            "q": pl.Series(m.q).fill_nan(None),
        }
    ).sort(
        "group_id",
        pl.col("tier") == ASSOCIATE,
        "k",
        "person_id",
        descending=[False, False, True, False],
    )


def grid_table(found: Found) -> pl.DataFrame:
    """Occasions × people of each group: one row a member on one of the group's occasions.

    group_id, occasion_id, first, last, area, stratum, suspects, person_id. A group's occasions are
    those with two or more of its people.
    """
    rows = []
    table = membership(found.everybody, found.attendance.n_persons)
    held = found.attendance.together(table).tocoo()
    people = found.everybody
    on = _people_on(found, held.col.astype(np.int64))
    for g, o in zip(held.row.tolist(), held.col.tolist(), strict=True):
        rows += [(g, o, x) for x in on[o] if x in people[g]]
    group, at, person = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    columns = ["occasion_id", "first", "last", "area", "stratum", "suspects"]
    return (
        found.ground.table.select(columns)[at.tolist()]
        .select(
            _ids(found, group).alias("group_id"),
            pl.all(),
            found.ground.named(person).alias("person_id"),
        )
        .sort("group_id", "first", "occasion_id", "person_id")
    )


def edge_table(found: Found) -> pl.DataFrame:
    """Every pair inside a group: person_l, person_r, n, expected, p, q, single (met only once).

    p and q are those of the pair among all pairs that met; q is 1 where they met only once.
    """
    att = found.attendance
    i, j, n = count_pairs(att)
    of_group: dict[int, list[int]] = {}
    for g, group in enumerate(found.everybody):
        for x in group:
            of_group.setdefault(x, []).append(g)
    known = np.zeros(att.n_persons, dtype=bool)
    known[list(of_group)] = True
    rows = np.flatnonzero(known[i] & known[j])
    inside = [
        (g, r)
        for r in rows.tolist()
        for g in sorted(set(of_group[int(i[r])]) & set(of_group[int(j[r])]))
    ]
    which, r = np.array(inside, dtype=np.int64).reshape(-1, 2).T
    tested = pl.DataFrame(
        {"i": found.pairs.i, "j": found.pairs.j, "p": found.pairs.p, "q": found.pairs.q}
    )
    frame = pl.DataFrame(
        {"group": which, "i": i[r], "j": j[r], "n": n[r], "expected": att.expected(i[r], j[r])}
    ).join(tested, on=["i", "j"], how="left", maintain_order="left")
    return (
        _with_names(frame, found)
        .select(
            _ids(found, frame["group"].to_numpy()).alias("group_id"),
            "person_l",
            "person_r",
            "n",
            "expected",
            pl.col("p", "q").fill_null(1.0),
            (pl.col("n") == 1).alias("single"),
        )
        .sort("group_id", "n", "person_l", "person_r", descending=[False, True, False, False])
    )


def pair_table(found: Found) -> pl.DataFrame:
    """Every pair met twice or more: person_l, person_r, n, expected, p, q, first, last, days."""
    p = found.pairs
    frame = pl.DataFrame({"i": p.i, "j": p.j, "n": p.n, "expected": p.expected, "p": p.p, "q": p.q})
    links = pl.DataFrame({"o": found.attendance.occasion, "x": found.attendance.person})
    both = (
        frame.select("i", "j")
        .join(links.rename({"x": "i"}), on="i")
        .join(links.rename({"x": "j"}), on=["j", "o"], how="semi")
    )
    when = found.ground.table.select("first", "last", "occasion_id").with_columns(
        o=np.arange(found.ground.table.height)
    )
    dates = (
        both.join(when, on="o")
        .group_by("i", "j")
        .agg(
            pl.col("first").min(),
            pl.col("last").max(),
            pl.col("first").dt.date().n_unique().cast(pl.Int64).alias("days"),
            pl.col("occasion_id").sort(),
        )
    )
    joined = frame.join(dates, on=["i", "j"], how="left", maintain_order="left")
    return (
        _with_names(joined, found)
        .select(
            "person_l",
            "person_r",
            "n",
            "expected",
            "p",
            "q",
            "first",
            "last",
            "days",
            pl.col("occasion_id").alias("occasions"),
        )
        .sort("q", "p", "person_l", "person_r")
    )


def chance_table(found: Found) -> pl.DataFrame:
    """How each group's expected number is made, stratum by stratum.

    group_id, stratum, rate, days, days_squared, expected. In each stratum: rate × (days² −
    days_squared) / 2, where days is the sum of its people's occasions there, and days_squared the
    sum of their squares.
    """
    att = found.attendance
    table = membership(found.everybody, att.n_persons)
    days = (table @ att.days).tocoo()
    squares = att.days.copy()
    squares.data = squares.data**2
    squared = (table @ squares).tocsr()
    rows = [
        (g, s, float(att.rate[s]), int(d), int(squared[g, s]))
        for g, s, d in zip(days.row.tolist(), days.col.tolist(), days.data.tolist(), strict=True)
    ]
    schema = {
        "g": pl.Int64,
        "stratum": pl.Int64,
        "rate": pl.Float64,
        "days": pl.Int64,
        "days_squared": pl.Int64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        expected=pl.col("rate") * (pl.col("days") ** 2 - pl.col("days_squared")) / 2
    )
    return frame.select(_ids(found, frame["g"].to_numpy()).alias("group_id"), pl.exclude("g")).sort(
        "group_id", "stratum"
    )


def strata_table(found: Found, *, q: float) -> pl.DataFrame:
    """Each stratum's recording: how dense it is, and what a pair there needs to be seen at all.

    stratum, areas, first, last, occasions, people, rate, needed: the fewest meetings of two people
    of average activity there that would pass. The test allows for dense recording, so policing
    alone makes no group; but where recording is thin, association goes unseen.
    """
    att = found.attendance
    passing = found.pairs.p[found.pairs.q <= q]
    bar = float(passing.max()) if passing.size else q / max(found.pairs.met, 1)
    people = np.bincount(att.days.tocoo().col, minlength=att.n_strata)
    held = np.asarray(att.days.sum(axis=0)).ravel()
    expected = att.rate * (held / np.maximum(people, 1)) ** 2
    counts = np.arange(2, MOST_MEETINGS + 1)
    passes = pair_p(counts[None, :], expected[:, None]) <= bar
    needed = np.where(passes.any(axis=1), counts[np.argmax(passes, axis=1)], MOST_MEETINGS)
    measured = pl.DataFrame(
        {"stratum": np.arange(att.n_strata), "people": people, "rate": att.rate, "needed": needed}
    )
    described = found.ground.table.filter(pl.col("stratum").is_not_null())
    return (
        described.group_by("stratum")
        .agg(
            pl.col("area").drop_nulls().unique().sort().alias("areas"),
            pl.col("first").min(),
            pl.col("last").max(),
            pl.len().cast(pl.Int64).alias("occasions"),
        )
        .join(measured, on="stratum")
        .sort("stratum")
    )


def split_table(found: Found) -> pl.DataFrame:
    """Each split's best matching proposal for each group, with its held-out test.

    group_id, split, swapped, people, occasions, expected, p, q. `occasions` and `expected` are of
    the half that confirms, and of the proposal's people, which need not be the whole group.
    """
    rows = [
        (
            found.ids[number],
            found.splits[at].number,
            found.splits[at].swapped,
            len(found.splits[at].groups[g]),
            int(found.splits[at].occasions[g]),
            float(found.splits[at].expected[g]),
            float(found.splits[at].p[g]),
            float(found.splits[at].q[g]),
        )
        for number, best in enumerate(matches(found.cores, found.splits))
        for at, g in sorted(best.items())
    ]
    schema = {
        "group_id": pl.String,
        "split": pl.Int64,
        "swapped": pl.Boolean,
        "people": pl.Int64,
        "occasions": pl.Int64,
        "expected": pl.Float64,
        "p": pl.Float64,
        "q": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _people_on(found: Found, wanted: Ints) -> dict[int, list[int]]:
    """Who was on each of these occasions."""
    order = np.argsort(found.attendance.occasion, kind="stable")
    person = found.attendance.person[order]
    end = np.cumsum(found.attendance.size)
    begin = end - found.attendance.size
    return {o: person[begin[o] : end[o]].tolist() for o in np.unique(wanted).tolist()}


def _ids(found: Found, group: Ints) -> pl.Series:
    return pl.Series("group_id", [found.ids[g] for g in group.tolist()], dtype=pl.String)


def _with_names(frame: pl.DataFrame, found: Found) -> pl.DataFrame:
    """person_l and person_r, the smaller id first."""
    left, right = (found.ground.named(frame[c].to_numpy()) for c in ("i", "j"))
    both = frame.with_columns(left.alias("a"), right.alias("b"))
    return both.with_columns(
        person_l=pl.min_horizontal("a", "b"), person_r=pl.max_horizontal("a", "b")
    )
