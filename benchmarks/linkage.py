"""How long linkage takes, ours beside Splink trained in its documented way, in one run.

    python benchmarks/linkage.py [RECORDS_BOTH] [RECORDS_OURS]

Both link the same synthetic records with the same comparisons and blocking rules, one after the
other on the same machine. The peer is Splink on DuckDB with the training of its documentation and
default arguments: u from random sampling, m by expectation and maximisation on two blocking rules,
every pair of them (`max_pairs` left as it is); then it predicts and clusters. It does not name
persons, queue questions or explain pairs; ours does all of it. CPU seconds stand beside, because
they say more than the clock where a machine is shared. Records are drawn by the seed below and are
nobody's; the second figure is of ours alone.
"""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import polars as pl

from frith.borough import names
from frith.linkage import link
from frith.linkage.agreement import COMPARISONS
from frith.linkage.block import RULES
from frith.linkage.clean import clean
from frith.linkage.splink_model import quiet, settings
from frith.linkage.train import default_weights

SEED = 1
RECORDS = "records"
PER_PERSON = 1.6
"""Records a person, on average."""
ERROR = 0.03
"""Chance of an error in each of names and birth; a fifth have moved between records."""


def synthetic(records: int, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """SYNTHETIC nominals and, beside them, who each truly is: households of about two."""
    people = int(records / PER_PERSON)
    home = np.sort(rng.integers(0, people // 2, people))
    kind = names.draw_lists(rng, size=people // 2 + 1)[home]
    sex = rng.integers(0, 2, people)
    given = names.draw_given(rng, kind, sex)
    family_of = names.draw_family(rng, names.draw_lists(rng, size=people // 2 + 1))
    family = family_of[home]
    # A third name keeps names as various as a county's: lists of a borough are short.
    family = np.array(
        [f"{name}{chr(97 + n % 26)}" for name, n in zip(family, home * 7919, strict=True)], object
    )
    born = np.datetime64("1940-01-01") + rng.integers(0, 25_000, people)
    person = np.sort(np.concatenate([np.arange(people), rng.integers(0, people, records - people)]))
    moved = rng.random(records) < 0.2
    at = np.where(moved, rng.integers(0, people // 2, records), home[person])
    first, last = given[person].copy(), family[person].copy()
    for which in (first, last):
        wrong = np.flatnonzero(rng.random(records) < ERROR)
        which[wrong] = [name[:2] + name[3:] if len(name) > 4 else name for name in which[wrong]]
    birth = born[person].copy()
    slip = rng.random(records) < ERROR
    birth[slip] += rng.integers(-9, 10, int(slip.sum()))
    nominals = pl.DataFrame(
        {
            "nominal_id": [f"SYNTHETIC-{n:08d}" for n in rng.permutation(records)],
            "source": np.where(rng.random(records) < 0.6, "police", "housing"),
            "given_names": first.tolist(),
            "family_name": last.tolist(),
            "date_of_birth": birth.astype(str).tolist(),
            "sex": np.where(sex[person] == 0, "F", "M"),
            "phone": [f"0{n}" for n in 7_000_000_000 + person],
            "address": [f"{n % 97} Synthetic Street {n // 97}" for n in at],
            "postcode": [f"QX{n // 300 % 90} {n // 30 % 10}SY" for n in at],
        }
    ).with_columns(
        pl.when(pl.Series(rng.random(records) < 0.5)).then("phone").alias("phone"),
        pl.when(pl.Series(rng.random(records) < 0.97)).then("date_of_birth").alias("date_of_birth"),
    )
    return nominals, nominals.select("nominal_id").with_columns(truth=pl.Series(person))


@dataclass(frozen=True)
class Time:
    """What a run took, by the clock and of processors."""

    seconds: float
    cpu: float


@contextlib.contextmanager
def timed() -> Iterator[list[Time]]:
    """A list that holds the time of the block once it is done."""
    found: list[Time] = []
    started, used = time.perf_counter(), time.process_time()
    yield found
    found.append(Time(time.perf_counter() - started, time.process_time() - used))


def ours(nominals: pl.DataFrame) -> tuple[Time, pl.DataFrame]:
    """Time of the whole linkage, and the persons."""
    with timed() as took:
        found = link(nominals, now=datetime(2026, 1, 1), seed=SEED)
    return took[0], found.tables["persons"]


def peer(nominals: pl.DataFrame) -> tuple[Time, pl.DataFrame]:
    """Time of Splink on the same cleaned records with its default training, and its persons."""
    from splink import DuckDBAPI, Linker

    with timed() as took, duckdb.connect() as connection, quiet():
        connection.register("cleaned", clean(nominals).to_arrow())
        connection.execute(f"CREATE TABLE {RECORDS} AS SELECT * FROM cleaned ORDER BY uid")
        model = settings(default_weights(nominals.height), RULES, records=nominals.height)
        linker = Linker(DuckDBAPI(connection=connection).register(RECORDS), model)
        linker.training.estimate_u_using_random_sampling(seed=SEED)
        for rule in ("l.dob = r.dob", "l.given = r.given AND l.family = r.family"):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        scored = linker.inference.predict(threshold_match_probability=0.95)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_probability=0.95
        )
        found = connection.sql(
            f"SELECT nominal_id, CAST(cluster_id AS VARCHAR) AS person_id "
            f"FROM {clusters.physical_name}"
        ).to_arrow_table()
    persons = pl.from_arrow(found)
    assert isinstance(persons, pl.DataFrame)
    return took[0], persons


def quality(persons: pl.DataFrame, truth: pl.DataFrame) -> str:
    """Pairwise precision and recall."""
    both = persons.join(truth, on="nominal_id")

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    agreed = pairs("person_id", "truth")
    return f"precision {agreed / pairs('person_id'):.4f}, recall {agreed / pairs('truth'):.4f}"


def main(both: int = 1_000_000, alone: int = 0) -> None:
    """Print the figures."""
    print(f"{len(COMPARISONS)} comparisons, {len(RULES)} blocking rules, seed {SEED}")
    rng = np.random.default_rng(SEED)
    nominals, truth = synthetic(both, rng)
    link(nominals.head(300), now=datetime(2026, 1, 1))  # compiled code is read from its cache
    mine, persons = ours(nominals)
    print(said("ours", both, mine), quality(persons, truth), flush=True)
    theirs, persons = peer(nominals)
    print(said("peer", both, theirs), quality(persons, truth), flush=True)
    clock, cpu = theirs.seconds / mine.seconds, theirs.cpu / mine.cpu
    print(f"peer over ours: {clock:.1f} times by the clock, {cpu:.1f} times of CPU", flush=True)
    if alone:
        nominals, truth = synthetic(alone, rng)
        mine, persons = ours(nominals)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(said("ours", alone, mine), quality(persons, truth), f"{memory:.1f} GB at most")


def said(who: str, records: int, took: Time) -> str:
    """One line's beginning."""
    return f"{who} {records:>9,} records {took.seconds:8.1f} s ({took.cpu:.1f} s of CPU)  "


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
